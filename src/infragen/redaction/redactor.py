"""Keeping what must not be seen out of every text.

The rule:

- Whatever stands at a marked place is never shown there, whatever it is.
- A tainted string or number is also replaced wherever else it occurs, inside longer strings too, and in its
  JSON-escaped, HCL-escaped, URL-encoded, hexadecimal, UTF-16 and base64 forms (at each of the three alignments). A run
  of base64 or hexadecimal that says it when decoded (gzip, one encoding inside another) is withheld as a whole, and so
  is a text that says it once its escapes or its indentation are taken away. What a tainted base64 text says is tainted
  too.
- What looks like a plain word or number (only letters, or only digits and their dots, up to 12; and everything of 4 or
  5 characters) is replaced only where it stands alone: no letter, digit, `-` or `_` touches it. A secret `orders` hides
  `postgres://app:orders@db` and leaves `technova-orders-queue`.
- Values that are too short or too common are masked only where they are marked: fewer than 4 characters, booleans,
  null, `COMMON_WORDS`, and names of regions. Replacing each `1` or `true` of a report would hide the report and protect
  nothing.
- The names that the code gives (resource types, names, modules, top-level attributes) are not values and stay, and so
  do the keys of a map that is marked as a whole where they stand elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick, Implementation

from infragen.redaction.encodings import decoded_forms, decoded_runs, escaped_for_html, unescaped_forms, unindented
from infragen.redaction.values import MASK

COMMON_WORDS = frozenset(files("infragen.redaction").joinpath("common-words.txt").read_text(encoding="utf-8").split())
_REGION = re.compile(r"[a-z]{2}(?:-gov)?-(?:north|south|east|west|central)[a-z]*-\d[a-z]?\Z")
_SHORTEST = 4
_SHORT = 6
_ENCODED = 12  # characters of the shortest run that is looked into for something encoded
_WORD = re.compile(r"[A-Z]?[a-z]{3,11}\Z|[A-Z]{4,12}\Z|[0-9][0-9.,:]{3,11}\Z")
_WORD_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_RUN_BYTES = _WORD_BYTES | frozenset(b"+/=")
_LONG = 256
_PIECE = 20
_HEAD = 8  # bytes of a piece that are looked for before the rest: whole pieces make the automaton four times as dear
_ANCHOR = 48
_ANCHOR_PLACES = 8
_TO_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEPT = 50_000
_SPARE = 1_000_000
"""Overlapping matches that are looked at, beyond one for each byte of text; after that, whole texts are hidden."""
_LONGEST_KEPT = 512


class _LongForm(NamedTuple):
    """A form too long to be a pattern: its anchor is, and the rest is compared by its digest."""

    offset: int
    length: int
    digest: bytes


class Redactor:
    """The tainted values of one plan, or of all that are reported together; `clean` keeps them out of a text.

    One automaton finds every form of every value, so the cost is linear in the length of a text and does not grow with
    the number of values.
    """

    def __init__(self, values: Iterable[str], plain: Mapping[str, str] | None = None) -> None:
        self._values = {value for value in {value.strip() for value in values} if is_worth_redacting(value)}
        self.is_empty = not self._values
        # No shorter text holds one, nor is there anything in it to decode.
        sizes = (len("".join(value.split())) if "\n" in value else len(value) for value in self._values)
        self._shortest = min((min(size, _ENCODED) for size in sizes), default=_SHORTEST)
        self._key = secrets.token_bytes(16)
        self._spare = _SPARE
        self._kept: dict[str, str] = {}
        self.plain = {self.token(text): what for text, what in (plain or {}).items()}

    @cached_property
    def _known(self) -> _Search:
        return _Search(self._values)

    def redact(self, text: str) -> str:
        if self.is_empty or len(text) < self._shortest:
            return text
        if (kept := self._kept.get(text)) is None:
            kept = self._redact(text)
            if len(text) <= _LONGEST_KEPT and len(self._kept) < _KEPT:
                self._kept[text] = kept
        return kept

    def holds(self, content: bytes) -> bool:
        return next(self._matches(content), None) is not None

    def token(self, original: str) -> bytes:
        data = original.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=12).digest()

    def _redact(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        if b"\n" in data and self._known.has_lines:
            flat = unindented(data)  # a text of many lines may stand here with an indentation that is not its own
            if flat != data and any(b"\n" in flat[start:end] for start, end in self._matches(flat)):
                return MASK
        spans = _joined([*self._matches(data), *self._encoded(data)])
        if not spans:
            return MASK if self._hides(data) else text
        pieces: list[bytes] = []
        position = 0
        for start, end in spans:
            pieces += (data[position:start], MASK.encode())
            position = end
        cleaned = b"".join([*pieces, data[position:]])
        if self._hides(cleaned) or self._hides_more(data, spans):
            return MASK
        return cleaned.decode("utf-8", "surrogatepass")

    def _encoded(self, data: bytes) -> Iterator[tuple[int, int]]:
        done = 0
        for start, end, decoded in decoded_runs(data):
            if end > done and (decoded is None or self.holds(decoded) or self._hides_deep(decoded)):
                done = end
                yield start, end

    def _hides(self, data: bytes) -> bool:
        return any(self.holds(form) or self._hides_deep(form) for form in unescaped_forms(data))

    def _hides_more(self, data: bytes, spans: list[tuple[int, int]]) -> bool:
        """Whether a text without its escapes says more than was found in it: what is a part of it breaks the whole."""
        found = [data[start:end] for start, end in spans]
        known = {form for part in found for form in (part, *_twice_unescaped(part))}
        forms = ((form, _joined([*self._matches(form)])) for form in _twice_unescaped(data))
        return any(form[start:end] not in known for form, more in forms for start, end in more)

    def _hides_deep(self, data: bytes) -> bool:
        return any(form is None or self.holds(form) for form in decoded_forms(data, 2))

    def _matches(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where tainted values stand; the whole text once too many of them overlap (`_SPARE`)."""
        if self.is_empty:
            return
        search = self._known
        alone, encoded, anchors = search.starts
        done = 0
        self._spare += len(data)
        found = search.automaton.find_matches_as_indexes(data, overlapping=self._spare > 0)
        self._spare -= len(found)
        for number, start, end in found:
            if self._spare < 0:
                yield 0, len(data)
                return
            if number < alone:
                yield start, end
            elif number < encoded:
                begins = start == 0 or data[start - 1] not in _WORD_BYTES
                if begins and (end == len(data) or data[end] not in _WORD_BYTES):
                    yield start, end
            elif number < anchors:
                if end > done and search.has_piece(data, start):
                    run = _whole_run(data, start, end)
                    done = run[1]
                    yield run
            else:
                forms = search.anchors[number - anchors]
                self._spare -= len(forms)
                yield from _long_matches(data, start, forms)


