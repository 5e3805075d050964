using System.Globalization;

namespace Sdl.Shared.Tests.Storm;

/// <summary>A protocol of cycles that do a little and wait for long, some of them in lanes beside each other.</summary>
internal sealed class StormProtocol(Random random, StormLab lab)
{
    private TimeSpan _time;
    private int _steps;

    public (string Text, TimeSpan Horizon) Draw()
    {
        var body = random.Next(3) == 0 ? Lanes() : Cycle("cycle");
        var roles = string.Join(", ", lab.Instruments.Select(i => $"{i}: ''"));
        var end = lab.Thermostat && random.Next(2) == 0 ? "  - {name: off, do: thermostat.standby}\n"
            : $"  - {Dose()}\n";
        return ($"protocol: storm\nroles: {{{roles}}}\nsteps:\n  - {{name: begin, wait: 1 s}}\n{body}finally:\n{end}",
            _time + TimeSpan.FromHours(1));
    }

    private string Lanes()
    {
        var count = random.Next(2, 4);
        var lanes = new List<string>();
        var longest = TimeSpan.Zero;
        for (var i = 0; i < count; i++)
        {
            _time = TimeSpan.Zero;
            lanes.Add(Indent($"- name: lane-{i}\n  sequence:\n{Indent(Cycle("cycle"), 2)}", 6));
            longest = _time > longest ? _time : longest;
        }
        _time = longest * 2;
        return $"  - name: lanes\n    parallel:\n{string.Concat(lanes)}";
    }

    // So long that lab-days come cheap, or so short that all happens at once.
    private string Cycle(string name)
    {
        var isLong = random.Next(4) > 0;
        var times = isLong ? random.Next(5, 60) : random.Next(1, 6);
        var before = _time;
        var steps = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Step()).ToList();
        if (isLong)
            steps.Insert(
                random.Next(steps.Count + 1),
                Wait(TimeSpan.FromHours(lab.IsWatched ? 0.2 : 0.2 + 20 * random.NextDouble())));
        _time = before + (_time - before) * times;
        return $"  - name: {name}\n    repeat: {times}\n    steps:\n"
            + string.Concat(steps.Select(s => $"      - {s}\n"));
    }

    private string Step()
    {
        var choices = new List<Func<string>> { Dose, () => Wait(TimeSpan.FromSeconds(random.Next(1, 90))) };
        if (lab.Balance)
            choices.Add(() => Do(5, "balance.weigh", ""));
        if (lab.Thermostat)
            choices.AddRange(
            [
                () => Do(5, "thermostat.set_temperature", $"temperature: {random.Next(10, 55)} degC"),
                () => Do(5, "thermostat.read_temperature", ""),
                () => Do(900, "thermostat.settle",
                    $"temperature: {random.Next(18, 40)} degC, band: 0.2 K, hold: 1 min"),
            ]);
        if (lab.Pico)
            choices.AddRange(
            [
                () => Do(40, "potentiostat.ocp", "duration: 30 s, interval: 1 s"),
                () => Do(30, "potentiostat.eis", "start_frequency: 10 kHz, end_frequency: 10 Hz, points: 9"),
            ]);
        if (lab.Arm)
            choices.Add(() => Do(60, "arm.run_program", $"program: {(random.Next(2) == 0 ? "fetch" : "turn")}.urp"));
        return choices[random.Next(choices.Count)]();
    }

    private string Dose()
    {
        var (pump, what) = (lab.Pumps[random.Next(lab.Pumps.Count)], random.Next(4) > 0 ? "dispense" : "withdraw");
        return Do(20, $"{pump}.{what}", string.Create(CultureInfo.InvariantCulture,
            $"volume: {random.Next(1, 40) / 50.0} mL, rate: {random.Next(2, 9)} mL/min"));
    }

    private string Wait(TimeSpan time)
    {
        _time += time;
        return $"{{name: s{_steps++}, wait: {StormPlan.Text(time)}}}";
    }

    private string Do(double seconds, string what, string with)
    {
        _time += TimeSpan.FromSeconds(seconds);
        return $"{{name: s{_steps++}, do: {what}{(with.Length > 0 ? $", with: {{{with}}}" : "")}}}";
    }

    private static string Indent(string text, int by) =>
        string.Concat(text.TrimEnd('\n').Split('\n').Select(l => new string(' ', by) + l + "\n"));
}
