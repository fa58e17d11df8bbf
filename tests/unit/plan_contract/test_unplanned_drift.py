"""What objects hold beside what was written down for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infragen.plan import read_plan
from infragen.plan_contract.unplanned_drift import read_unplanned_drift
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan_contract.unplanned_drift import UnplannedDrift

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ROLE = {"id": "reader", "arn": "arn:reader", "managed_policy_arns": [], "tags": None}
WITH_POLICY = {**ROLE, "managed_policy_arns": [ADMINISTRATOR], "tags": {}}
READER = "aws_iam_role.reader"


def additions(folder: Path, drift: list[dict[str, Any]], *changes: dict[str, Any]) -> UnplannedDrift:
    (folder / "plan.json").write_bytes(plan(*changes, resource_drift=drift))
    return read_unplanned_drift(folder / "plan.json")


def test_what_terraform_leaves_alone_is_an_addition(tmp_path: Path) -> None:
    drift = resource(READER, ["update"], ROLE, WITH_POLICY)
    found = additions(tmp_path, [drift], resource(READER, ["no-op"], WITH_POLICY, WITH_POLICY)).found[READER]
    assert (json.loads(found.before), json.loads(found.after)) == (ROLE, WITH_POLICY)
    assert found.names == ("reader", "arn:reader")
    assert ADMINISTRATOR not in repr(found), "it may be a secret"


def test_what_an_apply_would_change_back_or_is_gone_is_none(tmp_path: Path) -> None:
    drift = [
        resource(READER, ["update"], ROLE, WITH_POLICY),
        resource("aws_sns_topic.gone", ["delete"], {"id": "gone"}),
    ]
    assert not additions(tmp_path, drift, resource(READER, ["update"], WITH_POLICY, ROLE)).found


def test_what_is_empty_either_way_is_of_no_substance(tmp_path: Path) -> None:
    before = {**ROLE, "inline_policy": [None], "description": None}
    after = {**ROLE, "tags": {}, "inline_policy": [{}], "description": ""}
    drift = resource(READER, ["update"], before, after)
    assert not additions(tmp_path, [drift], resource(READER, ["no-op"], after, after)).found
    (tmp_path / "plan.json").write_bytes(plan(resource_drift=[drift]))
    assert read_plan(tmp_path / "plan.json").summary.drift == 1, "terraform counts it"
    assert read_plan(tmp_path / "plan.json", skip_empty_drift=True).summary.drift == 0


def test_what_aws_moves_on_by_itself_is_of_no_substance(tmp_path: Path) -> None:
    before = {"id": "db-1", "identifier": "orders", "latest_restorable_time": "2026-01-01T00:00:00Z", "replicas": []}
    later = {**before, "latest_restorable_time": "2026-01-01T00:05:00Z"}
    joined = {**later, "replicas": ["orders-2"]}
    address = "aws_db_instance.orders"
    for after, count in ((later, 0), (joined, 1)):
        drift = resource(address, ["update"], before, after)
        assert len(additions(tmp_path, [drift], resource(address, ["no-op"], after, after)).found) == count
        (tmp_path / "plan.json").write_bytes(plan(resource_drift=[drift]))
        assert read_plan(tmp_path / "plan.json", skip_empty_drift=True).summary.drift == count


def test_what_was_deleted_or_hidden_is_always_told(tmp_path: Path) -> None:
    gone = resource(READER, ["delete"], ROLE)
    secret = resource("aws_x.a", ["update"], {"secret": "a"}, {"secret": "b"}, after_sensitive={"secret": True})
    (tmp_path / "plan.json").write_bytes(plan(resource_drift=[gone, secret]))
    assert read_plan(tmp_path / "plan.json", skip_empty_drift=True).summary.drift == 2


def test_an_object_that_was_made_tells_its_risks_as_if_it_were_planned(tmp_path: Path) -> None:
    attached = {"id": "x", "role": "reader", "policy_arn": ADMINISTRATOR}
    own = "aws_iam_role_policy_attachment.own"
    found = additions(
        tmp_path, [], resource(own, ["no-op"], attached, attached), resource(READER, ["no-op"], ROLE, ROLE)
    )
    (made,) = found.as_creations([own]).changes
    assert made.risks[0].reason == "full access (AdministratorAccess)"
