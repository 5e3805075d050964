"""A pymodbus server over TCP that holds the registers of an EA PSB (80 V, 120 A) as unit 1: `PORT`.

Under remote control its terminals go on and off by coil 405; while they are on it gives 10 A at 3.8 V."""
import struct
import sys

from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock

from modbus_serving import serve


class Coils(ModbusSparseDataBlock):
    registers = None

    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        on, remote = self.values[405], self.values[402]
        self.registers.values[506] = (0x80 if on and remote else 0) | (0x800 if remote else 0)
        self.registers.values[508] = round(10 / 120 * 52428) if on and remote else 0


holding = {i: 0 for i in range(1, 21)}
holding.update(enumerate(struct.unpack(">4H", b"PSB peer"), 1))
holding.update(enumerate(struct.unpack(">6H", struct.pack(">3f", 80, 120, 3200)), 121))
holding.update({i: 0 for i in (498, 499, 500, 501, 502, 505, 506, 508, 509, 550, 553)})
holding[507] = round(3.8 / 80 * 52428)
registers = ModbusSparseDataBlock(holding)
coils = Coils({402: False, 405: False})
coils.registers = registers
sys.argv = [sys.argv[0], "tcp", *sys.argv[1:]]
serve({1: ModbusSlaveContext(zero_mode=True, hr=registers, co=coils)}, baudrate=9600)
