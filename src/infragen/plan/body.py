"""What a change holds inside, worked out from the plan's own bytes when it is asked for; only its risks are kept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial

from msgspec import UNSET, Raw
from msgspec.structs import replace

from infragen.effort import Effort
from infragen.hcl.addresses import NAMING, without_keys
from infragen.plan.address import split_address
from infragen.plan.causes import causes_of
from infragen.plan.change_parts import (
    AttributeChange,
    Cause,
    CostChange,
    Fingerprint,
    Kept,
    Origin,
    Protection,
    Upgrade,
)
from infragen.plan.chosen_names import ONE_OF_A_NAME, chosen_names
from infragen.plan.configuration import provider_regions
from infragen.plan.costs import PlannedObject, cost_changes, may_cost
from infragen.plan.differences.engine import differences
from infragen.plan.differences.lists import frozen
from infragen.plan.evaluated import Evaluation
from infragen.plan.fingerprint import fingerprint_of
from infragen.plan.lenses import LENSES, Lens
from infragen.plan.lenses.managed_policies import named
from infragen.plan.model import Change, ChosenNames, ShownSides
from infragen.plan.noise import with_noise
from infragen.plan.policy_reads import POLICY_DOCUMENT, document_of
from infragen.plan.references import Links, References
from infragen.plan.risk import ACTIONS, Action, Level, Risk, action_of
from infragen.plan.risks import harmless, risks_of
from infragen.plan.risks.kept import KEPT, kept
from infragen.plan.risks.lookups import region_in, sides, word
from infragen.plan.risks.protections import added_readers, protection
from infragen.plan.view import Index, RawObjects, View
from infragen.redaction.decode import Guard
from infragen.redaction.document import PlanDocument, ResourceItem, ResourceValues, opened, opened_mark, resources_of
from infragen.redaction.marks import mark_at
from infragen.redaction.paths import first_name, steps
from infragen.redaction.provider_schemas import ProviderSchemas
from infragen.redaction.raw_object import RawObject
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.values import UNKNOWN, Value

_REVISED, _WITHOUT_REVISION = "aws_ecs_task_definition", "arn_without_revision"
LEAST_EFFORT = 1_000_000
"""Pairs that any plan may have compared; for each byte of its objects it may have one more."""


class PlanBody:
    """What all changes of one plan share: what must not be seen, the providers' facts, the configuration."""

    def __init__(
        self,
        document: PlanDocument,
        redactor: Redactor,
        schemas: ProviderSchemas,
        name: str,
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.document = document
        self.name = name
        self.redactor = redactor
        self.schemas = schemas
        self.references = References(document, redactor)
        self._drift = frozenset(map(id, document.resource_drift or ()))
        updates = (one for one in document.resource_drift or () if one.change.actions == ["update"])
        self._found = {one.address: one.change for one in updates if not one.deposed}
        self._last: tuple[ResourceItem, View] | None = None
        self._views: dict[int, View] = {}
        self._alike: dict[Index, dict[Hashable, list[tuple[ResourceItem, object]]]] = {}
        sides = (side for one in document.resource_changes or () for side in (one.change.before, one.change.after))
        self._effort = Effort(LEAST_EFFORT + sum(memoryview(side).nbytes for side in sides if isinstance(side, Raw)))
        self._stood = {one.address: one for one in resources_of(document.prior) if one.depends_on is not UNSET}
        known = _KnownValues(self)
        self._evaluation = Evaluation(files, redactor, known.of, known.staying) if files else None

    @property
    def without_state(self) -> bool:
        return self.document.planned_without_state is not UNSET

    @cached_property
    def costs(self) -> Mapping[str, CostChange]:
        with Guard(self.name, "a value is nested too deeply to be compared"):
            regions = provider_regions(self.document.configuration)
            kinds = {*filter(may_cost, {item.type or "" for item in self.document.resource_changes or ()})}
            return cost_changes(tuple(self.objects(kinds)), partial(self._region, regions))

    def _region(self, regions: Mapping[str, str], one: PlannedObject) -> str | None:
        """Return the region of an object's provider; of one that the configuration has no more, the plan's only one."""
        block = without_keys(one.address.removeprefix(f"{one.module}."))
        key = self.references.configuration.provider(one.module, block)
        if key is not None and key in regions:
            return regions[key] or None
        return next(iter(regions.values())) or None if len({*regions.values()}) == 1 else None

    def objects(self, types: Container[str]) -> Iterator[PlannedObject]:
        items = self.document.resource_changes or []

        @lru_cache(maxsize=256)  # those that are kept open while others of the plan are looked at
        def view(place: int, action: Action) -> View:
            item = items[place]
            return self.view_of(item, item.address or "", item.type or "", action)

        for place, item in enumerate(items):
            is_managed = item.mode in (None, "managed") and not item.deposed
            if item.type and item.type in types and is_managed and item.address:
                action = action_of(item.change.actions)
                look = partial(view, place, action)
                yield PlannedObject(item.address, item.module_address or "", item.type, action, look)

    def view(self, item: ResourceItem, address: str, change: Change) -> View:
        """Return the view of an item; the last one is kept, since a change is asked several things in a row."""
        if self._last is None or self._last[0] is not item or self._last[1].action is not change.action:
            self._last = (item, self.view_of(item, address, change.type, change.action))
        return self._last[1]

    def view_of(self, item: ResourceItem, address: str, kind: str, action: Action) -> View:
        paths = opened(item.change.replace_paths)
        found = self._found.get(item.address) if item.change.actions == ["delete"] and not item.deposed else None
        body = item.change
        if found is not None:
            body = replace(body, before=found.after, before_sensitive=found.after_sensitive)
        before_mark = body.after_sensitive if body.before_sensitive is UNSET else body.before_sensitive
        after_mark = body.before_sensitive if body.after_sensitive is UNSET else body.after_sensitive
        return View(
            address=address,
            type=kind,
            action=action,
            schema=self.schemas.of(item.type),
            replace_paths=tuple(map(steps, paths)) if isinstance(paths, list) else (),
            sides=RawObjects(
                RawObject(body.before),
                RawObject(body.after),
                opened_mark(before_mark),
                opened_mark(after_mark),
                opened_mark(body.after_unknown),
            ),
            redactor=self.redactor,
            links=Links(self.references, item),
            evaluate=partial(self._expected, item, address),
            evaluate_parts=partial(self._in_part, item, address),
            look=lambda types: (self._kept(other) for other in self._standing(types) if other is not item),
            look_alike=partial(self._others_alike, item),
            effort=self._effort,
            is_drift=id(item) in self._drift,
            without_state=self.without_state,
        )

    def _others_alike(self, asking: ResourceItem, index: Index, values: Sequence[Value]) -> Iterator[object]:
        if index not in self._alike:
            found: dict[Hashable, list[tuple[ResourceItem, object]]] = defaultdict(list)
            for item in self._standing(index.types):
                view = self._kept(item)
                its = frozen([index.side(view, name) or None for name in index.names])
                found[its].append((item, index.read(view) if index.read else view))
            self._alike[index] = found  # whole: what is read may be too much
        return (its for item, its in self._alike[index].get(frozen([*values]), ()) if item is not asking)

    def _standing(self, types: Container[str]) -> Iterator[ResourceItem]:
        return (item for item in self.references.of_types(types) if not item.deposed and item.mode in (None, "managed"))

    def _kept(self, item: ResourceItem) -> View:
        if id(item) not in self._views:
            action = action_of(item.change.actions)
            self._views[id(item)] = self.view_of(item, item.address or "", item.type or "", action)
        return self._views[id(item)]

    def _expected(self, item: ResourceItem, address: str, name: str) -> Value:
        evaluation = self._evaluation
        found = evaluation.document(item.module_address or "", address, name) if evaluation else UNKNOWN
        read = self.references.read_in(item, (name,), POLICY_DOCUMENT) if found == UNKNOWN else None
        return document_of(self.view_of(read, read.address or "", POLICY_DOCUMENT, Action.READ)) if read else found

    def _in_part(self, item: ResourceItem, address: str, name: str) -> Value:
        found, module = self._evaluation, item.module_address or ""
        return found.in_part(module, address, name) if found else self.references.later(item, name)

    def needs(self, item: ResourceItem) -> Iterator[str]:
        """Yield the blocks that an object depended on which is destroyed, as the state says."""
        if "delete" in item.change.actions and item.address in self._stood:
            named = opened(self._stood[item.address].depends_on)
            yield from (one for one in (named if isinstance(named, list) else ()) if isinstance(one, str))

    def later(self, item: ResourceItem) -> Mapping[str, object]:
        """`made_of` of each unknown attribute. Without the files, none that the configuration sets can be told."""
        unknown = opened_mark(item.change.after_unknown)
        module, address = item.module_address or "", item.address or ""
        names = sorted(unknown) if isinstance(unknown, dict) else ()
        if self._evaluation is not None:
            return {name: self._evaluation.made_of(module, address, name) for name in names}
        block = without_keys(address.removeprefix(f"{module}."))
        return {name: UNKNOWN for name in names if self.references.configuration.sets(module, block, name)}

    def of(self, item: ResourceItem, address: str) -> _ItemBody:
        return _ItemBody(self, item, address)


class _KnownValues:
    """What a plan knows of its objects after, of what it has read, and of the variables of its root: safe values."""

    def __init__(self, plan: PlanBody) -> None:
        self._plan = plan
        self._views: dict[str, View] = {}

    def of(self, address: str, name: str) -> Value:
        """Return an attribute after, or a variable where there is no address; `UNKNOWN` where the plan has none."""
        if not address:
            return self._variables.get(name.removeprefix("var."), UNKNOWN)
        if address in self._read:
            read = self._read[address]
            values, mark = RawObject(read.values), opened_mark(read.sensitive_values)
            found = values.get(name)
            is_known = name in values.members
            return safe(found, self._plan.redactor, mark_at(mark, {name: found}, name)) if is_known else UNKNOWN
        item = self._items.get(address)
        if item is None or (opened(item.change.importing) is not None and not NAMING.fullmatch(name)):
            return UNKNOWN
        view = self._view(address)
        return view.after(name) if name in view.sides.after.members else UNKNOWN

    def staying(self, address: str, name: str) -> str | None:
        """ECS API Reference "TaskDefinition": region, account and family make up the next revision's ARN."""
        if name != _WITHOUT_REVISION or address not in self._items or self._items[address].type != _REVISED:
            return None
        view = self._view(address)
        family, found = view.before("family"), view.before(name)
        is_next = isinstance(family, str) and family == view.after("family")
        is_there = view.before("region") == view.after("region")  # one of its own since the provider's version 6
        return found if is_next and is_there and isinstance(found, str) else None

    def _view(self, address: str) -> View:
        if address not in self._views:
            item = self._items[address]
            self._views[address] = self._plan.view_of(item, address, item.type or "", Action.NO_OP)
        return self._views[address]

    @cached_property
    def _items(self) -> Mapping[str, ResourceItem]:
        items = self._plan.document.resource_changes or ()
        return {item.address: item for item in items if item.address and not item.deposed}

    @cached_property
    def _read(self) -> Mapping[str, ResourceValues]:
        return {
            one.address: one
            for one in resources_of(self._plan.document.prior)
            if one.address and one.mode == "data" and one.address not in self._items
        }

    @cached_property
    def _variables(self) -> Mapping[str, Value]:
        given = opened(self._plan.document.variables)
        return {
            name: safe(body.get("value"), self._plan.redactor)
            for name, body in (given.items() if isinstance(given, dict) else ())
            if isinstance(body, dict)
        }


class _ItemBody:
    """The `Body` of one change; it holds secrets and shows none."""

    __slots__ = ("_address", "_item", "_plan", "_risks")

    def __init__(self, plan: PlanBody, item: ResourceItem, address: str) -> None:
        self._plan = plan
        self._item = item
        self._address = address
        self._risks: tuple[Risk, ...] | None = None

    def attributes(self, change: Change) -> tuple[AttributeChange, ...]:
        if change.action in (Action.NO_OP, Action.MOVE, Action.IMPORT):
            return ()
        with self._bounded(change):
            view = self._view(change)
            lens = LENSES.get(change.type)
            if lens is None:
                found = with_noise(differences(view))
            else:
                shown = (_with_sources(view, attribute) for attribute in lens.read(view))
                found = with_noise((*shown, *differences(view, skip=lens.attributes)))
            if change.type == "aws_cloudfront_distribution":
                found = tuple(named(found))
            is_asked = change.sources is not None and change.action not in (Action.DELETE, Action.FORGET)
            return tuple(self._placed(change, view, found, lens)) if is_asked else found

    def _placed(
        self, change: Change, view: View, found: Iterable[AttributeChange], lens: Lens | None
    ) -> Iterator[AttributeChange]:
        """Look up what a lens yields by its attribute, everything else by its whole path."""
        of_lens = lens.attributes if lens else frozenset()
        plain = frozenset(view.names) - of_lens
        differing = of_lens.intersection(view.changed()) if of_lens else of_lens
        origins: dict[tuple[str, ShownSides], Origin | None] = {}
        for attribute in found:
            shown = _attribute_shown(attribute.path, plain, of_lens, differing)
            asked = attribute.path if shown in plain else shown
            names = () if attribute.noise else attribute.about or ((asked,) if asked else ())
            sides = ShownSides(attribute.before, attribute.after)
            for name in names:
                if (name, sides) not in origins:
                    origins[name, sides] = self._origin(change, view, name, sides)
            origin = next(filter(None, (origins[name, sides] for name in names)), None)
            yield replace(attribute, origin=origin) if origin else attribute

    def _origin(self, change: Change, view: View, path: str, sides: ShownSides) -> Origin | None:
        name = first_name(path)
        if change.sources is None or not name:
            return None
        parts, stack = split_address(self._address), change.stack
        # In the plan of a combined root, one module stands above the blocks: that of the stack.
        is_combined = stack and len(parts) > 2 and parts[0] == "module" and parts[1] in {stack, stack.replace("-", "_")}
        return change.sources.origin(change, path, view.arguments(name, 1 if is_combined else 0), sides)

    def risks(self, change: Change) -> tuple[Risk, ...]:
        if self._risks is None:
            with self._bounded(change):
                found = risks_of(self._view(change))
                if tuple(words := self._item.change.actions) not in ACTIONS:
                    said = self._plan.redactor.redact(", ".join(words))[:80]
                    first = found[0]._replace(reason=f"{found[0].reason} (terraform's words: {said})")
                    found = (first, *found[1:])
                self._risks = found
                is_silent = self._risks == harmless.of_action(change.action) and self._risks[0].level is Level.LOW
                if is_silent and self._plan.without_state:
                    self._risks = harmless.WITHOUT_STATE
        return self._risks

    def protection(self, change: Change) -> Protection | None:
        with self._bounded(change):
            view = self._view(change)
            name = protection(view)
            if name:
                known = view.before("identifier") or view.before("id")
                region = region_in(view.before("arn")) or view.before("region")
                tainted = self._item.action_reason == "replace_because_tainted"
                origin = self._origin(change, view, name, ShownSides("true", "true"))
                return Protection(name, origin, (), str(known or ""), str(region or ""), tainted)
            added = added_readers(view)
            cluster = view.before("cluster_identifier")
            return Protection("cluster_members", added=added, name=str(cluster)) if added else None

    def kept(self, change: Change) -> Kept | None:
        with self._bounded(change):
            return kept(self._view(change)) if change.type in KEPT and change.action.destroys else None

    def upgrade(self, change: Change) -> Upgrade | None:
        named = {"aws_db_instance": "identifier", "aws_rds_cluster": "cluster_identifier"}.get(change.type)
        if named is None or change.action is not Action.UPDATE:
            return None
        with self._bounded(change):
            view = self._view(change)
            before, after = (word(side) or "" for side in sides(view, "engine_version"))
            name, engine = (word(view.before(one)) or "" for one in (named, "engine"))
            is_told = all((name, before, after)) and before != after
            return Upgrade(name, region_in(view.before("arn")), engine, before, after) if is_told else None

    def chosen_names(self, change: Change) -> ChosenNames:
        is_asked = change.type in ONE_OF_A_NAME and not change.deposed
        with self._bounded(change):
            return chosen_names(self._view(change)) if is_asked else ChosenNames()

    def causes(self, change: Change) -> tuple[Cause, ...]:
        with self._bounded(change):
            return causes_of(change, self._view(change), self._item.action_reason) if change.action.is_replace else ()

    def cost(self, change: Change) -> CostChange | None:
        is_asked = not change.deposed and may_cost(change.type)
        return self._plan.costs.get(self._address) if is_asked else None

    def _bounded(self, change: Change) -> Guard:
        return Guard(self._plan.name, f"{change.address}: a value is nested too deeply to be compared")

    def fingerprint(self, change: Change, names: Sequence[str]) -> Fingerprint:
        body = self._item.change
        beside = (body.after_unknown, body.before_sensitive, body.after_sensitive, body.replace_paths)
        return fingerprint_of(self._view(change), names, [bytes(raw) for raw in beside if isinstance(raw, Raw)])

    def digest(self) -> bytes:
        """Return what distinguishes this change's values from another's, hidden ones too, and says nothing of them."""
        body = self._item.change
        parts = (body.actions, *map(opened, (body.before, body.after, body.after_unknown, body.replace_paths)))
        return self._plan.redactor.token(json.dumps(parts, sort_keys=True))

    def _view(self, change: Change) -> View:
        return self._plan.view(self._item, self._address, change)


def _attribute_shown(
    path: str, plain: frozenset[str], of_lens: frozenset[str], differing: frozenset[str]
) -> str | None:
    # A lens has words of its own (`target` for the range of an autoscaling target): what it says is about its only
    # attribute, or the only one that differs, else about the differing one that it names.
    name = first_name(path)
    if name in plain:
        return name
    candidates = of_lens if len(of_lens) == 1 else differing
    if len(candidates) == 1:
        return next(iter(candidates))
    return name if name in differing else None


def _with_sources(view: View, attribute: AttributeChange) -> AttributeChange:
    name = first_name(attribute.path)
    if not attribute.unknown or attribute.comes_from or not name:
        return attribute
    sources = view.comes_from((name,))
    return replace(attribute, comes_from=sources) if sources else attribute
