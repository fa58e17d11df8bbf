"""IAM policies in one form, so that two ways to write the same statement are equal.

By the "Grammar of the IAM JSON policy language" (IAM User Guide), one value may stand where a list may, the order of
statements, actions, resources, principals and values of a condition says nothing, and one statement needs no list.
"""

from infragen.plan.differences.lists import Members, frozen
from infragen.redaction.values import Value

_LISTS = frozenset({"Action", "NotAction", "Resource", "NotResource"})
_MAPS_OF_LISTS = frozenset({"Principal", "NotPrincipal"})


def is_policy(document: Value) -> bool:
    statements = document.get("Statement") if isinstance(document, dict) else None
    found = statements if isinstance(statements, list) else [statements]
    return bool(found) and all(isinstance(one, dict) and "Effect" in one for one in found)


def normal_policy(document: dict[str, Value]) -> dict[str, Value]:
    statements = document.get("Statement")
    found = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": Members(_statement(one) for one in found)}


def same_policy(before: dict[str, Value], after: dict[str, Value]) -> bool:
    return _comparable(before) == _comparable(after)


def _comparable(policy: dict[str, Value]) -> dict[str, object]:
    statements = policy["Statement"]
    found = statements if isinstance(statements, list) else []
    return {**policy, "Statement": sorted(map(repr, map(frozen, found)))}


def _statement(statement: Value) -> Value:
    if not isinstance(statement, dict):
        return statement
    normal: dict[str, Value] = {}
    for key, value in statement.items():
        if key in _LISTS:
            normal[key] = _members(value)
        elif key in _MAPS_OF_LISTS and isinstance(value, dict):
            normal[key] = {kind: _members(part) for kind, part in value.items()}
        elif key == "Condition" and isinstance(value, dict):
            normal[key] = {operator: _condition(part) for operator, part in value.items()}
        else:
            normal[key] = value
    return normal


def _condition(tests: Value) -> Value:
    return {key: _members(value) for key, value in tests.items()} if isinstance(tests, dict) else tests


def _members(value: Value) -> Value:
    if isinstance(value, list):
        return Members(sorted(value, key=lambda one: repr(frozen(one))))
    return value if isinstance(value, dict) or value is None else Members([value])
