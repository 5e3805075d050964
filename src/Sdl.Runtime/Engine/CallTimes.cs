using System.Globalization;
using Sdl.Core.Instruments;

namespace Sdl.Runtime.Engine;

/// <summary>How long the calls of one instrument have taken since the program started, and from when on one is
/// late.</summary>
internal sealed class CallTimes
{
    /// <summary>From so many calls on they know better than a prediction.</summary>
    public const int Enough = 20;

    private const double FactorOfSeen = 1.5, FactorOfPredicted = 2, FactorOfMost = 1.1;

    // What is late by less than this concerns nobody.
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Window> _seen = [];

    /// <summary>Takes note of a call that went undisturbed to its end.</summary>
    public void Add(Capability capability, Arguments arguments, TimeSpan took)
    {
        if (capability.PredictsMost?.Invoke(arguments) == true)
            return;
        lock (_gate)
        {
            var key = KeyOf(capability, arguments);
            if (!_seen.TryGetValue(key, out var window))
                _seen[key] = window = new Window();
            window.Add(took / UnitOf(capability, arguments));
        }
    }

    /// <summary>When a call is late: after 1.5 times what 19 of 20 like it took, else after twice its prediction, or
    /// after 1.1 times the longest time that its arguments allow, whatever others took; a minute later than any of
    /// these at the least; null when nobody can say. And what was expected, for people.</summary>
    public (TimeSpan After, string Expected)? LateAfter(Capability capability, Arguments arguments)
    {
        if (capability.PredictsMost?.Invoke(arguments) == true)
        {
            var most = capability.Predict!(arguments);
            return (Late(most, FactorOfMost), $"it was to end within {Time(most)}");
        }
        lock (_gate)
            if (_seen.TryGetValue(KeyOf(capability, arguments), out var window) && window.Count >= Enough)
            {
                var usual = window.Percentile95 * UnitOf(capability, arguments);
                return (Late(usual, FactorOfSeen), $"19 of 20 like it took no more than {Time(usual)}");
            }
        return capability.Predict?.Invoke(arguments) is { } predicted
            ? (Late(predicted, FactorOfPredicted), $"{Time(predicted)} were predicted")
            : null;
    }

    /// <summary>Such as 00:03:20, or 1.00:03:20 with a day more.</summary>
    public static string Time(TimeSpan time) => time.ToString(
        time.Days > 0 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static TimeSpan Late(TimeSpan expected, double factor) =>
        TimeSpan.FromTicks(Math.Max((expected * factor).Ticks, (expected + Least).Ticks));

    // Calls with a prediction are compared by what they take of it; others only with those of the same arguments, and
    // so are those whose prediction may be a limit: one charge takes a tenth of it, another nearly all.
    private static TimeSpan UnitOf(Capability capability, Arguments arguments) =>
        capability.Predict?.Invoke(arguments) is { Ticks: > 0 } predicted ? predicted : TimeSpan.FromSeconds(1);

    private static string KeyOf(Capability capability, Arguments arguments)
    {
        var key = capability.Name;
        foreach (var input in capability.Inputs)
            if (input is TextInput || capability.Predict is null || capability.PredictsMost is not null)
                key += $" {arguments.Find(input.Name)}";
        return key;
    }

    /// <summary>The latest numbers, in order of size.</summary>
    private sealed class Window
    {
        private const int Most = 200;

        private readonly Queue<double> _order = new();
        private readonly List<double> _sorted = [];

        public int Count => _sorted.Count;

        public double Percentile95 => _sorted[(int)Math.Ceiling(0.95 * Count) - 1];

        public void Add(double value)
        {
            if (_order.Count == Most)
                _sorted.RemoveAt(_sorted.BinarySearch(_order.Dequeue()));
            _order.Enqueue(value);
            var at = _sorted.BinarySearch(value);
            _sorted.Insert(at < 0 ? ~at : at, value);
        }
    }
}
