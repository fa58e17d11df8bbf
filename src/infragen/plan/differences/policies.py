"""IAM policies in one form, so that two ways to write the same statement are equal.

By the "Grammar of the IAM JSON policy language" (IAM User Guide), one value may stand where a list may, the order of
statements, actions, resources, principals and values of a condition says nothing, and one statement needs no list.
"""

from infragen.plan.differences.lists import Members, frozen
from infragen.redaction.values import Value


def is_policy(document: Value) -> bool:
    statements = document.get("Statement") if isinstance(document, dict) else None
    found = statements if isinstance(statements, list) else [statements]
    return bool(found) and all(isinstance(one, dict) and "Effect" in one for one in found)


def normal_policy(document: dict[str, Value]) -> dict[str, Value]:
    statements = document.get("Statement")
    found = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": Members(_statement(one) for one in found)}


def same_policy(before: dict[str, Value], after: dict[str, Value]) -> bool:
    statements = (side["Statement"] for side in (before, after))
    old, new = (sorted(map(repr, map(frozen, one if isinstance(one, list) else []))) for one in statements)
    return old == new and {**before, "Statement": None} == {**after, "Statement": None}


def _statement(statement: Value) -> Value:
    if not isinstance(statement, dict):
        return statement
    normal: dict[str, Value] = {}
    for key, value in statement.items():
        if key in {"Action", "NotAction", "Resource", "NotResource"}:
            normal[key] = _members(value)
        elif key in {"Principal", "NotPrincipal"} and isinstance(value, dict):
            normal[key] = {kind: _members(part) for kind, part in value.items()}
        elif key == "Condition" and isinstance(value, dict):
            normal[key] = {
                operator: {name: _members(part) for name, part in tests.items()} if isinstance(tests, dict) else tests
                for operator, tests in value.items()
            }
        else:
            normal[key] = value
    return normal


def _members(value: Value) -> Value:
    if isinstance(value, list):
        return Members(sorted(value, key=lambda one: repr(frozen(one))))
    return value if isinstance(value, dict) or value is None else Members([value])
