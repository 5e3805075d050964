using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Runtime.Campaigns;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Campaigns;

public sealed class AimReaderTests : IDisposable
{
    private const string Text = """
        campaign: blend
        protocol: p.yaml
        lab: l.yaml
        objectives:
          - {result: conductivity, unit: mS/cm, reference: 0.4 S/m}
          - {result: mass, goal: minimise, unit: g, desirability: {target: 2, high: 3}}
        constraints:
          - {result: viscosity, unit: mPa*s, max: 0.005 Pa*s}
        noise: considerable
        parameters:
          - {name: heat, min: 20, max: 60, unit: degC}
          - {name: additive, type: categorical, levels: [VC, FEC]}
        linear:
          - {coefficients: {EC: 1, heat: 0.01}, max: 0.9, why: solubility}
        given:
          - {EC: 0.4, EMC: 0.6, heat: 25, additive: VC}
        vetoes:
          - {where: {additive: [FEC], heat: {min: 50}}, why: it turns brown}
        failures: 2
        mixture:
          components:
            EC: {min: 0, max: 0.54}
            EMC: {min: 0.4, max: 1}
          volume: 2 mL
          resolution: 1 uL
          stocks: {EC: ec}
          weighed_mass: mass
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Campaign_holds_all_that_its_file_is_after()
    {
        var plan = CampaignReader.Read(_folder.Write("c.yaml", Text));

        Assert.Equal(["conductivity", "mass"], plan.Objectives.Select(o => o.Result));
        Assert.Equal(4, plan.Objective.Reference!.Value, 1e-9);
        Assert.Equal(new Desirability(null, 2, 3), plan.Others[0].Desirability);
        Assert.Equal(5, Assert.Single(plan.Constraints).Max!.Value, 1e-9);
        Assert.Equal((UndeclaredNoise.Considerable, 2), (plan.Noise, plan.Failures));
        Assert.Equal(["heat", "additive"], plan.Parameters.Select(p => p.Name));
        Assert.Equal(0.01, Assert.Single(plan.Linear).Coefficients["heat"]);
        Assert.Equal((25.0, "VC"), (plan.Given[0].Number("heat"), plan.Given[0].Level("additive")));
        Assert.Equal(("it turns brown", 2), (plan.Vetoes[0].Why, plan.Vetoes[0].Within.Count));
        Assert.Equal(["conductivity", "mass", "viscosity"], plan.Outcomes.Select(o => o.Result));
    }

    [Theory]
    [InlineData("reference: 0.4 S/m", "reference: 0.4 mL", "wrong unit")]
    [InlineData("result: mass", "result: conductivity", "'conductivity' is there twice")]
    [InlineData("noise: considerable", "objective: {result: mass, unit: g}", "name it there")]
    [InlineData("unit: degC", "unit: degrees", "the unit of 'heat'")]
    [InlineData("name: heat", "name: EC", "is a component of the mixture, too")]
    [InlineData("{EC: 1, heat: 0.01}", "{EC: 1, cold: 0.01}", "there is no parameter 'cold'")]
    [InlineData("EMC: 0.6, heat", "heat", "'EMC' is missing")]
    [InlineData("additive: VC}", "additive: DTD}", "there is no 'DTD'")]
    [InlineData("additive: [FEC]", "additive: [DTD]", "there is no 'DTD'")]
    [InlineData("failures: 2", "failures: -2", "not below zero")]
    [InlineData("failures: 2", "failure: 2", "a campaign has no entry 'failure'")]
    [InlineData(", max: 0.005 Pa*s", "", "'min', 'max' or both")]
    public void Mistake_is_found_with_its_line(string right, string wrong, string text)
    {
        var file = Text.Replace(right, wrong, StringComparison.Ordinal);

        var findings = Assert.Throws<FindingsException>(
            () => CampaignReader.Read(_folder.Write("c.yaml", file))).Findings;

        Assert.Contains(findings, f => f.At.Line > 0 && f.Text.Contains(text, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
