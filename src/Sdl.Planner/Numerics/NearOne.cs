namespace Sdl.Planner.Numerics;

/// <summary>Logarithm and exponential near one, to a few units in the last place (Kahan's corrections, Higham 2002,
/// section 1.14.1); the functions of <see cref="double"/> subtract and lose all digits there.</summary>
internal static class NearOne
{
    /// <summary>ln(1 + x).</summary>
    public static double Log(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>eˣ − 1.</summary>
    public static double Exp(double x)
    {
        var power = Math.Exp(x);
        if (power == 1) return x;
        var less = power - 1;
        return less == -1 || double.IsInfinity(power) ? less : less * (x / Math.Log(power));
    }
}
