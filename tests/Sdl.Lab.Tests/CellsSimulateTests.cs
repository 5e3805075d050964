using System.Globalization;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary><c>sdl cells simulate</c> as a process.</summary>
public sealed class CellsSimulateTests
{
    private const string Short = """
        cell-protocol: short
        cell: {capacity: 3 mAh}
        record: {time: 60 s}
        safety: {max_voltage: 4.3 V, min_voltage: 2.4 V}
        method:
          - loop: 2
            tag: slow
            steps:
              - charge: C/2
                until: {voltage: 4.2 V}
              - discharge: C/2
                until: {voltage: 2.8 V}
          - {impedance: 10 mV, from: 1 kHz, to: 1 Hz, points_per_decade: 5}
        """;

    [Fact]
    public async Task Points_and_spectra_become_files_and_cycles_a_table()
    {
        using var scratch = new Scratch();
        var (protocol, points) = (scratch.Write("short.yaml", Short), scratch.Path("points.csv"));
        var result = (await SdlProcess.RunAsync(
            "cells", "simulate", protocol, "--formulation", "EC=0.33,EMC=0.59,LiPF6=0.08", "--temperature", "30degC",
            "--out", points)).Expect(0);
        Assert.Contains("short on coin-nmc811-graphite", result.Output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(points, TestContext.Current.CancellationToken);
        Assert.Equal(
            "time/s,step_time/s,voltage/V,current/A,charge/Ah,energy/Wh,temperature/degC,step,name,cycle,end",
            lines[0]);
        var rows = lines.Skip(1).Select(l => l.Split(',')).ToList();
        Assert.Equal(["1", "2"], rows.Select(r => r[9]).Distinct());
        Assert.All(rows, r => Assert.Equal("30", r[6]));
        Assert.Equal(4, rows.Count(r => r[10] == "voltage"));
        Assert.True(rows.Zip(rows.Skip(1)).All(p => Number(p.First[0]) <= Number(p.Second[0])));
        Assert.Equal(
            17, (await File.ReadAllLinesAsync(scratch.Path("points.spectra.csv"),
                TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Same_seed_gives_the_same_cell_and_another_another()
    {
        using var scratch = new Scratch();
        var protocol = scratch.Write("short.yaml", Short);
        async Task<double> Charge(string seed) =>
            (await SdlProcess.RunAsync("cells", "simulate", protocol, "--seed", seed, "--json")).Expect(0).Json()
            .GetProperty("cycles")[1].GetProperty("dischargeAh").GetDouble();
        Assert.Equal(await Charge("1"), await Charge("1"));
        Assert.NotEqual(await Charge("1"), await Charge("2"));
    }

    [Fact]
    public async Task Broken_safety_limit_ends_it_with_the_place()
    {
        using var scratch = new Scratch();
        var result = (await SdlProcess.RunAsync("cells", "simulate", scratch.Write(
            "bad.yaml", Short.Replace("min_voltage: 2.4 V", "min_voltage: 3 V", StringComparison.Ordinal)
                .Replace("until: {voltage: 2.8 V}", "until: {time: 10 h}", StringComparison.Ordinal)),
            "--soc", "0.9")).Expect(1);
        Assert.Contains("bad.yaml:11", result.Errors, StringComparison.Ordinal);
        Assert.Contains("min_voltage of 3 V is passed", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the mole fractions sum to 0.9", "--formulation", "EC=0.3,EMC=0.6")]
    [InlineData("has its own electrolyte", "--formulation", "EC=0.3,EMC=0.6,LiPF6=0.1", "--cell", "chen2020")]
    [InlineData("-30 to 70 degC", "--temperature", "120 degC")]
    [InlineData("in Ah", "--capacity", "3 V")]
    [InlineData("from 0 to 1", "--soc", "1.5")]
    [InlineData("at most 600 s", "--step", "0")]
    public async Task Option_that_cannot_be_used_is_refused(string reason, params string[] options)
    {
        using var scratch = new Scratch();
        var result = (await SdlProcess.RunAsync(
            ["cells", "simulate", scratch.Write("short.yaml", Short), .. options])).Expect(2);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
