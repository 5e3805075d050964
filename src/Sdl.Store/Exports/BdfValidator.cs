namespace Sdl.Store.Exports;

/// <summary>What a validator found.</summary>
/// <param name="Rows">In the file.</param>
/// <param name="Faults">By row; only the first <see cref="BdfValidator.MostFaults"/>.</param>
/// <param name="Count">All faults.</param>
public sealed record BdfVerdict(long Rows, IReadOnlyList<BdfFault> Faults, long Count)
{
    public bool IsValid => Count == 0;
}

/// <summary>Judges a file of the Battery Data Format by the rules of its validator (batterydf, BDF 1.3.0): what is
/// required is there; the test time does not fall; cumulative and net are sum and difference of charging and
/// discharging; sums do not fall; cycles are counted by whole numbers that do not fall; the records of a step are
/// counted from 1; test time and Unix time go equally fast. Needs the memory of one batch.</summary>
public static class BdfValidator
{
    public const int MostFaults = 200;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It cannot be read at all.</exception>
    public static async Task<BdfVerdict> ValidateAsync(string path, CancellationToken ct)
    {
        List<BdfRule>? rules = null;
        var (kept, count, rows) = (new List<BdfFault>(), 0L, 0L);
        await foreach (var batch in BdfReader.ReadAsync(path, ct))
        {
            rules ??= Rules(batch);
            var faults = new List<BdfFault>(batch.Faults);
            var unread = batch.Faults.Select(f => (f.Row, f.Column)).ToHashSet();
            foreach (var rule in rules)
                rule.Check(batch, faults);
            // What could not be read is not missing as well.
            faults.RemoveAll(f => !batch.Faults.Contains(f) && unread.Contains((f.Row, f.Column)));
            count += faults.Count;
            kept.AddRange(faults.OrderBy(f => f.Row).Take(MostFaults - kept.Count));
            rows += batch.Count;
        }
        if (rows == 0)
        {
            kept.Add(new BdfFault(0, BdfColumns.TestTime.Label, "there are no rows"));
            count++;
        }
        return new BdfVerdict(rows, kept, count);
    }

    private static List<BdfRule> Rules(BdfBatch batch)
    {
        var rules = new List<BdfRule>
        {
            new PresenceRule(), new TestTimeRule(), new ClockRule(), new CycleRule(), new RecordIndexRule(),
        };
        foreach (var scope in BdfColumns.Scopes)
            foreach (var what in new[] { "Capacity", "Energy" })
            {
                rules.Add(new BalanceRule(scope, what));
                foreach (var sense in new[] { "Charging", "Discharging", "Cumulative" })
                    rules.Add(new RisingRule(scope, BdfColumns.Sum(scope, sense, what)));
            }
        return rules.FindAll(r => r.Applies(batch));
    }
}

/// <summary>One rule, which remembers what it needs of the rows before.</summary>
internal abstract class BdfRule
{
    /// <summary>Whether the file has the columns that it is about.</summary>
    public abstract bool Applies(BdfBatch batch);

    public abstract void Check(BdfBatch batch, List<BdfFault> faults);

    protected static string Text(double value) =>
        value.ToString("G15", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Null when the file has no such column.</summary>
    protected static double[]? Find(BdfBatch batch, BdfColumn column) =>
        batch.IndexOf(column) is >= 0 and var i ? batch.Numbers(i) : null;
}

/// <summary>Required columns have a value in each row, and no number is infinite.</summary>
internal sealed class PresenceRule : BdfRule
{
    public override bool Applies(BdfBatch batch) => true;

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        for (var i = 0; i < batch.Columns.Count; i++)
        {
            var column = batch.Columns[i];
            if (column.Kind == BdfKind.Text)
                continue;
            var values = batch.Numbers(i);
            var required = BdfColumns.Required.Contains(column);
            for (var row = 0; row < batch.Count; row++)
                if (double.IsInfinity(values[row]) || (required && double.IsNaN(values[row])))
                    faults.Add(new BdfFault(batch.FirstRow + row, column.Label,
                        double.IsNaN(values[row]) ? "has no value" : "is infinite"));
        }
    }
}

/// <summary>The test time does not fall by more than rounding does: one microsecond, or 1e-9 of it.</summary>
internal sealed class TestTimeRule : BdfRule
{
    private double _last = double.NaN;

    public override bool Applies(BdfBatch batch) => Find(batch, BdfColumns.TestTime) is not null;

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        var time = Find(batch, BdfColumns.TestTime)!;
        for (var row = 0; row < batch.Count; row++)
        {
            if (time[row] < _last - Math.Max(1e-6, 1e-9 * Math.Abs(_last)))
                faults.Add(new BdfFault(batch.FirstRow + row, BdfColumns.TestTime.Label,
                    $"falls from {Text(_last)} to {Text(time[row])}"));
            if (double.IsFinite(time[row]))
                _last = time[row];
        }
    }
}

/// <summary>Test time and Unix time go on by the same, from row to row and since the beginning, within one second and
/// one per cent: a column in milliseconds or minutes does not.</summary>
internal sealed class ClockRule : BdfRule
{
    private double _test = double.NaN, _unix = double.NaN, _testStart = double.NaN, _unixStart = double.NaN;

