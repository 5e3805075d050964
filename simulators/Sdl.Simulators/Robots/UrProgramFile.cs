using Sdl.Core.Units;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Robots;

/// <summary>A program on the simulated robot, as the lab file's simulation section describes it:
/// <c>program.vial_to_cell.urp: 30 s move balance cell</c>; several actions are separated by commas and share the time.
/// In the name of a place, <c>*</c> stands for the slot with which the program was started.</summary>
internal sealed record UrProgramFile(string Name, TimeSpan Duration, IReadOnlyList<UrAction> Actions)
{
    /// <exception cref="FormatException">It is no duration with actions.</exception>
    public static UrProgramFile Parse(string name, string text)
    {
        var words = text.Trim().Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 3 || !Quantity.TryParse(words[0] + words[1], out var duration, out _)
            || duration.Dimension != Unit.Parse("s").Dimension || duration.Si <= 0)
            throw new FormatException($"program.{name}: '{text}' should be a duration and actions, such as "
                + "25 s new balance");
        var actions = words[2].Split(',', StringSplitOptions.TrimEntries).Select(a => UrAction.Parse(name, a)).ToList();
        return new UrProgramFile(name, duration.ToTimeSpan(), actions);
    }
}

/// <summary>What a program does to the bench.</summary>
internal sealed record UrAction(string Verb, string[] Places)
{
    // How many places each takes.
    private static readonly Dictionary<string, int> Verbs =
        new() { ["new"] = 1, ["move"] = 2, ["rinse"] = 1, ["discard"] = 1, ["clear"] = 1, ["none"] = 0 };

    public static UrAction Parse(string program, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 && Verbs.TryGetValue(words[0], out var places) && words.Length == places + 1
            ? new UrAction(words[0], words[1..])
            : throw new FormatException($"program.{program}: '{text}' should be new <place>, move <from> <to>, "
                + "rinse <place>, discard <place> (a vial must be there), clear <place> or none");
    }

    /// <summary>Result code of the program: 0, or 1 nothing to pick up, 2 place taken, 3 lost from the
    /// gripper.</summary>
    public ushort Do(Bench bench, int slot, Func<int> nextVial, bool misPick)
    {
        var places = Places.Select(p => p.Replace("*", $"{slot}", StringComparison.Ordinal)).ToList();
        if (Verb is "move" or "discard" && bench.At(places[0]) is null)
            return 1;
        if (Verb is "move" && bench.At(places[1]) is not null)
            return 2;
        if (Verb is "move" or "discard" or "new" && misPick)
            return 3;
        switch (Verb)
        {
            case "new":
                bench.Discard(places[0]);
                bench.PutNew(places[0], nextVial());
                break;
            case "move":
                bench.Move(places[0], places[1]);
                break;
            case "discard" or "clear":
                bench.Discard(places[0]);
                break;
            case "rinse":
                bench.Rinse(places[0]);
                break;
        }
        return 0;
    }
}
