using System.Text.Json.Nodes;

namespace Sdl.Simulators.Potentiostats;

/// <summary>A test of the Rodeostat with its parameters, in the order and with the values of its power-up (V,
/// ms).</summary>
internal sealed class RodeostatTest
{
    private readonly JsonObject _parameters;

    private RodeostatTest(string name, string parameters)
    {
        Name = name;
        _parameters = JsonNode.Parse("{\"quietValue\":0,\"quietTime\":0," + parameters + "}")!.AsObject();
    }

    public string Name { get; }

    /// <summary>Whether its waveform is simulated; the others only keep their parameters.</summary>
    public bool CanRun => Name is "cyclic" or "constant" or "linearSweep" or "chronoamp" or "multiStep";

    public static List<RodeostatTest> All() =>
    [
        new("cyclic", Periodic), new("sinusoid", Periodic), new("constant", "\"value\":1,\"duration\":5000"),
        new("squareWave", Ladder + "\"amplitude\":0.025,\"window\":0.2"),
        new("linearSweep", "\"startValue\":-0.5,\"finalValue\":0.5,\"duration\":2000"),
        new("chronoamp", "\"step\":[[1000,0.5],[1000,-0.5]]"),
        new("multiStep", "\"step\":[[1000,0.5],[1000,-0.5],[1000,0.5],[1000,-0.5],[1000,0.5]]"),
        new("differentialPulse", Ladder + "\"pulseValue\":0.025,\"window\":0.2"),
    ];

    private const string Periodic = "\"amplitude\":1,\"offset\":0,\"period\":1000,\"numCycles\":10,\"shift\":0",
        Ladder = "\"startValue\":-0.5,\"finalValue\":0.5,\"stepValue\":0.005,";

    public JsonObject Parameters => _parameters.DeepClone().AsObject();

    /// <summary>Takes over what is given; the rest stays.</summary>
    /// <returns>What it has understood, or the first key whose value is no number.</returns>
    public (JsonObject Taken, string? Wrong) Set(JsonObject given)
    {
        var taken = new JsonObject();
        foreach (var key in _parameters.Select(p => p.Key).Where(given.ContainsKey).ToList())
        {
            var value = given[key];
            if (key != "step" && (value is not JsonValue number || !number.TryGetValue<double>(out _)))
                return (taken, key);
            _parameters[key] = key == "step" ? value!.DeepClone() : RodeostatJson.Number(value!.GetValue<double>());
            taken[key] = _parameters[key]!.DeepClone();
        }
        return (taken, null);
    }

    /// <summary>ms of the whole run.</summary>
    public double Duration => Of("quietTime") + Name switch
    {
        "cyclic" => Of("period") * Of("numCycles"),
        "chronoamp" or "multiStep" => Steps.Sum(s => s.Time),
        _ => Of("duration"),
    };

    /// <summary>V that it believes to be its least and most, by which it chooses its range.</summary>
    public (double Least, double Most) Range => Name switch
    {
        "cyclic" => (Of("offset") - Of("amplitude"), Of("offset") + Of("amplitude")),
        "linearSweep" => Among(Of("quietValue"), Of("startValue"), Of("finalValue")),
        "chronoamp" or "multiStep" => Among([Of("quietValue"), .. Steps.Select(s => s.Volt)]),
        _ => Among(Of("quietValue"), Of("value")),
    };

    /// <summary>V at ms since the start.</summary>
    public double At(double time)
    {
        var s = time - Of("quietTime");
        if (s < 0)
            return Of("quietValue");
        return Name switch
        {
            "cyclic" => Triangle(s),
            "linearSweep" => Of("startValue")
                + (Of("finalValue") - Of("startValue")) * Math.Min(1, s / Of("duration")),
            "chronoamp" or "multiStep" => StepAt(s),
            _ => Of("value"),
        };
    }

    private List<(double Time, double Volt)> Steps => _parameters["step"]!.AsArray()
        .Select(s => (s![0]!.GetValue<double>(), s[1]!.GetValue<double>())).ToList();

    private static (double, double) Among(params double[] values) => (values.Min(), values.Max());

    private double Of(string key) => _parameters[key]!.GetValue<double>();

    private double Triangle(double s)
    {
        var share = s / Of("period") + Of("shift");
        share -= Math.Floor(share);
        return Of("offset") - Of("amplitude") + 4 * Of("amplitude") * Math.Min(share, 1 - share);
    }

    private double StepAt(double s)
    {
        foreach (var (time, volt) in Steps)
        {
            if (s < time)
                return volt;
            s -= time;
        }
        return Steps[^1].Volt;
    }
}

/// <summary>Numbers as the firmware prints them.</summary>
internal static class RodeostatJson
{
    /// <summary>Up to six decimals.</summary>
    public static JsonNode Number(double value) => JsonNode.Parse(
        Math.Round(value, 6).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture) is var text
        && text == "-0" ? "0" : text)!;
}
