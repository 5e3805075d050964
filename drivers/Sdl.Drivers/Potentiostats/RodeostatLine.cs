using System.Text.Json;

namespace Sdl.Drivers.Potentiostats;

/// <summary>A line that a Rodeostat says. Its answers carry no number: what a line is shows in its keys.</summary>
public abstract record RodeostatLine
{
    /// <summary>The answer to a command.</summary>
    /// <param name="Command">Empty when the device did not understand any.</param>
    public sealed record Answer(bool Success, string Message, string Command, JsonElement Response) : RodeostatLine;

    /// <summary>A point of a run.</summary>
    /// <param name="Time">s since its start.</param>
    /// <param name="Volt">V that are applied.</param>
    /// <param name="Ampere">A.</param>
    /// <param name="IsOverloaded">The current is at an end of its range or beyond.</param>
    public sealed record Point(double Time, double Volt, double Ampere, bool IsOverloaded) : RodeostatLine;

    /// <summary>The end of a run.</summary>
    public sealed record End : RodeostatLine;

    /// <exception cref="FormatException">It is none of these.</exception>
    public static RodeostatLine Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new FormatException("it is no JSON object");
            if (root.TryGetProperty("success", out var success))
            {
                var response = root.GetProperty("response").Clone();
                return new Answer(success.GetBoolean(),
                    root.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "",
                    response.TryGetProperty("command", out var command) ? command.ToString() : "", response);
            }
            if (!root.EnumerateObject().Any())
                return new End();
            return new Point(root.GetProperty("t").GetDouble() / 1000, root.GetProperty("v").GetDouble(),
                root.GetProperty("i").GetDouble() * 1e-6,
                root.TryGetProperty("le", out var limit) && limit.GetBoolean());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
