using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;

namespace Sdl.Planner.Sources;

/// <summary>What a measurement of one source at some place tells about the maximum of the target, in nats.</summary>
internal sealed class SourceChoice(SourceProcess process, int source, double[] heights)
{
    /// <summary>A <see cref="SmoothFunction"/>: ln of the information.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var joint = process.At(x, source);
        var shared = Math.Min(
            joint.Covariance * joint.Covariance / (joint.Variance * joint.Measured), 1 - 1e-9);
        var deviation = Math.Sqrt(joint.Variance);
        var value = MaximumInformation.Log(joint.Mean, deviation, shared, heights, out var by);
        if (gradient.IsEmpty) return value;
        gradient.Clear();
        process.AddSlopes(x, source, new Joint(
            by.Mean,
            0.5 * by.Deviation / deviation - by.SquaredCorrelation * shared / joint.Variance,
            -by.SquaredCorrelation * shared / joint.Measured,
            joint.Covariance == 0 ? 0 : 2 * by.SquaredCorrelation * shared / joint.Covariance), [], gradient);
        return value;
    }
}
