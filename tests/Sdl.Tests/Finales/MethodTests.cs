using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Finales.Limits;
using Sdl.Finales.Methods;
using Sdl.Finales.Schemas;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Finales;

/// <summary>The ready mappings, held against the schemas that the real server published.</summary>
public class MethodTests
{
    private static readonly Provenance From = new("lab/f-1", new JsonObject { ["run"] = "f-1" });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("conductivity", "two_electrode", "0.97 S/m")]
    [InlineData("density", "vibrating_tube_densimetry", "1202 g/L")]
    [InlineData("electrolyte", "flow", "0.97 S/m")]
    public async Task Answers_and_failures_have_the_published_shape(string quantity, string method, string value)
    {
        var published = Recorded.Of("transcript.json").First(r => r.N == 20).Body.EnumerateArray().First(
            c => c.GetProperty("quantity").GetString() == quantity && c.GetProperty("method").GetString() == method);
        var input = await Schema.ReadAsync(published.GetProperty("json_schema_specifications"), Ct);
        var output = await Schema.ReadAsync(published.GetProperty("json_schema_result_output"), Ct);
        var served = Served(quantity, method);
        var parameters = Parameters(quantity);
        Assert.Empty(input.Faults(parameters));
        Assert.Empty(Limitation.Faults(JsonSerializer.SerializeToElement(served.Limitations), parameters));
        var errand = served.Prepare(parameters)!;
        var results = new Dictionary<string, Measured>
        {
            [quantity] = new(Quantity.Parse(value), Quantity.Parse(value) * 0.03),
        };
        var outcome = new RunOutcome(new RunId("f-1"), RunState.Completed, "", results);
        var answer = served.Conclude(
            parameters, new Done(outcome, errand, new MemoryJournal(new Disk(), TimeProvider.System)), From);
        Assert.Empty(output.Faults(answer.Data));
        Assert.Empty(input.Faults(answer.Parameters));
        var failure = served.Fail(parameters, "no", From);
        Assert.Empty(output.Faults(failure.Data));
        Assert.False(failure.Data.GetProperty(quantity).GetProperty("meta").GetProperty("success").GetBoolean());
    }

    [Fact]
    public void Units_are_converted_and_what_was_really_used_is_told()
    {
        var served = Served("conductivity", "two_electrode");
        var parameters = Parameters("conductivity");
        var errand = served.Prepare(parameters)!;
        Assert.Equal(26.5, errand.Arguments.Quantity("temperature").In(Unit.Celsius), 9);
        var outcome = new RunOutcome(new RunId("f-1"), RunState.Completed, "", new Dictionary<string, Measured>
        {
            ["conductivity"] = new(Quantity.Parse("9.7 mS/cm"), Quantity.Parse("0.1 mS/cm")),
        });
        var answer = served.Conclude(
            parameters, new Done(outcome, errand, new MemoryJournal(new Disk(), TimeProvider.System)), From);
        var data = answer.Data.GetProperty("conductivity");
        Assert.Equal(0.97, data.GetProperty("values")[0].GetDouble(), 12);
        Assert.Equal(0.01, data.GetProperty("values_uncertainty")[0].GetDouble(), 12);
        Assert.Equal(299.65, data.GetProperty("temperature").GetDouble(), 9);
        Assert.Equal(5, data.GetProperty("meta").GetProperty("rating").GetInt32());
        // Half a percent more salt was made than was asked for.
        Assert.Equal(0.085, answer.Parameters.GetProperty("formulation")[2].GetProperty("fraction").GetDouble(), 9);
    }

    [Theory]
    [InlineData("[]", "is empty")]
    [InlineData("[{'chemical': {'SMILES': 'C', 'InChIKey': 'X'}, 'fraction': 1, 'fraction_type': 'molPerMol'}]", "'X'")]
    [InlineData("[{'chemical': {'SMILES': '', 'InChIKey': 'KMTRUDSVKNLOMY-UHFFFAOYSA-N'}, 'fraction': 0.9, "
        + "'fraction_type': 'molPerMol'}]", "sum to 0.9")]
    [InlineData("[{'chemical': {'SMILES': '', 'InChIKey': 'KMTRUDSVKNLOMY-UHFFFAOYSA-N'}, 'fraction': 1, "
        + "'fraction_type': 'weight'}]", "'weight'")]
    [InlineData("[{'chemical': {'SMILES': '', 'InChIKey': 'KMTRUDSVKNLOMY-UHFFFAOYSA-N'}, 'fraction': -0.1, "
        + "'fraction_type': 'molPerMol'}]", "from 0 to 1")]
    public void A_formulation_that_makes_no_sense_is_refused_in_words(string list, string told)
    {
        using var document = JsonDocument.Parse(list.Replace('\'', '"'));
        var refusal = Assert.Throws<UnfitException>(() => Chemicals.Read(document.RootElement));
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limitations_have_the_one_shape_that_F2Opt_reads()
    {
        var limits = Served("conductivity", "two_electrode").Limitations;
        var components = limits["formulation"]!.AsArray();
        Assert.Single(components); // a list of lists
        Assert.All(components[0]!.AsArray(), c =>
        {
            Assert.NotNull((string?)c!["chemical"]!["InChIKey"]);
            var range = Assert.Single(c["fraction"]!.AsArray())!;
            Assert.True((double)range["max"]! - (double)range["min"]! >= 0.1);
        });
        Assert.Null(Chemicals.Unreadable(new Formulator().Components));
        Assert.NotNull(Chemicals.Unreadable(
            [new ContinuousParameter("EC", 0.1, 0.15), new ContinuousParameter("EMC", 0, 1)]));
    }

    private static MappedMethod Served(string quantity, string method)
    {
        using var folder = new TempFolder();
        var protocol = ProtocolReader.Read(folder.Write("test.yaml", """
            protocol: test
            parameters:
              volume: {unit: mL, min: 0 mL, max: 5 mL, default: 1 mL, description: ''}
              temperature: {unit: degC, min: 5 degC, max: 60 degC, default: 25 degC, description: ''}
            roles: {a: ''}
            steps:
              - {do: a.dispense, with: {volume: volume}, save: dose}
            """));
        var mapping = Catalogue.Find(quantity, method)!;
        if (quantity == "electrolyte")
            mapping = mapping with
            {
                Constants = new Dictionary<string, JsonNode>
                {
                    ["electrolyte.location"] = new JsonObject { ["address"] = "Ulm", ["detail_1"] = "rack" },
                },
            };
        return new MappedMethod(
            quantity, method, mapping, protocol, new Dictionary<string, InstrumentId>(), new Formulator(),
            _ => (Quantity.Of(5, Unit.Celsius), Quantity.Of(60, Unit.Celsius)));
    }

    private static JsonElement Parameters(string quantity)
    {
        var formulation = Chemicals.Write(Of(0.08));
        var parameters = quantity == "electrolyte"
            ? new JsonObject { ["electrolyte"] = new JsonObject { ["formulation"] = formulation }, ["volume"] = 1.5 }
            : new JsonObject { ["formulation"] = formulation, ["temperature"] = 299.65 };
        return JsonSerializer.SerializeToElement(parameters);
    }

    private static Formulation Of(double salt) => new(
        new Dictionary<string, double> { ["EC"] = 0.32, ["EMC"] = 0.68 - salt, ["LiPF6"] = salt });

    private sealed class Formulator : IFormulator
    {
        public IReadOnlyList<ContinuousParameter> Components =>
            [new("EC", 0, 0.54), new("EMC", 0.4, 1), new("LiPF6", 0, 0.12)];

        public Quantity Volume => Quantity.Of(2, "mL");

        public Arguments ArgumentsFor(Formulation wanted, Quantity volume) => Arguments.Of(("volume", volume));

        public Formulation Actual(
            Formulation wanted, Quantity volume, IReadOnlyDictionary<string, Measured> results) =>
            Of(wanted["LiPF6"] + 0.005);
    }
}
