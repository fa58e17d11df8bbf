"""What may be destroyed: nothing that a stack which still stands reads from, also through others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.engine.small import STACKS, small_project
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.events import Counts, Event, EventKind
from infragen.workflow.planning import kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    from infragen.terraform.runner import Folder, OnEvent

    Infragen = Callable[..., Outcome]

POSER = """\
#!/bin/sh
case "$1" in
version) echo '{"terraform_version": "1.11.4"}' ;;
state) cat "%(states)s/$(basename "$PWD")" 2> /dev/null; echo ;;
plan)
  echo "$(basename "$PWD")" >> "%(states)s/planned"
  [ ! -e "%(states)s/$(basename "$PWD").json" ] || exit 2 ;;
show) cat "%(states)s/$(basename "$PWD").json" && echo ;;
apply) echo "$(basename "$PWD")" >> "%(states)s/applied" ;;
esac
"""
OWN = {"mode": "managed", "type": "aws_sns_topic", "name": "own", "provider": "x", "instances": [{"attributes": {}}]}


@pytest.fixture
def project(tmp_path: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All stacks stand."""
    project = small_project(tmp_path / "project", aws=STACKS)
    (tmp_path / "states").mkdir()
    for stack in STACKS:
        stand(project, stack)
    program = tmp_path / "terraform"
    program.write_text(POSER % {"states": tmp_path / "states"})
    program.chmod(0o755)
    monkeypatch.setenv("INFRAGEN_TERRAFORM", str(program))
    monkeypatch.setenv("COLUMNS", "400")
    assert infragen("render", "-C", project).code == 0
    return project


def stand(project: Path, stack: str, *, resources: tuple[object, ...] = (OWN,)) -> None:
    """Store a state of a stack; without resources it is what a destruction leaves."""
    text = json.dumps({"version": 4, "serial": 3, "lineage": stack, "outputs": {}, "resources": resources})
    (project.parent / "states" / stack).write_text(text)


def read_of(label: str) -> dict[str, object]:
    """Return what a state has of an upstream that the stack read."""
    instance = {"attributes": {"outputs": {"value": {}, "type": ["object", {}]}}}
    return {"mode": "data", "type": "terraform_remote_state", "name": label, "provider": "x", "instances": [instance]}


def doom(project: Path, stack: str, **protections: object) -> None:
    """Have the destruction of a stack's database, a topic and a balancer planned."""
    module = "module.database_order"
    cluster = resource(
        f"{module}.aws_rds_cluster.this", ["delete"], {"engine": "x"} | protections, None, module_address=module
    )
    topic = resource("aws_sns_topic.own", ["delete"], {"name": "own"}, None)
    balancer = resource("aws_lb.own", ["delete"], {"name": "own"} | protections, None)
    (project.parent / "states" / f"{stack}.json").write_bytes(plan(cluster, topic, balancer))


def planned(project: Path) -> set[str]:
    """Return the stacks whose destruction was planned."""
    file = project.parent / "states/planned"
    return set(file.read_text().split()) if file.exists() else set()


def test_what_others_still_read_is_not_destroyed(project: Path, infragen: Infragen) -> None:
    refused = infragen("destroy", "small/dev/security", "--yes", "-C", project)
    assert refused.code == 1
    blocking = "P008 stacks that read from small/dev/security still exist: observability, data-sales, data-plant\n"
    assert blocking in refused.err
    assert (
        f"`infragen destroy small/dev/observability -C {project}`, "
        f"then `infragen destroy small/dev/data-sales -C {project}`, "
        f"then `infragen destroy small/dev/data-plant -C {project}` first, "
        f"or `infragen destroy small/dev -C {project}` for all"
    ) in refused.err
    assert planned(project) == set()


def test_who_read_a_stack_that_was_moved_reads_what_its_files_read(project: Path, infragen: Infragen) -> None:
    """`state moves` moves objects to another stack, and leaves the states of its readers as they are."""
    stand(project, "observability", resources=(OWN, read_of("network"), read_of("data_of_old")))
    refused = infragen("destroy", "small/dev/data-plant", "--yes", "-C", project)
    assert "P008 stacks that read from small/dev/data-plant still exist: observability\n" in refused.err


@pytest.mark.parametrize("said", [(), ("network",)])
def test_where_files_contradict_a_state_the_state_is_right(
    project: Path, infragen: Infragen, said: tuple[str, ...]
) -> None:
    """Today `observability` reads `data-plant`: when it was applied, it was the other way round."""
    stand(project, "data-plant", resources=(OWN, read_of("observability")))
    stand(project, "observability", resources=(OWN, *map(read_of, said)))
    refused = infragen("destroy", "small/dev/observability", "--yes", "-C", project)
    assert "P008 stacks that read from small/dev/observability still exist: data-plant\n" in refused.err
    assert "P008" not in infragen("destroy", "small/dev/data-plant", "--yes", "-C", project).err


