using FsCheck.Xunit;
using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

public class EncodingTests
{
    [Property(MaxTest = 3000)]
    public void Any_value_that_was_written_is_read_back(int seed)
    {
        var value = new AnyValue(seed).Variant();
        var bytes = Write(to => to.WriteVariant(value));
        var from = new UaReader(bytes);
        var read = from.ReadVariant();
        Assert.Equal(0, from.Left);
        Assert.Equal(value.Type, read.Type);
        Assert.Equal(value.Dimensions, read.Dimensions);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Write(to => to.WriteVariant(read))));
    }

    // The examples of Part 6: 5.2.2.4 (string), 5.2.2.9 (node ids).
    [Fact]
    public void Examples_of_the_standard_are_written_as_printed_there()
    {
        Assert.Equal("06000000E6B0B4426F79", Hex(to => to.WriteString("水Boy")));
        Assert.Equal("FFFFFFFF", Hex(to => to.WriteString(null)));
        Assert.Equal("030100" + "06000000486F74E6B0B4", Hex(to => to.WriteNodeId(new NodeId(1, "Hot水"))));
        Assert.Equal("0048", Hex(to => to.WriteNodeId(new NodeId(0, 72))));
        Assert.Equal("01050104", Hex(to => to.WriteNodeId(new NodeId(5, 1025))));
        Assert.Equal("91 2B 96 72 75 FA E6 4A 8D 28 B4 04 DC 7D AF 63".Replace(" ", "", StringComparison.Ordinal),
            Hex(to => to.WriteGuid(Guid.Parse("72962B91-FA75-4AE6-8D28-B404DC7DAF63"))));
        Assert.Equal("0000D0C0", Hex(to => to.WriteFloat(-6.5f)));
    }

    [Theory]
    [InlineData("i=85")]
    [InlineData("ns=2;s=Pump.Flow;1")]
    [InlineData("ns=1;g=72962b91-fa75-4ae6-8d28-b404dc7daf63")]
    [InlineData("ns=7;b=AQID")]
    public void Node_id_is_read_as_it_is_written(string text) => Assert.Equal(text, NodeId.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("85")]
    [InlineData("i=x")]
    [InlineData("ns=70000;i=1")]
    [InlineData("b=?")]
    public void Text_that_is_no_node_id_is_refused(string text) =>
        Assert.Throws<FormatException>(() => NodeId.Parse(text));

    [Fact]
    public void Times_beyond_the_calendar_become_its_ends()
    {
        Assert.Equal("0000000000000000", Hex(to => to.WriteDateTime(DateTime.MinValue)));
        Assert.Equal("FFFFFFFFFFFFFF7F", Hex(to => to.WriteDateTime(DateTime.MaxValue)));
        Assert.Equal(DateTime.MaxValue, Read([0xFE, 255, 255, 255, 255, 255, 255, 0x7F], (ref r) => r.ReadDateTime()));
        Assert.Equal(DateTime.MinValue, Read([255, 255, 255, 255, 255, 255, 255, 255], (ref r) => r.ReadDateTime()));
    }

    [Theory]
    [InlineData("86FFFFFF7F")]         // two thousand million Int32 in no bytes
    [InlineData("0CFFFFFF7F41")]       // a string longer than what is left
    [InlineData("3F")]                 // no such type
    [InlineData("C6010000000100000002000000FFFFFFFFFF")] // dimensions that do not fit
    [InlineData("0B00000000")]         // half a number
    [InlineData("1107")]               // no such node id
    public void Value_that_makes_no_sense_is_refused(string hex)
    {
        var refused = Assert.Throws<OpcUaException>(
            () => Read(Convert.FromHexString(hex), (ref r) => r.ReadVariant()));
        Assert.True(refused.Status.IsBad);
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)BuiltInType.Variant, 100_000)];
        var refused = Assert.Throws<OpcUaException>(() => Read(nested, (ref r) => r.ReadVariant()));
        Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, refused.Status.Code);
    }

    [Fact]
    public void Arrays_that_each_claim_the_rest_of_the_message_are_refused_before_they_are_made()
    {
        // Variants of arrays of variants of arrays …, each as long as what is left.
        var to = new UaWriter();
        for (var left = 4000; left > 5; left -= 5)
        {
            to.WriteByte((byte)BuiltInType.Variant | 0x80);
            to.WriteInt32(left - 5);
        }
        var bytes = to.Written.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<OpcUaException>(() => Read(bytes, (ref r) => r.ReadVariant()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * bytes.Length);
    }

    private static T Read<T>(byte[] bytes, ReadOne<T> one)
    {
        var from = new UaReader(bytes);
        return one(ref from);
    }

    private static byte[] Write(Action<UaWriter> write)
    {
        var to = new UaWriter();
        write(to);
        return to.Written.ToArray();
    }

    private static string Hex(Action<UaWriter> write) => Convert.ToHexString(Write(write));
}
