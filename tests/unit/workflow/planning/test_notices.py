"""What a plan says of what exists already: imports that are done, and resources in another stack's state."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs
from tests.engine.small import STACKS, edit, small_project
from tests.unit.stacks.systems import environment, service

from infragen.diagnostics import Diagnostic
from infragen.plan import Action, AttributeChange, Change, ChangeSet, Level, Risk, RiskKind, Summary
from infragen.plan.model import Entry, KnownBody
from infragen.report import terminal
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Event, EventKind
from infragen.terraform.journal import Begin, End, Journal
from infragen.workflow.planning.notices import import_notices, mesh_notices, move_notices, without_own_changes
from infragen.workflow.rendering.composition import compose, templates_of
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


def test_a_line_may_go_when_the_plan_has_nothing_to_import(adopting: Composed) -> None:
    (said,) = import_notices(adopting.adopted, ChangeSet(), ["data-sales"])
    assert said == f"databases/order: {TOPIC} is imported; its line can be removed: catalog/small/imports/dev.yaml:2:3"


def test_a_line_whose_id_is_not_the_one_that_stands_is_told(adopting: Composed) -> None:
    (said,) = import_notices(adopting.adopted, ChangeSet(), ["data-sales"], lambda _stack, _address: "b")
    assert said == (
        f"databases/order: {TOPIC} is b in the state; a is not imported: catalog/small/imports/dev.yaml:2:3"
    )
    (said,) = import_notices(adopting.adopted, ChangeSet(), ["data-sales"], lambda _stack, _address: "a")
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
    told = tuple(AttributeChange(name, "1", "2") for name in attributes)
    change = structs.replace(change, body=KnownBody(told, known_risks=(Risk(level, RiskKind.UNKNOWN, "?"),)))
    found = ChangeSet(drift=(change,), summary=Summary(drift=1, drift_shown=1))
    left = without_own_changes(session_of(project, composed(project)), found)
    assert (len(left.drift), left.summary.drift, left.summary.drift_shown) == (stays,) * 3
    said = "left to others (`ignore_changes`), so no drift: min_capacity of aws_appautoscaling_target.web of network"
    assert left.notices == (() if stays else (said,))


def test_what_a_killed_run_changed_is_neither_counted_nor_named_as_changed_outside(tmp_path: Path) -> None:
    left, run = of_a_killed_run(tmp_path, "vpc", "subnet", "kms_key")
    assert [change.type for change in left.drift] == ["aws_eip", "aws_lb"]
    assert (left.hidden_drift, left.summary.drift, left.summary.drift_shown) == (1, 3, 2)
    how = f"by infragen itself (run {run} was cut off before it stored that), so no drift; the next apply updates"
    assert left.notices == (
        f"changed {how} the state: aws_vpc.this of network, aws_kms_key.this of network",
        f"deleted {how} the state: aws_subnet.this of network",
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
