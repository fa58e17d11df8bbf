"""Which objects of a plan get their values from which others: the configuration's references, tied to what happens.

`comes_from` says where an unknown value will come from, `chains` what makes an object's attribute change, back to where
it began.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, TypeVar, cast

from msgspec import Raw

from infragen.effort import spend
from infragen.hcl.addresses import NAMING, naming, without_keys
from infragen.plan.address import redact_address
from infragen.plan.configuration import Configuration, Source
from infragen.redaction.document import PlanDocument, ResourceItem, opened, opened_mark
from infragen.redaction.exact_json import objects_in
from infragen.redaction.marks import is_marked
from infragen.redaction.paths import names_in, steps
from infragen.redaction.plain_secrets import variables
from infragen.redaction.raw_object import RawObject
from infragen.redaction.redactor import Redactor
from infragen.redaction.sensitive_values import leaves
from infragen.redaction.values import Unknown

Found = Sequence[tuple[Source, Sequence[ResourceItem]]]
T = TypeVar("T")
# A bucket repeats what its replication is told: the key that the copies elsewhere are encrypted with.
_OF_OTHERS = {"aws_s3_bucket": "replication_configuration"}
_PREFIXED = frozenset({"data", "ephemeral"})
_STILL = frozenset({"no-op", "forget", "delete"})
_LONGEST_WAY = 64
_TEXT: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
"""A text, or a member's name, as JSON has it."""


class _Moving(NamedTuple):
    """An object that is new or changes, as one that a value comes from: worst first when sorted."""

    rank: int
    address: str
    attribute: str
    item: ResourceItem


