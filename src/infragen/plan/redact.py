"""Keeping what must not be seen out of every text.

The rule:

- Whatever stands at a marked place is never shown there, whatever it is.
- A tainted string or number is also replaced wherever else it occurs, inside longer strings too, and in its
  JSON-escaped, URL-encoded and base64 forms (at each of the three alignments). A string that only shows it when
  decoded (gzip, base64 of UTF-16, hexadecimal, one encoding inside another) is withheld whole.
- Values that are too short or too common are masked only where they are marked: fewer than 4 characters,
  numbers of fewer than 4 digits, booleans, null, and the words of `COMMON_WORDS`. Replacing each `1` or `true` of
  a report would hide the report and protect nothing.
- The names that the code gives (resource types, names, modules, top-level attributes) are not values and stay.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick

from infragen.plan.encodings import decoded_forms
from infragen.plan.values import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["COMMON_WORDS", "MASK", "Taints"]

COMMON_WORDS = frozenset({"true", "false", "null", "none", "None", "True", "False", "default", "enabled", "disabled"})
_SHORTEST = 4


class Taints:
    """The tainted values of one plan, or of all that are reported together; `clean` keeps them out of a text.

    One automaton finds every form of every value, so the cost is linear in the length of a text and does not grow with
    the number of values.
    """

    __slots__ = ("_automaton", "_key", "is_empty")

    def __init__(self, values: Iterable[str]) -> None:
        forms = {
            form for value in values if _is_worth_tainting(value) for form in _forms(value) if len(form) >= _SHORTEST
        }
        self.is_empty = not forms
        self._automaton = BytesAhoCorasick(sorted(forms)) if forms else None
        self._key = secrets.token_bytes(16)

    def clean(self, text: str) -> str:
        """Return the text with every tainted part replaced by `(sensitive)`; all of it when it holds one encoded."""
        if self._automaton is None or len(text) < _SHORTEST:
            return text
        spans = self._spans(text.encode("utf-8", "surrogatepass"))
        if not spans:
            return MASK if self._hides(text) else text
        cleaned = self._without(text, spans)
        return MASK if self._hides(cleaned) else cleaned

    def holds(self, content: bytes) -> bool:
        """Whether a tainted value stands in some bytes as it is."""
        return self._automaton is not None and bool(self._automaton.find_matches_as_indexes(content))

    def token(self, original: str) -> bytes:
        """Return what tells one hidden text from another, and nothing else about it."""
        data = original.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=12).digest()

    def _hides(self, text: str) -> bool:
        return any(self.holds(form) for form in decoded_forms(text))

    def _without(self, text: str, spans: list[tuple[int, int]]) -> str:
        data = text.encode("utf-8", "surrogatepass")
        pieces: list[bytes] = []
        position = 0
        for start, end in spans:
            pieces += (data[position:start], MASK.encode())
            position = end
        return b"".join([*pieces, data[position:]]).decode("utf-8", "surrogatepass")

    def _spans(self, data: bytes) -> list[tuple[int, int]]:
        """Find the tainted parts; parts that overlap or touch are one, so that no rest of a value stays."""
        spans: list[tuple[int, int]] = []
        if self._automaton is None:
            return spans
        found = self._automaton.find_matches_as_indexes(data, overlapping=True)
        for _, start, end in sorted(found, key=lambda match: (match[1], -match[2])):
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans


def _is_worth_tainting(value: str) -> bool:
    return len(value) >= _SHORTEST and value not in COMMON_WORDS and not value.isspace()


def _forms(value: str) -> Iterator[bytes]:
    for text in _texts(value):
        yield text.encode("utf-8", "surrogatepass")
    data = value.encode("utf-8", "surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield from _base64_forms(data, encode)


def _texts(value: str) -> Iterator[str]:
    yield value
    yield value.strip()
    for ascii_only in (True, False):
        yield from _json_forms(value, ascii_only=ascii_only)
    data = value.encode("utf-8", "surrogatepass")
    yield quote(data, safe="")
    yield quote(data)
    yield quote_plus(data)


def _json_forms(value: str, *, ascii_only: bool) -> Iterator[str]:
    """Yield the value as it stands in JSON, and in JSON inside JSON; terraform also escapes what HTML reads."""
    once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
    html = once.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    for form in (once, html):
        yield form
        yield json.dumps(form, ensure_ascii=ascii_only)[1:-1]


def _base64_forms(data: bytes, encode: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Yield the part of the base64 text that depends on nothing but the value, for each alignment of its start."""
    for shift in range(3):
        text = encode(b"\0" * shift + data)
        first = (shift * 8 + 5) // 6
        whole = (shift + len(data)) * 8 // 6
        yield text[first:whole]
