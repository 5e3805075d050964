namespace Sdl.Planner.Spaces;

/// <summary>The linear rows of a region after a change of scale, x = offset + scale·y with least ≤ y ≤ most.</summary>
internal sealed record ScaledRows(
    double[] Least, double[] Most, (double[] Normal, double Limit)[] Rows, (double[] Normal, double Limit)[] Sums)
{
    public static ScaledRows Of(Region space, double[] offset, double[] scale)
    {
        var rows = space.Constraints.Select(c => Row(
            [.. space.Axes.Select(a => c.Coefficients.GetValueOrDefault(a.Name))], c.Max, offset, scale));
        var sums = space.Mixtures.Select(m => Row(
            [.. space.Axes.Select(a => m.Parameters.Contains(a.Name) ? 1.0 : 0)], m.Sum, offset, scale));
        return new ScaledRows(new double[scale.Length], [.. scale.Select(s => s > 0 ? 1.0 : 0)], [.. rows], [.. sums]);
    }

    /// <summary>Narrows a coordinate.</summary>
    public void Limit(int axis, double least, double most) => (Least[axis], Most[axis]) = (least, most);

    /// <summary>Scaled to a largest coefficient of one, unless all of them are 0.</summary>
    private static (double[] Normal, double Limit) Row(
        double[] coefficients, double limit, double[] offset, double[] scale)
    {
        var rest = limit;
        var largest = 0.0;
        var normal = new double[coefficients.Length];
        for (var k = 0; k < normal.Length; k++)
        {
            rest -= coefficients[k] * offset[k];
            normal[k] = coefficients[k] * scale[k];
            largest = Math.Max(largest, Math.Abs(normal[k]));
        }
        if (!(largest > 0)) return (normal, rest);
        for (var k = 0; k < normal.Length; k++) normal[k] /= largest;
        return (normal, rest / largest);
    }

    /// <param name="extra">Further variables behind the coordinates, with coefficient 0.</param>
    public LinearProgram Program(int extra)
    {
        var program = new LinearProgram(Most.Length + extra);
        for (var k = 0; k < Most.Length; k++)
        {
            program.AtMost(Polytope.Unit(Most.Length + extra, k, 1), Most[k]);
            if (Least[k] > 0) program.AtMost(Polytope.Unit(Most.Length + extra, k, -1), -Least[k]);
        }
        foreach (var (normal, limit) in Rows) program.AtMost([.. normal, .. new double[extra]], limit);
        foreach (var (normal, limit) in Sums) program.Equal([.. normal, .. new double[extra]], limit);
        return program;
    }
}
