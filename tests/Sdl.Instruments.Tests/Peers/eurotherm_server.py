"""A pymodbus server with the registers of a Eurotherm 3200 as unit 1: `tcp PORT` or `rtu DEVICE`.

Writing SP1 (24) moves the target and working set-point at once and the temperature with them; in manual control (273) the
working output (4) is the manual output (3)."""
import struct

from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock

from modbus_serving import serve

SP_HIGH = struct.unpack(">HH", struct.pack(">f", 100.0))


class Controller(ModbusSparseDataBlock):
    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        if 24 in self.values and address == 24:
            for follower in (1, 2, 5):
                self.values[follower] = self.values[24]
        if address in (3, 273):
            self.values[4] = self.values[3] if self.values[273] else 123


def controller():
    return ModbusSlaveContext(zero_mode=True, hr=Controller({
        1: 250, 2: 250, 3: 0, 4: 123, 5: 250, 15: 1, 24: 250, 75: 0, 111: 1000, 112: 65336, 273: 0, 276: 1,
        0x8000 + 222: SP_HIGH[0], 0x8000 + 223: SP_HIGH[1]}))


serve({1: controller()}, baudrate=9600)
