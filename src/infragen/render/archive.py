"""Zip files of a module's own Python, which Lambda takes: the same bytes each time, and every one of them ASCII.

Rendered files are texts. A zip file of one entry that is not compressed is its text between two headers, whose only
bytes above 127 may be in the entry's checksum and sizes. A comment behind the last line is chosen so that there are
none, which leaves a file that starts, like any other, by saying what it is made from.
"""

import struct
import zlib
from itertools import product
from typing import Final

_VERSION: Final = 20
_DAY: Final = 0x21  # 1 January 1980, the first day that a zip file knows
_LOCAL: Final = "<4sHHHHHIIIHH"
_CENTRAL: Final = "<4sHHHHHHIIIHHHHHII"
_END: Final = "<4sHHHHIIH"
_ABOVE_ASCII: Final = 0x80808080  # the bits that no byte of a number of four has, where each of these is ASCII
_LONGEST: Final = 200
_MOST: Final = 32_000  # the sizes of longer ones have a byte above 127


def archive(name: str, text: str) -> tuple[str, str]:
    """ValueError for a text that cannot be one. Source: PKWARE, APPNOTE.TXT - .ZIP File Format Specification."""
    if not text.isascii():
        raise ValueError("has characters beyond ASCII")
    if len(text) > _MOST:
        raise ValueError(f"has {len(text):,} characters, and at most {_MOST:,} can be zipped as they are")
    checksum = zlib.crc32(text.encode())
    for pad, number in product(range(_LONGEST), range(_LONGEST)):
        comment = f"# zip: {'-' * pad}{number}\n"
        if (zlib.crc32(comment.encode(), checksum) | len(text) + len(comment)) & _ABOVE_ASCII:
            continue  # found out without making the file, for one of some hundred is made in the end
        padded = f"{text}{comment}"
        content, named = padded.encode(), name.encode()
        common = (_VERSION, 0, 0, 0, _DAY, zlib.crc32(content), len(content), len(content), len(named), 0)
        local = struct.pack(_LOCAL, b"PK\x03\x04", *common) + named + content
        central = struct.pack(_CENTRAL, b"PK\x01\x02", _VERSION, *common, 0, 0, 0, 0, 0) + named
        made = local + central + struct.pack(_END, b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
        if made.isascii():
            return padded, made.decode()
    raise ValueError("has no comment that leaves a zip file of ASCII alone")
