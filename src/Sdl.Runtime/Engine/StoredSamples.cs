using System.Collections;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>The rows of a sealed record that is too long to be kept: read from the journal when they are asked for, and
/// forgotten again when nobody needs them.</summary>
/// <param name="latest">The last row, which a protocol asks for most and which is at hand.</param>
internal sealed class StoredSamples(IJournal journal, CallId call, int count, Sample latest) : IReadOnlyList<Sample>
{
    private readonly WeakReference<IReadOnlyList<Sample>> _read = new([]);

    public int Count => count;

    public Sample this[int index] => index == count - 1 ? latest : Read()[index];

    public IEnumerator<Sample> GetEnumerator() => Read().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IReadOnlyList<Sample> Read()
    {
        if (_read.TryGetTarget(out var there) && there.Count == count)
            return there;
        var samples = journal.ReadRecord(call).Samples;
        _read.SetTarget(samples);
        return samples;
    }
}
