using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Finales.Methods;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Forecasts;
using Sdl.Runtime.Materials;
using Sdl.Store;

namespace Sdl.App.Finales;

/// <summary>Whether a laboratory can do what a stranger asks for: what the checker of all runs says, and, by playing it
/// with simulators, whether there is enough of everything. A protocol that cycles cells for weeks is not played.
/// </summary>
internal sealed class Judgement
{
    private static readonly Dictionary<string, Quantity> AsPredicted = [];

    private readonly LabSession _lab;
    private readonly Ledger _ledger;

    public Judgement(LabSession lab, SqliteJournal journal)
    {
        _lab = lab;
        _ledger = Ledger.Of(lab.Lab.Inventory.IsNone ? [] : journal.Read());
        if (!lab.Lab.Inventory.IsNone)
            journal.Appended += See;
    }

    public async Task<IReadOnlyList<string>> OfAsync(Errand errand, CancellationToken ct)
    {
        Arguments arguments;
        try
        {
            // Not every invocation with these: what a condition keeps from being done need not be possible.
            arguments = ProtocolChecker.Complete(errand.Protocol, errand.Arguments);
        }
        catch (FindingsException e)
        {
            return [.. e.Findings.Select(f => f.Text)];
        }
        if (ProtocolChecker.Check(_lab.Bind(errand.Protocol, errand.Bindings)) is { Count: > 0 } findings)
            return [.. findings.Select(f => f.Text)];
        if (_lab.Lab.Inventory.IsNone || errand.Protocol.Tests.Count > 0)
            return [];
        ct.ThrowIfCancellationRequested();
        var forecast = await Rehearsal.OfRunAsync(
            errand.Protocol, _lab.Lab, arguments, errand.Bindings, 1);
        return [.. Supply.Of(forecast, Left(), 1, AsPredicted).Where(s => s.IsShort).Select(s => s.Text)];
    }

    private Inventory Left()
    {
        lock (_ledger)
            return LedgerYaml.Left(_ledger, _lab.Lab.Inventory);
    }

    private void See(RunEvent happened)
    {
        lock (_ledger)
            _ledger.Apply(happened);
    }
}
