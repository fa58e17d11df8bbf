"""What of the differences after an apply is AWS's own addition, and what is somebody's change."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import read_plan
from infragen.plan_contract.unplanned_drift import DriftedObject, read_unplanned_drift
from infragen.stacks.model import Stack
from infragen.terraform.engine import Status
from infragen.terraform.states import parse_state
from infragen.workflow.attribution.source_lines import CatalogueSources
from infragen.workflow.runs.post_apply_refresh import _is_left, _Refresh

if TYPE_CHECKING:
    from pathlib import Path

ROOT = (Stack("security", (), (), ()),)
ROLE = "aws_iam_role.reader"
ATTACHMENT = "aws_iam_role_policy_attachment.own"
READ_ONLY = "arn:aws:iam::aws:policy/service-role/AWSConfigRole"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def parted(tmp_path: Path, added: str, *made: str, attached: str = READ_ONLY) -> tuple[list[str], list[str]]:
    """Return what is taken in and what is not of a policy that a role has more, after a run that made some objects."""
    before = {"id": "reader", "managed_policy_arns": []}
    after = {**before, "managed_policy_arns": [added]}
    own = {"id": "x", "role": "reader", "policy_arn": attached}
    return differing(tmp_path, (ROLE, before, after), (ATTACHMENT, own), *made)


def differing(
    tmp_path: Path, one: tuple[str, Any, Any], beside: tuple[str, Any], *made: str
) -> tuple[list[str], list[str]]:
    """Return the same of one object that differs (address, before, after), and of another beside it."""
    (address, before, after), (other, own) = one, beside
    report = plan(
        resource(f"module.security.{address}", ["no-op"], after, after),
        resource(f"module.security.{other}", ["no-op"], own, own),
        resource_drift=[resource(f"module.security.{address}", ["update"], before, after)],
    )
    (tmp_path / "plan.json").write_bytes(report)
    settled = _Refresh(*_session(), {"security": frozenset(made)}, lambda *_: None)
    settled.states = {"security": _state({address: before, other: own})}
    found = read_plan(tmp_path / "plan.json", skip_empty_drift=True)
    ours, others = settled._parted(read_unplanned_drift(tmp_path / "plan.json"), found, ROOT)
    return [address for one in ours.values() for address in one], others


def _session() -> tuple[Any, Any, Any]:
    return SimpleNamespace(), SimpleNamespace(), SimpleNamespace(results=())


def _state(objects: dict[str, dict[str, Any]]) -> Any:
    resources = [
        {"mode": "managed", "type": kind, "name": name, "provider": "x", "instances": [{"attributes": attributes}]}
        for address, attributes in objects.items()
        for kind, name in [address.split(".")]
    ]
    return parse_state(json.dumps({"version": 4, "serial": 1, "lineage": "a", "resources": resources}).encode(), "x")


@pytest.mark.parametrize("made", [(ROLE,), (ATTACHMENT,), (ROLE, ATTACHMENT)])
def test_what_comes_of_an_object_of_the_run_is_taken_in(tmp_path: Path, made: tuple[str, ...]) -> None:
    assert parted(tmp_path, READ_ONLY, *made) == ([ROLE], [])


def test_what_comes_of_no_object_of_the_run_stays_drift(tmp_path: Path) -> None:
    assert parted(tmp_path, READ_ONLY, "aws_sns_topic.other") == ([], [f"module.security.{ROLE}"])


def test_a_risk_that_the_run_did_not_bring_stays_drift_even_of_what_it_made(tmp_path: Path) -> None:
    assert parted(tmp_path, ADMINISTRATOR, ROLE, ATTACHMENT) == ([], [f"module.security.{ROLE}"])


def test_a_risk_that_the_run_itself_brought_is_taken_in(tmp_path: Path) -> None:
    assert parted(tmp_path, ADMINISTRATOR, ROLE, ATTACHMENT, attached=ADMINISTRATOR) == ([ROLE], [])


def _policy(*statements: str, **more: object) -> str:
    said = [{"Effect": "Allow", "Action": one, "Resource": "*", **more} for one in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": said})


OWN_POLICY = "aws_iam_role_policy.start"
TOPIC, TOPIC_POLICY = "aws_sns_topic.news", "aws_sns_topic_policy.news"
ANYBODY = {"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}}}


@pytest.mark.parametrize("said", ["logs:PutLogEvents", "xray:PutTraceSegments"])
def test_what_a_policy_of_the_run_no_longer_says_is_its_own_doing(tmp_path: Path, said: str) -> None:
    old = _policy("secretsmanager:GetSecretValue", "logs:PutLogEvents")
    before = {"id": "reader", "inline_policy": [{"name": "start", "policy": old}]}
    after = {"id": "reader", "inline_policy": [{"name": "start", "policy": _policy(said)}]}
    own = {
        "id": "reader:start",
        "role": "reader",
        "policy": json.dumps(json.loads(_policy("logs:PutLogEvents")), indent=1),
    }

    ours, others = differing(tmp_path, (ROLE, before, after), (OWN_POLICY, own), OWN_POLICY)

    is_its_own = said == "logs:PutLogEvents"
    assert (ours, others) == (([ROLE], []) if is_its_own else ([], [f"module.security.{ROLE}"]))


def test_a_policy_of_the_run_stands_in_the_place_of_the_default_that_aws_gave_a_topic(tmp_path: Path) -> None:
    before = {"id": "news", "policy": _policy("SNS:Publish", "SNS:Subscribe", **ANYBODY)}
    own = {"id": "news", "arn": "news", "policy": _policy("SNS:Publish", Principal={"Service": "events.amazonaws.com"})}

    ours, _ = differing(
        tmp_path, (TOPIC, before, {**before, "policy": own["policy"]}), (TOPIC_POLICY, own), TOPIC, TOPIC_POLICY
    )

    assert ours == [TOPIC]


@pytest.mark.parametrize("to", ["arn:aws:s3:::files-replica", "arn:aws:s3:::evil"])
def test_the_copies_that_the_run_asked_for_are_its_own_and_no_others(tmp_path: Path, to: str) -> None:
    bucket, replication = "aws_s3_bucket.files", "aws_s3_bucket_replication_configuration.files"
    rule = {"id": "all", "status": "Enabled", "destination": [{"bucket": to}]}
    before: dict[str, Any] = {"id": "files", "bucket": "files", "replication_configuration": []}
    after = {**before, "replication_configuration": [{"role": "arn:role", "rules": [rule]}]}
    own = {"bucket": "files", "role": "arn:role", "rule": [{"destination": [{"bucket": "arn:aws:s3:::files-replica"}]}]}

    ours, others = differing(tmp_path, (bucket, before, after), (replication, own), bucket, replication)

    assert (ours, others) == (([bucket], []) if to.endswith("replica") else ([], [f"module.security.{bucket}"]))


@pytest.mark.parametrize(("code", "status"), [("T035", Status.FAILED), ("T020", Status.DONE)])
def test_a_terraform_killed_while_it_stores_is_journalled_with_the_lock_that_it_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, status: Status
) -> None:
    told: list[Any] = []

    def push(*_: object) -> None:
        told.append("push")
        raise InfragenError(Diagnostic(code, "terraform was killed"))

    runner = SimpleNamespace(state_pull=lambda *_: b"{}", state_push=push)
    folders = SimpleNamespace(stack=lambda _: SimpleNamespace(path=tmp_path))
    session: Any = SimpleNamespace(runner=runner, folders=folders)
    journal: Any = SimpleNamespace(id="1", started=lambda _: None, finished=told.append)
    monkeypatch.setattr("infragen.workflow.runs.post_apply_refresh.with_attributes", lambda *_: (b"{}", True))
    settled = _Refresh(session, journal, _session()[2], {}, None, lambda name: told.append(f"begin {name}"))
    with pytest.raises(InfragenError):
        settled._store("security", {})
    assert told[:2] == ["begin security", "push"], "a plan's headway is noted before the state may be another one"
    assert told[2].status is status
    assert bool(told[2].diagnostics) == (code == "T035")


@pytest.mark.parametrize(
    ("kind", "attribute", "is_left"),
    [
        ("aws_lb_listener_rule", "action", True),
        ("aws_lb_listener_rule", "condition", False),
        ("aws_lb_target_group", "load_balancer_arns", True),
        ("aws_lb_target_group", "port", False),
    ],
)
def test_what_a_delivery_moved_is_nobody_s_change(kind: str, attribute: str, *, is_left: bool) -> None:
    """Terraform calls a difference without effect on a plan hidden; the address is all that is known of it then."""
    module = 'resource "aws_lb_listener_rule" "web" {\n  lifecycle {\n    ignore_changes = [action]\n  }\n}\n'
    files = {
        "edge/balancer.tf": 'module "front" {\n  source = "../modules/routes"\n}\n',
        "modules/routes/main.tf": module,
    }
    stack: Any = SimpleNamespace(name="edge", files=(SimpleNamespace(path="balancer.tf", entry=None),))
    composed: Any = SimpleNamespace(
        stacks=(stack,), files=files, environment=SimpleNamespace(system=SimpleNamespace(name="demo"))
    )
    before, after = {attribute: ["a"], "tags": None}, {attribute: ["b"], "tags": {}}
    drifted = DriftedObject(*(json.dumps(one).encode() for one in (before, after)))
    assert drifted.changed == {attribute}
    found = _is_left(CatalogueSources(composed), "edge", f'module.front.{kind}.web["all"]', drifted)
    assert found is is_left
