"""A pymodbus server of units 1 and 2: `tcp PORT` or `rtu DEVICE`. Register n holds 100 * unit + n; even coils are on.
"""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer


def unit(number):
    def registers():
        return ModbusSequentialDataBlock(0, [100 * number + n for n in range(300)])

    def bits():
        return ModbusSequentialDataBlock(0, [n % 2 == 0 for n in range(300)])

    return ModbusSlaveContext(di=bits(), co=bits(), hr=registers(), ir=registers(), zero_mode=True)


async def main():
    context = ModbusServerContext(slaves={1: unit(1), 2: unit(2)}, single=False)
    if sys.argv[1] == "tcp":
        server = await StartAsyncTcpServer(context, address=("127.0.0.1", int(sys.argv[2])), defer_start=True)
        serving = asyncio.ensure_future(server.serve_forever())
        await server.serving
    else:
        server = await StartAsyncSerialServer(
            context, port=sys.argv[2], framer=ModbusRtuFramer, baudrate=19200, defer_start=True)
        await server.start()
        serving = asyncio.ensure_future(server.serve_forever())
    print("ready", flush=True)
    await serving


asyncio.run(main())
