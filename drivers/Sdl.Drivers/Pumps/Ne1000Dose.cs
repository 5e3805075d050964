using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sdl.Core.Instruments;

namespace Sdl.Drivers.Pumps;

/// <summary>How far the pump has counted, in m3, and its prompt.</summary>
public sealed record Ne1000Counter(Ne1000Reply Reply, double Infused, double Withdrawn)
{
    public bool IsMoving => Reply.IsMoving;

    public bool IsPaused => Reply.Prompt == 'P';

    public string Word => Reply.Word;

    /// <summary>UL or ML: also that of the volume which the pump is set to.</summary>
    public string Unit => Reply.Data[^2..];

    /// <summary>Reads the reply to DIS, <c>I0.500W0.000UL</c>; null when it is none.</summary>
    public static Ne1000Counter? Parse(Ne1000Reply reply)
    {
        var middle = reply.Data.IndexOf('W');
        if (!reply.Data.StartsWith('I') || middle < 2 || reply.Data.Length < middle + 4)
            return null;
        var unit = reply.Data[^2..];
        return unit is "UL" or "ML"
            && Ne1000Amount.Parse(reply.Data[1..middle] + unit) is { } infused
            && Ne1000Amount.Parse(reply.Data[(middle + 1)..]) is { } withdrawn
                ? new Ne1000Counter(reply, infused.Si, withdrawn.Si)
                : null;
    }
}

/// <summary>One invocation as the pump is programmed for it, and the note that it leaves in the pump.</summary>
/// <remarks>
/// The pump cannot be told the name of a dose, but it keeps its rate when it is switched off, and between doses that
/// rate is free. So when a dose has ended, the rate is set to a number that belongs to this one invocation: its seal.
/// Whoever asks later finds one of these, and each means one thing only:
/// rate = own seal: the dose has ended, the counter tells how much of it came;
/// rate and volume = own program, counter not 0: it was started and its end not seen;
/// counter = 0, or the rate is the seal of another: nothing of it came, because the counter is cleared first, before
/// any other trace of the dose before is gone, and the rate is set last before the start;
/// rate = <see cref="PowerLost"/> of own program or own seal: nobody knows;
/// rate = the same of another rate: nothing of it came, because the power was gone before its rate was set.
/// </remarks>
public sealed record Ne1000Dose(CallId Id, bool Infuses, Ne1000Amount Volume, Ne1000Amount Rate, Ne1000Amount Seal)
{
    private const int LeastSeal = 1000, Seals = 8900, LeastPowerLost = 9900, PowerLosses = 100;

    private static readonly (string Unit, double Scale, int Decimals)[] Decades =
    [
        .. new[] { 3, 2, 1, 0 }.Select(d => ("UH", 1e-9 / 3600, d)),
        .. new[] { 2, 1, 0 }.Select(d => ("MH", 1e-6 / 3600, d)),
    ];

    /// <summary>The direction in the pump's words.</summary>
    public string Direction => Infuses ? "INF" : "WDR";

    public TimeSpan Expected => TimeSpan.FromSeconds(Volume.Si / Rate.Si);

    /// <summary>m3; two thousandths and one digit of the counter.</summary>
    public double Tolerance => 0.002 * Volume.Si + Volume.Digit;

    /// <summary>What the pump has counted of this dose, m3.</summary>
    public double Of(Ne1000Counter counter) => Infuses ? counter.Infused : counter.Withdrawn;

    /// <summary>The dose that a call asks for.</summary>
    /// <param name="leastRate">m3/s; the slowest that the pump can with this syringe, for the seal.</param>
    /// <exception cref="InstrumentException">Four digits cannot say the volume or the rate.</exception>
    public static Ne1000Dose Of(InstrumentId instrument, Invocation call, double leastRate)
    {
        var (volume, rate) = (call.Arguments.Quantity("volume"), call.Arguments.Quantity("rate"));
        var programmedRate = Ne1000Amount.Rate(rate.Si) ?? throw Unsayable($"rate {rate}");
        var text = $"{call.Id}/{call.Capability}/{volume.ToExactString()}";
        var hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var seal = SealRate(LeastSeal + (int)(hash % Seals), leastRate);
        // A program that looks like the seal is none; the next number is.
        if (seal.Means(programmedRate))
            seal = SealRate(LeastSeal + (int)((hash + 1) % Seals), leastRate);
        return new Ne1000Dose(call.Id, IsInfusion(call.Capability),
            Ne1000Amount.Volume(volume.Si) ?? throw Unsayable($"volume {volume}"), programmedRate, seal);

        InstrumentException Unsayable(string what) => new(instrument, Fault.OutOfRange,
            $"the pump takes four digits and at most three decimals, which cannot say {what} within "
            + $"{Ne1000Amount.Accuracy:0.0 %}; ask for a rounder or larger number");
    }

    private static bool IsInfusion(string capability) => capability switch
    {
        PumpCapabilities.DispenseName => true,
        PumpCapabilities.WithdrawName => false,
        _ => throw new ArgumentException($"a syringe pump has no capability '{capability}'"),
    };

    /// <summary>The rate that is left in the pump when its power was interrupted: one of a hundred, which tells what
    /// its rate was at that time.</summary>
    public static Ne1000Amount PowerLost(Ne1000Amount rate, double leastRate)
    {
        var digits = rate.Si.ToString("E3", CultureInfo.InvariantCulture);
        var hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(digits)));
        return SealRate(LeastPowerLost + (int)(hash % PowerLosses), leastRate);
    }

    /// <summary>Whether a rate says that the power was interrupted.</summary>
    public static bool IsPowerLost(Ne1000Amount rate, double leastRate) =>
        IsBetween(rate, LeastPowerLost, LeastPowerLost + PowerLosses, leastRate);

    /// <summary>Whether a rate says that the power was interrupted after this dose had been programmed.</summary>
    public bool LostPower(Ne1000Amount rate, double leastRate) =>
        PowerLost(Rate, leastRate).Means(rate) || PowerLost(Seal, leastRate).Means(rate);

    /// <summary>Whether a rate is the seal of some dose.</summary>
    public static bool IsSeal(Ne1000Amount rate, double leastRate) =>
        IsBetween(rate, LeastSeal, LeastSeal + Seals, leastRate);

    private static bool IsBetween(Ne1000Amount rate, int least, int end, double leastRate) =>
        rate.Unit == SealRate(least, leastRate).Unit
        && rate.Si >= SealRate(least, leastRate).Si * (1 - 1e-9)
        && rate.Si < SealRate(end - 1, leastRate).Si * (1 + 1e-9);

    // Four digits in the first decade that lies well within what the pump can do with this syringe.
    private static Ne1000Amount SealRate(int digits, double leastRate)
    {
        var (unit, scale, decimals) = Decades.First(d => 1000 / Math.Pow(10, d.Decimals) * d.Scale >= 10 * leastRate);
        var value = digits / Math.Pow(10, decimals);
        return new Ne1000Amount(value.ToString("F" + decimals, CultureInfo.InvariantCulture), unit, value * scale);
    }
}