    public override bool Applies(BdfBatch batch) =>
        Find(batch, BdfColumns.TestTime) is not null && Find(batch, BdfColumns.UnixTime) is not null;

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        var (test, unix) = (Find(batch, BdfColumns.TestTime)!, Find(batch, BdfColumns.UnixTime)!);
        for (var row = 0; row < batch.Count; row++)
        {
            var (t, u) = (test[row], unix[row]);
            if (!double.IsFinite(t) || !double.IsFinite(u))
                continue;
            if (Differ(t - _test, u - _unix) || Differ(t - _testStart, u - _unixStart))
            {
                faults.Add(new BdfFault(batch.FirstRow + row, BdfColumns.UnixTime.Label,
                    $"goes on by {Text(u - _unix)} s where the test time goes on by {Text(t - _test)} s "
                    + $"({Text(u - _unixStart)} and {Text(t - _testStart)} s since row 1 or the last such fault)"));
                (_testStart, _unixStart) = (t, u);
            }
            if (double.IsNaN(_testStart))
                (_testStart, _unixStart) = (t, u);
            (_test, _unix) = (t, u);
        }
    }

    private static bool Differ(double test, double unix) =>
        Math.Abs(test - unix) > 1 + 0.01 * Math.Max(Math.Abs(test), Math.Abs(unix));
}

/// <summary>Whole numbers from 0 that do not fall: no cycle is begun again or numbered anew.</summary>
internal sealed class CycleRule : BdfRule
{
    private double _last = double.NaN;

    public override bool Applies(BdfBatch batch) => Find(batch, BdfColumns.CycleCount) is not null;

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        var cycles = Find(batch, BdfColumns.CycleCount)!;
        for (var row = 0; row < batch.Count; row++)
        {
            var cycle = cycles[row];
            if (double.IsNaN(cycle))
                continue;
            if (cycle < 0 || cycle != Math.Truncate(cycle))
                faults.Add(new BdfFault(batch.FirstRow + row, BdfColumns.CycleCount.Label,
                    $"{Text(cycle)} is no whole number from 0"));
            else if (cycle < _last)
                faults.Add(new BdfFault(batch.FirstRow + row, BdfColumns.CycleCount.Label,
                    $"falls from {Text(_last)} to {Text(cycle)}"));
            _last = cycle;
        }
    }
}

/// <summary>Begins with 1, and goes on by 1 or begins anew.</summary>
internal sealed class RecordIndexRule : BdfRule
{
    private double _last = double.NaN;
    private bool _isFirst = true;

    public override bool Applies(BdfBatch batch) => Find(batch, BdfColumns.StepRecordIndex) is not null;

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        var indices = Find(batch, BdfColumns.StepRecordIndex)!;
        for (var row = 0; row < batch.Count; row++)
        {
            var index = indices[row];
            if (!double.IsNaN(index) && index != 1 && (_isFirst || index != _last + 1))
                faults.Add(new BdfFault(batch.FirstRow + row, BdfColumns.StepRecordIndex.Label,
                    _isFirst ? $"begins with {Text(index)}, and not with 1"
                    : $"goes from {Text(_last)} to {Text(index)}, and neither on by 1 nor back to 1"));
            (_last, _isFirst) = (index, false);
        }
    }
}

/// <summary>Cumulative is charging plus discharging, net is charging less discharging, within 1e-6 of the largest of
/// them so far.</summary>
internal sealed class BalanceRule(string scope, string what) : BdfRule
{
    private readonly BdfColumn _in = BdfColumns.Sum(scope, "Charging", what),
        _out = BdfColumns.Sum(scope, "Discharging", what), _sum = BdfColumns.Sum(scope, "Cumulative", what),
        _net = BdfColumns.Sum(scope, "Net", what);

    private double _largest;

    public override bool Applies(BdfBatch batch) => Find(batch, _in) is not null && Find(batch, _out) is not null
        && (Find(batch, _sum) is not null || Find(batch, _net) is not null);

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        var (charging, discharging) = (Find(batch, _in)!, Find(batch, _out)!);
        var (sum, net) = (Find(batch, _sum), Find(batch, _net));
        for (var row = 0; row < batch.Count; row++)
        {
            var (a, b) = (charging[row], discharging[row]);
            if (double.IsFinite(a) && double.IsFinite(b))
                _largest = Math.Max(_largest, Math.Abs(a) + Math.Abs(b));
            Compare(_sum, sum, row, a + b, "charging plus discharging");
            Compare(_net, net, row, a - b, "charging less discharging");
        }

        void Compare(BdfColumn column, double[]? values, int row, double wanted, string why)
        {
            if (values is not null && Math.Abs(values[row] - wanted) > 1e-6 * _largest)
                faults.Add(new BdfFault(batch.FirstRow + row, column.Label,
                    $"is {Text(values[row])}, but {why} is {Text(wanted)}"));
        }
    }
}

/// <summary>A running sum never falls by more than 1e-6 of its largest value; that of a cycle or step begins anew with
/// the next one.</summary>
internal sealed class RisingRule(string scope, BdfColumn column) : BdfRule
{
    private double _last = double.NaN, _largest, _place = double.NaN;

    public override bool Applies(BdfBatch batch) => Find(batch, column) is not null
        && (scope.Length == 0 || Place(batch) is not null);

    public override void Check(BdfBatch batch, List<BdfFault> faults)
    {
        var (values, places) = (Find(batch, column)!, Place(batch));
        for (var row = 0; row < batch.Count; row++)
        {
            var (value, place) = (values[row], places?[row] ?? 0);
            if (place == _place && value < _last - 1e-6 * _largest)
                faults.Add(new BdfFault(batch.FirstRow + row, column.Label,
                    $"falls from {Text(_last)} to {Text(value)}"));
            if (!double.IsFinite(value))
                continue;
            (_last, _place) = (value, place);
            _largest = Math.Max(_largest, Math.Abs(value));
        }
    }

    private double[]? Place(BdfBatch batch) => scope switch
    {
        "" => null,
        "Cycle " => Find(batch, BdfColumns.CycleCount),
        _ => Find(batch, BdfColumns.StepCount),
    };
}
