"""The report as JSON: a published shape with a version (docs/report-schema.json).

`version` rises when a member goes or changes its meaning; members may join at any time. `summary` has terraform's own
counts, null where a plan without a state cannot tell. Texts are redacted and HCL-like as in the other formats, and
nothing is ever left out or shortened.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from infragen.diagnostics import Location
from infragen.plan import WITHOUT_STATE, AttributeChange, Change, ChangeSet, Edit, Risk
from infragen.report.cost_difference import cost_difference
from infragen.report.groups import Group, Verdict, verdict_of
from infragen.report.headlines import graded
from infragen.report.severity import NOT_JUDGED, drifted, grade
from infragen.report.tables import fields

VERSION = 3
_Object = dict[str, object]


def render(change_set: ChangeSet, target: str) -> str:
    return "".join(pieces(change_set, target))


def pieces(change_set: ChangeSet, target: str) -> Iterator[str]:
    """Yield the report piece by piece: what a change holds inside is worked out, written and let go."""
    verdict = verdict_of(change_set)
    places = {id(change): place for place, change in enumerate(change_set.changes)}
    yield "{\n"
    yield from (f'"{name}": {json.dumps(value)},\n' for name, value in _head(verdict, target).items())
    checks = (fields(one, "address", "kind", "status", "problems", "stack") for one in change_set.checks)
    outputs = (
        fields(one, "name", "stack", "action", "before", "after", "sensitive", "unknown", "note")
        for one in change_set.outputs
    )
    invoked = (
        fields(one, "address", "type", "trigger", "deferred", "stack") | {"risk": _risk(one.risk)}
        for one in change_set.invocations
    )
    unread = (fields(one, "name", "items", "stack") | {"risk": _risk(one.risk)} for one in change_set.unread)
    yield from _list("checks", checks)
    yield from _list("groups", (_group(group, places) for group in verdict.groups))
    yield from _list("changes", map(_change, change_set.changes))
    yield from _list("outputs", outputs)
    yield f'"drift": {{"hidden": {change_set.hidden_drift},\n'
    yield from _list("shown", (_change(change) for change, _ in drifted(change_set)), end="},\n")
    yield from _list("deferred", ({"reason": one.reason, "change": _change(one.change)} for one in change_set.deferred))
    yield from _list("unread", unread)
    yield from _list("invocations", invoked, end="\n}\n")


def _list(name: str, items: Iterable[_Object], end: str = ",\n") -> Iterator[str]:
    yield f'"{name}": ['
    separator = "\n"
    for item in items:
        yield separator + json.dumps(item)
        separator = ",\n"
    yield f"]{end}" if separator == "\n" else f"\n]{end}"


def _head(verdict: Verdict, target: str) -> _Object:
    change_set = verdict.change_set
    edits, cost = change_set.edits, cost_difference(change_set)
    # `unknown` where a plan without a state shows none
    unjudged = {"level": "unknown", "kind": None, "reason": WITHOUT_STATE}
    return {
        "kind": "infragen-report",
        "version": VERSION,
        "target": target,
        "terraform_version": change_set.terraform_version,
        "summary": change_set.summary.as_dict(),
        "unchanged": change_set.unchanged,
        "partial": change_set.partial or None,
        "without_state": WITHOUT_STATE if change_set.without_state else None,
        "risk": unjudged if grade(change_set, verdict.risk) == NOT_JUDGED else _risk(verdict.risk),
        "headline": graded(verdict),
        "notices": list(change_set.notices),
        "edits": edits and fields(edits, "base", "commit") | {"lines": [*map(_edit, edits.all)]},
        "passed_checks": change_set.passed_checks,
        "cost": cost
        and {
            "currency": "USD",
            "before": cost.before.as_dict,
            "after": cost.after.as_dict,
            "owners": [{"owner": owner, "difference": amount.as_dict} for owner, amount in cost.owners.items()],
            "left_out": list(cost.left_out),
        },
    }


def _edit(one: Edit) -> _Object:
    place = {"location": _location(one.location)}
    return fields(one, "text") | place | fields(one, "entry", "field", "before", "after")


def _group(group: Group, places: Mapping[int, int]) -> _Object:
    return fields(group, "kind", "label", "title") | {
        "location": _location(group.location),
        "risk": _risk(group.risk),
        "changes": [places[id(change)] for change in group.changes],
        "members": list(group.members),
        "exceptions": [places[id(change)] for change in group.exceptions],
    }


def _change(change: Change) -> _Object:
    entry = change.entry
    return {
        "address": change.address,
        "module": change.module_address or None,
        **fields(change, "type", "name", "index", "provider", "mode", "action", "stack"),
        "entry": entry and fields(entry, "id", "title") | {"location": _location(entry.location)},
        "location": _location(change.location),
        **fields(change, "previous_address", "importing", "deposed", "reason"),
        "risks": [_risk(risk) for risk in change.risks],
        "causes": [fields(cause, "attribute", "words", "chain") for cause in change.causes],
        "attributes": [_attribute(attribute) for attribute in change.attributes],
    }


def _location(location: Location | None) -> _Object | None:
    return fields(location, "file", "line", "column") if location else None


def _risk(risk: Risk) -> _Object:
    return {"level": risk.level.name.lower(), "kind": risk.kind.value, "reason": risk.reason}


def _attribute(attribute: AttributeChange) -> _Object:
    """Return a difference; what is false, empty or null is left out, since most of it is, ten times a difference."""
    more = fields(attribute, "sensitive", "unknown", "forces_replacement", "note", "lines", "comes_from", "noise")
    if origin := attribute.origin:
        more["origin"] = {"field": origin.field, "location": _location(origin.location)}
    return fields(attribute, "path", "before", "after") | {name: value for name, value in more.items() if value}
