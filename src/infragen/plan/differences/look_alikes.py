"""Texts that differ and look the same: what the difference is, in words."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Final

from infragen.diagnostics.look_alikes import LETTERS
from infragen.text import first_of

_SIGNS: Final = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u2018\u2019", "------''")
_nfc = partial(unicodedata.normalize, "NFC")


def look_alike_note(before: str, after: str) -> str | None:
    if before == after or (before.isascii() and after.isascii()):
        return None
    if _nfc(before) == _nfc(after):
        return f"they look the same: the form of Unicode differs, {_form(before)} -> {_form(after)}"
    if _looks(before) != _looks(after):
        return None
    if len(before) != len(after):
        return "they look the same: other characters stand for the same signs"
    found = dict.fromkeys((old, new) for old, new in zip(before, after, strict=True) if old != new)
    named = [f"{_named(old)} -> {_named(new)}" for old, new in found]
    return f"they look the same: {first_of(named)}"


def look_alikes(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    first: dict[str, str] = {}
    for text in texts:
        other = first.setdefault(_looks(text), text)
        if note := look_alike_note(other, text):
            yield other, text, note


def _form(text: str) -> str:
    return next((form for form in ("NFC", "NFD") if unicodedata.is_normalized(form, text)), "mixed")


def _looks(text: str) -> str:
    return text if text.isascii() else _nfc(_nfc(text).translate(_table()))


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed').lower()}"


@cache
def _table() -> Mapping[int, str]:
    """Return what characters look like: all spaces like one, the full and half width forms like the usual ones."""
    spaces = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    widths = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFFEF)}
    return widths | spaces | LETTERS | _SIGNS
