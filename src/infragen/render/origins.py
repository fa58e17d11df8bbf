"""Which field of the catalogue an argument of a module call comes from, found out by rendering its file once more.

The file's values are read from a traced environment. Each value that the template writes is followed by a comment with
a number, which stands for what was read while it was worked out; the index of the text knows the argument it is in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from infragen.core.tracing import Notes, Read, reads_within, traced
from infragen.hcl.index import Index
from infragen.render.draft import context_of
from infragen.render.writing import Writing
from infragen.stacks.build import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.diagnostics import Location
    from infragen.hcl.index import Argument
    from infragen.render.templates import Templates
    from infragen.stacks.wiring import Wiring

_MARK: Final = "/*infragen:{}*/"
_MARKED: Final = re.compile(r"/\*infragen:(\d+)\*/")

_NAMES: Final = frozenset({"name", "physical_name", "renamed_from", "domain", "moved_from"})
_RANK_OF_NAMES: Final = 2
_EVERYWHERE: Final = frozenset(
    {("environment", "account"), ("environment", "region"), ("environment", "environment"), ("system", "name")}
)
"""What hardly ever changes goes after all else that has a say, and so does that something is there at all."""


@dataclass(frozen=True, slots=True, order=True)
class FieldOrigin:
    """A field, an entry's own without the entry's name (`tasks.max`), and the strongest line that sets it."""

    field: str
    location: Location


@dataclass(slots=True)
class Origins:
    """The origins of everything that an environment's files say; each file is traced when it is first asked for."""

    environment: Environment
    templates: Templates
    wiring: Wiring
    _notes: Notes = field(default_factory=Notes)
    _seen: Environment | None = None
    _parts: dict[tuple[str, str], list[Part]] | None = None
    _found: dict[tuple[str, str], dict[str, tuple[Read, ...]]] = field(default_factory=dict)

    def of(self, stack: str, path: str, label: str, arguments: Iterable[tuple[str, str | None]]) -> FieldOrigin | None:
        """Return the field that arguments of a module call come from; None when several on several lines have a say.

        The call stands in the file `path` of a stack. An argument comes with the key it is asked for, if any: one value
        of a map, or else all of it. An entry's own fields go before those of others, and values
        before names: in `"${var.name} in ${var.region} below ${var.min_tasks}"` it is the tasks that a person changes.
        """
        found = self._parts_of(stack, path)
        made = self.reads(stack, path)
        ranked: dict[int, set[FieldOrigin]] = {}
        for argument, key in arguments:
            whole = f"module.{label}.{argument}"
            for read in made.get(f"{whole}.{key}") or made.get(whole, ()):
                if read.is_set:
                    ranked.setdefault(_rank(read, found[0].owner), set()).add(self._origin(read))
        return _together(sorted(ranked[min(ranked)])) if ranked else None

    def has_field(self, stack: str, path: str, label: str, argument: str) -> bool:
        """Whether any field but names has a say in an argument."""
        made = self.reads(stack, path).get(f"module.{label}.{argument}", ())
        owners = [part.owner for part in self._parts_of(stack, path)]
        return any(read.is_set and _rank(read, owners[0]) < _RANK_OF_NAMES for read in made)

    def reads(self, stack: str, path: str) -> Mapping[str, tuple[Read, ...]]:
        """Return what was read for each argument of a file, by its address; for all of the file under an empty one."""
        found = self._found.get((stack, path))
        if found is None:
            found = {}
            for part in self._parts_of(stack, path):
                for address, reads in self._traced(part).items():
                    found[address] = (*found.get(address, ()), *reads)
            self._found[stack, path] = found
        return found

    def _watched(self) -> Environment:
        """Return the environment that takes note of what is read of it, the same one for all files."""
        if self._seen is None:
            self._seen = traced(self.environment, self._notes)
        return self._seen

    def _parts_of(self, stack: str, path: str) -> list[Part]:
        """Return the parts that a file is made of, all of one owner."""
        if self._parts is None:
            self._parts = {}
            for part in parts(self._watched()):
                self._parts.setdefault((self.wiring.homes[part.owner, part.role], part.path), []).append(part)
        return self._parts.get((stack, path), [])

    def _traced(self, part: Part) -> Mapping[str, tuple[Read, ...]]:
        if not part.path.endswith(".tf"):
            return {}
        marks: list[tuple[tuple[Read, ...], dict[str, tuple[Read, ...]]]] = []

        def mark(value: object) -> str:
            inner = value.items() if isinstance(value, dict) else ()
            marks.append(
                (
                    (*self._notes.taken(), *reads_within(value)),
                    {str(key): tuple(reads_within(one)) for key, one in inner},
                )
            )
            return _MARK.format(len(marks) - 1)

        writing = Writing(self.wiring, part)
        context = context_of(part, self._watched())
        text = self.templates.traced(part.template, context, writing.resolved, self._notes.begin, mark)
        index = Index(text)
        found: dict[str, dict[Read, None]] = {"": {}}
        for marked in _MARKED.finditer(text):
            reads, by_key = marks[int(marked[1])]
            found[""].update(dict.fromkeys(reads))
            at = max(0, marked.start() - 2)
            for address in _addresses(index.argument_at(*index.place(at)), at):
                found.setdefault(address, {}).update(dict.fromkeys(reads))
            for key, inner in by_key.items():
                found.setdefault(f"{address}.{key}", {}).update(dict.fromkeys(inner))
        return {address: tuple(reads) for address, reads in found.items()}

    def _origin(self, read: Read) -> FieldOrigin:
        steps = ("system", *read.path) if read.owner == "system" else read.path
        return FieldOrigin(".".join(steps), self.environment.at(read.owner, *read.path))


def _addresses(argument: Argument | None, at: int) -> Iterator[str]:
    """Yield the addresses of an argument and of the entries in it that a place is in, the outermost first."""
    address = argument.address if argument is not None else ""
    yield address
    while argument is not None:
        argument = next((one for one in (argument.items or {}).values() if one.start <= at < one.end), None)
        if argument is not None:
            address = f"{address}.{argument.name}"
            yield address


def _rank(read: Read, owner: str) -> int:
    if not read.is_value or (read.owner, read.path[0]) in _EVERYWHERE:
        return 3
    if read.path[0] in _NAMES:
        return _RANK_OF_NAMES
    return 0 if read.owner == owner else 1


def _together(origins: list[FieldOrigin]) -> FieldOrigin | None:
    """Return the only origin, or of several on one line (`capacity: {min: 0.5 ACU, max: 16 ACU}`) what holds them."""
    if len(origins) == 1:
        return origins[0]
    if len({(origin.location.file, origin.location.line) for origin in origins}) > 1:
        return None
    common = takewhile(
        lambda steps: len(set(steps)) == 1, zip(*(one.field.split(".") for one in origins), strict=False)
    )
    holder = ".".join(steps[0] for steps in common)
    return FieldOrigin(holder, min(origin.location for origin in origins)) if holder else None
