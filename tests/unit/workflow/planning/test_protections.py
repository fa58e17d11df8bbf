"""What is refused before an apply begins: what a stack outside of the target uses, what another stack has now."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import Action, Change, ChangeSet, Protection, read_plan
from infragen.plan.model import KnownBody
from infragen.stacks.model import Stack
from infragen.terraform.states import State, parse_state
from infragen.workflow.planning import protections
from infragen.workflow.planning.notices import MovedAway

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.workflow.session import Session

SUBNET = "subnet-0a1b2c3d4e5f60718"
ROLE = "arn:aws:iam::111122223333:role/web"


def state(lineage: str, attributes: dict[str, object], reads: tuple[str, ...] = ()) -> State:
    read = [
        {
            "mode": "data", "type": "terraform_remote_state", "name": one, "provider": "p",
            "instances": [{"attributes": {"outputs": {"value": {"subnet": SUBNET, "role": ROLE}}}}],
        }
        for one in reads
    ]  # fmt: skip
    instances = [{"attributes": attributes}]
    own = {"mode": "managed", "type": "aws_thing", "name": "own", "provider": "p", "instances": instances}
    content = {"version": 4, "serial": 1, "lineage": lineage, "outputs": {}, "resources": [*read, own]}
    found = parse_state(json.dumps(content).encode(), lineage)
    assert found is not None
    return found


def session(monkeypatch: pytest.MonkeyPatch, states: dict[str, State], removed: tuple[str, ...] = ()) -> Session:
    stacks = tuple(Stack(name, (), (), ()) for name in states)
    monkeypatch.setattr(protections, "pull_states", lambda *_: states)
    about = {
        "composed": SimpleNamespace(stacks=stacks), "stacks": stacks[:1], "removed": removed, "target": "s/dev/network",
        "environment": SimpleNamespace(target="s/dev", settings=SimpleNamespace(region="eu-west-1")),
        "on_sandbox": False, "runner": SimpleNamespace(environment={}),
    }  # fmt: skip
    return cast("Session", SimpleNamespace(**about))


def destroys(address: str = "module.network.aws_thing.own", action: Action = Action.DELETE) -> ChangeSet:
    change = Change(
        address=address, module_address="", type="aws_thing", name="own", index=None, provider="aws", mode="managed",
        action=action, stack="network",
    )  # fmt: skip
    return ChangeSet(changes=(change,))


def refused(session: Session, plan: ChangeSet, *, later: tuple[str, ...] = ()) -> str:
    with pytest.raises(InfragenError) as caught:
        protections.refuse_taken_away(session, plan, later)
    return "\n".join(f"{one.code} {one.message} ({one.hint})" for one in caught.value.diagnostics)


def test_a_cluster_goes_after_the_readers_that_auto_scaling_added(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = "application-autoscaling-61aabbcc-4e2f-4c65-b620-ab7421abc123"
    opened = session(monkeypatch, {"network": state("n", {})})
    monkeypatch.setattr(protections, "moved_away", lambda *_: ())
    (change,) = destroys().changes
    keeps = KnownBody(known_protection=Protection("cluster_members", None, (reader,), "orders"))
    plan = ChangeSet(changes=(replace(change, body=keeps),))
    with pytest.raises(InfragenError) as caught:
        protections.refuse_protected(opened, plan, "destroy")
    (told,) = caught.value.diagnostics
    assert (told.code, told.message) == (
        "P008", f"AWS refuses to delete aws_thing.own of network while it has what Auto Scaling added: {reader}",
    )  # fmt: skip
    assert "--scalable-dimension rds:cluster:ReadReplicaCount --resource-id cluster:orders`" in told.hint
    assert f"`aws rds delete-db-instance --db-instance-identifier {reader}`, then `infragen destroy " in told.hint


@pytest.mark.parametrize(("status", "deletes"), [("available", False), ("failed", True)])
def test_what_is_tainted_is_unprotected_in_aws(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: str, deletes: bool
) -> None:
    """No apply changes it before it replaces it: `deletion_protection: false` in the catalogue would lead nowhere."""
    arn = "arn:aws:rds:ap-northeast-3:111122223333:db:site-main"
    before = {"id": "db-ABC", "identifier": "site-main", "arn": arn, "deletion_protection": True}
    after = {"identifier": "site-main", "deletion_protection": True}
    item = resource("aws_db_instance.this", ["delete", "create"], before, after)
    (tmp_path / "plan.json").write_bytes(plan(item | {"action_reason": "replace_because_tainted"}))
    found = read_plan(tmp_path / "plan.json")
    (change,) = found.changes
    monkeypatch.setattr(protections, "moved_away", lambda *_: ())
    monkeypatch.setattr(protections, "status", lambda *_: status)
    opened = session(monkeypatch, {"data": state("n", {})})
    with pytest.raises(InfragenError) as caught:
        protections.refuse_protected(opened, ChangeSet(changes=(replace(change, stack="data"),)), "apply")
    (told,) = caught.value.diagnostics
    off = "`aws rds modify-db-instance --no-deletion-protection --db-instance-identifier site-main"
    delete = "`aws rds delete-db-instance --skip-final-snapshot --db-instance-identifier site-main"
    assert f"{off} --region ap-northeast-3`" in str(told.hint)
    assert (f"since it is failed, {delete} --region ap-northeast-3`" in str(told.hint)) is deletes
    assert "false" not in str(told.hint)


@pytest.mark.parametrize(
    "uses",
    [
        {"subnet_id": SUBNET},
        {"network": [{"subnets": [SUBNET, "subnet-1"]}]},
        {"policy": json.dumps({"Resource": f"arn:aws:ec2:ap-northeast-1:111122223333:subnet/{SUBNET}"})},
    ],
)
def test_what_a_stack_outside_of_the_target_uses_is_not_destroyed(
    monkeypatch: pytest.MonkeyPatch, uses: dict[str, Any]
) -> None:
    opened = session(monkeypatch, {"network": state("n", {"id": SUBNET}), "app": state("a", uses, ("network",))})
    for action in (Action.DELETE, Action.REPLACE_DELETE_FIRST):
        said = refused(opened, destroys("aws_thing.own", action))
        assert said.startswith("P008 app stands, and uses aws_thing.own of network (nothing was applied; ")
        assert "`infragen apply s/dev" in said
    protections.refuse_taken_away(opened, destroys("aws_thing.own"), later=("app",))  # it lets go of it


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (SUBNET, {"subnet_id": "subnet-0a1b2c3d4e5f60719"}),
        (ROLE, {"role": f"{ROLE}-2"}),
        ("s-dev", {"cluster": "s-dev"}),  # a name that people gave may be anything's
    ],
)
def test_what_is_only_alike_is_not_used(monkeypatch: pytest.MonkeyPatch, mine: str, theirs: dict[str, Any]) -> None:
    opened = session(monkeypatch, {"network": state("n", {"id": mine}), "app": state("a", theirs, ("network",))})
    protections.refuse_taken_away(opened, destroys("aws_thing.own"))


def test_what_a_stack_that_left_the_catalogue_may_use_is_not_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    states = {"network": state("n", {"id": SUBNET}), "data": state("d", {}, ("network",)), "alone": state("o", {})}
    opened = session(monkeypatch, states, removed=("data", "alone"))
    said = refused(opened, destroys("aws_thing.own"), later=("data",))
    assert "P008 data stands, and may use aws_thing.own of network (nothing was applied; " in said
    assert "`infragen destroy s/dev/data" in said
    assert "P008 alone stands, and may use " in said  # its state does not say what it stands on
    protections.refuse_taken_away(opened, ChangeSet(changes=()))


def test_what_another_stack_has_now_is_moved_and_not_destroyed(monkeypatch: pytest.MonkeyPatch) -> None:
    away = (MovedAway("data-sales", "data-plant", "databases/order", 3), MovedAway("app", "edge", "clusters", 1))
    monkeypatch.setattr(protections, "moved_away", lambda *_: away)
    opened = session(monkeypatch, {"network": state("n", {})})
    with pytest.raises(InfragenError) as caught:
        protections.refuse_unmoved(opened, ChangeSet(changes=()))
    [found] = caught.value.diagnostics
    assert found.code == "M007"
    assert found.message == "databases/order: 3 of data-sales would be destroyed, although data-plant has the same"
    assert "infragen state moves s/dev" in (found.hint or "")


def upgrades(folder: Path, engine: str, before: str, after: str) -> ChangeSet:
    is_cluster = engine.startswith("aurora")
    what, named = ("rds_cluster", "cluster_identifier") if is_cluster else ("db_instance", "identifier")
    arn = f"arn:aws:rds:eu-central-1:1:{'cluster' if is_cluster else 'db'}:main"
    sides = ({named: "main", "engine": engine, "engine_version": version, "arn": arn} for version in (before, after))
    (folder / "plan.json").write_bytes(plan(resource(f"module.main.aws_{what}.this", ["update"], *sides)))
    found = read_plan(folder / "plan.json")
    return replace(found, changes=tuple(replace(one, stack="data") for one in found.changes))


@pytest.mark.parametrize(
    ("engine", "versions", "mend"),
    [
        ("postgres", "16.14 16.15", 'write `version: "16.14"` and `readers_version: "16.15"`, then '),
        ("mysql", "8.4.5 8.4.11", 'write `version: "8.4.5"` and `readers_version: "8.4.11"`, then '),
        ("mysql", "8.0.44 8.4.6", "write `readers: 0`, then "),
        (
            "aurora-mysql",
            "8.0.mysql_aurora.3.10.5 8.0.mysql_aurora.3.10.6",
            "apply the standby that has the copy first",
        ),
        ("aurora-postgresql", "16.9 17.5", "`aws rds modify-global-cluster` upgrades all clusters"),
        ("postgres", "16.15 17.9", None),  # AWS takes readers along
        ("postgres", "16.15 16.15", None),
    ],
)
def test_what_copies_an_instance_is_upgraded_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, versions: str, mend: str | None
) -> None:
    asked, (before, after) = [], versions.split()

    def behind(_aws: object, *of: str) -> tuple[str, ...]:
        asked.append(of)
        return ("main-reader-1 (16.1)",)

    is_cluster = engine.startswith("aurora")
    monkeypatch.setattr(protections, "clusters_behind" if is_cluster else "copies_behind", behind)
    opened, changes = session(monkeypatch, {"data": state("d", {})}), upgrades(tmp_path, engine, before, after)
    if mend is None:
        protections.refuse_before_copies(opened, changes)
        assert asked == []
        return
    with pytest.raises(InfragenError) as caught:
        protections.refuse_before_copies(opened, changes)
    assert asked == [("main", "eu-central-1", after)]
    [found] = caught.value.diagnostics
    what = "aws_rds_cluster" if is_cluster else "aws_db_instance"
    said = f"AWS refuses to upgrade {what}.this of data to {after} before main-reader-1 (16.1)"
    assert (found.code, found.message.replace("module.main.", "")) == ("P008", said)
    assert found.hint is not None
    assert found.hint.startswith(f"nothing was applied; {mend}")
    assert is_cluster or f"{mend}`infragen apply s/dev" in found.hint


@pytest.mark.parametrize(
    ("action", "before", "after", "unknown", "is_refused"),
    [
        (["update"], "", "arn:db", False, True),
        (["update"], "", None, True, True),
        (["update"], "arn:db", "arn:other", False, True),
        (["update"], "arn:db", "", False, False),  # it is promoted
        (["update"], "arn:db", "arn:db", False, False),
        (["create"], None, "arn:db", False, False),
        (["delete", "create"], "", "arn:db", False, False),
    ],
)
def test_what_stands_becomes_no_copy(
    action: list[str],
    before: str | None,
    after: str | None,
    unknown: bool,
    is_refused: bool,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = ({"identifier": "main", "multi_az": is_new, "replicate_source_db": one}
                for is_new, one in ((False, before), (True, after)))  # fmt: skip
    if unknown:
        del new["replicate_source_db"]
    item = resource("module.main.aws_db_instance.this", action, None if action == ["create"] else old, new)
    item["change"]["after_unknown"] = {"replicate_source_db": True} if unknown else {}
    (tmp_path / "plan.json").write_bytes(plan(item))
    found = read_plan(tmp_path / "plan.json")
    changes = replace(found, changes=tuple(replace(one, stack="data") for one in found.changes))
    opened = session(monkeypatch, {"data": state("d", {})})
    opened.environment.system = SimpleNamespace(name="s")  # type: ignore[misc, assignment]
    for follows, standby_of, hint in (
        (None, None, "delete it first, with a final snapshot; then `infragen apply s/dev"),
        ("west", None, "`infragen runbook s/dev failback` has the commands"),
        ("prod", "prod", "`infragen runbook s/prod failback` has the commands"),
    ):
        opened.environment.settings = SimpleNamespace(follows=follows, standby_of=standby_of)  # type: ignore[misc, assignment]
        if not is_refused:
            protections.refuse_second_source(opened, changes)
            continue
        with pytest.raises(InfragenError) as caught:
            protections.refuse_second_source(opened, changes)
        [told] = caught.value.diagnostics
        assert (told.code, hint in (told.hint or "")) == ("P008", True), told.hint


def test_what_aws_does_not_say_of_copies_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(*_: object) -> tuple[str, ...]:
        raise InfragenError(Diagnostic("P008", "AccessDenied"))

    monkeypatch.setattr(protections, "copies_behind", denied)
    opened = session(monkeypatch, {"data": state("d", {})})
    protections.refuse_before_copies(opened, upgrades(tmp_path, "postgres", "16.14", "16.15"))
    assert "cannot tell whether AWS upgrades" in capsys.readouterr().err
