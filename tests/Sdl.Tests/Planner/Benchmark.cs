using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Simulators.Physics;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Tests.Planner;

/// <summary>A space with a known truth, for counting the experiments that a planner needs.</summary>
/// <param name="Optimum">The largest value of the truth in the space.</param>
/// <param name="Noise">Of a measurement, relative; declared with it.</param>
/// <param name="Length">Experiments of a campaign.</param>
internal sealed record Benchmark(
    string Name, SearchSpace Space, Func<DesignPoint, double> Truth, double Optimum, double Noise, int Length)
{
    // Of the mean of three conductivity readings.
    private const double Triplicate = 0.016;

    private const double Kelvin = 299.65;

    /// <summary>EC, EMC, LiPF6 in mole fractions; highest 10.0324 mS/cm at x_EC 0.440, x_LiPF6 0.075.</summary>
    public static Benchmark K2 { get; } = new("K2", Electrolytes([]), Kappa, 10.0324, Triplicate, 25);

    /// <summary>K2 where the stock solutions set two more limits: salt comes dissolved in EC, and EC dissolved in EMC.
    /// </summary>
    public static Benchmark K2Stocks { get; } = new(
        "K2stocks",
        Electrolytes(
        [
            new LinearConstraint(new Dictionary<string, double> { ["LiPF6"] = 1, ["EC"] = -0.15 }, 0.01, "salt stock"),
            new LinearConstraint(new Dictionary<string, double> { ["EC"] = 1, ["EMC"] = -0.7 }, 0.04, "EC stock"),
        ]),
        Kappa, 9.92493, Triplicate, 25);

    /// <summary>EC, DMC, EMC with 0.2 to 2 mol/kg LiPF6 in mole fractions; highest at the edge without EMC.</summary>
    public static Benchmark K3 { get; } = new(
        "K3",
        OneObjective.Mixture(new("DMC", 0, 1), new("EC", 0, 0.6), new("EMC", 0, 1), new("LiPF6", 0.018, 0.16)) with
        {
            Constraints =
            [
                new LinearConstraint(Salt(2), 0, "at most 2 mol/kg"),
                new LinearConstraint(Salt(0.2).ToDictionary(c => c.Key, c => -c.Value), 0, "at least 0.2 mol/kg"),
                new LinearConstraint(Ethylene(), 0, "at most 60 % EC by mass in the solvent"),
            ],
        },
        Kappa, 13.0954, Triplicate, 40);

    /// <summary>The six-dimensional function of Hartmann, which has a second peak 0.119 lower; exact data.</summary>
    public static Benchmark Hartmann6 { get; } = new(
        "Hartmann6", new SearchSpace([.. Enumerable.Range(0, 6).Select(k => new ContinuousParameter($"x{k}", 0, 1))]),
        Hartmann, 3.322368011415512, 0, 60);

    public static IReadOnlyList<Benchmark> All { get; } = [K2, K2Stocks, K3, Hartmann6];

    /// <summary>mS/cm.</summary>
    public static double Kappa(DesignPoint x) =>
        10 * Electrolyte.Conductivity(ElectrolyteComposition.FromMoles(x.Numbers), Kelvin);

    /// <summary>Runs a campaign of <paramref name="length"/> experiments; after each, the true value at the
    /// recommendation.</summary>
    public double[] Run(IPlanner planner, int seed, int length)
    {
        var random = new Random(seed);
        var seen = new List<Observation>();
        var reached = new double[length];
        for (var i = 0; i < length; i++)
        {
            var at = planner.Propose(Space, Goal.Maximise, seen, [], 1, (ulong)(1000 * seed + i))[0].At;
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var normal = radius * Math.Cos(2 * Math.PI * random.NextDouble());
            var value = Truth(at) * (1 + Noise * normal);
            seen.Add(OneObjective.Seen(at, value, Noise * Math.Abs(value)));
            reached[i] = Truth(planner.Best(Space, Goal.Maximise, seen, (ulong)(1000 * seed + i)).At);
        }
        return reached;
    }

    /// <summary>Experiments until the recommendation is truly within <paramref name="part"/> of the optimum;
    /// one more than were made if it never was.</summary>
    public int Needed(double[] reached, double part)
    {
        var first = Array.FindIndex(reached, v => v >= (1 - part) * Optimum);
        return first < 0 ? reached.Length + 1 : first + 1;
    }

    /// <summary>Experiments until the recommendation is within <paramref name="part"/> for good.</summary>
    public int Settled(double[] reached, double part) =>
        Array.FindLastIndex(reached, v => v < (1 - part) * Optimum) + 2;

    private static SearchSpace Electrolytes(IReadOnlyList<LinearConstraint> constraints) =>
        OneObjective.Mixture(new("EC", 0, 0.54), new("EMC", 0.4, 1), new("LiPF6", 0, 0.12)) with
        {
            Constraints = constraints,
        };

    private static double Hartmann(DesignPoint x) =>
        -TestFunctions.Hartmann6([.. Enumerable.Range(0, 6).Select(k => x.Numbers[$"x{k}"])]);

    /// <summary>x_salt − molality × solvent mass / 1000.</summary>
    private static Dictionary<string, double> Salt(double molality) => new()
    {
        ["LiPF6"] = 1,
        ["EC"] = -molality * Substance.EthyleneCarbonate.MolarMass / 1000,
        ["DMC"] = -molality * Substance.DimethylCarbonate.MolarMass / 1000,
        ["EMC"] = -molality * Substance.EthylMethylCarbonate.MolarMass / 1000,
    };

    private static Dictionary<string, double> Ethylene() => new()
    {
        ["EC"] = 0.4 * Substance.EthyleneCarbonate.MolarMass,
        ["DMC"] = -0.6 * Substance.DimethylCarbonate.MolarMass,
        ["EMC"] = -0.6 * Substance.EthylMethylCarbonate.MolarMass,
    };
}
