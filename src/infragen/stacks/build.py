"""An environment's parts, each in its stack; what stacks read of each other is found out when they are written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from infragen.core.place import Place
from infragen.kinds import capabilities, kinds
from infragen.stacks.layout import stack_of
from infragen.stacks.rules import Relations, security_parts
from infragen.stacks.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.core.kind import Reason
    from infragen.core.landscape import Environment
    from infragen.core.part import Part

__all__ = ["Draft", "draft", "in_force", "parts", "parts_by_owner"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of each stack, sorted by path, before anybody knows what the stacks read of each other."""

    environment: Environment
    stacks: Mapping[str, tuple[Part, ...]]
    wiring: Wiring


def in_force(environment: Environment) -> dict[str, tuple[Reason, ...]]:
    """Return the capabilities that are built, and who asks for each; one that another needs is asked for by it."""
    from infragen.core.kind import Reason

    asked = {name: sorted(one.reasons(environment)) for name, one in capabilities().items()}
    found = {name: reasons for name, reasons in asked.items() if reasons}
    waiting = sorted(found, reverse=True)
    while waiting:
        name = waiting.pop()
        for needed in capabilities()[name].needs:
            if needed not in found:
                found[needed] = []
                waiting.append(needed)
            first = found[name][0] if found[name] else None
            path = first.path if first else ()
            found[needed].append(Reason(name, path, f"needed by {capabilities()[name].title}"))
    return {name: tuple(found[name]) for name in sorted(found)}


def parts(environment: Environment) -> Iterator[Part]:
    """Yield all parts of an environment, of entries and of the capabilities that they ask for."""
    return chain.from_iterable(parts_by_owner(environment))


def parts_by_owner(environment: Environment) -> Iterator[Iterable[Part]]:
    """Yield the parts of each entry, of each capability, and of the connections between them."""
    place = Place(environment, in_force(environment))
    for owner, entry in environment.every():
        yield kinds()[entry.KIND].parts(entry, place.of(owner))
    for name in sorted(place.capabilities):
        yield capabilities()[name].parts(place.of(name))
    yield _connections(place)


def _connections(place: Place) -> Iterator[Part]:
    yield from security_parts(Relations(place))


def draft(environment: Environment) -> Draft:
    """Return the environment's parts in their stacks; the same for every order of input."""
    homes: dict[tuple[str, str], str] = {}
    stacks: dict[str, list[Part]] = {}
    for part in parts(environment):
        stack = homes.setdefault((part.owner, part.role), stack_of(environment, part))
        stacks.setdefault(stack, []).append(part)
    ordered = {name: tuple(sorted(stacks[name], key=lambda part: part.path)) for name in sorted(stacks)}
    wiring = Wiring(homes)
    wiring.show(part for some in ordered.values() for part in some)
    return Draft(environment, ordered, wiring)
