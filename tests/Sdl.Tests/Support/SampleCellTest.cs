using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Support;

/// <summary>A cell test whose numbers can be checked by hand: a cell of 1 mAh between 3 V and 4 V with 10 Ohm, charged
/// and discharged at 1 mA for an hour, the discharge a little shorter every cycle.</summary>
internal static class SampleCellTest
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly InstrumentId Channel = new("channel_1");

    /// <param name="rows">In each half of a cycle.</param>
    /// <param name="loss">Share of the capacity that each cycle loses.</param>
    public static List<(string Technique, Record Record)> Records(
        int cycles = 3, int rows = 20, double loss = 0.01, bool spectrum = true)
    {
        var at = Start;
        var test = new List<(string, Record)> { Rest("rest", ref at) };
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            test.Add(Current($"life[{cycle}]/charge", 1e-3, 1 - loss * (cycle - 1), rows, ref at));
            test.Add(Rest($"life[{cycle}]/rest", ref at));
            test.Add(Current($"life[{cycle}]/discharge", -1e-3, 1 - loss * cycle, rows, ref at));
        }
        if (spectrum)
            test.Add(Spectrum("spectrum", ref at));
        return test;
    }

    public static List<CycledStep> Steps(int cycles = 3, int rows = 20, double loss = 0.01) =>
        [.. new CycleCount().Of(Records(cycles, rows, loss))];

    private static (string, Record) Rest(string step, ref DateTimeOffset at) => (CellTechniques.Rest,
        Make(step, [[0, 3.5, 0, 0, 0, 25, 0], [60, 3.5, 0, 0, 0, 25, 1]], ref at));

    private static (string, Record) Current(string step, double ampere, double hours, int rows, ref DateTimeOffset at)
    {
        var data = new List<double[]>();
        for (var i = 0; i <= rows; i++)
        {
            var share = i / (double)rows;
            var charge = ampere * hours * share;
            // From 3.5 V ± 10 mV by a quarter volt: the mean is half way.
            var volt = 3.5 + 10 * ampere + Math.Sign(ampere) * 0.25 * share;
            var mean = 3.5 + 10 * ampere + Math.Sign(ampere) * 0.125 * share;
            data.Add([3600 * hours * share, volt, ampere, charge, charge * mean, double.NaN, i == rows ? 2 : 0]);
        }
        return (CellTechniques.ConstantCurrent, Make(step, data, ref at));
    }

    private static (string, Record) Spectrum(string step, ref DateTimeOffset at)
    {
        var started = at;
        var samples = new List<Sample>();
        for (var i = 0; i < 5; i++)
            samples.Add(new Sample(started + TimeSpan.FromSeconds(i), new[] { Math.Pow(10, 4 - i), 10, -i, 3.5, 0.0 }));
        at += TimeSpan.FromSeconds(10);
        return (CellTechniques.PotentiostaticImpedance, Record.Seal(
            new CallId($"e001/{step}"), Channel, CellTechniques.SpectrumColumns, samples));
    }

    private static Record Make(string step, IReadOnlyList<double[]> data, ref DateTimeOffset at)
    {
        var start = at;
        at += TimeSpan.FromSeconds(data[^1][0] + 1);
        return Record.Seal(new CallId($"e001/{step}"), Channel, CellTechniques.Columns,
            [.. data.Select(d => new Sample(start + TimeSpan.FromSeconds(d[0]), d))]);
    }
}
