using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Materials;

/// <summary>An attempt at an invocation that moves or uses something and is not booked yet. Volumes in m3.</summary>
internal sealed class Booking(StepIntended intended, Matter matter, long order)
{
    private readonly HashSet<string> _counted = [];
    private readonly SortedDictionary<string, int> _uses =
        new(new Dictionary<string, int>(matter.Uses ?? new Dictionary<string, int>()), StringComparer.Ordinal);

    public StepIntended Intended => intended;

    public long Order => order;

    public Movement? Moves => matter.Moves;

    public double Least { get; private set; }

    public double Most { get; private set; } = matter.Moves?.Volume.Si ?? 0;

    public double Expected => (Least + Most) / 2;

    public bool IsKnown => Least == Most;

    /// <summary>Whether its parts were taken; null when nobody knows.</summary>
    public bool? HasUsed { get; private set; }

    public IReadOnlyDictionary<string, int> Uses => _uses;

    /// <summary>-1 for the container that it leaves, +1 for the one that it enters, 0 for others and for one that has
    /// been counted since.</summary>
    public int SignOf(string container) =>
        Moves is null || _counted.Contains(container) ? 0
        : Moves.From == container ? -1
        : Moves.To == container ? 1
        : 0;

    /// <summary>Containers that were counted since it began, with their sign.</summary>
    public IEnumerable<int> CountedSigns => Moves is not { } moves ? []
        : new[] { (moves.From, -1), (moves.To, 1) }.Where(s => _counted.Contains(s.Item1)).Select(s => s.Item2);

    public void Reconcile(CallProgress progress, double? moved)
    {
        switch (progress)
        {
            case CallProgress.NotStarted:
                Settle(0, false);
                break;
            case CallProgress.Done:
                Settle(moved ?? matter.Moves?.Volume.Si ?? 0, true);
                break;
            case CallProgress.Partial:
                HasUsed = true;
                if (moved is { } volume)
                    Settle(volume, true);
                break;
        }
    }

    public void Fail(string fault, double? moved)
    {
        if (fault == nameof(Fault.OutOfRange))
            Settle(0, false);
        else
            (Least, Most) = (Math.Max(Least, moved ?? 0), Math.Max(Most, moved ?? 0));
    }

    public void End(double? moved) => Settle(moved ?? (IsKnown ? Least : Most), true);

    public void Count(string container) => _counted.Add(container);

    /// <summary>Somebody counted these parts, or another attempt answers for them.</summary>
    public void LeavePart(string name) => _uses.Remove(name);

    public void LeaveParts() => _uses.Clear();

    private void Settle(double volume, bool used) => (Least, Most, HasUsed) = (volume, volume, used);
}

/// <summary>What is known of one container.</summary>
internal sealed class LedgerAccount
{
    // By meter: net volume times its relative uncertainty.
    private readonly SortedDictionary<string, double> _metered = new(StringComparer.Ordinal);
    private double _variance;

    /// <summary>m3 by material.</summary>
    public SortedDictionary<string, double> Amounts { get; } = new(StringComparer.Ordinal);

    /// <summary>m3 that have gone out of it.</summary>
    public double Taken { get; private set; }

    public bool IsCounted { get; private set; }

    /// <summary>m3.</summary>
    public double Deviation => Math.Sqrt(_variance + Metered * Metered);

    /// <summary>m3, of what was metered alone.</summary>
    public double Metered => Math.Sqrt(_metered.Values.Sum(m => m * m));

    public void Move(string material, double volume, string meter, double accuracy)
    {
        Amounts[material] = Amounts.GetValueOrDefault(material) + volume;
        _metered[meter] = _metered.GetValueOrDefault(meter) + volume * accuracy;
        Taken += Math.Max(0, -volume);
    }

    public void Count(string material, double volume, double deviation)
    {
        Amounts.Clear();
        _metered.Clear();
        Amounts[material] = volume;
        _variance = deviation * deviation;
        IsCounted = true;
    }
}
