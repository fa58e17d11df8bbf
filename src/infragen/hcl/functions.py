"""Terraform's operators and functions that plain configuration uses (developer.hashicorp.com, Terraform: Functions)."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct

from infragen.hcl.later import FailsError, Known, Later, UnevaluatedError, as_text, is_marked, is_true, marked


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_plain(value: object) -> bool:
    """Whether a value is compared here as Terraform does: it normalises letters, and tells lists from tuples."""
    if isinstance(value, str):
        return value.isascii() or is_marked(value)
    return value is None or isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _alike(values: Iterable[Any]) -> list[Any]:
    many = list(values)
    if len({str if isinstance(one, str) else type(one) for one in many}) > 1:
        raise UnevaluatedError("these are of several types")
    return many


def _numbers(values: Iterable[Any]) -> list[int | float]:
    many = list(values)
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in many):
        raise UnevaluatedError("these are no numbers")
    return many


def _set(values: Iterable[object]) -> list[object]:
    found: dict[object, object] = {}
    for value in _alike(values):
        found.setdefault(_key(value), value)
    each = list(found.values())
    return sorted(each, key=as_text) if all(isinstance(one, str) for one in each) else each


def _key(value: object) -> object:
    if isinstance(value, list):
        return tuple(map(_key, value))
    return frozenset((name, _key(one)) for name, one in value.items()) if isinstance(value, dict) else value


def _without(first: Iterable[object], second: Iterable[object]) -> list[object]:
    others = {*map(_key, second)}
    return _set(one for one in first if _key(one) not in others)


def _in_all(first: Iterable[object], *sets: Iterable[object]) -> list[object]:
    others = [{*map(_key, many)} for many in sets]
    return _set(one for one in first if all(_key(one) in many for many in others))


def _flatten(values: Iterable[Any]) -> list[object]:
    return [one for value in values for one in (_flatten(value) if isinstance(value, list) else [value])]


def _one(values: Sequence[object]) -> object:
    if len(values) > 1:
        raise UnevaluatedError("there are several")
    return values[0] if values else None


def _contains(values: Iterable[object], wanted: object) -> bool:
    many = _alike([*values, wanted])[:-1]
    if wanted not in many and any(isinstance(one, Later) for one in (*many, wanted)):
        raise UnevaluatedError("it depends on what is known after apply")
    return wanted in many


_COMMON: Final = re.compile(
    r"(?:[^\\\[\](){}*+?|]|\\[dwsDWS.\-/\\()\[\]{}*+?|^$:]|\[\^?(?:[^\\\[\]]|\\[dwsDWS.\-/\\^\[\]])++\]"
    r"|\((?:\?(?::|P<\w+>))?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??(?![*+?{])|\{(?![\d,])|\})*+"
)
"""What patterns mean the same in Go's RE2 as in Python (github.com/google/re2/wiki/Syntax)."""


def _matches(pattern: str, text: str) -> Iterator[re.Match[str]]:
    """Python's matching can take long where Terraform's does not, and of what is empty it finds others."""
    repeating = re.sub(r"\(\?(?::|P<\w+>)|\\.", "", pattern)
    if (
        len(text) > 1_000
        or not (text.isascii() and _COMMON.fullmatch(pattern))
        or ("\n" in text and "$" in pattern)
        or re.search(r"&&|\|\||~~|--|\)[*+{?]", pattern)
        or len(re.findall(r"[*+{]", repeating)) > 2
        or len(re.findall(r"[*+{?|]", repeating)) > 5
    ):
        raise UnevaluatedError(f"the pattern {pattern[:80]} may take long to match, or mean something else")
    for found in re.finditer(pattern, text, re.ASCII):
        if not found[0]:
            raise UnevaluatedError(f"the pattern {pattern[:80]} matches an empty text")
        yield found


def _range(*numbers: int) -> list[int]:
    if len(range(*numbers)) > 1024:  # as many as Terraform makes
        raise UnevaluatedError("the range is too long")
    return list(range(*numbers))


def _replace(text: str, old: str, new: str) -> str:
    if not (len(old) > 1 and old[0] == old[-1] == "/"):
        return text.replace(old, new)
    parts, at = [], 0
    for found in _matches(old[1:-1], text):
        by = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new.replace("\\", r"\\"))
        parts += [text[at : found.start()], found.expand(by)]
        at = found.end()
    return "".join([*parts, text[at:]])


