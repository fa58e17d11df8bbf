"""What a report shows of one change, worked out once: the differences worth a line, and the count of the others."""

from collections import Counter

from msgspec import Struct

from infragen.plan import AttributeChange, Cause, Change, Noise, Risk


class ChangeDetails(Struct, frozen=True):
    """One change in words.

    `attributes` are the differences to show, what forces a replacement first; `folded` says which noise is only
    counted and how much of it; `risks` are worst first and never empty; `causes` say why it is replaced.
    """

    change: Change
    attributes: tuple[AttributeChange, ...]
    folded: tuple[tuple[str, int], ...]
    risks: tuple[Risk, ...]
    causes: tuple[Cause, ...]

    @property
    def risk(self) -> Risk:
        return self.risks[0]


def details_of(change: Change) -> ChangeDetails:
    """Work out what a report shows of a change. It is not cheap: ask once, and keep it no longer than it is needed."""
    attributes = change.attributes
    details = [attribute for attribute in attributes if attribute.noise is None]
    details.sort(key=lambda attribute: (not attribute.forces_replacement, attribute.path))
    counts = Counter(attribute.noise for attribute in attributes)
    folded = tuple((noise.value, counts[noise]) for noise in Noise if counts[noise])
    return ChangeDetails(change, tuple(details), folded, change.risks, change.causes)
