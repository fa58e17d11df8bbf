"""What a plan says of the users of a database that people make."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import RiskKind
from tests.unit.plan.risks.judging import judged, told

USER = {"database": "cluster-A", "script": "sql/main.sql", "user": "web", "of": "services/web", "access": "read"}


def user(**other: object) -> dict[str, Any]:
    return {"input": {**USER, **other}}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (
            user(),
            user(access="read-write"),
            "MEDIUM privilege: user web may do more: read -> read-write; run sql/main.sql",
        ),
        (
            user(access="read-write"),
            user(access="owner"),
            "MEDIUM privilege: user web may do more: read-write -> owner; run sql/main.sql",
        ),
        (
            user(access="read-write"),
            user(),
            "LOW privilege: user web may do less: read-write -> read; run sql/main.sql",
        ),
        (
            user(user="main_migration", access="migrate"),
            user(user="main_migration", access="migrate", of="jobs/migrate, services/web"),
            "MEDIUM privilege: jobs/migrate may sign in as main_migration: migrate",
        ),
        (
            user(),
            user(database="cluster-B"),
            "MEDIUM downtime: unless it was restored, the database that replaces it has no user web: run sql/main.sql",
        ),
        (
            user(),
            user(password_version=3),
            "LOW privilege: user web has another password once somebody runs sql/main.sql",
        ),
    ],
)
def test_a_user_that_changes_is_told_with_the_script_to_run(before: Any, after: Any, reason: str) -> None:
    assert told("terraform_data", "update", before, after) == [reason]


def test_a_new_user_of_a_database_that_is_there_may_do_what_nobody_could() -> None:
    found = told("terraform_data", "create", None, user())
    assert found == ["MEDIUM privilege: new user web: read; run sql/main.sql"]


def test_a_user_that_goes_stays_in_the_database() -> None:
    found = told("terraform_data", "delete", user(), None)
    assert "LOW privilege: user web stays in the database, read, until someone drops it" in found


@pytest.mark.parametrize(
    "other", [{"access": "read-write"}, {**USER, "more": "1"}, {**USER, "access": 1}, "read-write", ["read"], None]
)
def test_any_other_terraform_data_is_no_user(other: Any) -> None:
    for before, after in (({"input": other}, {"input": [other]}), ({"input": [other]}, {"input": other})):
        assert not [one for one in judged("terraform_data", "update", before, after) if one.kind is RiskKind.PRIVILEGE]
