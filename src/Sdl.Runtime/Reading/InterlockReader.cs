using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads the <c>interlocks</c> of a lab file: each a name and its entries. What they mean for the instruments
/// of the lab is judged by <see cref="Checking.InterlockChecker"/>.</summary>
internal static class InterlockReader
{
    private static readonly string[] Entries =
    [
        "when", "reset", "settle", "sample", "latch", "stale", "on_loss", "action", "instrument", "scope", "message",
    ];

    private static readonly TimeSpan LeastSample = TimeSpan.FromMilliseconds(10);
    private static readonly Unit Second = Unit.Parse("s");

    public static IReadOnlyList<Interlock> Read(YamlMap root)
    {
        var interlocks = new List<Interlock>();
        if (root.Map("interlocks") is not { } map)
            return interlocks;
        foreach (var name in map.Keys)
            if (map.Map(name) is { } entry)
            {
                if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                    map.Findings.Add(entry.At,
                        $"'{name}' cannot name an interlock: take letters, digits, '_' and '-'");
                if (ReadOne(name, entry) is { } interlock)
                    interlocks.Add(interlock);
                entry.RefuseUnread($"interlock '{name}'");
            }
        return interlocks;
    }

    private static Interlock? ReadOne(string name, YamlMap entry)
    {
        if (!entry.Has("when"))
            entry.Findings.Add(entry.At, "'when' is missing, such as thermostat.temperature > 65 degC");
        var when = Condition(entry, "when");
        var reset = entry.Has("reset") ? Condition(entry, "reset") : when?.Negated;
        var action = Word<InterlockAction>(entry, "action");
        if (!entry.Has("action"))
            entry.Findings.Add(entry.At, "'action' is missing: say pause, stop, abort or safe");
        var instrument = entry.Scalar("instrument");
        var scope = Word<InterlockScope>(entry, "scope");
        var message = entry.Text("message") ?? "";
        var terms = Terms(entry);
        if (when is null || reset is null || action is null)
            return null;
        var read = terms(new Interlock(name, when, reset, action.Value, message, entry.At)
        {
            Scope = scope ?? InterlockScope.All,
            Places = Entries.Where(entry.Has).ToDictionary(e => e, entry.MarkOf),
        });
        return action == InterlockAction.Safe ? MakingSafe(read, instrument, entry) : InForce(read, instrument, entry);
    }

    private static Func<Interlock, Interlock> Terms(YamlMap entry)
    {
        var settle = Time(entry, "settle", TimeSpan.Zero, Interlock.LongestSettle);
        var sample = Time(entry, "sample", LeastSample, Interlock.LongestSample);
        var stale = Time(entry, "stale", Interlock.LongestSample * 2, TimeSpan.FromHours(1));
        var latch = Flag(entry, "latch");
        var loss = Word<OnLoss>(entry, "on_loss");
        return interlock => interlock with
        {
            Settle = settle ?? TimeSpan.Zero,
            Sample = sample ?? Interlock.LongestSample,
            Stale = stale ?? Interlock.UsualStale,
            Latch = latch ?? true,
            OnLoss = loss ?? OnLoss.Trip,
        };
    }

    private static Interlock? MakingSafe(Interlock interlock, Scalar? instrument, YamlMap entry)
    {
        if (entry.Has("scope"))
            entry.Findings.Add(interlock.PlaceOf("scope"),
                "'scope' means nothing with action: safe, which concerns the runs that use the instrument; "
                + "leave it out");
        if (instrument is not null)
            return interlock with { Instrument = new InstrumentId(instrument.Text) };
        if (interlock.Readings.Select(r => r.Instrument).Distinct().ToList() is [var only])
            return interlock with { Instrument = only };
        entry.Findings.Add(interlock.PlaceOf("action"),
            "the condition reads several instruments: say which one is made safe with 'instrument'");
        return null;
    }

    private static Interlock InForce(Interlock interlock, Scalar? instrument, YamlMap entry)
    {
        if (instrument is not null)
            entry.Findings.Add(instrument.At,
                "'instrument' belongs to action: safe; the other actions concern the runs, see 'scope'");
        return interlock;
    }

    private static Condition? Condition(YamlMap entry, string key)
    {
        if (entry.Scalar(key) is not { } scalar)
            return null;
        try
        {
            return Core.Safety.Condition.From(scalar.Expression ?? throw new ExpressionException(scalar.Error!));
        }
        catch (ExpressionException e)
        {
            entry.Findings.Add(scalar.At, $"{key}: {e.Message}");
            return null;
        }
    }

    private static TimeSpan? Time(YamlMap entry, string key, TimeSpan least, TimeSpan most)
    {
        if (entry.Quantity(key, Second) is not { } time)
            return null;
        if (time.Si >= least.TotalSeconds && time.Si <= most.TotalSeconds)
            return time.ToTimeSpan();
        entry.Findings.Add(entry.MarkOf(key), $"{key}: {time} should be {Quantity.Of(least)} to {Quantity.Of(most)}");
        return null;
    }

    private static bool? Flag(YamlMap entry, string key)
    {
        if (entry.Scalar(key) is not { } scalar)
            return null;
        if (scalar.Text is "true" or "false")
            return scalar.Text == "true";
        entry.Findings.Add(scalar.At, $"{key}: '{scalar.Text}' should be true or false");
        return null;
    }

    private static T? Word<T>(YamlMap entry, string key)
        where T : struct, Enum
    {
        if (entry.Scalar(key) is not { } scalar)
            return null;
        var words = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        if (words.IndexOf(scalar.Text) is >= 0 and var index)
            return Enum.GetValues<T>()[index];
        entry.Findings.Add(scalar.At, $"{key}: '{scalar.Text}' should be {string.Join(", ", words)}");
        return null;
    }
}
