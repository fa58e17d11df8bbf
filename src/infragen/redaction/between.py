"""What differs between two plans from nothing, as a third: from what the one would make to what the other would.

A value that is known after apply in both is compared by what the planned files make of it (`MadeOf`); where nobody can
tell, it is left out.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import UNSET, Raw
from msgspec.structs import replace

from infragen.hcl.later import Known, marked
from infragen.redaction.document import ChangeBody, PlanDocument, ResourceItem, members_of, opened
from infragen.redaction.marks import is_marked
from infragen.redaction.values import UNKNOWN

_Made = Mapping[str, object]
MadeOf = Callable[["ResourceItem"], _Made]
"""What an item's attributes are made of that are known after apply, by name; `UNKNOWN` where nobody can tell."""
_NOTHING: Final = Raw(b"null")
_ALL_KNOWN: Final = Raw(b"{}")


def between(
    old: PlanDocument, new: PlanDocument, made_old: MadeOf, made_new: MadeOf
) -> tuple[PlanDocument, tuple[str, ...]]:
    before, after = _items(old), _items(new)
    untold: list[str] = []
    pairs = ((before.get(key), item) for key, item in after.items())
    items = [_pair(one, item, made_old(one), made_new(item), untold) if one else item for one, item in pairs]
    items += [replace(item, change=_gone(item.change)) for key, item in before.items() if key not in after]
    outputs = dict(_outputs(old.output_changes or {}, new.output_changes or {}))
    return replace(new, resource_changes=items, resource_drift=None, output_changes=outputs), tuple(untold)


def _items(plan: PlanDocument) -> dict[tuple[str, str], ResourceItem]:
    found = plan.resource_changes if isinstance(plan.resource_changes, list) else ()
    return {(one.address or "", one.deposed or ""): one for one in found if one.change.actions != ["read"]}


def _outputs(old: Mapping[str, ChangeBody], new: Mapping[str, ChangeBody]) -> Iterator[tuple[str, ChangeBody]]:
    for name, change in new.items():
        if name not in old:
            yield name, change
        elif (old[name].after, old[name].after_unknown) != (change.after, change.after_unknown):
            yield name, replace(change, actions=["update"], before=old[name].after)
    yield from ((name, _gone(change)) for name, change in old.items() if name not in new)


def _gone(made: ChangeBody) -> ChangeBody:
    return replace(
        made, actions=["delete"], before=made.after, after=_NOTHING, before_sensitive=made.after_sensitive,
        after_sensitive=UNSET, after_unknown=_ALL_KNOWN,
    )  # fmt: skip


def _pair(
    old: ResourceItem, new: ResourceItem, made_before: _Made, made_after: _Made, untold: list[str]
) -> ResourceItem:
    """Return an object that both make as one that changes, or stays; what neither is made of, the provider computes."""
    before, after = dict(members_of(old.change.after)), dict(members_of(new.change.after))
    was, becomes = _unknown(old.change), _unknown(new.change)
    for name in was:
        one, other = made_before.get(name), made_after.get(name)
        if name not in becomes:
            before |= {} if one in (UNKNOWN, None) else {name: _written(one)}
        elif one == other or (UNKNOWN in (one, other) and before.get(name) == after.get(name)):
            untold += [f"{new.address}.{name}"] if UNKNOWN in (one, other) else []
            for values in (before, after, becomes):
                values.pop(name, None)
        elif UNKNOWN not in (one, other):
            before[name], after[name] = _written(one), _written(other)
            becomes.pop(name)
    is_same = before == after and not becomes and old.change.after_sensitive == new.change.after_sensitive
    change = replace(
        new.change, actions=["no-op"] if is_same else ["update"], before=_raw(before), after=_raw(after),
        before_sensitive=old.change.after_sensitive, after_unknown=_raw(becomes),
    )  # fmt: skip
    return replace(new, change=change)


def _unknown(change: ChangeBody) -> dict[str, object]:
    found = opened(change.after_unknown)
    return {name: part for name, part in found.items() if is_marked(part)} if isinstance(found, dict) else {}


def _raw(value: Mapping[str, object]) -> Raw:
    texts = {name: bytes(part).decode() if isinstance(part, Raw) else json.dumps(part) for name, part in value.items()}
    return Raw(f"{{{','.join(f'{json.dumps(name)}:{text}' for name, text in texts.items())}}}".encode())


def _written(value: object) -> Raw:
    return Raw(json.dumps(_plain(value)).encode())


def _plain(value: object) -> object:
    """Return what an attribute is made of with the names of what is known later: `${aws_sqs_queue.this.arn}`."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [*map(_plain, value)]
    if not isinstance(value, str):
        return value
    return "".join(f"${{{one.address}.{one.attribute}}}" if isinstance(one, Known) else one for one in marked(value))
