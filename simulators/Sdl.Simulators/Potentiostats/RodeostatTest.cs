using System.Text.Json.Nodes;

namespace Sdl.Simulators.Potentiostats;

/// <summary>A test of the Rodeostat with its parameters, in the order and with the values of its power-up (V,
/// ms).</summary>
internal sealed class RodeostatTest
{
    private const int SineEntries = 300;

    private readonly JsonObject _parameters;

    private RodeostatTest(string name, string parameters)
    {
        Name = name;
        _parameters = JsonNode.Parse("{\"quietValue\":0,\"quietTime\":0," + parameters + "}")!.AsObject();
    }

    public string Name { get; }

    /// <summary>Whether its waveform is simulated; the others only keep their parameters.</summary>
    public bool CanRun => Name is "cyclic" or "sinusoid" or "constant" or "linearSweep" or "chronoamp" or "multiStep";

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

    /// <summary>Takes over what is given; the rest stays. Wrong values of the first two keys keep it from reading the
    /// others.</summary>
    /// <returns>What it has taken over, and what it has to say against the rest.</returns>
    public (JsonObject Taken, string? Wrong) Set(JsonObject given)
    {
        var (taken, wrong) = (new JsonObject(), new List<string>());
        if (_parameters.ContainsKey("step") && !given.ContainsKey("step"))
            wrong.Add("step key not found");
        foreach (var key in _parameters.Select(p => p.Key).Where(given.ContainsKey).ToList())
        {
            if (wrong.Count > 0 && key is not ("quietValue" or "quietTime") && wrong[0].StartsWith("quiet"))
                break;
            var (value, trouble) = key == "step" ? OfSteps(given[key]) : OfNumber(key, given[key]);
            if (trouble is not null)
                wrong.Add(trouble);
            else
                taken[key] = (_parameters[key] = value!).DeepClone();
        }
        return (taken, wrong.Count == 0 ? null : string.Join(", ", wrong));
    }

    private static (JsonNode?, string?) OfNumber(string key, JsonNode? given)
    {
        if (key is not ("quietTime" or "duration" or "period" or "numCycles"))
            return RodeostatJson.IsNumber(given) ? (RodeostatJson.Number(given!.GetValue<double>()), null)
                : (null, $"{key} not a float");
        // A negative number is taken for what its 32 bits are without a sign.
        return RodeostatJson.Whole(given) is { } whole
            ? (JsonNode.Parse($"{unchecked((uint)whole)}"), null) : (null, $"{key} not uint32");
    }

    private (JsonNode?, string?) OfSteps(JsonNode? given)
    {
        if (given is not JsonArray steps)
            return (null, "step not a JsonArray");
        if (steps.Count > (Name == "chronoamp" ? 2 : 50))
            return (null, "step array too large");
        foreach (var step in steps)
        {
            if (step is not JsonArray pair)
                return (null, "step item not JsonArary");
            if (pair.Count != 2)
                return (null, "step item size!=2");
            if (RodeostatJson.Whole(pair[0]) is null)
                return (null, "step item[0] not uint32");
            if (!RodeostatJson.IsNumber(pair[1]))
                return (null, "step item[1] not float");
        }
        return (steps.DeepClone(), null);
    }

    /// <summary>ms of the whole run.</summary>
    /// <param name="period">ms between two samples, which the two tests of steps take for the length of one.</param>
    public double Duration(int period) => Of("quietTime") + Name switch
    {
        "cyclic" or "sinusoid" => Of("period") * Of("numCycles"),
        "squareWave" or "differentialPulse" => (Math.Ceiling(
            Math.Abs((float)Of("finalValue") - (float)Of("startValue")) / (float)Of("stepValue")) + 1) * period,
        "chronoamp" or "multiStep" => Steps.Sum(s => s.Time),
        _ => Of("duration"),
    };

    /// <summary>V that it believes to be its least and most, by which it chooses its range.</summary>
    public (double Least, double Most) Range => Name switch
    {
        "cyclic" or "sinusoid" => (Of("offset") - Of("amplitude"), Of("offset") + Of("amplitude")),
        "linearSweep" => Among(Of("quietValue"), Of("startValue"), Of("finalValue")),
        "chronoamp" or "multiStep" => Among([.. Steps.Select(s => s.Volt)]),
        _ => Among(Of("quietValue"), Of("value")),
    };

    /// <summary>V at us since the start, as its single and double precision give it.</summary>
    public float At(long time)
    {
        var s = time - Micro("quietTime");
        if (s < 0)
            return Single("quietValue");
        return Name switch
        {
            "cyclic" => Triangle(s),
            "sinusoid" => Sine(s),
            "linearSweep" => (Single("finalValue") - Single("startValue")) * s / Micro("duration")
                + Single("startValue"),
            "chronoamp" or "multiStep" => (float)StepAt(s / 1000.0),
            _ => Single("value"),
        };
    }

    private List<(double Time, double Volt)> Steps => _parameters["step"]!.AsArray()
        .Select(s => (s![0]!.GetValue<double>(), s[1]!.GetValue<double>())).ToList();

    private static (double, double) Among(params double[] values) => (values.Min(), values.Max());

    private double Of(string key) => _parameters[key]!.GetValue<double>();

    private float Single(string key) => (float)Of(key);

    private long Micro(string key) => (long)(Of(key) * 1000);

    private float Triangle(long s)
    {
        var period = Micro("period");
        var place = (s + (long)(period * Single("shift"))) % period;
        return (float)(4.0 * Single("amplitude") * (place < period / 2 ? place : period - place) / period
            + Single("offset") - Single("amplitude"));
    }

    // A table of the sine between whose entries it goes straight.
    private float Sine(long s)
    {
        var period = Micro("period");
        var place = (s + (long)(period * Single("shift"))) % period;
        var position = (float)(place * (SineEntries - 1)) / period;
        var index = (int)position;
        return (Entry(index + 1) - Entry(index)) * (position - index) + Entry(index);

        float Entry(int i) => (float)(
            Single("amplitude") * Math.Sin(2.0 * Math.PI * ((float)i / (SineEntries - 1))) + Single("offset"));
    }

    // The end of a step still belongs to it.
    private double StepAt(double s)
    {
        foreach (var (time, volt) in Steps)
        {
            if (s <= time)
                return volt;
            s -= time;
        }
        return 0;
    }
}

/// <summary>Numbers as the firmware reads and prints them.</summary>
internal static class RodeostatJson
{
    private const int Digits = 7;

    /// <summary>Single precision: seven digits in all, up to six of them behind the point.</summary>
    public static JsonNode Number(double value)
    {
        var single = (double)(float)value;
        var before = Math.Abs(single) < 1 ? 1 : (int)Math.Floor(Math.Log10(Math.Abs(single))) + 1;
        var text = Math.Round(single, Math.Max(0, Digits - before), MidpointRounding.AwayFromZero)
            .ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
        return JsonNode.Parse(text == "-0" ? "0" : text)!;
    }

    public static bool IsNumber(JsonNode? given) => given is JsonValue value && value.TryGetValue<double>(out _);

    public static long? Whole(JsonNode? given) =>
        given is JsonValue value && value.TryGetValue<long>(out var whole) ? whole : null;
}
