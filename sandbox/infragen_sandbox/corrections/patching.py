"""How a correction takes hold of moto, such that a moto that changed is noticed at start and not in a strange plan."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def around(owner: object, name: str, function: Callable[..., Any]) -> None:
    """Put `function(original, *args, **kwargs)` in place of `owner.name`; AttributeError if moto has no such name."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def corrected(*args: Any, **kwargs: Any) -> Any:
        return function(original, *args, **kwargs)

    setattr(owner, name, corrected)


def replace(owner: object, name: str, function: object) -> None:
    """Put `function` in place of `owner.name`; AttributeError if moto has no such name."""
    getattr(owner, name)
    setattr(owner, name, function)


def add(owner: object, name: str, function: object) -> None:
    """Give `owner` what moto lacks; AttributeError if moto has got it meanwhile, so that ours can go."""
    if hasattr(owner, name):
        raise AttributeError(f"moto has {name} now: the correction is to be looked at again")
    setattr(owner, name, function)


def parameter(response: Any, name: str, default: Any = None) -> Any:
    """Return a parameter of the request that `response` answers, under AWS's name for it."""
    return response._get_param(name, default)  # noqa: SLF001  moto has no public way
