using System.Text.Json.Nodes;
using Sdl.Core.Runs;

namespace Sdl.Finales.Methods;

/// <summary>Where a result comes from.</summary>
/// <param name="Reference">Names the work in its laboratory; nobody else's result has it.</param>
/// <param name="Details">Program, protocol, lab, records and their digests.</param>
public sealed record Provenance(string Reference, JsonObject Details)
{
    /// <summary>Digests of all that a run was made of and has measured.</summary>
    /// <param name="rawData">Where raw data can be had; null when nowhere.</param>
    public static JsonObject Describe(IJournal journal, RunId run, string software, Uri? rawData)
    {
        var details = new JsonObject { ["software"] = software, ["run"] = run.Value };
        if (journal.Find(new JournalQuery(typeof(RunStarted)) { Run = run, Latest = 1 }) is [{ Event: RunStarted e }])
        {
            details["protocol"] = e.Protocol;
            details["protocol_sha256"] = e.ProtocolDigest;
            details["lab_sha256"] = e.LabDigest;
        }
        var records = journal.Find(new JournalQuery(typeof(StepDone)) { Run = run })
            .Select(d => (StepDone)d.Event).Where(d => d.Samples > 0)
            .Select(JsonNode? (d) => new JsonObject { ["call"] = d.Call.Value, ["sha256"] = d.Record }).ToArray();
        if (records.Length > 0)
            details["records"] = new JsonArray(records);
        if (rawData is not null)
            details["raw_data"] = new Uri(rawData, run.Value).AbsoluteUri;
        return details;
    }
}
