"""What a plan does, counted by hand: an oracle that shares nothing with infragen.

Written from terraform's description of the format, not from infragen's reader; `drift_shown` is left out, since it
needs to know what a plan depends on.
"""

from __future__ import annotations

import json
from typing import Any

PAIRS = (["delete", "create"], ["create", "delete"], ["create", "forget"], ["forget", "create"])
_SECTIONS = (
    "action_invocations applyable checks complete condition_results configuration deferred_action_invocations "
    "deferred_changes errored format_version lineage output_changes plan_format_version planned_values prior_state "
    "provider_format_version provider_schemas relevant_attributes resource_changes resource_drift serial "
    "terraform_version timestamp values variables version @level"
)
SINGLE = ("no-op", "create", "read", "update", "delete", "forget", "open", "renew", "close")


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
        found["replace"] += actions in PAIRS
        found["import"] += item["change"].get("importing") is not None
        found["move"] += bool(item.get("previous_address"))
    outputs = [_actions(change) for change in (plan.get("output_changes") or {}).values()]
    drift = [_actions(item["change"]) for item in plan.get("resource_drift") or []]
    return {
        **found,
        **_rare(plan, items),
        "outputs_changed": sum(actions != ["no-op"] for actions in outputs),
        "drift": sum(actions != ["no-op"] for actions in drift),
        "errored": plan.get("errored") not in (None, False),
        "objects": len(items),
    }


def _rare(plan: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, int]:
    """Return the counts that are there only where they are not 0."""
    actions = [_actions(item["change"]) for item in items]
    waiting = [
        one for one in _list(plan, "deferred_action_invocations") if isinstance(one.get("action_invocation"), dict)
    ]
    unread = [plan[name] for name in plan if name not in _SECTIONS.split() and isinstance(plan[name], dict | list)]
    found = {
        "open": sum(one in (["open"], ["renew"], ["close"]) for one in actions),
        "unknown": sum(one == ["unknown"] for one in actions),
        "invoke": len(_list(plan, "action_invocations")),
        "deferred": len(plan.get("deferred_changes") or []) + len(waiting),
        "unread": sum(map(len, unread)),
    }
    return {name: count for name, count in found.items() if count}


def _list(plan: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = plan.get(name)
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _actions(change: dict[str, Any]) -> list[str]:
    """Return the words of an action; of those that no version has, only what they destroy."""
    actions: list[str] = change["actions"]
    assert actions
    assert all(isinstance(one, str) for one in actions)
    if actions in PAIRS or (len(actions) == 1 and actions[0] in SINGLE):
        return actions
    known = [one for one in actions if one in {"create", "delete"}]
    return known if known in PAIRS or known == ["delete"] else ["delete"] if "delete" in known else ["unknown"]
