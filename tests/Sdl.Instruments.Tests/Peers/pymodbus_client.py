"""Asks a unit by pymodbus: `tcp|rtutcp PORT UNIT REQUEST...`, each request `h START COUNT` (function 3), `i START COUNT`
(function 4), `w START VALUE,...` (function 16) or `x START COUNT WRITESTART VALUE,...` (function 23). Prints one line for each
answer: the registers, `ok`, or `exception CODE`."""
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer

framer = ModbusRtuFramer if sys.argv[1] == "rtutcp" else ModbusSocketFramer
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[2]), framer=framer)
client.connect()
unit, words = int(sys.argv[3]), sys.argv[4:]


def numbers(text):
    return [int(n) for n in text.split(",")]


while words:
    kind, start = words.pop(0), int(words.pop(0))
    if kind == "h":
        reply = client.read_holding_registers(start, int(words.pop(0)), slave=unit)
    elif kind == "i":
        reply = client.read_input_registers(start, int(words.pop(0)), slave=unit)
    elif kind == "w":
        reply = client.write_registers(start, numbers(words.pop(0)), slave=unit)
    else:
        reply = client.readwrite_registers(
            read_address=start, read_count=int(words.pop(0)), write_address=int(words.pop(0)),
            write_registers=numbers(words.pop(0)), slave=unit)
    if reply.isError():
        print("exception", getattr(reply, "exception_code", reply))
    else:
        print(*getattr(reply, "registers", None) or ["ok"])
client.close()
