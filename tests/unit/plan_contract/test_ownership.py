"""What proves that an object is a run's, and what does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infragen.plan_contract.ownership import Lookup, judge, lookups, names_to_import, verdicts

if TYPE_CHECKING:
    from pathlib import Path

SINCE = datetime(2026, 11, 20, 13, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=5)
TAGS = {"System": "small", "ManagedBy": "infragen"}
WITHIN, LONG_AGO = "2026-11-20T13:01:00Z", "2026-11-19T13:01:00Z"


def planned(tags: object = None, unknown: object = None) -> dict[str, Any]:
    after = {"name": "x"} | ({"tags_all": tags} if tags is not None else {})
    return {"actions": ["create"], "after": after, "after_unknown": {"id": True, "tags_all": unknown}}


@pytest.mark.parametrize(
    ("wanted", "real", "proven", "why"),
    [
        (planned(TAGS), {"tags_all": TAGS}, True, "has the tags that the run sets"),
        (planned(TAGS), {"tags_all": TAGS, "create_date": WITHIN}, True, "has the tags"),
        (planned(TAGS), {"tags_all": TAGS, "create_date": LONG_AGO}, False, "was made on 2026-11-19 13:01:00 UTC"),
        (planned(TAGS), {"tags_all": {}}, False, "does not have the tags that the run sets (ManagedBy, System)"),
        (planned(TAGS), {"tags_all": {**TAGS, "System": "other"}}, False, "(System)"),
        (planned(TAGS), {"tags_all": {**TAGS, "Owner": "ann"}}, False, "(Owner)"),
        (planned(TAGS), {"create_date": WITHIN}, False, "does not have the tags"),
        (planned(TAGS, {"X": True}), {"tags_all": TAGS}, False, "the plan does not know them yet"),
        (planned(TAGS, unknown=True), {"tags_all": TAGS}, False, "the plan does not know them yet"),
        (planned(), {}, False, "has no tags to identify it by, and AWS does not report when it was created"),
        (planned({}), {"tags_all": {}}, False, "has no tags to identify it by"),
        (planned({}), {"tags_all": {"Owner": "ann"}, "create_date": WITHIN}, False, "the run sets none (Owner)"),
        (planned(), {"create_date": WITHIN}, True, "was created while the run was active"),
        (planned(), {"create_date": "2026-11-20T22:01:00+09:00"}, True, "was created while the run was active"),
        (planned(), {"create_date": LONG_AGO}, False, "when that run was not active"),
        (planned(), {"creation_time": 1795179660000}, True, "was created while"),
        (planned(), {"created_at": 1795179660}, True, "was created while"),
        (planned(), {"create_date": "soon"}, False, "AWS does not report when"),
        (planned(), {"last_modified": WITHIN}, False, "AWS does not report when"),
        ({}, {"tags_all": TAGS}, False, "the run sets none"),
    ],
)
def test_tags_and_time_prove_it_and_a_name_does_not(
    wanted: dict[str, Any], real: dict[str, Any], proven: bool, why: str
) -> None:
    verdict = judge(wanted, real, SINCE, UNTIL)
    assert verdict.is_proven is proven
    assert why in verdict.why


@pytest.mark.parametrize(("seconds", "proven"), [(-61, False), (-59, True), (359, True), (361, False)])
def test_clocks_may_differ_by_a_minute(seconds: int, proven: bool) -> None:
    made = (SINCE + timedelta(seconds=seconds)).isoformat()
    assert judge(planned(TAGS), {"tags_all": TAGS, "create_date": made}, SINCE, UNTIL).is_proven is proven


def test_verdicts_are_about_what_is_imported_and_have_no_value_in_them(tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    change = {"address": "aws_iam_role.a", "type": "aws_iam_role", "change": planned({"Key": "secret"})}
    real = {"tags_all": {"Key": "another secret"}}
    before.write_text(json.dumps({"resource_changes": [change, {**change, "address": "aws_iam_role.b"}]}))
    seen = {"actions": ["update"], "before": real, "importing": {"id": "a"}}
    after.write_text(json.dumps({"resource_changes": [{**change, "change": seen}, {**change, "address": "c"}]}))
    found = verdicts(before, after, SINCE, UNTIL)
    assert list(found) == ["aws_iam_role.a"]
    assert "secret" not in str(found)


@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "{}", '{"resource_changes": [7]}'])
def test_what_is_no_plan_proves_nothing(tmp_path: Path, content: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(content)
    assert verdicts(plan, plan, SINCE, UNTIL) == {}
    assert verdicts(tmp_path / "none", tmp_path / "none", SINCE, UNTIL) == {}


@pytest.mark.parametrize(("read", "judged"), [("archive", True), ("studies", False)])
def test_what_is_called_otherwise_is_another_object(tmp_path: Path, read: str, judged: bool) -> None:
    """The provider takes the only DB instance for one that is not there; its tags are those of every entry."""
    address = "module.archive.aws_db_instance.this"
    creation = {"actions": ["create"], "after": {"identifier": "archive", "tags_all": TAGS}, "after_unknown": {}}
    import_ = {"actions": ["update"], "importing": {"id": "archive"}, "before": {"identifier": read, "tags_all": TAGS}}
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    for file, change in ((before, creation), (after, import_)):
        one = {"address": address, "type": "aws_db_instance", "change": change}
        file.write_text(json.dumps({"resource_changes": [one]}), encoding="utf-8")
    found = verdicts(before, after, SINCE, UNTIL)
    assert ([*found] == [address]) is judged
    assert not judged or found[address].is_proven


def test_only_what_is_asked_for_and_made_is_looked_for(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    made = {"actions": ["create"], "after": {"name": "web"}}
    items = [{"address": f"aws_lb.{name}", "type": "aws_lb", "change": made} for name in "ab"]
    role = {"type": "aws_iam_role", "change": {"after": {"name": "web"}}}
    items += [{**role, "address": "aws_iam_role.r"}, {**role, "address": "data.aws_iam_role.r", "mode": "data"}]
    plan.write_text(json.dumps({"resource_changes": items}), encoding="utf-8")
    assert lookups(plan, ["aws_lb.b"]) == {"aws_lb.b": Lookup("aws_lb", {"name": "web"})}
    assert names_to_import(plan) == {"aws_iam_role.r": "web"}
    assert names_to_import(plan, ["aws_lb.b"]) == {}


def test_a_policy_is_looked_for_by_its_arn_which_follows_from_account_path_and_name(tmp_path: Path) -> None:
    """IAM refuses a second of a name in an account."""
    plan = tmp_path / "plan.json"
    change = {"actions": ["create"], "after": {"name": "shop-boundary", "path": "/ci/"}}
    items = [{"address": "aws_iam_policy.this", "type": "aws_iam_policy", "change": change}]
    plan.write_text(json.dumps({"resource_changes": items}), encoding="utf-8")
    arn = "arn:aws:iam::111122223333:policy/ci/shop-boundary"
    assert names_to_import(plan, account="111122223333") == {"aws_iam_policy.this": arn}
    assert names_to_import(plan) == {}


def test_what_is_called_by_several_names_is_looked_for_once_all_are_known(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    items = [
        {"address": kind, "type": kind, "change": {"actions": ["create"], "after": after}}
        for kind, after in (
            ("aws_secretsmanager_secret", {"name": "shop/dev/payments"}),
            ("aws_security_group", {"name": "shop-dev-api", "vpc_id": "vpc-1"}),
            ("aws_scheduler_schedule", {"name": "night", "group_name": "shop-dev"}),
            ("aws_backup_vault", {"name": "shop-dev"}),
        )
    ]
    items += [{**items[1], "address": "unknown.vpc", "change": {"actions": ["create"], "after": {"name": "a"}}}]
    plan.write_text(json.dumps({"resource_changes": items}), encoding="utf-8")
    assert lookups(plan, [str(one["address"]) for one in items]) == {
        "aws_secretsmanager_secret": Lookup("aws_secretsmanager_secret", {"name": "shop/dev/payments"}),
        "aws_security_group": Lookup("aws_security_group", {"name": "shop-dev-api", "vpc_id": "vpc-1"}),
    }
    assert names_to_import(plan) == {"aws_scheduler_schedule": "shop-dev/night", "aws_backup_vault": "shop-dev"}
