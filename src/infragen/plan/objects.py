"""What will exist once a plan is applied, and which objects lead to which, known or not yet.

An offline plan knows hardly any id. Which object an id will be of is in the plan's configuration: the references of an
expression are followed through variables, outputs and the elements of a `for_each`. Where a plan does not say which of
several objects is meant, all of them are returned. The one guess is that maps are written sorted, as infragen does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from infragen.hcl.addresses import KEY, without_keys
from infragen.plan.address import redact_address, split_address
from infragen.plan.body import PlanBody
from infragen.plan.configuration import Configuration, Source
from infragen.plan.references import Imported
from infragen.plan.risks.lookups import blocks
from infragen.plan.view import View
from infragen.redaction.decode import Guard, OpenPlan
from infragen.redaction.exact_json import collector_paused
from infragen.redaction.log_redaction import redactor_of
from infragen.redaction.values import UNKNOWN, Number, Value, holds_unknown

_IDENTIFIERS: Final = ("id", "arn", "name", "cluster_identifier")
"""What other objects call an object by, where that is known."""
_FARTHEST: Final = 6
"""Objects that a value is handed through, one taking it from the other."""


class Planned:
    """An object as it will be. `address` is as it may be shown; two objects are the same when they are one."""

    __slots__ = ("_plan", "_view", "address", "block", "key", "module", "type")

    def __init__(self, plan: PlannedObjects, view: View, module: str) -> None:
        self._plan = plan
        self._view = view
        self.module = module
        own = view.address.removeprefix(f"{module}.") if module else view.address
        self.block = without_keys(own)
        self.key = own.removeprefix(self.block)
        self.type = view.type
        self.address = redact_address(view.address, view.redactor)

    def value(self, *path: str) -> Value:
        """Return what stands at a path of names, of blocks that repeat in the first that has it; None for nothing."""
        found = self._view.after(path[0])
        for name in path[1:]:
            if found != UNKNOWN:
                found = next((part for one in blocks(found) if (part := one.get(name)) is not None), None)
        return found

    def text(self, *path: str) -> str:
        found = self.value(*path)
        return found if isinstance(found, str) else ""

    def number(self, *path: str) -> int | None:
        found = self.value(*path)
        return int(found.text) if isinstance(found, Number) and found.text.lstrip("-").isdigit() else None

    def leads_to(self, path: Sequence[str], *types: str) -> tuple[Planned, ...]:
        return self._plan.meant(self, tuple(path), types)

    def beside(self, *types: str) -> tuple[Planned, ...]:
        """Return the objects of some types that its module is given, which it names in no attribute of its own."""
        return self._plan.given(self, types)

    def __repr__(self) -> str:
        return f"Planned({self.address!r})"


class PlannedObjects:
    """The objects of one plan by type, and what their attributes lead to."""

    def __init__(self, plan: OpenPlan, types: Iterable[str]) -> None:
        """Take a plan, and the types that will be asked for. InfragenError: P215 to P218."""
        schemas = plan.schemas
        with collector_paused(), Guard(plan.name, "a value is nested too deeply to be read"):
            redactor = redactor_of([plan], [schemas], Imported(plan.document).texts())
            self.redact = redactor.redact
            body = PlanBody(plan.document, redactor, schemas, plan.name)
            self._configuration: Configuration = body.references.configuration
            self._blocks: dict[str, list[Planned]] = {}
            self._types: dict[str, list[Planned]] = {}
            for found in body.objects(frozenset(types)):
                view = found.view()
                if view.sides.after.exists:
                    one = Planned(self, view, found.module)
                    self._blocks.setdefault(without_keys(found.address), []).append(one)
                    self._types.setdefault(one.type, []).append(one)
        self.other_types = frozenset(
            item.type for item in plan.document.resource_changes or () if item.type and item.mode in (None, "managed")
        ) - set(types)
        self._ends: dict[tuple[str, str, Sequence[str]], tuple[Source, ...]] = {}
        self._given: dict[str, tuple[Source, ...]] = {}

    def of_type(self, *types: str) -> Sequence[Planned]:
        return [one for name in types for one in self._types.get(name, ())]

    def leading(self, kind: str, path: Sequence[str], *types: str) -> Iterator[tuple[Planned, Planned]]:
        for one in self.of_type(kind):
            yield from ((one, other) for other in one.leads_to(path, *types))

    def meant(self, asking: Planned, path: tuple[str, ...], types: Sequence[str], hops: int = 0) -> tuple[Planned, ...]:
        value = asking.value(*path)
        if value is None or hops > _FARTHEST:
            return ()
        key = (asking.module, asking.block, path)
        if key not in self._ends:
            self._ends[key] = self._configuration.ends(*key)
        ends = self._ends[key]
        found = dict.fromkeys(self._referred(asking, path, types, ends, hops) if ends else self._called(value, types))
        if not ends and len(path) > 1 and holds_unknown(value):
            # A plan has no references of a `dynamic` block; an attribute without any is the provider's to choose.
            beside = (one for one in self.of_type(*types) if one.module == asking.module and one is not asking)
            found |= dict.fromkeys((*beside, *self.given(asking, types)))
        return tuple(found) or tuple(self._called(value, types))

    def _referred(
        self, asking: Planned, path: tuple[str, ...], types: Sequence[str], ends: Sequence[Source], hops: int
    ) -> Iterator[Planned]:
        right = [end for end in ends if end.block.partition(".")[0] in types]
        # Of the ends of a map's elements, that of the instance's own element is meant. Instances stand in the order of
        # their keys, and so do the elements of a map as infragen writes it. Only who has the attribute counts; where
        # that does not fit, every element may be meant.
        if len(right) > 1 and asking.key:
            name = without_keys(f"{asking.module}.{asking.block}" if asking.module else asking.block)
            same = (one for one in self._blocks.get(name, ()) if one.module == asking.module)
            having = [one for one in same if one.value(*path) is not None]
            count = len(having)
            if right == list(right[:count]) * (len(right) // count):  # a map may be named more than once
                right = [right[sorted(having, key=_by_key).index(asking)]]
        if right:
            for end in right:
                yield from self._objects(end, asking)
            return
        for end in ends:  # another object that has it from elsewhere: `each.value.rest_api_id` of a method
            for one in self._objects(end, asking):
                onward = (end.attribute or path[-1],)
                if one is not asking and onward[0] not in _IDENTIFIERS:
                    yield from self.meant(one, onward, types, hops + 1)

    def given(self, asking: Planned, types: Sequence[str]) -> tuple[Planned, ...]:
        if asking.module not in self._given:
            self._given[asking.module] = self._configuration.given(asking.module)
        ends = (end for end in self._given[asking.module] if end.block.partition(".")[0] in types)
        return tuple(dict.fromkeys(one for end in ends for one in self._objects(end, asking)))

    def _called(self, value: Value, types: Sequence[str]) -> Iterator[Planned]:
        names = value if isinstance(value, list) else [value]
        for name in names:
            if isinstance(name, str):
                yield from (one for kind in types for one in self._named.get((kind, name), ()))

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], Sequence[Planned]]:
        found: dict[tuple[str, str], list[Planned]] = {}
        for kind, objects in self._types.items():
            for one in objects:
                for name in _IDENTIFIERS:
                    if text := one.text(name):
                        found.setdefault((kind, text), []).append(one)
        return found

    def _objects(self, end: Source, asking: Planned) -> Sequence[Planned]:
        """Return the instances that a reference may mean: of its key, else of the key of who asks, else all."""
        name = without_keys(f"{end.module}.{end.block}" if end.module else end.block)
        found = self._blocks.get(name, [])
        if end.exact:
            found = [one for one in found if one.module == end.module] or found
        if len(found) < 2:
            return found
        for key in (end.key, asking.key):
            if same := [one for one in found if key and key in {one.key, *_module_keys(one.module)}]:
                return same
        return found


def _by_key(one: Planned) -> tuple[int, str]:
    name = one.key.strip('[]"')
    return (int(name), "") if name.isdigit() and '"' not in one.key else (0, name)


def _module_keys(module: str) -> Sequence[str]:
    return [match[0] for part in split_address(module) for match in [KEY.search(part)] if match]
