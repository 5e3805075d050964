using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Checking;

public class LeaseCheckerTests
{
    [Theory]
    [InlineData("{hold: [a, c], steps: [{do: b.grip}]}",
        "3: 'b' is asked for here while 'c' is held since line 3, but comes before it in the lab file: two runs could "
        + "wait for each other for ever; add 'b' to the hold of line 3")]
    [InlineData("{hold: [c], steps: [{hold: [d], steps: [{hold: [b, e], steps: [{do: e.grip}]}]}]}",
        "3: 'b' is asked for here while 'c' is held since line 3, but comes before it in the lab file: two runs could "
        + "wait for each other for ever; add 'b' to the hold of line 3")]
    [InlineData("{hold: [a, a], steps: [{do: a.grip}]}", "3: 'a' is named twice")]
    [InlineData("{hold: [x], steps: [{do: a.grip}]}", "3: 'x' is not one of the protocol's roles (a, b, c, d, e)")]
    [InlineData("{hold: [], steps: [{do: a.grip}]}",
        "3: this hold names no instrument; name the roles, such as [balance, arm]")]
    [InlineData("{hold: [a], steps: []}",
        "3: this hold has no steps: what is to be done while the instruments are held stands below it as 'steps'")]
    [InlineData("{release: [a]}", "3: 'a' is not held here: no hold around this step has it")]
    [InlineData("{hold: [a], steps: [{do: a.grip}, {repeat: 2, steps: [{release: [a]}]}]}",
        "3: 'a' is held since line 3, and this step is one of several branches, rounds or cases below it: "
        + "release it outside of them")]
    [InlineData("{hold: [a, b], steps: [{do: a.grip}, {release: [a]}, {do: a.grip, name: again}]}",
        "3: 'a' is asked for here while 'b' is held since line 3, but comes before it in the lab file: two runs could "
        + "wait for each other for ever; add 'a' to the hold of line 3")]
    [InlineData("{hold: [b, c], steps: [{do: b.grip}, {release: [c]}], finally: [{do: b.grip}, {do: a.grip}]}",
        "3: 'a' is asked for here while 'b' is held since line 3, but comes before it in the lab file: two runs could "
        + "wait for each other for ever; add 'a' to the hold of line 3")]
    // Whether 'c' has been released by then depends on how the steps ended.
    [InlineData("{hold: [a, c], steps: [{do: a.grip}, {release: [c]}], finally: [{do: b.grip}]}",
        "3: 'b' is asked for here while 'c' is held since line 3, but comes before it in the lab file: two runs could "
        + "wait for each other for ever; add 'b' to the hold of line 3")]
    public void A_hold_that_could_end_in_a_deadlock_or_makes_no_sense_is_refused(string step, string finding) =>
        Assert.Equal([finding], Findings($"steps: [{step}]"));

    [Theory]
    [InlineData("{hold: [a, c], steps: [{do: d.grip}, {do: c.grip}, {hold: [a, d, e], steps: [{do: d.grip}]}]}")]
    [InlineData("{hold: [b, c], steps: [{do: b.grip}, {hold: [d], steps: [{release: [b, c]}, {do: e.grip}]}]}")]
    [InlineData("{hold: [a, b], steps: [{do: a.grip}, {release: [b]}, {do: b.grip}], finally: [{do: b.grip}]}")]
    [InlineData("{sequence: [{do: e.grip}, {do: a.grip}]}")]
    public void A_hold_that_asks_for_later_instruments_only_is_fine(string step) =>
        Assert.Empty(Findings($"steps: [{step}]"));

    [Theory]
    [InlineData("- {do: a.grip, name: wet}\n- {do: b.grip, within: 2 min, after: wet}",
        "5: within 2 min after 'wet' no other run may come between: put both steps into one hold of [a, b]")]
    [InlineData("- {hold: [b], steps: [{do: a.grip, name: wet}, {do: b.grip, within: 2 min, after: wet}]}",
        "4: 'a' is asked for here while 'b' is held since line 4, but comes before it in the lab file: two runs could "
        + "wait for each other for ever; add 'a' to the hold of line 4",
        "4: within 2 min after 'wet' no other run may come between: add a to the hold of line 4")]
    [InlineData("- {do: a.grip, name: wet}\n- {wait: 11 min}\n- {do: a.grip, within: 10 min, after: wet}",
        "6: within 10 min after 'wet' no other run may come between: put both steps into one hold of [a]",
        "6: the window of 10 min has always passed: the steps between 'wet' and this one wait for 11 min")]
    [InlineData("- {do: a.grip, within: 24 h, after: wet}\n- {do: a.grip, name: wet}",
        "4: no step 'wet' surely ends before this one: 'after' names an earlier neighbour of this step, or of a step "
        + "around it")]
    [InlineData("- {parallel: [{do: a.grip, name: wet}, {do: b.grip, within: 24 h, after: wet}]}",
        "4: no step 'wet' surely ends before this one: 'after' names an earlier neighbour of this step, or of a step "
        + "around it")]
    [InlineData("- {require: 1 > 0, name: wet}\n- {do: b.grip, within: 24 h, after: wet}",
        "5: 'wet' neither uses an instrument nor waits, so no window can count from its end")]
    [InlineData("- {do: a.grip, name: wet}\n- {wait: 1 s, within: 24 h, after: wet}",
        "5: a step with a time window has to use an instrument: the window says when that begins")]
    [InlineData("- {do: a.grip, name: wet}\n- {do: a.grip, within: 2 mL, after: wet}",
        "5: '2 mL' is a quantity in m3; it is given in s here",
        "5: within 2 mL after 'wet' no other run may come between: put both steps into one hold of [a]")]
    [InlineData("- {do: a.grip, name: wet}\n- {do: a.grip, within: 0 s, after: wet}",
        "5: '0 s' should be a time above zero",
        "5: within 0 s after 'wet' no other run may come between: put both steps into one hold of [a]")]
    public void A_window_that_cannot_be_kept_is_refused(string steps, params string[] findings) =>
        Assert.Equal(findings.Order(), Findings($"steps:\n{steps}").Order());

    [Theory]
    [InlineData("- {do: a.grip, name: wet}\n- {wait: 2 h}\n- {do: b.grip, within: 24 h, after: wet}")]
    [InlineData("- hold: [a, b]\n  steps:\n  - {do: a.grip, name: wet}\n"
        + "  - {sequence: [{wait: 1 min}, {do: b.grip, within: 2 min, after: wet}, {do: c.grip}]}")]
    public void A_window_that_can_be_kept_is_fine(string steps) => Assert.Empty(Findings($"steps:\n{steps}"));

    private static IEnumerable<string> Findings(string steps) =>
        TestLab.Check(TestLab.Read(steps)).Select(f => $"{f.At.Line}: {f.Text}");
}
