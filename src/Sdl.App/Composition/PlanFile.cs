using System.Text.Json;
using Sdl.Runtime.Forecasts;
using Sdl.Store;

namespace Sdl.App.Composition;

/// <summary><c>plan.json</c> in a result folder: what was predicted before it began.</summary>
public static class PlanFile
{
    public const string Name = "plan.json";

    private static readonly JsonSerializerOptions Options = new(JournalJson.Options) { WriteIndented = true };

    public static JsonElement ToJson<T>(T value) => JsonSerializer.SerializeToElement(value, Options);

    public static void Write(string folder, Forecast forecast) =>
        File.WriteAllText(Path.Combine(folder, Name), JsonSerializer.Serialize(forecast, Options));

    /// <returns>Null when nothing was predicted.</returns>
    /// <exception cref="InvalidDataException">The file is no prediction.</exception>
    public static Forecast? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Forecast>(File.ReadAllText(path), Options);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
