"""What a variable's type makes of a value: attributes that are left out get their defaults, sets their order."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from infragen.hcl.expressions import evaluated
from infragen.hcl.functions import FUNCTIONS, Functions
from infragen.hcl.later import Later, UnevaluatedError, as_text, is_true

Conversion = Callable[[object], object]


@lru_cache(maxsize=1024)
def conversion(text: str) -> Conversion:
    """Return what a type (`map(object({ name = optional(string, "x") }))`) makes of a value."""
    found = evaluated(text, _plain, _CONSTRUCTORS)
    return found if callable(found) else _any


def _plain(name: str) -> object:
    if name not in _TYPES:
        raise UnevaluatedError(f"{name} is no type")
    return _TYPES[name]


def _any(value: object) -> object:
    return value


_TYPES: Final[Mapping[str, Conversion]] = {
    "any": _any,
    "string": lambda value: value if value is None else as_text(value),
    "number": lambda value: (
        FUNCTIONS.table["tonumber"](value) if isinstance(value, str) and not isinstance(value, Later) else value
    ),
    "bool": lambda value: is_true(value) if isinstance(value, str) and not isinstance(value, Later) else value,
}


def _optional(of: Conversion, default: object = None) -> Conversion:
    return lambda value: of(default if value is None else value)


def _list(of: Conversion) -> Conversion:
    return lambda value: [of(one) for one in value] if isinstance(value, list) else value


def _set(of: Conversion) -> Conversion:
    return lambda value: FUNCTIONS.table["toset"]([of(one) for one in value]) if isinstance(value, list) else value


def _map(of: Conversion) -> Conversion:
    return lambda value: {key: of(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _object(attributes: Mapping[str, Conversion]) -> Conversion:
    return lambda value: (
        {name: of(value.get(name)) for name, of in attributes.items()} if isinstance(value, Mapping) else value
    )


def _tuple(types: list[Conversion]) -> Conversion:
    return lambda value: [of(one) for of, one in zip(types, value, strict=False)] if isinstance(value, list) else value


_CONSTRUCTORS: Final = Functions(
    {"list": _list, "map": _map, "object": _object, "optional": _optional, "set": _set, "tuple": _tuple}
)
