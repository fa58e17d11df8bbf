"""Texts that differ and look the same: what the difference is, in words."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MOST: Final = 3
# Source: Unicode Technical Standard 39, "Unicode Security Mechanisms", confusables.txt: letters of Greek and Cyrillic,
# dashes and quotation marks.
_CONFUSED: Final = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d"
    "\u2010\u2011\u2012\u2013\u2014\u2212\u2018\u2019"
)
_MEANT: Final = "ABEZHIKMNOPTYXovABEKMHOPCTXSIJaeopcyxsijhdqw------''"


def look_alike_note(before: str, after: str) -> str | None:
    """Say how two different texts differ that look the same, in Unicode's names; None when they do not."""
    if before == after or (before.isascii() and after.isascii()):
        return None
    if unicodedata.normalize("NFC", before) == unicodedata.normalize("NFC", after):
        return f"they look the same: the form of Unicode differs, {_form(before)} -> {_form(after)}"
    if _looks(before) != _looks(after):
        return None
    if len(before) != len(after):
        return "they look the same: other characters stand for the same signs"
    found = dict.fromkeys((old, new) for old, new in zip(before, after, strict=True) if old != new)
    named = [f"{_named(old)} -> {_named(new)}" for old, new in found]
    return f"they look the same: {first_of(named, _MOST)}"


def look_alikes(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each text that looks like an earlier one, after that one, with how they differ."""
    first: dict[str, str] = {}
    for text in texts:
        other = first.setdefault(_looks(text), text)
        if note := look_alike_note(other, text):
            yield other, text, note


def _form(text: str) -> str:
    return next((form for form in ("NFC", "NFD") if unicodedata.is_normalized(form, text)), "mixed")


def _looks(text: str) -> str:
    return (
        text if text.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_table()))
    )


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed').lower()}"


@cache
def _table() -> Mapping[int, str]:
    """Return what characters look like: all spaces like one, the full and half width forms like the usual ones."""
    spaces = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    widths = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFFEF)}
    return widths | spaces | str.maketrans(_CONFUSED, _MEANT)
