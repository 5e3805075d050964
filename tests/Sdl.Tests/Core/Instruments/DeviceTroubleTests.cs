using FsCheck.Xunit;
using Sdl.Core.Instruments;

namespace Sdl.Tests.Core.Instruments;

public class DeviceTroubleTests
{
    private static readonly InstrumentId Pump = new("pump");

    [Fact]
    public void One_bad_exchange_is_an_issue_a_second_calls_for_a_new_connection_and_the_end_of_patience_is_a_failure()
    {
        var trouble = default(DeviceTrouble);
        Assert.Equal(TroubleState.Ok, trouble.State);
        Assert.Equal(TroubleState.Issue, (trouble = trouble.After(TroubleSign.Unanswered)).State);
        Assert.Equal(TroubleState.Reconnecting, (trouble = trouble.After(TroubleSign.Unanswered)).State);
        Assert.Equal(TroubleState.Failed, (trouble = trouble.After(TroubleSign.GivenUp)).State);
        Assert.Equal(default, trouble.After(TroubleSign.Answered));
    }

    [Property]
    public void A_good_exchange_ends_every_trouble(TroubleSign[] signs) =>
        Assert.Equal(default, After(signs).After(TroubleSign.Answered));

    [Property]
    public void Only_the_end_of_patience_is_a_failure_and_only_an_answer_leads_out_of_it(TroubleSign[] signs)
    {
        var last = signs.LastOrDefault(
            s => s is TroubleSign.GivenUp or TroubleSign.Answered or TroubleSign.Faulty, TroubleSign.Answered);
        Assert.Equal(last == TroubleSign.GivenUp, After(signs).State == TroubleState.Failed);
    }

    [Property]
    public void A_lost_line_is_reconnected_unless_patience_has_ended(TroubleSign[] signs)
    {
        var before = After(signs);
        Assert.Equal(
            before.State == TroubleState.Failed ? TroubleState.Failed : TroubleState.Reconnecting,
            before.After(TroubleSign.LineLost).State);
    }

    [Property]
    public void So_many_unanswered_exchanges_in_a_row_are_never_a_mere_issue(TroubleSign[] signs)
    {
        var trouble = After(signs);
        for (var i = 0; i < DeviceTrouble.Threshold; i++)
            trouble = trouble.After(TroubleSign.Unanswered);
        Assert.True(trouble.State is TroubleState.Reconnecting or TroubleState.Failed);
    }

    [Property]
    public void A_device_that_answers_with_trouble_of_its_own_is_an_issue(TroubleSign[] signs) =>
        Assert.Equal(new DeviceTrouble(TroubleState.Issue, 0), After(signs).After(TroubleSign.Faulty));

    [Theory]
    [InlineData(Fault.Disconnected, true, TroubleSign.LineLost)]
    [InlineData(Fault.Timeout, true, TroubleSign.Unanswered)]
    [InlineData(Fault.BadReply, true, TroubleSign.Unanswered)]
    [InlineData(Fault.Timeout, false, TroubleSign.Faulty)]
    [InlineData(Fault.DeviceFault, false, TroubleSign.Faulty)]
    [InlineData(Fault.Rejected, false, null)]
    [InlineData(Fault.OutOfRange, false, null)]
    public void A_failure_tells_about_the_instrument(Fault fault, bool isTransient, TroubleSign? sign) => Assert.Equal(
        sign, DeviceTrouble.SignOf(new InstrumentException(Pump, fault, "no") { IsTransient = isTransient }));

    [Theory]
    [InlineData(Fault.Disconnected, true)]
    [InlineData(Fault.Timeout, true)]
    [InlineData(Fault.BadReply, true)]
    [InlineData(Fault.DeviceFault, false)]
    [InlineData(Fault.Rejected, false)]
    [InlineData(Fault.OutOfRange, false)]
    public void Only_trouble_on_the_line_may_pass(Fault fault, bool isTransient) =>
        Assert.Equal(isTransient, new InstrumentException(Pump, fault, "no").IsTransient);

    private static DeviceTrouble After(IEnumerable<TroubleSign> signs) =>
        signs.Aggregate(default(DeviceTrouble), (trouble, sign) => trouble.After(sign));
}
