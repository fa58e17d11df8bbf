"""JSON as data with exact numbers: a float would hide a change of the 17th digit."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from infragen.redaction.values import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collector_paused", "decode_value"]


def decode_value(content: bytes | str) -> object:
    """Return JSON as data with every number as `Number`; NaN and Infinity are refused as JSON does.

    Raises json.JSONDecodeError, and RecursionError when it is nested more than about a thousand deep.
    """
    return _EXACTLY.decode(content if isinstance(content, str) else content.decode())


def _refuse_constant(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text} is not a value of JSON", text, 0)


_EXACTLY = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_refuse_constant)


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
