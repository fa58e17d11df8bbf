"""What a plan says of what exists already: imports that are done, and resources in another stack's state."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs
from tests.engine.small import STACKS, edit, small_project
from tests.unit.plan.plans import plan as plan_bytes
from tests.unit.plan.plans import resource
from tests.unit.stacks.systems import environment, service

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import Action, AttributeChange, Change, ChangeSet, Level, Risk, RiskKind, Summary, parse_plan
from infragen.plan.change_parts import Entry
from infragen.plan.model import KnownBody
from infragen.report import terminal
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Event, EventKind
from infragen.terraform.journal import Journal
from infragen.terraform.locks import Lock
from infragen.terraform.run_records import Begin, End
from infragen.workflow.planning import notices, plans
from infragen.workflow.planning.notices import (
    import_notices,
    left_copies,
    left_keys,
    left_redrives,
    mesh_notices,
    move_notices,
    without_own_changes,
)
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.states import storage
from infragen.workflow.states.storage import lock_holders
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.workflow.rendering.composition import Composed

ORDER = "catalog/small/databases/sales/order.yaml"
TOPIC = "module.database_order.aws_sns_topic.this"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path, aws=STACKS)


def composed(folder: Path) -> Composed:
    project = open_project(folder)
    return compose(project, resolve_one(project, "small/dev")[1], templates_of(project))


def plan(stack: str, address: str, action: Action, importing: str | None = None) -> ChangeSet:
    kind, name = address.split(".")[-2:]
    change = Change(
        address=f"module.{stack.replace('-', '_')}.{address}", module_address="", type=kind, name=name, index=None,
        provider="aws", mode="managed", action=action, stack=stack, importing=importing,
    )  # fmt: skip
    return ChangeSet(changes=(change,))


@pytest.fixture
def adopting(project: Path) -> Composed:
    file = project / "catalog/small/imports/dev.yaml"
    file.parent.mkdir()
    file.write_text("databases/order:\n  aws_sns_topic.this: a\n")
    return composed(project)


def known_as(identifier: str) -> Any:
    """The state of a stack that has whatever it is asked for by an id."""
    return {"data-sales": SimpleNamespace(import_id_of=lambda _address: identifier)}


def test_a_line_may_go_when_the_plan_has_nothing_to_import(adopting: Composed) -> None:
    (said,) = import_notices(adopting.adopted, ChangeSet(), ["data-sales"])
    assert said == f"databases/order: {TOPIC} is imported; its line can be removed: catalog/small/imports/dev.yaml:2:3"


def test_a_line_whose_id_is_not_the_one_that_stands_is_told(adopting: Composed) -> None:
    (said,) = import_notices(adopting.adopted, ChangeSet(), ["data-sales"], known_as("b"))
    assert said == (
        f"databases/order: {TOPIC} is b in the state; a is not imported: catalog/small/imports/dev.yaml:2:3"
    )
    (said,) = import_notices(adopting.adopted, ChangeSet(), ["data-sales"], known_as("a"))
    assert "is imported; its line can be removed: " in said


def test_nothing_is_said_of_what_is_about_to_be_imported(adopting: Composed) -> None:
    importing = plan("data-sales", TOPIC, Action.IMPORT, importing="a")
    assert import_notices(adopting.adopted, importing, ["data-sales"]) == ()
    assert import_notices(adopting.adopted, ChangeSet(), ["data-plant"]) == ()


def test_an_offline_plan_says_that_it_could_not_look(adopting: Composed) -> None:
    (said,) = import_notices(adopting.adopted, plan("data-sales", TOPIC, Action.CREATE), ["data-sales"])
    assert said == f"databases/order: {TOPIC} will be imported; an offline plan shows it as created"


def test_what_would_be_destroyed_only_because_its_stack_changed_is_told(project: Path) -> None:
    edit(project, ORDER, "domain: sales", "domain: plant")
    (said,) = move_notices(composed(project), plan("data-sales", TOPIC, Action.DELETE))
    assert said == (
        "databases/order: 1 resource would be destroyed in data-sales, although data-plant has the same; "
        "`infragen state moves small/dev` moves its state instead"
    )


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE, Action.REPLACE_DELETE_FIRST])
def test_other_changes_are_no_moves(project: Path, action: Action) -> None:
    edit(project, ORDER, "domain: sales", "domain: plant")
    assert move_notices(composed(project), plan("data-sales", TOPIC, action)) == ()


def test_what_is_destroyed_and_nowhere_else_is_no_move(project: Path) -> None:
    assert move_notices(composed(project), plan("data-sales", "module.gone.aws_sns_topic.this", Action.DELETE)) == ()


CALLS = "calls: {billing: {access: api, why: it asks}}\n"


def test_who_does_not_find_a_new_service_yet_is_told_unless_it_is_new_itself(tmp_path: Path) -> None:
    made = environment(tmp_path, {**service("web", CALLS), **service("billing")})

    def said(*created: str) -> list[str]:
        changes = [
            Change(
                address=f"module.app.module.service_{name}.aws_ecs_service.this", module_address="", name="this",
                type="aws_ecs_service", index=None, provider="aws", mode="managed", action=Action.CREATE, stack="app",
                entry=Entry(f"services/{name}"),
            )
            for name in created
        ]  # fmt: skip
        return [*mesh_notices(made, ChangeSet(changes=tuple(changes)))]

    assert said("web") == said("web", "billing") == said() == []
    (one,) = said("billing")
    assert "tasks of services/web find services/billing only after another deployment" in one


NETWORK = "module.network.aws_{}.this"


def drifted(kind: str, action: Action = Action.UPDATE, level: Level = Level.LOW) -> Change:
    (change,) = plan("network", f"aws_{kind}.this", action).changes
    return structs.replace(change, body=KnownBody(known_risks=(Risk(level, RiskKind.EXPOSURE, "it is open"),)))


def of_a_killed_run(project: Path, *kinds: str) -> tuple[ChangeSet, str]:
    """Return what is left of a drift of five objects after a run that changed some of them, and the run."""
    with Journal(project, Begin("apply", "small/dev", (), ("network",))) as journal:
        journal.started("network")
        for kind in kinds:
            for said in (EventKind.STARTED, EventKind.DONE):
                journal.event("network", Event(said, "", f"aws_{kind}.this", "update", identifier="1"))
        journal.close()
    drift = (
        drifted("vpc"),
        drifted("eip"),
        drifted("subnet", Action.DELETE, Level.HIGH),
        drifted("lb", level=Level.HIGH),
    )
    hidden = (NETWORK.format("kms_key"), NETWORK.format("sns_topic"))
    found = ChangeSet(drift=drift, hidden=hidden, hidden_drift=2, summary=Summary(drift=6, drift_shown=4))
    environment = SimpleNamespace(target="small/dev")
    nothing: Any = SimpleNamespace(environment=environment, stacks=(), files={})
    return without_own_changes(session_of(project, nothing), found), journal.id


def session_of(project: Path, composed: Composed) -> Any:
    """Return what `without_own_changes` reads of a session."""
    root, target = SimpleNamespace(root=project), composed.environment
    return SimpleNamespace(project=root, environment=target, on_sandbox=False, composed=composed)


@pytest.mark.parametrize(
    ("attributes", "level", "stays"),
    [
        (("min_capacity",), Level.MEDIUM, False),
        (("min_capacity",), Level.HIGH, True),
        (("min_capacity", "max_capacity"), Level.LOW, True),
        (("max_capacity",), Level.LOW, True),
        (('tags["a"]',), Level.LOW, True),
    ],
)
def test_what_is_left_to_others_is_no_drift(
    project: Path, attributes: tuple[str, ...], level: Level, *, stays: bool
) -> None:
    extra = project / "catalog/small/extra/network/scaling.tf"
    extra.parent.mkdir(parents=True, exist_ok=True)
    extra.write_text(
        'resource "aws_appautoscaling_target" "web" {\n'
        '  max_capacity       = 2\n  min_capacity       = 1\n  resource_id        = "service/a/b"\n'
        '  scalable_dimension = "ecs:service:DesiredCount"\n  service_namespace  = "ecs"\n\n'
        '  lifecycle {\n    ignore_changes = [min_capacity, tags["b"]]\n  }\n}\n'
    )
    (change,) = plan("network", "aws_appautoscaling_target.web", Action.UPDATE).changes
    empty = AttributeChange("tags", None, "{}", noise="empty before and after")
    told = *(AttributeChange(name, "1", "2") for name in attributes), empty
    change = structs.replace(change, body=KnownBody(told, known_risks=(Risk(level, RiskKind.UNKNOWN, "?"),)))
    found = ChangeSet(drift=(change,), summary=Summary(drift=1, drift_shown=1))
    left = without_own_changes(session_of(project, composed(project)), found)
    assert (len(left.drift), left.summary.drift, left.summary.drift_shown) == (stays,) * 3
    said = "left to others (`ignore_changes`), so no drift: min_capacity of aws_appautoscaling_target.web of network"
    assert left.notices == (() if stays else (said,))


@pytest.mark.parametrize(
    ("path", "after", "is_moved"),
    [("load_balancer_arns", "[LB/front]", True), ("load_balancer_arns", "[LB/other]", False), ("port", "81", False)],
)
def test_requests_that_codedeploy_moves_are_no_drift_of_a_target_group(
    project: Path, path: str, after: str, *, is_moved: bool
) -> None:
    extra = project / "catalog/small/extra/network/delivery.tf"
    extra.parent.mkdir(parents=True, exist_ok=True)
    extra.write_text(
        'resource "aws_lb_listener_rule" "web" {\n  listener_arn = "a"\n  lifecycle { ignore_changes = [action] }\n}\n'
        'resource "aws_lb_target_group" "web" {\n  port = 80\n}\n'
    )
    begin = "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:loadbalancer/app"
    told = AttributeChange(path, "[]", after.replace("LB", begin))
    (change,) = plan("network", "aws_lb_target_group.web", Action.UPDATE).changes
    change = structs.replace(change, body=KnownBody((told,), known_risks=(Risk(Level.LOW, RiskKind.UNKNOWN, "?"),)))
    balancer: Any = SimpleNamespace(managed=lambda *_: [("aws_lb.this", "aws_lb", {"arn": f"{begin}/front"})])
    left = without_own_changes(
        session_of(project, composed(project)),
        ChangeSet(drift=(change,), summary=Summary(drift=1, drift_shown=1)),
        states={"network": balancer},
    )
    said = "CodeDeploy moves requests between two target groups, so no drift: aws_lb_target_group.web of network"
    assert (len(left.drift), left.notices) == ((0, (said,)) if is_moved else (1, ()))


@pytest.mark.parametrize(
    ("kind", "path", "before", "after", "is_its"),
    [
        ("aws_db_instance", "replicas", "[]", '["{}:db:small-dr-main"]', True),
        ("aws_db_instance", "replicas[0]", '"{}:db:small-dr-main"', None, True),
        ("aws_db_instance", "replicas", "[]", '["{}:db:somebody-else"]', False),
        ("aws_db_instance", "replicas", "[]", '["small-dr-copy-of-kim"]', False),  # in the primary's own region
        ("aws_db_instance", "port", "1", "2", False),
        (
            "aws_rds_global_cluster", "global_cluster_members", '[{"db_cluster_arn": "{}:cluster:small-dev-main"}]',
            '[{"db_cluster_arn": "{}:cluster:small-dev-main"}, {"db_cluster_arn": "{}:cluster:small-dr-main"}]', True,
        ),
    ],
)  # fmt: skip
def test_a_copy_of_the_standby_is_no_drift_of_what_it_copies(
    project: Path, kind: str, path: str, before: str, after: str | None, *, is_its: bool
) -> None:
    standby = (project / "environments/small/dev.yaml").read_text() + "standby_of: dev\n"
    standby = standby.replace("ap-northeast-1", "ap-northeast-2").replace("environment: dev", "environment: dr")
    standby += "region: ap-northeast-2\n"
    (project / "environments/small/dr.yaml").write_text(standby)
    account = re.search(r"\d{12}", standby)
    arn = f"arn:aws:rds:ap-northeast-2:{account[0] if account else ''}"
    (change,) = plan("data", f"{kind}.this", Action.UPDATE).changes
    told = AttributeChange(path, before.replace("{}", arn), after and after.replace("{}", arn))
    change = structs.replace(change, body=KnownBody((told,), known_risks=(Risk(Level.LOW, RiskKind.UNKNOWN, "?"),)))
    found = ChangeSet(drift=(change,), summary=Summary(drift=1, drift_shown=1))
    session = session_of(project, composed(project))
    session.project = open_project(project)
    left = without_own_changes(session, found)
    said = f"the standby small/dr makes and removes copies of it, so no drift: {kind}.this of data"
    assert (len(left.drift), left.notices) == ((0, (said,)) if is_its else (1, ()))


def test_what_a_killed_run_changed_is_neither_counted_nor_named_as_changed_outside(tmp_path: Path) -> None:
    left, run = of_a_killed_run(tmp_path, "vpc", "subnet", "kms_key")
    assert [change.type for change in left.drift] == ["aws_eip", "aws_lb"]
    assert (left.hidden_drift, left.summary.drift, left.summary.drift_shown) == (1, 3, 2)
    how = f"by infragen itself (run {run} was cut off before it stored that), so no drift; the next apply updates"
    assert left.notices == (
        f"changed {how} the state: aws_vpc.this of network",
        f"deleted {how} the state: aws_subnet.this of network",
        f"changed or deleted {how} the state: aws_kms_key.this of network",  # it is hidden
    )
    text = terminal.render(left, "small/dev", width=140, color=False)
    assert "3 changed outside of terraform" in text
    assert "not shown: 1 without effect on this plan" in text


def test_a_risk_on_what_a_killed_run_changed_is_still_told_as_drift(tmp_path: Path) -> None:
    left, run = of_a_killed_run(tmp_path, "lb")
    assert "aws_lb" in [change.type for change in left.drift]
    assert left.summary.drift == 6
    how = f"changed by infragen itself (run {run} was cut off before it stored that)"
    assert left.notices == (f"{how}, and perhaps by others since: aws_lb.this of network",)


@pytest.mark.parametrize(
    ("level", "so"),
    [(Level.LOW, "the next apply makes it, if not"), (Level.HIGH, "others may have changed it since")],
)
def test_a_change_that_aws_refused_is_not_told_as_made(tmp_path: Path, level: Level, so: str) -> None:
    """Terraform stores a failed change as made: the state has it, and AWS may not."""
    with Journal(tmp_path, Begin("apply", "small/dev", (), ("app",))) as journal:
        journal.started("app")
        for said in (EventKind.STARTED, EventKind.FAILED):
            journal.event("app", Event(said, "", "aws_ecs_service.web", "update", identifier="1"))
        journal.finished(StackResult("app", Status.FAILED, None, (Diagnostic("T020", "ServerException"),)))
        journal.end(End.FAILED)
    (change,) = plan("app", "aws_ecs_service.web", Action.UPDATE).changes
    told = AttributeChange("task_definition", "3", "2")
    change = structs.replace(change, body=KnownBody((told,), known_risks=(Risk(level, RiskKind.UNKNOWN, "?"),)))
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    left = without_own_changes(session_of(tmp_path, nothing), ChangeSet(drift=(change,), summary=Summary(drift=1)))
    first = f"a change of it failed (run {journal.id} failed): AWS may have made it; "
    assert left.notices == (f"{first}{so}: aws_ecs_service.web of app",)
    assert len(left.drift) == (level is Level.HIGH)


def test_without_a_killed_run_all_drift_is_outside(tmp_path: Path) -> None:
    left, _ = of_a_killed_run(tmp_path / "elsewhere")
    assert (len(left.drift), left.hidden_drift, left.notices) == (4, 2, ())


@pytest.mark.parametrize(
    ("path", "stays"), [("versioning[0].enabled", False), ("arn", False), ("tags.a", True), ("bucket", True)]
)
def test_what_a_killed_run_made_beside_a_bucket_is_no_drift(tmp_path: Path, path: str, *, stays: bool) -> None:
    with Journal(tmp_path, Begin("apply", "small/dev", (), ("network",))) as journal:
        journal.started("network")
        for said in (EventKind.STARTED, EventKind.DONE):
            journal.event("network", Event(said, "", "aws_s3_bucket.this", "create", identifier="1"))
        journal.close()
    (change,) = plan("network", "aws_s3_bucket.this", Action.UPDATE).changes
    told = AttributeChange(path, None if path == "arn" else "false", "true")
    empty = AttributeChange("tags", None, "{}", noise="empty before and after")
    change = structs.replace(
        change, body=KnownBody((told, empty), known_risks=(Risk(Level.LOW, RiskKind.UNKNOWN, "?"),))
    )
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    left = without_own_changes(session_of(tmp_path, nothing), ChangeSet(drift=(change,), summary=Summary(drift=1)))
    assert len(left.drift) == stays
    assert any("by infragen itself" in one for one in left.notices) != stays


DENY = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}]}'
OPEN = (
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}'
)
BUCKET: dict[str, Any] = {
    "bucket": "b", "tags": {}, "policy": DENY, "lifecycle_rule": [{"id": "x"}], "versioning": [{"enabled": True}],
    "server_side_encryption_configuration": [{"rule": [{"algorithm": "aws:kms", "key": "k"}]}],
}  # fmt: skip
DESTROYED = {
    "policy": "", "lifecycle_rule": [], "versioning": [{"enabled": False}],
    "server_side_encryption_configuration": [{"rule": [{"algorithm": "AES256", "key": ""}]}],
}  # fmt: skip
SET_BY = ("policy", "lifecycle_configuration", "server_side_encryption_configuration", "versioning")


@pytest.mark.parametrize(
    ("after", "deleted", "stays"),
    [
        (DESTROYED, SET_BY, False),
        (DESTROYED, SET_BY[1:], True),  # the policy is gone, and the run did not touch it
        ({**DESTROYED, "policy": OPEN}, SET_BY, True),  # somebody gave it another one since
        ({**DESTROYED, "tags": {"a": "b"}}, SET_BY, True),  # no resource of its own sets them
        ({"lifecycle_rule": [{"id": "y"}]}, ("lifecycle_configuration",), False),  # no risk, so as one was changed
    ],
)
def test_what_a_bucket_lacks_after_a_destroy_that_failed_is_no_drift(
    tmp_path: Path, after: dict[str, Any], deleted: tuple[str, ...], *, stays: bool
) -> None:
    """Its companions are gone, and the bucket, in which there is an object, has stayed."""
    module = "module.bucket_plain"
    with Journal(tmp_path, Begin("destroy", "small/dev", (), ("data",))) as journal:
        journal.started("data")
        for one in deleted:
            for said in (EventKind.STARTED, EventKind.DONE):
                journal.event(
                    "data", Event(said, "", f"{module}.aws_s3_bucket_{one}.this[0]", "delete", identifier="b")
                )
        for said in (EventKind.STARTED, EventKind.FAILED):
            journal.event("data", Event(said, "", f"{module}.aws_s3_bucket.this", "delete", identifier="b"))
        journal.finished(StackResult("data", Status.FAILED, None, (Diagnostic("T020", "BucketNotEmpty"),)))
        journal.end(End.FAILED)
    is_now = {**BUCKET, **after}
    drifted = resource(f"{module}.aws_s3_bucket.this", ["update"], BUCKET, is_now, module_address=module)
    (change,) = parse_plan(plan_bytes(drifted)).changes
    found = ChangeSet(drift=(structs.replace(change, stack="data"),), summary=Summary(drift=1, drift_shown=1))
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    left = without_own_changes(session_of(tmp_path, nothing), found)
    assert (len(left.drift), left.summary.drift, left.summary.drift_shown) == (stays,) * 3
    own = f"set by what infragen itself made, changed or destroyed beside it (run {journal.id} failed), so no drift"
    risk = "; until it is finished MEDIUM (exposure: no longer denied: s3:* on arn:aws:s3:::b)"
    named = f": {module}.aws_s3_bucket.this of data"
    said_of_it = f"{own}{risk if after is DESTROYED else ''}{named}"
    assert (said_of_it in left.notices) is not stays


@pytest.mark.parametrize(
    ("of", "setter", "before", "after"),
    [
        ("aws_sqs_queue.this", "aws_sqs_queue_redrive_allow_policy.this", {"redrive_allow_policy": '{"a": "b"}'}, ""),
        ("aws_sqs_queue.this", "aws_sqs_queue_policy.this", {"policy": DENY}, ""),
        ("aws_rds_cluster.this", 'aws_rds_cluster_instance.reader["1"]', {"cluster_members": ["a"]}, []),
    ],
)
@pytest.mark.parametrize("ending", ["", "_dead", None])
def test_what_a_destroy_that_was_cut_off_took_from_an_object_is_no_drift(
    tmp_path: Path, of: str, setter: str, before: dict[str, Any], after: object, *, ending: str | None
) -> None:
    """Of its own resource's name, or any instance of a cluster: `this_dead` sets nothing of `this`."""
    is_own = ending == "" or (ending is not None and "_instance" in setter)
    module = "module.main"
    with Journal(tmp_path, Begin("destroy", "small/dev", (), ("data",))) as journal:
        journal.started("data")
        for said in (EventKind.STARTED, EventKind.DONE) if ending is not None else ():
            journal.event("data", Event(said, "", f"{module}.{setter}{ending}", "delete", identifier="b"))
        journal.finished(StackResult("data", Status.FAILED, None, (Diagnostic("T030", "stopped"),)))
        journal.end(End.FAILED)
    change = resource(f"{module}.{of}", ["update"], before, dict.fromkeys(before, after), module_address=module)
    (drifted_one,) = parse_plan(plan_bytes(change)).changes
    found = ChangeSet(drift=(structs.replace(drifted_one, stack="data"),), summary=Summary(drift=1, drift_shown=1))
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    left = without_own_changes(session_of(tmp_path, nothing), found)
    assert len(left.drift) == (not is_own)
    assert any("by what infragen itself made, changed or destroyed beside it" in one for one in left.notices) == is_own


