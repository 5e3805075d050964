using Sdl.Core.Runs;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Runs;

namespace Sdl.App.Composition.Control;

/// <summary>What a process runs, as other processes may control it.</summary>
internal interface IControlled
{
    /// <summary>run or campaign.</summary>
    string Kind { get; }

    string Name { get; }

    string Folder { get; }

    RunService Runs { get; }

    /// <summary>Null when the lab has no interlocks.</summary>
    InterlockWatch? Interlocks { get; }

    /// <summary>Passes a command on.</summary>
    /// <param name="run">Null for all that goes on here.</param>
    /// <exception cref="KeyNotFoundException">No such run is under way.</exception>
    void Send(RunId? run, RunCommand command, string by);

    /// <summary>Takes a person's suggestion or veto.</summary>
    /// <exception cref="KeyNotFoundException">Nobody plans here.</exception>
    /// <exception cref="ArgumentException">It does not suit the space.</exception>
    Task AdviseAsync(RunEvent word) =>
        throw new KeyNotFoundException($"{Name} is a single run: there is nothing to suggest or veto");
}

/// <summary>Runs without anything above them.</summary>
internal sealed record ControlledRuns(string Name, string Folder, RunService Runs, InterlockWatch? Interlocks)
    : IControlled
{
    public string Kind => "run";

    public void Send(RunId? run, RunCommand command, string by)
    {
        if (run is { } one)
            Runs.Send(one, command, by);
        else
            foreach (var each in Runs.Runs)
                Runs.TrySend(each.Id, command, by);
    }
}

/// <summary>A campaign: whatever ends one of its runs ends it, too.</summary>
internal sealed record ControlledCampaign(
    string Name, string Folder, RunService Runs, InterlockWatch? Interlocks, CampaignRunner Runner) : IControlled
{
    public string Kind => "campaign";

    public Task AdviseAsync(RunEvent word) => Runner.AdviseAsync(word);

    public void Send(RunId? run, RunCommand command, string by)
    {
        if (run is { } one && Runs.Runs.All(r => r.Id != one))
            throw new KeyNotFoundException($"no run '{one}' is under way");
        if (run is { } single && command is RunCommand.Pause or RunCommand.Resume && Runs.Runs.Count > 1)
            Runs.Send(single, command, by);
        else
            Runner.Send(command, by);
    }
}
