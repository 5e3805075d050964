namespace Sdl.Simulators.Physics.Cells;

/// <summary>The reduced model of a lithium-ion cell: a single particle in each electrode with salt in the pores, 39
/// states; voltage in the form of the single particle model with electrolyte (Marquis et al. 2019, J. Electrochem.
/// Soc. 166, A3693). Discharge current positive here, as in its source.</summary>
/// <remarks>Apart from the voltage everything is linear in the current over a step: <see cref="Prepare"/> makes a step
/// of some seconds, <see cref="VoltageAtEnd"/> tries currents on it, <see cref="Commit"/> takes it. On thick electrodes
/// it is 8, 16 and 37 mV off a full porous-electrode model at 1C, 1.5C and 2C; on coin-cell electrodes 1 mV at 2C.
/// </remarks>
internal sealed class ReducedCell
{
    // Beyond empty and full a particle has no potential; this slope (V for all of its lithium) makes the voltage run
    // away as in a real cell, and keeps it falling with the current, so that a load always has a solution.
    private const double Wall = 200, Edge = 1e-6, LeastSalt = 1;

    private ParticleDiffusion _negative = new(), _positive = new();
    private SaltColumn _salt = new();
    private double _kelvin = Constants.RoomTemperature, _thermal, _rateNegative, _ratePositive, _fluxNegative,
        _fluxPositive, _areaNegative, _areaPositive, _electronic, _ionicNegative, _ionicSeparator, _ionicPositive;

    public ReducedCell(CellParameters parameters)
    {
        Parameters = parameters;
        _negative.Fill(parameters.Negative.InitialConcentration);
        _positive.Fill(parameters.Positive.InitialConcentration);
        _salt.Fill(parameters.Electrolyte.Salt);
        Refresh();
    }

    public CellParameters Parameters { get; }

    /// <summary>K, the same everywhere in the cell.</summary>
    public double Temperature
    {
        get => _kelvin;
        set
        {
            if (value == _kelvin)
                return;
            _kelvin = value;
            Refresh();
        }
    }

    /// <summary>Part of the positive active material that takes part no more.</summary>
    public double LostPositive
    {
        get;
        set
        {
            field = value;
            RefreshAreas();
        }
    }

    /// <summary>Ohm m2 of negative particle surface.</summary>
    public double FilmResistance { get; set; }

    /// <summary>Mean concentration of lithium, mol/m3; set to take lithium out or fill it in.</summary>
    public double NegativeMean
    {
        get => _negative.Mean;
        set => _negative.Mean = value;
    }

    public double PositiveMean
    {
        get => _positive.Mean;
        set => _positive.Mean = value;
    }

    public double NegativeSurface => _negative.Surface;
    public double PositiveSurface => _positive.Surface;

    /// <summary>mol/m3 of salt averaged over electrodes and separator.</summary>
    public SaltProfile Salt => _salt.Now;

    /// <summary>V when all gradients have gone.</summary>
    public double OpenCircuitVoltage =>
        Potential(Parameters.Positive, _positive.Mean) - Potential(Parameters.Negative, _negative.Mean);

    /// <summary>All particles evenly filled, mol/m3, and the salt even.</summary>
    public void Fill(double negative, double positive)
    {
        _negative.Fill(negative);
        _positive.Fill(positive);
        _salt.Fill(Parameters.Electrolyte.Salt);
    }

    /// <summary>V at this moment if the current were <paramref name="discharge"/> A: concentrations as they are.
    /// </summary>
    public double Voltage(double discharge) => Voltage(discharge, _negative.Surface, _positive.Surface, _salt.Now);

    /// <summary>Another cell in the same state.</summary>
    public ReducedCell Copy()
    {
        var copy = (ReducedCell)MemberwiseClone();
        (copy._negative, copy._positive, copy._salt) = (_negative.Copy(), _positive.Copy(), _salt.Copy());
        return copy;
    }

    /// <summary>Makes a step; nothing is changed yet.</summary>
    public void Prepare(double seconds)
    {
        _negative.Prepare(seconds);
        _positive.Prepare(seconds);
        _salt.Prepare(seconds);
    }

    /// <summary>V at the end of the prepared step under a constant current.</summary>
    public double VoltageAtEnd(double discharge)
    {
        var (freeNegative, perNegative) = _negative.End;
        var (freePositive, perPositive) = _positive.End;
        return Voltage(
            discharge, freeNegative + perNegative * _fluxNegative * discharge,
            freePositive + perPositive * _fluxPositive * discharge, _salt.Free.Plus(_salt.PerAmpere, discharge));
    }