POLICY = {"name": "a", "policy": "{}"}
RULE = {
    "cidr_blocks": [], "description": "web", "from_port": 443, "ipv6_cidr_blocks": [], "prefix_list_ids": [],
    "protocol": "tcp", "security_groups": ["sg-2"], "self": False, "to_port": 443,
}  # fmt: skip


def test_what_a_run_elsewhere_may_be_doing_is_no_drift_yet(tmp_path: Path) -> None:
    """Another checkout destroys the stack: the state that is read still has what is gone."""
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    drift = (
        drifted("vpc"), drifted("subnet", Action.DELETE, Level.HIGH), drifted("lb", level=Level.HIGH),
        structs.replace(drifted("eip"), stack="other"),
    )  # fmt: skip
    lock = Lock("1", "ann@laptop", "apply", None, "1.11.4")
    hidden = (NETWORK.format("kms_key"), "module.other.aws_eip.this")  # of no effect on the plan
    found = ChangeSet(drift=drift, hidden=hidden, hidden_drift=2, summary=Summary(drift=6, drift_shown=4))
    at_work = {"network": f"holds the lock, {lock.describe()}"}
    left = without_own_changes(session_of(tmp_path, nothing), found, at_work)
    assert [change.type for change in left.drift] == ["aws_lb", "aws_eip"]
    assert (left.summary.drift, left.summary.drift_shown, left.hidden) == (3, 2, hidden[1:])
    whose = "perhaps by the run that holds the lock, ann@laptop (apply, terraform 1.11.4)"
    assert left.notices == (
        f"{whose}, so no drift yet; look again once it has ended: "
        + ", ".join(f"aws_{one}.this of network" for one in ("vpc", "subnet", "kms_key")),
        f"{whose}; look again once it has ended: aws_lb.this of network",
    )


