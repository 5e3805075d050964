using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>Encoded points of a space, in all its branches.</summary>
internal sealed class Sampler(Domain domain, Draws draws)
{
    private const double Moved = 0.7, LevelChanged = 0.3;

    // Components draw lots with this shape, so that few of them take most of a mixture.
    private const double SparseShape = 0.3;

    private readonly int _m = domain.Numeric;

    /// <summary>Evenly all over the space: quasi-random where the shape allows it, otherwise by hit-and-run.</summary>
    public List<double[]> Even(int count)
    {
        var points = new List<double[]>(count);
        var groups = Assign(count).GroupBy(b => b.Shape).ToList();
        foreach (var group in groups)
        {
            var branches = group.ToArray();
            var numbers = group.Key.Simplices is { } simplices && _m <= Sobol.MaxDimension
                ? Quasi(group.Key.Polytope, simplices, branches.Length) : Chords(group.Key.Polytope, branches.Length);
            points.AddRange(branches.Select((b, i) => Join(numbers[i], b)));
        }
        return points;
    }

    /// <summary>On corners, edges and faces, where mixtures and constraints often have their optimum; none for a plain
    /// box.</summary>
    public List<double[]> Sparse(int count)
    {
        var points = new List<double[]>(count);
        foreach (var branch in Assign(count))
        {
            if (branch.Shape.Simplices is { Length: 0 }) continue;
            var numbers = branch.Shape.Simplices is { } s ? Lots(branch.Polytope, s) : Face(branch.Polytope);
            points.Add(Join(numbers, branch));
        }
        return points;
    }

    /// <summary>A random step from a point; it ends at the border of the space.</summary>
    public double[] Near(double[] anchor, double size)
    {
        if (domain.BranchAt(anchor) is not { } branch) return anchor;
        var levels = (int[])branch.Levels.Clone();
        for (var c = 0; c < levels.Length; c++)
            if (levels[c] >= 0 && draws.Uniform() < LevelChanged)
                levels[c] = draws.Below(domain.Categories[c].Levels.Count);
        if (!levels.AsSpan().SequenceEqual(branch.Levels))
        {
            for (var c = 0; c < levels.Length; c++) levels[c] = Math.Max(0, levels[c]);
            if (domain.BranchOf(levels, branch.Off) is { } other)
            {
                if (!ReferenceEquals(other.Shape, branch.Shape)) return Join(Chords(other.Polytope, 1)[0], other);
                branch = other;
            }
        }
        return Join(branch.Shape.Simplices is { } s ? Clipped(anchor, size, branch.Polytope, s)
            : Stepped(anchor, size, branch.Polytope), branch);
    }

    private double[] Stepped(double[] anchor, double size, Polytope polytope)
    {
        var (x, step) = (anchor[.._m], new double[_m]);
        for (var k = 0; k < _m; k++) step[k] = draws.Uniform() < Moved ? size * draws.Normal() : 0;
        polytope.Project(step);
        Rows.AddScaled(x, Math.Min(1, polytope.Reach(x, step, [], out _)), step);
        return x;
    }

    /// <summary>What leaves the bounds is cut, and mixtures are filled up again: many end on a face.</summary>
    private double[] Clipped(double[] anchor, double size, Polytope polytope, int[][] simplices)
    {
        var x = anchor[.._m];
        for (var k = 0; k < _m; k++)
        {
            if (polytope.Lo[k] == polytope.Hi[k] || draws.Uniform() >= Moved) continue;
            x[k] = Math.Clamp(x[k] + size * draws.Normal(), polytope.Lo[k], polytope.Hi[k]);
        }
        foreach (var parts in simplices) Normalise(x, parts);
        return x;
    }

    private double[] Lots(Polytope polytope, int[][] simplices)
    {
        var x = (double[])polytope.Centre.Clone();
        for (var k = 0; k < _m; k++)
            x[k] = polytope.Lo[k] + (polytope.Hi[k] - polytope.Lo[k]) * draws.Uniform();
        foreach (var parts in simplices)
        {
            foreach (var k in parts) x[k] = draws.Gamma(SparseShape);
            Normalise(x, parts);
        }
        return x;
    }

    /// <summary>From inside along random directions, each within the faces that were met before.</summary>
    private double[] Face(Polytope polytope)
    {
        var x = Chords(polytope, 1)[0];
        var met = new List<double[]>();
        var direction = new double[_m];
        for (var walls = 1 + draws.Below(Math.Max(1, polytope.Freedom)); walls > 0; walls--)
        {
            for (var k = 0; k < _m; k++) direction[k] = draws.Normal();
            polytope.Project(direction);
            foreach (var q in met) Rows.AddScaled(direction, -Rows.Dot(q, direction), q);
            if (Rows.Dot(direction, direction) < 1e-12) break;
            var reach = polytope.Reach(x, direction, [], out var row);
            if (row < 0) break;
            Rows.AddScaled(x, reach, direction);
            var normal = polytope.Normal(row).ToArray();
            if (Polytope.Orthonormalise(normal, met)) met.Add(normal);
        }
        return x;
    }

    private double[][] Chords(Polytope polytope, int count)
    {
        var flat = new double[count * _m];
        HitAndRun.Sample(polytope, draws, flat, polytope.Freedom + 1);
        return [.. flat.Chunk(Math.Max(1, _m))];
    }

    private double[][] Quasi(Polytope polytope, int[][] simplices, int count)
    {
        var sobol = new Sobol(_m, draws.Next());
        var points = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var x = points[i] = new double[_m];
            sobol.Point((uint)i, x);
            foreach (var parts in simplices) BreakStick(x, parts);
            for (var k = 0; k < _m; k++) x[k] = polytope.Lo[k] + x[k] * (polytope.Hi[k] - polytope.Lo[k]);
        }
        return points;
    }

    /// <summary>Uniform on the simplex from uniform numbers.</summary>
    private static void BreakStick(double[] x, int[] parts)
    {
        var rest = 1.0;
        for (var i = 0; i < parts.Length; i++)
        {
            var left = parts.Length - 1 - i;
            var part = left == 0 ? 1 : 1 - Math.Pow(1 - x[parts[i]], 1.0 / left);
            x[parts[i]] = rest * part;
            rest *= 1 - part;
        }
    }

    private static void Normalise(double[] x, int[] parts)
    {
        var sum = parts.Sum(k => x[k]);
        foreach (var k in parts) x[k] = sum > 0 ? x[k] / sum : 1.0 / parts.Length;
    }

    private IEnumerable<Branch> Assign(int count)
    {
        if (domain.Branches is not { } all)
        {
            for (var i = 0; i < count; i++) yield return domain.Draw(draws);
            yield break;
        }
        // In turn, in an order of chance: no branch is forgotten.
        int[] order = [.. Enumerable.Range(0, all.Count)];
        for (var i = 0; i < count; i++)
        {
            var other = i % all.Count + draws.Below(all.Count - i % all.Count);
            if (all.Count > 1)
                (order[i % all.Count], order[other]) = (order[other], order[i % all.Count]);
            yield return all[order[i % all.Count]];
        }
    }

    private static double[] Join(double[] numbers, Branch branch) =>
        [.. numbers, .. branch.Levels.Select(l => (double)l)];
}
