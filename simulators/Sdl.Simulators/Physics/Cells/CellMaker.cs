namespace Sdl.Simulators.Physics.Cells;

/// <summary>Makes cells.</summary>
public static class CellMaker
{
    private const double CapacityScatter = 0.02, ContactScatter = 0.2, LifeScatter = 0.176, BadCells = 0.05,
        BadContact = 25;

    /// <summary>The same build, noise and name give the same cell.</summary>
    /// <param name="name">Names the cell in everything that is drawn.</param>
    public static CellUnderTest Make(CellBuild build, Noise noise, string name)
    {
        var fault = build.Fault ?? Drawn(noise, name);
        var mix = build.Mix ?? Standard(build.Temperature);
        var parameters = Parameters(build.Set, mix, build.Temperature);
        var hasten = 1.0;
        if (build.Scatters)
        {
            var size = Math.Max(0.5, 1 + CapacityScatter * noise.Normal($"cell/{name}/capacity"));
            parameters = parameters with
            {
                Area = parameters.Area * size,
                ContactResistance = parameters.ContactResistance
                    * Math.Exp(ContactScatter * noise.Normal($"cell/{name}/contact")),
            };
            hasten = Math.Exp(LifeScatter * noise.Normal($"cell/{name}/life"));
        }
        // Where the parameters hold the contacts in their kinetics, a bad one has the cell's own resistance.
        if (fault == CellFault.HighContactResistance)
            parameters = parameters with
            {
                ContactResistance = BadContact * (parameters.ContactResistance > 0 ? parameters.ContactResistance
                    : 0.05 / (parameters.NominalCharge / 3600)),
            };
        var law = (build.Set == ParameterSets.Coin
            ? FadeLaw.Coin(parameters, mix, build.ElectrolyteVolume)
            : FadeLaw.SolventDiffusion(parameters)).Hastened(hasten);
        // Charge goes into a cell only with its film being formed.
        var isFormed = build.Formed ?? (build.Set != ParameterSets.Coin || build.StateOfCharge > 0);
        var charge = build.StateOfCharge ?? (build.Set == ParameterSets.Coin ? 0 : null);
        var model = new ReducedCell(parameters) { Temperature = build.Temperature };
        Fill(model, charge, isFormed ? law.Formed * law.FormedOutside : 0);
        return new CellUnderTest(model, build.Fades ? new Ageing(law, model, isFormed) : null, fault);
    }

    /// <param name="mix">Of the coin cell; the others have an electrolyte of their own.</param>
    /// <param name="kelvin">At which the concentration of the salt is counted.</param>
    /// <exception cref="ArgumentException">There is no such set.</exception>
    public static CellParameters Parameters(string set, ElectrolyteComposition mix, double kelvin) => set switch
    {
        ParameterSets.Chen => ParameterSets.Chen2020,
        ParameterSets.Lfp => ParameterSets.LfpGraphite,
        ParameterSets.Coin => ParameterSets.CoinNmc811Graphite(MixtureElectrolyte.Of(mix, kelvin)),
        _ => throw new ArgumentException(
            $"'{set}' is none of {string.Join(", ", ParameterSets.Names)}", nameof(set)),
    };

    /// <summary>1 M LiPF6 in EC:EMC 3:7 by mass.</summary>
    public static ElectrolyteComposition Standard(double kelvin)
    {
        var solvent = new ElectrolyteComposition(0.3, 0, 0);
        return solvent with { Molality = MixtureElectrolyte.Molality(solvent, 1000, kelvin) };
    }

    private static CellFault Drawn(Noise noise, string name)
    {
        var draw = noise.Uniform($"cell/{name}/fault") / BadCells;
        return draw >= 1 ? CellFault.None
            : draw < 0.3 ? CellFault.SoftShort
            : draw < 0.7 ? CellFault.HighContactResistance : CellFault.Dead;
    }

    // Lithium moves from one electrode to the other until the open-circuit voltage is that of the state asked for.
    private static void Fill(ReducedCell cell, double? stateOfCharge, double lost)
    {
        var p = cell.Parameters;
        var negative = p.Negative.InitialConcentration - lost * Ageing.PerNominalCharge(p);
        if (stateOfCharge is not { } part)
        {
            cell.Fill(negative, p.Positive.InitialConcentration);
            return;
        }
        var perNegative = 1 / (Constants.Faraday * p.Negative.ActiveFraction * p.Negative.Porous.Thickness * p.Area);
        var perPositive = 1 / (Constants.Faraday * p.Positive.ActiveFraction * p.Positive.Porous.Thickness * p.Area);
        void Put(double discharged) =>
            cell.Fill(negative - discharged * perNegative, p.Positive.InitialConcentration + discharged * perPositive);

        double Find(double voltage)
        {
            var (low, high) = (-p.NominalCharge, 1.5 * p.NominalCharge);
            for (var i = 0; i < 80; i++)
            {
                var middle = 0.5 * (low + high);
                Put(middle);
                (low, high) = cell.OpenCircuitVoltage > voltage ? (middle, high) : (low, middle);
            }
            return 0.5 * (low + high);
        }

        var (empty, full) = (Find(p.VoltageWindow.Least), Find(p.VoltageWindow.Most));
        Put(empty + part * (full - empty));
    }
}
