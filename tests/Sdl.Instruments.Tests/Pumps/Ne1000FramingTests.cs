using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Drivers.Pumps;

namespace Sdl.Instruments.Tests.Pumps;

public class Ne1000FramingTests
{
    // SAF0 as printed in manual 1200-01, 10.2.2; the others computed by two independent implementations of
    // CRC-16/XMODEM.
    [Theory]
    [InlineData("SAF0", "02 08 53 41 46 30 55 43 03")]
    [InlineData("0SAF30", "02 0A 30 53 41 46 33 30 05 DC 03")]
    [InlineData("0", "02 05 30 36 53 03")]
    [InlineData("0RUN", "02 08 30 52 55 4E 44 07 03")]
    [InlineData("00S", "02 07 30 30 53 AA A6 03")]
    [InlineData("00I", "02 07 30 30 49 19 DD 03")]
    [InlineData("00A?S", "02 09 30 30 41 3F 53 75 A7 03")]
    [InlineData("00A?R", "02 09 30 30 41 3F 52 65 86 03")]
    public void Safe_packets_are_those_of_the_manual(string text, string packet)
    {
        var bytes = Convert.FromHexString(packet.Replace(" ", ""));
        Assert.Equal(bytes, Ne1000Framing.Safe(text));
        var reader = new Ne1000Reader(safe: true);
        reader.Add(bytes);
        Assert.Equal(text, reader.Next());
        Assert.False(reader.HasScraps);
    }

    [Fact]
    public void Basic_commands_end_with_a_carriage_return() =>
        Assert.Equal("02VOL1.500\r"u8.ToArray(), Ne1000Framing.Basic("02VOL1.500"));

    [Fact]
    public void A_carriage_return_after_the_packet_is_passed_over_in_silence()
    {
        var reader = new Ne1000Reader(safe: false);
        reader.Add("\u000200S0.5UL\u0003\r\u000200S\u0003"u8);
        Assert.Equal(["00S0.5UL", "00S"], [reader.Next()!, reader.Next()!]);
        Assert.False(reader.HasScraps);
    }

    [Fact]
    public void Half_a_packet_before_a_whole_one_is_dropped()
    {
        var reader = new Ne1000Reader(safe: false);
        reader.Add("\u000200SI0.\u000200S\u0003"u8);
        Assert.Equal("00S", reader.Next());
        Assert.True(reader.HasScraps);
    }

    [Property]
    public bool A_safe_packet_is_found_however_it_is_cut_up(NonNull<string> any, byte[] cuts)
    {
        var text = Sound(any.Get);
        var reader = new Ne1000Reader(safe: true);
        string? found = null;
        foreach (var piece in Pieces(Ne1000Framing.Safe(text), cuts))
        {
            reader.Add(piece);
            found ??= reader.Next();
        }
        return found == text && !reader.HasScraps;
    }

    [Property]
    public bool A_safe_packet_with_one_wrong_bit_is_never_delivered(NonNull<string> any, ushort where)
    {
        var packet = Ne1000Framing.Safe(Sound(any.Get));
        packet[where / 8 % packet.Length] ^= (byte)(1 << where % 8);
        var reader = new Ne1000Reader(safe: true);
        reader.Add(packet);
        return reader.Next() is null;
    }

    [Property]
    public bool A_packet_after_noise_without_a_start_byte_is_found(byte[] noise, bool safe)
    {
        var reader = new Ne1000Reader(safe);
        reader.Add(noise.Where(b => b != Ne1000Framing.Stx).ToArray());
        reader.Add(safe ? Ne1000Framing.Safe("07I") : "\u000207I\u0003"u8.ToArray());
        return reader.Next() == "07I";
    }

    [Property]
    public bool Any_bytes_at_all_are_survived(byte[] bytes, bool safe)
    {
        var reader = new Ne1000Reader(safe);
        reader.Add(bytes);
        while (reader.Next() is { } text)
            _ = Ne1000Reply.Parse(text);
        return true;
    }

