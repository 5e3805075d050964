using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Engine;

/// <summary>The values that the steps of one run see: arguments, saved records, results of analyses.</summary>
/// <param name="outer">What a branch sees beside its own values; null for the whole run.</param>
internal sealed class Scope(Arguments arguments, Scope? outer = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Record>> _records = [];
    private readonly Dictionary<string, Measured> _values = [];
    private readonly Dictionary<string, List<string>> _leftOut = [];

    public Arguments Arguments => arguments;

    /// <summary>For a branch whose values count once it has succeeded, see <see cref="Take"/>.</summary>
    public Scope Branch() => new(arguments, this);

    /// <summary>Takes over what a branch has saved.</summary>
    public void Take(Scope branch)
    {
        lock (_gate)
        {
            foreach (var (name, records) in branch._records)
                if (!_records.TryAdd(name, records))
                    _records[name].AddRange(records);
            foreach (var (name, value) in branch._values)
                _values[name] = value;
            foreach (var (name, left) in branch._leftOut)
                if (!_leftOut.TryAdd(name, left))
                    _leftOut[name].AddRange(left);
        }
    }

    /// <summary>The branch has failed: what it saved counts for nothing.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _records.Clear();
            _values.Clear();
            _leftOut.Clear();
        }
    }

    /// <summary>A branch that was given up would have saved these.</summary>
    public void LeaveOut(IEnumerable<string> names, string branch)
    {
        lock (_gate)
            foreach (var name in names)
                if (!_leftOut.TryAdd(name, [branch]))
                    _leftOut[name].Add(branch);
    }

    /// <summary>The branches that would have saved something under this name and were given up; null for
    /// none.</summary>
    public IReadOnlyList<string>? LeftOut(string name)
    {
        lock (_gate)
            if (_leftOut.TryGetValue(name, out var branches))
                return [.. branches.Order(StringComparer.Ordinal)];
        return outer?.LeftOut(name);
    }

    public void Save(string name, Record record)
    {
        lock (_gate)
        {
            if (!_records.TryGetValue(name, out var list))
                _records[name] = list = [];
            list.Add(record);
        }
    }

    public void Save(string name, IReadOnlyDictionary<string, Measured> values)
    {
        lock (_gate)
            foreach (var (output, value) in values)
                _values[$"{name}.{output}"] = value;
    }

    public IReadOnlyList<Record> Records(string name)
    {
        IReadOnlyList<Record> before = outer?.Records(name) ?? [];
        lock (_gate)
            return _records.TryGetValue(name, out var list) ? [.. before, .. list] : before;
    }

    /// <exception cref="ExpressionException">It has no value; the message says where and why.</exception>
    public Quantity Evaluate(Scalar scalar)
    {
        try
        {
            return (scalar.Expression ?? throw new ExpressionException(scalar.Error!))
                .Evaluate(name => Find(name)?.Value);
        }
        catch (ExpressionException e)
        {
            throw new ExpressionException($"{scalar.At}: '{scalar.Text}': {e.Message}");
        }
    }

    /// <summary>A plain name keeps the uncertainty of its value; a formula gives an exact number.</summary>
    public Measured Measure(Scalar scalar) =>
        scalar.Expression is Expression.Reference { Name: var name } && Find(name) is { } value
            ? value
            : Measured.Exact(Evaluate(scalar));

    private Measured? Find(string name)
    {
        if (arguments.Find(name)?.Quantity is { } argument)
            return Measured.Exact(argument);
        lock (_gate)
        {
            if (_values.TryGetValue(name, out var value))
                return value;
            var dot = name.IndexOf('.');
            if (dot < 0 || !_records.TryGetValue(name[..dot], out var records))
                return outer?.Find(name);
            var record = records[^1];
            var index = record.Columns.Select(c => c.Name).ToList().IndexOf(name[(dot + 1)..]);
            if (index < 0 || record.Samples.Count == 0)
                return null;
            var number = record.Samples[^1].Values.Span[index];
            return double.IsFinite(number) ? Measured.Exact(Quantity.Of(number, record.Columns[index].Unit)) : null;
        }
    }
}
