using System.Numerics;

namespace Sdl.Runtime.Analysis;

/// <summary>A spectrum and a circuit as a least-squares problem on a scale where steps are comparable: the logarithm of
/// every parameter, but the exponents of the constant phase elements as they are.</summary>
internal sealed class SpectrumProblem(Circuit circuit, double[] hertz, Complex[] impedance)
{
    private readonly Complex[] _gradient = new Complex[circuit.Parameters.Count];
    private readonly bool[] _plain = circuit.Parameters.Select(p => p.Unit == "1").ToArray();

    public Circuit Circuit => circuit;
    public IReadOnlyList<Complex> Impedance => impedance;

    public double[] ToScale(double[] values) => Clamp(values.Select((v, i) => _plain[i] ? v : Math.Log(v)).ToArray());

    public double[] FromScale(double[] at) => at.Select((u, i) => _plain[i] ? u : Math.Exp(u)).ToArray();

    /// <summary>Change of each value with its place on the scale.</summary>
    public double[] Slopes(double[] at) => at.Select((u, i) => _plain[i] ? 1 : Math.Exp(u)).ToArray();

    /// <summary>Moves each coordinate into the bounds of its parameter.</summary>
    public double[] Clamp(double[] at) =>
        at.Select((u, i) => Math.Clamp(u, Bound(i, least: true), Bound(i, least: false))).ToArray();

    /// <summary>Whether coordinate <paramref name="i"/> sits on a bound and the descent pushes it further
    /// out.</summary>
    public bool Blocked(int i, double at, double gradient) =>
        (at <= Bound(i, least: true) && gradient > 0) || (at >= Bound(i, least: false) && gradient < 0);

    public Complex[] Residuals(double[] at)
    {
        var values = FromScale(at);
        return impedance.Select((z, k) => (circuit.Impedance(hertz[k], values, _gradient) - z) / z.Magnitude).ToArray();
    }

    /// <summary>Sum of squares.</summary>
    public double Cost(double[] at) => Residuals(at).Sum(r => r.Real * r.Real + r.Imaginary * r.Imaginary);

    /// <summary>Half the second derivative (Gauss and Newton) and half the gradient of the cost.</summary>
    public (double[,] Matrix, double[] Gradient) Normal(double[] at)
    {
        var n = at.Length;
        var (matrix, right) = (new double[n, n], new double[n]);
        var (values, slopes) = (FromScale(at), Slopes(at));
        for (var k = 0; k < hertz.Length; k++)
        {
            var weight = 1 / impedance[k].Magnitude;
            var residual = (circuit.Impedance(hertz[k], values, _gradient) - impedance[k]) * weight;
            for (var i = 0; i < n; i++)
                _gradient[i] *= weight * slopes[i];
            for (var i = 0; i < n; i++)
            {
                right[i] += Dot(_gradient[i], residual);
                for (var j = 0; j <= i; j++)
                    matrix[j, i] = matrix[i, j] += Dot(_gradient[i], _gradient[j]);
            }
        }
        return (matrix, right);
    }

    private double Bound(int i, bool least)
    {
        var bound = least ? circuit.Parameters[i].Least : circuit.Parameters[i].Most;
        return _plain[i] ? bound : Math.Log(bound);
    }

    private static double Dot(Complex a, Complex b) => a.Real * b.Real + a.Imaginary * b.Imaginary;
}
