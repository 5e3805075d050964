using System.Numerics;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>Small-signal impedance of a cell as the single particle model has it: contacts, electrolyte and leads in
/// series with the film on the anode and, for each electrode, charge transfer and diffusion in the particles beside the
/// double layer (reference/physics.md, 4b).</summary>
internal static class CellImpedance
{
    // Leads of half a metre; double layers are not ideal, and have their capacitance at 100 Hz; the film has the
    // capacitance of a fiftieth of the surface.
    private const double Inductance = 2e-7, Exponent = 0.88, CapacitanceAt = 2 * Math.PI * 100, FilmShare = 0.02;

    public static Complex At(double hertz, ReducedCell cell)
    {
        var w = 2 * Math.PI * hertz;
        var impedance = new Complex(cell.Parameters.ContactResistance + ElectrolyteResistance(cell), w * Inductance)
            + Electrode(w, cell.Parameters.Negative, cell.NegativeSurface, cell.Salt.Negative, cell, 1)
            + Electrode(
                w, cell.Parameters.Positive, cell.PositiveSurface, cell.Salt.Positive, cell, 1 - cell.LostPositive);
        var surface = Surface(cell.Parameters.Negative, cell.Parameters.Area);
        return cell.FilmResistance > 0
            ? impedance + ImpedanceElement.Beside(
                w, cell.FilmResistance / surface,
                DoubleLayer(cell.Parameters.Negative.DoubleLayer, surface * FilmShare), Exponent)
            : impedance;
    }

    /// <summary>Ohm.</summary>
    public static double ElectrolyteResistance(ReducedCell cell)
    {
        var (p, salt) = (cell.Parameters, cell.Salt);
        double Layer(PorousLayer layer, double concentration) =>
            layer.Thickness / (p.Electrolyte.Conductivity(Math.Max(1, concentration), cell.Temperature)
                * Math.Pow(layer.Porosity, p.Bruggeman) * p.Area);
        return Layer(p.Negative.Porous, salt.Negative) / 3 + Layer(p.Separator, salt.Separator)
            + Layer(p.Positive.Porous, salt.Positive) / 3;
    }

    /// <summary>Ohm.</summary>
    public static double ChargeTransferResistance(
        ElectrodeParameters electrode, double concentration, double salt, double surface, double kelvin) =>
        Constants.GasConstant * kelvin / (Constants.Faraday * surface
            * electrode.ExchangeCurrent(salt, Inside(electrode, concentration), kelvin));

    /// <summary>m2 of particles.</summary>
    public static double Surface(ElectrodeParameters electrode, double area) =>
        electrode.SurfaceArea * electrode.Porous.Thickness * area;

    private static Complex Electrode(
        double w, ElectrodeParameters electrode, double concentration, double salt, ReducedCell cell, double active)
    {
        var surface = Surface(electrode, cell.Parameters.Area) * active;
        var inside = Inside(electrode, concentration);
        var diffusivity = electrode.DiffusivityAt(cell.Temperature);
        var diffusion = ImpedanceElement.Sphere(
            w, -ReducedCell.PotentialSlope(electrode, inside) * electrode.ParticleRadius
                / (Constants.Faraday * diffusivity * surface),
            electrode.ParticleRadius * electrode.ParticleRadius / diffusivity);
        var transfer = ChargeTransferResistance(electrode, inside, Math.Max(1, salt), surface, cell.Temperature);
        return ImpedanceElement.Beside(
            w, transfer + diffusion, DoubleLayer(electrode.DoubleLayer, surface), Exponent);
    }

    private static double DoubleLayer(double perArea, double surface) =>
        perArea * surface * Math.Pow(CapacitanceAt, 1 - Exponent);

    private static double Inside(ElectrodeParameters electrode, double concentration) =>
        Math.Clamp(concentration, 1e-4 * electrode.MaxConcentration, (1 - 1e-4) * electrode.MaxConcentration);
}
