"""Why an object is replaced, destroyed or read: terraform's reason in words, and the chain of objects behind it."""

from collections.abc import Iterator
from types import MappingProxyType

from infragen.plan.change_parts import Cause
from infragen.plan.display import path_text
from infragen.plan.model import Change
from infragen.plan.view import View
from infragen.redaction.paths import Path
from infragen.redaction.values import UNKNOWN

REASONS = MappingProxyType(
    {
        "replace_because_tainted": "it is tainted: its last apply failed half-way, or `terraform taint` was run",
        "replace_because_cannot_update": "an attribute of it cannot be changed in place",
        "replace_by_request": "-replace was given",
        "replace_by_triggers": "an object in its replace_triggered_by changes",
        "delete_because_no_resource_config": "it is no longer in the configuration",
        "delete_because_wrong_repetition": "count or for_each was added to or removed from its block",
        "delete_because_count_index": "its index is outside count now",
        "delete_because_each_key": "its key is no longer in for_each",
        "delete_because_no_module": "its module is no longer in the configuration",
        "delete_because_no_move_target": "the address it was moved to is not in the configuration",
        "read_because_config_unknown": "its configuration has values that are known only after apply",
        "read_because_dependency_pending": "something it depends on changes first",
        "read_because_check_nested": "a check reads it at the end of apply",
    }
)
"""Terraform's `action_reason` (internal/command/jsonplan/resource.go) as a clause about the object."""


def causes_of(change: Change, view: View, action_reason: str | None = None) -> tuple[Cause, ...]:
    # What is known to differ stands before what is only unknown. Without an attribute that forces it, the cause is the
    # reason that terraform gives: in our words, else as the change has it, which is redacted.
    if not change.action.is_replace:
        return ()
    paths = sorted(dict.fromkeys(path for path in view.replace_paths if path), key=lambda path: _is_vague(view, path))
    found = [cause for path in paths for cause in _forcing(view, path)]
    if not found or action_reason not in (None, "", "replace_because_cannot_update"):  # of which the paths say it
        words = REASONS.get(action_reason or "") or change.reason or "terraform reports no reason"
        chains = view.chains(()) if action_reason == "replace_by_triggers" else ()
        found = [*(Cause(None, words, chain) for chain in chains or ((),)), *found]
    return tuple(dict.fromkeys(found))


def _forcing(view: View, path: Path) -> Iterator[Cause]:
    shown = view.redact(path_text(path))
    words = f"{shown} cannot be changed in place"
    if len(path) == 1 and _is_vague(view, path):
        words = f"{shown} is known only after apply and cannot be changed in place"
    yield from (Cause(shown, words, chain) for chain in view.chains(path) or ((),))


def _is_vague(view: View, path: Path) -> bool:
    """Whether an attribute may turn out to be the same: its value is unknown, and nothing shows where it comes from."""
    name = path[0]
    return isinstance(name, str) and view.after(name) == UNKNOWN and not view.comes_from((name,))
