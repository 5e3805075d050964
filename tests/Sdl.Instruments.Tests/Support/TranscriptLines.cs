using Sdl.Core.Instruments;
using Sdl.Runtime.Time;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.Instruments.Tests.Support;

/// <summary>Lines on which recorded devices answer; a driver must say its part of each to the byte and to the
/// end.</summary>
internal sealed class TranscriptLines : ILines
{
    private static readonly InstrumentId Id = new("device");

    private readonly Dictionary<string, ReplayTransport> _transports;
    private readonly Dictionary<string, Line> _lines;

    private TranscriptLines(Dictionary<string, string> transcripts)
    {
        _transports = transcripts.ToDictionary(t => t.Key, t => new ReplayTransport(Transcript.Parse(t.Value)));
        _lines = _transports.ToDictionary(t => t.Key, t => new Line(t.Value));
    }

    public Line Get(InstrumentId id, Address address) => _lines[address.Endpoint(id)];

    /// <param name="transcripts">By endpoint.</param>
    public static void Run<TDriver>(
        Dictionary<string, string> transcripts, string address, Settings settings, Func<DriverContext, TDriver> create,
        Func<TDriver, Task> test)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var lines = new TranscriptLines(transcripts);
        time.Run(() => test(create(new DriverContext(Id, Address.Parse(address), settings, lines, time))));
        Assert.All(
            lines._transports.Values, t => Assert.True(t.Finished, "the driver left out a part of the transcript"));
    }
}
