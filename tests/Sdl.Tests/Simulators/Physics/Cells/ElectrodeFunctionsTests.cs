using Sdl.Simulators.Physics.Cells;
using static Sdl.Simulators.Physics.Cells.OpenCircuitPotential;
using static Sdl.Tests.Simulators.Physics.Cells.ReferenceTable;

namespace Sdl.Tests.Simulators.Physics.Cells;

public class ElectrodeFunctionsTests
{
    private static readonly Dictionary<string, Func<double, double>> Potentials = new()
    {
        ["graphite_LGM50_ocp_Chen2020"] = GraphiteChen, ["nmc_LGM50_ocp_Chen2020"] = Nmc811Chen,
        ["graphite_ocp_Ecker2015"] = GraphiteEcker, ["nco_ocp_Ecker2015"] = NcoEcker,
        ["graphite_ocp_PeymanMPM"] = GraphiteMohtat, ["NMC_ocp_PeymanMPM"] = Nmc532Mohtat,
        ["graphite_mcmb2528_ocp_Dualfoil1998"] = GraphiteMcmb, ["lico2_ocp_Dualfoil1998"] = LcoDualfoil,
        ["graphite_ocp_Kim2011"] = GraphiteKim, ["nca_ocp_Kim2011"] = NcaKim, ["LFP_ocp_Afshar2017"] = LfpAfshar,
        ["graphite_ocp_Ramadass2004"] = GraphiteRamadass, ["lico2_ocp_Ramadass2004"] = LcoRamadass,
        ["nmc_ocp_Xu2019"] = Nmc532Mohtat,
    };

    // Stoichiometry, full, salt at rest, salt, K.
    private delegate double Function(double x, double full, double rest, double salt, double kelvin);

    private static readonly Dictionary<string, Function> Kinetics = new()
    {
        ["Chen2020.graphite_LGM50_electrolyte_exchange_current_density_Chen2020"] = Of(ElectrodeKinetics.GraphiteChen),
        ["Chen2020.nmc_LGM50_electrolyte_exchange_current_density_Chen2020"] = Of(ElectrodeKinetics.Nmc811Chen),
        ["OKane2022.graphite_LGM50_electrolyte_exchange_current_density_Chen2020"] =
            Of(ElectrodeKinetics.GraphiteChen),
        ["OKane2022.nmc_LGM50_electrolyte_exchange_current_density_Chen2020"] = Of(ElectrodeKinetics.Nmc811Chen),
        ["Prada2013.graphite_LGM50_electrolyte_exchange_current_density_Chen2020"] =
            Of(ElectrodeKinetics.GraphiteChen),
        ["Prada2013.LFP_electrolyte_exchange_current_density_kashkooli2017"] = Of(ElectrodeKinetics.LfpKashkooli),
        ["Ecker2015.graphite_electrolyte_exchange_current_density_Ecker2015"] = Of(ElectrodeKinetics.GraphiteEcker),
        ["Ecker2015.nco_electrolyte_exchange_current_density_Ecker2015"] = Of(ElectrodeKinetics.NcoEcker),
        ["Mohtat2020.graphite_electrolyte_exchange_current_density_PeymanMPM"] = Of(ElectrodeKinetics.GraphiteMohtat),
        ["Mohtat2020.NMC_electrolyte_exchange_current_density_PeymanMPM"] = Of(ElectrodeKinetics.Nmc532Mohtat),
        ["Marquis2019.graphite_electrolyte_exchange_current_density_Dualfoil1998"] =
            Of(ElectrodeKinetics.GraphiteMarquis),
        ["Marquis2019.lico2_electrolyte_exchange_current_density_Dualfoil1998"] = Of(ElectrodeKinetics.LcoMarquis),
        ["Ai2020.graphite_electrolyte_exchange_current_density_Dualfoil1998"] = Of(ElectrodeKinetics.Ai),
        ["Ai2020.lico2_electrolyte_exchange_current_density_Dualfoil1998"] = Of(ElectrodeKinetics.Ai),
        ["NCA_Kim2011.graphite_electrolyte_exchange_current_density_Kim2011"] = (x, full, rest, salt, t) =>
            ElectrodeKinetics.At(36, 0.36, rest, full, 30000).ExchangeCurrent(salt, x * full, full, t),
        ["NCA_Kim2011.nca_electrolyte_exchange_current_density_Kim2011"] = (x, full, rest, salt, t) =>
            ElectrodeKinetics.At(4, 0.41, rest, full, 30000).ExchangeCurrent(salt, x * full, full, t),
        ["Ramadass2004.graphite_electrolyte_exchange_current_density_Ramadass2004"] =
            Of(ElectrodeKinetics.GraphiteRamadass),
        ["Ramadass2004.lico2_electrolyte_exchange_current_density_Ramadass2004"] = Of(ElectrodeKinetics.LcoRamadass),
        ["Xu2019.nmc_electrolyte_exchange_current_density_Xu2019"] = Of(ElectrodeKinetics.Nmc532Xu),
        ["ORegan2022.graphite_LGM50_electrolyte_exchange_current_density_ORegan2022"] = (x, _, rest, salt, t) =>
            ElectrodeKinetics.ORegan(2.668, 0.792, 40000, salt / rest, x, t),
        ["ORegan2022.nmc_LGM50_electrolyte_exchange_current_density_ORegan2022"] = (x, _, rest, salt, t) =>
            ElectrodeKinetics.ORegan(5.028, 0.43, 24010, salt / rest, x, t),
        ["ORegan2022.graphite_LGM50_diffusivity_ORegan2022"] = (x, _, _, _, t) =>
            SolidDiffusivity.GraphiteORegan(x, t),
        ["ORegan2022.nmc_LGM50_diffusivity_ORegan2022"] = (x, _, _, _, t) => SolidDiffusivity.Nmc811ORegan(x, t),
        ["Ecker2015.graphite_diffusivity_Ecker2015"] = (x, _, _, _, t) => SolidDiffusivity.GraphiteEcker(x, t),
        ["Ecker2015.nco_diffusivity_Ecker2015"] = (x, _, _, _, t) => SolidDiffusivity.NcoEcker(x, t),
        ["OKane2022.graphite_LGM50_diffusivity_Chen2020"] = (_, _, _, _, t) =>
            ParameterSets.Chen2020.Negative.DiffusivityAt(t),
        ["OKane2022.nmc_LGM50_diffusivity_Chen2020"] = (_, _, _, _, t) =>
            ParameterSets.Chen2020.Positive.DiffusivityAt(t),
    };

    [Fact]
    public void Potentials_agree_with_PyBaMM_to_a_billionth()
    {
        foreach (var row in Rows("potentials.csv"))
            AssertNear(Number(row[2]), Potentials[row[0]](Number(row[1])), 1e-9, string.Join(' ', row));
        Assert.Equal(Potentials.Count, Rows("potentials.csv").Select(r => r[0]).Distinct().Count());
    }

    [Fact]
    public void Kinetics_and_diffusivities_agree_with_PyBaMM_to_a_billionth()
    {
        var rows = Rows("kinetics.csv");
        Assert.Equal(Kinetics.Count, rows.Select(r => r[0]).Distinct().Count());
        foreach (var row in rows)
            AssertNear(
                Number(row[6]),
                Kinetics[row[0]](Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5])),
                1e-9, string.Join(' ', row));
    }

    private static Function Of(ElectrodeKinetics kinetics) =>
        (x, full, _, salt, kelvin) => kinetics.ExchangeCurrent(salt, x * full, full, kelvin);
}
