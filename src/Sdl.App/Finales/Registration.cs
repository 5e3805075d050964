using System.Text.Json.Nodes;
using Sdl.Finales.Methods;
using Sdl.Finales.Tenants;

namespace Sdl.App.Finales;

/// <summary>What the administrator of a server feeds to its command line, for a tenant and for pairs of quantity and
/// method that nobody has published before.</summary>
internal static class Registration
{
    public static JsonObject TenantOf(TenantFile file, IReadOnlyList<Offer> offers) => new()
    {
        ["name"] = file.Name,
        ["limitations"] = new JsonArray([.. offers.Select(o => new JsonObject
        {
            ["quantity"] = o.Method.Quantity, ["method"] = o.Method.Method, ["limitations"] = o.Method.Limitations,
        })]),
        ["contact_person"] = file.Contact,
    };

    /// <summary>Null for a pair that is published with the schemas of FINALES itself.</summary>
    public static JsonObject? CapabilityOf(OfferEntry offer) =>
        Catalogue.IsPublished(offer.Quantity, offer.Method) ? null : new JsonObject
        {
            ["quantity"] = offer.Quantity, ["method"] = offer.Method,
            ["json_schema_specifications"] = InputOf(offer), ["json_schema_result_output"] = OutputOf(offer),
            ["is_active"] = true,
        };

    private static JsonObject InputOf(OfferEntry offer)
    {
        var schema = Empty();
        foreach (var take in offer.Takes)
            Put(schema, take.Path, take.Unit is { } unit
                ? new JsonObject { ["type"] = "number", ["unit"] = unit.Symbol }
                : new JsonObject { ["type"] = "string" }, isRequired: false);
        return schema;
    }

    private static JsonObject OutputOf(OfferEntry offer)
    {
        var schema = Empty();
        foreach (var give in offer.Gives)
        {
            var number = new JsonObject { ["type"] = "number", ["unit"] = give.Unit.Symbol };
            Put(schema, give.Path, give.IsList
                ? new JsonObject { ["type"] = "array", ["items"] = number }
                : number, isRequired: give.IsList);
        }
        return schema;
    }

    private static void Put(JsonObject schema, string path, JsonObject leaf, bool isRequired)
    {
        var names = path.Split('.');
        foreach (var (i, name) in names.Index())
        {
            var properties = schema["properties"]!.AsObject();
            if (isRequired && !schema["required"]!.AsArray().Any(r => (string?)r == name))
                schema["required"]!.AsArray().Add(name);
            if (i == names.Length - 1)
                properties[name] = leaf;
            else if (properties[name] is JsonObject inner)
                schema = inner;
            else
                properties[name] = schema = Empty();
        }
    }

    private static JsonObject Empty() => new()
    {
        ["type"] = "object", ["properties"] = new JsonObject(), ["required"] = new JsonArray(),
    };
}
