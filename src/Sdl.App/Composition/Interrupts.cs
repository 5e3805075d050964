using System.Runtime.InteropServices;
using Sdl.Core.Runs;

namespace Sdl.App.Composition;

/// <summary>Ctrl-C, and the system's request to end: the first means stop after the current invocation, the second
/// abort to the safe state; a third ends the process as usual.</summary>
public sealed class Interrupts : IDisposable
{
    private readonly Action<RunCommand, string> _send;
    private readonly Action<string> _say;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    public Interrupts(Action<RunCommand, string> send, Action<string> say)
    {
        _send = send;
        _say = say;
        // Windows delivers Ctrl-C as SIGINT and the closing of the console as SIGHUP through the same door.
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
    }

    /// <summary>Whether anything was asked for.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Handle(PosixSignalContext context)
    {
        switch (Interlocked.Increment(ref _count))
        {
            case 1:
                context.Cancel = true;
                _say("stopping after the current invocation; once more to abort to the safe state");
                _send(RunCommand.Stop, "the operator");
                break;
            case 2:
                context.Cancel = true;
                _say("aborting to the safe state");
                _send(RunCommand.Abort, "the operator");
                break;
        }
    }
}
