"""Which field of the catalogue an argument of a module call comes from, found out by rendering its file once more.

The file's values are read from a traced environment. Each value that the template writes is followed by a comment with
a number, which stands for what was read while it was worked out; the index of the text knows the argument it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, takewhile
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from infragen.core.part import Part
from infragen.core.resolved_system import Environment
from infragen.core.tracing import Notes, Read, reads_within, traced
from infragen.diagnostics import Location
from infragen.hcl.index import Argument, Index
from infragen.render.draft import context_of
from infragen.render.templates import Templates
from infragen.render.writing import Writing
from infragen.stacks.build import parts
from infragen.stacks.wiring import Wiring

_MARKED: Final = re.compile(r"/\*infragen:(\d+)\*/")
_RANK_OF_NAMES: Final = 2
_EVERYWHERE: Final = frozenset(
    {
        ("environment", "account"), ("environment", "region"), ("environment", "environment"), ("system", "name"),
        ("system", "names"), ("system", "time_zone"),
    }
)  # fmt: skip
"""What hardly ever changes goes after all else that has a say, and so does that something is there at all."""
Named = Iterable[tuple[str, str | None]]  # arguments, each with the key it is asked for, if any
_FLAGS: Final = frozenset({"true", "false"})  # what says nothing of which field it is from: every other one is the same
_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s,\[\]{}="()]+)')
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_BETWEEN: Final = re.compile(r"[^\w.-]+")
_FEW: Final = 4  # words around a value in a phrase about it; more of them are a document, in which any word may stand


class FieldOrigin(Struct, frozen=True, order=True):
    """A field, an entry's own without the entry's name (`tasks.max`), and the strongest line that sets it.

    `is_own` says that what is shown is the field's own value, and not only worked out from it.
    """

    field: str
    location: Location
    is_own: bool = True


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

    def of(self, stack: str, path: str, label: str, arguments: Named) -> FieldOrigin | None:
        """None when several lines have a say. Own fields go before those of other entries, values before names."""
        ranked: dict[int, set[FieldOrigin]] = {}
        for rank, read in self._asked(stack, path, label, arguments):
            if read.is_set:
                ranked.setdefault(rank, set()).add(self._origin(read))
        return _together(sorted(ranked[min(ranked)])) if ranked else None

    def of_change(
        self, stack: str, path: str, label: str, arguments: Named, sides: tuple[str | None, str | None]
    ) -> FieldOrigin | None:
        """None unless what is new is a field's own value, or only one field has a say in what was worked out."""
        named = tuple(arguments)
        every = tuple(dict.fromkeys(self._asked(stack, path, label, named)))
        first = min((rank for rank, read in every if read.is_set), default=None)
        # All values may be behind it, or where there are none, the best that are set.
        asked = [one for one in every if one[0] < _RANK_OF_NAMES]
        asked = asked or [one for one in every if one[0] == first and one[1].is_set]
        only = None
        if all(read.is_set for _, read in asked):
            only = _together(sorted({self._origin(read) for _, read in asked}))
        for rank in sorted({rank for rank, _ in asked}):
            fields = {read: self._leaves(read) for its, read in asked if its == rank and read.is_set}
            saying, is_own = _saying(fields, *(side or "" for side in sides))
            if saying and (only or sides[1] not in _FLAGS):
                origin = _together(sorted({self._origin(read) for read in saying}))
                return origin and replace(origin, is_own=is_own)
        is_of_map = sides[0] is None and sides[1] is not None and any(key for _, key in named)
        return replace(only, is_own=False) if only and not is_of_map else None

    def _asked(self, stack: str, path: str, label: str, arguments: Named) -> Iterator[tuple[int, Read]]:
        found = self._parts_of(stack, path)
        made = self.reads(stack, path)
        for argument, key in arguments:
            every = made.get(f"module.{label}.{argument}", ())
            keyed = made.get(f"module.{label}.{argument}.{key}", ())
            for read in (*keyed, *_beside(keyed, every, key)) if keyed else every:
                yield _rank(read, found[0].owner), read

    def has_field(self, stack: str, path: str, label: str, argument: str) -> bool:
        made = self.reads(stack, path).get(f"module.{label}.{argument}", ())
        owners = [part.owner for part in self._parts_of(stack, path)]
        return any(read.is_set and _rank(read, owners[0]) < _RANK_OF_NAMES for read in made)

    def reads(self, stack: str, path: str) -> Mapping[str, tuple[Read, ...]]:
        if (found := self._found.get((stack, path))) is None:
            found = {}
            for part in self._parts_of(stack, path):
                for address, reads in self._traced(part).items():
                    found[address] = (*found.get(address, ()), *reads)
            self._found[stack, path] = found
        return found

    def _watched(self) -> Environment:
        if self._seen is None:
            self._seen = traced(self.environment, self._notes)
        return self._seen

    def _parts_of(self, stack: str, path: str) -> list[Part]:
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
            reads = (*self._notes.taken(), *reads_within(value))
            marks.append((reads, {str(key): tuple(reads_within(one)) for key, one in inner}))
            return f"/*infragen:{len(marks) - 1}*/"

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
        chosen = {replace(read, is_choice=True): None for read in reads_within(part.because)}
        for argument in (one for call in index.calls for one in call.arguments.values()) if chosen else ():
            found.setdefault(argument.address, {}).update(chosen)
        return {address: tuple(reads) for address, reads in found.items()}

    def _leaves(self, read: Read) -> frozenset[str]:
        owners = {"environment": self.environment.settings, "system": self.environment.system}
        return frozenset(_leaves(owners.get(read.owner) or self.environment.find(read.owner), read.path))

    def _origin(self, read: Read) -> FieldOrigin:
        steps = ("system", *read.path) if read.owner == "system" else read.path
        return FieldOrigin(".".join(steps), self.environment.at(read.owner, *read.path))


