using Microsoft.Extensions.Time.Testing;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;
using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

public class SecureChannelTests
{
    public static TheoryData<string, MessageSecurityMode, bool> Securities
    {
        get
        {
            var all = new TheoryData<string, MessageSecurityMode, bool>
            {
                { "None", MessageSecurityMode.None, false },
            };
            foreach (var policy in SecurityPolicy.All.Where(p => !p.IsNone))
                foreach (var mode in new[] { MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt })
                    foreach (var isLong in new[] { false, true })
                        all.Add(policy.Name, mode, isLong);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Securities))]
    public async Task Channel_carries_requests_of_all_lengths_under_every_policy(
        string name, MessageSecurityMode mode, bool isLong)
    {
        var policy = SecurityPolicy.All.Single(p => p.Name == name);
        var server = isLong ? Certificates.Long : Certificates.Server;
        await using var pair = await ChannelPair.OpenAsync(
            ChannelPair.Security(policy, mode, Certificates.Client, server), server, new FakeTimeProvider(),
            new ChannelLimits(8192));
        for (var length = 0; length < 40; length++)
            await EchoAsync(pair, new string('x', length));
        await EchoAsync(pair, new string('y', 100_000));
        await EchoAsync(pair, [.. Enumerable.Range(0, 3000).Select(i => new NodeId(1, (uint)i))]);
    }

    [Theory]
    [MemberData(nameof(Securities))]
    public void Token_is_renewed_before_it_ends_while_requests_go_on(
        string name, MessageSecurityMode mode, bool isLong)
    {
        var policy = SecurityPolicy.All.Single(p => p.Name == name);
        var server = isLong ? Certificates.Long : Certificates.Server;
        var time = new VirtualTime(TestRun.Start);
        time.Run(async () =>
        {
            await using var pair = await ChannelPair.OpenAsync(
                ChannelPair.Security(policy, mode, Certificates.Client, server), server, time);
            for (var i = 0; i < 20; i++)
            {
                await Task.Delay(TimeSpan.FromMinutes(25), time);
                await EchoAsync(pair, "still here");
            }
            Assert.Null(pair.Client.Lost);
        });
    }

    private static Task EchoAsync(ChannelPair pair, string name) => EchoAsync(pair, [new NodeId(2, name)]);

    private static async Task EchoAsync(ChannelPair pair, NodeId[] nodes)
    {
        var response = await pair.ReadAsync(nodes);
        Assert.Equal(nodes, response.Results.Select(r => (NodeId)r.Value.Value!));
    }
}
