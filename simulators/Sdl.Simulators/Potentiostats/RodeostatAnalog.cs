using Sdl.Simulators.Cyclers;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Potentiostats;

/// <summary>The analogue side of a Rodeostat: converters of 12 bits, ranges, electrode switches, and the filter of the
/// current. Single precision, as the device computes.</summary>
internal sealed class RodeostatAnalog(ICycledCell cell)
{
    public static readonly string[] VoltRanges = ["1V", "2V", "5V", "10V"];
    public static readonly string[] CurrRanges = ["1uA", "10uA", "100uA", "1000uA"];

    // Two stages, 200 Hz together; one update in each tick (firmware, ps_filter.cpp and ps_constants.cpp). Before so
    // many ticks nothing is left of what it has seen.
    private const double Tick = 200e-6;
    private const int MostTicks = 250, MicroTick = 200;
    private static readonly float Share = ShareOfTick();

    private const float Full = 4095;

    private int _dac = 2048;
    private float _first, _second;

    public int VoltRange { get; set; }
    public int CurrRange { get; set; } = 1;
    public int RefVoltRange { get; set; }
    public bool Ref { get; set; }
    public bool Ctr { get; set; }
    public bool Wrk { get; set; }

    /// <summary>Every current is too large for its range.</summary>
    public bool IsOverloaded { get; set; }

    public bool IsOn => Ref && Ctr && Wrk;

    /// <summary>V as it is applied, within the range without a word; its converter cuts off what it cannot
    /// show.</summary>
    public float Volt
    {
        get => FromCount(_dac, MostVolt(VoltRange));
        set => _dac = (int)Math.Clamp(
            Full / (2 * MostVolt(VoltRange)) * (MostVolt(VoltRange) + value), 0f, Full);
    }

    /// <summary>uA as its converter tells it.</summary>
    public (float Current, bool Limit) Current => Seen(IsOn ? cell.At(Load.Voltage(Volt)).Current : 0);

    /// <summary>V between reference and working electrode.</summary>
    public float RefVolt
    {
        get
        {
            var most = MostVolt(RefVoltRange);
            var volt = !Ref || !Wrk ? 0 : cell.At(IsOn ? Load.Voltage(Volt) : Load.Open).Voltage;
            return FromCount(ToCount((float)volt, most), most);
        }
    }

    /// <summary>Takes the smallest range with room for both.</summary>
    public void ChooseRange(double least, double most)
    {
        for (var i = VoltRanges.Length - 1; i >= 0; i--)
            if (least >= -MostVolt(i) && most <= MostVolt(i))
                VoltRange = RefVoltRange = i;
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(double seconds) => cell.Advance(seconds, IsOn ? Load.Voltage(Volt) : Load.Open);

    /// <summary>A run begins.</summary>
    public void ResetFilter() => (_first, _second) = (0, 0);

    /// <summary>What the filter shows at the end of some time in which the voltage has gone as told.</summary>
    /// <param name="isFirst">There is one tick more before the first point of a run: that of its start.</param>
    /// <param name="at">V so many us before now.</param>
    public (float Current, bool Limit) Filtered(double seconds, bool isFirst, Func<long, float> at)
    {
        var limit = false;
        for (var i = (int)Math.Min(MostTicks, Math.Round(seconds / Tick) + (isFirst ? 1 : 0)) - 1; i >= 0; i--)
        {
            Volt = at(i * MicroTick);
            (var current, limit) = Current;
            _first = (float)((1.0 - Share) * _first + (double)(Share * current));
            _second = (float)((1.0 - Share) * _second + (double)(Share * _first));
        }
        return (_second, limit);
    }

    private static float ShareOfTick()
    {
        var scale = (float)(1.0 / Math.Sqrt(Math.Sqrt(2) - 1));
        var time = (float)(1.0 / (2.0 * Math.PI * (200f * scale)));
        return (float)Tick / (time + (float)Tick);
    }

    private (float Current, bool Limit) Seen(double ampere)
    {
        var most = MathF.Pow(10, CurrRange);
        var count = IsOverloaded ? 4095 : ToCount((float)(ampere * 1e6), most);
        return (FromCount(count, most), count is 0 or 4095);
    }

    private static float MostVolt(int range) => range switch { 0 => 1, 1 => 2, 2 => 5, _ => 10 };

    // Half-way goes up, also where single precision is a little below it.
    private static int ToCount(float value, float most) =>
        (int)Math.Clamp(Math.Floor(((double)value + most) / (2 * most) * Full + 0.502), 0, Full);

    private static float FromCount(int count, float most) => 2 * most * (count / Full) - most;
}
