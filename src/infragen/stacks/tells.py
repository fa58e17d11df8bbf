"""What people are told of an environment: of each entry, and of what stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.core.operations import ABOUTS
from infragen.kinds import capabilities, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.operations import OutputLine
    from infragen.core.place import Place


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an entry, by its id, or of a capability, by its name."""

    owner: str
    tell: OutputLine


def tells(place: Place) -> tuple[Told, ...]:
    """Return what is told, addresses first; what several entries tell alike is told once, of the first of them."""
    found: dict[OutputLine, Told] = {}
    for told in _tells(place):
        found.setdefault(told.tell, told)
    return tuple(sorted(found.values(), key=lambda told: ABOUTS.index(told.tell.about)))


def _tells(place: Place) -> Iterator[Told]:
    for owner, entry in place.environment.every():
        yield from (Told(owner, tell) for tell in kinds()[entry.KIND].operations.outputs(entry, place.of(owner)))
    for name in place.capabilities:
        yield from (Told(name, tell) for tell in capabilities()[name].outputs(place.of(name)))