def _format(pattern: str, *values: object) -> str:
    parts = re.split(r"%([sdv%])", pattern)
    if any("%" in text for text in parts[::2]) or len(values) != sum(verb != "%" for verb in parts[1::2]):
        raise UnevaluatedError(f"the format {pattern[:80]} is not known")
    rest = iter(values)
    parts[1::2] = ["%" if verb == "%" else as_text(next(rest)) for verb in parts[1::2]]
    return "".join(parts)


def _regex(pattern: str, text: str) -> object:
    if (found := next(_matches(pattern, text), None)) is None:
        raise FailsError("nothing matches")
    return _groups(found)


def _at(values: Sequence[object], index: int) -> object:
    if index < 0:
        raise UnevaluatedError("a negative index")
    return values[index % len(values)]


def _slice(values: Sequence[object], start: int, end: int) -> object:
    if not 0 <= start <= end <= len(values):
        raise UnevaluatedError("there are no such elements")
    return values[start:end]


def _groups(found: re.Match[str]) -> object:
    return found.groupdict() or (list(found.groups()) if found.re.groups else found[0])


_FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "abs": abs,
    "alltrue": lambda values: all(map(is_true, values)),
    "anytrue": lambda values: any(map(is_true, values)),
    "ceil": math.ceil,
    "coalesce": lambda *values: next(value for value in values if value not in (None, "")),
    "coalescelist": lambda *values: next(value for value in values if value),
    "compact": lambda values: [one for one in values if one not in (None, "")],
    "concat": lambda *lists: [one for many in lists for one in many],
    "contains": _contains,
    "distinct": lambda values: list(dict.fromkeys(_alike(values))),
    "element": _at,
    "endswith": lambda text, end: text.endswith(end),
    "flatten": _flatten,
    "floor": math.floor,
    "format": _format,
    "join": lambda by, *lists: by.join(as_text(one) for many in lists for one in many),
    "jsondecode": json.loads,
    "jsonencode": lambda one: json.dumps(_plain(one), sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    "keys": sorted,
    "length": len,
    "lookup": lambda values, key, *otherwise: values[key] if key in values or not otherwise else otherwise[0],
    "lower": lambda text: text.lower(),
    "max": lambda *values: max(_numbers(values)),
    "merge": lambda *maps: {key: value for one in maps if one is not None for key, value in one.items()},
    "min": lambda *values: min(_numbers(values)),
    "nonsensitive": lambda value: value,
    "one": _one,
    "range": _range,
    "regex": _regex,
    "regexall": lambda pattern, text: [_groups(found) for found in _matches(pattern, text)],
    "replace": _replace,
    "reverse": lambda values: values[::-1],
    "sensitive": lambda value: value,
    "setproduct": lambda first, second: [[one, two] for one in first for two in second],
    "setsubtract": _without,
    "setunion": lambda *sets: _set(one for many in sets for one in many),
    "setintersection": _in_all,
    "sha256": lambda text: sha256(text.encode()).hexdigest(),
    "slice": _slice,
    "sort": lambda values: sorted(map(as_text, values)),
    "split": lambda by, text: text.split(by),
    "startswith": lambda text, start: text.startswith(start),
    "strcontains": lambda text, part: part in text,
    "substr": lambda text, start, length: text[start:] if length < 0 else text[start:][:length],
    "sum": lambda values: sum(_numbers(values)),
    "plantimestamp": lambda: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    "timecmp": lambda one, other: (one > other) - (one < other),  # RFC 3339 in UTC, as templates have it
    "title": lambda text: re.sub(r"\b\w", lambda found: found[0].upper(), text),
    "tolist": list,
    "tomap": lambda values: values,
    "tonumber": lambda value: value if value is None or isinstance(value, int | float) else json.loads(value),
    "toset": _set,
    "tostring": lambda value: None if value is None else as_text(value),
    "tobool": lambda value: None if value is None else is_true(value),
    "trimprefix": lambda text, start: text.removeprefix(start),
    "trimspace": lambda text: text.strip(" \t\n\v\f\r"),
    "trimsuffix": lambda text, end: text.removesuffix(end),
    "upper": lambda text: text.upper(),
    "uuid": lambda: Later("uuid()", "result"),  # drawn at apply
    "values": lambda values: [values[key] for key in sorted(values)],
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}
_TAKING: Final = frozenset(
    {"coalesce", "contains", "format", "jsonencode", "join", "lookup", "nonsensitive", "sensitive", "tostring"}
)
"""Functions that a text may be given to of which a part is known later: they leave its mark in it, or look for it."""
_PARTS: Final = frozenset(
    {
        "element", "jsondecode", "join", "lower", "one", "regex", "replace", "slice", "split", "substr", "title",
        "tolist", "toset", "trimprefix", "trimspace", "trimsuffix", "upper",
    }
)  # fmt: skip
"""Functions whose result is still about what is known later: `split(":", arn)[6]`."""
_OF_LETTERS: Final = frozenset({"length", "lower", "substr", "title", "trimspace", "upper"})
"""Functions that look at what letters are, of which Terraform and Python think differently."""


