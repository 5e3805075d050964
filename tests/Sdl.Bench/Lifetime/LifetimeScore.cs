using System.Globalization;

namespace Sdl.Bench.Lifetime;

/// <summary>The longest life from four ways of measuring: by how much the recommendation falls short of it, day by
/// day, beside what one way after the other reaches.</summary>
internal static class LifetimeScore
{
    private static readonly double[] Days = [30, 60, 100, 150, 200];

    /// <param name="blocks">Of eight channels.</param>
    public static bool Run(IReadOnlyList<int> seeds, int threads, int blocks)
    {
        var runs = new (double[] Regrets, Dictionary<string, int> Asked)[seeds.Count];
        Parallel.For(0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
            i => runs[i] = LifetimeCampaign.Run(blocks, (ulong)seeds[i] + 1, Days));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"longest life, {blocks} block{(blocks == 1 ? "" : "s")} of eight channels, {seeds.Count} seeds; ")
            + "regret of the recommendation: median [quartiles]");
        for (var d = 0; d < Days.Length; d++)
        {
            var sorted = runs.Select(r => r.Regrets[d]).Order().ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  day {Days[d],3}  ")
                + string.Create(CultureInfo.InvariantCulture,
                $"{Rounds.Median(sorted),7:P1} [{sorted[sorted.Length / 4]:P1}, {sorted[3 * sorted.Length / 4]:P1}]"));
        }
        Console.WriteLine("  asked, mean: " + string.Join(", ", runs[0].Asked.Keys.Select(s => string.Create(
            CultureInfo.InvariantCulture, $"{s} {runs.Average(r => r.Asked[s]):0.0}"))));
        bool Meets(int day, double most)
        {
            var regret = Rounds.Median([.. runs.Select(r => r.Regrets[day])]);
            Rounds.Print($"regret on day {Days[day]}", $"{regret:P1}", $"<= {most:P0}", regret <= most);
            return regret <= most;
        }
        return Meets(1, 0.10) & Meets(4, 0.05);
    }
}
