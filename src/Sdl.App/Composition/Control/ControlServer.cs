using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Sdl.Core.Runs;
using Sdl.Runtime.Interlocks;

namespace Sdl.App.Composition.Control;

/// <summary>Lets other processes of the same user list and command what this one runs, over a socket in the file system
/// (see <see cref="ControlRequest"/>). Nothing that a client sends or leaves out harms the run.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MostClients = 32, LongestName = 100;
    private static readonly Dictionary<string, RunCommand> Commands =
        Enum.GetValues<RunCommand>().ToDictionary(Spelt);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), AnswerLimit = TimeSpan.FromSeconds(5),
        Farewell = TimeSpan.FromSeconds(1);

    private readonly IControlled _what;
    private readonly TimeProvider _clock;
    private readonly string _path;
    private readonly Socket _listener;
    private readonly DateTimeOffset _since;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _answering = [];
    private int _clients;

    private ControlServer(IControlled what, TimeProvider clock, string path, Socket listener)
    {
        _what = what;
        _clock = clock;
        _path = path;
        _listener = listener;
        _since = clock.GetUtcNow();
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="warn">Told when that cannot be done: the run goes on all the same, and Ctrl-C still
    /// reaches it.</param>
    /// <param name="clock">For time-outs: real time.</param>
    /// <returns>Null when it cannot be done.</returns>
    public static ControlServer? Open(IControlled what, Action<string> warn, TimeProvider clock)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var path = Path.Combine(ControlFolder.Open(),
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + ControlFolder.Ending);
            File.Delete(path); // of an earlier process that had this number
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(MostClients);
            var server = new ControlServer(what, clock, path, listener);
            // Away from the loop of a dry run: sockets live in real time.
            _ = Task.Run(server.AcceptAsync);
            return server;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException
            or PlatformNotSupportedException)
        {
            listener.Dispose();
            warn($"sdl pause, stop and the like will not reach this run: {e.Message}");
            return null;
        }
    }

    /// <summary>Says to those who still wait for an answer what they asked for, and goes.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        File.Delete(_path);
        Task[] answering;
        lock (_gate)
            answering = [.. _answering];
        if (answering.Length > 0)
            await Task.WhenAny(Task.WhenAll(answering), Task.Delay(Farewell, _clock));
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            try
            {
                var client = await _listener.AcceptAsync(_closing.Token);
                _ = ServeAsync(client);
            }
            catch (SocketException) when (!_closing.IsCancellationRequested)
            {
                // A client that went away before it was met; or the listener was closed, which the next round shows.
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException or SocketException)
            {
                return;
            }
    }

    private async Task ServeAsync(Socket client)
    {
        using var _ = client;
        try
        {
            if (Interlocked.Increment(ref _clients) <= MostClients && Owner.IsMine(client))
                await ConverseAsync(new LineChannel(client, _clock));
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The client is gone, or silent for too long: nobody is left to be told.
        }
        finally
        {
            Interlocked.Decrement(ref _clients);
        }
    }

    private async Task ConverseAsync(LineChannel channel)
    {
        try
        {
            while (await channel.ReadAsync(Patience, _closing.Token) is { } line)
            {
                var answering = AnswerAsync(channel, line);
                Track(answering);
                await answering;
            }
        }
        catch (InvalidDataException e)
        {
            await channel.WriteAsync(new ControlReply(Error: e.Message), Patience, _closing.Token);
        }
    }

    private void Track(Task answering)
    {
        lock (_gate)
        {
            _answering.RemoveWhere(t => t.IsCompleted);
            _answering.Add(answering);
        }
    }

    private async Task AnswerAsync(LineChannel channel, byte[] line)
    {
        ControlRequest? request;
        try
        {
            request = JsonSerializer.Deserialize<ControlRequest>(line, ControlRequest.Json);
        }
        catch (JsonException e)
        {
            request = null;
            await channel.WriteAsync(new ControlReply(Error: $"this is no request: {e.Message}"), Patience, default);
            return;
        }
        if (request?.Do == ControlRequest.List)
            await channel.WriteAsync(Process(), Patience, default);
        else
            await channel.WriteAsync(await ObeyAsync(request), Patience, default);
    }

    private ControlledProcess Process() => new(
        Environment.ProcessId, _what.Kind, _what.Name, Path.GetFullPath(_what.Folder), _since,
        _what.Runs.Runs.Select(r => new ControlledRun(
            r.Id.Value, r.Protocol, r.State.ToString().ToLowerInvariant(), r.Step, r.Author)).ToList());

    private async Task<ControlReply> ObeyAsync(ControlRequest? request)
    {
        var command = default(RunCommand);
        if (request?.Do is not (ControlRequest.Acknowledge or ControlRequest.Advise)
            && !Commands.TryGetValue(request?.Do ?? "", out command))
            return new ControlReply(Error: "'do' should be list, pause, resume, stop, abort, acknowledge or advise");
        var by = request!.By?.Trim() ?? "";
        if (by.Length is 0 or > LongestName || by.Any(char.IsControl))
            return new ControlReply(Error: "'by' should name a person in one line");
        try
        {
            if (request.Do == ControlRequest.Acknowledge)
                return await AcknowledgeAsync(request.Interlock ?? "", by, request.Note ?? "");
            if (request.Do == ControlRequest.Advise)
                return await AdviseAsync(request.Word);
            RunId? run = request.Run is { } id ? new RunId(id) : null;
            var concerned = _what.Runs.Runs.Where(r => run is null || r.Id == run).ToList();
            _what.Send(run, command, by);
            var said = await Task.WhenAll(concerned.Select(r => SayAsync(r, command)));
            return new ControlReply(
                said.Length > 0 ? [.. said.Select(s => s.Text)] : [Between(command)],
                IsTooLate: said.Any(s => s.IsTooLate));
        }
        catch (Exception e) when (e is KeyNotFoundException or InterlockException or InvalidOperationException
            or ArgumentException or TimeoutException)
        {
            return new ControlReply(Error: e.Message);
        }
    }

    private async Task<ControlReply> AcknowledgeAsync(string interlock, string by, string note)
    {
        var watch = _what.Interlocks ?? throw new KeyNotFoundException("this lab has no interlocks");
        await _what.Runs.DoAsync(() => watch.AcknowledgeAsync(interlock, by, note)).WaitAsync(AnswerLimit, _clock);
        return new ControlReply(
            [$"{interlock} is acknowledged by {by}; it clears when its danger is seen to be over"]);
    }

    private async Task<ControlReply> AdviseAsync(RunEvent? word)
    {
        if (word is not (Suggested or Vetoed))
            return new ControlReply(Error: "'word' should be a suggestion or a veto");
        await _what.Runs.DoAsync(() => _what.AdviseAsync(word)).WaitAsync(AnswerLimit, _clock);
        return new ControlReply([$"{_what.Kind} {_what.Name} takes it into account from its next proposal"]);
    }

    private async Task<(string Text, bool IsTooLate)> SayAsync(RunInfo run, RunCommand command)
    {
        try
        {
            var answer = await _what.Runs.AnswerAsync(run.Id).WaitAsync(AnswerLimit, _clock);
            var step = _what.Runs.Runs.FirstOrDefault(r => r.Id == run.Id)?.Step ?? "";
            return (
                ControlTexts.Of(run.Id.Value, step, command, answer),
                answer.IsTooLate && command != RunCommand.Abort);
        }
        catch (KeyNotFoundException)
        {
            return ($"run {run.Id} has ended", command != RunCommand.Abort);
        }
        catch (TimeoutException)
        {
            return ($"run {run.Id} has been told and will obey once its instruments are connected", false);
        }
    }

    /// <summary>How a command is spelt on the wire.</summary>
    public static string Spelt(RunCommand command) => command.ToString().ToLowerInvariant();

    private string Between(RunCommand command) => command switch
    {
        RunCommand.Stop or RunCommand.Abort => $"{_what.Kind} {_what.Name} ends before its next run",
        RunCommand.Pause => $"{_what.Kind} {_what.Name} pauses its next run",
        _ => $"{_what.Kind} {_what.Name} goes on",
    };
}
