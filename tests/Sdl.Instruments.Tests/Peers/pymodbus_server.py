"""A pymodbus server of units 1 and 2: `tcp PORT` or `rtu DEVICE`. Register n holds 100 * unit + n; even coils are on.
"""
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusSlaveContext

from modbus_serving import serve


def unit(number):
    def registers():
        return ModbusSequentialDataBlock(0, [100 * number + n for n in range(300)])

    def bits():
        return ModbusSequentialDataBlock(0, [n % 2 == 0 for n in range(300)])

    return ModbusSlaveContext(di=bits(), co=bits(), hr=registers(), ir=registers(), zero_mode=True)


serve({1: unit(1), 2: unit(2)}, baudrate=19200)
