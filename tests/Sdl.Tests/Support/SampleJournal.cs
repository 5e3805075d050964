using Microsoft.Data.Sqlite;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Store;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Support;

/// <summary>A journal with something of everything that is kept: calls that were done, that failed and that are open,
/// records of one and of several blocks, and blocks that no record came of.</summary>
internal static class SampleJournal
{
    public static readonly RunId Run = new("e001");
    public static readonly InstrumentId Pump = new("pump");
    public static readonly DateTimeOffset At = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    public static readonly Column[] Columns = [new("volume", Unit.Parse("mL")), new("t", Unit.Parse("s"))];

    public static CallId Call(int n) => new($"e001/fill[{n}]/pump.dispense");

    public static async Task WriteAsync(SqliteJournal journal, int calls)
    {
        await journal.AppendAsync(
            new RunStarted(Run, "mix", "", "", Arguments.None, new Dictionary<string, InstrumentId>(), "ann"),
            CancellationToken.None);
        await journal.AppendAsync(new Moved(Run, RunState.Queued, RunState.Running, ""), CancellationToken.None);
        for (var n = 1; n <= calls; n++)
        {
            await IntendAsync(journal, n, 1);
            for (var block = 0; block < n % 3; block++)
                await journal.AddSamplesAsync(Call(n), 1, [Row(n, block), Row(n, -block)], CancellationToken.None);
            if (n % 5 == 4)
                await journal.AppendAsync(
                    new StepFailed(Run, Call(n), 1, "DeviceFault", "it stalled"), CancellationToken.None);
            else if (n % 5 != 3)
                await SealAsync(journal, n, 1);
        }
    }

    public static ValueTask IntendAsync(SqliteJournal journal, int n, int attempt) => journal.AppendAsync(
        new StepIntended(Run, Call(n), Pump, "dispense", Arguments.Of(("volume", Quantity.Of(n, "mL"))), attempt),
        CancellationToken.None);

    public static ValueTask SealAsync(SqliteJournal journal, int n, int attempt)
    {
        var rows = Enumerable.Range(0, n % 3).SelectMany(b => new[] { Row(n, b), Row(n, -b) }).ToList();
        var record = Record.Seal(Call(n), Pump, Columns, rows);
        return journal.SealAsync(
            new StepDone(Run, Call(n), attempt, rows.Count, record.Sha256), record, CancellationToken.None);
    }

    public static Sample Row(params double[] values) => new(At, values);

    /// <summary>Does to the file what no journal would do.</summary>
    public static void Execute(string folder, string sql, params object[] values)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, SqliteJournal.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // literals of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${i}", values[i]);
        command.ExecuteNonQuery();
    }

    public static object Value(string folder, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, SqliteJournal.FileName)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // literals of the tests
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }
}