    /// <summary>Takes the prepared step.</summary>
    public void Commit(double discharge)
    {
        _negative.Commit(_fluxNegative * discharge);
        _positive.Commit(_fluxPositive * discharge);
        _salt.Commit(discharge);
    }

    /// <summary>The slope of a potential in V per mol/m3 of lithium at the surface.</summary>
    public static double PotentialSlope(ElectrodeParameters electrode, double concentration)
    {
        const double h = 1e-6;
        var x = concentration / electrode.MaxConcentration;
        return (electrode.Potential(x + h) - electrode.Potential(x - h)) / (2 * h) / electrode.MaxConcentration;
    }

    private static double Potential(ElectrodeParameters electrode, double concentration)
    {
        var x = concentration / electrode.MaxConcentration;
        var inside = Math.Clamp(x, Edge, 1 - Edge);
        return electrode.Potential(inside) - Wall * (x - inside);
    }

    private double Voltage(double discharge, double negative, double positive, SaltProfile salt)
    {
        var (p, n, e) = (Parameters.Positive, Parameters.Negative, Parameters.Electrolyte);
        double saltNegative = Math.Max(salt.Negative, LeastSalt), saltPositive = Math.Max(salt.Positive, LeastSalt),
            saltSeparator = Math.Max(salt.Separator, LeastSalt);
        // A/m2 of particle surface.
        double currentNegative = discharge / _areaNegative, currentPositive = -discharge / _areaPositive;
        var reaction = 2 * _thermal * (
            Math.Asinh(currentPositive / (2 * Exchange(_ratePositive, saltPositive, positive, p)))
            - Math.Asinh(currentNegative / (2 * Exchange(_rateNegative, saltNegative, negative, n))));
        var concentration = 2 * _thermal * (1 - e.Transference) * e.ThermodynamicFactor
            * Math.Log(saltPositive / saltNegative);
        var ohmic = _ionicNegative / e.Conductivity(saltNegative, _kelvin)
            + _ionicSeparator / e.Conductivity(saltSeparator, _kelvin)
            + _ionicPositive / e.Conductivity(saltPositive, _kelvin) + _electronic + FilmResistance / _areaNegative;
        return Potential(p, positive) - Potential(n, negative) + reaction + concentration - discharge * ohmic;
    }

    private static double Exchange(double rate, double salt, double surface, ElectrodeParameters electrode)
    {
        var full = electrode.MaxConcentration;
        var inside = Math.Clamp(surface, Edge * full, (1 - Edge) * full);
        return rate * Math.Sqrt(salt * inside * (full - inside));
    }

    private void Refresh()
    {
        var (p, n, e) = (Parameters.Positive, Parameters.Negative, Parameters.Electrolyte);
        _thermal = Constants.GasConstant * _kelvin / Constants.Faraday;
        _rateNegative = n.Kinetics.At(_kelvin);
        _ratePositive = p.Kinetics.At(_kelvin);
        _negative.SetMaterial(n.ParticleRadius, n.DiffusivityAt(_kelvin));
        _positive.SetMaterial(p.ParticleRadius, p.DiffusivityAt(_kelvin));
        _salt.SetMaterial(Parameters, e.Diffusivity(e.Salt, _kelvin));

        double Ionic(PorousLayer layer, double part) =>
            layer.Thickness * part / Math.Pow(layer.Porosity, Parameters.Bruggeman) / Parameters.Area;
        _ionicNegative = Ionic(n.Porous, 1.0 / 3);
        _ionicSeparator = Ionic(Parameters.Separator, 1);
        _ionicPositive = Ionic(p.Porous, 1.0 / 3);
        _electronic = (n.Porous.Thickness / n.Conductivity + p.Porous.Thickness / p.Conductivity) / 3 / Parameters.Area
            + Parameters.ContactResistance;
        RefreshAreas();
    }

    private void RefreshAreas()
    {
        _areaNegative = Parameters.Negative.SurfaceArea * Parameters.Negative.Porous.Thickness * Parameters.Area;
        _areaPositive = Parameters.Positive.SurfaceArea * Parameters.Positive.Porous.Thickness * Parameters.Area
            * (1 - LostPositive);
        _fluxNegative = 1 / (_areaNegative * Constants.Faraday);
        _fluxPositive = -1 / (_areaPositive * Constants.Faraday);
    }
}
