"""Policies that a data source puts together while a plan is applied: the plan has the statements, not the text.

Source: the provider's documentation of the data source `aws_iam_policy_document`, version 5.100.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from infragen.plan.risks.lookups import blocks, texts, word
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN, Unknown, Value, holds_unknown

POLICY_DOCUMENT: Final = "aws_iam_policy_document"
_OTHERS = ("override_json", "override_policy_documents", "source_json", "source_policy_documents")
_LISTS = (
    ("actions", "Action"), ("not_actions", "NotAction"), ("resources", "Resource"), ("not_resources", "NotResource"),
)  # fmt: skip


def document_of(read: View) -> Value:
    """Return the policy that a data source will read as; `UNKNOWN` where other documents go into it."""
    statements = read.after("statement")
    later = read.in_part("statement") if holds_unknown(statements) else None
    statements = later if isinstance(later, list) else statements
    if statements == UNKNOWN or any(read.after(name) for name in _OTHERS):
        return UNKNOWN
    found: Value = {"Statement": [dict(_statement(one)) for one in blocks(statements)]}
    return _of_names(found, later) if isinstance(later, Unknown) and later.naming else found


def _of_names(value: Value, later: Unknown) -> Value:
    if isinstance(value, dict):
        return {name: _of_names(part, later) for name, part in value.items()}
    if isinstance(value, list):
        return [_of_names(part, later) for part in value]
    return later if value == UNKNOWN else value


def _statement(said: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    yield "Effect", word(said.get("effect")) or "Allow"
    yield from ((name, said[attribute]) for attribute, name in _LISTS if said.get(attribute))
    for attribute, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if whom := {word(one.get("type")) or "": one.get("identifiers") for one in blocks(said.get(attribute))}:
            yield name, "*" if "*" in texts(whom.get("*")) else whom
    conditions: dict[str, Value] = {}
    for one in blocks(said.get("condition")):
        keys = conditions.setdefault(word(one.get("test")) or "", {})
        if isinstance(keys, dict):
            keys[word(one.get("variable")) or ""] = one.get("values")
    if conditions:
        yield "Condition", conditions
