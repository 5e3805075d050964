using System.Diagnostics;
using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Store;

namespace Sdl.Bench;

/// <summary>64 channels at 1 kHz into the journal, durably and in real time: nothing may be lost, and little of the
/// processor used.</summary>
public static class StreamSpeed
{
    private const int Channels = 64, Hertz = 1000, BatchSize = 256;
    private static readonly RunId Run = new("e001");

    /// <param name="args">Seconds; without: 60.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        var folder = Directory.CreateTempSubdirectory("sdl-stream-").FullName;
        try
        {
            using var journal = SqliteJournal.Open(folder, TimeProvider.System);
            var processor = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            var (lag, allocated) = await StreamAsync(journal, seconds);
            var wall = watch.Elapsed;
            var share = (Environment.CpuUsage.TotalTime - processor) / wall;
            watch.Restart();
            var lost = Lost(journal, seconds);
            var size = new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length);
            var isMet = lost == 0 && journal.Verify().Wrong is null;
            Rounds.Print(
                "64 channels × 1 kHz to disk",
                string.Create(CultureInfo.InvariantCulture, $"{share:P1} of one core"),
                string.Create(CultureInfo.InvariantCulture,
                    $"no loss: {lost} of {Channels * Hertz * (long)seconds:#,0} rows in {wall.TotalSeconds:0.0} s, ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"longest lag {lag.TotalMilliseconds:0} ms, {size / 1e6 / wall.TotalSeconds:0.0} MB/s on disk, "
                    + $"live memory {allocated / 1e6:0} MB, read back in {watch.Elapsed.TotalSeconds:0.0} s"),
                isMet);
            return isMet ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(TimeSpan Lag, long Live)> StreamAsync(SqliteJournal journal, int seconds)
    {
        for (var channel = 0; channel < Channels; channel++)
            await journal.AppendAsync(new StepIntended(
                Run, Call(channel), Instrument(channel), CellTechniques.ConstantCurrent, Arguments.None, 1), default);
        var watch = Stopwatch.StartNew();
        var begin = TimeProvider.System.GetUtcNow();
        var lanes = Enumerable.Range(0, Channels).Select(channel => Task.Run(
            () => LaneAsync(journal, channel, seconds, begin, watch))).ToArray();
        var lags = await Task.WhenAll(lanes);
        return (lags.Max(), GC.GetTotalMemory(forceFullCollection: true));
    }

    // As the engine does it: batches as they fill, each awaited before the next of its channel; the channels are
    // staggered, as real ones are.
    private static async Task<TimeSpan> LaneAsync(
        SqliteJournal journal, int channel, int seconds, DateTimeOffset begin, Stopwatch watch)
    {
        var lag = TimeSpan.Zero;
        using var digest = new RecordDigest(CellTechniques.Columns);
        var total = seconds * Hertz;
        var first = channel * BatchSize / Channels + 1;
        for (var row = 0; row < total;)
        {
            var count = Math.Min(row == 0 ? first : BatchSize, total - row);
            var due = TimeSpan.FromSeconds((row + count) / (double)Hertz);
            if (due > watch.Elapsed)
                await Task.Delay(due - watch.Elapsed, TimeProvider.System);
            var batch = new Sample[count];
            for (var i = 0; i < count; i++, row++)
                batch[i] = Row(channel, row, begin);
            digest.Add(batch);
            await journal.AddSamplesAsync(Call(channel), 1, batch, CancellationToken.None);
            lag = watch.Elapsed - due > lag ? watch.Elapsed - due : lag;
        }
        var record = new Record(Call(channel), Instrument(channel), CellTechniques.Columns, [], digest.ToString());
        await journal.SealAsync(new StepDone(Run, Call(channel), 1, total, record.Sha256), record, default);
        return lag;
    }

    private static long Lost(SqliteJournal journal, int seconds)
    {
        var lost = 0L;
        for (var channel = 0; channel < Channels; channel++)
        {
            var record = journal.ReadRecord(Call(channel));
            lost += seconds * (long)Hertz - record.Samples.Count;
            for (var row = 0; row < record.Samples.Count; row++)
                if (!record.Samples[row].Values.Span.SequenceEqual(Row(channel, row, record.Samples[0].At).Values.Span))
                    lost++;
        }
        return lost;
    }

    private static Sample Row(int channel, int row, DateTimeOffset begin) => new(
        begin + TimeSpan.FromMilliseconds(row),
        new[] { row / (double)Hertz, 3.6 + 1e-9 * row, 1e-3 * channel, 1e-7 * row, 3.6e-7 * row, 25 + channel, 0 });

    private static CallId Call(int channel) => new($"e001/channel_{channel}.constant_current");

    private static InstrumentId Instrument(int channel) => new($"channel_{channel}");
}
