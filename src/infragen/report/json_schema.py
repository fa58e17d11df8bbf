"""The shape of the JSON report, as a JSON Schema (draft 2020-12); published as docs/report-schema.json.

Every member that is required here is always there; others may join without a new version, so that readers should pass
over what they do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan import Action, Level, Noise, RiskKind, Summary

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 2


def _object(
    description: str = "", *, optional: Mapping[str, object] | None = None, **properties: object
) -> dict[str, object]:
    required = sorted(properties)
    schema: dict[str, object] = {
        "type": "object",
        "required": required,
        "properties": {**properties, **(optional or {})},
    }
    return {"description": description, **schema} if description else schema


def _list(items: object, description: str = "") -> dict[str, object]:
    schema: dict[str, object] = {"type": "array", "items": items}
    return {"description": description, **schema} if description else schema


def _maybe(schema: dict[str, object]) -> dict[str, object]:
    return {"anyOf": [{"type": "null"}, schema]}


def _named(name: str) -> dict[str, object]:
    return {"$ref": f"#/$defs/{name}"}


def _one_of(*words: str) -> dict[str, object]:
    return {"type": "string", "enum": list(words)}


_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_TEXTS = _list(_TEXT)
_PLACE = _object(file=_TEXT, line=_COUNT, column=_COUNT)
_LOCATION = _maybe(_named("place"))
_RISK = _object(
    level=_one_of(*(level.name.lower() for level in reversed(Level))),
    kind=_one_of(*RiskKind),
    reason={**_TEXT, "description": "a clause, redacted"},
)
_CAUSE = _object(
    attribute={**_MAYBE_TEXT, "description": "what forces the replacement; null when the plan names nothing"},
    words=_TEXT,
    chain={**_TEXTS, "description": "addresses it comes from, nearest first"},
)
_ATTRIBUTE = _object(
    "A difference; a member that is not required is left out when it is false, empty or null.",
    optional={
        "sensitive": _FLAG,
        "unknown": {**_FLAG, "description": "known only after apply"},
        "forces_replacement": _FLAG,
        "note": _TEXT,
        "lines": _list(_TEXT, "the difference of a long text: each begins with -, +, a space, or @ for lines left out"),
        "comes_from": _list(_TEXT, "addresses that an unknown value will come from"),
        "noise": {**_one_of(*Noise), "description": "why the other formats only count it"},
        "origin": _object(field=_MAYBE_TEXT, location=_named("place")),
    },
    path=_TEXT,
    before={**_MAYBE_TEXT, "description": "HCL-like text on one line, redacted; null where there is nothing"},
    after=_MAYBE_TEXT,
)
_CHANGE = _object(
    address=_TEXT,
    module=_MAYBE_TEXT,
    type=_TEXT,
    name=_TEXT,
    index=_MAYBE_TEXT,
    provider=_TEXT,
    mode=_TEXT,
    action=_one_of(*Action),
    stack=_MAYBE_TEXT,
    entry=_maybe(_object(id=_TEXT, title=_TEXT, location=_LOCATION)),
    location=_LOCATION,
    previous_address=_MAYBE_TEXT,
    importing=_MAYBE_TEXT,
    deposed=_MAYBE_TEXT,
    reason={**_MAYBE_TEXT, "description": "terraform's own reason for this action"},
    risks={**_list(_named("risk"), "worst first"), "minItems": 1},
    causes=_list(_named("cause"), "why it is replaced"),
    attributes=_list(_named("attribute"), "every difference, noise included"),
)
_GROUP = _object(
    "Changes that belong together; every change is in exactly one group.",
    kind=_one_of("entry", "stack", "module", "same"),
    label=_TEXT,
    title=_TEXT,
    location=_LOCATION,
    risk=_named("risk"),
    changes=_list(_COUNT, "indices into the report's `changes`, worst first"),
    members=_list(_TEXT, "of kind `same`: the places in which the change is exactly the same"),
    exceptions=_list(_COUNT, "of kind `same`: those of `changes` that differ in values"),
)
_OUTPUT = _object(
    name=_TEXT,
    stack=_MAYBE_TEXT,
    action=_one_of(*Action),
    before=_MAYBE_TEXT,
    after=_MAYBE_TEXT,
    sensitive=_FLAG,
    unknown=_FLAG,
)
_CHECK = _object(address=_TEXT, kind=_TEXT, status=_TEXT, problems=_TEXTS, stack=_MAYBE_TEXT)
_INVOCATION = _object(address=_TEXT, type=_TEXT, trigger=_TEXT, deferred=_MAYBE_TEXT, stack=_MAYBE_TEXT)
_AMOUNT = _object("USD, with cents, as text: at the least and at the most.", least=_TEXT, most=_TEXT)
_COST = _object(
    "At list prices, before usage.",
    currency={"const": "USD"},
    before=_AMOUNT,
    after=_AMOUNT,
    owners=_list(_object(owner=_TEXT, difference=_AMOUNT), "by entry or stack, the largest difference first"),
    left_out=_list(_TEXT, "what is in no sum: classes without a known price, and what the plan does not say yet"),
)
_EDIT = _object(
    text={**_TEXT, "description": "where and what, on one line"},
    location=_LOCATION,
    entry=_MAYBE_TEXT,
    field={**_MAYBE_TEXT, "description": "its path in the entry, the environment or the system"},
    before=_MAYBE_TEXT,
    after=_MAYBE_TEXT,
)
_EDITS = _object(base=_TEXT, commit={**_TEXT, "description": "the merge base with `base`"}, lines=_list(_EDIT))
_DEFERRED = _object(reason=_TEXT, change=_named("change"))
_COUNTS = {name: _FLAG if isinstance(count, bool) else _COUNT for name, count in Summary().as_dict().items()}

SCHEMA: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "infragen report",
    "$defs": {"place": _PLACE, "risk": _RISK, "cause": _CAUSE, "attribute": _ATTRIBUTE, "change": _CHANGE},
    **_object(
        "What a Terraform plan will do: complete, and redacted.",
        kind={"const": "infragen-report"},
        version={"const": VERSION},
        target=_TEXT,
        terraform_version=_MAYBE_TEXT,
        summary=_object(
            "Counts as terraform makes them: a replacement is in `add`, `destroy` and `replace`.", **_COUNTS
        ),
        unchanged=_COUNT,
        risk={**_named("risk"), "description": "the worst of all changes"},
        notices=_TEXTS,
        edits={**_maybe(_EDITS), "description": "what people changed, where the report was asked for it"},
        checks=_list(_CHECK, "checks that did not pass"),
        passed_checks=_COUNT,
        cost={
            **_maybe(_COST),
            "description": "what changing objects cost a month before and after; null: the same, or not known",
        },
        groups=_list(_GROUP, "worst first"),
        changes=_list(_named("change"), "every change, sorted by stack and address"),
        outputs=_list(_OUTPUT),
        drift=_object(
            "What changed outside of terraform.",
            shown=_list(_named("change"), "what matters to this plan"),
            hidden={**_COUNT, "description": "how many changed without effect on this plan"},
        ),
        deferred=_list(_DEFERRED, "changes that wait for another apply; in no count"),
        invocations=_list(_INVOCATION, "actions of providers that apply invokes"),
    ),
}
