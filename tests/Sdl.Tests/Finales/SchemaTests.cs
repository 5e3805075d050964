using System.Text.Json;
using Sdl.Finales.Limits;
using Sdl.Finales.Schemas;

namespace Sdl.Tests.Finales;

public class SchemaTests
{
    private const string Conductivity = """
        {"$defs": {"Chemical": {"properties": {"SMILES": {"title": "Smiles", "type": "string"},
            "InChIKey": {"type": "string"}}, "required": ["SMILES", "InChIKey"], "type": "object"},
          "Component": {"properties": {"chemical": {"allOf": [{"$ref": "#/$defs/Chemical"}]},
            "fraction": {"type": "number"}, "fraction_type": {"type": "string"}},
            "required": ["chemical", "fraction", "fraction_type"], "type": "object"}},
         "properties": {"formulation": {"items": {"$ref": "#/$defs/Component"}, "type": "array"},
           "temperature": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": null, "unit": "kelvin"},
           "molar_mass": {"anyOf": [{"maxItems": 2, "minItems": 2, "prefixItems": [{"type": "number"},
             {"type": "number"}], "type": "array"}, {"type": "null"}]},
           "rating": {"type": "integer"}},
         "required": ["formulation"], "type": "object"}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"formulation": []}""")]
    [InlineData("""{"formulation": [], "temperature": null, "extra": {"kept": true}}""")]
    [InlineData("""{"formulation": [], "temperature": 299, "rating": 5.0, "molar_mass": [88.06, 0.01]}""")]
    [InlineData(
        """{"formulation": [{"chemical": {"SMILES": "C", "InChIKey": "V"}, "fraction": 1, "fraction_type": "mol"}]}""")]
    public async Task What_fits_has_no_faults(string value) => Assert.Empty(await FaultsAsync(value));

    [Theory]
    [InlineData("""{}""", "'formulation' is missing")]
    [InlineData("""{"formulation": 5}""", "formulation should be a list, and is 5")]
    [InlineData("""{"formulation": [], "temperature": "warm"}""",
        "temperature should be a number or null, and is \"warm\"")]
    [InlineData("""{"formulation": [], "rating": 4.5}""", "rating should be a whole number, and is 4.5")]
    [InlineData("""{"formulation": [{"chemical": {"SMILES": "C"}, "fraction": "much", "fraction_type": "x"}]}""",
        "'formulation[0].chemical.InChIKey' is missing",
        "formulation[0].fraction should be a number, and is \"much\"")]
    [InlineData("""{"formulation": [], "molar_mass": [88.06]}""", "molar_mass has fewer than 2 entries")]
    public async Task What_does_not_fit_is_said_in_words(string value, params string[] faults) =>
        Assert.Equal(faults.Order(), (await FaultsAsync(value)).Order());

    [Fact]
    public async Task A_value_that_is_nested_without_end_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 60)) + string.Concat(Enumerable.Repeat("]", 60));
        Assert.Contains("nested", Assert.Single(await FaultsAsync($$"""{"formulation": {{deep}}}""")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transcript.json")]
    [InlineData("transcript-pydantic2.json")]
    public async Task Every_published_schema_is_read_and_the_recorded_requests_are_judged_as_the_server_did(string file)
    {
        var all = Recorded.Of(file).ToDictionary(r => r.N);
        foreach (var capability in all[20].Body.EnumerateArray())
        {
            var input = await Schema.ReadAsync(capability.GetProperty("json_schema_specifications"), Ct);
            var output = await Schema.ReadAsync(capability.GetProperty("json_schema_result_output"), Ct);
            Assert.NotEmpty(input.Faults(Json("{}"))); // every published method needs something
            Assert.NotEmpty(output.Faults(Json("{}")));
        }
        var two = all[20].Body.EnumerateArray().First(
            c => c.GetProperty("method").GetString() == "two_electrode");
        var schema = await Schema.ReadAsync(two.GetProperty("json_schema_specifications"), Ct);
        Assert.Empty(schema.Faults(all[49].Body.GetProperty("request").GetProperty("parameters")
            .GetProperty("two_electrode")));
    }

    [Theory]
    [InlineData("""[{"min": 10, "max": 80, "step": 5}]""", "35", true)]
    [InlineData("""[{"min": 10, "max": 80, "step": 5}]""", "37", false)]
    [InlineData("""[0, {"min": 0.1, "max": 0.2}]""", "0.0", true)]
    [InlineData("""[0, {"min": 0.1, "max": 0.2}]""", "0.05", false)]
    [InlineData("""[{"min": 299.65, "max": 299.65}]""", "299.65", true)]
    [InlineData("""["a", "b"]""", "\"b\"", true)]
    [InlineData("""["a", "b"]""", "\"c\"", false)]
    [InlineData("""{"t": [{"min": 1}]}""", """{"u": 0}""", true)]
    [InlineData("""{"t": [{"min": 1}]}""", """{"t": null}""", true)]
    [InlineData("""{"t": [{"min": 1}]}""", """{"t": 0}""", false)]
    [InlineData("""[{"a": [1], "b": [2]}, {"a": [3]}]""", """{"a": 3, "b": 9}""", true)]
    [InlineData("""[{"a": [1], "b": [2]}, {"a": [3]}]""", """{"a": 1, "b": 9}""", false)]
    [InlineData("""{"anyOf": [{"a": [1]}, {"a": [2]}]}""", """{"a": 2}""", true)]
    [InlineData("""{"cycles": [[{"min": 0, "max": 5}]]}""", """{"cycles": [1, 2, 3]}""", true)]
    [InlineData("""{"cycles": [[{"min": 0, "max": 5}]]}""", """{"cycles": [1, 6]}""", false)]
    [InlineData("""{"material": []}""", """{"material": [1]}""", true)]
    public void Limitations_are_judged_as_they_are_meant(string limitation, string value, bool inside) =>
        Assert.Equal(inside, Limitation.Faults(Json(limitation), Json(value)).Count == 0);

    [Fact]
    public void A_formulation_is_compared_by_its_chemicals_in_any_order()
    {
        var limitation = Json("""
            {"formulation": [[
              {"chemical": {"InChIKey": "EC"}, "fraction": [{"min": 0.0, "max": 0.54}], "fraction_type": ["molPerMol"]},
              {"chemical": {"InChIKey": "EMC"}, "fraction": [{"min": 0.4, "max": 1.0}]}]]}
            """);
        static string Of(params (string Key, double Fraction)[] parts) => JsonSerializer.Serialize(new
        {
            formulation = parts.Select(p => new
            {
                chemical = new { SMILES = "x", InChIKey = p.Key }, fraction = p.Fraction, fraction_type = "molPerMol",
            }),
        });
        Assert.Empty(Limitation.Faults(limitation, Json(Of(("EMC", 0.6), ("EC", 0.4)))));
        Assert.Empty(Limitation.Faults(limitation, Json(Of(("EMC", 1)))));
        Assert.Equal(
            ["formulation[1].fraction is 0.6; offered is 0 to 0.54"],
            Limitation.Faults(limitation, Json(Of(("EMC", 0.4), ("EC", 0.6)))));
        Assert.Contains("lacks", Assert.Single(Limitation.Faults(limitation, Json(Of(("EC", 0.5))))),
            StringComparison.Ordinal);
        Assert.NotEmpty(Limitation.Faults(limitation, Json(Of(("EMC", 0.5), ("PC", 0.5)))));
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(string value) =>
        (await Schema.ReadAsync(Json(Conductivity), Ct)).Faults(Json(value));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 200 });
        return document.RootElement.Clone();
    }
}
