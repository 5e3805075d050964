using Sdl.Core.Instruments;

namespace Sdl.Core.Records;

/// <summary>Turns records into values: a pure function that a protocol names in an <c>analyse</c> step.</summary>
public interface IAnalysis
{
    /// <summary>As the protocol writes it, such as <c>impedance.conductivity</c>.</summary>
    string Name { get; }

    string Description { get; }

    /// <summary>Quantities that it takes beside the records.</summary>
    IReadOnlyList<Input> Inputs { get; }

    /// <summary>Columns that each record must have.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Names and units of the values that it gives.</summary>
    IReadOnlyList<Column> Outputs { get; }

    /// <exception cref="AnalysisException">The records do not support a value; the message says why.</exception>
    IReadOnlyDictionary<string, Measured> Analyse(IReadOnlyList<Record> records, Arguments inputs);
}

public sealed class AnalysisException(string message) : Exception(message);