def identity(serial: int) -> Any:
    """Return that of a state as terraform writes it: the order of its checks differs each time, and so its digest."""
    return SimpleNamespace(lineage="a", serial=serial, digest=object())


def test_a_run_is_at_work_that_holds_a_lock_of_today_or_stored_a_state_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = {"network": 3, "data": 3, "edge": 3}
    today = Lock("1", "ann@laptop", "apply", datetime.now(UTC), "1.11.4")
    locks = {"edge": today, "data": structs.replace(today, created=datetime.now(UTC) - timedelta(days=7))}
    monkeypatch.setattr(storage, "lock_holders", lambda *_: locks)
    monkeypatch.setattr(storage, "state_now", lambda _session, name: SimpleNamespace(identity=identity(serial[name])))
    told: list[Any] = []
    monkeypatch.setattr(notices, "without_own_changes", lambda _session, _found, at_work, _states: told.append(at_work))
    states: Any = {name: SimpleNamespace(identity=identity(3)) for name in serial}
    found = ChangeSet(drift=tuple(structs.replace(drifted("vpc"), stack=name) for name in serial))
    session: Any = None
    for serial["network"] in (3, 4):
        plans._without_own_changes(session, states, found)
    lock = {"edge": f"holds the lock, {today.describe()}"}
    assert told == [lock, {**lock, "network": "has stored its state meanwhile"}]


