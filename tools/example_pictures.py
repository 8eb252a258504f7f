# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the example: drawn with typst, encoded here, so that no picture shows a real person or place.

A baseline JPEG is written by hand (ITU-T T.81, integer cosine table, the quantisation and Huffman tables of its Annex
K) because the project has no image library in its lock file and a JPEG with EXIF is what a telephone hands over.
Nothing here reads a foreign file. Used by `example_files.py` only.
"""

from __future__ import annotations

import math
import struct
import zlib

import typst

WIDTH, HEIGHT = 384, 256
MOMENT = 1609459200
"""2021-01-01T00:00:00Z, the date that every made file carries."""

_SCENE = """
#let air = gradient.linear(rgb("{sky}"), rgb("{ground}"), angle: 90deg)
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: air)
#set text(font: "DejaVu Sans Mono", size: 13pt, fill: white)
#place(dx: 40pt, dy: 120pt, rect(width: 300pt, height: 70pt, fill: rgb("8a8478")))
#for i in range(8) {{ place(dx: 52pt + i * 36pt, dy: 134pt, rect(width: 18pt, height: 26pt, fill: rgb("d9d2c3"))) }}
#place(dx: 172pt, dy: 160pt, rect(width: 30pt, height: 30pt, fill: rgb("4b4640")))
#place(dx: 96pt, dy: 214pt, ellipse(width: 190pt, height: 22pt, fill: rgb("9fb3bd")))
#place(dx: 8pt, dy: 8pt, block(fill: rgb("b00020"), inset: 5pt)[INVENTED EXAMPLE])
#place(dx: 8pt, dy: 40pt, text(size: 9pt)[{caption}])
"""


def draw_png(*, sky: str, ground: str, caption: str) -> bytes:
    """Draw an empty square with a building on it and the words that mark it as invented."""
    source = _SCENE.format(width=WIDTH, height=HEIGHT, sky=sky, ground=ground, caption=caption)
    return bytes(typst.compile(source.encode(), format="png", ppi=72, ignore_system_fonts=True, timestamp=MOMENT))


def read_pixels(png: bytes) -> tuple[int, int, bytes]:
    """Return width, height and RGB rows of a PNG that typst wrote (8-bit RGBA, not interlaced)."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    if (depth, colour) != (8, 6):
        raise ValueError("typst is expected to write 8-bit RGBA")
    packed, at = bytearray(), 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += size + 12
    rows = _unfilter(zlib.decompress(bytes(packed)), width, height)
    return width, height, bytes(rows[i + c] for i in range(0, len(rows), 4) for c in range(3))


def shrink(width: int, height: int, rgb: bytes, by: int) -> tuple[int, int, bytes]:
    """Keep one pixel in `by` along each side."""
    kept = b"".join(
        rgb[(y * width + x) * 3 : (y * width + x) * 3 + 3] for y in range(0, height, by) for x in range(0, width, by)
    )
    return width // by, height // by, kept


def _unfilter(raw: bytes, width: int, height: int) -> bytearray:
    # PNG (ISO/IEC 15948) §9: each row names the predictor that was taken from it.
    stride = width * 4
    out, above = bytearray(), bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for x in range(stride):
            left = line[x - 4] if x >= 4 else 0
            corner = above[x - 4] if x >= 4 else 0
            guess = (0, left, above[x], (left + above[x]) // 2, _paeth(left, above[x], corner))[kind]
            line[x] = (line[x] + guess) & 255
        out += line
        above = line
    return out


def _paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    distance = (abs(estimate - left), abs(estimate - above), abs(estimate - corner))
    return (left, above, corner)[distance.index(min(distance))]


def write_bmp(width: int, height: int, rgb: bytes) -> bytes:
    """Return an uncompressed Windows bitmap."""
    pad = b"\x00" * (-width * 3 % 4)
    rows = [rgb[y * width * 3 : (y + 1) * width * 3] for y in range(height)]
    body = b"".join(bytes(row[i + c] for i in range(0, len(row), 3) for c in (2, 1, 0)) + pad for row in reversed(rows))
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(body), 2835, 2835, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54 + len(body), 0, 0, 54) + head + body


