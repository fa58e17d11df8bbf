"""What a text says once it is decoded: base64, gzip, URL and JSON escapes, hexadecimal, one inside another."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["decoded_forms", "decoded_text", "inflated"]

_DEEPEST = 3
_LARGEST = 16 * 1024 * 1024
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_BASE64_TEXT = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*\Z")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt])")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_GZIP = b"\x1f\x8b"
_PRINTED = frozenset("\n\r\t")


def decoded_forms(text: str) -> Iterator[bytes]:
    """Yield what a text becomes by decoding it, and what that becomes, at most three deep."""
    todo = [(text.encode("utf-8", "surrogatepass"), 0)]
    while todo:
        data, depth = todo.pop()
        for form in _once(data):
            yield form
            if depth + 1 < _DEEPEST:
                todo.append((form, depth + 1))


def decoded_text(text: str) -> str | None:
    """Return the text inside base64 (gzip-compressed or not), or None when it holds no readable text."""
    if len(text) < 16 or not _BASE64_TEXT.match(text):
        return None
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None
    data = inflated(data) or data
    try:
        found = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return found if found and all(c.isprintable() or c in _PRINTED for c in found) else None


def inflated(data: bytes) -> bytes | None:
    """Return gzip or zlib data unpacked, at most 16 MiB of it; None when it is none."""
    if not data.startswith(_GZIP) and data[:1] != b"\x78":
        return None
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        return unpacker.decompress(data, _LARGEST) or None
    except zlib.error:
        return None


def _once(data: bytes) -> Iterator[bytes]:
    if b"%" in data or b"+" in data:
        yield unquote_to_bytes(data.replace(b"+", b" "))
    if b"\\" in data:
        yield _ESCAPE.sub(_unescape, data)
    if b"&" in data:
        yield html.unescape(data.decode("utf-8", "replace")).encode("utf-8", "replace")
    for run in _BASE64.findall(data):
        yield from _unpacked(_from_base64(run))
    for run in _HEX.findall(data):
        yield from _unpacked(bytes.fromhex(run.decode()))


def _unpacked(data: bytes | None) -> Iterator[bytes]:
    if not data:
        return
    yield data
    unpacked = inflated(data)
    if unpacked:
        yield unpacked
    if b"\0" in data[:64]:
        for encoding in ("utf-16-le", "utf-16-be"):
            yield data.decode(encoding, "replace").encode("utf-8", "replace")


def _from_base64(run: bytes) -> bytes | None:
    body = run.rstrip(b"=").translate(_URL_SAFE)
    try:
        return base64.b64decode(body + b"=" * (-len(body) % 4))
    except ValueError:
        return base64.b64decode(body[: len(body) // 4 * 4])


def _unescape(escape: re.Match[bytes]) -> bytes:
    character: str = json.loads(b'"' + escape[0] + b'"')
    return character.encode("utf-8", "surrogatepass")
