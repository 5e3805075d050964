using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Simulation;
using Sdl.Runtime.Reading;
using Sdl.Simulators.Hosting;

namespace Sdl.App.Composition;

/// <summary>Leads a fault scenario to the simulators of a dry run. Nothing else of the program knows of it.</summary>
public static class FaultInjection
{
    /// <summary>Follows the scenario that the folder holds, if it holds one, and logs what strikes.</summary>
    public static void Begin(LabSession session, ResultFolder folder, ulong seed)
    {
        if (!File.Exists(folder.Faults) || session.Simulated is not { } simulated)
            return;
        simulated.Misbehave(FaultScenarioReader.Read(folder.Faults), seed, new FaultLog(folder.Path).Add);
    }

    /// <summary>The copy that the result folder keeps.</summary>
    public static (string From, string To)[] Input(string? file) => file is null ? [] : [(file, "faults.yaml")];

    /// <exception cref="FindingsException">The scenario cannot be used with this lab.</exception>
    /// <exception cref="FormatException">Real instruments do not misbehave on request.</exception>
    public static void ThrowIfUnfit(string? file, RunMode mode, Lab lab)
    {
        if (file is null)
            return;
        if (!mode.Dry)
            throw new FormatException("--faults needs --dry: only simulators misbehave on request");
        ThrowIfUnfit(FaultScenarioReader.Read(file), LabSession.Declared(lab).Simulated!);
    }

    /// <exception cref="FindingsException">The scenario cannot be used with this lab.</exception>
    public static void ThrowIfUnfit(FaultScenario scenario, SimulatedLab lab)
    {
        var findings = lab.Judge(scenario).ToList();
        if (findings.Count > 0)
            throw new FindingsException(findings);
    }

    /// <summary>What is wrong with a scenario in the lab that it is for: the one of those given that it fits
    /// best. Without a lab it has been judged as far as it can be.</summary>
    public static IReadOnlyList<Finding> Judge(FaultScenario scenario, IEnumerable<LabSession> labs) =>
        labs.Select(l => l.Simulated!.Judge(scenario).ToList()).OrderBy(f => f.Count).FirstOrDefault() ?? [];
}
