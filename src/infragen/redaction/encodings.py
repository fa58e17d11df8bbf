"""What a text says once it is decoded: base64, gzip, URL and JSON escapes, hexadecimal, one inside another."""

import base64
import html
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from urllib.parse import unquote_to_bytes

_DEEPEST = 3
_ROOM = 64 * 1024
_ROOM_A_BYTE = 64
_LONG_RUN = 24
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
# A run is tried at its first character only, and never given back: what is linear stays so for hostile texts.
_WRAPPED = re.compile(rb"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{16,}+[ \t]*+\r?\n[ \t]*+)++[A-Za-z0-9+/_-]++={0,2}")
_BASE64_TEXT = re.compile(r"[A-Za-z0-9+/\s]*+={0,2}\Z")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_SHORTEST_HEX = 16
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\"\\/bfnrt])")
_INDENT = re.compile(rb"(?<![ \t\r])[ \t\r]*+\n[ \t\r\n]*+")
_JOINED = re.compile(rb"[/_-]")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_GZIP = b"\x1f\x8b\x08"
_ZLIB = b"\x78"
_PRINTED = frozenset("\n\r\t")


def decoded_runs(data: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    """None stands for more than was looked at: what unpacks to over 64 times its size is not worth the time."""
    # Of the other two, each stands in such a run, or begins with one.
    runs = [*_BASE64.finditer(data)]
    for run in runs:
        # Names and ids: three letters of plain text, or of anything packed, hardly ever give four small ones.
        if not run[0].islower():
            yield from _said(run, _from_base64)
    if runs and b"\n" in data:
        for run in _WRAPPED.finditer(data):
            yield from _said(run, lambda text: _from_base64(b"".join(text.split())))
    for run in runs:
        if run.end() - run.start() >= _SHORTEST_HEX:
            for inner in _HEX.finditer(data, *run.span()):
                yield from _said(inner, lambda text: [bytes.fromhex(text.decode())])


def _said(run: re.Match[bytes], decode: Callable[[bytes], Iterable[bytes]]) -> Iterator[tuple[int, int, bytes | None]]:
    for decoded in decode(run[0]):
        for form in _unpacked(decoded):
            yield run.start(), run.end(), form


def escaped_for_html(text: str) -> str:
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def unescaped_forms(data: bytes) -> Iterator[bytes]:
    if b"%" in data:
        yield unquote_to_bytes(data)
    if b"+" in data:
        yield unquote_to_bytes(data.replace(b"+", b" "))
    if b"\\" in data:
        yield _ESCAPE.sub(lambda one: json.loads(b'"' + one[0] + b'"').encode("utf-8", "surrogatepass"), data)
    if b"\0" in data:
        yield data.replace(b"\0", b"")
    if b"&" in data:
        yield html.unescape(data.decode("utf-8", "replace")).encode("utf-8", "replace")


def decoded_forms(data: bytes, depth: int = _DEEPEST) -> Iterator[bytes | None]:
    room = _ROOM + _ROOM_A_BYTE * len(data)
    todo = [(data, depth)]
    while todo:
        text, left = todo.pop()
        for form in chain(unescaped_forms(text), (form for _, _, form in decoded_runs(text))):
            room -= len(form or b"")
            if form is None or room < 0:
                yield None
                return
            yield form
            if left > 1:
                todo.append((form, left - 1))


def unindented(data: bytes) -> bytes:
    return _INDENT.sub(b"\n", data)


def decoded_text(text: str) -> str | None:
    if len(text) < 16 or not _BASE64_TEXT.match(text.strip()):
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
    if not data.startswith(_GZIP) and data[:1] != _ZLIB:
        return None
    found, is_cut = _inflated(data)
    return None if is_cut else found or None


def _inflated(data: bytes) -> tuple[bytes, bool]:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        return unpacker.decompress(data, _ROOM + _ROOM_A_BYTE * len(data)), bool(unpacker.unconsumed_tail)
    except zlib.error:
        return b"", False


def _unpacked(data: bytes) -> Iterator[bytes | None]:
    yield data
    packed = data.find(_GZIP)
    if packed >= 0 or data[:1] == _ZLIB:
        found, is_cut = _inflated(data[max(packed, 0) :])
        if is_cut:
            yield None
        elif found:
            yield found
    if b"\0" in data[:64]:
        for encoding in ("utf-16-le", "utf-16-be"):
            yield data.decode(encoding, "replace").encode("utf-8", "replace")


def _from_base64(run: bytes) -> Iterator[bytes]:
    """Decode a run from its start; from any of four places when it may be a path whose last part is encoded."""
    body = run.rstrip(b"=").translate(_URL_SAFE)
    starts = range(4) if len(run) >= _LONG_RUN and _JOINED.search(run) else (0,)
    for start in starts:
        length = (len(body) - start) // 4 * 4
        rest = body[start + length :]
        padded = rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
        yield base64.b64decode(body[start : start + length] + padded)
