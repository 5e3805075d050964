namespace Sdl.Simulators.Finales;

/// <summary>What can happen to a call on its way to the broker and back.</summary>
public enum NetworkFault
{
    None,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>The connection ends before the broker has seen the call.</summary>
    CutBefore,

    /// <summary>The broker has done what was asked, and the connection ends before its answer has come.</summary>
    CutAfter,

    /// <summary>What stands in front of the broker answers 502 in its stead.</summary>
    BadGateway,

    /// <summary>The answer takes longer than anybody waits.</summary>
    Slow,

    /// <summary>The broker ends before it has seen the call, and is there again after a while, with what its file
    /// holds.</summary>
    Restart,
}

/// <summary>Which fault meets the nth call.</summary>
public sealed class NetworkWeather
{
    private static readonly NetworkFault[] Kinds = Enum.GetValues<NetworkFault>()[1..];

    private readonly Func<int, NetworkFault> _plan;
    private int _calls;

    /// <param name="plan">Given the number of the call, from 1.</param>
    public NetworkWeather(Func<int, NetworkFault> plan) => _plan = plan;

    public static NetworkWeather Fair => new(_ => NetworkFault.None);

    /// <summary>How long a slow answer takes.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a restart takes.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A share of the calls, drawn from a seed, meets one of all faults.</summary>
    /// <param name="share">From 0 to 1.</param>
    public static NetworkWeather Foul(double share, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var draw = new Random(seed);
        return new NetworkWeather(_ => draw.NextDouble() < share ? Kinds[draw.Next(Kinds.Length)] : NetworkFault.None);
    }

    internal NetworkFault Next()
    {
        lock (_plan)
            return _plan(++_calls);
    }
}
