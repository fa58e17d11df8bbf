"""Whether an object differs from its state in more than what is empty either way.

Providers read `{}` or an empty text back where nothing had been written: that nobody changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from infragen.plan.document import members_of, opened

if TYPE_CHECKING:
    from infragen.plan.document import Lazy

__all__ = ["is_of_substance"]


def is_of_substance(before: Lazy, after: Lazy) -> bool:
    """Compare the attributes of an object on both sides; one that is on one side only is of substance."""
    old, new = members_of(before), members_of(after)
    if not (old and new):
        return True
    different = (name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return any(_filled(opened(old.get(name, UNSET))) != _filled(opened(new.get(name, UNSET))) for name in different)


def _filled(value: object) -> object:
    """Return a value without what is empty in it, None for one that is empty."""
    if isinstance(value, dict):
        value = {name: kept for name, inner in value.items() if (kept := _filled(inner)) is not None}
    elif isinstance(value, list):
        value = [_filled(inner) for inner in value]
    return None if value in ("", [], {}) else value
