using Sdl.Core.Instruments;

namespace Sdl.Core.Records;

/// <summary>A measured series, sealed: nothing is added or changed any more.</summary>
/// <param name="Sha256">Hex digest over columns and samples.</param>
public sealed record Record(
    CallId Call, InstrumentId Instrument, IReadOnlyList<Column> Columns, IReadOnlyList<Sample> Samples, string Sha256)
{
    /// <summary>Seals a series: computes its digest over column names, units, times and values.</summary>
    public static Record Seal(
        CallId call, InstrumentId instrument, IReadOnlyList<Column> columns, IReadOnlyList<Sample> samples)
    {
        using var digest = new RecordDigest(columns);
        digest.Add(samples);
        return new Record(call, instrument, columns, samples, digest.ToString());
    }

    /// <summary>Numbers of one column, in its unit.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public double[] this[string column]
    {
        get
        {
            var i = Columns.Select(c => c.Name).ToList().IndexOf(column);
            return i >= 0 ? Samples.Select(s => s.Values.Span[i]).ToArray() : throw new KeyNotFoundException(
                $"the record of {Call} has no column '{column}'; "
                + $"it has {string.Join(", ", Columns.Select(c => c.Name))}");
        }
    }
}