def test_many_that_stand_are_told_in_their_order(project: Path, infragen: Infragen) -> None:
    refused = infragen("destroy", "small/dev/network", "--yes", "-C", project)
    assert "still exist: observability, data-sales, data-plant, security\n" in refused.err
    first = f"(`infragen destroy small/dev/observability -C {project}`, ...) first"
    assert f"destroy them in this order {first}" in refused.err


def test_what_reads_only_through_others_counts(project: Path, infragen: Infragen) -> None:
    for stack in ("security", "data-plant", "data-sales"):
        stand(project, stack, resources=())
    refused = infragen("destroy", "small/dev/network", "--yes", "-C", project)
    assert "P008 stacks that read from small/dev/network still exist: observability\n" in refused.err


def test_what_is_refused_on_the_sandbox_is_to_be_done_there(
    project: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infragen.workflow.session.sandbox_of", lambda *_: {})
    refused = infragen("destroy", "small/dev/data-sales", "--sandbox", "--yes", "-C", project)
    hint = (
        f"`infragen destroy small/dev/observability --sandbox -C {project}` first, "
        f"or `infragen destroy small/dev --sandbox -C {project}` for all"
    )
    assert hint in refused.err


@pytest.mark.parametrize("target", ["small/dev/observability", "small/dev"])
def test_what_nobody_else_reads_is_planned(project: Path, infragen: Infragen, target: str) -> None:
    assert "P008" not in infragen("destroy", target, "--yes", "-C", project).err
    assert planned(project) == ({"observability"} if target.endswith("observability") else set(STACKS))


def test_what_does_not_stand_is_not_asked_for(project: Path, infragen: Infragen) -> None:
    stand(project, "network", resources=())
    ended = infragen("destroy", "small/dev/network", "--yes", "-C", project)
    assert ended.code == 0
    assert ended.err == "small/dev/network: nothing to destroy\n"


def test_what_is_gone_stands_in_nobodys_way(project: Path, infragen: Infragen) -> None:
    stand(project, "observability", resources=())
    (project.parent / "states/data-sales").write_text("")
    stand(project, "data-plant", resources=())
    assert "P008" not in infragen("destroy", "small/dev/security", "--yes", "-C", project).err
    assert planned(project) == {"security"}


ORDER = "catalog/small/databases/sales/order.yaml"
PROTECTED = {"deletion_protection": True, "enable_deletion_protection": True}


@pytest.mark.parametrize("target", ["small/dev/observability", "small/dev"])
def test_what_aws_refuses_to_delete_is_said_before_anything_is_destroyed(
    project: Path, infragen: Infragen, target: str
) -> None:
    stack = "observability" if target.endswith("observability") else "data-sales"
    doom(project, stack, **PROTECTED)
    refused = infragen("destroy", target, "--yes", "-C", project)
    assert refused.code == 1
    assert "(AWS refuses it, the apply stops there: deletion_protection is on)" in refused.out
    steps = f"then `infragen apply {target} -C {project}`, then `infragen destroy {target} -C {project}`"
    environment = "environments/small/dev.yaml"
    cluster = f"module.database_order.aws_rds_cluster.this of {stack}: deletion_protection"
    of_entry = "`databases: {order: {deletion_protection: false}}`"
    of_all = "`deletion_protection: false`"
    assert refused.err.count("error P008") == 2
    assert f"error P008 AWS refuses to delete {cluster} is on\n" in refused.err
    balancer = f"aws_lb.own of {stack}: enable_deletion_protection"
    assert f"{environment}:1:14: error P008 AWS refuses to delete {balancer} is on\n" in refused.err
    for setting in (of_entry if stack == "data-sales" else of_all, of_all):
        assert f"nothing was destroyed; write {setting} in {environment}, {steps}" in refused.err
    assert f"{ORDER}:1:7: error P008" in refused.err or stack != "data-sales"
    assert not (project.parent / "states/applied").exists()


def test_what_left_the_catalogue_is_unprotected_in_aws(project: Path, infragen: Infragen) -> None:
    doom(project, "data-sales", **PROTECTED)
    (project / ORDER).unlink()
    assert infragen("render", "-C", project).code == 0
    refused = infragen("destroy", "small/dev/data-sales", "--yes", "-C", project)
    assert "it is no longer in the catalogue: put it back with `deletion_protection: false`" in refused.err
    assert f"or turn this off in AWS, then `infragen destroy small/dev/data-sales -C {project}`" in refused.err
    assert not (project.parent / "states/applied").exists()


def test_what_is_not_protected_is_destroyed(project: Path, infragen: Infragen) -> None:
    doom(project, "data-sales", deletion_protection=False, enable_deletion_protection=False)
    ended = infragen("destroy", "small/dev", "--yes", "-C", project)
    assert "P008" not in ended.err
    assert (project.parent / "states/applied").read_text() == "data-sales\n"


def test_a_standby_that_uses_copies_is_destroyed_first(project: Path, infragen: Infragen) -> None:
    copied = {**OWN, "instances": [{"attributes": {"replica": [{"region": "eu-central-1"}]}}]}
    stand(project, "data-sales", resources=(copied,))
    doom(project, "data-sales", deletion_protection=False, enable_deletion_protection=False)
    dev = (project / "environments/small/dev.yaml").read_text().replace("ap-northeast-1", "eu-central-1")
    dr = dev.replace("environment: dev", "environment: dr\nstandby_of: dev\nfollows: dev\nregion: eu-central-1")
    (project / "environments/small/dr.yaml").write_text(dr)
    folder = project / "generated/small/dr/network"
    folder.mkdir(parents=True)
    (folder / "backend.tf").touch()
    refused = infragen("destroy", "small/dev", "--yes", "-C", project)
    assert refused.code == 1
    assert "P008 small/dr (network) still exists: it uses what data-sales of small/dev copied" in refused.err
    assert not (project.parent / "states/planned").exists()


@pytest.mark.parametrize("failing", ["", "network"])
def test_revisions_that_stay_are_told_also_of_a_stack_that_fails_afterwards(
    project: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    for stack in ("data-sales", "network"):
        tasks = [resource(f"aws_ecs_task_definition.{one}", ["delete"], {"skip_destroy": True}, None) for one in "ab"]
        (project.parent / "states" / f"{stack}.json").write_bytes(plan(*tasks))

    def done(_session: object, folder: Folder, _plan: object, _expected: object, on_event: OnEvent) -> Counts:
        for one in "ab":
            on_event(Event(EventKind.STARTED, "", f"aws_ecs_task_definition.{one}", "delete"))
            if folder.path.name == failing and one == "b":
                raise InfragenError(Diagnostic("T020", "no"))
            on_event(Event(EventKind.DONE, "", f"aws_ecs_task_definition.{one}", "delete"))
        return Counts(remove=2)

    monkeypatch.setattr("infragen.workflow.destroy.apply_verified", done)
    ended = infragen("destroy", "small/dev", "--yes", "-C", project)
    assert ended.code == bool(failing)
    count = 3 if failing else 4
    assert (
        f"kept in AWS because of `skip_destroy`: {count} aws_ecs_task_definition; so is every other revision"
        in ended.err
    )
    assert "`aws ecs list-task-definitions --family-prefix NAME` lists them" in ended.err


def leave(project: Path, stack: str) -> None:
    """Have the destruction of what leaves something in AWS planned: a snapshot, a secret, a bucket that may be full."""
    arn = "arn:aws:x:eu-west-1:111122223333:one:a"
    every = {
        "aws_db_instance": {"final_snapshot_identifier": "order-final", "skip_final_snapshot": False},
        "aws_secretsmanager_secret": {"name": "order-key", "recovery_window_in_days": 30},
        "aws_s3_bucket": {"bucket": "papers", "force_destroy": False},
        "aws_ecr_repository": {"name": "web", "force_delete": True},
    }
    items = [resource(f"{kind}.own", ["delete"], {"arn": arn} | values, None) for kind, values in every.items()]
    (project.parent / "states" / f"{stack}.json").write_bytes(plan(*items))


def test_what_stays_in_aws_is_told_before_anything_is_destroyed(
    project: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def in_the_way(_aws: object, kind: str, name: str, region: str, _of: str, _but: object) -> tuple[str, str] | None:
        asked.append((kind, name, region))
        return ("it is not empty", f"`empty {name}`") if kind == "aws_s3_bucket" else None

    monkeypatch.setattr(kept, "in_the_way", in_the_way)
    leave(project, "observability")
    refused = infragen("destroy", "small/dev", "--yes", "-C", project)
    assert refused.code == 1
    assert "a secret that is destroyed can be restored, and AWS makes no other of that name, for 30 days" in refused.out
    assert (
        "`aws secretsmanager restore-secret --region eu-west-1 --secret-id order-key`, then `infragen import small"
        in refused.out
    )
    assert "final snapshots that are left, and billed until they are deleted: order-final" in refused.out
    assert "P008 AWS refuses to delete aws_s3_bucket.own of observability: it is not empty" in refused.err
    assert "hint: nothing was destroyed; `empty papers`, then `infragen destroy small/dev" in refused.err
    assert not (project.parent / "states/applied").exists()
    assert ("aws_db_instance", "order-final", "eu-west-1") in asked
    assert "aws_ecr_repository" not in {kind for kind, *_ in asked}, "it is deleted with its images"


def test_what_aws_does_not_say_is_told_and_does_not_stop_it(
    project: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_the_way(*_asked: object) -> None:
        raise InfragenError(Diagnostic("P008", "AWS does not say: AccessDenied"))

    monkeypatch.setattr(kept, "in_the_way", in_the_way)
    leave(project, "observability")
    told = infragen("destroy", "small/dev", "--yes", "-C", project)
    assert (
        "cannot tell whether AWS deletes aws_s3_bucket.own of observability: AWS does not say: AccessDenied" in told.err
    )
    assert (project.parent / "states/applied").exists()
