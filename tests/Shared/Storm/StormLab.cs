using System.Text;

namespace Sdl.Shared.Tests.Storm;

/// <summary>A laboratory of some pumps on one chain, and perhaps a balance, a thermostat, a potentiostat and an
/// arm.</summary>
public sealed record StormLab(
    string Text, IReadOnlyList<string> Pumps, bool Balance, bool Thermostat, bool Pico, bool Arm)
{
    /// <summary>Whether its interlocks are watched: once in a second of its time, so that its nights are short.
    /// </summary>
    public bool IsWatched { get; init; }

    /// <summary>°C; what protocols may ask for.</summary>
    public const double LeastTemperature = 5, MostTemperature = 60;

    /// <summary>The electrolyte laboratory of the examples.</summary>
    public static StormLab Shipped { get; } = new(
        Protocol(Path.Combine("labs", "electrolyte.yaml")), ["pump_a", "pump_b", "pump_c", "pump_d"], true, true, true,
        true)
    { IsWatched = true };

    public IEnumerable<string> Instruments =>
    [
        .. Pumps, .. If(Balance, "balance"), .. If(Thermostat, "thermostat"), .. If(Pico, "potentiostat"),
        .. If(Arm, "arm"),
    ];

    /// <summary>Text of a file of the examples.</summary>
    internal static string Protocol(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sdl.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("this does not run inside the source tree");
        return File.ReadAllText(Path.Combine(folder.FullName, "protocols", name));
    }

    private static string[] If(bool there, string id) => there ? [id] : [];

    internal static StormLab Draw(Random random)
    {
        var pumps = Enumerable.Range(0, random.Next(1, 4)).Select(i => $"pump_{(char)('a' + i)}").ToList();
        var lab = new StormLab("", pumps, Half(), Half(), Half(), Half());
        lab = lab with { IsWatched = lab.Thermostat && random.Next(2) == 0 };
        return lab with { Text = lab.Write(random) };

        bool Half() => random.Next(2) == 0;
    }

    private string Write(Random random)
    {
        var text = new StringBuilder("lab: storm\ninstruments:\n");
        var framing = random.Next(2) == 0 ? "basic" : "safe";
        var line = random.Next(2) == 0
            ? "modbus-rtu:/dev/ttyUSB2?baud=9600&unit=1"
            : "modbus-tcp:10.0.0.7:502?unit=1";
        var deadman = framing == "safe" ? $"\n    deadman: {random.Next(10, 100)} s" : "";
        foreach (var (i, pump) in Pumps.Index())
            text.Append($$"""
                  {{pump}}:
                    driver: pump.ne1000
                    address: serial:/dev/ttyUSB0?baud=19200&unit={{i}}{{deadman}}
                    settings: {diameter: 26.59 mm, syringe_volume: 60 mL, framing: {{framing}}}
                    simulation: {stock: EMC, outlet: balance}

                """);
        if (Balance)
            text.Append("""
                  balance:
                    driver: balance.mt-sics
                    address: serial:/dev/ttyUSB1?baud=9600
                    simulation: {place: balance}

                """);
        if (Thermostat)
            text.Append($$"""
                  thermostat:
                    driver: thermostat.eurotherm-3200
                    address: {{line}}
                    settings: {min: {{LeastTemperature}} degC, max: {{MostTemperature}} degC}
                    simulation: {place: cell}

                """);
        if (Pico)
            text.Append("""
                  potentiostat:
                    driver: potentiostat.emstat-pico
                    address: serial:/dev/ttyUSB3?baud=230400
                    simulation: {cell: resistor, resistance: 1 kOhm}

                """);
        if (Arm)
            text.Append("""
                  arm:
                    driver: robot.ur
                    address: tcp:192.168.0.10
                    settings: {programs: "fetch.urp, turn.urp"}
                    simulation:
                      program.fetch.urp: 25 s new balance
                      program.turn.urp: 40 s none, none
                      powered: true

                """);
        if (IsWatched)
            text.Append(Interlocks(random));
        return text.Append(Inventory(random)).ToString();
    }

    // Below the set-points that protocols may ask for, so that some trip.
    private static string Interlocks(Random random)
    {
        string[] actions = ["abort", "stop", "pause", "safe, instrument: thermostat"];
        return $$"""
            interlocks:
              overheated:
                when: thermostat.temperature > {{random.Next(35, 60)}} degC
                reset: thermostat.temperature < 30 degC
                settle: {{random.Next(0, 90)}} s
                stale: {{random.Next(5, 60)}} s
                latch: {{(random.Next(2) == 0 ? "true" : "false")}}
                action: {{actions[random.Next(actions.Length)].Replace(", ", "\n    ")}}
                message: look at the heater

            """;
    }

    // As a rule enough, sometimes not.
    private string Inventory(Random random) => """
        stocks:
          EMC: {masses: {EMC: 45 g}, density: 1.005 g/mL, density_uncertainty: 1 kg/m3, density_temperature: 300 K}
        inventory:

        """ + string.Concat(Pumps.Select(p =>
        $"  {p}: {{holds: EMC, volume: {(random.Next(6) == 0 ? 20 : 5000)} mL, uncertainty: 0.001 mL, "
        + "dose_uncertainty: 1 %}\n"));
}
