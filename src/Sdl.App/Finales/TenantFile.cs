using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Finales.Methods;
using Sdl.Runtime.Campaigns;

namespace Sdl.App.Finales;

/// <summary>What a laboratory offers to others through a FINALES server, as the tenant file says.</summary>
/// <param name="LabPath">Relative to the tenant file, like all paths in it.</param>
internal sealed record TenantFile(
    string Name, ServerEntry Server, string Uuid, string Contact, string LabPath, TimeSpan Poll, Uri? RawData,
    IReadOnlyList<OfferEntry> Offers, Mark At);

/// <summary>Where a server is and who asks.</summary>
/// <param name="PasswordFile">That nobody but the user can read; null for the environment.</param>
internal sealed record ServerEntry(Uri Address, string User, string? PasswordFile, Mark At);

/// <param name="Mixture">How formulations become volumes; null when none is made.</param>
/// <param name="Takes">Beside or in place of those of the published mapping.</param>
/// <param name="Gives">Likewise.</param>
/// <param name="Constants">What is always the same in the data, by path.</param>
internal sealed record OfferEntry(
    string Quantity, string Method, string? ProtocolPath, IReadOnlyDictionary<string, InstrumentId> Bindings,
    MixturePlan? Mixture, IReadOnlyList<Take> Takes, IReadOnlyList<Give> Gives,
    IReadOnlyDictionary<string, JsonNode> Constants, int Slots, int Attempts, Mark At);