    [Theory]
    [InlineData("00S", 0, 'S', null, "")]
    [InlineData("12I", 12, 'I', null, "")]
    [InlineData("00SI0.500W0.000UL", 0, 'S', null, "I0.500W0.000UL")]
    [InlineData("00A?S", 0, 'A', 'S', "")]
    [InlineData("99S?OOR", 99, 'S', null, "?OOR")]
    public void Replies_are_taken_apart(string text, int address, char prompt, char? alarm, string data) =>
        Assert.Equal(new Ne1000Reply(address, prompt, alarm, data), Ne1000Reply.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0S")]
    [InlineData("x0S")]
    [InlineData("00Q")]
    [InlineData("00A?Q")]
    [InlineData("-1S")]
    public void What_is_no_reply_is_none(string text) => Assert.Null(Ne1000Reply.Parse(text));

    [Theory]
    [InlineData(1.5e-6, "1.500ML")]
    [InlineData(0.5e-6, "500.0UL")]
    [InlineData(12.34e-6, "12.34ML")]
    [InlineData(37.5e-9, "37.50UL")]
    [InlineData(1e-9, "1.000UL")]
    [InlineData(1.2346e-6, "1.235ML")]
    [InlineData(9999e-6, "9999ML")]
    public void Volumes_take_the_unit_that_says_them_best(double si, string text) =>
        Assert.Equal(text, Ne1000Amount.Volume(si)!.ToString());

    [Theory]
    [InlineData(1e-6 / 60, "1.000MM")]
    [InlineData(60e-9 / 60, "60.00UM")]
    [InlineData(800e-6 / 3600, "800.0MH")]
    [InlineData(20e-6 / 60 / 60, "20.00MH")]
    [InlineData(0.75e-9 / 3600, "0.750UH")]
    public void Rates_take_the_unit_that_says_them_best(double si, string text) =>
        Assert.Equal(text, Ne1000Amount.Rate(si)!.ToString());

    [Theory]
    [InlineData(0.3004e-9)]
    [InlineData(1e-13)]
    [InlineData(0.02)]
    public void What_four_digits_cannot_say_within_a_thousandth_is_refused(double si) =>
        Assert.Null(Ne1000Amount.Volume(si));

    [Property]
    public bool Every_volume_the_pump_can_meter_is_said_within_a_thousandth_and_read_back(PositiveInt a, byte b)
    {
        var si = 0.5e-9 * (1 + a.Get % 1000) * Math.Pow(1.05, b % 150);
        var amount = Ne1000Amount.Volume(si);
        return amount is null
            ? si > 9999.5e-6
            : Math.Abs(amount.Si / si - 1) <= 1e-3 && Ne1000Amount.Parse(amount.ToString())! == amount
                && amount.Text.Count(char.IsAsciiDigit) <= 4;
    }

    [Theory]
    [InlineData("I0.500W0.000UL", 0.5e-9, 0)]
    [InlineData("I0.5W0.0UL", 0.5e-9, 0)]
    [InlineData("I1000.W12.34ML", 1e-3, 12.34e-6)]
    public void Counters_are_read(string data, double infused, double withdrawn)
    {
        var counter = Ne1000Counter.Parse(new Ne1000Reply(0, 'S', null, data))!;
        Assert.Equal(infused, counter.Infused, 1e-15);
        Assert.Equal(withdrawn, counter.Withdrawn, 1e-15);
    }

    [Theory]
    [InlineData("")]
    [InlineData("I0.500W0.000")]
    [InlineData("I0.500W0.000MM")]
    [InlineData("IW0.000UL")]
    [InlineData("I0.5-0W0.000UL")]
    public void What_is_no_counter_is_none(string data) =>
        Assert.Null(Ne1000Counter.Parse(new Ne1000Reply(0, 'S', null, data)));

    private static string Sound(string any) =>
        "00S" + new string(any.Where(c => c is > ' ' and < '\x7F').Take(50).ToArray());

    private static IEnumerable<byte[]> Pieces(byte[] bytes, byte[] cuts)
    {
        var places = cuts.Select(c => c % bytes.Length).Append(0).Append(bytes.Length).Order().ToList();
        return places.Zip(places.Skip(1), (from, to) => bytes[from..to]);
    }
}
