"""What of a plan can be promised: the objects, the actions that are invoked, what waits, and what nobody can read."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import UNSET

from infragen.plan.address import split_address
from infragen.redaction.decode import OpenPlan
from infragen.redaction.document import ResourceItem, members_of, opened
from infragen.redaction.exact_json import objects_in
from infragen.redaction.keyed_digest import Digester, DigestTree
from infragen.redaction.paths import names_in, steps, value_at
from infragen.redaction.provider_schemas import ProviderSchemas
from infragen.redaction.raw_comparison import changed_places
from infragen.redaction.sensitive_values import with_schema_marks

NOTHING = ("no-op",)
UPDATE = ("update",)
REPLACES = frozenset({("delete", "create"), ("create", "delete")})
LEAVES = frozenset({("delete",), ("forget",)})


class Invocation(NamedTuple):
    """One invoked action of a provider: its stack, how it is shown, and its settings.

    The same of what stands at an address in a section of a newer terraform, whatever it does; `word` tells them apart.
    """

    stack: str
    label: str
    values: object
    mark: object
    unknown: object
    word: str = "invoke"


class PlannedItem:
    """An object of a plan: what becomes of it, and what of that can be promised."""

    __slots__ = ("actions", "change", "deposed", "is_imported", "item", "previous", "schema")

    def __init__(self, item: ResourceItem, schemas: ProviderSchemas) -> None:
        self.item = item
        self.change = item.change
        self.actions = tuple(item.change.actions)
        self.deposed = item.deposed or ""
        self.previous = item.previous_address
        self.is_imported = opened(item.change.importing) is not None
        self.schema = schemas.of(item.type)

    @property
    def is_no_op(self) -> bool:
        return self.actions == NOTHING and not self.previous and not self.is_imported

    @property
    def word(self) -> str:
        return action_text(self.actions, moves=bool(self.previous), imports=self.is_imported)

    def before(self) -> tuple[object, object]:
        """Return the value before, and what of it is sensitive: as the plan says, and as the type's schema does."""
        found = opened(self.change.before)
        return found, with_schema_marks(opened(self.change.before_sensitive), found, self.schema.sensitive)

    def after(self) -> tuple[object, object]:
        found = opened(self.change.after)
        return found, with_schema_marks(opened(self.change.after_sensitive), found, self.schema.sensitive)

    def changing(self) -> tuple[tuple[str, ...], ...]:
        """Return the names to each place that an update changes or may change."""
        if self.actions != UPDATE:
            return ()
        (before, mark_before), (after, mark_after) = self.before(), self.after()
        return tuple(changed_places(before, after, opened(self.change.after_unknown), (mark_before, mark_after)))

    def identity(self, digester: Digester) -> DigestTree:
        identity = value_at(opened(self.change.before), ("id",))
        return digester.digest(identity) if isinstance(identity, str) else None

    def importing(self, digester: Digester) -> DigestTree:
        """Return which object is imported: None for none, True where that is not known yet."""
        importing = opened(self.change.importing)
        if isinstance(importing, dict) and importing.get("unknown") is True:
            return True
        return digester.digest(importing) if self.is_imported else None

    def replace_paths(self) -> tuple[str, ...]:
        paths = opened(self.change.replace_paths)
        found = (".".join(names_in(steps(path))) for path in (paths if isinstance(paths, list) else ()))
        return tuple(sorted(set(found)))


def by_stack(plan: OpenPlan, labels: Mapping[str, str]) -> Iterator[tuple[str, str, PlannedItem]]:
    """Yield each object that terraform manages with its stack and its address there."""
    schemas = plan.schemas
    for item in managed(plan):
        yield *stack_and_address(item.address or "", labels), PlannedItem(item, schemas)


def managed(plan: OpenPlan) -> Iterator[ResourceItem]:
    items = plan.document.resource_changes
    for item in items if isinstance(items, list) else ():
        if (item.mode or "managed") == "managed" and item.change.actions != ["read"]:
            yield item


def left_standing(plan: OpenPlan) -> Iterator[tuple[str, str]]:
    """Yield address and type of what is destroyed in the state alone: its provider was told to `skip_destroy`."""
    for item in managed(plan):
        before = members_of(item.change.before) if "delete" in item.change.actions else {}
        if opened(before.get("skip_destroy", UNSET)) is True:
            yield item.address or "", item.type or ""


def action_text(actions: tuple[str, ...], *, moves: bool = False, imports: bool = False) -> str:
    if actions == NOTHING:
        return "import" if imports else "move" if moves else "nothing to do"
    if len(actions) > 1:
        return "replace (create first)" if actions[0] == "create" else "replace"
    return " ".join(actions)


def deferred(plan: OpenPlan, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for item in plan.document.deferred_changes or ():
        yield stack_and_address(item.resource_change.address or "", labels)


def invocations(plan: OpenPlan, labels: Mapping[str, str]) -> Iterator[Invocation]:
    """Yield each invoked action, one that waits, too, and what stands in sections that infragen does not know."""
    document = plan.document
    waiting = (one.get("action_invocation") for one in objects_in(opened(document.deferred_action_invocations)))
    for invocation in (*objects_in(opened(document.action_invocations)), *objects_in(list(waiting))):
        stack, address = stack_and_address(_text(invocation.get("address")), labels)
        trigger = invocation.get("lifecycle_action_trigger")
        if isinstance(trigger, dict):
            by = stack_and_address(_text(trigger.get("triggering_resource_address")), labels)[1]
            address += f" ({_text(trigger.get('action_trigger_event'))} of {by})"
        values, mark, unknown = (invocation.get(f"config_{name}") for name in ("values", "sensitive", "unknown"))
        yield Invocation(stack, address, values, mark, unknown)
    # What stands at each address of an unknown section; one without addresses is every stack's, as a whole.
    for name, content in sorted(plan.document.unread.items()):
        section = opened(content)
        if not section or not isinstance(section, dict | list):
            continue
        found: dict[tuple[str, str], list[object]] = {}
        for one in objects_in(section):
            found.setdefault(stack_and_address(str(one.get("address") or ""), labels), []).append(one)
        if sum(map(len, found.values())) < len(section) or not all(address for _, address in found):
            found = {("", ""): [section]}
        for (stack, address), some in found.items():
            label, word = f"{name}: {address}" if address else name, "in a section that infragen does not know"
            yield Invocation(stack, label, _within(some, labels), True, None, word)


def _within(value: object, labels: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {name: _within(member, labels) for name, member in value.items()}
    if isinstance(value, list):
        return [_within(item, labels) for item in value]
    return stack_and_address(value, labels)[1] if isinstance(value, str) else value


def stack_and_address(address: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return the stack of an address of the combined root, and the address within it; no stack's are in ``''``."""
    parts = split_address(address)
    if len(parts) > 2 and parts[0] == "module" and parts[1] in labels:
        return labels[parts[1]], ".".join(parts[2:])
    return "", address


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
