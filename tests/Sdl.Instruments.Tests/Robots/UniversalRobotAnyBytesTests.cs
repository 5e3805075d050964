using System.Text;
using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Drivers.Robots;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Simulators.Robots;
using Sdl.Transport;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Robots.UniversalRobot, Sdl.Simulators.Robots.UniversalRobotSimulator>;

namespace Sdl.Instruments.Tests.Robots;

public class UniversalRobotAnyBytesTests
{
    private static readonly string[] Likely =
        ["true\n", "Robotmode: ", "RUNNING\n", "Safetymode: NORMAL\n", "STOPPED a.urp\n", "Connected: x\n",
        "Loading program\n", "\n"];

    [Property(MaxTest = 200)]
    public void Whatever_a_device_answers_the_driver_fails_as_an_instrument(byte[][] answers, int[] likely)
    {
        var mixed = answers.Select(a => a ?? [])
            .Concat(likely.Select(i => Encoding.ASCII.GetBytes(Likely[(i & 0xFFFF) % Likely.Length])));
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        time.Run(async () =>
        {
            var robot = new UniversalRobot(new DriverContext(new InstrumentId("arm"), Address.Parse("tcp:10.0.0.5"),
                new Settings(new Dictionary<string, string> { ["programs"] = "a.urp" }),
                new AnyAnswerLines(mixed.ToList()), time));
            await DoneOrRefused(() => robot.ConnectAsync(CancellationToken.None).AsTask());
            await DoneOrRefused(() => Rig.Invoke(robot, "run_program", "program=a.urp"));
            await DoneOrRefused(() => robot.MakeSafeAsync(TimeSpan.FromSeconds(1)).AsTask());
        });
    }

    [Property(MaxTest = 100)]
    public void Whatever_is_said_to_the_simulator_it_goes_on_answering(byte[] bytes)
    {
        var rig = new Rig("sim:tcp:10.0.0.5", "programs=a.urp", "", c => new UniversalRobot(c),
            c => new UniversalRobotSimulator(c));
        rig.Exchange([.. bytes, (byte)'\n'], "dashboard", 29999);
        rig.Exchange(bytes, "modbus", 502);
        var answer = Encoding.ASCII.GetString(rig.Exchange("robotmode\n"u8.ToArray(), "dashboard", 29999));
        Assert.EndsWith("Robotmode: POWER_OFF\n", answer, StringComparison.Ordinal);
    }

    private static async Task DoneOrRefused(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (InstrumentException)
        {
            // The one exception that may leave a driver.
        }
    }
}
