using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Runtime.Planning;

namespace Sdl.App.Commands;

/// <summary><c>sdl plan propose SPACE.yaml OBSERVATIONS.csv</c>: what to try next, and why.</summary>
internal static class ProposeCommand
{
    private const int MostProposals = 1000;

    public static Command Build()
    {
        var space = new Argument<string>("space") { Description = "file that says the space and the objectives" };
        var observations = new Argument<string?>("observations")
        {
            Description = "CSV file of what has been observed: a column for each parameter and outcome, OUTCOME_sd, "
                + "source, failed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var count = new Option<int>("--count") { Description = "how many", DefaultValueFactory = _ => 1 };
        count.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && r.GetValueOrDefault<int>() is < 1 or > MostProposals)
                r.AddError($"--count should be a number from 1 to {MostProposals}");
        });
        var pending = new Option<string?>("--pending") { Description = "CSV file of what is under way" };
        var (seed, json) = (Options.Seed(), Options.Json());
        var command = new Command("propose", "what to try next, from a table of observations")
        {
            space, observations, count, seed, pending, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Propose(shell, r.GetValue(space)!,
                r.GetValue(observations), r.GetValue(pending), r.GetValue(count), r.GetValue(seed))));
        });
        return command;
    }

    private static int Propose(
        Shell shell, string space, string? observations, string? pending, int count, ulong? seed)
    {
        var task = ProblemReader.Read(space);
        var problem = task.Problem;
        var evidence = new Evidence(observations is null ? [] : ObservationTable.Observations(observations, problem))
        {
            Pending = pending is null ? [] : ObservationTable.Pending(pending, problem),
        };
        var planner = new GaussianProcessPlanner();
        var proposals = planner.Propose(problem, evidence, count, seed ?? task.Seed);
        var best = planner.Recommend(problem, evidence, seed ?? task.Seed);
        foreach (var (i, proposal) in proposals.Index())
            Tell(shell, problem, $"{i + 1}", proposal);
        foreach (var proposal in best)
            Tell(shell, problem, "best", proposal);
        shell.Document(new
        {
            problem = task.Name,
            proposals = proposals.Select(p => ProposalDocument.Of(problem, p)),
            recommended = best.Select(p => ProposalDocument.Of(problem, p)),
        });
        return ExitCode.Ok;
    }

    private static void Tell(Shell shell, Problem problem, string name, Proposal proposal)
    {
        var at = problem.Space.Parameters.Where(p => proposal.At.Has(p.Name)).Select(p => proposal.At.Level(p.Name)
            is { } level
            ? $"{p.Name} {level}"
            : string.Create(CultureInfo.InvariantCulture, $"{p.Name} {proposal.At.Number(p.Name):0.######}"));
        var source = problem.Sources.Count > 1 && name != "best" ? $"  by {proposal.Source}" : "";
        shell.Line($"{name,4}  {string.Join(", ", at)}{source}");
        shell.Line($"      {proposal.Reason}");
    }
}
