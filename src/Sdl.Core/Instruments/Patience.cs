namespace Sdl.Core.Instruments;

/// <summary>How long the engine waits for an instrument, and how often it does again what may be done again. Nothing
/// waits without bound.</summary>
public sealed record Patience
{
    // What a prediction may be wrong by beside its factor, and what a capability gets that predicts nothing.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1), Unpredicted = TimeSpan.FromHours(1);

    private static readonly double[] Growth = [1, 2.5, 5];

    public static Patience Usual { get; } = new();

    /// <summary>From opening the line to knowing who answers; null for <see cref="IInstrument.ConnectTime"/>, which is
    /// 5 s for most.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>For one reply; null for what the driver finds usual, which is 1 s for most.</summary>
    public TimeSpan? Request { get; init; }

    /// <summary>From the first intent to the end, repetitions included; null for <see cref="WholeOf"/>.</summary>
    public TimeSpan? Whole { get; init; }

    /// <summary>How often a thing is done again whose reply stayed out or came damaged, or whose line was
    /// lost.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The rest before the first repetition; the second rests 2.5 times as long, later ones 5 times.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <param name="retry">From 1.</param>
    public TimeSpan Pause(int retry) => BackOff * Growth[Math.Min(retry, Growth.Length) - 1];

    /// <summary>After which an invocation is stopped and has failed: as the lab file says; else a minute after the
    /// capability ends it by itself, or twice its predicted time and a minute, whichever is later; else an
    /// hour.</summary>
    public TimeSpan WholeOf(Capability capability, Arguments arguments) =>
        Whole ?? (capability.Limit?.Invoke(arguments), capability.Predict?.Invoke(arguments)) switch
        {
            (null, null) => Unpredicted,
            var (limit, predicted) => Slack + Longer(limit ?? default, 2 * (predicted ?? default)),
        };

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
