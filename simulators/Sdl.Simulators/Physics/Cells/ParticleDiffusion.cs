namespace Sdl.Simulators.Physics.Cells;

/// <summary>Lithium in the particles of one electrode: the mean concentration, and eight exact modes of diffusion in a
/// sphere with the sum of all others as one more. Exact and stable at any step while the current is constant.
/// </summary>
/// <remarks>c_surface = c_mean - sum a_k; a_k relaxes at the rate l_k^2 D/R^2 towards (2/l_k^2)(R/D)N, where
/// tan l_k = l_k and N is the flux out of the particle. The weights of all modes sum to 1/5, their squares to 1/350
/// (Carslaw and Jaeger 1959, 9.3), which gives the weight and the rate of the rest.</remarks>
internal sealed class ParticleDiffusion
{
    public const int Modes = 8;

    private static readonly double[] Weights = new double[Modes + 1], Rates = new double[Modes + 1];

    private double[] _modes = new double[Modes + 1], _decay = new double[Modes + 1];
    private double _radius, _seconds, _kept;

    static ParticleDiffusion()
    {
        double weight = 0.2, square = 2.0 / 350;
        for (var k = 0; k < Modes; k++)
        {
            var root = Root(k + 1);
            Rates[k] = root * root;
            Weights[k] = 2 / Rates[k];
            weight -= Weights[k];
            square -= Weights[k] / Rates[k];
        }
        Weights[Modes] = weight;
        Rates[Modes] = weight / square;
    }

    /// <summary>Mean concentration, mol/m3.</summary>
    public double Mean { get; set; }

    /// <summary>m2/s.</summary>
    public double Diffusivity { get; private set; }

    /// <summary>mol/m3 at the surface now.</summary>
    public double Surface
    {
        get
        {
            var sum = Mean;
            foreach (var mode in _modes)
                sum -= mode;
            return sum;
        }
    }

    /// <summary>What the surface will be at the end of the prepared step without flux, and its change per unit of
    /// flux, (mol/m3)/(mol/m2 s).</summary>
    public (double Free, double PerFlux) End { get; private set; }

    /// <summary>The k-th positive solution of tan x = x.</summary>
    public static double Root(int k)
    {
        // Newton on sin x - x cos x, from the asymptote (k + 1/2) pi - 1/x.
        var asymptote = (k + 0.5) * Math.PI;
        var x = asymptote - 1 / asymptote;
        for (var i = 0; i < 8; i++)
            x -= (Math.Sin(x) - x * Math.Cos(x)) / (x * Math.Sin(x));
        return x;
    }

    /// <summary>The material that the particles are of. Keeps what is in them.</summary>
    /// <param name="radius">m.</param>
    /// <param name="diffusivity">m2/s.</param>
    public void SetMaterial(double radius, double diffusivity)
    {
        (_radius, Diffusivity) = (radius, diffusivity);
        _seconds = -1;
    }

    /// <summary>All particles evenly filled.</summary>
    public void Fill(double mean)
    {
        Mean = mean;
        Array.Clear(_modes);
    }

    /// <summary>Another particle in the same state.</summary>
    public ParticleDiffusion Copy()
    {
        var copy = (ParticleDiffusion)MemberwiseClone();
        (copy._modes, copy._decay) = ([.. _modes], [.. _decay]);
        return copy;
    }

    public void Prepare(double seconds)
    {
        if (seconds != _seconds)
        {
            _seconds = seconds;
            _kept = 0;
            for (var k = 0; k <= Modes; k++)
            {
                _decay[k] = Math.Exp(-Rates[k] * Diffusivity * seconds / (_radius * _radius));
                _kept += Weights[k] * (1 - _decay[k]);
            }
        }
        var free = Mean;
        for (var k = 0; k <= Modes; k++)
            free -= _modes[k] * _decay[k];
        End = (free, -3 * seconds / _radius - _kept * _radius / Diffusivity);
    }

    /// <summary>Takes the prepared step.</summary>
    /// <param name="flux">mol/(m2 s) out of the particles.</param>
    public void Commit(double flux)
    {
        Mean -= 3 * _seconds / _radius * flux;
        for (var k = 0; k <= Modes; k++)
            _modes[k] = _modes[k] * _decay[k] + Weights[k] * _radius / Diffusivity * flux * (1 - _decay[k]);
    }
}
