using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;

namespace Sdl.Finales.Methods;

/// <summary>A request cannot be served here, and why; somebody else may be able to.</summary>
public sealed class UnfitException(string message) : Exception(message);

/// <summary>What has to be run for a request.</summary>
/// <param name="Bindings">Role to instrument, where they are other than the lab file says.</param>
public sealed record Errand(
    Protocol Protocol, Arguments Arguments, IReadOnlyDictionary<string, InstrumentId> Bindings);

/// <summary>A run that has completed, with everything that is known of it.</summary>
public sealed record Done(RunOutcome Outcome, Errand Errand, IJournal Journal);

/// <param name="Parameters">Those that were really used.</param>
/// <param name="Success">False when it says that there is no value.</param>
public sealed record Answer(JsonElement Data, JsonElement Parameters, bool Success);

/// <summary>How this laboratory serves one pair of quantity and method.</summary>
public interface IMethod
{
    string Quantity { get; }

    string Method { get; }

    /// <summary>What it can do, in the language of <see cref="Limits.Limitation"/>.</summary>
    JsonNode Limitations { get; }

    /// <summary>What has to be run; null when it is answered without a run.</summary>
    /// <param name="parameters">They fit the published schema and the limitations.</param>
    /// <exception cref="UnfitException">This laboratory cannot do it.</exception>
    Errand? Prepare(JsonElement parameters);

    /// <param name="done">Null when nothing had to be run.</param>
    /// <exception cref="UnfitException">What was run does not give an answer after all.</exception>
    Answer Conclude(JsonElement parameters, Done? done, Provenance provenance);

    /// <summary>An answer of full shape that says that there is no value: optimisers that read every result stumble
    /// over anything less.</summary>
    Answer Fail(JsonElement parameters, string why, Provenance provenance);
}
