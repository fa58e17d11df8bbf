"""The report as JSON: a published shape with a version.

`version` rises when a member changes its meaning or goes; members may be added. `summary` has terraform's own counts.
Texts are redacted and HCL-like, as in the other formats, and never shortened.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infragen.report.groups import group_changes
from infragen.report.risk import risk_of

if TYPE_CHECKING:
    from infragen.diagnostics import Location
    from infragen.plan import AttributeChange, Change, ChangeSet, OutputChange

__all__ = ["SCHEMA", "VERSION", "render"]

VERSION = 1


def render(change_set: ChangeSet, target: str) -> str:
    """Return the report as JSON, in ASCII, sorted, worst group first."""
    risk = risk_of(change_set)
    document = {
        "kind": "infragen-report",
        "version": VERSION,
        "target": target,
        "terraform_version": change_set.terraform_version,
        "summary": change_set.summary.as_dict(),
        "unchanged": change_set.unchanged,
        "risk": {"grade": risk.level.name, "reason": risk.reason},
        "notices": list(change_set.notices),
        "groups": [_group(group.label, group.members, group.changes) for group in group_changes(change_set)],
        "changes": [_change(change) for change in change_set.changes],
        "outputs": [_output(output) for output in change_set.outputs],
        "drift": {"shown": [_change(change) for change in change_set.drift], "hidden": change_set.hidden_drift},
    }
    return json.dumps(document, indent=2) + "\n"


def _group(label: str, members: tuple[str, ...], changes: tuple[Change, ...]) -> dict[str, object]:
    return {"label": label, "members": list(members), "addresses": sorted({change.address for change in changes})}


def _change(change: Change) -> dict[str, object]:
    entry = change.entry
    return {
        "address": change.address,
        "module": change.module_address or None,
        "type": change.type,
        "name": change.name,
        "index": change.index,
        "provider": change.provider,
        "mode": change.mode,
        "action": change.action.value,
        "danger": change.risks[0].kind.replace(" ", "-"),
        "stack": change.stack,
        "entry": {"id": entry.id, "title": entry.title, "location": _location(entry.location)} if entry else None,
        "previous_address": change.previous_address,
        "importing": change.importing,
        "deposed": change.deposed,
        "reason": change.reason,
        "attributes": [_attribute(attribute) for attribute in change.attributes],
    }


def _location(location: Location | None) -> dict[str, object] | None:
    return {"file": location.file, "line": location.line, "column": location.column} if location else None


def _attribute(attribute: AttributeChange) -> dict[str, object]:
    return {
        "path": attribute.path,
        "before": attribute.before,
        "after": attribute.after,
        "sensitive": attribute.sensitive,
        "unknown": attribute.unknown,
        "forces_replacement": attribute.forces_replacement,
        "note": attribute.note,
    }


def _output(output: OutputChange) -> dict[str, object]:
    return {
        "name": output.name,
        "stack": output.stack,
        "action": output.action.value,
        "before": output.before,
        "after": output.after,
        "sensitive": output.sensitive,
        "unknown": output.unknown,
    }


def _object(**properties: object) -> dict[str, object]:
    """Return the schema of an object: every member is always there, others may join in a later minor release."""
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _list(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_LOCATION = {"anyOf": [{"type": "null"}, _object(file=_TEXT, line=_COUNT, column=_COUNT)]}
_SIDES = {"before": _MAYBE_TEXT, "after": _MAYBE_TEXT, "sensitive": _FLAG, "unknown": _FLAG}
_CHANGE = _object(
    address=_TEXT,
    module=_MAYBE_TEXT,
    type=_TEXT,
    name=_TEXT,
    index=_MAYBE_TEXT,
    provider=_TEXT,
    mode=_TEXT,
    action=_TEXT,
    danger=_TEXT,
    stack=_MAYBE_TEXT,
    entry={"anyOf": [{"type": "null"}, _object(id=_TEXT, title=_TEXT, location=_LOCATION)]},
    previous_address=_MAYBE_TEXT,
    importing=_MAYBE_TEXT,
    deposed=_MAYBE_TEXT,
    reason=_MAYBE_TEXT,
    attributes=_list(_object(path=_TEXT, forces_replacement=_FLAG, note=_MAYBE_TEXT, **_SIDES)),
)
_COUNTS = ("add", "change", "destroy", "import", "forget", "move", "replace", "read", "outputs_changed")

SCHEMA: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "infragen report",
    **_object(
        kind={"const": "infragen-report"},
        version={"const": VERSION},
        target=_TEXT,
        terraform_version=_MAYBE_TEXT,
        summary=_object(**dict.fromkeys(_COUNTS, _COUNT), drift=_COUNT, drift_shown=_COUNT, errored=_FLAG),
        unchanged=_COUNT,
        risk=_object(grade={"enum": ["HIGH", "MEDIUM", "LOW", "NONE"]}, reason=_TEXT),
        notices=_list(_TEXT),
        groups=_list(_object(label=_TEXT, members=_list(_TEXT), addresses=_list(_TEXT))),
        changes=_list(_CHANGE),
        outputs=_list(_object(name=_TEXT, stack=_MAYBE_TEXT, action=_TEXT, **_SIDES)),
        drift=_object(shown=_list(_CHANGE), hidden=_COUNT),
    ),
}