def _guarded(name: str, work: Callable[..., object]) -> Callable[..., object]:
    """Return a function that does not look into marks as if they were the texts that they stand for."""

    def called(*values: object) -> object:
        if name in _OF_LETTERS and any(isinstance(one, str) and not is_plain(one) for one in values):
            raise UnevaluatedError(f"{name} of other letters than ASCII")
        later = [value for value in values if isinstance(value, str) and is_marked(value)]
        if not later or (name in _TAKING and not isinstance(values[-1], Later)):
            return work(*values)
        known = [one for value in later for one in marked(value) if isinstance(one, Known)]
        if name in _PARTS and len({one.address for one in known}) == 1:
            wild = any(not {"*", "?"}.isdisjoint(one) for one in values if isinstance(one, str))
            return Later(*known[0]).through(f"{name}*" if wild else name)  # it may put a wildcard in
        if name in _TAKING:
            return work(*values)
        raise UnevaluatedError(f"{name} of what is known after apply")

    return called


def _equal(first: object, second: object) -> bool:
    """Compare as Terraform does; what is known later is only known not to be null, and to be itself."""
    if first is None or second is None:
        return first is second
    if first != second and (isinstance(first, Later) or isinstance(second, Later)):
        raise UnevaluatedError("it depends on what is known after apply")
    if not (is_plain(first) and is_plain(second)):
        raise UnevaluatedError("how Terraform compares collections, fractions and such letters is not known here")
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _number(value: object) -> int | float:
    if isinstance(value, bool | Later):
        raise UnevaluatedError(f"{value!r} is no number")
    if isinstance(value, int | float):
        return value
    text = as_text(value)
    return int(text) if text.lstrip("-").isdigit() else float(text)


OPERATORS: Final[Mapping[str, tuple[int, Callable[[Any, Any], object]]]] = {
    "||": (1, lambda a, b: is_true(a) or is_true(b)),
    "&&": (2, lambda a, b: is_true(a) and is_true(b)),
    "==": (3, _equal),
    "!=": (3, lambda a, b: not _equal(a, b)),
    "<": (4, lambda a, b: _number(a) < _number(b)),
    ">": (4, lambda a, b: _number(a) > _number(b)),
    "<=": (4, lambda a, b: _number(a) <= _number(b)),
    ">=": (4, lambda a, b: _number(a) >= _number(b)),
    "+": (5, lambda a, b: _number(a) + _number(b)),
    "-": (5, lambda a, b: _number(a) - _number(b)),
    "*": (6, lambda a, b: _number(a) * _number(b)),
    "/": (6, lambda a, b: _number(a) / _number(b)),
    "%": (6, lambda a, b: math.fmod(_number(a), _number(b))),
}
"""How strongly each binds, and what it makes of two values."""


def step(value: object, key: object) -> object:
    if isinstance(value, Later):
        return value.of(key)
    if isinstance(value, Mapping):
        try:
            return value[as_text(key)]
        except KeyError:
            raise FailsError(f"there is no {key!r}") from None
    if isinstance(value, Sequence) and not isinstance(value, str) and 0 <= int(as_text(key)) < len(value):
        return value[int(as_text(key))]
    raise FailsError(f"{value!r} has no {key!r}")


class Functions(Struct, frozen=True, eq=False):
    """Functions by name; two of these are the same when they are one, so that what is read with them can be kept."""

    table: Mapping[str, Callable[..., object]]


FUNCTIONS: Final = Functions({name: _guarded(name, work) for name, work in _FUNCTIONS.items()})
"""Each function by its name. What it is given that is known later stays so; UnevaluatedError where that decides."""
