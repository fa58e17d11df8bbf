"""What a lens is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infragen.plan.model import AttributeChange
    from infragen.plan.view import View


class Lens(NamedTuple):
    """How one resource type reads: the attributes it shows, and how."""

    attributes: frozenset[str]
    read: Callable[[View], Iterable[AttributeChange]]
