using Sdl.Core.Cells;
using Sdl.Drivers.Cyclers;

namespace Sdl.Drivers.Potentiostats;

/// <summary>The ends and safety limits of a step of a cell test as conditions within its script: the device leaves its
/// loop by itself when one is met, switches the cell off, and says in the last point which it was.</summary>
/// <remarks>Each point carries the variable <c>w</c>: 0 while it goes on, a <see cref="StepEnd"/>, or
/// <see cref="FirstLimit"/> and the number of a safety limit. Commands as in the PalmSens MethodSCRIPT examples 006 and
/// 033 (<c>if</c>, <c>breakloop</c>, <c>copy_var</c>), which are made for the Pico too, 029 and 031 (<c>mul_var</c>).
/// A slope of the voltage stays with this program.</remarks>
public sealed class PicoConditions
{
    /// <summary>The number in <c>w</c> of the first of <see cref="TechniqueStep.SafetyNames"/>.</summary>
    public const int FirstLimit = 10;

    private static readonly string[] Measured = ["p", "p", "c", "c"];

    private readonly List<string> _lines = [];
    private readonly string _variables;

    /// <param name="interval">s between two points.</param>
    /// <param name="hasCurrent">Points carry a current; with the cell off nothing flows.</param>
    internal PicoConditions(TechniqueStep step, double interval, bool hasCurrent)
    {
        var needsCharge = hasCurrent && (step.UntilCharge >= 0 || step.Safety[4] >= 0);
        var isDelayed = step.SafetyDelay > 0 && step.Safety.Any(s => !double.IsNaN(s));
        if (needsCharge)
            _lines.AddRange(["copy_var c x", $"mul_var x {Number(interval)}", "add_var q x"]);
        // What comes later counts more, as it does where this program watches.
        if (hasCurrent)
        {
            Passed("q", step.UntilCharge * 3600, (int)StepEnd.Charge, "w");
            Within(step.UntilCurrent);
        }
        When("p", "<=", step.UntilBelow, (int)StepEnd.Voltage, "w");
        When("p", ">=", step.UntilAbove, (int)StepEnd.Voltage, "w");
        var plain = _lines.Count;
        var target = isDelayed ? "l" : "w";
        for (var i = 0; i < (hasCurrent ? 4 : 2); i++)
            When(Measured[i], i % 2 == 0 ? ">" : "<", step.Safety[i], FirstLimit + i, target);
        if (hasCurrent)
            Passed("q", step.Safety[4] * 3600, FirstLimit + 4, target);
        isDelayed &= _lines.Count > plain;
        if (isDelayed)
        {
            _lines.Insert(plain, "store_var l 0 ja");
            _lines.AddRange(Lasting(interval, step.SafetyDelay));
        }
        _variables = !Any ? "" : "w" + (needsCharge ? "qx" : "") + (isDelayed ? "lb" : "")
            + (hasCurrent && step.UntilCurrent >= 0 ? "y" : "");
    }

    public bool Any => _lines.Count > 0;

    /// <summary>One letter each.</summary>
    public string Variables => _variables;

    /// <summary>Before the loop: what adds up begins at 0.</summary>
    public IEnumerable<string> Before => _variables.Where(v => v is 'q' or 'b').Select(v => $"store_var {v} 0 ja");

    /// <summary>In the loop, before its point is sent.</summary>
    public IEnumerable<string> Decide => Any ? ["store_var w 0 ja", .. _lines] : [];

    /// <summary>In the loop, behind its point.</summary>
    public IEnumerable<string> Leave => Any ? ["if w > 0", "breakloop", "endif"] : [];

    private static string Number(double value) => MethodScript.Number(Math.Round(value, 9));

    // What was left out is NaN.
    private void When(string measured, string comparison, double value, int code, string target)
    {
        if (!double.IsNaN(value))
            _lines.AddRange([$"if {measured} {comparison} {Number(value)}", $"store_var {target} {code} ja", "endif"]);
    }

    private void Passed(string measured, double value, int code, string target)
    {
        When(measured, ">=", value, code, target);
        When(measured, "<=", -value, code, target);
    }

    private void Within(double value)
    {
        if (double.IsNaN(value))
            return;
        _lines.AddRange(
        [
            "store_var y 0 ja", $"if c <= {Number(value)}", "add_var y 1", "endif", $"if c >= {Number(-value)}",
            "add_var y 1", "endif", "if y >= 2", $"store_var w {(int)StepEnd.Current} ja", "endif",
        ]);
    }

    private static IEnumerable<string> Lasting(double interval, double delay) =>
    [
        "if l == 0", "store_var b 0 ja", "endif", "if l > 0", $"add_var b {Number(interval)}", "endif",
        $"if b > {Number(delay)}", "copy_var l w", "endif",
    ];
}