def write_tiff(width: int, height: int, rgb: bytes) -> bytes:
    """Return a baseline TIFF: one PackBits strip of RGB, as a scanner writes it."""
    strip = b"".join(_packbits(rgb[y * width * 3 : (y + 1) * width * 3]) for y in range(height))
    note = b"INVENTED EXAMPLE\x00"
    at = 8 + 2 + 11 * 12 + 4
    entries = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 3, at),
        (259, 3, 1, 32773),
        (262, 3, 1, 2),
        (270, 2, len(note), at + 6),
        (273, 4, 1, at + 6 + len(note) + 1),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(strip)),
        (284, 3, 1, 1),
    ]
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    tail = struct.pack("<HHH", 8, 8, 8) + note + b"\x00" + strip
    return struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(entries)) + table + struct.pack("<I", 0) + tail


def _packbits(row: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(row):
        run = 1
        while run < 128 and at + run < len(row) and row[at + run] == row[at]:
            run += 1
        if run > 1:
            out += bytes((257 - run, row[at]))
            at += run
            continue
        end = at + 1
        while end < len(row) and end - at < 128 and not (end + 1 < len(row) and row[end] == row[end + 1]):
            end += 1
        out += bytes((end - at - 1,)) + row[at:end]
        at = end
    return bytes(out)


# --- JPEG ------------------------------------------------------------------------------------------------------------

_ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, (i // 8 if (i // 8 + i % 8) % 2 else i % 8)))
_QUANT = bytes.fromhex(  # T.81 Annex K.1, luminance, row by row
    "100b0a101828333d0c0c0e131a3a3c370e0d1018283945380e11161d3357503e"
    "12162538446d674d182337405168715c31404e5767797865485c5f6270646763"
)
_DC_BITS = bytes((0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))
_DC_VALUES = bytes(range(12))
_AC_BITS = bytes((0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D))
_AC_VALUES = bytes.fromhex(  # T.81 Annex K.5
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
    "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9"
    "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_COSINE = [
    [round((math.sqrt(0.5) if u == 0 else 1) * math.cos((2 * x + 1) * u * math.pi / 16) * 4096) for x in range(8)]
    for u in range(8)
]


def write_jpeg(width: int, height: int, rgb: bytes, *, exif: bytes = b"") -> bytes:
    """Return a baseline JPEG without subsampling; both sides must be multiples of 8."""
    head = _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00")
    if exif:
        head = _segment(0xE1, b"Exif\x00\x00" + exif)
    head += _segment(0xDB, b"\x00" + bytes(_QUANT[i] for i in _ZIGZAG))
    parts = b"".join(bytes((n, 0x11, 0)) for n in (1, 2, 3))
    head += _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + parts)
    head += _segment(0xC4, b"\x00" + _DC_BITS + _DC_VALUES) + _segment(0xC4, b"\x10" + _AC_BITS + _AC_VALUES)
    head += _segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00")
    return b"\xff\xd8" + head + _entropy(width, height, _planes(rgb)) + b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _planes(rgb: bytes) -> tuple[list[int], list[int], list[int]]:
    planes: tuple[list[int], list[int], list[int]] = ([], [], [])
    for i in range(0, len(rgb), 3):
        r, g, b = rgb[i : i + 3]
        planes[0].append((19595 * r + 38470 * g + 7471 * b) // 65536 - 128)
        planes[1].append((-11056 * r - 21712 * g + 32768 * b) // 65536)
        planes[2].append((32768 * r - 27440 * g - 5328 * b) // 65536)
    return planes


def _entropy(width: int, height: int, planes: tuple[list[int], list[int], list[int]]) -> bytes:
    dc_codes, ac_codes = _codes(_DC_BITS, _DC_VALUES), _codes(_AC_BITS, _AC_VALUES)
    bits: list[str] = []
    last = [0, 0, 0]
    for y in range(0, height, 8):
        for x in range(0, width, 8):
            for n, plane in enumerate(planes):
                block = [plane[(y + j) * width + x : (y + j) * width + x + 8] for j in range(8)]
                values = _transform(block)
                _encode(values, values[0] - last[n], dc_codes, ac_codes, bits)
                last[n] = values[0]
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    packed = int(text, 2).to_bytes(len(text) // 8, "big")
    return packed.replace(b"\xff", b"\xff\x00")  # T.81 B.1.1.5: a data byte 0xFF is followed by 0x00


def _codes(bits: bytes, values: bytes) -> dict[int, str]:
    table, code, at = {}, 0, 0
    for length, count in enumerate(bits, start=1):
        for value in values[at : at + count]:
            table[value] = format(code, f"0{length}b")
            code += 1
        at += count
        code <<= 1
    return table


def _transform(block: list[list[int]]) -> list[int]:
    rows = [[sum(line[x] * _COSINE[u][x] for x in range(8)) for u in range(8)] for line in block]
    out = []
    for i in _ZIGZAG:
        v, u = divmod(i, 8)
        total = sum(rows[y][u] * _COSINE[v][y] for y in range(8))
        step = _QUANT[i] * 4 * 4096 * 4096
        out.append((abs(total) + step // 2) // step * (1 if total >= 0 else -1))
    return out


def _encode(values: list[int], step: int, dc: dict[int, str], ac: dict[int, str], bits: list[str]) -> None:
    bits.append(dc[abs(step).bit_length()] + _magnitude(step))
    zeros = 0
    last = max((i for i, value in enumerate(values) if value), default=0)
    for value in values[1 : last + 1]:
        if value == 0:
            zeros += 1
            continue
        while zeros > 15:
            bits.append(ac[0xF0])
            zeros -= 16
        bits.append(ac[zeros * 16 + abs(value).bit_length()] + _magnitude(value))
        zeros = 0
    if last < 63:
        bits.append(ac[0])


def _magnitude(value: int) -> str:
    if value == 0:
        return ""
    size = abs(value).bit_length()
    return format(value if value > 0 else value + (1 << size) - 1, f"0{size}b")


# --- EXIF ------------------------------------------------------------------------------------------------------------


def make_exif(*, taken: str, latitude: str, longitude: str) -> bytes:
    """Return a little-endian EXIF block with a camera, a time and a place (degrees with four decimals, N and E)."""
    texts = {270: "INVENTED EXAMPLE, made by the project", 271: "Example", 272: "Invented Camera 1", 306: taken}
    first = [(tag, 2, value.encode() + b"\x00") for tag, value in texts.items()]
    gps = [
        (0, 1, b"\x02\x03\x00\x00"),
        (1, 2, b"N\x00"),
        (2, 5, _degrees(latitude)),
        (3, 2, b"E\x00"),
        (4, 5, _degrees(longitude)),
    ]
    detail = [(0x9000, 7, b"0232"), (0x9003, 2, taken.encode() + b"\x00")]
    # Two passes: the offsets of the inner tables depend on the length of the outer one, which is fixed.
    size = len(_table(0, [*first, (0x8769, 4, bytes(4)), (0x8825, 4, bytes(4))]))
    at_detail = 8 + size
    inner = _table(at_detail, detail)
    at_gps = at_detail + len(inner)
    outer = _table(8, [*first, (0x8769, 4, struct.pack("<I", at_detail)), (0x8825, 4, struct.pack("<I", at_gps))])
    return struct.pack("<2sHI", b"II", 42, 8) + outer + inner + _table(at_gps, gps)


def _degrees(text: str) -> bytes:
    whole, _, part = text.partition(".")
    minutes = int(part.ljust(4, "0")[:4]) * 60
    return struct.pack("<IIIIII", int(whole), 1, minutes, 10000, 0, 1)


def _table(at: int, fields: list[tuple[int, int, bytes]]) -> bytes:
    unit = {1: 1, 2: 1, 4: 4, 5: 8, 7: 1}
    data_at = at + 2 + 12 * len(fields) + 4
    rows, tail = b"", b""
    for tag, kind, value in fields:
        count = len(value) // unit[kind]
        if len(value) <= 4:
            rows += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\x00")
        else:
            rows += struct.pack("<HHII", tag, kind, count, data_at + len(tail))
            tail += value + b"\x00" * (len(value) % 2)
    return struct.pack("<H", len(fields)) + rows + struct.pack("<I", 0) + tail
