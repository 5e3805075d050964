"""A pymodbus server with the registers of the crimping press as unit 7: `tcp PORT` or `rtu DEVICE`.

An order to crimp is done at once: the token is taken over, the result is 2, the counter counts."""
from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock

from modbus_serving import serve

GUARD_CLOSED, OPEN, DONE = 1, 2, 2


class Press(ModbusSparseDataBlock):
    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        if address == 50 and self.values[50] == 1:
            self.values[14], self.values[15] = self.values[55], self.values[56]
            self.values[16] = DONE
            self.values[17] = self.values[18] = self.values[52]
            self.values[19] = 3680
            self.values[21] += 1


registers = dict.fromkeys(range(10, 23), 0) | dict.fromkeys(range(50, 57), 0)
registers |= {0: 0x4350, 1: 1, 2: 20000, 3: 5000, 10: GUARD_CLOSED | OPEN, 40: 0}
serve({7: ModbusSlaveContext(zero_mode=True, hr=Press(registers))}, baudrate=115200)
