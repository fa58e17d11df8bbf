"""Deployments that are waited for, as AWS's answers say, and those that are started once more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.unit.stacks.systems import SERVICE, SYSTEM, environment
from tests.unit.stacks.systems import service as another

from infragen.core.delivery import EcsService, Rollout
from infragen.workflow.runs import rollouts
from infragen.workflow.runs.rollouts import Watch, deployed_again, watch_rollouts

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan_contract import Contract
    from infragen.workflow.session import Session

REGION, CLUSTER = "ap-northeast-1", "demo-dev"
BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDER, AUTH = (EcsService(REGION, CLUSTER, f"demo-dev-{name}") for name in ("order", "auth"))
EVERY = {"services/auth": Rollout(AUTH), "services/order": Rollout(ORDER, (AUTH,))}


def arn(name: str, revision: int) -> str:
    return f"arn:aws:ecs:{REGION}:111122223333:task-definition/demo-dev-{name}:{revision}"


def service(name: str, **said: Any) -> dict[str, Any]:
    """Return a service as DescribeServices does: all well, two of two tasks of revision 2."""
    deployment = {
        "status": "PRIMARY",
        "createdAt": said.get("started", BEGAN),
        "taskDefinition": arn(name, said.get("revision", 2)),
        "rolloutState": said.get("state", "COMPLETED"),
        "rolloutStateReason": said.get("reason", ""),
        "desiredCount": 2,
        "runningCount": said.get("running", 2),
    }
    events = [{"message": text} for text in said.get("events", ())]
    made = {"serviceName": f"demo-dev-{name}", "status": "ACTIVE", "createdAt": said.get("made", BEGAN)}
    return {**made, "deployments": [deployment], "events": events}


class Ecs:
    """Amazon ECS, with a service's next answer at each look, and the last one from then on."""

    class exceptions:  # noqa: N801  botocore's name
        ClusterNotFoundException = type("ClusterNotFoundException", (Exception,), {})

    def __init__(self, **answers: list[dict[str, Any]]) -> None:
        self.answers = {f"demo-dev-{name}": some for name, some in answers.items()}
        self.looks = 0
        self.clusters = {CLUSTER}

    def client(self, name: str, region: str) -> Ecs:
        assert (name, region) == ("ecs", REGION)
        return self

    def describe_services(self, cluster: str, services: list[str]) -> dict[str, Any]:
        if cluster not in self.clusters:
            raise self.exceptions.ClusterNotFoundException
        assert len(services) <= 10
        self.looks += 1
        found = [self.answers.get(name, []) for name in services]
        return {"services": [some.pop(0) if len(some) > 1 else some[0] for some in found if some]}

    def describe_task_definition(self, taskDefinition: str) -> dict[str, Any]:  # noqa: N803  AWS's name
        return {"taskDefinition": {"taskDefinitionArn": arn(taskDefinition.removeprefix("demo-dev-"), 2)}}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollouts, "_LOOK_SECONDS", 0)


def waited(ecs: Ecs, *owners: str, patience: float = 60) -> list[tuple[str, str]]:
    watch = Watch(ecs, patience)  # type: ignore[arg-type]
    return [(one.owner, one.message) for one in watch.wait({owner: EVERY[owner] for owner in owners})]


def test_a_deployment_is_waited_for_until_it_is_completed() -> None:
    ecs = Ecs(
        order=[
            service("order", state="IN_PROGRESS", running=0),
            service("order", state="IN_PROGRESS"),
            service("order"),
        ]
    )
    assert waited(ecs, "services/order") == []
    assert ecs.looks == 3


def test_a_deployment_that_fails_says_why() -> None:
    events = ["it cannot pull the image.", "it has started 2 tasks.", "older"]
    failed = service("order", state="FAILED", reason="circuit breaker: tasks failed to start.", events=events)
    said = waited(Ecs(order=[failed], auth=[service("auth")]), "services/auth", "services/order")
    why = "circuit breaker: tasks failed to start; it cannot pull the image; it has started 2 tasks"
    assert said == [("services/order", f"did not come up: {why}")]


def test_a_deployment_that_was_rolled_back_is_no_success() -> None:
    back = service("order", revision=1, reason="ECS deployment ecs-svc/1 completed.")
    assert waited(Ecs(order=[service("order", state="IN_PROGRESS"), back]), "services/order") == [
        ("services/order", "was rolled back to demo-dev-order:1: ECS deployment ecs-svc/1 completed")
    ]


