"""What takes time in the emulated AWS, and how much: the same for the same seed, whatever is asked in which order."""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Stage:
    """A state that passes, and the milliseconds that it lasts at least and at most."""

    word: str
    shortest: int
    longest: int


class Clock:
    """Tells how long a stage of a thing lasts, by the thing's name and the seed, and does later what is to be done."""

    def __init__(self, seed: int, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._seed = seed
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()

    def seconds(self, stage: Stage, resource: str, name: str) -> float:
        """Return how long the stage lasts for the resource of this type and name."""
        drawn = blake2b(f"{self._seed}/{resource}/{name}/{stage.word}".encode(), digest_size=8).digest()
        share = int.from_bytes(drawn) / 2**64
        return (stage.shortest + (stage.longest - stage.shortest) * share) / 1000

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something at the first request after so many seconds."""
        heapq.heappush(self._due, (self.now() + seconds, next(self._number), action))

    def advance(self) -> None:
        """Do what is due."""
        while self._due and self._due[0][0] <= self.now():
            heapq.heappop(self._due)[2]()

    def reset(self) -> None:
        """Forget what was to be done."""
        self._due.clear()