class _Search:
    """The automaton of some values; `starts` says where patterns stand alone, begin encoded pieces, are anchors."""

    def __init__(self, values: Iterable[str]) -> None:
        anywhere, alone, encoded = set[bytes](), set[bytes](), set[bytes]()
        anchors: dict[bytes, list[_LongForm]] = {}
        self.has_lines = False
        for value in values:
            self.has_lines = self.has_lines or "\n" in value
            texts = {text.encode("utf-8", "surrogatepass") for text in _texts(value)}
            if is_plain(value):
                alone.update(texts, _encoded_alone(value))
            elif len(value) <= _LONG:
                anywhere |= texts
                encoded.update(_encoded_inside(value))
            else:
                for form in texts:
                    step = max((len(form) - _ANCHOR) // _ANCHOR_PLACES, 1)
                    offsets = [*range(0, len(form) - _ANCHOR + 1, step)][::-1]
                    free = (place for place in offsets if form[place : place + _ANCHOR] not in anchors)
                    offset = next(free, offsets[0])
                    long_form = _LongForm(offset, len(form), _digest(form))
                    anchors.setdefault(form[offset : offset + _ANCHOR], []).append(long_form)
        alone -= anywhere
        self._pieces = encoded - anywhere - alone
        self._lengths = {len(piece) for piece in self._pieces}
        heads = {piece[:_HEAD] for piece in self._pieces}
        self.starts = (len(anywhere), len(anywhere) + len(alone), len(anywhere) + len(alone) + len(heads))
        self.anchors = tuple(tuple(anchors[anchor]) for anchor in sorted(anchors))
        patterns = [*sorted(anywhere), *sorted(alone), *sorted(heads), *sorted(anchors)]
        # The other implementations cost a hundred times the memory, or the time.
        self.automaton = BytesAhoCorasick(patterns, implementation=Implementation.ContiguousNFA)

    def has_piece(self, data: bytes, start: int) -> bool:
        return any(data[start : start + length] in self._pieces for length in self._lengths)


def is_worth_redacting(value: str) -> bool:
    return len(value) >= _SHORTEST and value not in COMMON_WORDS and not _REGION.match(value)


def is_plain(value: str) -> bool:
    return len(value) < _SHORT or _WORD.match(value) is not None


def _twice_unescaped(data: bytes) -> Iterator[bytes]:
    for form in unescaped_forms(data):
        yield form
        yield from unescaped_forms(form)


def _long_matches(data: bytes, start: int, forms: Iterable[_LongForm]) -> Iterator[tuple[int, int]]:
    for form in forms:
        begin = start - form.offset
        end = begin + form.length
        if begin >= 0 and end <= len(data) and _digest(data[begin:end]) == form.digest:
            yield begin, end


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _encoded_alone(value: str) -> Iterator[bytes]:
    for data in (value.encode("utf-8", "surrogatepass"), value.encode("utf-16-le", "surrogatepass")):
        yield base64.b64encode(data).rstrip(b"=")
        yield base64.urlsafe_b64encode(data).rstrip(b"=")
        yield data.hex().encode()


def _encoded_inside(value: str) -> Iterator[bytes]:
    """Yield pieces of the encoded forms: who sees one hides the whole run, so a piece is enough to know it by."""
    data = value.encode("utf-8", "surrogatepass")
    for one in (data, value.encode("utf-16-le", "surrogatepass")):
        yield from map(_piece, _base64_forms(one))
    digits = data.hex()
    yield _piece(digits.encode())
    yield _piece(digits.upper().encode())


def _piece(form: bytes) -> bytes:
    start = max((len(form) - _PIECE) // 2, 0)
    return form[start : start + _PIECE]


def _whole_run(data: bytes, start: int, end: int) -> tuple[int, int]:
    while start and data[start - 1] in _RUN_BYTES:
        start -= 1
    while end < len(data) and data[end] in _RUN_BYTES:
        end += 1
    return start, end


def _texts(value: str) -> Iterator[str]:
    yield value
    if "\n" in value:
        yield unindented(value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    if "{" in value:
        yield json.dumps(value, ensure_ascii=False)[1:-1].replace("${", "$${").replace("%{", "%%{")
    for ascii_only in (False,) if value.isascii() else (True, False):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]  # in JSON, and below in JSON inside JSON
        if once != value or any(character in value for character in "<>&"):  # terraform escapes what HTML reads
            html = escaped_for_html(once)
            for form in (once, html):
                yield form
                yield json.dumps(form, ensure_ascii=ascii_only)[1:-1]
    if not value.isalnum() or not value.isascii():
        data = value.encode("utf-8", "surrogatepass")
        yield quote(data, safe="")
        yield quote(data)
        yield quote_plus(data)


def _base64_forms(data: bytes) -> Iterator[bytes]:
    """Yield the part of the base64 text that depends on nothing but the value, for each alignment of its start."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data)
        first = (shift * 8 + 5) // 6
        whole = (shift + len(data)) * 8 // 6
        yield text[first:whole]
        if b"+" in text or b"/" in text:
            yield text[first:whole].translate(_TO_URL_SAFE)
