using Sdl.Simulators.Physics.Cells;
using static Sdl.Simulators.Physics.Cells.ElectrolyteTransport;
using static Sdl.Tests.Simulators.Physics.Cells.ReferenceTable;

namespace Sdl.Tests.Simulators.Physics.Cells;

public class ElectrolyteTransportTests
{
    private static readonly Dictionary<string, Func<double, double, double>> Functions = new()
    {
        ["conductivity_EC_DMC_1_1_Landesfeind2019"] = EcDmc11.Conductivity,
        ["diffusivity_EC_DMC_1_1_Landesfeind2019"] = EcDmc11.Diffusivity,
        ["transference_number_EC_DMC_1_1_Landesfeind2019"] = EcDmc11.Transference,
        ["TDF_EC_DMC_1_1_Landesfeind2019"] = EcDmc11.ThermodynamicFactor,
        ["conductivity_EC_EMC_3_7_Landesfeind2019"] = EcEmc37.Conductivity,
        ["diffusivity_EC_EMC_3_7_Landesfeind2019"] = EcEmc37.Diffusivity,
        ["transference_number_EC_EMC_3_7_Landesfeind2019"] = EcEmc37.Transference,
        ["TDF_EC_EMC_3_7_Landesfeind2019"] = EcEmc37.ThermodynamicFactor,
        ["conductivity_EMC_FEC_19_1_Landesfeind2019"] = EmcFec191.Conductivity,
        ["diffusivity_EMC_FEC_19_1_Landesfeind2019"] = EmcFec191.Diffusivity,
        ["transference_number_EMC_FEC_19_1_Landesfeind2019"] = EmcFec191.Transference,
        ["TDF_EMC_FEC_19_1_Landesfeind2019"] = EmcFec191.ThermodynamicFactor,
        ["conductivity_Nyman2008"] = (c, _) => NymanConductivity(c),
        ["diffusivity_Nyman2008"] = (c, _) => NymanDiffusivity(c),
        ["conductivity_Nyman2008_arrhenius"] = NymanConductivity,
        ["diffusivity_Nyman2008_arrhenius"] = NymanDiffusivity,
        ["conductivity_Valoen2005"] = ValoenConductivity,
        ["diffusivity_Valoen2005"] = ValoenDiffusivity,
        ["conductivity_Ai2020"] = AiConductivity,
        ["conductivity_Capiglia1999"] = CapigliaConductivity,
        ["diffusivity_Capiglia1999"] = CapigliaDiffusivity,
        ["conductivity_Ecker2015"] = EckerConductivity,
        ["conductivity_Kim2011"] = KimConductivity,
        ["diffusivity_Kim2011"] = KimDiffusivity,
    };

    [Fact]
    public void Electrolyte_functions_agree_with_PyBaMM_to_a_millionth()
    {
        var rows = Rows("electrolytes.csv");
        Assert.Equal(267, rows.Count);
        foreach (var row in rows)
            AssertNear(
                Number(row[3]), Functions[row[0]](Number(row[1]), Number(row[2])), 1e-6, string.Join(' ', row));
    }

    [Theory]
    [InlineData(1.00608, 0.913040)]
    public void Conductivity_of_EC_EMC_has_its_maximum_where_the_reference_has_it(double molar, double siemens)
    {
        var best = Enumerable.Range(1, 30_000).MaxBy(i => EcEmc37.Conductivity(i * 0.1, 298.15)) * 1e-4;
        Assert.Equal(molar, best, 4);
        Assert.Equal(siemens, EcEmc37.Conductivity(best * 1000, 298.15), 6);
    }

    [Theory]
    // By hand: -5.11 m - 0.04 T - 0.35 m^2.5 sqrt(r) + 2.73e-4 T^2 m^0.25, a tenth of it in S/m.
    [InlineData(1, 0, 298.15, 0.1 * (-5.11 - 11.926 + 2.73e-4 * 298.15 * 298.15))]
    [InlineData(1, 0.25, 298.15, 0.1 * (-5.11 - 11.926 - 0.175 + 2.73e-4 * 298.15 * 298.15))]
    public void Conductivity_with_PC_is_that_of_the_symbolic_regression(double m, double r, double t, double kappa) =>
        Assert.Equal(kappa, FloresConductivity(m, r, t), 12);

    [Theory]
    // x_EC, x_LiPF6, mol/L: simlab_reference_formulations.csv
    [InlineData(0.3272, 0.0770, 0.887907)]
    [InlineData(0.17442, 0.0994143, 1.089308)]
    [InlineData(0.521413, 0.12, 1.547522)]
    [InlineData(0, 0.08, 0.809438)]
    public void Concentration_of_a_mixture_follows_from_its_density(double ec, double salt, double molar)
    {
        var mix = CellLifeTests.Mix(ec, salt);
        var concentration = MixtureElectrolyte.Concentration(mix, 299.65);
        AssertNear(1000 * molar, concentration, 1e-4, "concentration");
        Assert.Equal(mix.Molality, MixtureElectrolyte.Molality(mix, concentration, 299.65), 12);
    }
}
