"""What botocore's model of a service says of the parameters of a call: which of it does not hold.

Required members, lengths, ranges, enumerations, patterns, one member of a union, and members that the model does not
have. The words are those in which AWS answers ("failed to satisfy constraint: Member must ...").

A pattern holds for the whole value, whether it says so with `^` and `$` or not: models of the older services have no
anchors, and those services match the whole value all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import regex

from infragen_sandbox.gate.exceptions import EXCEPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infragen_sandbox.gate.calls import Call

Kind = Literal["missing", "unknown", "value"]

_SHOWN = 80
_SHOWN_WORDS = 12

# Java's way to write all that lies outside of the basic plane; Python counts code points.
_SURROGATES = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")

_NUMBERS: Final = frozenset({"integer", "long", "float", "double", "short", "byte"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a call that AWS refuses; `constraint` is what EXCEPTIONS would call it."""

    kind: Kind
    path: str
    text: str
    constraint: str


def problems(call: Call) -> list[Problem]:
    """List all that does not hold, but for what AWS takes although its model does not."""
    if call.unreadable is not None:
        return [Problem("value", "", f"The request cannot be read: {call.unreadable}", "unreadable")]
    shape = call.operation.input_shape
    found = [
        Problem(
            "unknown", one.name, f"Unknown parameter '{one.name}' in {one.structure}", f"{one.structure}.{one.name}"
        )
        for one in call.unknown
    ]
    if shape is not None:
        found += _structure(shape, call.parameters, "")
    accepted = EXCEPTIONS.get(call.service)
    return [one for one in found if one.constraint not in accepted] if accepted else found


def _any(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    check = _CHECKS.get(shape.type_name)
    if check is not None and value is not None:
        yield from check(shape, value, path)


def _structure(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    if shape.is_document_type:
        return
    members = shape.members
    inside = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            text = f"Value null at '{inside}{name}' failed to satisfy constraint: Member must not be null"
            yield Problem("missing", f"{inside}{name}", text, f"{shape.name}.{name}.required")
    if shape.is_tagged_union and len(value) != 1:
        text = f"'{path}' must have exactly one of {', '.join(sorted(members))}; it has {len(value)}"
        yield Problem("value", path, text, f"{shape.name}.union")
    for name, one in value.items():
        yield from _any(members[name], one, inside + name)


def _list(shape: Any, value: list[Any], path: str) -> Iterator[Problem]:
    yield from _size(shape, len(value), path, f"a list of {len(value)}", "length")
    member = shape.member
    if member.type_name in _CHECKS:
        for number, one in enumerate(value):
            yield from _any(member, one, f"{path}[{number}]")


def _map(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[Problem]:
    yield from _size(shape, len(value), path, f"a map of {len(value)}", "length")
    for name, one in value.items():
        yield from _any(shape.key, name, f"{path} (key)")
        yield from _any(shape.value, one, f"{path}.{name}")


def _string(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        return
    metadata = shape.metadata
    if not metadata:
        return
    shown = "*****" if metadata.get("sensitive") else _short(repr(value))
    yield from _size(shape, len(value), path, shown, "length")
    words = metadata.get("enum")
    if words and value not in words:
        some = ", ".join(words[:_SHOWN_WORDS]) + (", ..." if len(words) > _SHOWN_WORDS else "")
        yield _unsatisfied(shape, path, shown, f"satisfy enum value set: [{some}]", "enum")
    pattern = metadata.get("pattern")
    if pattern and not words and not _matches(pattern, value):
        yield _unsatisfied(shape, path, shown, f"satisfy regular expression pattern: {pattern}", "pattern")


def _blob(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    yield from _size(shape, len(value), path, f"{len(value)} bytes", "length")


def _number(shape: Any, value: Any, path: str) -> Iterator[Problem]:
    yield from _size(shape, value, path, f"'{value}'", "value")


def _size(shape: Any, size: float, path: str, shown: str, of: str) -> Iterator[Problem]:
    metadata = shape.metadata
    if "min" in metadata and size < metadata["min"]:
        yield _unsatisfied(shape, path, shown, f"have {of} greater than or equal to {metadata['min']}", "min")
    if "max" in metadata and size > metadata["max"]:
        yield _unsatisfied(shape, path, shown, f"have {of} less than or equal to {metadata['max']}", "max")


def _unsatisfied(shape: Any, path: str, shown: str, must: str, constraint: str) -> Problem:
    text = f"Value {shown} at '{path}' failed to satisfy constraint: Member must {must}"
    return Problem("value", path, text, f"{shape.name}.{constraint}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...'"


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@cache
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    """Compile a pattern of a model; None for the few in Java's own dialect that no library here reads."""
    try:
        return regex.compile(pattern.replace(*_SURROGATES))
    except regex.error:
        return None


_CHECKS: Final[Mapping[str, Callable[[Any, Any, str], Iterator[Problem]]]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "blob": _blob,
    **dict.fromkeys(_NUMBERS, _number),
}
