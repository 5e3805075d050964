using System.Text.Json;
using System.Text.Json.Serialization;
using Sdl.Core.Runs;

namespace Sdl.App.Composition.Control;

/// <summary>What is said over the socket: one line of JSON (UTF-8, at most 64 KiB) each way, as often as the client
/// likes. <c>{"do":"list"}</c> is answered by a <see cref="ControlledProcess"/>;
/// <c>{"do":"pause","run":"e003","by":"ann"}</c> (or resume, stop, abort; without a run: all of them) by
/// <c>{"said":["run e003 is paused"],"isTooLate":false}</c>, and so is
/// <c>{"do":"acknowledge","interlock":"overheating","by":"ann","note":"a loose sensor"}</c>, and <c>advise</c> with a
/// suggestion or a veto as the journal spells it; what cannot be done by <c>{"error":"…"}</c>.</summary>
internal sealed record ControlRequest(
    string? Do, string? Run = null, string? By = null, string? Interlock = null, string? Note = null,
    RunEvent? Word = null)
{
    public const string List = "list", Acknowledge = "acknowledge", Advise = "advise";

    public static JsonSerializerOptions Json { get; } = new(Shell.JsonOptions)
    {
        WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}

/// <param name="Said">For people, a sentence for each run.</param>
/// <param name="IsTooLate">A run was past the point at which it could have obeyed.</param>
internal sealed record ControlReply(
    IReadOnlyList<string>? Said = null, string? Error = null, bool IsTooLate = false);

/// <summary>A running process and what it runs.</summary>
/// <param name="Kind">run or campaign.</param>
/// <param name="Name">Of the protocol or campaign.</param>
/// <param name="Folder">Its result folder, absolute.</param>
/// <param name="Since">When it began, in real time.</param>
internal sealed record ControlledProcess(
    int Pid, string Kind, string Name, string Folder, DateTimeOffset Since, IReadOnlyList<ControlledRun> Runs);

/// <param name="Step">What it does just now; empty when nothing is under way.</param>
internal sealed record ControlledRun(string Run, string Protocol, string State, string Step, string Author);
