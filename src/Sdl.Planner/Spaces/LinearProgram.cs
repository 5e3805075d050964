using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>Maximise c·y over y ≥ 0, row·y ≤ limit, row·y = value. A dense two-phase simplex with Bland's rule, for the
/// few dozen rows that a laboratory's space has.</summary>
internal sealed class LinearProgram(int variables)
{
    private const double Tolerance = 1e-10;
    private const double Infeasible = 1e-9;

    private readonly List<(double[] Row, double Limit, bool Equal)> _rows = [];

    public void AtMost(double[] row, double limit) => _rows.Add((row, limit, false));

    public void Equal(double[] row, double value) => _rows.Add((row, value, true));

    /// <returns>A vertex where the objective is largest; null when no point satisfies all rows.</returns>
    /// <exception cref="InvalidOperationException">The objective has no upper bound.</exception>
    public double[]? Maximise(ReadOnlySpan<double> objective)
    {
        var tableau = new Tableau(variables, _rows);
        var phaseOne = new double[tableau.Columns];
        phaseOne.AsSpan(tableau.FirstArtificial).Fill(-1);
        tableau.Climb(phaseOne, tableau.Columns);
        if (tableau.ArtificialSum() > Infeasible) return null;
        tableau.DropArtificials();
        var phaseTwo = new double[tableau.Columns];
        objective.CopyTo(phaseTwo);
        tableau.Climb(phaseTwo, tableau.FirstArtificial);
        return tableau.Solution(variables);
    }

    private sealed class Tableau
    {
        private readonly double[][] _rows;
        private readonly int[] _basis;

        public Tableau(int variables, List<(double[] Row, double Limit, bool Equal)> rows)
        {
            FirstArtificial = variables + rows.Count(r => !r.Equal);
            Columns = FirstArtificial + rows.Count(r => r.Equal || r.Limit < 0);
            _rows = new double[rows.Count][];
            _basis = new int[rows.Count];
            int slack = variables, artificial = FirstArtificial;
            for (var i = 0; i < rows.Count; i++)
            {
                var (coefficients, limit, equal) = rows[i];
                var row = _rows[i] = new double[Columns + 1];
                var sign = limit < 0 ? -1 : 1;
                for (var k = 0; k < coefficients.Length; k++) row[k] = sign * coefficients[k];
                row[Columns] = sign * limit;
                if (!equal) row[_basis[i] = slack++] = sign;
                if (equal || limit < 0) row[_basis[i] = artificial++] = 1;
            }
        }

        public int FirstArtificial { get; }

        public int Columns { get; }

        public double ArtificialSum() =>
            _rows.Where((_, i) => _basis[i] >= FirstArtificial).Sum(row => Math.Abs(row[Columns]));

        public void Climb(double[] objective, int usable)
        {
            while (true)
            {
                var entering = -1;
                for (var j = 0; j < usable && entering < 0; j++)
                    if (Gain(objective, j) > Tolerance) entering = j;
                if (entering < 0) return;
                Pivot(Leaving(entering), entering);
            }
        }

        /// <summary>Artificial variables that stayed in the basis are 0: exchange them, so that they cannot grow again.
        /// A row that holds nothing else is redundant.</summary>
        public void DropArtificials()
        {
            for (var i = 0; i < _rows.Length; i++)
            {
                if (_basis[i] < FirstArtificial) continue;
                var column = Array.FindIndex(_rows[i], 0, FirstArtificial, a => Math.Abs(a) > Tolerance);
                if (column >= 0) Pivot(i, column);
            }
        }

        public double[] Solution(int variables)
        {
            var y = new double[variables];
            for (var i = 0; i < _rows.Length; i++)
                if (_basis[i] < variables) y[_basis[i]] = Math.Max(0, _rows[i][Columns]);
            return y;
        }

        private double Gain(double[] objective, int column)
        {
            if (Array.IndexOf(_basis, column) >= 0) return 0;
            var gain = objective[column];
            for (var i = 0; i < _rows.Length; i++) gain -= objective[_basis[i]] * _rows[i][column];
            return gain;
        }

        private int Leaving(int entering)
        {
            var leaving = -1;
            var least = double.PositiveInfinity;
            for (var i = 0; i < _rows.Length; i++)
            {
                if (_rows[i][entering] <= Tolerance) continue;
                var ratio = _rows[i][Columns] / _rows[i][entering];
                if (ratio > least + Tolerance || (ratio > least - Tolerance && _basis[i] > _basis[leaving])) continue;
                (leaving, least) = (i, Math.Min(ratio, least));
            }
            if (leaving < 0) throw new InvalidOperationException("The linear program has no upper bound.");
            return leaving;
        }

        private void Pivot(int leaving, int entering)
        {
            var row = _rows[leaving];
            var pivot = row[entering];
            for (var j = 0; j < row.Length; j++) row[j] /= pivot;
            for (var i = 0; i < _rows.Length; i++)
                if (i != leaving && _rows[i][entering] != 0) Rows.AddScaled(_rows[i], -_rows[i][entering], row);
            _basis[leaving] = entering;
        }
    }
}