def _beside(keyed: Sequence[Read], every: Iterable[Read], key: str | None) -> Iterator[Read]:
    """Yield the other fields of what a key names: a value that is worked out of one of them has lost its trace."""
    inside = {(read.owner, read.path[:-1]) for read in keyed if read.path[-2:-1] == (key,)}
    return (read for read in every if (read.owner, read.path[:-1]) in inside and read not in keyed)


def _addresses(argument: Argument | None, at: int) -> Iterator[str]:
    address = argument.address if argument is not None else ""
    yield address
    while argument is not None:
        argument = next((one for one in (argument.items or {}).values() if one.start <= at < one.end), None)
        if argument is not None:
            address = f"{address}.{argument.name}"
            yield address


def _saying(fields: Mapping[Read, frozenset[str]], before: str, after: str) -> tuple[tuple[Read, ...], bool]:
    """Return the fields that tell what is new, and whether it is their own value."""
    old, new = _words(before), _words(after)
    fresh, every = new - old, set(chain.from_iterable(fields.values()))
    if any(map(_NUMBER.fullmatch, fresh)):
        whole, changed = ({word for word in words if _NUMBER.fullmatch(word)} for words in (new, fresh))
        said = (whole if whole <= every else changed) & every
        is_own = said >= changed
    else:
        said = fresh & every
        is_own = bool(said) and (said == fresh or len(new) <= _FEW)
    if not is_own:
        fresh = _parts(new) - _parts(old)
        said = fresh & every
        if not fresh or said != fresh:
            phrases = ((read, [one for one in its if " " in one and one in after]) for read, its in fields.items())
            # Several words of a field are there, as they were not before: `15 1 * * ? *` in a cron.
            return tuple(read for read, its in phrases if any(one not in before for one in its)), False
    return tuple(read for read, leaves in fields.items() if not leaves.isdisjoint(said)), is_own


def _words(shown: str) -> set[str]:
    return {_plain(match[1] if match[2] is None else match[2]) for match in _WORD.finditer(shown)}


def _parts(words: Iterable[str]) -> set[str]:
    return {part for word in words for part in _BETWEEN.split(word) if part}


def _leaves(value: object, path: Sequence[str] = ()) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item, path)
    elif isinstance(value, BaseModel):
        for name in path[:1] or type(value).model_fields:
            yield from _leaves(getattr(value, name, None), path[1:])
    elif isinstance(value, dict):
        for key, item in value.items():
            if not path or str(key) == path[0]:
                yield from _leaves(item, path[1:])
    elif not path and isinstance(value, str | int | Decimal):
        yield _plain(str(value))


def _plain(word: str) -> str:
    number = word.removesuffix("%")
    if _NUMBER.fullmatch(number):
        return f"{Decimal(number).normalize():f}"
    return word.lower() if word in {"True", "False"} else word


def _rank(read: Read, owner: str) -> int:
    if read.is_choice:
        return 4
    if not read.is_value or (read.owner, read.path[0]) in _EVERYWHERE:
        return 3
    if read.path[0] in {"name", "physical_name", "renamed_from", "domain", "moved_from"}:
        return _RANK_OF_NAMES
    return 0 if read.owner == owner else 1


def _together(origins: list[FieldOrigin]) -> FieldOrigin | None:
    """Return the only origin, or of several on one line (`capacity: {min: 0.5 ACU, max: 16 ACU}`) what holds them."""
    if len(origins) == 1:
        return origins[0]
    if len({(origin.location.file, origin.location.line) for origin in origins}) > 1:
        return None
    steps = zip(*(one.field.split(".") for one in origins), strict=False)
    holder = ".".join(common[0] for common in takewhile(lambda each: len(set(each)) == 1, steps))
    return FieldOrigin(holder, min(origin.location for origin in origins)) if holder else None
