using Sdl.Finales.Client;
using Sdl.Finales.Limits;
using Sdl.Finales.Methods;
using Sdl.Finales.Schemas;

namespace Sdl.Finales.Tenants;

/// <summary>Whether a request can be served here. The server lets through what is outside of every limitation, so
/// nothing is taken on trust: its shape, the limitations, the stocks, and what the checker of all runs says.</summary>
internal sealed class Admission(Published published, Laboratory laboratory)
{
    // Far more than any method needs; it is also what the journal would have to keep.
    private const int MostCharacters = 256 << 10;

    /// <returns>Why not, for people; null when it can.</returns>
    /// <exception cref="FinalesException">The server cannot be asked for its schemas.</exception>
    public async Task<string?> RefusalAsync(Offer offer, RequestInfo request, CancellationToken ct)
    {
        var (quantity, method) = (offer.Method.Quantity, offer.Method.Method);
        if (request.Request.Quantity != quantity || !request.Request.Methods.Contains(method))
            return $"it asks for {request.Request.Quantity}/{string.Join(", ", request.Request.Methods)}";
        if (!request.Request.Parameters.TryGetValue(method, out var parameters))
            return $"it has no parameters for {method}";
        if (parameters.GetRawText().Length > MostCharacters)
            return $"its parameters are longer than {MostCharacters >> 10} kB";
        if (await published.FindAsync(quantity, method, ct) is not { } capability)
            return $"the server has no capability {offer.Name}";
        if (capability.Input.Faults(parameters) is { Count: > 0 } faults)
            return "it does not fit the published schema: " + string.Join("; ", faults);
        if (Limitation.Faults(offer.Limitations, parameters) is { Count: > 0 } outside)
            return "it is outside of what is offered: " + string.Join("; ", outside);
        try
        {
            return offer.Method.Prepare(parameters) is { } errand
                && await laboratory.Judge(errand, ct) is { Count: > 0 } findings ? string.Join("; ", findings) : null;
        }
        catch (UnfitException e)
        {
            return e.Message;
        }
    }
}
