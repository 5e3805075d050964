using Sdl.Core.Cells;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Reading;
using Sdl.Store.Exports;

namespace Sdl.App.Composition;

/// <summary>What a result folder knows of the cells that its runs built and tested.</summary>
/// <param name="Plan">Null when the folder holds no protocol, as that of a lab whose devices were called by hand.
/// </param>
/// <param name="Stocks">Of the lab, for the compositions.</param>
/// <param name="Notes">What a person should know.</param>
public sealed record CellSources(
    CellPlan? Plan, IReadOnlyDictionary<string, Stock> Stocks, IReadOnlyList<CellBuild> Builds, bool Dry,
    IReadOnlyList<string> Notes)
{
    /// <exception cref="FindingsException">A copy of an input file cannot be read any more.</exception>
    public static CellSources Of(ResultFolder folder, IJournal journal)
    {
        if (!File.Exists(folder.Protocol))
            return new CellSources(null, new Dictionary<string, Stock>(), [], false, []);
        var plan = new CellPlan(ProtocolReader.Read(folder.Protocol));
        var others = journal.Read().Select(e => e.Event).OfType<RunStarted>()
            .Where(r => r.ProtocolDigest != plan.Digest)
            .Select(r => $"run {r.Run} did another protocol than {folder.Protocol}: "
                + "what it built is not known").ToList();
        return new CellSources(
            plan, File.Exists(folder.Lab) ? LabReader.Read(folder.Lab).Stocks : new Dictionary<string, Stock>(),
            CellBuilds.In(journal, plan), folder.ReadSession().Dry, others);
    }

    /// <summary>The record of the cell of a test.</summary>
    /// <param name="given">What a person says of the cell; it goes before the parts that the protocol names.</param>
    public CellRecord RecordOf(CellTest test, CellRecord? given)
    {
        var parts = given ?? (test.Cell is { } cell ? Plan?.PartsOf(cell) : null) ?? CellRecord.Empty;
        if (Builds.FirstOrDefault(b => b.Run == test.Run && b.Cell == test.Cell) is { } build)
            return RecordOf(build, parts);
        // A cell that was there before keeps its name.
        return test.Cell is { } name && parts.Id is null ? parts.With(CellKeys.SampleId, name) : parts;
    }

    public CellRecord RecordOf(CellBuild build, CellRecord? given = null)
    {
        var record = build.Record(given ?? Plan!.PartsOf(build.Cell), Stocks);
        return !Dry ? record : record.With(CellKeys.Comment, string.Join("; ", new[]
        {
            record.Text(CellKeys.Comment), "built in a dry run: a simulated cell",
        }.Where(c => c is { Length: > 0 })));
    }

    /// <summary>Cells that nobody has tested.</summary>
    public IEnumerable<CellBuild> Untested(IReadOnlyList<CellTest> tests) =>
        Builds.Where(b => !tests.Any(t => t.Run == b.Run && t.Cell == b.Cell));
}