def test_who_holds_a_lock_is_asked_of_the_stacks_that_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = Lock("1", "ann@laptop", "apply", None, "1.11.4")
    locks = {"network": lock, "data": None}
    stacks = tuple(SimpleNamespace(name=name) for name in ("network", "data", "edge"))
    monkeypatch.setattr(storage, "_folders", lambda _session, asked: {one.name: one.name for one in asked})
    runner = SimpleNamespace(lock_of=locks.__getitem__)
    session: Any = SimpleNamespace(composed=SimpleNamespace(stacks=stacks), runner=runner)
    assert lock_holders(session, {"network", "data", None}) == {"network": lock}
    assert lock_holders(session, {None}) == {}

    def refused(_folder: str) -> None:
        raise InfragenError(Diagnostic("T028", "no credentials"))

    runner.lock_of = refused
    assert lock_holders(session, {"network"}) == {}


@pytest.mark.parametrize("written", [True, False])
def test_a_copy_of_a_secret_that_the_catalogue_takes_away_stays_and_says_how_it_goes(
    monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    """Whatever the catalogue says, the provider plans nothing where `replica` is left out (Optional and Computed)."""
    arguments = {"name", "replica"} if written else {"name"}
    sources = SimpleNamespace(arguments=lambda *_: arguments)
    monkeypatch.setattr("infragen.workflow.planning.notices.CatalogueSources", lambda _: sources)
    secret = {"name": "/demo/dev/session", "replica": [{"region": "ap-northeast-3"}]}
    kept = {"name": "/demo/dev/kept", "replica": []}
    held = [("a", "aws_secretsmanager_secret", secret), ("b", "aws_secretsmanager_secret", kept)]
    session: Any = SimpleNamespace(
        composed=None, environment=SimpleNamespace(settings=SimpleNamespace(region="ap-northeast-1"))
    )
    states: Any = {"data": SimpleNamespace(managed=lambda *kinds: [one for one in held if one[1] in kinds])}
    command = (
        "`aws secretsmanager remove-regions-from-replication --secret-id /demo/dev/session"
        " --remove-replica-regions ap-northeast-3 --region ap-northeast-1` removes the copy"
    )
    assert [command in one for one in left_copies(session, states)] == ([] if written else [True])


@pytest.mark.parametrize(("given", "is_told"), [({"ami"}, True), ({"ami", "key_name"}, False), (None, False)])
def test_a_machine_that_keeps_a_key_pair_that_was_taken_away_is_told(
    monkeypatch: pytest.MonkeyPatch, given: set[str] | None, *, is_told: bool
) -> None:
    """Optional and Computed, as well; what another module's call gives, nobody knows here."""
    sources = SimpleNamespace(given=lambda *_: given)
    monkeypatch.setattr("infragen.workflow.planning.notices.CatalogueSources", lambda _: sources)
    held = [
        ("module.bastion_main.aws_instance.this", "aws_instance", {"id": "i-1", "key_name": "ops"}),
        ("module.bastion_new.aws_instance.this", "aws_instance", {"id": "i-2", "key_name": ""}),
    ]
    states: Any = {"edge": SimpleNamespace(managed=lambda *_: held)}
    told = [*left_keys(SimpleNamespace(composed=None), states)]
    assert [one.startswith("the machine i-1 (") and " key pair ops, " in one for one in told] == [True] * is_told


def test_a_queue_whose_dead_letters_go_says_that_it_still_sets_messages_aside_there() -> None:
    """Optional and Computed in the provider as well: without a value it stays what it is."""
    arn = "arn:aws:sqs:ap-northeast-1:111122223333:demo-dev-orders"
    redrive = json.dumps({"deadLetterTargetArn": f"{arn}-dead-letters", "maxReceiveCount": 5})
    url = "https://sqs.ap-northeast-1.amazonaws.com/111122223333/demo-dev-orders"
    queue = {"name": "demo-dev-orders", "arn": arn, "url": url, "redrive_policy": redrive}
    dead = {"name": "demo-dev-orders-dead-letters", "arn": f"{arn}-dead-letters", "redrive_policy": ""}
    held = [("module.orders.aws_sqs_queue.this", "aws_sqs_queue", queue), (DEAD, "aws_sqs_queue", dead)]
    states: Any = {"data": SimpleNamespace(managed=lambda *kinds: [one for one in held if one[1] in kinds])}
    assert [*left_redrives(states, ChangeSet())] == []
    (said,) = left_redrives(states, plan("data", DEAD, Action.DELETE))
    assert f"`aws sqs set-queue-attributes --queue-url {url} --attributes RedrivePolicy=` ends that" in said


DEAD = "module.orders_dead_letters.aws_sqs_queue.this"


@pytest.mark.parametrize(
    ("kind", "part", "before", "after", "is_explained"),
    [
        ("aws_iam_role", "aws_iam_role_policy", {"inline_policy": []}, [{"name": "a", "policy": "{}"}], True),
        (
            "aws_iam_role",
            "aws_iam_role_policy_attachment",
            {"inline_policy": []},
            [{"name": "a", "policy": "{}"}],
            False,
        ),
        ("aws_security_group", "aws_vpc_security_group_ingress_rule", {"ingress": []}, [RULE], True),
        ("aws_security_group", "aws_vpc_security_group_egress_rule", {"ingress": []}, [RULE], False),
    ],
)
def test_a_part_that_a_run_cut_off_may_have_added_from_another_stack_is_named(
    tmp_path: Path, kind: str, part: str, before: dict[str, Any], after: object, *, is_explained: bool
) -> None:
    """A rule of a group, a policy of a role: nobody else is blamed without a word, and a risk is still shown."""
    with Journal(tmp_path, Begin("apply", "small/dev", (), ("app",))) as journal:
        journal.started("app")
        for said in (EventKind.STARTED, EventKind.DONE):
            journal.event("app", Event(said, "", f'module.link.{part}.this["a"]', "create", identifier="b"))
        journal.close()
    is_now = dict.fromkeys(before, after)
    change = resource(f"module.main.{kind}.this", ["update"], before, is_now, module_address="module.main")
    (drifted_one,) = parse_plan(plan_bytes(change)).changes
    found = ChangeSet(drift=(structs.replace(drifted_one, stack="network"),), summary=Summary(drift=1, drift_shown=1))
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    left = without_own_changes(session_of(tmp_path, nothing), found)
    is_risk = drifted_one.risks[0].level > Level.LOW
    assert len(left.drift) == (is_risk or not is_explained)
    said_of_it = [one for one in left.notices if one.startswith("perhaps changed by infragen itself (run ")]
    assert len(said_of_it) == is_explained


def test_what_a_run_of_another_commit_changed_is_known_by_its_id(tmp_path: Path) -> None:
    """The commit of the run had renamed the entry: its address is in no state, the object's id is."""
    with Journal(tmp_path, Begin("apply", "small/dev", (), ("data",))) as journal:
        journal.started("data")
        journal.event(
            "data",
            Event(EventKind.STARTED, "", "module.sqs_queue_tasks.aws_sqs_queue.this", "update", identifier="url"),
        )
        journal.close()
    told = AttributeChange("visibility_timeout_seconds", "60", "90")
    (change,) = plan("data", "aws_sqs_queue.this", Action.UPDATE).changes
    change = structs.replace(
        change, body=KnownBody((told,)), address="module.data.module.sqs_queue_jobs.aws_sqs_queue.this"
    )
    found = ChangeSet(drift=(change,), summary=Summary(drift=1, drift_shown=1))
    nothing: Any = SimpleNamespace(environment=SimpleNamespace(target="small/dev"), stacks=(), files={})
    for identifier in ("url", "another"):
        objects = [("module.sqs_queue_jobs.aws_sqs_queue.this", identifier)]
        state: Any = SimpleNamespace(objects=lambda objects=objects: objects, managed=lambda *_: ())
        left = without_own_changes(session_of(tmp_path, nothing), found, states={"data": state})
        is_own = identifier == "url"
        assert len(left.drift) == (not is_own)
        assert any(one.startswith("changed by infragen itself") for one in left.notices) == is_own
