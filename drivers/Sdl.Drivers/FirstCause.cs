using Sdl.Core.Instruments;

namespace Sdl.Drivers;

/// <summary>Keeps what has to follow a failure, such as a stop, from hiding it.</summary>
internal static class FirstCause
{
    /// <summary>Does what has to follow.</summary>
    /// <returns>What to throw: the first failure, with what went wrong after it.</returns>
    public static async ValueTask<InstrumentException> ThenAsync(InstrumentException first, Func<ValueTask> follow)
    {
        try
        {
            await follow();
            return first;
        }
        catch (InstrumentException second)
        {
            return new InstrumentException(first.Id, first.Fault, $"{first.Text}; then: {second.Text}", first)
            {
                IsTransient = first.IsTransient,
            };
        }
    }
}
