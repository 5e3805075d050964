using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Simulation;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads a fault scenario. Whether a lab has the instruments, and they can have these faults, is judged by
/// who knows their simulators.</summary>
public static class FaultScenarioReader
{
    private static readonly Unit Second = Unit.Parse("s"), Hertz = Unit.Parse("Hz");

    // A day of strikes once a second; more is a mistake of unit.
    private const double MostPerHour = 3600;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static FaultScenario Read(string path)
    {
        var findings = new Findings();
        var file = YamlFile.Load(path, "faults", findings);
        var root = file.Root;
        var name = root.Required("faults");
        _ = root.Text("description");
        var seed = Seed(root);
        var strikes = root.Maps("strikes");
        if (strikes.Count == 0)
            findings.Add(root.At, "'strikes' is missing or empty: a list of instrument, kind and when");
        var faults = strikes.Select(Fault).ToList();
        root.RefuseUnread("a fault scenario");
        findings.ThrowIfAny();
        return new FaultScenario(name, file.Digest, seed, faults.ConvertAll(f => f!));
    }

    private static ulong? Seed(YamlMap root)
    {
        if (root.Scalar("seed") is not { } scalar)
            return null;
        if (ulong.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            return seed;
        root.Findings.Add(scalar.At, $"seed: '{scalar.Text}' should be a whole number");
        return null;
    }

    private static PlannedFault? Fault(YamlMap entry)
    {
        var (instrument, line) = Target(entry);
        var kind = FaultKind.Of(entry.Required("kind"));
        var when = Times(entry);
        var duration = Time(entry, "duration", kind.Duration);
        // An entry that means nothing for this kind stays unread and is refused below.
        var delay = kind.Name == FaultKind.LateReply
            ? Time(entry, "delay", PlannedFault.UsualDelay) : PlannedFault.UsualDelay;
        var share = PlannedFault.UsualShare;
        if (kind.Name == FaultKind.PartialEffect && entry.Number("share") is { } given)
        {
            share = given;
            if (given is < 0 or >= 1)
                entry.Findings.Add(entry.MarkOf("share"), $"share = {given} should be at least 0 and below 1");
        }
        var onRequest = kind.Name is FaultKind.DropByte or FaultKind.BadChecksum && OnRequest(entry);
        entry.RefuseUnread($"a strike of '{kind.Name}'");
        return when is null ? null : new PlannedFault(
            instrument, line, kind, when, duration, delay, share, onRequest, entry.At);
    }

    private static (string? Instrument, string? Line) Target(YamlMap entry)
    {
        var (instrument, line) = (entry.Scalar("instrument"), entry.Scalar("line"));
        if (instrument is null == line is null)
            entry.Findings.Add(entry.At, "name an 'instrument' (an id, or all) or a 'line', and not both");
        if (line is not null && !Address.TryParse(line.Text, out _, out var error))
            entry.Findings.Add(line.At, error);
        return (instrument?.Text is "all" ? null : instrument?.Text, line?.Text);
    }

    private static FaultTimes? Times(YamlMap entry)
    {
        var (chance, perHour) = Rate(entry);
        var at = entry.Texts("at").Select(s => (s.At, Time: Parse(entry, s, "at"))).ToList();
        var nth = entry.Texts("nth").Select(s => Nth(entry, s)).ToList();
        if (!entry.Has("rate") && at.Count == 0 && nth.Count == 0)
        {
            entry.Findings.Add(entry.At,
                "say when: 'rate' (1 % of occurrences, or 2 1/h of lab time), 'at' [lab times] or 'nth' [occurrences]");
            return null;
        }
        return new FaultTimes(chance, perHour, at.ConvertAll(a => a.Time), nth);
    }

    private static (double Chance, double PerHour) Rate(YamlMap entry)
    {
        if (entry.Scalar("rate") is not { } scalar)
            return (0, 0);
        if (!Quantity.TryParse(scalar.Text, out var rate, out var error))
            entry.Findings.Add(scalar.At, $"rate: {error}");
        else if (rate.Dimension == Dimension.None && rate.Si is > 0 and <= 1)
            return (rate.Si, 0);
        else if (rate.Dimension == Hertz.Dimension && rate.Si * 3600 is > 0 and <= MostPerHour and var perHour)
            return (0, perHour);
        else
            entry.Findings.Add(scalar.At, $"rate = {scalar.Text} should be a share of occurrences above 0 and up to "
                + "100 %, or a number per time of lab time up to once a second, such as 2 1/h");
        return (0, 0);
    }

    private static long Nth(YamlMap entry, Scalar scalar)
    {
        if (long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0)
            return n;
        entry.Findings.Add(scalar.At, $"nth: '{scalar.Text}' should be a whole number from 1");
        return 1;
    }

    private static bool OnRequest(YamlMap entry)
    {
        if (entry.Scalar("on") is not { } on)
            return false;
        if (on.Text is not ("request" or "reply"))
            entry.Findings.Add(on.At, $"on: '{on.Text}' should be request or reply");
        return on.Text == "request";
    }

    private static TimeSpan Time(YamlMap entry, string key, TimeSpan otherwise) =>
        entry.Scalar(key) is { } scalar ? Parse(entry, scalar, key) : otherwise;

    private static TimeSpan Parse(YamlMap entry, Scalar scalar, string key)
    {
        if (!Quantity.TryParse(scalar.Text, out var time, out var error))
            entry.Findings.Add(scalar.At, $"{key}: {error}");
        else if (time.Dimension != Second.Dimension || time.Si < 0 || time.Si > Longest.TotalSeconds)
            entry.Findings.Add(scalar.At, $"{key}: {scalar.Text} should be a time from 0 to {Longest.TotalDays} d");
        else
            return time.ToTimeSpan();
        return TimeSpan.Zero;
    }
}
