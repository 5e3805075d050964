using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Runtime.Campaigns;
using Sdl.Store;

namespace Sdl.Bench;

/// <summary>Counts the experiments that the whole laboratory needs in a dry run (real drivers, simulated instruments
/// with their errors) until what it recommends is truly near the optimum.</summary>
public static class CampaignScore
{
    private const string Usual = "protocols/campaigns/electrolyte-conductivity.yaml";

    /// <param name="args"><c>[campaign file] [first-last seed]</c>; without: the electrolyte
    /// campaign, seeds 1-20.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var file = args.FirstOrDefault(a => a.EndsWith(".yaml", StringComparison.Ordinal)) ?? Usual;
        var range = (args.FirstOrDefault(a => char.IsAsciiDigit(a[0])) ?? "1-20").Split('-');
        var (first, last) = (Number(range[0]), Number(range[^1]));
        var rows = new List<(int ToOne, int Stays, double Regret, double Seconds)>();
        Console.WriteLine($"{file}, dry; experiments until the recommendation is truly within 1 % of the optimum");
        Console.WriteLine("  seed   to 1 %    stays   final regret   wall s");
        for (var seed = first; seed <= last; seed++)
        {
            var row = await ScoreAsync(file, (ulong)seed);
            rows.Add(row);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{seed,6} {row.ToOne,8} {row.Stays,8} {row.Regret,13:P2} {row.Seconds,8:0.0}"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median {Rounds.Median([.. rows.Select(r => (double)r.ToOne)]),8:0.#} "
            + $"{Rounds.Median([.. rows.Select(r => (double)r.Stays)]),8:0.#} "
            + $"{Rounds.Median([.. rows.Select(r => r.Regret)]),13:P2} "
            + $"{Rounds.Median([.. rows.Select(r => r.Seconds)]),8:0.0}"));
        return 0;
    }

    private static async Task<(int ToOne, int Stays, double Regret, double Seconds)> ScoreAsync(string file, ulong seed)
    {
        var folder = Directory.CreateTempSubdirectory("sdl-score-").FullName;
        try
        {
            var campaign = CampaignSession.Create(file, new RunMode(true, 1, seed), null, folder, lab => lab);
            var summary = await campaign.RunAsync((_, _, _, work) => work(), "benchmark");
            using var journal = SqliteJournal.OpenForReading(folder);
            var regrets = Regrets(campaign, CampaignHistory.Of(journal), seed);
            var near = regrets.ConvertAll(r => r <= 0.01);
            return (near.IndexOf(true) is >= 0 and var at ? at + 1 : near.Count + 1,
                near.LastIndexOf(false) + 2, regrets[^1],
                summary.WallTime.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>True relative regret of what would be recommended after each experiment.</summary>
    private static List<double> Regrets(CampaignSession campaign, CampaignHistory history, ulong seed)
    {
        var (plan, planner) = (campaign.Plan, new GaussianProcessPlanner());
        var problem = CampaignChecker.Problem(plan, CampaignChecker.Mixer(plan, campaign.Lab));
        var seen = history.Observed.Select(o => o.Observation).ToList();
        var optimum = plan.Reference!.Value.In(plan.Objective.Unit);
        return Enumerable.Range(1, seen.Count)
            .Select(n => planner.Recommend(problem, new Evidence(seen[..n]), seed)[0].At)
            .Select(at => at.Formulation(plan.Mixture.Components.Select(c => c.Name)))
            .Select(at => 1 - DryTruth.Conductivity(plan, at) / optimum).ToList();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