@pytest.mark.parametrize(
    ("runs", "said"),
    [(4, None), (3, "was rolled back to demo-dev-order:3"), (5, "should run demo-dev-order:4, but was replaced by")],
)
def test_what_was_started_is_what_has_to_run_whatever_is_the_newest(runs: int, said: str | None) -> None:
    watch = Watch(Ecs(order=[service("order", revision=runs)]), 60, {ORDER: arn("order", 4)})  # type: ignore[arg-type]
    found = [one.message for one in watch.wait({"services/order": EVERY["services/order"]})]
    assert [one.startswith(said or "") for one in found] == [True] * (said is not None)


def test_what_takes_longer_than_it_may_says_how_far_it_is() -> None:
    slow = service("order", state="IN_PROGRESS", running=1, events=["(service order) is waiting for capacity."])
    assert waited(Ecs(order=[slow]), "services/order", patience=0) == [
        ("services/order", "is not there after 0 minutes: 1 of 2 tasks run: (service order) is waiting for capacity")
    ]


def test_a_service_that_was_deleted_meanwhile_is_told() -> None:
    assert waited(Ecs(), "services/order") == [("services/order", "is no longer there")]


@pytest.mark.parametrize(
    ("made", "started", "late"),
    [
        (BEGAN, BEGAN + timedelta(seconds=1), {}),
        (BEGAN + timedelta(seconds=1), BEGAN, {"services/order": ("services/auth",)}),
    ],
    ids=["what it calls was there", "what it calls is newer than its tasks"],
)
def test_what_began_before_what_it_calls_is_late(made: datetime, started: datetime, late: dict[str, Any]) -> None:
    ecs = Ecs(order=[service("order", started=started)], auth=[service("auth", made=made)])
    assert Watch(ecs, 60).late(EVERY) == late  # type: ignore[arg-type]


def test_a_service_that_a_pipeline_deploys_is_deployed_again_with_what_it_runs() -> None:
    started = BEGAN - timedelta(seconds=1)
    ecs = Ecs(order=[service("order", revision=1, started=started)], auth=[service("auth")])
    watch, order = Watch(ecs, 60), Rollout(ORDER, (AUTH,), is_terraform_s=False)  # type: ignore[arg-type]
    assert [*watch.late({"services/order": order})] == ["services/order"]
    assert watch.wait({"services/order": order}) == []  # although its family has a revision 2


def test_ten_services_are_asked_for_at_once() -> None:
    names = [f"s{number}" for number in range(11)]
    ecs = Ecs(**{name: [service(name)] for name in names})
    every = {f"services/{name}": Rollout(EcsService(REGION, CLUSTER, f"demo-dev-{name}")) for name in names}
    assert Watch(ecs, 60).wait(every) == []  # type: ignore[arg-type]
    assert ecs.looks == 2


UNCHANGED = cast("Contract", SimpleNamespace(of=lambda _stack: SimpleNamespace(changes=())))
CALLS = "calls: {{{}: {{access: api, why: it asks}}}}\n"


@pytest.fixture
def circle(tmp_path: Path) -> tuple[Session, Contract]:
    """Two services that call each other, one of them a pipeline's, and a plan that makes both."""
    web = SERVICE + "deploy: pipeline\n" + CALLS.format("api")
    files = {"services/web.yaml": web, **another("api", CALLS.format("web"))}
    names = ("web", "api")
    about = {
        "environment": environment(tmp_path, files),
        "stacks": (SimpleNamespace(name="app"),),
        "composed": SimpleNamespace(
            owners=lambda: {("app", f"module.service_{name}"): f"services/{name}" for name in names}
        ),
        "project": SimpleNamespace(root=tmp_path),
        "runner": SimpleNamespace(environment={}),
    }
    changes = [
        SimpleNamespace(address=f"module.service_{name}.aws_ecs_service.this", actions=("create",)) for name in names
    ]
    contract = SimpleNamespace(of=lambda _stack: SimpleNamespace(changes=changes))
    return cast("Session", SimpleNamespace(**about)), cast("Contract", contract)


def test_services_that_call_each_other_are_told_before_they_are_deployed_twice(
    circle: tuple[Session, Contract],
) -> None:
    assert deployed_again(*circle) == {"services/web": ("services/api",), "services/api": ("services/web",)}


