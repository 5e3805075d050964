using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.Tests.Transport.Channels;

public sealed class TransportLinesTests : IAsyncDisposable
{
    private readonly TransportLines _lines = new(TimeProvider.System);

    [Fact]
    public void One_port_is_one_line_for_all_units_on_it()
    {
        var line = Get("furnace", "modbus-rtu:/dev/ttyUSB0?baud=19200&unit=1");
        Assert.Same(line, Get("gripper", "serial:/dev/ttyUSB0?baud=19200&unit=9"));
        Assert.NotSame(line, Get("other", "serial:/dev/ttyUSB1?baud=19200"));
    }

    [Fact]
    public void Two_speeds_on_one_port_are_refused_and_both_addresses_named()
    {
        Get("furnace", "modbus-rtu:/dev/ttyUSB0?baud=19200");
        var error = Assert.Throws<FormatException>(() => Get("gripper", "modbus-rtu:/dev/ttyUSB0?baud=9600"));
        Assert.Equal("'modbus-rtu:/dev/ttyUSB0?baud=9600' of gripper and 'modbus-rtu:/dev/ttyUSB0?baud=19200' of "
            + "furnace are the same port, so their baud must be the same", error.Message);
    }

    [Theory]
    [InlineData("modbus-tcp:robot", "tcp:robot:502")]
    [InlineData("modbus-tcp:robot:1502?unit=3", "tcp:robot:1502")]
    [InlineData("tcp:10.0.0.5:4000", "tcp:10.0.0.5:4000")]
    [InlineData("tcp:[::1]:4000", "tcp:::1:4000")]
    [InlineData("serial:COM3", "serial:COM3")]
    [InlineData("modbus-rtu:/dev/ttyUSB1?unit=2", "serial:/dev/ttyUSB1")]
    public void Address_names_its_transport(string address, string name) =>
        Assert.Equal(name, TransportLines.Open(Address.Parse(address), TimeProvider.System).Name);

    [Theory]
    [InlineData("tcp:10.0.0.5")]
    [InlineData("tcp:10.0.0.5:0")]
    [InlineData("tcp:10.0.0.5:65536")]
    [InlineData("tcp::4000")]
    [InlineData("modbus-tcp:robot:x")]
    [InlineData("serial:COM3?parity=maybe")]
    [InlineData("serial:COM3?stop=3")]
    [InlineData("serial:COM3?dtr=1")]
    [InlineData("serial:COM3?baud=fast")]
    [InlineData("sim:serial:COM3")]
    [InlineData("sim:")]
    public void Address_that_cannot_be_used_is_refused(string address) =>
        Assert.Throws<FormatException>(() => TransportLines.Open(Address.Parse(address), TimeProvider.System));

    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private Line Get(string id, string address) => _lines.Get(new InstrumentId(id), Address.Parse(address));
}
