using FsCheck.Xunit;
using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Numerics;

public sealed class CholeskyTests
{
    [Property(MaxTest = 50)]
    public void Factor_solve_and_inverse_undo_the_matrix(int seed)
    {
        var random = new Random(seed);
        var n = random.Next(1, 30);
        var a = PositiveDefinite(random, n);
        double[] l = [.. a], b = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], x = [.. b];
        double[] inverse = new double[n * n], scratch = new double[n * n];

        Assert.True(Cholesky.Factor(l, n));
        Cholesky.Solve(l, n, x);
        Cholesky.Invert(l, n, inverse, scratch);

        for (var i = 0; i < n; i++)
        {
            Assert.Equal(b[i], Rows.Dot(a.AsSpan(i * n, n), x), 1e-9);
            Assert.Equal(x[i], Rows.Dot(inverse.AsSpan(i * n, n), b), 1e-9);
        }
    }

    [Fact]
    public void Factor_refuses_what_is_not_positive_definite()
    {
        Assert.False(Cholesky.Factor([1, 0, 2, 1], 2));
        Assert.False(Cholesky.Factor([double.NaN], 1));
    }

    [Property(MaxTest = 50)]
    public void Pivoted_factor_restores_a_matrix_of_low_rank(int seed)
    {
        var random = new Random(seed);
        int n = random.Next(2, 15), rank = random.Next(1, n);
        var half = Enumerable.Range(0, n * rank).Select(_ => random.NextDouble() - 0.5).ToArray();
        var a = new double[n * n];
        for (var i = 0; i < n * n; i++)
            a[i] = Rows.Dot(half.AsSpan(i / n * rank, rank), half.AsSpan(i % n * rank, rank));
        var columns = new double[n * n];

        var found = Cholesky.FactorPivoted([.. a], n, columns, n, 1e-12);

        Assert.InRange(found, 1, rank);
        for (var i = 0; i < n * n; i++)
            Assert.Equal(a[i], Rows.Dot(columns.AsSpan(i / n * n, n), columns.AsSpan(i % n * n, n)), 1e-9);
    }

    private static double[] PositiveDefinite(Random random, int n)
    {
        var half = Enumerable.Range(0, n * n).Select(_ => random.NextDouble() - 0.5).ToArray();
        var a = new double[n * n];
        for (var i = 0; i < n * n; i++)
            a[i] = Rows.Dot(half.AsSpan(i / n * n, n), half.AsSpan(i % n * n, n)) + (i / n == i % n ? 0.1 : 0);
        return a;
    }
}