def test_the_older_one_of_a_circle_is_deployed_once_more(
    circle: tuple[Session, Contract], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    later = BEGAN + timedelta(seconds=1)
    ecs = Ecs(web=[service("web")], api=[service("api", made=later, started=later)])
    again: list[Any] = []
    monkeypatch.setattr(rollouts, "Aws", lambda _environment: ecs)
    monkeypatch.setattr(rollouts, "deploy_again", lambda _aws, one: again.append(one.name))
    assert watch_rollouts(*circle, ["app"]) == 0
    assert again == ["demo-dev-web"]
    assert "services/web is deployed once more: its tasks are older than services/api" in capsys.readouterr().err

    assert watch_rollouts(circle[0], UNCHANGED, ()) == 0  # an apply of nothing, after terraform alone
    assert again == ["demo-dev-web"] * 2
    ecs.answers["demo-dev-web"] = [service("web", started=later + timedelta(seconds=1))]
    assert watch_rollouts(circle[0], UNCHANGED, ()) == 0
    assert again == ["demo-dev-web"] * 2


def test_a_deployment_that_failed_before_what_it_calls_was_there_gets_another_one_at_once(
    circle: tuple[Session, Contract], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, contract = circle
    later = BEGAN + timedelta(seconds=1)
    failed = service("api", state="FAILED", running=0)
    ecs = Ecs(api=[failed], web=[service("web", made=later, started=later)])
    again: list[Any] = []

    def deploy_again(_aws: object, one: EcsService) -> None:
        again.append(one.name)
        ecs.answers[one.name] = [service("api", started=later)]

    monkeypatch.setattr(rollouts, "Aws", lambda _environment: ecs)
    monkeypatch.setattr(rollouts, "deploy_again", deploy_again)
    monkeypatch.setattr(rollouts, "console", lambda: SimpleNamespace(findings=lambda *_: None))
    monkeypatch.setattr(rollouts, "command_line", lambda *_: "infragen apply demo/dev")
    assert watch_rollouts(session, contract, ["app"]) == 0
    assert again == ["demo-dev-api"]

    ecs.answers["demo-dev-api"] = [failed]  # and what calls nothing that is newer, fails
    ecs.answers["demo-dev-web"] = [service("web")]
    again.clear()
    assert watch_rollouts(session, contract, ["app"]) == 1
    assert again == []


def test_an_apply_of_one_stack_deploys_again_what_calls_its_services_from_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    domains = {
        f"domains/{name}.yaml": f"name: {name}\ntitle: {name}\nown_cluster: true\n" for name in ("front", "back", "far")
    }
    files = {
        **domains,
        "system.yaml": SYSTEM + "layout: domains\n",
        "services/web.yaml": SERVICE + "domain: front\n" + CALLS.format("api"),
        **another("api", "domain: back\n"),
        **another("late", "domain: far\n" + CALLS.format("api")),
    }
    about = {
        "environment": environment(tmp_path, files),
        "stacks": (SimpleNamespace(name="services-back"),),
        "composed": SimpleNamespace(owners=dict),
        "project": SimpleNamespace(root=tmp_path),
        "runner": SimpleNamespace(environment={}),
    }
    session = cast("Session", SimpleNamespace(**about))
    again: list[Any] = []
    monkeypatch.setattr(rollouts, "deploy_again", lambda _aws, one: again.append(one.name))
    later = BEGAN + timedelta(seconds=1)
    ecs = Ecs(api=[service("api", made=later, started=later)], web=[service("web")])
    ecs.clusters = {"demo-dev-front", "demo-dev-back"}  # the stack of `far` is not applied yet
    monkeypatch.setattr(rollouts, "Aws", lambda _environment: ecs)
    assert watch_rollouts(session, UNCHANGED, ()) == 0
    assert again == ["demo-dev-web"]

    session.stacks = (SimpleNamespace(name="network"),)  # type: ignore[assignment]  # neither calls nor is called
    assert watch_rollouts(session, UNCHANGED, ()) == 0
    assert again == ["demo-dev-web"]


def test_a_service_that_an_earlier_apply_left_with_a_failed_deployment_gets_another_one(
    circle: tuple[Session, Contract], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    session, _ = circle
    ecs = Ecs(api=[service("api", state="FAILED", running=0), service("api")], web=[service("web")])
    again: list[Any] = []
    monkeypatch.setattr(rollouts, "Aws", lambda _environment: ecs)
    monkeypatch.setattr(rollouts, "deploy_again", lambda _aws, one: again.append(one.name))
    assert watch_rollouts(session, UNCHANGED, ()) == 0
    assert again == ["demo-dev-api"]
    said = " ".join(capsys.readouterr().err.split())
    assert (
        "services/api is deployed once more: its last deployment failed, and ECS has stopped starting its tasks" in said
    )

    again.clear()
    assert watch_rollouts(session, UNCHANGED, ()) == 0
    assert again == []
    assert "waiting for new tasks" not in capsys.readouterr().err
