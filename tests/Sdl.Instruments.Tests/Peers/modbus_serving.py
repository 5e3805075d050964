"""Serves units by pymodbus as the command line says (`tcp PORT` or `rtu DEVICE`), and prints `ready` once it answers."""
import asyncio
import sys

from pymodbus.datastore import ModbusServerContext
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer


def serve(units, baudrate):
    asyncio.run(_serve(ModbusServerContext(slaves=units, single=False), baudrate))


async def _serve(context, baudrate):
    if sys.argv[1] == "tcp":
        server = await StartAsyncTcpServer(context, address=("127.0.0.1", int(sys.argv[2])), defer_start=True)
        serving = asyncio.ensure_future(server.serve_forever())
        await server.serving
    else:
        server = await StartAsyncSerialServer(
            context, port=sys.argv[2], framer=ModbusRtuFramer, baudrate=baudrate, defer_start=True)
        await server.start()
        serving = asyncio.ensure_future(server.serve_forever())
    print("ready", flush=True)
    await serving
