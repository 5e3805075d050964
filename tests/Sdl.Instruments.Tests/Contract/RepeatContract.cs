using Sdl.Core.Instruments;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>What a driver declares safe to repeat is repeated by the engine without asking anyone: by the next program
/// after a crash, and by the same one after trouble on the line. It must give what it would have given, and move
/// nothing.</summary>
public class RepeatContract
{
    private const int Moments = 8;

    public static IEnumerable<TheoryDataRow<string, string>> Repeatable =>
        from row in Calls
        let host = new ContractRig(row.Data.Item1).NewHost()
        where host.Driver.Capabilities.Single(c => c.Name == row.Data.Item2).Replay == Replay.Safe
        select row;

    [Theory, MemberData(nameof(Repeatable))]
    public void However_the_program_dies_the_next_one_gets_the_same(string kind, string name)
    {
        for (var moment = 0; moment <= Moments; moment++)
            Repeat(kind, name, moment, async (rig, host) =>
            {
                await host.Line.Kill();
                return await rig.Connected();
            });
    }

    [Theory, MemberData(nameof(Repeatable))]
    public void However_the_line_fails_the_same_program_gets_the_same(string kind, string name)
    {
        for (var moment = 0; moment <= Moments; moment++)
            Repeat(kind, name, moment, async (rig, host) =>
            {
                host.Line.Cut();
                await rig.Wait(ContractRig.SafeLimit);
                host.Line.Mend();
                await rig.Within(ContractRig.Patience, "ConnectAsync after the line was cut", rig.Connect(host));
                return host;
            });
    }

    private static void Repeat(string kind, string name, int moment, Func<ContractRig, Host, Task<Host>> fail)
    {
        var clean = CleanRun.Of(kind, name);
        var rig = ContractRig.For(kind, name);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            var (bench, call) = (rig.Bench, rig.Call(host, name));
            var running = rig.Attempt(
                clean.Duration * 5 + ContractRig.Patience, $"'{name}'", () => host.Driver.Finish(call));
            await rig.Wait(clean.Duration * (moment / (double)Moments));
            var next = await fail(rig, host);
            if (next == host)
                await running;
            var rows = await rig.Within(clean.Duration * 5 + ContractRig.Patience, $"'{name}' once more",
                next.Driver.Finish(call));
            clean.CheckPlausible(rows, $"when it was repeated after {moment} of {Moments} parts of its time");
            Assert.Equal(bench, rig.Bench);
        });
    }
}
