"""A secret that is drawn anew, and whose password it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told

REFUSED = "whoever signs in with the old one is refused"
_USERS = [{"username": "app", "password": "one"}]
_OPTIONS = [{"master_user_options": [{"master_user_password": "one"}]}]
CASES: list[tuple[str, Any, str]] = [
    ("aws_db_instance", {"password": "one"}, "its master password"),
    ("aws_rds_cluster", {"master_password": "one"}, "its master password"),
    ("aws_docdb_cluster", {"master_password_wo_version": 1}, "its master password"),
    ("aws_elasticache_replication_group", {"auth_token": "one"}, "its token"),
    ("aws_mq_broker", {"user": _USERS}, "a user's password"),
    ("aws_opensearch_domain", {"advanced_security_options": _OPTIONS}, "its master password"),
    ("azurerm_mssql_server", {"administrator_login_password": "one"}, "its administrator's password"),
    ("google_sql_user", {"password": "one"}, "its password"),
]


def _other(value: Any) -> Any:
    """Return the same with another secret in it."""
    if isinstance(value, dict):
        return {name: _other(part) for name, part in value.items()}
    return [*map(_other, value)] if isinstance(value, list) else {"one": "two", 1: 2}.get(value, value)


def _marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _marks(part) for name, part in value.items() if part != "app"}
    return [*map(_marks, value)] if isinstance(value, list) else True


@pytest.mark.parametrize(("kind", "before", "whose"), CASES)
def test_a_password_that_changes_refuses_the_old_one(kind: str, before: Any, whose: str) -> None:
    marks = {"before_sensitive": _marks(before), "after_sensitive": _marks(before)}
    assert f"MEDIUM downtime: {whose} changes: {REFUSED}" in told(kind, "update", before, _other(before), **marks)
    assert REFUSED not in str(told(kind, "update", before, before | {"tags": {"a": "b"}}, **marks))


def test_a_secret_that_is_there_gets_another_value() -> None:
    """It was restored, or is of somebody who gave it one by hand."""
    said = "MEDIUM downtime: its secret gets another value; the one that it has becomes the version AWSPREVIOUS"
    kind, value = "aws_secretsmanager_secret_version", {"secret_string_wo_version": 1}
    assert said in told(kind, "create", None, {"secret_id": "arn:a", **value})
    assert said not in told(kind, "create", None, value, after_unknown={"secret_id": True})


@pytest.mark.parametrize(
    ("source", "action", "said"),
    [
        ("random_password.a", ["delete", "create"], "its master password changes (from random_password.a)"),
        ("data.aws_x.a", ["read"], "its master password may change (from data.aws_x.a)"),
    ],
)
def test_where_a_password_comes_from_is_told(source: str, action: list[str], said: str) -> None:
    base = resource("aws_db_instance.b", ["update"], {"password": "x"}, {}, after_unknown={"password": True})
    drawn = resource(source, action, {"result": "x"}, {}, after_unknown={"result": True})
    expressions = {"password": {"references": [f"{source}.result", source]}}
    configuration = {"root_module": {"resources": [{"address": "aws_db_instance.b", "expressions": expressions}]}}
    if action == ["read"]:
        drawn["mode"] = "data"
    changes = parse_plan(plan(base, drawn, configuration=configuration)).changes
    (risk,) = next(one.risks for one in changes if one.type == "aws_db_instance")
    assert risk.reason == f"{said}: {REFUSED}"


def test_with_rotate_a_cache_takes_both_tokens() -> None:
    after = {"auth_token": "y", "auth_token_update_strategy": "ROTATE"}
    found = told(
        "aws_elasticache_replication_group", "update", {"auth_token": "x"} | after | {"auth_token": "x"}, after
    )
    assert found == ["LOW harmless: the old token is taken beside the new one until that is SET"]


@pytest.mark.parametrize("kind", ["random_password", "random_bytes", "tls_private_key"])
def test_a_secret_made_anew_is_another(kind: str) -> None:
    words = "MEDIUM downtime: a new value is drawn: what still has the old one is refused"
    assert told(kind, "replace", {}, {}) == told(kind, "create first", {}, {}) == [words]


@pytest.mark.parametrize("kind", ["random_id", "random_pet", "random_shuffle", "random_uuid"])
def test_a_name_made_anew_is_another(kind: str) -> None:
    assert told(kind, "replace", {}, {}) == ["LOW harmless: a new value is drawn: what it stands in changes"]


def test_a_password_that_is_hidden_with_what_stands_beside_it_may_change() -> None:
    marks = {"before_sensitive": {"user": True}, "after_sensitive": {"user": True}}
    (found,) = told("aws_mq_broker", "update", {"user": _USERS}, {"user": _other(_USERS)}, **marks)
    assert found == f"MEDIUM downtime: a user's password may change: {REFUSED}"
