"""What of a plan can be promised: the objects, the actions that are invoked, what waits, and what nobody can read."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import UNSET

from infragen.plan.address import split_address
from infragen.redaction.decode import OpenPlan
from infragen.redaction.document import ChangeBody, Lazy, ResourceItem, members_of, opened
from infragen.redaction.exact_json import objects_in
from infragen.redaction.keyed_digest import Digester, DigestTree
from infragen.redaction.paths import names_in, steps
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


def is_no_op(item: ResourceItem) -> bool:
    is_nothing = tuple(item.change.actions) == NOTHING
    return is_nothing and not item.previous_address and opened(item.change.importing) is None


def action_text_of(item: ResourceItem) -> str:
    imports = opened(item.change.importing) is not None
    return action_text(tuple(item.change.actions), moves=bool(item.previous_address), imports=imports)


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


def changed_by_update(item: ResourceItem, schemas: ProviderSchemas) -> tuple[tuple[str, ...], ...]:
    change = item.change
    if tuple(change.actions) != UPDATE:
        return ()
    before, mark_before = value_and_mark(change.before, change.before_sensitive, item, schemas)
    after, mark_after = value_and_mark(change.after, change.after_sensitive, item, schemas)
    return tuple(changed_places(before, after, opened(change.after_unknown), (mark_before, mark_after)))


def value_and_mark(value: Lazy, mark: Lazy, item: ResourceItem, schemas: ProviderSchemas) -> tuple[object, object]:
    """Return one side of a change, and what of it is sensitive: as the plan says, and as the type's schema does."""
    found = opened(value)
    return found, with_schema_marks(opened(mark), found, schemas.of(item.type).sensitive)


def identity_of(change: ChangeBody, digester: Digester) -> DigestTree:
    before = opened(change.before)
    identity = before.get("id") if isinstance(before, dict) else None
    return digester.digest(identity) if isinstance(identity, str) else None


def importing_of(change: ChangeBody, digester: Digester) -> DigestTree:
    """Return which object is imported: None for none, True where that is not known yet."""
    importing = opened(change.importing)
    if isinstance(importing, dict) and importing.get("unknown") is True:
        return True
    return None if importing is None else digester.digest(importing)


def replace_paths_of(change: ChangeBody) -> tuple[str, ...]:
    """Return the attributes that force a replacement, without the places of items: those of a set are no promise."""
    paths = opened(change.replace_paths)
    found = (".".join(names_in(steps(path))) for path in (paths if isinstance(paths, list) else ()))
    return tuple(sorted(set(found)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