class References:
    """The links of one plan; the configuration is decoded and the objects are indexed when first asked."""

    def __init__(self, document: PlanDocument, redactor: Redactor) -> None:
        self._document = document
        self._redactor = redactor
        self.configuration = Configuration(document.configuration)
        self._texts: dict[tuple[str, bool], dict[bytes, list[int]]] = {}
        self._meant: dict[tuple[Source, str], list[ResourceItem]] = {}
        self._onward: dict[tuple[int, str], list[_Moving]] = {}
        self._read: dict[Hashable, object] = {}
        self._sources: dict[tuple[str, str, Sequence[str]], tuple[Source, ...]] = {}

    def comes_from(self, item: ResourceItem, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the addresses behind an attribute's value: those that change when there are any, else all."""
        if not names or not self.sets(item, names[0]):
            return ()
        return self._once(self._behind, item, names)

    def _behind(self, found: Found) -> tuple[str, ...]:
        moving = [(source, [one for one in objects if not _is_still(one)]) for source, objects in found]
        explaining = [pair for pair in moving if pair[1] or pair[0].block.startswith("local.")] or found
        return tuple(dict.fromkeys(self._shown(source, objects) for source, objects in explaining))

    def sets(self, item: ResourceItem, name: str) -> bool:
        return self.configuration.sets(_module(item), _block(item), name)

    def later(self, item: ResourceItem, name: str) -> Unknown | None:
        is_set = self.sets(item, name) or self.configuration.made_of(_module(item), _block(item)) is None
        found = self.configuration.sources(_module(item), _block(item), (name,))
        return Unknown(naming=min((naming(one.block, one.attribute) for one in found), default=0)) if is_set else None

    def chains(self, item: ResourceItem, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the worst first, the nearest object first; an empty path asks for `replace_triggered_by`."""
        seen: set[int] = {id(item)}
        for moving in self._moving(item, names):
            if id(moving.item) not in seen:
                yield tuple(self._way(moving, seen))

    def is_new(self, item: ResourceItem, names: tuple[str, ...]) -> bool:
        found = [one for _, objects in self._found(item, names) for one in objects]
        return bool(found) and all(one.change.actions == ["create"] for one in found)

    def read_in(self, item: ResourceItem, names: tuple[str, ...], kind: str) -> ResourceItem | None:
        found = [one for _, objects in self._found(item, names) for one in objects]
        is_one = len(found) == 1 and found[0].type == kind and found[0].change.actions == ["read"]
        return found[0] if is_one else None

    def held_by(self, asking: ResourceItem, values: Iterable[str], types: Container[str]) -> tuple[str, ...]:
        found = self._holding(asking, values, types, lost=False)
        return tuple(sorted(redact_address(one.address or "", self._redactor) for one in found))

    def held_by_lost(self, asking: ResourceItem, values: Iterable[str], types: Container[str]) -> tuple[str, ...]:
        return tuple(one.type or "" for one in self._holding(asking, values, types, lost=True))

    def _holding(
        self, asking: ResourceItem, values: Iterable[str], types: Container[str], *, lost: bool
    ) -> Iterator[ResourceItem]:
        written = [json.dumps(value, ensure_ascii=False).encode() for value in values]
        for kind, items in self._by_type.items() if written else ():
            if kind in types:
                texts = self._texts_of(kind, lost=lost)
                spend(3 * sum(len(texts.get(one, ())) for one in written))
                for place in sorted({place for one in written for place in texts.get(one, ())}):
                    one = items[place]
                    if one is not asking and _holds(kind, _side(one, lost=lost), written):
                        yield one

    def _texts_of(self, kind: str, *, lost: bool) -> Mapping[bytes, Sequence[int]]:
        if (kind, lost) not in self._texts:
            texts = self._texts[kind, lost] = defaultdict(list)
            for place, one in enumerate(self._by_type[kind]):
                is_asked = "delete" in one.change.actions if lost else one.deposed is None
                for text in {*_TEXT.findall(_side(one, lost=lost))} if is_asked else ():
                    texts[text].append(place)
        return self._texts[kind, lost]

    def of_types(self, types: Container[str]) -> Iterator[ResourceItem]:
        return (one for name, items in self._by_type.items() if name in types for one in items)

    @cached_property
    def _by_type(self) -> Mapping[str, Sequence[ResourceItem]]:
        found = defaultdict(list)
        for one in self._document.resource_changes or ():
            found[one.type or ""].append(one)
        return found

    def arguments(self, item: ResourceItem, attribute: str, depth: int) -> tuple[str, ...]:
        return self.configuration.arguments(_module(item), _block(item), attribute, depth)

    def programs(self, item: ResourceItem) -> tuple[tuple[str, str], ...]:
        found = self.configuration.programs(_module(item), _block(item))
        return tuple((self._redactor.redact(kind), self._redactor.redact(command)) for kind, command in found)

    def _way(self, start: _Moving, seen: set[int]) -> Iterator[str]:
        """Pass an object once. After `_LONGEST_WAY` ends `…`: in a row of replacements each has its own way."""
        here = start
        for _ in range(_LONGEST_WAY):
            seen.add(id(here.item))
            yield here.address
            place = (id(here.item), here.attribute)
            if place not in self._onward:
                onward = [one for names in _causing(here) for one in self._moving(here.item, names)]
                self._onward[place] = sorted(onward, key=_by_rank)
            further = next((one for one in self._onward[place] if id(one.item) not in seen), None)
            if further is None:
                return
            here = further
        yield "…"

    def _moving(self, item: ResourceItem, names: tuple[str, ...]) -> list[_Moving]:
        return self._once(self._worst_first, item, names)

    def _worst_first(self, sources: Found) -> list[_Moving]:
        found: dict[str, _Moving] = {}
        for source, everyone in sources:
            objects = [one for one in everyone if _moves(one, source.attribute)]
            if objects:
                worst = min(objects, key=_rank)
                address = self._shown(source, objects)
                found.setdefault(address, _Moving(_rank(worst), address, source.attribute, worst))
        return sorted(found.values(), key=_by_rank)

    def _once(self, read: Callable[[Found], T], item: ResourceItem, names: tuple[str, ...]) -> T:
        """Return what is read of an attribute's sources; once for all instances of a block that have the same."""
        found = self._found(item, names)
        key = (read, *((source, id(objects)) for source, objects in found))
        if key not in self._read:
            self._read[key] = read(found)
        return cast("T", self._read[key])

    def _found(self, item: ResourceItem, names: tuple[str, ...]) -> Found:
        key = (_module(item), _block(item), names)
        if key not in self._sources:
            module, block = key[:2]
            if names:
                found = self.configuration.sources(module, block, names)
            elif "read" in item.change.actions:
                found = self.configuration.sources(module, block) + self.configuration.waits_for(module, block)
            else:
                found = self.configuration.triggers(module, block)
            self._sources[key] = found
        sources = self._sources[key]
        return [(source, self._objects(source, self._own_key(source, item))) for source in sources]

    def _own_key(self, source: Source, asking: ResourceItem) -> str:
        own = f"\0{_key(asking)}" if source.keyed and not source.key else ""
        return own if own and len(self._objects(source, own)) == 1 else ""

    def _objects(self, source: Source, own: str) -> list[ResourceItem]:
        if (source, own) not in self._meant:
            found = self._index.get(f"{without_keys(_joined(source.module, source.block))}{own}", [])
            if source.exact:
                found = [one for one in found if _module(one) == source.module]
            if source.key:
                found = [one for one in found if (one.address or "").endswith(source.key)]
            self._meant[source, own] = found
        return self._meant[source, own]

    def _shown(self, source: Source, objects: Sequence[ResourceItem]) -> str:
        if len(objects) == 1 and objects[0].address:
            return redact_address(objects[0].address, self._redactor)
        if source.block.startswith("local."):
            return source.block
        return redact_address(_joined(source.module, source.block), self._redactor)

    @cached_property
    def _index(self) -> Mapping[str, list[ResourceItem]]:
        found: dict[str, list[ResourceItem]] = {}
        for item in self._document.resource_changes or ():
            for own in ("", f"\0{_key(item)}") if item.deposed is None else ():
                found.setdefault(f"{without_keys(item.address or '')}{own}", []).append(item)
        return found


class Links(NamedTuple):
    """An object, and what knows the links of all objects of its plan."""

    plan: References
    item: ResourceItem


class Imported:
    """What a plan makes of objects that it imports: hidden until then, but for ids and names, however it looks."""

    def __init__(self, document: PlanDocument) -> None:
        self._configuration, self._document = Configuration(document.configuration), document
        items = [one for one in document.items if opened(one.change.importing) is not None]
        self._objects = {without_keys(one.address or "") for one in items}
        self._sides = [RawObject(side) for one in items for side in (one.change.before, one.change.after)]
        self._leading: dict[tuple[str, str], bool] = {}

    def hides(self, output: str) -> bool:
        """Whether an output may be made of an imported object: a plan does not tell what a local is made of."""
        found = self._configuration.made_of("", f"output.{output}") if self._objects else ()
        return found is None or any(map(self._leads, found))

    def _leads(self, source: Source) -> bool:
        place, call = source[:2], without_keys(source.module)
        if place not in self._leading:
            ends = without_keys(_joined(*place)) in self._objects or source.block.startswith(("local.", "module."))
            self._leading[place] = ends  # of a way that leads back here, too
            around = Source(call if source.block else call.rpartition(".module.")[0], "")
            self._leading[place] = ends or any(map(self._leads, (*(self._configuration.made_of(*place) or ()), around)))
        return self._leading[place]

    def texts(self) -> Iterator[str]:
        relevant = objects_in(opened(self._document.relevant_attributes))
        read = [(without_keys(str(one.get("resource"))), *steps(one.get("attribute"))[:1]) for one in relevant]
        content = [one for one, *path in read if not any(NAMING.fullmatch(str(name)) for name in path)]
        is_read = not self._objects.isdisjoint(content)  # also by locals; not so for keys
        parts = [(name, one.get(name)) for one in self._sides for name in one.members]
        named = {*leaves([part for name, part in parts if NAMING.fullmatch(name)])}
        has_variables = any(name for inside, part in parts for _, name in variables(part, inside))
        for item in self._document.items if is_read or has_variables else ():
            module, block, change = _module(item), _block(item), item.change
            for side in (change.before, change.after) if is_read and change.actions != ["no-op"] else ():
                for name, value in RawObject(side).members.items():
                    if any(map(self._leads, self._configuration.sources(module, block, (name,)))):
                        yield from {*leaves(opened(value))} - named
            keys = self._configuration.made_of(module, block, keys=True) or ()
            if any(map(self._leads, (*keys, Source(without_keys(module), "")))):
                yield from {*(item.address or "").split('"')[1::2]} - named


def _side(item: ResourceItem, *, lost: bool) -> bytes:
    side = item.change.before if lost else item.change.after
    return bytes(side) if isinstance(side, Raw) else b""


def _holds(resource_type: str | None, content: bytes, written: Iterable[bytes]) -> bool:
    if not any(text in content for text in written):
        return False
    others = _OF_OTHERS.get(resource_type or "")
    own = (part for name, part in RawObject(Raw(content)).members.items() if name != others)
    return others is None or any(text in bytes(part) for part in own for text in written)


def _causing(moving: _Moving) -> list[tuple[str, ...]]:
    actions = moving.item.change.actions
    if len(actions) > 1:
        paths = opened(moving.item.change.replace_paths)
        return [names_in(steps(path)) for path in paths] if isinstance(paths, list) and paths else [()]
    if actions == ["read"]:
        return [()]
    return [(moving.attribute,)] if actions == ["update"] and moving.attribute else []


def _moves(item: ResourceItem, attribute: str) -> bool:
    if _is_still(item):
        return False
    if item.change.actions != ["update"] or not attribute:
        return True
    unknown = opened_mark(item.change.after_unknown)
    if isinstance(unknown, dict) and is_marked(unknown.get(attribute)):
        return True
    return RawObject(item.change.before).get(attribute) != RawObject(item.change.after).get(attribute)


def _is_still(item: ResourceItem) -> bool:
    return len(item.change.actions) < 2 and _STILL.issuperset(item.change.actions)


def _rank(item: ResourceItem) -> int:
    actions = item.change.actions
    return 0 if len(actions) > 1 else {"create": 1, "read": 2}.get(actions[0], 3)


def _by_rank(moving: _Moving) -> tuple[int, str]:
    return moving[:2]


def _module(item: ResourceItem) -> str:
    return item.module_address or ""


def _block(item: ResourceItem) -> str:
    return f"{f'{item.mode}.' if item.mode in _PREFIXED else ''}{item.type}.{item.name}"


def _joined(module: str, block: str) -> str:
    return f"{module}.{block}" if module else block


def _key(item: ResourceItem) -> str:
    start = _joined(_module(item), _block(item))
    return (item.address or "").removeprefix(start)
