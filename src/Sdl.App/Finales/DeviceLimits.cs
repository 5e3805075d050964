using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;

namespace Sdl.App.Finales;

/// <summary>How small and large an argument of a protocol may be: as the protocol says, and as every capability says
/// that it is handed to as it is.</summary>
internal static class DeviceLimits
{
    public static (Quantity? Min, Quantity? Max) Of(BoundProtocol bound, string parameter)
    {
        if (bound.Protocol.Parameters.FirstOrDefault(p => p.Name == parameter) is not QuantityInput own)
            return (null, null);
        var inputs = Invocations(bound.Protocol.Body)
            .SelectMany(step => step.Arguments.Where(a => a.Value.Text == parameter).Select(a =>
                bound.CapabilityOf(step).Inputs.FirstOrDefault(i => i.Name == a.Key)))
            .OfType<QuantityInput>().Append(own).ToList();
        return (
            inputs.Select(i => i.Min).OfType<Quantity>().Select(q => (Quantity?)q).DefaultIfEmpty().Max(),
            inputs.Select(i => i.Max).OfType<Quantity>().Select(q => (Quantity?)q).DefaultIfEmpty().Min());
    }

    private static IEnumerable<Step.Invoke> Invocations(IEnumerable<Step> steps) => steps.SelectMany(
        s => Invocations(s.Children).Concat(s is Step.Invoke invoke ? [invoke] : []));
}
