using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using Sdl.Runtime.Campaigns;
using Spectre.Console;

namespace Sdl.App.Commands;

/// <summary>Shows a campaign as it runs: a live panel on a terminal, one line per experiment elsewhere.</summary>
internal sealed class CampaignProgress(Shell shell, CampaignPlan plan, TimeProvider lab)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly DateTimeOffset _labStart = lab.GetUtcNow();
    private readonly long _wallStart = TimeProvider.System.GetTimestamp();
    private LiveDisplayContext? _live;
    private long _drawn;
    private int _before;
    private int _done;
    private double? _best;
    private readonly SortedDictionary<int, string> _doing = [];
    private string _said = "";

    /// <summary>Takes what an earlier process has done into account.</summary>
    public void Start(IReadOnlyList<Observed> seen)
    {
        _before = _done = seen.Count;
        foreach (var observed in seen)
            Keep(observed);
    }

    /// <summary>Runs <paramref name="work"/> under the display.</summary>
    public Task<T> ShowAsync<T>(Func<Task<T>> work)
    {
        if (shell.IsJson || Console.IsOutputRedirected || !shell.Console.Profile.Capabilities.Interactive)
            return work();
        return shell.Console.Live(Panel()).AutoClear(true).StartAsync(context =>
        {
            _live = context;
            return work();
        });
    }

    public void See(RunEvent happened)
    {
        lock (_gate)
            switch (happened)
            {
                case Proposed e:
                    _doing[e.Experiment] = $"experiment {e.Experiment}: {e.Proposal.At}";
                    Draw(now: true);
                    break;
                case StepIntended e:
                    if (CampaignHistory.ExperimentOf(e.Run) is { } at)
                        _doing[at] = $"{e.Call}: {e.Instrument} {e.Capability}";
                    Draw(now: false);
                    break;
                case Observed e:
                    _done++;
                    _doing.Remove(e.Experiment);
                    Keep(e);
                    if (_live is null)
                        shell.Line(Row(e));
                    Draw(now: true);
                    break;
                case var e when TroubleText.Of(e) is { } text:
                    Say(text);
                    break;
            }
    }

    /// <summary>A message for people: in the panel while there is one.</summary>
    public void Say(string text)
    {
        lock (_gate)
            if (_live is null)
                shell.Line(text);
            else
            {
                _said = text;
                Draw(now: true);
            }
    }

    private void Keep(Observed e)
    {
        if (Value(e) is not { Value: var value })
            return;
        _best = _best is not { } best ? value
            : plan.Objective.Goal == Goal.Maximise ? Math.Max(best, value)
            : Math.Min(best, value);
    }

    private Outcome? Value(Observed e) =>
        e.Observation.Named(plan.Objective.Result).Values.GetValueOrDefault(plan.Objective.Result);

    private string Row(Observed e) => string.Create(CultureInfo.InvariantCulture,
        $"experiment {e.Experiment,3} of {plan.Experiments}: {e.Observation.At}: "
        + $"{Told(e)}, "
        + $"best so far {_best:0.000}; lab time {Short(lab.GetUtcNow() - _labStart)}, "
        + $"left {Left()}");

    private string Told(Observed e) => Value(e) is not { } value ? "failed, which the planner learns from"
        : string.Create(CultureInfo.InvariantCulture,
            $"{value.Value:0.000} ± {value.Uncertainty:0.000}{plan.Objective.Unit.Suffix}")
        + string.Concat(plan.Outcomes.Skip(1).Select(o => string.Create(CultureInfo.InvariantCulture,
            $", {o.Result} {e.Observation.Values[o.Result].Value:G4}{o.Unit.Suffix}")));

    private string Left()
    {
        var share = _done > _before ? (plan.Experiments - _done) / (double)(_done - _before) : double.NaN;
        return double.IsNaN(share) ? "?" : Short((lab.GetUtcNow() - _labStart) * share)
            + $" (wall {Short(TimeProvider.System.GetElapsedTime(_wallStart) * share)})";
    }

    private void Draw(bool now)
    {
        if (_live is null || !now && TimeProvider.System.GetElapsedTime(_drawn) < Refresh)
            return;
        _drawn = TimeProvider.System.GetTimestamp();
        _live.UpdateTarget(Panel());
    }

    private Panel Panel()
    {
        var grid = new Grid().AddColumn().AddColumn();
        grid.AddRow("experiment", $"{Math.Min(_done + 1, plan.Experiments)} of {plan.Experiments}");
        grid.AddRow("best so far",
            _best is { } best
                ? string.Create(CultureInfo.InvariantCulture, $"{best:0.000}{plan.Objective.Unit.Suffix}")
                : "-");
        grid.AddRow("lab time", $"{Short(lab.GetUtcNow() - _labStart)}, left {Left()}");
        grid.AddRow("wall time", Short(TimeProvider.System.GetElapsedTime(_wallStart)));
        foreach (var (doing, i) in _doing.Values.Take(plan.Lanes).Select((d, i) => (d, i)))
            grid.AddRow(i == 0 ? "now" : "", Markup.Escape(doing));
        if (_said.Length > 0)
            grid.AddRow("", Markup.Escape(_said));
        return new Panel(grid).Header(Markup.Escape(plan.Name)).RoundedBorder();
    }

    private static string Short(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours} h"),
        { TotalHours: >= 1 } =>
            string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } =>
            string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
    };
}
