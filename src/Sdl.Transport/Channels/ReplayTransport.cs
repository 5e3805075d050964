using Sdl.Core.Instruments;

namespace Sdl.Transport.Channels;

/// <summary>Plays the device's part of a transcript. The host must say its part to the byte; where the transcript has
/// no more for it, a read waits for its token.</summary>
public sealed class ReplayTransport(Transcript transcript) : ITransport
{
    private readonly Inbox _inbox = new();
    private int _entry;
    private int _offset;

    public string Name => "transcript";

    /// <summary>Whether the host has said all of its part.</summary>
    public bool Finished => _entry == transcript.Entries.Count;

    public ValueTask OpenAsync(CancellationToken ct)
    {
        Answer();
        return ValueTask.CompletedTask;
    }

    /// <exception cref="TranscriptException">The transcript says something else here.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        foreach (var b in bytes.Span)
            Expect(b);
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => _inbox.TakeAsync(buffer, ct);

    public void DiscardInput() => _inbox.Discard();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Expect(byte b)
    {
        if (Finished)
            throw new TranscriptException($"the transcript has ended, but the host sends {b:x2}");
        var expected = transcript.Entries[_entry].Bytes;
        if (expected[_offset] != b)
            throw new TranscriptException($"entry {_entry + 1}, byte {_offset}: the transcript has "
                + $"{expected[_offset]:x2} of '{Transcript.Hex(expected)}', but the host sends {b:x2}");
        if (++_offset < expected.Length)
            return;
        (_entry, _offset) = (_entry + 1, 0);
        Answer();
    }

    private void Answer()
    {
        while (!Finished && !transcript.Entries[_entry].FromHost)
            _inbox.Put(transcript.Entries[_entry++].Bytes);
    }
}

/// <summary>The host did not say what the transcript has. No device does this: the test has failed.</summary>
public sealed class TranscriptException(string message) : Exception(message);
