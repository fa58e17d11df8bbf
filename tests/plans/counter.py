"""What a plan does, counted by hand: an oracle that shares nothing with infragen.

Written from terraform's description of the format, not from infragen's reader; `drift_shown` is left out, since it
needs to know what a plan depends on.
"""

from __future__ import annotations

import json
from typing import Any

PAIRS = (["delete", "create"], ["create", "delete"], ["create", "forget"], ["forget", "create"])
SINGLE = ("no-op", "create", "read", "update", "delete", "forget")


def counted(content: bytes) -> dict[str, int | bool]:
    """Return the counts of a plan; of a key given twice the last counts. Raises anything for what is no plan."""
    plan = json.loads(content, parse_int=str, parse_float=str)
    found = dict.fromkeys(("add", "change", "destroy", "import", "forget", "move", "replace", "read"), 0)
    items = plan.get("resource_changes") or []
    for item in items:
        actions = _actions(item["change"])
        for key, action in (("add", "create"), ("change", "update"), ("destroy", "delete"), ("forget", "forget")):
            found[key] += action in actions
        found["read"] += actions == ["read"]
        found["replace"] += len(actions) == 2
        found["import"] += item["change"].get("importing") is not None
        found["move"] += bool(item.get("previous_address"))
    outputs = [_actions(change) for change in (plan.get("output_changes") or {}).values()]
    drift = [_actions(item["change"]) for item in plan.get("resource_drift") or []]
    return {
        **found,
        "outputs_changed": sum(actions != ["no-op"] for actions in outputs),
        "drift": sum(actions != ["no-op"] for actions in drift),
        "errored": plan.get("errored") is True,
        "objects": len(items),
    }


def _actions(change: dict[str, Any]) -> list[str]:
    actions = change["actions"]
    assert actions in PAIRS or (len(actions) == 1 and actions[0] in SINGLE)
    return actions
