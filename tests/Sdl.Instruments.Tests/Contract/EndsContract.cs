using Sdl.Core.Runs;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>How the work of a laboratory may come to its end.</summary>
public enum End
{
    Success, Failure, Stop, StopNow, Abort, Crash, TimeOut, Interlock, HeartbeatLost, SessionClosed,
}

/// <summary>Every kind of instrument, at every kind of end, in every state: in the end the device is safe, as its
/// simulator stands and not as its driver says.</summary>
public class EndsContract(ITestOutputHelper output)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.2), Second = TimeSpan.FromSeconds(1);

    public static IEnumerable<TheoryDataRow<string, End>> KindsAndEnds =>
        from row in Kinds
        from end in Enum.GetValues<End>()
        select new TheoryDataRow<string, End>(row.Data, end);

    [Theory, MemberData(nameof(KindsAndEnds))]
    public void An_instrument_is_safe_after_every_end_from_every_state(string kind, End end)
    {
        var states = DeviceState.Of(kind).ToList();
        foreach (var state in states)
        {
            var isBare = state.Capability is { } name && CleanRun.Of(kind, name).IsBare;
            var rig = new ContractRig(kind, isBare, ContractLife.Deadman);
            var error = Record.Exception(() => rig.Time.Run(() => EndsSafe(rig, state, end)));
            Assert.True(error is null, $"{kind}, {state}, {end}: {error}");
        }
        output.WriteLine($"{states.Count} states of {kind} at the end by {end}");
    }

    [Fact]
    public void Every_state_of_every_kind_meets_every_end()
    {
        var (states, ends) = (Kinds.Select(k => DeviceState.Of(k.Data).Count()).ToList(), Enum.GetValues<End>().Length);
        output.WriteLine($"{states.Sum()} states of {states.Count} kinds of instrument at {ends} ends: "
            + $"{states.Sum() * ends} combinations");
        Assert.All(states, s => Assert.True(s > 10));
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void The_dead_man_lets_a_run_that_is_alive_work(string kind, string name)
    {
        var rig = new ContractRig(kind, CleanRun.Of(kind, name).IsBare, ContractLife.Deadman);
        rig.Time.Run(async () =>
        {
            await using var life = new ContractLife(
                rig, new ContractJournal(rig.Time), new DeviceState(name, 2), false, null);
            var outcome = await life.Run.ExecuteAsync();
            Assert.Equal((RunState.Completed, ""), (outcome.State, outcome.Why));
            await rig.Wait(ContractLife.Deadman * 5);
            Assert.Equal(0, rig.Relay?.Trips ?? 0);
        });
        // With nobody left to talk to it, it acts once.
        rig.Time.Run(() => rig.Wait(ContractLife.Deadman * 5));
        Assert.Equal(rig.Relay is null ? 0 : 1, rig.Relay?.Trips ?? 0);
    }

    private static async Task EndsSafe(ContractRig rig, DeviceState state, End end)
    {
        var journal = new ContractJournal(rig.Time);
        var duration = state.Capability is { } name ? CleanRun.Of(rig.Kind, name).Duration : Second;
        var life = new ContractLife(
            rig, journal, state, end == End.Failure, end == End.TimeOut ? duration * Math.Min(1, state.Share) : null);
        var running = life.Run.ExecuteAsync();
        await Reach(rig, life, journal, state, duration, running);
        if (!running.IsCompleted)
            life = await Finish(rig, life, journal, state, end, running);
        if (state.IsWell)
            Safe("when it had ended");
        else if (journal.Events.OfType<SafeEntered>().LastOrDefault(s => s.Instrument == life.Instrument.Id)
            is { Error: null } && end is not (End.HeartbeatLost or End.SessionClosed))
            Safe("when it was said to be");
        if (!life.Host.Line.IsDead)
            await rig.Within(ContractRig.Patience, "closing the session", life.DisposeAsync().AsTask());
        // Whom nobody could reach any more goes safe by itself; who says that it is busy is waited for, and talked to,
        // until its work cannot take so long any more.
        await rig.Wait(ContractRig.Allowed(state.Fault ?? "") + ContractLife.Deadman + Second);
        Safe("when its dead-man had had its time");
        await rig.Wait(ContractLife.Deadman + Second);
        Safe("later");

        void Safe(string when) => Assert.True(
            rig.Device.Danger is null, $"it is not safe {when}: {rig.Device.Danger}");
    }

    private static async Task Reach(
        ContractRig rig, ContractLife life, ContractJournal journal, DeviceState state, TimeSpan duration, Task running)
    {
        await Task.WhenAny(running, state.Capability is null ? rig.Wait(Second) : journal.Intended);
        if (state.Fault is { } fault)
            rig.Device.Faults[fault] = true;
        await Task.WhenAny(running, rig.Wait(state.HasEnded ? duration + Second : duration * state.Share));
        var before = life.Host.Line.BytesWritten;
        for (var i = 0; i < 2000 && state.InExchange && life.Host.Line.BytesWritten == before; i++)
            await rig.Wait(TimeSpan.FromMilliseconds(0.5));
        if (state.Last is not { } last)
            return;
        rig.Device.Faults[last] = true;
        await rig.Wait(Moment);
    }

    /// <summary>Brings the end about and waits for it.</summary>
    /// <returns>The program that lived last.</returns>
    private static async Task<ContractLife> Finish(
        ContractRig rig, ContractLife life, ContractJournal journal, DeviceState state, End end, Task running)
    {
        switch (end)
        {
            case End.Failure:
                life.Fail();
                break;
            case End.Stop:
                life.Run.Send(RunCommand.Stop, "contract");
                break;
            case End.StopNow:
                life.Run.Send(RunCommand.Stop, "contract");
                life.Run.Send(RunCommand.Stop, "contract");
                break;
            case End.Abort:
                life.Run.Send(RunCommand.Abort, "contract");
                break;
            case End.Interlock:
                await life.Safety.MakeSafeAsync([life.Instrument], (_, _) => ValueTask.CompletedTask);
                life.Run.Send(RunCommand.Abort, "an interlock");
                break;
            case End.Crash:
                await life.Host.Line.Kill();
                life = new ContractLife(rig, journal, state, false, null);
                running = life.Run.ExecuteAsync();
                break;
            case End.HeartbeatLost:
                await life.Host.Line.Kill();
                await rig.Wait(ContractLife.Deadman + Second);
                return life;
            case End.SessionClosed:
                await rig.Within(ContractRig.Patience, "closing the session", life.DisposeAsync().AsTask());
                return life;
        }
        await rig.Within(TimeSpan.FromHours(12), "the run", running);
        return life;
    }
}
