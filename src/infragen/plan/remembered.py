"""What the plans read so far hold that nobody may see, for texts that are no plans: the log of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infragen.plan.redact import Taints

__all__ = ["learn", "mask"]

_KNOWN: list[Taints] = []
"""Of this process: whatever it does with a plan, what it logs afterwards may speak of the same values."""


def learn(taints: Taints) -> None:
    """Remember the tainted values of some plans."""
    if not taints.is_empty:
        _KNOWN.append(taints)


def mask(text: str) -> str:
    """Return a text without what any plan read so far marks as sensitive."""
    for taints in tuple(_KNOWN):
        text = taints.clean(text)
    return text
