using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;

namespace Sdl.Runtime.Runs;

/// <summary>A run under way, and what its journal says that it does just now.</summary>
internal sealed class ActiveRun(RunOrder order, Run run)
{
    private readonly List<CallId> _underWay = [];
    private WaitStarted? _wait;

    public RunId Id => order.Id;

    public Run Run => run;

    public void See(RunEvent happened)
    {
        switch (happened)
        {
            case StepIntended e:
                _underWay.Remove(e.Call);
                _underWay.Add(e.Call);
                break;
            case StepDone e:
                _underWay.Remove(e.Call);
                break;
            case StepFailed e:
                _underWay.Remove(e.Call);
                break;
            case StepSuspended e:
                _underWay.Remove(e.Call);
                break;
            case WaitStarted e:
                _wait = e;
                break;
        }
    }

    public RunInfo Info(TimeProvider clock)
    {
        var steps = _underWay.Select(c => Short(c.Value));
        if (_wait is { } wait && wait.Until > clock.GetUtcNow())
        {
            var until = TimeZoneInfo.ConvertTime(wait.Until, clock.LocalTimeZone);
            steps = steps.Append(string.Create(
                CultureInfo.InvariantCulture, $"{Short(wait.Step)} until {until:HH:mm:ss}"));
        }
        if (run.GivenUp is { Count: > 0 } givenUp)
            steps = steps.Append($"without {string.Join(", ", givenUp.Select(g => g.Name))}");
        return new RunInfo(order.Id, order.Protocol.Name, run.State, string.Join(", ", steps), order.Author);
    }

    private string Short(string path) => path.StartsWith($"{order.Id}/", StringComparison.Ordinal)
        ? path[(order.Id.Value.Length + 1)..]
        : path.Replace($"{order.Id}#", "", StringComparison.Ordinal);
}
