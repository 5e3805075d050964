using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Support;

/// <summary>The mean of the last values of some records, and their number.</summary>
internal sealed class MeanAnalysis : IAnalysis
{
    public string Name => "mean";

    public string Description => "mean of the last values";

    public IReadOnlyList<Input> Inputs => [];

    public IReadOnlyList<string> Columns => ["value"];

    public IReadOnlyList<Column> Outputs { get; } = [new("mean", Unit.One), new("count", Unit.One)];

    public IReadOnlyDictionary<string, Measured> Analyse(IReadOnlyList<Record> records, Arguments inputs) =>
        records.Count == 0
        ? throw new AnalysisException("there is nothing to average")
        : new Dictionary<string, Measured>
        {
            ["mean"] = Measured.Exact(Quantity.Of(records.Average(r => r["value"][^1]), Unit.One)),
            ["count"] = Measured.Exact(Quantity.Of(records.Count, Unit.One)),
        };
}
