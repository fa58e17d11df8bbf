"""Small plans made up for one test."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from infragen.plan import ChangeSet


_NO_MARKS: dict[str, Any] = {"before_sensitive": False, "after_sensitive": False}


def resource(address: str, actions: list[str], before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    """Return one entry of resource_changes; `more` goes into `change`, or beside it when it belongs there."""
    beside: dict[str, Any] = {
        key: more.pop(key) for key in ("previous_address", "deposed", "index", "module_address") if key in more
    }
    marks: dict[str, Any] = {} if {"before_sensitive", "after_sensitive"} & more.keys() else _NO_MARKS
    parts = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": parts[-2],
        "name": parts[-1].split("[")[0],
        "provider_name": "example.test/aws",
        **beside,
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}, **marks, **more},
    }


def plan(*resources: dict[str, Any], **more: Any) -> bytes:
    """Return a whole plan as bytes."""
    document = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(resources), **more}
    return json.dumps(document).encode()


def update(before: Any, after: Any, **more: Any) -> bytes:
    """Return a plan that updates `aws_x.a`."""
    return plan(resource("aws_x.a", ["update"], before, after, **more))


def all_of(change_set: ChangeSet) -> str:
    """Return everything that a change set says, also what is worked out on demand, and no object's place in memory."""
    deferred = [one.change for one in change_set.deferred]
    inside = [
        (change.attributes, change.risks, change.causes, change.location)
        for change in (*change_set.changes, *change_set.drift, *deferred)
    ]
    return re.sub(r" at 0x\w+", "", f"{change_set!r} {inside!r}")


def shuffled(value: Any, chance: random.Random) -> Any:
    """Return the same data with the members of every map in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value
