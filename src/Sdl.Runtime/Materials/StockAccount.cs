using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Materials;

/// <summary>The ledger of a laboratory at work: refuses what is not there before anything moves. One for all runs; may
/// be called from anywhere.</summary>
/// <param name="ledger">What the journal tells so far; later events are passed to <see cref="See"/>.</param>
public sealed class StockAccount(Inventory inventory, Ledger ledger)
{
    private readonly Lock _gate = new();

    /// <summary>Takes note of what happened.</summary>
    public void See(RunEvent happened)
    {
        lock (_gate)
            ledger.Apply(happened);
    }

    /// <summary>Sets aside what an invocation is about to take, so that no other run takes it meanwhile.</summary>
    /// <exception cref="InstrumentException">It is not there, or does not go in.</exception>
    public void Reserve(StepIntended intended)
    {
        if (intended.Matter is not { } matter)
            return;
        lock (_gate)
        {
            if (Refusal(intended.Call, matter) is { } why)
                throw new InstrumentException(
                    intended.Instrument, Fault.OutOfRange, $"'{intended.Capability}' was not begun: {why}");
            ledger.Begin(intended);
        }
    }

    /// <summary>What was set aside was not begun.</summary>
    public void Release(CallId call)
    {
        lock (_gate)
            ledger.Forget(call);
    }

    private string? Refusal(CallId call, Matter matter)
    {
        if (matter.Moves is { } moves)
        {
            if (ledger.Find(moves.From) is { IsCounted: true } from && from.Sure < moves.Volume)
                return Shortage.Of(moves.Volume, from);
            if (inventory.Containers.GetValueOrDefault(moves.To)?.Capacity is { } capacity
                && ledger.Find(moves.To) is { IsCounted: true } to
                && to.Most + to.Uncertainty * Holding.Margin + moves.Volume > capacity)
                return $"{to.Container} takes {capacity} and holds {to.Most} already, so {moves.Volume} more may "
                    + "overflow: empty it, then say so with sdl ledger --count";
        }
        // A second attempt does not take a second part.
        foreach (var (name, count) in matter.Uses ?? new Dictionary<string, int>())
            if (ledger.FindPart(name) is { IsCounted: true } part && part.Left + ledger.UseOf(call, name) < count)
                return Shortage.Of(name, count, part.Left);
        return null;
    }
}
