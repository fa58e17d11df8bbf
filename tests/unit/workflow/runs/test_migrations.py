"""What changes tables runs before Terraform deploys the services that need it: the jobs' newest revisions, awaited."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.unit.stacks.systems import DEV, INSTANCE, SERVICE, environment, service

from infragen.aws.releases import Ended
from infragen.diagnostics import InfragenError
from infragen.workflow.runs import migrations
from infragen.workflow.runs.migrations import migrate, migrations_before

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan_contract import Contract
    from infragen.workflow.session import Session

USES = "uses: {databases/main: {why: orders}}\n"
JOB = """
name: migrate
title: Migrations
image: {repository: web, tag: v1}
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
uses: {databases/main: {access: migrate, why: tables follow the code}}
"""
FILES = {
    "services/web.yaml": SERVICE + USES,
    **service("api"),
    **service("piped", USES + "deploy: pipeline\n"),
    "jobs/migrate.yaml": JOB,
    "databases/main.yaml": INSTANCE,
}
NAMES = {"web": "services/web", "api": "services/api", "piped": "services/piped", "migrate": "jobs/migrate"}


def session(tmp_path: Path, files: dict[str, str] | None = None, *, on_sandbox: bool = False) -> Session:
    owners = {("app", f"module.{name}"): owner for name, owner in NAMES.items()}
    about = {
        "environment": environment(tmp_path, FILES | (files or {})),
        "composed": SimpleNamespace(owners=lambda: owners),
        "project": SimpleNamespace(root=tmp_path),
        "runner": SimpleNamespace(environment={}),
        "stopper": SimpleNamespace(requested=False),
        "on_sandbox": on_sandbox,
    }
    return cast("Session", SimpleNamespace(**about))


def contract(*names: str, also: tuple[str, ...] = ()) -> Contract:
    """Return what a plan does: new revisions of some entries."""
    addresses = [f"module.{name}.aws_ecs_task_definition.this" for name in names]
    changes = [SimpleNamespace(address=one, actions=("create", "delete"), previous=None) for one in addresses]
    changes += [SimpleNamespace(address=one, actions=("create",), previous=None) for one in also]
    return cast("Contract", SimpleNamespace(of=lambda _stack: SimpleNamespace(changes=changes)))


def test_a_job_with_a_new_revision_has_a_pass_of_its_own_before_the_services_that_need_it(tmp_path: Path) -> None:
    also = ("module.cluster_main.aws_ecs_cluster.this", "module.api.aws_iam_role.task")
    found = migrations_before(session(tmp_path), "app", contract("web", "api", "migrate", also=also))
    assert found is not None
    assert (tuple(found.jobs), found.services) == (("jobs/migrate",), ("services/web",))
    assert found.targets == (
        "module.cluster_main.aws_ecs_cluster.this",
        "module.migrate.aws_ecs_task_definition.this",
    )


def test_a_job_without_a_new_revision_runs_all_the_same(tmp_path: Path) -> None:
    """One that failed in an earlier apply has its revision already."""
    found = migrations_before(session(tmp_path), "app", contract("web"))
    assert found is not None
    assert (tuple(found.jobs), found.targets) == (("jobs/migrate",), ())


@pytest.mark.parametrize("names", [(), ("api",), ("migrate",), ("piped",), ("api", "piped", "migrate")])
def test_nothing_runs_before_services_of_other_databases_and_of_pipelines(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    assert migrations_before(session(tmp_path), "app", contract(*names)) is None


def test_nothing_runs_in_an_environment_that_waits(tmp_path: Path) -> None:
    waiting = session(tmp_path, {"dev.yaml": DEV + "waits: true\n"})
    assert migrations_before(waiting, "app", contract("web")) is None


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was started, of tasks that end at once with the code that is last in it."""
    started: list[Any] = [0]
    monkeypatch.setattr(migrations, "still_running", lambda *_: ())
    monkeypatch.setattr(
        migrations, "start", lambda _aws, one, _run, revision: started.insert(0, (one.family, revision))
    )
    monkeypatch.setattr(migrations, "ended", lambda *_: Ended(started[-1], ""))
    return started


def test_the_newest_revision_is_run_to_its_end(
    tmp_path: Path, ecs: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    here = session(tmp_path)
    found = migrations_before(here, "app", contract("web"))
    assert found is not None
    migrate(here, found)
    assert ecs == [("demo-dev-job-migrate", "demo-dev-job-migrate"), 0]
    assert "jobs/migrate: done, " in capsys.readouterr().err


def test_one_that_fails_stops_the_stack(tmp_path: Path, ecs: list[Any]) -> None:
    here = session(tmp_path)
    found = migrations_before(here, "app", contract("web"))
    assert found is not None
    ecs[-1] = 3
    with pytest.raises(InfragenError, match="T058 jobs/migrate ended with 3; no service was changed"):
        migrate(here, found)


def test_a_person_who_stops_is_told_that_it_goes_on(
    tmp_path: Path, ecs: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session(tmp_path)
    found = migrations_before(here, "app", contract("web"))
    assert found is not None
    monkeypatch.setattr(migrations, "ended", lambda *_: None)
    here.stopper.wishes = 1
    monkeypatch.setattr(here.stopper, "requested", True)
    with pytest.raises(InfragenError, match="T058 jobs/migrate was not waited for"):
        migrate(here, found)
    assert len(ecs) == 2
    assert "jobs/migrate continues in AWS" in capsys.readouterr().err


def test_nothing_runs_on_the_emulated_aws(tmp_path: Path, ecs: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    here = session(tmp_path, on_sandbox=True)
    found = migrations_before(here, "app", contract("web"))
    assert found is not None
    migrate(here, found)
    assert ecs == [0]
    assert "jobs/migrate: not run on the emulated AWS" in " ".join(capsys.readouterr().err.split())
