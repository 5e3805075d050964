"""Speaks by pymodbus to our simulated cyclers and prints in one line what it saw: `multichannel PORT` or `psb PORT`.

For the first it writes a constant current of 1 mA for 0.3 s to channel 17, with a map and a check of its own, waits for the end
and prints model, state, end, rows, and the charge and time of the last row. For the second it prints type, nominal values and
voltage, and what becomes of switching on before and after remote control."""
import struct
import sys
import time

from pymodbus.client import ModbusTcpClient

UNIT = 1
NAN = float("nan")


def check(words):
    crc = 0xFFFF
    for word in words:
        for part in struct.pack(">H", word):
            crc ^= part << 8
            for _ in range(8):
                crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def text(words):
    return struct.pack(f">{len(words)}H", *words).decode().rstrip("\0")


def single(words):
    return struct.unpack(">f", struct.pack(">HH", *words))[0]


def floats(values):
    return [w for v in values for w in struct.unpack(">HH", struct.pack(">f", v))]


def read(address, count):
    reply = client.read_holding_registers(address, count, slave=UNIT)
    assert not reply.isError(), reply
    return reply.registers


def multichannel():
    base = 17000
    step = [0, 0, 0, 0x1234, 2, 0, 0, 30]
    step += floats([1e-3, NAN, NAN, NAN] + [NAN] * 7 + [0.1, NAN, NAN] + [NAN] * 7 + [0])
    refused = client.write_registers(base + 400, step + [0], slave=UNIT)
    assert refused.isError() and refused.exception_code == 3, refused
    assert not client.write_registers(base + 400, step + [check(step)], slave=UNIT).isError()
    assert read(base + 101, 1) == [1]
    time.sleep(0.6)
    reply = client.readwrite_registers(
        read_address=base + 202, read_count=121, write_address=base + 200, write_registers=[0, 0], slave=UNIT)
    look = reply.registers
    assert check(look[:-1]) == look[-1]
    rows = [look[24 + 12 * i:36 + 12 * i] for i in range(look[23])]
    last = rows[-1]
    assert read(base + 106, 1) == [0x1234]
    print(text(read(4, 4)), look[1], look[2], len(rows), f"{single(last[6:8]) * 1e6:.4f}", last[1], last[11], flush=True)


def psb():
    nominal = read(121, 6)
    early = client.write_coil(405, True, slave=UNIT).isError()
    assert not client.write_coil(402, True, slave=UNIT).isError()
    assert client.write_register(500, 60000, slave=UNIT).exception_code == 3
    assert not client.write_register(501, 437, slave=UNIT).isError()
    assert not client.write_register(500, 2785, slave=UNIT).isError()
    assert not client.write_coil(405, True, slave=UNIT).isError()
    state, current = read(506, 1)[0], read(508, 1)[0]
    print(text(read(1, 20)), single(nominal[0:2]), single(nominal[2:4]), early, state >> 7 & 1, state >> 11 & 1,
          state >> 9 & 3, current, flush=True)


client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[2]))
assert client.connect()
{"multichannel": multichannel, "psb": psb}[sys.argv[1]]()
