using Sdl.Core.Cells;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>From the formulation to the life of its cells: the example campaign as a process.</summary>
public sealed class CellCampaignTests
{
    [Fact]
    public async Task Two_batches_are_mixed_built_and_cycled_at_once_on_channels_of_their_own()
    {
        using var scratch = new Scratch();
        var folder = scratch.Path("result");
        var end = (await SdlProcess.RunAsync(
            "campaign", "run", Path.Combine(Path.GetDirectoryName(Repository.Campaign)!, "cell-lifetime.yaml"), "--dry",
            "--json", "--experiments", "2", "--folder", folder)).Expect(0).Json();
        Assert.Equal("completed", end.GetProperty("state").GetString());
        Assert.Equal(2, end.GetProperty("experiments").GetInt32());

        var events = CampaignTraces.Events(folder);
        var lives = events.OfType<Observed>()
            .SelectMany(o => o.Observation.Values.Values).Select(v => v.Value).ToList();
        Assert.All(lives, l => Assert.InRange(l, 2, 3.5));
        var cycled = events.OfType<StepIntended>().Where(s => s.Capability == "constant_current").ToList();
        Assert.Equal(16, cycled.Select(s => s.Instrument).Distinct().Count());
        Assert.All(cycled.GroupBy(s => s.Instrument), c => Assert.Single(c.Select(s => s.Run).Distinct()));
        // Both batches are in flight together for most of the time.
        var (first, second) = (Span("e001"), Span("e002"));
        Assert.True(second.Begin < first.End && first.Begin < second.End);
        Assert.Equal(16, events.OfType<StepDone>().Count(d => d.Call.Value.EndsWith("/close/crimp")));

        (await SdlProcess.RunAsync("cells", "export", folder)).Expect(0);
        var files = Directory.GetFiles(Path.Combine(folder, "cells"), "*.bdf.csv");
        Assert.Equal(16, files.Length);
        (await SdlProcess.RunAsync(["validate", .. files])).Expect(0);
        var mixed = events.OfType<Mixed>().ToDictionary(m => m.Run.Value, m => m.Actual);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "cells"), "*.cell.json"))
            ShowsWhatWasBuilt(Assert.Single(CellRecordReader.Read(file)), mixed);

        (int Begin, int End) Span(string run)
        {
            var places = events.Index().Where(e => e.Item is StepIntended s && s.Run.Value == run).ToList();
            return (places[0].Index, places[^1].Index);
        }
    }

    private static void ShowsWhatWasBuilt(CellRecord cell, Dictionary<string, Formulation> mixed)
    {
        var run = cell.Text(CellKeys.RunId)!;
        Assert.Equal(FormattableString.Invariant($"{run}-cell_{cell.Number("Cell number")}"), cell.Id);
        Assert.Equal(
            cell.Number("Cell number") + (run == "e001" ? 0 : 8), cell.Number("Rack position"));
        Assert.Equal(35, cell.Number(CellKeys.ElectrolyteAmount)!.Value, 1);
        Assert.Equal("after", cell.Text("Electrolyte dispense order"));
        Assert.InRange(cell.Number(CellKeys.WetToCrimp)!.Value, 80, 120);
        Assert.Equal(8, cell.Number("Crimp force (kN)")!.Value, 0.2);
        Assert.Equal(3, cell.Number(CellKeys.RateCapacity));
        Assert.Equal(2.33 / 2, cell.Number(CellKeys.Ratio)!.Value, 9);
        // No batch holds any of the batch before it.
        Assert.Equal(string.Join(", ", mixed[run].Fractions.Select(
            f => FormattableString.Invariant($"x({f.Key}) {f.Value:0.0000}"))), cell.Text(CellKeys.ElectrolyteName));
        Assert.Contains($"{run}/channels/make/build/", cell.ToJson(), StringComparison.Ordinal);
    }
}
