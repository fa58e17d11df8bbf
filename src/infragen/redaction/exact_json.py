"""JSON as data with exact numbers: a float would hide a change of the 17th digit."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from infragen.redaction.values import Number


def decode_value(content: bytes | str) -> object:
    """Raise json.JSONDecodeError (for NaN, too), and RecursionError at about a thousand levels."""
    return _EXACTLY.decode(content if isinstance(content, str) else content.decode())


def json_inside(text: str) -> object:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return decode_value(text)
    except (json.JSONDecodeError, RecursionError):
        return None


class RepeatedKeyError(ValueError):
    """An object that has a key twice: which of the two counts depends on the program that reads it."""


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RepeatedKeyError
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text} is not a value of JSON", text, 0)


_EXACTLY = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=_refuse_constant, object_pairs_hook=once
)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic collector: it finds nothing in fresh JSON and costs four fifths of the decoding time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def object_or_empty(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def object_members(value: object) -> Iterator[tuple[str, dict[str, object]]]:
    yield from ((key, item) for key, item in object_or_empty(value).items() if isinstance(item, dict))


def objects_in(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
