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

        (int Begin, int End) Span(string run)
        {
            var places = events.Index().Where(e => e.Item is StepIntended s && s.Run.Value == run).ToList();
            return (places[0].Index, places[^1].Index);
        }
    }
}
