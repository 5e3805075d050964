using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Tests.Core.Cells;

public class CellRecordTests
{
    private const string Cell = """
        {
          "Sample ID": "cell-017", "Anode Weight (mg)": "223", "Anode Current Collector Weight (mg)": 23,
          "Anode Active Material Weight Fraction": 0.9, "Anode Balancing Specific Capacity (mAh/g)": 1000,
          "Cathode Weight (mg)": 123, "Cathode Current Collector Weight (mg)": 23, "Cathode AM Content": 0.9,
          "Cathode Practical Capacity (mAh/g)": 1000, "Anode_Diameter": 15, "Cathode Diameter (mm)": 14,
          "Electrolyte Amount Before Seperator (uL)": 0, "N:P ratio overlap factor": 1, "Cathode Capacity (mAh)": 90.4,
          "Our own key": [1, 2]
        }
        """;

    [Fact]
    public void Older_spellings_are_understood()
    {
        var cell = Read(Cell);
        Assert.Equal("cell-017", cell.Id);
        Assert.Equal(223, cell.Number("Anode mass (mg)"));
        Assert.Equal(0.9, cell.Number("Cathode active material mass fraction"));
        Assert.Equal(1000, cell.Number("Cathode balancing specific capacity (mAh/g)"));
        Assert.Equal(0, cell.Number("Electrolyte amount before separator (uL)"));
        Assert.Equal("[1,2]", cell.Values[^1].Value.ToJsonString());
    }

    [Fact]
    public void What_was_read_is_written_with_the_keys_of_today_and_reads_back_alike()
    {
        var cell = Read(Cell);
        Assert.DoesNotContain("Weight", cell.ToJson());
        Assert.Equal(cell.ToJson(), Read(cell.ToJson()).ToJson());
    }

    [Fact]
    public void Derived_values_follow_from_masses_and_diameters()
    {
        var derived = CellDerivation.Of(Read(Cell)).ToDictionary(d => d.Key);
        Assert.Equal(180, derived["Anode active material mass (mg)"].Value, 1e-9);
        Assert.Equal(180, derived["Anode balancing capacity (mAh)"].Value, 1e-9);
        Assert.Equal(90, derived["Cathode balancing capacity (mAh)"].Value, 1e-9);
        Assert.Equal(Math.Pow(14 / 15.0, 2), derived[CellKeys.Overlap].Value, 1e-12);
        Assert.Equal(2 * Math.Pow(14 / 15.0, 2), derived[CellKeys.Ratio].Value, 1e-12);
    }

    [Fact]
    public void Stored_value_that_does_not_follow_is_flagged_and_replaced()
    {
        var cell = Read(Cell);
        var wrong = Assert.Single(CellDerivation.Of(cell), d => d.Disagrees);
        Assert.Equal((CellKeys.Overlap, 1.0), (wrong.Key, wrong.Stored));
        var complete = CellDerivation.Complete(cell);
        Assert.Equal(Math.Pow(14 / 15.0, 2), complete.Number(CellKeys.Overlap)!.Value, 1e-12);
        Assert.Contains("but the record says 1", complete.Text(CellKeys.Comment));
        Assert.DoesNotContain(CellDerivation.Of(complete), d => d.Disagrees);
    }

    [Theory]
    [InlineData("Cathode active material mass (mg)", 10.0, "C-rate definition specific capacity (mAh/g)", 160, 1.6)]
    [InlineData("Cathode diameter (mm)", 20.0, "C-rate definition areal capacity (mAh/cm2)", 2, 6.283185307179586)]
    public void Capacity_of_the_rate_is_that_of_the_cathode(
        string key, double value, string capacity, double of, double milliampereHours)
    {
        var cell = CellRecord.Empty.With(key, value).With("Cathode " + capacity, of).With("Anode " + capacity, 1)
            .With(key.Replace("Cathode", "Anode"), value);
        Assert.Equal(milliampereHours, Rate(Limiting.Cathode), 1e-12);
        Assert.Equal(milliampereHours / of, Rate(Limiting.Anode), 1e-12);

        double Rate(Limiting limiting) =>
            CellDerivation.Of(cell, limiting).Single(d => d.Key == CellKeys.RateCapacity).Value;
    }

    [Theory]
    [InlineData("{\n  \"Anode mass (mg)\": \"heavy\"\n}", "x.json:2:3", "should be a number")]
    [InlineData("{\"Anode mass (mg)\": 1,\n \"Anode Weight\": 2}", "x.json:2:2", "not the same")]
    [InlineData("[{},\n {\"Rack position\": [1]}]", "x.json:2:3", "should be a number")]
    [InlineData("{\n \"a\": }", "x.json:2:", "no JSON")]
    [InlineData("3", "x.json:1:1", "JSON object")]
    [InlineData("", "x.json:1:1", "no JSON")]
    public void What_is_wrong_is_told_with_its_place(string json, string place, string why)
    {
        var finding = Assert.Single(
            Assert.Throws<FindingsException>(() => CellRecordReader.Parse(json, "x.json")).Findings);
        Assert.StartsWith(place, finding.At.ToString());
        Assert.Contains(why, finding.Text);
    }

    [Property]
    public void Any_text_is_a_record_or_a_finding(NonNull<string> text)
    {
        try
        {
            CellRecordReader.Parse(text.Get, "x.json");
        }
        catch (FindingsException e)
        {
            Assert.NotEmpty(e.Findings);
        }
    }

    [Property]
    public void Numbers_survive(NormalFloat value)
    {
        foreach (var key in CellKeys.All.Where(k => k.IsNumber))
            Assert.Equal(value.Get, Read(CellRecord.Empty.With(key.Name, value.Get).ToJson()).Number(key.Name));
    }

    [Fact]
    public void Assembly_is_written_step_by_step()
    {
        var cell = CellRecord.Empty.WithStep("Press", "0.8 kN", new DateTimeOffset(2026, 3, 1, 12, 0, 0, default))
            .WithStep("Eject", "", new DateTimeOffset(2026, 3, 1, 12, 0, 30, default));
        Assert.Equal("Eject", cell.Text("Last completed step"));
        Assert.Equal(
            """[{"Step":"Press","Description":"0.8 kN","Timestamp":"2026-03-01 12:00:00+00:00","uts":1772366400},"""
            + """{"Step":"Eject","Description":"","Timestamp":"2026-03-01 12:00:30+00:00","uts":1772366430}]""",
            cell.Values.Single(v => v.Key == CellKeys.AssemblyHistory).Value.ToJsonString(new()
            {
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }));
    }

    private static CellRecord Read(string json) => Assert.Single(CellRecordReader.Parse(json, "x.json"));
}
