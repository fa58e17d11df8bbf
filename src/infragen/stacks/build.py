"""An environment's parts, each in its stack; what stacks read of each other is found out when they are written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from infragen.core.place import Place
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.kinds import capabilities, kinds
from infragen.stacks.layout import stack_of
from infragen.stacks.rules import Relations, security_parts
from infragen.stacks.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.core.kind import Reason
    from infragen.core.landscape import Environment
    from infragen.core.part import Part, Provider

__all__ = ["Draft", "draft", "in_force", "parts", "parts_by_owner"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of each stack, sorted by path, before anybody knows what the stacks read of each other."""

    environment: Environment
    stacks: Mapping[str, tuple[Part, ...]]
    wiring: Wiring

    def region(self, stack: str) -> str:
        """Return the one region of a stack."""
        return self.stacks[stack][0].region

    def providers(self, stack: str) -> tuple[Provider, ...]:
        """Return what a stack needs besides AWS's provider, by name."""
        found = {provider.name: provider for part in self.stacks[stack] for provider in part.providers}
        return tuple(found[name] for name in sorted(found))


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


def _check_agreement(stack: str, parts: Iterable[Part]) -> None:
    """Raise InfragenError where parts of one stack want two regions (L206), or two providers of one name (L207)."""
    first: dict[str, tuple[object, Part]] = {}
    for part in parts:
        wanted = {"region": part.region, **{f"provider {one.name}": one for one in part.providers}}
        for what, value in wanted.items():
            known, other = first.setdefault(what, (value, part))
            if known != value:
                who = f"{other.owner}'s {other.role} and {part.owner}'s {part.role}"
                message = f"{who} stand in the stack {stack}, and want another {what} each"
                hint = "give one of them a stack of its own with `layout` in system.yaml"
                code = "L206" if what == "region" else "L207"
                raise InfragenError(Diagnostic(code, message, Location(part.source), hint=hint))


def draft(environment: Environment) -> Draft:
    """Return the environment's parts in their stacks; the same for every order of input."""
    homes: dict[tuple[str, str], str] = {}
    stacks: dict[str, list[Part]] = {}
    for part in parts(environment):
        stack = stack_of(environment, part)
        homes[part.owner, part.role] = stack
        stacks.setdefault(stack, []).append(part)
    for stack, some in stacks.items():
        _check_agreement(stack, some)
    ordered = {name: tuple(sorted(stacks[name], key=lambda part: part.path)) for name in sorted(stacks)}
    wiring = Wiring(homes)
    wiring.show(part for some in ordered.values() for part in some)
    return Draft(environment, ordered, wiring)
