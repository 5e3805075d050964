using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary><c>sdl cells convert</c> as a process.</summary>
public sealed class CellsConvertTests
{
    private const string Test = """
        cell-protocol: short
        record: {time: 60 s}
        safety: {max_voltage: 4.3 V, min_voltage: 2.4 V}
        method:
          - charge: C/2
            until: {voltage: 4.2 V}
        """;

    [Fact]
    public async Task A_protocol_goes_to_unicycler_and_comes_back_as_yaml()
    {
        using var scratch = new Scratch();
        var (yaml, json) = (scratch.Write("short.yaml", Test), scratch.Path("short.json"));
        (await SdlProcess.RunAsync("cells", "convert", yaml, "--to", "unicycler", "--out", json)).Expect(0);
        var back = (await SdlProcess.RunAsync("cells", "convert", json, "--to", "yaml")).Expect(0);
        Assert.Contains("- charge: C/2", back.Output, StringComparison.Ordinal);
        Assert.Contains("until: {voltage_above: 4.2 V}", back.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_or_would_be_lost_is_said_with_its_place()
    {
        using var scratch = new Scratch();
        var yaml = scratch.Write("short.yaml", Test);
        Assert.Contains("--sample", Said((await SdlProcess.RunAsync(
            "cells", "convert", yaml, "--to", "neware")).Expect(2)), StringComparison.Ordinal);
        Assert.Contains("short.yaml:5:5", Said((await SdlProcess.RunAsync(
            "cells", "convert", yaml, "--to", "neware", "--sample", "c1")).Expect(2)), StringComparison.Ordinal);
        Assert.Contains("the safety limit max_voltage", Said((await SdlProcess.RunAsync(
            "cells", "convert", yaml, "--to", "tomato", "--sample", "c1", "--capacity", "3 mAh")).Expect(2)),
            StringComparison.Ordinal);
        var done = (await SdlProcess.RunAsync(
            "cells", "convert", yaml, "--to", "tomato", "--sample", "c1", "--capacity", "3 mAh", "--accept-loss"))
            .Expect(0);
        Assert.Contains("\"limit_voltage_max\": 4.2", done.Output, StringComparison.Ordinal);
    }

    private static string Said(SdlResult result) => result.Output + result.Errors;
}
