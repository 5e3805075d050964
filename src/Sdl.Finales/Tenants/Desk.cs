using Sdl.Finales.Client;
using Sdl.Finales.Schemas;

namespace Sdl.Finales.Tenants;

/// <summary>What all that works on requests has in common.</summary>
/// <param name="Clock">Real time, also where the laboratory's is not.</param>
/// <param name="Say">For people who watch.</param>
internal sealed record Desk(
    FinalesClient Client, TenantSettings Settings, Laboratory Laboratory, RequestBook Book, Published Published,
    Endurance Endurance, TimeProvider Clock, Action<string> Say)
{
    /// <summary>Goes on through outages; what is done must do no harm when it is done twice.</summary>
    public Task<T> EndureAsync<T>(Func<Task<T>> exchange, CancellationToken ct) =>
        Endurance.DoAsync(exchange, Resting, ct);

    public Task<RequestInfo?> LookAsync(RequestCase at, CancellationToken ct) =>
        EndureAsync(() => Client.FindRequestAsync(at.Request.Uuid, ct), ct);

    public async Task RestAsync(FinalesException because, TimeSpan rest, CancellationToken ct)
    {
        Resting(because, rest);
        await Task.Delay(rest, Clock, ct);
    }

    public void Resting(FinalesException because, TimeSpan rest) =>
        Say(FormattableString.Invariant($"{because.Message}; again in {rest.TotalSeconds:0} s"));
}
