using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>In which order runs go on that have waited for each other.</summary>
public class RendezvousTests
{
    [Theory]
    [InlineData("a b c d", "a b c d")]
    [InlineData("c b a d", "a b c d")]
    [InlineData("b d a c", "a b c d")]
    [InlineData("c d b a", "a b c d")]
    [InlineData("d a c b", "a b c d")]
    public void They_go_on_in_the_order_in_which_they_joined(string arrivals, string expected)
    {
        var went = Went(arrivals, awaited: "a b c");
        Assert.Equal(expected.Split(' '), went);
    }

    [Fact]
    public void Who_comes_when_the_others_have_been_told_and_have_not_gone_yet_goes_behind_them() =>
        Assert.Equal(["c", "b", "a"], Went("b c a", awaited: "b c", joined: "c b a"));

    [Fact]
    public void Who_is_alone_goes_on_at_once() => Assert.Equal(["a", "c", "b"], Went("a c b", awaited: "a"));

    private static List<string> Went(string arrivals, string awaited, string joined = "a b c d")
    {
        var time = new VirtualTime(TestRun.Start);
        var rendezvous = new Rendezvous();
        var places = joined.Split(' ').ToDictionary(
            n => n, n => rendezvous.Join(new RunId(n), awaited.Split(' ').Contains(n)));
        var went = new List<string>();
        return time.Run(async () =>
        {
            await Task.WhenAll(arrivals.Split(' ').Select(ArriveAsync).ToList());
            return went;
        });

        async Task ArriveAsync(string name)
        {
            await rendezvous.ArriveAsync(places[name], CancellationToken.None);
            went.Add(name);
        }
    }
}
