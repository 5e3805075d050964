using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>Random protocols, several runs of each kind at once, random priorities.</summary>
public class LeasesProperties
{
    private static readonly Mark At = new("random.yaml", 1, 1);
    private static readonly Dictionary<string, Scalar> None = [];

    [Fact]
    public void Runs_that_the_checker_accepts_never_wait_for_ever()
    {
        var held = 0;
        for (var seed = 1; held < 250; seed++)
        {
            var random = new Random(seed);
            var protocols = Enumerable.Range(0, 3).Select(_ => Draw(random, inOrder: true)).ToList();
            if (protocols.Any(p => TestLab.Check(p).Count > 0))
                continue;
            held++;
            var outcomes = Run(random, protocols, isReckless: false);
            Assert.True(outcomes is not null, $"seed {seed}: they wait for each other");
            Assert.All(outcomes.Values, o => Assert.True(o.State == RunState.Completed, $"seed {seed}: {o.Why}"));
        }
    }

    [Fact]
    public void Among_the_protocols_that_it_refuses_some_would_wait_for_ever()
    {
        var (refused, stuck) = (0, 0);
        for (var seed = 1; refused < 200; seed++)
        {
            var random = new Random(seed);
            var protocols = Enumerable.Range(0, 3).Select(_ => Draw(random, inOrder: false)).ToList();
            if (protocols.All(p => TestLab.Check(p).Count == 0))
                continue;
            refused++;
            if (Run(random, protocols, isReckless: true) is null)
                stuck++;
        }
        Assert.InRange(stuck, 10, refused);
    }

    [Fact]
    public void Nobody_of_the_same_priority_is_passed_by_more_often_than_there_are_others()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            var lab = new TestLab();
            var others = random.Next(2, 6);
            for (var i = 0; i < others; i++)
                lab.With($"r{i}", "steps: [{repeat: 20, steps: [{do: a.grip}]}]");
            lab.With("hold", "steps: [{hold: [a, b], steps: [{do: a.grip}]}]", begin: random.Next(1, 5) + 0.5)
                .With("b", "steps: [{repeat: 20, steps: [{do: b.grip}]}]");
            lab.Process();
            var users = lab.Users("a").ToList();
            var begun = lab.Events.OfType<StepIntended>().Where(i => i.Instrument.Value == "a").ToList();
            // It came after begin seconds of turns of 1 s each; then everybody who was there goes before it, once.
            Assert.True(users.IndexOf("hold") <= 5 + others + 1, $"seed {seed}: {string.Join(' ', users)}");
            Assert.Equal(20 * others + 1, begun.Count);
        }
    }

    private static Dictionary<string, RunOutcome>? Run(Random random, List<Protocol> protocols, bool isReckless)
    {
        var lab = new TestLab { IsReckless = isReckless };
        foreach (var (i, protocol) in protocols.Index())
            lab.With($"r{i}", protocol, random.Next(0, 3), random.Next(0, 3));
        return lab.Process();
    }

    /// <param name="inOrder">Mostly asks for later instruments than are held, so that many are accepted.</param>
    private static Protocol Draw(Random random, bool inOrder)
    {
        var count = 0;
        var roles = TestLab.Names.ToDictionary(n => n, _ => "");
        var body = Steps(0, 0, []);
        return new Protocol(
            "random", "", "", [], roles, body, Steps(1, 0, []), new Dictionary<string, Scalar>(), At);

        List<Step> Steps(int depth, int from, List<string> held) =>
            Enumerable.Range(0, random.Next(1, 4)).Select(_ => One(depth, from, held)).ToList();

        // From this place on in the order of the lab.
        Step One(int depth, int from, List<string> held)
        {
            var name = $"s{count++}";
            var least = inOrder && from < TestLab.Names.Length ? from : 0;
            return (depth < 3 ? random.Next(7) : 0) switch
            {
                1 or 2 => Hold(name, depth, least, held),
                3 => new Step.Parallel(
                    name, At, Enumerable.Range(0, 2).Select(_ => One(depth + 1, from, held)).ToList()),
                4 => new Step.Repeat(name, At, new Scalar("2", At), Steps(depth + 1, from, held)),
                5 when held.Count > 0 => new Step.Release(name, At, [held[random.Next(held.Count)]]),
                6 => new Step.Wait(name, At, new Scalar("0.3 s", At)),
                _ => Invoke(name, held.Count > 0 && random.Next(2) == 0
                    ? held[random.Next(held.Count)]
                    : TestLab.Names[random.Next(least, TestLab.Names.Length)]),
            };
        }

        Step.Hold Hold(string name, int depth, int least, List<string> held)
        {
            var wanted = TestLab.Names.Skip(least).Where(_ => random.Next(3) == 0)
                .Append(TestLab.Names[random.Next(least, TestLab.Names.Length)]).Distinct().ToList();
            var last = wanted.Max(w => Array.IndexOf(TestLab.Names, w)) + 1;
            return new Step.Hold(name, At, wanted, Steps(depth + 1, last, [.. held, .. wanted]))
            {
                Finally = random.Next(3) == 0 ? [Invoke($"s{count++}", wanted[0])] : [],
            };
        }
    }

    private static Step.Invoke Invoke(string name, string role) => new(name, At, role, "grip", None, null);
}
