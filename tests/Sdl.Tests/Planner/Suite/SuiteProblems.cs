using static Sdl.Tests.Planner.Suite.TestFunctions;

namespace Sdl.Tests.Planner.Suite;

/// <summary>The suite on which the planner is compared with others: functions of the literature, and electrolytes by
/// the published fits of <see cref="Blends"/>.</summary>
internal static class SuiteProblems
{
    private const double BraninBest = 0.397887357729739, HartmannBest = -3.322368011415512,
        BlendBest = -2.1651630832871733;

    public static IReadOnlyList<SuiteProblem> All { get; } =
    [
        new("branin", [(-5, 10), (0, 15)], Exactly(x => Branin(x)), BraninBest, 6, 36),
        new("hartmann6", Unit(6), Exactly(x => Hartmann6(x)), HartmannBest, 14, 60),
        new("ackley5", [.. Enumerable.Repeat((-5.0, 10.0), 5)], Exactly(Ackley), 0, 12, 60),
        new("hartmann6_noisy", Unit(6), Exactly(x => Hartmann6(x)), HartmannBest, 14, 60) { Noise = 0.3 },
        new("hartmann6_20", Unit(20), Exactly(x => Hartmann6(x)), HartmannBest, 20, 80),
        new("gramacy", Unit(2), (x, _) => Gramacy(x), 0.5997880520100607, 6, 36) { Constraints = 2 },
        new("elyte_mix6", Unit(6), Exactly(Blends.WideTemperature), BlendBest, 12, 42) { IsMixture = true },
        new("elyte_mix6_noisy", Unit(6), Exactly(Blends.WideTemperature), BlendBest, 12, 42)
        {
            IsMixture = true, Noise = 0.05,
        },
        new("elyte_mixed", [(0, 2), (0, 4), (0.2, 2), (0, 0.08), (20, 60)], Exactly(Blends.WithAdditive),
            -2.442028452775749, 12, 42)
        {
            Levels = [["A", "B", "C"], ["none", "VC", "FEC", "DTD", "LiPO2F2"]],
        },
        new("branincurrin", Unit(2), (x, _) => BraninCurrin(x), 59.36011874867746, 6, 36) { Reference = [18, 6] },
        new("dtlz2", Unit(6), (x, _) => Dtlz2(x), 1.21 - Math.PI / 4, 14, 54) { Reference = [1.1, 1.1] },
        new("elyte_mo", Unit(6), (x, _) => [-Blends.Conductivity(x, 298.15), -Blends.Transference(x, 298.15)],
            3.6268395870451013, 12, 42)
        {
            IsMixture = true, Reference = [-2, -0.1],
        },
        new("mf_branin", [(-5, 10), (0, 15)], (x, s) => [Branin(x, s switch { 0 => 0.5, 1 => 0.8, _ => 1 })],
            BraninBest, 11, 150)
        {
            Sources = [new("coarse", 0.1, 6), new("fair", 0.3, 3), new("full", 1, 2)], Budget = 15,
        },
        new("mf_hartmann6", Unit(6), (x, s) => [Hartmann6(x, s)], HartmannBest, 16, 150)
        {
            Sources = [new("coarse", 0.1, 12), new("full", 1, 4)], Budget = 20,
        },
    ];

    private static (double, double)[] Unit(int dimension) => [.. Enumerable.Repeat((0.0, 1.0), dimension)];

    private static Func<double[], int, double[]> Exactly(Func<double[], double> f) => (x, _) => [f(x)];
}
