"""Where findings point: the place a reader has to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.catalog.landscape import Landscape
    from infragen.diagnostics import Location

__all__ = ["nearest", "own_name"]


def own_name(landscape: Landscape, owner: str) -> Location:
    """Return where the name that an entry's AWS names are made of is given."""
    layers = landscape.origins[owner]
    for field in ("physical_name", "renamed_from"):
        if layers.setting((field,)):
            return layers.locate((field,))
    return layers.locate(("name",))


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """Return a hint for a name that is not known: the closest one, or all there are."""
    from infragen.catalog.loader import did_you_mean

    names = sorted(known)
    return did_you_mean(word, names) or f"{what}: {', '.join(names) or 'none'}"
