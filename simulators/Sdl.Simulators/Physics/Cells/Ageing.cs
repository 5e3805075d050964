namespace Sdl.Simulators.Physics.Cells;

/// <summary>What a fade law has done to one cell so far.</summary>
internal sealed class Ageing
{
    // The anode is never emptied altogether, mol/m3.
    private const double LeastLithium = 20;

    // Forming the film takes charge while the first half of the nominal charge goes in.
    private const double FormingCharge = 0.5;

    private readonly FadeLaw _law;
    private ReducedCell _cell;

    /// <param name="formed">The film has been formed already, and its lithium is gone from the anode.</param>
    public Ageing(FadeLaw law, ReducedCell cell, bool formed)
    {
        (_law, _cell) = (law, cell);
        (Film, _formed) = formed ? (law.Formed, 1) : (0, 0);
        Apply();
    }

    private double _formed;

    /// <summary>Part of the nominal charge that is in the film.</summary>
    public double Film { get; private set; }

    /// <summary>Part of the nominal charge that was lost after formation.</summary>
    public double LostLithium => Math.Max(0, Film - _law.Formed);

    /// <summary>mol/m3 in the anode that make up the nominal charge.</summary>
    public static double PerNominalCharge(CellParameters cell) => cell.NominalCharge / (Constants.Faraday
        * cell.Negative.ActiveFraction * cell.Negative.Porous.Thickness * cell.Area);

    /// <summary>The same for a copy of the cell.</summary>
    public Ageing Copy(ReducedCell cell)
    {
        var copy = (Ageing)MemberwiseClone();
        copy._cell = cell;
        return copy;
    }

    /// <summary>Time and charge pass. A cycle moves what lithium is left in and out once.</summary>
    /// <param name="charge">A s, positive in.</param>
    public void Live(double seconds, double charge)
    {
        var nominal = _cell.Parameters.NominalCharge;
        if (_formed < 1)
            Form(charge / nominal);
        else
            Grow(seconds, Math.Abs(charge) / (2 * nominal * (1 - _law.Formed * _law.FormedOutside - LostLithium)));
    }

    /// <summary>Time and whole cycles pass.</summary>
    public void Grow(double seconds, double cycles)
    {
        var grown = Math.Sqrt(Film * Film
            + _law.Growth * Constants.Arrhenius(_law.Activation, _cell.Temperature) * seconds);
        var square = LostLithium / _law.Knee * (LostLithium / _law.Knee);
        _cell.LostPositive = Math.Min(
            0.95, _cell.LostPositive + cycles * _law.ActiveLoss * (1 + square * square * square * square));
        Take(grown - Film);
        Film = grown;
        Apply();
    }

    private void Form(double charged)
    {
        var part = Math.Min(1 - _formed, Math.Max(0, charged) / FormingCharge);
        _formed = part >= 1 - _formed ? 1 : _formed + part;
        Film = _law.Formed * _formed;
        Take(_law.Formed * _law.FormedOutside * part);
        Apply();
    }

    private void Take(double partOfNominal) => _cell.NegativeMean = Math.Max(
        Math.Min(LeastLithium, _cell.NegativeMean),
        _cell.NegativeMean - partOfNominal * PerNominalCharge(_cell.Parameters));

    private void Apply() => _cell.FilmResistance =
        _law.FilmPerLoss * (_law.FilmCountsFromNew ? Math.Max(0, Film - _law.Formed) : Film);
}
