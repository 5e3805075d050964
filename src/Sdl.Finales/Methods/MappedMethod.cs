using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Finales.Client;

namespace Sdl.Finales.Methods;

/// <summary>A method that one protocol serves: parameters become arguments, results become data.</summary>
/// <param name="formulator">Null when no formulation is made.</param>
/// <param name="limitsOf">Smallest and largest value of an argument that protocol and devices allow; null where there
/// is none.</param>
public sealed class MappedMethod(
    string quantity, string method, Mapping mapping, Protocol protocol,
    IReadOnlyDictionary<string, InstrumentId> bindings, IFormulator? formulator,
    Func<string, (Quantity? Min, Quantity? Max)> limitsOf) : IMethod
{
    private static readonly Unit Millilitre = Unit.Parse("mL");

    public string Quantity => quantity;

    public string Method => method;

    public JsonNode Limitations
    {
        get
        {
            var limits = new JsonObject();
            if (mapping.Formulation is { } path && formulator is { } makes)
                JsonPaths.Put(limits, path, Chemicals.Limits(makes.Components));
            if (mapping.Volume is { } volume && formulator is { } of)
                JsonPaths.Put(limits, volume, new JsonArray(new JsonObject { ["max"] = of.Volume.In(Millilitre) }));
            foreach (var take in mapping.Takes.Where(t => t.Unit is not null))
                if (RangeOf(take) is { Count: > 0 } range)
                    JsonPaths.Put(limits, take.Path, new JsonArray(range));
            return limits;
        }
    }

    public Errand? Prepare(JsonElement parameters)
    {
        var arguments = new Dictionary<string, Argument>();
        foreach (var take in mapping.Takes)
            if (ArgumentOf(take, parameters) is { } argument)
                arguments[take.Argument] = argument;
        if (WantedOf(parameters) is var (wanted, volume))
        {
            var recipe = formulator!.ArgumentsFor(wanted, volume);
            foreach (var name in recipe.Names)
                arguments[name] = recipe.Find(name)!;
        }
        return new Errand(protocol, new Arguments(arguments), bindings);
    }

    public Answer Conclude(JsonElement parameters, Done? done, Provenance provenance)
    {
        var (outcome, errand) = (done!.Outcome, done.Errand);
        var made = WantedOf(parameters) is var (wanted, volume)
            ? formulator!.Actual(wanted, volume, outcome.Results)
            : null;
        var (data, used) = (Begin(made, provenance), JsonPaths.Copy(parameters));
        var worst = 0.0;
        foreach (var give in mapping.Gives)
            if (ValueOf(give, outcome.Results, errand.Arguments) is { } value)
            {
                Put(data, give, value);
                worst = Math.Max(worst, value.Value.Si == 0 ? 0 : value.Uncertainty.Si / Math.Abs(value.Value.Si));
            }
            else if (give.IsList)
                throw new UnfitException($"protocol '{protocol.Name}' has given no '{give.Source}'");
        if (mapping.MadeVolume is { } path)
            JsonPaths.Put(data, path, VolumeOf(parameters).In(Millilitre));
        Finish(data, true, Rating(worst));
        foreach (var take in mapping.Takes)
            if (errand.Arguments.Find(take.Argument) is { } argument)
                JsonPaths.Put(used, take.Path, Plain(argument, take.Unit));
        if (made is not null)
            JsonPaths.Put(used, mapping.Formulation!, Chemicals.Write(made));
        return new Answer(JsonPaths.Element(data), JsonPaths.Element(used), true);
    }

    public Answer Fail(JsonElement parameters, string why, Provenance provenance)
    {
        var data = Begin(WantedOf(parameters)?.Wanted, provenance);
        foreach (var give in mapping.Gives)
            if (give.IsList)
                JsonPaths.Put(data, give.Path, new JsonArray());
            else if (Prepared(parameters).Find(give.Source)?.Quantity is { } argument)
                JsonPaths.Put(data, give.Path, argument.In(give.Unit));
        if (mapping.MadeVolume is { } path)
            JsonPaths.Put(data, path, 0.0);
        Finish(data, false, 0);
        return new Answer(JsonPaths.Element(data), parameters, false);
    }

    private Arguments Prepared(JsonElement parameters) => new(mapping.Takes
        .Select(t => (t.Argument, Value: ArgumentOf(t, parameters)))
        .Where(t => t.Value is not null).Select(t => KeyValuePair.Create(t.Argument, t.Value!)));

    // An optimiser reads a temperature in every result, asked for or not: what the protocol takes by itself counts.
    private Argument? ArgumentOf(Take take, JsonElement parameters)
    {
        if (JsonPaths.Find(parameters, take.Path) is not { } given)
            return protocol.Parameters.FirstOrDefault(p => p.Name == take.Argument) is QuantityInput
            {
                Default: { } usual,
            } ? new Argument(usual) : null;
        if (take.Unit is not { } unit)
            return new Argument(given.ToString());
        return Wire.Number(given) is { } number
            ? new Argument(Core.Units.Quantity.Of(number, unit))
            : throw new UnfitException($"{take.Path} should be a number in {unit}, and is {given}");
    }

    private (Formulation Wanted, Quantity Volume)? WantedOf(JsonElement parameters)
    {
        if (mapping.Formulation is not { } path || formulator is null)
            return null;
        var list = JsonPaths.Find(parameters, path) ?? throw new UnfitException($"'{path}' is missing");
        return (Chemicals.Read(list), VolumeOf(parameters));
    }

    private Quantity VolumeOf(JsonElement parameters) => mapping.Volume is { } path
        && JsonPaths.Find(parameters, path) is { } given && Wire.Number(given) is { } number
        ? Core.Units.Quantity.Of(number, Millilitre)
        : formulator!.Volume;

    private JsonObject Begin(Formulation? made, Provenance provenance)
    {
        var data = new JsonObject();
        var details = provenance.Details.DeepClone();
        if (!mapping.HasRunInfo)
            data["sdl"] = details;
        else
            data["run_info"] = new JsonObject
            {
                ["formulation"] = made is null ? [] : Chemicals.Write(made),
                ["internal_reference"] = provenance.Reference, ["sdl"] = details,
            };
        foreach (var path in mapping.Made)
            JsonPaths.Put(data, path, made is null ? new JsonArray() : Chemicals.Write(made));
        foreach (var (path, value) in mapping.Constants)
            JsonPaths.Put(data, path, value.DeepClone());
        return data;
    }

    private void Finish(JsonObject data, bool success, int rating)
    {
        if (mapping.Meta is { } path)
            JsonPaths.Put(data, path, new JsonObject { ["success"] = success, ["rating"] = rating });
    }

    private static Measured? ValueOf(
        Give give, IReadOnlyDictionary<string, Measured> results, Arguments arguments) =>
        results.TryGetValue(give.Source, out var result) ? result
        : arguments.Find(give.Source)?.Quantity is { } argument ? Measured.Exact(argument)
        : null;

    // Beside each measured value its standard deviation: extra entries are kept, and nobody has to read them.
    private static void Put(JsonObject data, Give give, Measured value)
    {
        var (number, spread) = (value.Value.In(give.Unit), value.Uncertainty.Si / give.Unit.Scale);
        JsonPaths.Put(data, give.Path, give.IsList ? new JsonArray(number) : number);
        if (spread > 0)
            JsonPaths.Put(data, UncertaintyOf(give.Path), give.IsList ? new JsonArray(spread) : spread);
    }

    /// <summary>Where one standard deviation of what stands at <paramref name="path"/> stands: <c>x.values</c> has
    /// <c>x.values_uncertainty</c> beside it.</summary>
    public static string UncertaintyOf(string path) => path + "_uncertainty";

    private static JsonNode Plain(Argument argument, Unit? unit) => argument.Quantity is { } value && unit is not null
        ? JsonValue.Create(value.In(unit))
        : JsonValue.Create(argument.ToString());

    private JsonObject RangeOf(Take take)
    {
        var range = new JsonObject();
        var (min, max) = limitsOf(take.Argument);
        // Rounded, so that a converted limit reads as a person would write it; the checker has the exact one.
        if (min is { } least)
            range["min"] = Math.Round(least.In(take.Unit!), 9);
        if (max is { } most)
            range["max"] = Math.Round(most.In(take.Unit!), 9);
        return range;
    }

    /// <summary>Of the published scale from 0 to 5: 5 up to 2 % of relative standard deviation, 4 up to 5 %, 3 (the
    /// least that the optimiser F2Opt uses) up to 10 %, 2 beyond.</summary>
    private static int Rating(double relative) => relative switch { <= 0.02 => 5, <= 0.05 => 4, <= 0.1 => 3, _ => 2 };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{quantity}/{method}");
}
