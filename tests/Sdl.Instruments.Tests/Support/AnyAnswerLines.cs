using Sdl.Core.Instruments;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Support;

/// <summary>Lines on which every request is answered with the next of some given byte strings, whatever was asked;
/// after the last one nothing comes.</summary>
internal sealed class AnyAnswerLines(IEnumerable<byte[]> answers) : ILines
{
    private readonly Queue<byte[]> _answers = new(answers);
    private readonly Dictionary<string, Line> _lines = [];

    public Line Get(InstrumentId id, Address address) => _lines.TryGetValue(address.Endpoint(id), out var line)
        ? line
        : _lines[address.Endpoint(id)] = new Line(new AnyAnswer(_answers));

    private sealed class AnyAnswer(Queue<byte[]> answers) : ITransport
    {
        private readonly Queue<byte> _came = new();

        public string Name => "any answer";

        public ValueTask OpenAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            if (answers.TryDequeue(out var answer))
                foreach (var b in answer)
                    _came.Enqueue(b);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
        {
            if (_came.Count == 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            var n = 0;
            while (n < buffer.Length && _came.TryDequeue(out var b))
                buffer.Span[n++] = b;
            return n;
        }

        public void DiscardInput() => _came.Clear();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
