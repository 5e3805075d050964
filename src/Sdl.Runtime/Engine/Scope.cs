using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Engine;

/// <summary>The values that the steps of one run see: arguments, saved records, results of analyses.</summary>
internal sealed class Scope(Arguments arguments)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Record>> _records = [];
    private readonly Dictionary<string, Measured> _values = [];

    public Arguments Arguments => arguments;

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
        lock (_gate)
            return _records.TryGetValue(name, out var list) ? [.. list] : [];
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
                return null;
            var record = records[^1];
            var index = record.Columns.Select(c => c.Name).ToList().IndexOf(name[(dot + 1)..]);
            if (index < 0 || record.Samples.Count == 0)
                return null;
            var number = record.Samples[^1].Values.Span[index];
            return double.IsFinite(number) ? Measured.Exact(Quantity.Of(number, record.Columns[index].Unit)) : null;
        }
    }
}
