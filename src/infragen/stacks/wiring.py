"""What stacks publish and read, found out while their files are written.

A file asks for an export; it gets `module.<label>.<attribute>` in the stack that calls the module, and anywhere else
`local.<stack>.<output>`, of which note is taken. So no output exists that nothing reads, but for what people want to
see; the order of the stacks follows from the same notes.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from msgspec import Struct

from infragen.core.build_context import identifier
from infragen.core.expressions import Export, Published
from infragen.core.part import Part
from infragen.diagnostics import Diagnostic, InfragenError, Location


class StackOutput(Struct, frozen=True):
    """An output of a stack: its name, what it publishes, and who wants it: `None` is for people to see."""

    name: str
    export: Export
    reader: str | None


class ByHand(Struct, frozen=True):
    """An output of a hand-written file: its value as it stands there, and where the block stands."""

    value: str
    place: Location
    description: str = ""
    is_sensitive: bool = False


class _Reading(Struct, frozen=True):
    """Who reads what of another stack; `role` is what the reader is, None where it is text of a person's own."""

    who: str
    what: str
    place: Location
    role: str | None


@dataclass(slots=True)
class Wiring:
    """Notes of who reads what; `homes` maps an owner and a role to the stack of that part."""

    homes: Mapping[tuple[str, str], str]
    outputs: dict[str, dict[str, StackOutput]] = field(default_factory=dict)
    by_hand: Mapping[str, Mapping[str, ByHand]] = field(default_factory=dict)
    """What hand-written files publish, by stack and name."""
    only_by_hand: frozenset[str] = frozenset()
    """Stacks that have hand-written files and nothing else."""
    _edges: dict[str, dict[str, _Reading]] = field(default_factory=dict)

    def show(self, parts: Iterable[Part]) -> None:
        for part in parts:
            for name, export in part.shown.items():
                self._publish(self.home_of(export, part), identifier(name), export, None)

    def publish(self, exports: Iterable[Export]) -> None:
        for export in exports:
            if self.name_of(export) is None:
                name = f"{export.module.label}_{export.attribute}"
                self._publish(self.home_of(export), name, export.module.output(export.attribute), None)

    def name_of(self, export: Export) -> str | None:
        wanted = export.module.output(export.attribute)
        published = self.outputs.get(self.home_of(export), {})
        return next((name for name, one in published.items() if one.export == wanted), None)

    def reference(self, export: Export, part: Part) -> str:
        home, own = self.home_of(export, part), self.homes[part.owner, part.role]
        if home == own:
            return f"module.{export.module.label}.{export.attribute}"
        name = f"{export.module.label}_{export.attribute}"
        self._publish(home, name, export.module.output(export.attribute), part.owner)
        read = self._edges.setdefault(own, {})
        if home not in read:
            read[home] = _Reading(part.owner, export.module.owner, Location(part.source), part.role)
        return f"local.{identifier(home)}.{name}"

    def published(self, output: Published, part: Part) -> str:
        """Return the reference; in its own stack the value, as Terraform does not let it read its own outputs."""
        own, name = self.homes[part.owner, part.role], f"local.{identifier(output.stack)}.{output.name}"
        found = self.by_hand.get(output.stack, {}).get(output.name)
        if output.stack == own:
            return found.value if found else name
        reading = _Reading(part.owner, f"the output {output.name}", Location(part.source), part.role)
        self._edges.setdefault(own, {}).setdefault(output.stack, reading)
        return name

    def written(self, stack: str, upstream: str, export: Export | None, name: str, place: Location) -> None:
        """Take note of an output that a person's own text in a stack reads; `export` is None for one that is there."""
        self._edges.setdefault(stack, {}).setdefault(upstream, _Reading(place.file, name, place, None))
        if export is not None:
            self._publish(upstream, name, export, place.file)

    def upstreams(self, stack: str) -> tuple[str, ...]:
        return tuple(sorted(self._edges.get(stack, ())))

    def order(self) -> tuple[str, ...]:
        """Return all stacks, each after those it reads of; InfragenError L203 when two need each other."""
        names = sorted({*self.homes.values(), *self.only_by_hand})
        sorter = TopologicalSorter({name: self._edges.get(name, {}).keys() & set(names) for name in names})
        try:
            sorter.prepare()
        except CycleError as error:
            raise InfragenError(self._circle(error.args[1])) from None
        ordered: list[str] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            ordered += ready
            sorter.done(*ready)
        return tuple(ordered)

    def home_of(self, export: Export, part: Part | None = None) -> str:
        """Return the stack whose state has an export; InfragenError L204 where nothing of the kind is built."""
        try:
            return self.homes[export.module.owner, export.module.role]
        except KeyError:
            wants, place = (f"{part.owner} needs", Location(part.source)) if part else ("people are told of", None)
            message = f"{wants} the {export.module.role} of {export.module.owner}, which is not built"
            raise InfragenError(Diagnostic("L204", message, place)) from None

    def _publish(self, stack: str, name: str, export: Export, reader: str | None) -> None:
        published = self.outputs.setdefault(stack, {})
        first = published.setdefault(name, StackOutput(name, export, reader))
        if first.reader is None and reader is not None:
            published[name] = StackOutput(name, first.export, reader)
        if first.export != export:
            owners = f"{export.module.owner} and {first.export.module.owner}"
            message = f"{owners} would both be the output {name} of {stack}"
            raise InfragenError(Diagnostic("L205", message, hint="give one of them another name"))

    def _circle(self, stacks: list[str]) -> Diagnostic:
        links = [(upstream, reader, self._edges[reader][upstream]) for upstream, reader in itertools.pairwise(stacks)]
        said = ", ".join(f"{one.who} (in {reader}) reads {one.what} (in {upstream})" for upstream, reader, one in links)
        by_hand = next(((one, upstream) for upstream, _, one in links if one.role is None), None)
        if by_hand is not None:
            one, upstream = by_hand
            hint = f"move {one.who} into {upstream}, whose outputs it reads, or remove one of these references"
            return Diagnostic("L203", f"stacks that depend on each other: {said}", one.place, hint=hint)
        roles = " and ".join(sorted({repr(one.role) for *_, one in links}))
        hint = f"put {roles} into one stack with `layout` in system.yaml, or remove one of these uses"
        return Diagnostic("L203", f"stacks that depend on each other: {said}", links[0][2].place, hint=hint)
