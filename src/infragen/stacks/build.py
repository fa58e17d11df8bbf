"""An environment's parts, each in its stack; what stacks read of each other is found out when they are written."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.part import Part, Provider, Reason
from infragen.core.resolved_system import Environment
from infragen.core.tracing import once
from infragen.diagnostics import Diagnostic, InfragenError, Location, sort_diagnostics
from infragen.kinds import built, capabilities
from infragen.stacks.layout import region_of, stack_of
from infragen.stacks.outputs import EntryOutput, outputs_of
from infragen.stacks.rules import Relations, security_parts
from infragen.stacks.wiring import Wiring


class Draft(Struct, frozen=True):
    """The parts of each stack, sorted by path, before anybody knows what the stacks read of each other."""

    environment: Environment
    stacks: Mapping[str, tuple[Part, ...]]
    wiring: Wiring
    outputs: tuple[EntryOutput, ...] = ()
    """What people are told of what stands."""

    def region(self, stack: str) -> str:
        parts = self.stacks[stack]
        return parts[0].region if parts else region_of(self.environment, stack)

    def providers(self, stack: str) -> tuple[Provider, ...]:
        found = {provider.name: provider for part in self.stacks[stack] for provider in part.providers}
        return tuple(found[name] for name in sorted(found))


@once
def in_force(environment: Environment) -> Mapping[str, tuple[Reason, ...]]:
    """Return the capabilities that are built, and who asks for each; one that another needs is asked for by it."""
    asked = {name: sorted(one.reasons(environment)) for name, one in capabilities().items()}
    found = {name: reasons for name, reasons in asked.items() if reasons}
    waiting = sorted(found, reverse=True)
    while waiting:
        name = waiting.pop()
        for needed in capabilities()[name].requires:
            if needed not in found:
                found[needed] = []
                waiting.append(needed)
            first = found[name][0] if found[name] else None
            path = first.path if first else ()
            found[needed].append(Reason(name, path, f"needed by {capabilities()[name].title}"))
    return {name: tuple(found[name]) for name in sorted(found)}


@once
def relations(environment: Environment) -> Relations:
    return Relations(BuildContext(environment, in_force(environment)))


@once
def parts(environment: Environment) -> tuple[Part, ...]:
    return (*owned_parts(environment), *connections(environment))


@once
def owned_parts(environment: Environment) -> tuple[Part, ...]:
    return tuple(chain.from_iterable(built(BuildContext(environment, in_force(environment)))))


def connections(environment: Environment) -> Iterator[Part]:
    yield from security_parts(relations(environment))


@once
def sound_owned_parts(environment: Environment) -> tuple[Part, ...]:
    """Return what `owned_parts` does, without the parts of whatever refers to something broken."""
    with suppress(KeyError):
        return owned_parts(environment)
    found: list[Part] = []
    for some in built(BuildContext(environment, in_force(environment))):
        with suppress(KeyError):
            found += some
    return tuple(found)


def sound_connections(environment: Environment) -> tuple[Part, ...]:
    found: list[Part] = []
    with suppress(KeyError):
        found += connections(environment)
    return tuple(found)


@once
def sound_parts(environment: Environment) -> tuple[Part, ...]:
    return (*sound_owned_parts(environment), *sound_connections(environment))


def _disagreements(stack: str, parts: Iterable[Part]) -> Iterator[Diagnostic]:
    first: dict[str, tuple[object, Part]] = {}
    said: set[str] = set()
    for part in parts:
        wanted = {"region": part.region, **{f"provider {one.name}": one for one in part.providers}}
        for what, value in wanted.items():
            known, other = first.setdefault(what, (value, part))
            if known != value and what not in said:
                said.add(what)
                who = f"{other.owner}'s {other.role} and {part.owner}'s {part.role}"
                message = f"{who} are in the stack {stack}, but need a different {what} each"
                hint = "give one of them a stack of its own with `layout` in system.yaml"
                code = "L206" if what == "region" else "L207"
                yield Diagnostic(code, message, Location(part.source), hint=hint)


def draft(environment: Environment) -> Draft:
    """Place parts in stacks, in the same way for every order of input; InfragenError L201, L202, L206, L207."""
    homes: dict[tuple[str, str], str] = {}
    stacks: dict[str, list[Part]] = {}
    problems: list[Diagnostic] = []
    for part in parts(environment):
        try:
            stack = stack_of(environment, part)
        except InfragenError as error:
            problems += error.diagnostics
            continue
        homes[part.owner, part.role] = stack
        stacks.setdefault(stack, []).append(part)
    problems += (problem for stack, some in stacks.items() for problem in _disagreements(stack, some))
    if problems:
        raise InfragenError(*sort_diagnostics(dict.fromkeys(problems)))
    ordered = {name: tuple(sorted(stacks[name], key=lambda part: part.path)) for name in sorted(stacks)}
    wiring = Wiring(homes)
    wiring.show(part for some in ordered.values() for part in some)
    outputs = outputs_of(BuildContext(environment, in_force(environment)))
    wiring.publish(export for one in outputs for export in one.line.exports)
    return Draft(environment, ordered, wiring, outputs)
