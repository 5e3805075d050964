using System.CommandLine;

namespace Sdl.App.Commands;

/// <summary>Options that several commands share: one meaning, one spelling.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "print one JSON document instead of text" };

    public static Option<bool> Dry() => new("--dry")
    {
        Description = "simulators instead of instruments, on a virtual clock: weeks take seconds",
    };

    public static Option<string?> Faults() => new("--faults")
    {
        Description = "fault scenario: how the simulators misbehave (see sdl faults)",
    };

    public static Option<ulong?> Seed() => new("--seed") { Description = "seed of everything that is drawn" };

    public static Option<double> Speed()
    {
        var option = new Option<double>("--speed")
        {
            Description = "quicken real time, for simulators (see simulate)",
            DefaultValueFactory = _ => 1,
        };
        option.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && !(r.GetValueOrDefault<double>() > 0))
                r.AddError("--speed should be a number above zero");
        });
        return option;
    }

    public static Option<string?> Folder() => new("--folder")
    {
        Description = "result folder (default: a new one below results/)",
    };

    public static Option<string[]> Address() => new("--address")
    {
        Description = "put an instrument at another address, such as pump_a=serial:/dev/pts/3",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string?> Addresses() => new("--addresses")
    {
        Description = "file of 'instrument address' lines, as sdl simulate prints them",
    };

    public static Option<string[]> Bind() => new("--bind")
    {
        Description = "bind a role of the protocol to an instrument, such as pump=pump_a",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string?> Inventory() => new("--inventory")
    {
        Description = "start from what an earlier result folder left, or from an inventory file",
    };

    public static Argument<string> ResultFolder() => new("folder")
    {
        Description = "result folder of a run or campaign",
    };
}
