"""What a report tells of one change, worked out once: the differences worth a line, and the count of the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.plan import Noise

if TYPE_CHECKING:
    from infragen.plan import AttributeChange, Cause, Change, Risk

__all__ = ["Told", "tell", "worth_telling"]


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words.

    `attributes` are the differences to tell, what forces a replacement first; `folded` says which noise is only
    counted and how much of it; `risks` are worst first and never empty; `causes` say why it is replaced.
    """

    change: Change
    attributes: tuple[AttributeChange, ...]
    folded: tuple[tuple[str, int], ...]
    risks: tuple[Risk, ...]
    causes: tuple[Cause, ...]

    @property
    def risk(self) -> Risk:
        """The worst that can come of it."""
        return self.risks[0]


def tell(change: Change) -> Told:
    """Work out what a report tells of a change. It is not cheap: ask once, and keep it no longer than it is needed."""
    attributes, folded = worth_telling(change.attributes)
    return Told(change, attributes, folded, change.risks, change.causes)


def worth_telling(
    attributes: tuple[AttributeChange, ...],
) -> tuple[tuple[AttributeChange, ...], tuple[tuple[str, int], ...]]:
    """Return the differences to tell in order, and in words how many of which kind of noise are only counted."""
    told = [attribute for attribute in attributes if attribute.noise is None]
    counts = Counter(attribute.noise for attribute in attributes)
    told.sort(key=lambda attribute: (not attribute.forces_replacement, attribute.path))
    return tuple(told), tuple((noise.value, counts[noise]) for noise in Noise if counts[noise])
