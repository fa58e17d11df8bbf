"""What the plans read so far hold that nobody may see, for texts that are no plans: the log of a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from infragen.plan.redact import Taints

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["learn", "mask"]


class _Memory:
    """Tainted values, and what finds them all at once: one of them may be the beginning of another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: frozenset[str] = frozenset()
        self._taints: Taints | None = None

    def learn(self, values: Collection[str]) -> None:
        with self._lock:
            if not self._values.issuperset(values):
                self._values |= frozenset(values)
                self._taints = None

    def mask(self, text: str) -> str:
        with self._lock:
            if self._taints is None:
                self._taints = Taints(self._values)
            taints = self._taints
        return taints.clean(text)


_MEMORY = _Memory()
"""Of this process: whatever it does with a plan, what it logs afterwards may speak of the same values."""


def learn(values: Collection[str]) -> None:
    """Remember the tainted values of some plans."""
    _MEMORY.learn(values)


def mask(text: str) -> str:
    """Return a text without what any plan read so far marks as sensitive."""
    return _MEMORY.mask(text)
