namespace Sdl.Simulators.Physics.Cells;

/// <summary>Salt in the pores across the cell: finite volumes, backward Euler, constant diffusivity. Linear in
/// the current, so that a step is a state that relaxes plus the current times one fixed response.</summary>
internal sealed class SaltColumn
{
    private const int Negative = 8, Separator = 3, Positive = 8, Cells = Negative + Separator + Positive;

    private double[]
        _salt = new double[Cells], _width = new double[Cells], _porosity = new double[Cells],
        _source = new double[Cells], _exchange = new double[Cells + 1], _pivot = new double[Cells],
        _upper = new double[Cells], _free = new double[Cells], _response = new double[Cells],
        _work = new double[Cells];
    private double _seconds = -1;

    /// <summary>Mean concentration in each region, mol/m3, now.</summary>
    public SaltProfile Now => Means(_salt);

    /// <summary>At the end of the prepared step without current.</summary>
    public SaltProfile Free { get; private set; }

    /// <summary>Change at the end of the prepared step per ampere of discharge.</summary>
    public SaltProfile PerAmpere { get; private set; }

    public void Fill(double concentration) => Array.Fill(_salt, concentration);

    /// <param name="diffusivity">Of the salt in free electrolyte, m2/s.</param>
    public void SetMaterial(CellParameters cell, double diffusivity)
    {
        for (var i = 0; i < Cells; i++)
        {
            var (region, volumes, sign) = i < Negative ? (cell.Negative.Porous, Negative, 1)
                : i < Negative + Separator ? (cell.Separator, Separator, 0)
                : (cell.Positive.Porous, Positive, -1);
            _width[i] = region.Thickness / volumes;
            _porosity[i] = region.Porosity;
            _source[i] = sign * (1 - cell.Electrolyte.Transference)
                / (region.Thickness * cell.Area * Constants.Faraday);
        }
        double Half(int i) => _width[i] / 2 / (diffusivity * Math.Pow(_porosity[i], cell.Bruggeman));
        for (var i = 1; i < Cells; i++)
            _exchange[i] = 1 / (Half(i - 1) + Half(i));
        _seconds = -1;
    }

    public void Prepare(double seconds)
    {
        if (seconds != _seconds)
            Factor(seconds);
        for (var i = 0; i < Cells; i++)
            _work[i] = _porosity[i] * _width[i] / seconds * _salt[i];
        Solve(_free);
        Free = Means(_free);
    }

    /// <summary>Takes the prepared step.</summary>
    /// <param name="discharge">A.</param>
    public void Commit(double discharge)
    {
        for (var i = 0; i < Cells; i++)
            _salt[i] = _free[i] + _response[i] * discharge;
    }

    private void Factor(double seconds)
    {
        _seconds = seconds;
        for (var i = 0; i < Cells; i++)
        {
            var diagonal = _porosity[i] * _width[i] / seconds + _exchange[i] + _exchange[i + 1];
            _pivot[i] = 1 / (i == 0 ? diagonal : diagonal + _exchange[i] * _upper[i - 1]);
            _upper[i] = -_exchange[i + 1] * _pivot[i];
            _work[i] = _source[i] * _width[i];
        }
        Solve(_response);
        PerAmpere = Means(_response);
    }

    // Thomas' algorithm for the tridiagonal system, right side in _work.
    private void Solve(double[] x)
    {
        x[0] = _work[0] * _pivot[0];
        for (var i = 1; i < Cells; i++)
            x[i] = (_work[i] + _exchange[i] * x[i - 1]) * _pivot[i];
        for (var i = Cells - 2; i >= 0; i--)
            x[i] -= _upper[i] * x[i + 1];
    }

    /// <summary>Another column in the same state.</summary>
    public SaltColumn Copy()
    {
        var copy = (SaltColumn)MemberwiseClone();
        (copy._salt, copy._width, copy._porosity, copy._source) =
            ([.. _salt], [.. _width], [.. _porosity], [.. _source]);
        (copy._exchange, copy._pivot, copy._upper) = ([.. _exchange], [.. _pivot], [.. _upper]);
        (copy._free, copy._response, copy._work) = ([.. _free], [.. _response], [.. _work]);
        return copy;
    }

    private static SaltProfile Means(double[] c) => new(
        Mean(c.AsSpan(0, Negative)), Mean(c.AsSpan(Negative, Separator)), Mean(c.AsSpan(Negative + Separator)));

    private static double Mean(ReadOnlySpan<double> c)
    {
        var sum = 0.0;
        foreach (var x in c)
            sum += x;
        return sum / c.Length;
    }
}

/// <summary>mol/m3 of salt, mean of each region.</summary>
internal readonly record struct SaltProfile(double Negative, double Separator, double Positive)
{
    public SaltProfile Plus(SaltProfile other, double times) => new(
        Negative + times * other.Negative, Separator + times * other.Separator, Positive + times * other.Positive);
}
