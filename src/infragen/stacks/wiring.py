"""What stacks publish and read, found out while their files are written.

A file asks for an export; it gets `module.<label>.<attribute>` in the stack that calls the module, and anywhere else
`local.<stack>.<output>`, of which note is taken. So no output exists that nothing reads, but for what people want to
see; the order of the stacks follows from the same notes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from infragen.core.place import identifier
from infragen.diagnostics import Diagnostic, InfragenError, Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.core.expressions import Export
    from infragen.core.part import Part


@dataclass(frozen=True, slots=True)
class Published:
    """An output of a stack: its name, what it publishes, and who wants it: `None` is for people to see."""

    name: str
    export: Export
    reader: str | None


@dataclass(slots=True)
class Wiring:
    """Notes of who reads what; `homes` maps an owner and a role to the stack of that part."""

    homes: Mapping[tuple[str, str], str]
    outputs: dict[str, dict[str, Published]] = field(default_factory=dict)
    _edges: dict[str, dict[str, tuple[Part, Export]]] = field(default_factory=dict)
    _written: dict[str, set[str]] = field(default_factory=dict)

    def show(self, parts: Iterable[Part]) -> None:
        """Publish what people want to see of parts."""
        for part in parts:
            for name, export in part.shown.items():
                self._publish(self._home(export, part), identifier(name), export, None)

    def reference(self, export: Export, part: Part) -> str:
        """Return the expression that an export is in a part's file, and take note where it is another stack's."""
        home, own = self._home(export, part), self.homes[part.owner, part.role]
        if home == own:
            return f"module.{export.module.label}.{export.attribute}"
        name = f"{export.module.label}_{export.attribute}"
        self._publish(home, name, export.module.output(export.attribute), part.owner)
        self._edges.setdefault(own, {}).setdefault(home, (part, export))
        return f"local.{identifier(home)}.{name}"

    def written(self, stack: str, upstream: str, export: Export | None, name: str, source: str) -> None:
        """Take note of an output that a person's own text in a stack reads; `export` is None for one that is there."""
        self._written.setdefault(stack, set()).add(upstream)
        if export is not None:
            self._publish(upstream, name, export, source)

    def upstreams(self, stack: str) -> tuple[str, ...]:
        """Return the stacks that a stack reads outputs of, sorted by name."""
        return tuple(sorted({*self._edges.get(stack, ()), *self._written.get(stack, ())}))

    def order(self) -> tuple[str, ...]:
        """Return all stacks, each after those it reads of; InfragenError L203 when two need each other."""
        names = sorted(set(self.homes.values()))
        sorter = TopologicalSorter({name: self.upstreams(name) for name in names})
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

    def _home(self, export: Export, part: Part) -> str:
        try:
            return self.homes[export.module.owner, export.module.role]
        except KeyError:
            message = f"{part.owner} needs the {export.module.role} of {export.module.owner}, which is not built"
            raise InfragenError(Diagnostic("L204", message, Location(part.source))) from None

    def _publish(self, stack: str, name: str, export: Export, reader: str | None) -> None:
        published = self.outputs.setdefault(stack, {})
        first = published.setdefault(name, Published(name, export, reader))
        if first.export != export:
            message = (
                f"{export.module.owner} and {first.export.module.owner} would both be the output {name} of {stack}"
            )
            raise InfragenError(Diagnostic("L205", message, hint="give one of them another name"))

    def _circle(self, stacks: list[str]) -> Diagnostic:
        """Say which two entries make two stacks need each other."""
        links = []
        for upstream, reader in itertools.pairwise(stacks):
            if upstream not in self._edges.get(reader, ()):
                continue  # a person's own text
            part, export = self._edges[reader][upstream]
            links.append((part, f"{part.owner} (in {reader}) reads {export.module.owner} (in {upstream})"))
        said = ", ".join(text for _, text in links)
        roles = " and ".join(sorted({repr(part.role) for part, _ in links}))
        hint = f"put {roles} into one stack with `layout` in system.yaml, or take one of these uses away"
        location = Location(links[0][0].source) if links else None
        return Diagnostic("L203", f"stacks that need each other: {said or ', '.join(stacks)}", location, hint=hint)
