using System.Runtime.CompilerServices;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Tests.Support;

/// <summary>A cycler on a cell of 1 Ah whose voltage is 3 V and 1 V times its charge in Ah; with each discharge it
/// loses 10 % of what it can hold. One sample at the end of each step.</summary>
internal sealed class FakeCycler(TimeProvider clock) : IInstrument
{
    public static readonly CellLimits Limits = new(-1, 5, 10, 0.001) { HasTemperature = true };

    private double _charge;
    private double _full = 1;

    public List<Invocation> Calls { get; } = [];

    public InstrumentId Id => new("cycler");

    public string SafeState => "open circuit";

    public IReadOnlyList<Capability> Capabilities { get; } =
        [.. CellTechniques.All(Limits), CellTechniques.Impedance(Limits, 1e-3, 1e6)];

    public ValueTask ConnectAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct) =>
        ValueTask.FromResult(
            new InstrumentStatus("", "", false, new Dictionary<string, Quantity>(), clock.GetUtcNow()));

    public ValueTask MakeSafeAsync(TimeSpan limit) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        Calls.Add(call);
        var (a, before) = (call.Arguments, _charge);
        double? Of(string name) => a.Find(name)?.Quantity?.Si;
        var hours = (Of("until_time") ?? 1e9) / 3600;
        var reason = StepEnd.Time;
        var current = Of("current") ?? 0;
        void By(double? charge, StepEnd why)
        {
            if (charge is not { } most || current == 0 || most / Math.Abs(current) >= hours)
                return;
            (hours, reason) = (Math.Max(0, most / Math.Abs(current)), why);
        }
        By(Of("until_charge") / 3600, StepEnd.Charge);
        By(Of("until_voltage_above") - 3 - _charge, StepEnd.Voltage);
        By(_charge - (Of("until_voltage_below") - 3), StepEnd.Voltage);
        By(current > 0 ? _full - _charge : _charge, StepEnd.Voltage);
        await Task.Delay(TimeSpan.FromHours(call.Capability.EndsWith("impedance") ? 0.01 : hours), clock, ct);
        _charge += current * hours;
        if (current < 0)
            _full *= 0.9;
        if (call.Capability.EndsWith("impedance"))
            yield return new Sample(clock.GetUtcNow(), new[] { 1.0, 1, 0, 3 + _charge, 0 });
        else
            yield return new Sample(clock.GetUtcNow(), new[]
            {
                hours * 3600, 3 + _charge, current, _charge - before, 0, 25, (double)reason,
            });
    }
}
