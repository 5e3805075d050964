"""A pymodbus server over TCP that holds the register map of the 64-channel cycler as unit 1: `PORT`.

It plays channel 17 with a rest: a step that is started (400) has ended at once, with one row; a stop (490) is obeyed. The map
and its check are written here from the page of the driver alone."""
import struct
import sys

from pymodbus.datastore import ModbusSlaveContext, ModbusSparseDataBlock

from modbus_serving import serve

BASE = 17 * 1000


def check(words):
    crc = 0xFFFF
    for word in words:
        for part in struct.pack(">H", word):
            crc ^= part << 8
            for _ in range(8):
                crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def single(value):
    return list(struct.unpack(">HH", struct.pack(">f", value)))


def whole(value):
    return [value >> 16, value & 0xFFFF]


class Cycler(ModbusSparseDataBlock):
    def __init__(self):
        text = struct.unpack(">4H", b"PEER-64\0")
        super().__init__({i: v for i, v in enumerate([0x5344, 0x4C43, 1, 64, *text, 2, 7])})
        self.put(BASE, single(0) + single(5) + single(0.01) + [1])
        self.tag, self.state, self.mode = [0] * 4, 0, 0
        self.put(BASE + 400, [0] * 53)
        self.put(BASE + 490, [0])
        self.put(BASE + 200, [0, 0])
        self.show()

    def put(self, at, words):
        self.values.update({at + i: w for i, w in enumerate(words)})

    def show(self):
        seen = [17, self.state, 1 if self.state == 2 else 0] + self.tag + single(3.7) + single(0) + single(25.5)
        self.put(BASE + 100, seen + [check(seen)])
        row = whole(6000) + single(3.7) + single(0) + single(0) + single(0) + [2550, 1]
        count = 1 if self.state == 2 else 0
        look = seen + whole(6000) + single(0) + whole(count) + whole(0xFFFFFFFF) + whole(0) + [count]
        look += (row if count else []) + [0] * (96 - 12 * count)
        self.put(BASE + 202, look + [check(look)])

    def setValues(self, address, values, use_as_default=False):
        super().setValues(address, values, use_as_default)
        if address == BASE + 400 and check(values[:-1]) == values[-1]:
            self.tag, self.state = list(values[:4]), 2
        if address == BASE + 490:
            self.state = 3
        self.show()


sys.argv = [sys.argv[0], "tcp", *sys.argv[1:]]
serve({1: ModbusSlaveContext(zero_mode=True, hr=Cycler())}, baudrate=9600)
