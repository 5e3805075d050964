"""A pymodbus server with the registers of a Robotiq 2F gripper as unit 9: `tcp PORT` or `rtu DEVICE`.

It wakes up and moves at once; an object lies at count 100, where closing fingers stop."""
from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock

from modbus_serving import serve

OBJECT, AT_POSITION, MET_CLOSING = 100, 3, 2


class Gripper(ModbusSparseDataBlock):
    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        if address != 1000:
            return
        action, asked = self.values[1000] >> 8, self.values[1001] & 0xFF
        awake, goes = action & 1, action >> 3 & 1
        position, met = self.values[2002] >> 8, AT_POSITION
        if goes:
            met = MET_CLOSING if asked > OBJECT else AT_POSITION
            position = max(3, min(asked, OBJECT))
        self.values[2000] = (awake | goes << 3 | (0x30 if awake else 0) | (met << 6 if awake else 0)) << 8
        self.values[2001] = asked
        self.values[2002] = position << 8


registers = dict.fromkeys([*range(1000, 1003), *range(2000, 2003)], 0)
serve({9: ModbusSlaveContext(zero_mode=True, hr=Gripper(registers))}, baudrate=115200)
