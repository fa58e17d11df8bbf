"""Python values as HCL literals, so that nothing from a catalogue can become code."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Self

from msgspec import Struct

LONGEST_INLINE_LIST = 2
LARGEST_EXPONENT = 150  # Terraform's numbers carry 512 bits, which is 154 decimal digits

# Printable ASCII without quotes, backslashes and the two characters that can open a template.
_PLAIN = re.compile(r"[ !#&-\[\]-~]*")
_INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_SPECIAL = re.compile(rf'["\\{_INVISIBLE}]|[$%](?=\{{)')
_INVISIBLE_ONES = re.compile(f"[{_INVISIBLE}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "$": "$$", "%": "%%"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What counts as one column everywhere; anything else in a key is escaped, so that alignment needs no Unicode tables.
_UNUSUAL_IN_KEY = re.compile(
    "[^ -~\u00c0-\u024f\u0370-\u0482\u048a-\u052f\u3000-\u3029\u3030-\u3096\u309b-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d]"
)


class Reference(Struct, frozen=True):
    """A raw HCL expression: the only value that reaches generated files unquoted, and only infragen makes one."""

    expression: str


class Remarked(str):
    """A text with a remark for who reads the file: `remark` becomes a comment at the end of its line."""

    __slots__ = ("remark",)

    remark: str

    def __new__(cls, text: str, remark: str) -> Self:
        made = super().__new__(cls, text)
        made.remark = remark
        return made


class Ordered(dict[str, Any]):
    """A map whose keys are written in their own order, as a person would; any other is sorted."""


class UnrenderableError(ValueError):
    """A value that HCL cannot carry unchanged; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def literal(value: object) -> str:
    """Write int and Decimal exactly, maps and sets sorted. Raise `UnrenderableError` for what HCL cannot carry."""
    if type(value) is str:
        return f'"{value}"' if _PLAIN.fullmatch(value) else quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is int:
        return _whole(value)
    if isinstance(value, Reference):
        return value.expression
    if value is None:
        return "null"
    kind: type = type(value)
    if render := _renderer(kind):
        return render(value)
    hint = "pass a string, a number, a boolean, a list or a map; use a field of the object in the template"
    raise UnrenderableError(f"a value of type {type(value).__name__} cannot be written in HCL", hint)


@lru_cache(maxsize=256)
def _renderer(kind: type) -> Callable[[Any], str] | None:
    return next((render for base, render in _RENDERERS if issubclass(kind, base)), None)


def quoted(text: str) -> str:
    """Return `text` as a quoted HCL string; invisible characters are escaped, so that a reviewer sees them."""
    if text.isascii():
        return f'"{_SPECIAL.sub(_escape, text)}"'
    if _SURROGATE.search(text):
        raise UnrenderableError("text with half a surrogate pair is not Unicode", "write the complete character")
    if not unicodedata.is_normalized("NFC", text):
        now = unicodedata.normalize("NFC", text)
        message = f"Terraform would change the text {now!r}: it is not in Unicode's NFC form"
        raise UnrenderableError(message, "type the text again, or convert the file with a tool that writes NFC")
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT_ESCAPES.get(match[0]) or _code_point(match[0])


def _code_point(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _whole(value: int) -> str:
    if value.bit_length() > 500:
        raise UnrenderableError("a number of more than 150 digits is not exact in Terraform", "write a smaller number")
    return str(value)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise UnrenderableError(f"{value} is not a number in HCL", "write a finite number")
    if not value:
        return "0"
    if abs(value.adjusted()) > LARGEST_EXPONENT or len(value.as_tuple().digits) > LARGEST_EXPONENT:
        raise UnrenderableError("a number of more than 150 digits is not exact in Terraform", "write a shorter number")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def identifier_or_quoted(key: object) -> str:
    if type(key) is str:
        return _key(key)
    if isinstance(key, Reference):
        return f"({key.expression})"
    if isinstance(key, bool) or not isinstance(key, str | int):
        message = f"a key of type {type(key).__name__} cannot be a key of an HCL map"
        raise UnrenderableError(message, "use a string as the key")
    return _key(str(key))


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    if _IDENTIFIER.fullmatch(text) and text not in {"for", "if", "in", "null", "true", "false"}:
        return text
    return _UNUSUAL_IN_KEY.sub(lambda match: _code_point(match[0]), quoted(text))


def _map(value: Mapping[object, object]) -> str:
    if not value:
        return "{}"
    names = ((key.expression if isinstance(key, Reference) else str(key), key, item) for key, item in value.items())
    entries = [(name, identifier_or_quoted(key), literal(item)) for name, key, item in names]
    if not isinstance(value, Ordered):
        entries.sort()
    keys = [key for _, key, _ in entries]
    if len(set(keys)) != len(keys):
        raise UnrenderableError("a map has the same key twice once its keys are strings", "use strings for all keys")
    return "\n".join(["{", *(f"{key} = {text}" for _, key, text in entries), "}"])


def _list(items: list[str]) -> str:
    if not items:
        return "[]"
    if len(items) <= LONGEST_INLINE_LIST and not any("\n" in item for item in items):
        return f"[{', '.join(items)}]"
    return "\n".join(["[", *(f"{item}," for item in items), "]"])


_BEGIN: Final = "\x02"
_END: Final = "\x03"  # around a remark until its line is whole; in a text they are escaped
_REMARK: Final = re.compile(rf"{_BEGIN}([^{_BEGIN}{_END}\n]*){_END}")
_LINE_WITH_REMARK: Final = re.compile(rf"{_REMARK.pattern}(.*)")


def _remarked(value: Remarked) -> str:
    text = quoted(str(value))
    return f"{text}{_BEGIN}{_INVISIBLE_ONES.sub(' ', value.remark)}{_END}" if value.remark else text


def with_remarks(text: str) -> str:
    found = 1 if _BEGIN in text else 0
    while found:
        text, found = _LINE_WITH_REMARK.subn(r"\2 # \1", text)
    return text


def without_remarks(text: str) -> str:
    return _REMARK.sub("", text) if _BEGIN in text else text


_RENDERERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Remarked, _remarked),
    (str, lambda value: quoted(str(value))),  # an enumeration of texts, too
    (int, lambda value: _whole(int(value))),
    (float, lambda value: _number(Decimal(repr(value)))),
    (Decimal, _number),
    (Mapping, _map),
    (list, lambda value: _list([literal(item) for item in value])),
    (tuple, lambda value: _list([literal(item) for item in value])),
    (AbstractSet, lambda value: _list(sorted(literal(item) for item in value))),
)
