using System.Text.Json;
using System.Xml.Linq;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Store.CellFormats;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store.CellFormats;

public sealed class CellFormatTests
{
    private static readonly CellExportOptions Strict = new(false, default), Lossy = new(true, default);

    public static TheoryData<string, string> Targets()
    {
        var data = new TheoryData<string, string>();
        foreach (var format in CellFormat.All)
            foreach (var name in (string[])["formation-and-life", "rate-test", "eis-check"])
                data.Add(format.Name, name);
        return data;
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void An_example_is_written_as_the_golden_file_says(string target, string name)
    {
        var format = CellFormat.All.First(f => f.Name == target);
        var export = format.Write(Examples.Read(name), Lossy);
        // The repository keeps line feeds only.
        Golden.Check($"cells/{name}.{target}{format.Extension}", export.Text.ReplaceLineEndings("\n"));
        Golden.Check($"cells/{name}.{target}.notes.txt", string.Concat(export.Warnings.Select(
            w => $"{w.At.Line}:{w.At.Column}: {w.Text}\n")));
    }

    [Fact]
    public void A_setting_file_of_EC_Lab_has_columns_of_twenty_characters_in_its_own_code_page()
    {
        var text = BioLogicExport.Write(Examples.Read("formation-and-life"), Strict).Text;
        Assert.DoesNotContain("\n", text.Replace("\r\n", ""));
        var rows = text.Split("\r\n").SkipWhile(l => l != "Modulo Bat").Skip(1).SkipLast(1).ToList();
        Assert.All(rows, r => Assert.Equal(20 * (1 + 9), r.Length));
        Assert.Contains((byte)0xB5, BioLogicExport.Encoding.GetBytes(text)); // the micro sign of cp1252
        Assert.DoesNotContain((byte)'?', BioLogicExport.Encoding.GetBytes(text));
    }

    [Fact]
    public void Tomato_refuses_each_safety_limit_by_name()
    {
        var error = Assert.Throws<FindingsException>(() => TomatoExport.Write(Examples.Read("rate-test"), Strict));
        Assert.Equal(
            ["delay", "max_current", "max_voltage", "min_current", "min_voltage"],
            error.Findings.Select(f => f.Text.Split("safety limit ")[1].Split(';')[0]).Order());
    }

    [Theory]
    [InlineData("unicycler")]
    [InlineData("neware")]
    [InlineData("mps")]
    [InlineData("tomato")]
    [InlineData("pybamm")]
    [InlineData("battinfo")]
    [InlineData("battinfo-test")]
    public void What_a_format_cannot_carry_is_refused_by_name_and_never_dropped(string target)
    {
        var format = CellFormat.All.First(f => f.Name == target);
        var slope = CellEnd.SlopeBelow(1e-6);
        foreach (var (step, word) in ((CellStep, string)[])
        [
            (new CellStep.When(
                new CellCondition("a", CellQuantity.Charge, Comparator.Less, 1), [Rest()], []), "branch"),
            (new CellStep.Temperature(45), "temperature"),
            (new CellStep.Rest { Ends = [CellEnd.AfterTime(9), slope] }, "slope"),
            (new CellStep.ConstantVoltage(4, CellCurrent.Amperes(1e-3)) { Ends = [CellEnd.AfterTime(9)] }, "limit"),
            (new CellStep.Loop(3, [Rest()])
            {
                Until = [new CellCondition("a", CellQuantity.Charge, Comparator.Less, 1)],
            }, "loop"),
        ])
        {
            if (target == "neware" && word == "limit" || target == "battinfo-test" && word == "temperature")
                continue;
            var error = Assert.Throws<FindingsException>(() => format.Write(Protocol(step), Strict));
            Assert.Contains(word, error.Findings[0].Text);
        }
    }

    [Fact]
    public void A_limit_of_the_temperature_is_refused_by_all_who_have_no_place_for_it()
    {
        var protocol = Protocol(Rest()) with { Safety = new CellSafety { MaxTemperature = 60 } };
        foreach (var target in (string[])["unicycler", "neware", "mps", "tomato"])
            Assert.Contains("temperature", Assert.Throws<FindingsException>(
                () => CellFormat.All.First(f => f.Name == target).Write(protocol, Strict)).Message);
        Assert.Contains("\"max_temperature_degC\": 60", TestProtocolExport.Write(protocol, Strict).Text);
    }

    [Fact]
    public void A_safety_current_of_zero_reaches_Neware()
    {
        var protocol = Protocol(Rest()) with
        {
            Safety = new CellSafety { MaxCurrent = CellCurrent.Amperes(0), MinVoltage = 0 },
        };
        var xml = XDocument.Parse(NewareExport.Write(protocol, Strict).Text);
        Assert.Equal("0", xml.Descendants("Curr").Single().Element("Upper")!.Attribute("Value")!.Value);
        Assert.Equal("0", xml.Descendants("Volt").Single().Element("Lower")!.Attribute("Value")!.Value);
    }

    [Fact]
    public void An_end_at_zero_volts_is_not_given_to_unicycler_which_would_drop_it()
    {
        var plating = new CellStep.ConstantCurrent(CellCurrent.Amperes(-1e-3)) { Ends = [CellEnd.VoltageBelow(0)] };
        Assert.Contains("voltage 0 V", Assert.Throws<FindingsException>(
            () => UnicyclerExport.Write(Protocol(plating), Strict)).Message);
        Assert.Contains("Stop_Volt Value=\"0\"", NewareExport.Write(Protocol(plating), Strict).Text);
    }

    [Fact]
    public void Tomato_is_told_of_an_end_by_current()
    {
        var hold = new CellStep.ConstantVoltage(4.2) { Ends = [CellEnd.CurrentBelow(CellCurrent.Amperes(5e-5))] };
        using var json = JsonDocument.Parse(TomatoExport.Write(Protocol(hold), Strict).Text);
        Assert.Equal(5e-5, json.RootElement.GetProperty("method")[0].GetProperty("limit_current_min").GetDouble());
    }

    [Fact]
    public void A_C_rate_without_a_capacity_is_refused_where_the_format_wants_a_current()
    {
        var charge = new CellStep.ConstantCurrent(CellCurrent.Rate(0.1))
        {
            Ends = [CellEnd.VoltageAbove(4.2)],
            At = new Mark("cell.yaml", 7, 5),
        };
        var protocol = Protocol(charge) with { Sample = new CellSample("c", null) };
        foreach (var target in (string[])["neware", "mps", "tomato"])
            Assert.Equal(7, Assert.Throws<FindingsException>(
                () => CellFormat.All.First(f => f.Name == target).Write(protocol, Strict)).Findings[0].At.Line);
    }

    [Fact]
    public void CC_CV_and_pulses_are_written_out_for_those_who_do_not_know_them()
    {
        var protocol = Protocol(
            new CellStep.ConstantCurrentConstantVoltage(CellCurrent.Amperes(1e-3), 4.2)
            {
                Ends = [CellEnd.CurrentBelow(CellCurrent.Amperes(1e-4))],
            },
            new CellStep.PulseTrain(5, [new CellPulse(CellCurrent.Amperes(-1e-3), 10, 40)], null));
        var xml = XDocument.Parse(NewareExport.Write(protocol, Strict).Text);
        Assert.Equal(
            ["1", "3", "2", "4", "5", "6"],
            xml.Descendants().Select(e => e.Attribute("Step_Type")?.Value).OfType<string>());
    }

    private static CellStep.Rest Rest() => new() { Ends = [CellEnd.AfterTime(60)] };

    private static CellProtocol Protocol(params CellStep[] steps) => new(
        "p", "", new CellSample("c", 3.5e-3), new RecordConditions(10), CellSafety.None, steps,
        new Mark("cell.yaml", 1, 1));
}
