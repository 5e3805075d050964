using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Simulation;
using Sdl.Planner;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Cells;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Planning;
using Sdl.Runtime.Reading;

namespace Sdl.App.Commands;

/// <summary><c>sdl check FILE…</c>: judges protocols, labs, campaigns and fault scenarios without touching
/// anything.</summary>
internal static class CheckCommand
{
    private static readonly Dictionary<string, InstrumentId> NoBinds = [];

    public static Command Build()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "protocol, lab, campaign and fault scenario files, or folders of them",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = Options.Json();
        var command = new Command(
            "check",
            "judge files before anything moves: a campaign with its protocol and lab, a protocol with every lab given, "
            + "a fault scenario with the labs that have its instruments")
        {
            files, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Check(shell, r.GetValue(files)!)));
        });
        return command;
    }

    private static int Check(Shell shell, string[] given)
    {
        var findings = new List<Finding>();
        var paths = given.SelectMany(Expand).ToList();
        var labs = new List<LabSession>();
        var protocols = new List<Protocol>();
        var scenarios = new List<FaultScenario>();
        var notes = new List<string>();
        foreach (var path in paths)
            Try(findings, () =>
            {
                switch (KindOf(path))
                {
                    case "lab":
                        labs.Add(LabSession.Declared(LabReader.Read(path)));
                        break;
                    case "campaign":
                        CheckCampaign(path);
                        break;
                    case CellProtocolReader.Kind:
                        CheckCells(CellProtocolReader.Read(path), notes);
                        break;
                    case ProblemReader.Kind:
                        new GaussianProcessPlanner().Propose(ProblemReader.Read(path).Problem, Evidence.None, 1, 1);
                        break;
                    case "tenant":
                        var tenant = TenantReader.Read(path);
                        Offers.Build(tenant, LabSession.Declared(LabReader.Read(tenant.LabPath)));
                        break;
                    case "request":
                        RequestReader.Read(path);
                        break;
                    case "faults":
                        scenarios.Add(FaultScenarioReader.Read(path));
                        break;
                    default:
                        protocols.Add(ProtocolReader.Read(path));
                        break;
                }
            });
        foreach (var protocol in protocols)
            foreach (var lab in labs)
            {
                var bound = lab.Bind(protocol, NoBinds);
                // A lab that lacks a role of the protocol is simply another lab.
                if (bound.Bindings.Count == protocol.Roles.Count)
                    findings.AddRange(ProtocolChecker.Check(bound));
            }
        findings.AddRange(scenarios.SelectMany(s => FaultInjection.Judge(s, labs)));
        if (findings.Count > 0)
            return shell.Findings(findings.Distinct().ToList());
        shell.Line($"{paths.Count} file{(paths.Count == 1 ? "" : "s")} checked: nothing to mend");
        notes.AddRange(labs.Where(l => l.Lab.Interlocks.Count == 0).Select(
            l => $"lab '{l.Lab.Name}' has no interlocks: nothing watches over its instruments while a run is "
                + "under way"));
        notes.ForEach(shell.Line);
        shell.Document(new { files = paths, findings = Array.Empty<object>(), notes });
        return ExitCode.Ok;
    }

    // What follows from how it is done is found by doing it, whatever the cycler.
    private static void CheckCells(CellProtocol protocol, List<string> notes)
    {
        notes.AddRange(CellProtocolChecker.Check(protocol).Warnings.Select(w => w.ToString()));
        var findings = new Findings();
        CellProtocolCompiler.Compile(protocol, new CellTestTarget("test", "cycler", "chamber", "1 Ah"), findings);
        findings.ThrowIfAny();
    }

    private static void CheckCampaign(string path)
    {
        var plan = CampaignReader.Read(path);
        OutsideSource.Read(path);
        HandOverEntry.Read(path, dry: false);
        var lab = LabSession.Declared(LabReader.Read(plan.LabPath));
        var bound = lab.Bind(ProtocolReader.Read(plan.ProtocolPath), NoBinds);
        Inputs.ThrowIfUnfit(bound, null);
        CampaignChecker.Check(plan, lab.Lab, bound);
    }

    private static void Try(List<Finding> findings, Action check)
    {
        try
        {
            check();
        }
        catch (FindingsException e)
        {
            findings.AddRange(e.Findings);
        }
    }

    private static IEnumerable<string> Expand(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [path];

    // The first key says what a file is; one that says nothing is judged as a protocol and told so.
    private static string KindOf(string path)
    {
        if (!File.Exists(path))
            return "protocol";
        var first = File.ReadLines(path)
            .FirstOrDefault(l => l.Length > 0 && l[0] is not ('#' or '-' or '%' or ' ')) ?? "";
        return first.Split(':')[0];
    }
}
