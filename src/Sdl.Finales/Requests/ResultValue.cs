using System.Text.Json;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Finales.Client;
using Sdl.Finales.Methods;

namespace Sdl.Finales.Requests;

/// <summary>What a result says, as a measured value: tolerant, for its shape was checked by nobody.</summary>
public static class ResultValue
{
    /// <summary>The mean of the numbers at a place, and one standard deviation of it: as the tenant gives it, else from
    /// the scatter of several values, else none.</summary>
    /// <param name="path">Such as <c>conductivity.values</c>: a number or a list of numbers.</param>
    /// <returns>Null where there is no number, or where the tenant says that it has not worked.</returns>
    public static Measured? Of(FinalesResult result, string path, Unit unit)
    {
        if (Succeeded(result.Data, path) == false)
            return null;
        var values = Numbers(result.Data, path);
        if (values.Count == 0)
            return null;
        var mean = values.Average();
        var given = Numbers(result.Data, MappedMethod.UncertaintyOf(path));
        // Of a mean of independent values.
        var spread = given.Count == values.Count
            ? Math.Sqrt(given.Sum(g => g * g)) / given.Count
            : values.Count > 1
                ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count)
                : 0;
        return new Measured(Quantity.Of(mean, unit), new Quantity(spread * unit.Scale, unit.Dimension));
    }

    /// <summary>What the <c>meta</c> beside a value says; null when it says nothing.</summary>
    public static bool? Succeeded(JsonElement data, string path)
    {
        var names = path.Split('.');
        return Wire.At(data, [.. names[..^1], "meta", "success"]) is { } success ? Wire.Truth(success) : null;
    }

    private static List<double> Numbers(JsonElement data, string path) => Wire.At(data, path.Split('.')) switch
    {
        { ValueKind: JsonValueKind.Array } list =>
            [.. list.EnumerateArray().Select(Wire.Number).OfType<double>()],
        { } one when Wire.Number(one) is { } number => [number],
        _ => [],
    };
}
