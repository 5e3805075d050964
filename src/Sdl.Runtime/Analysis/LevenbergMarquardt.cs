namespace Sdl.Runtime.Analysis;

/// <summary>Damped least squares with bounds (Marquardt, J. SIAM 11 (1963) 431): a coordinate that a bound stops is
/// left out of the step.</summary>
internal static class LevenbergMarquardt
{
    // On the logarithmic scale one step changes a parameter by a factor of e^3 at most.
    private const double LongestStep = 3, LargestDamping = 1e12;

    /// <summary>Never worse than <paramref name="start"/>.</summary>
    public static double[] Minimise(SpectrumProblem problem, double[] start, int steps)
    {
        var (at, cost, damping) = (start, problem.Cost(start), 1e-2);
        for (var step = 0; step < steps && damping < LargestDamping; step++)
        {
            var (matrix, gradient) = problem.Normal(at);
            for (; damping < LargestDamping; damping *= 8)
            {
                var next = Step(problem, at, matrix, gradient, damping);
                var nextCost = problem.Cost(next);
                // Also false for NaN.
                if (!(nextCost < cost))
                    continue;
                var gained = cost - nextCost;
                (at, cost, damping) = (next, nextCost, Math.Max(damping / 20, 1e-12));
                if (gained < 1e-13 * cost)
                    return at;
                break;
            }
        }
        return at;
    }

    private static double[] Step(
        SpectrumProblem problem, double[] at, double[,] matrix, double[] gradient, double damping)
    {
        var n = at.Length;
        var (a, b) = (new double[n, n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var held = problem.Blocked(i, at[i], gradient[i]);
            b[i] = held ? 0 : -gradient[i];
            for (var j = 0; j < n; j++)
                a[i, j] = held || problem.Blocked(j, at[j], gradient[j]) ? 0 : matrix[i, j];
            // The floor keeps a parameter without any influence from making the matrix singular.
            a[i, i] = held ? 1 : matrix[i, i] * (1 + damping) + 1e-20;
        }
        Solve(a, b);
        return problem.Clamp(at.Select((u, i) => u + Math.Clamp(b[i], -LongestStep, LongestStep)).ToArray());
    }

    /// <summary>Cholesky in place; a positive definite matrix of a few rows.</summary>
    private static void Solve(double[,] a, double[] b)
    {
        var n = b.Length;
        for (var j = 0; j < n; j++)
        {
            for (var k = 0; k < j; k++)
                a[j, j] -= a[j, k] * a[j, k];
            a[j, j] = Math.Sqrt(a[j, j]);
            for (var i = j + 1; i < n; i++)
            {
                for (var k = 0; k < j; k++)
                    a[i, j] -= a[i, k] * a[j, k];
                a[i, j] /= a[j, j];
            }
            for (var k = 0; k < j; k++)
                b[j] -= a[j, k] * b[k];
            b[j] /= a[j, j];
        }
        for (var j = n - 1; j >= 0; j--)
        {
            for (var i = j + 1; i < n; i++)
                b[j] -= a[i, j] * b[i];
            b[j] /= a[j, j];
        }
    }
}
