"""A new image comes into force: backups and migrations first, then services; nothing changes where one is missing."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from tests.unit.stacks.systems import write

from infragen.aws.shifts import Standing
from infragen.catalog import Project, load
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.environment import resolve
from infragen.stacks.build import draft
from infragen.stacks.running import images
from infragen.workflow.release import deliveries
from infragen.workflow.release import release as workflow
from infragen.workflow.runs import migrations, rollouts

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com"
SIZES = "sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}\n"
TASKS = "tasks: {min: 1, max: 1}\n"
FILES = {
    "system.yaml": "schema: 1\nname: demo\ntitle: Demo\n",
    "dev.yaml": 'environment: dev\naccount: "111122223333"\nregion: ap-northeast-1\nnetwork: {cidr: 10.1.0.0/16}\n',
    "services/web.yaml": f"name: web\ntitle: Web\ndeploy: pipeline\nimage: {{tag: v1}}\ndatabase: main\n{SIZES}{TASKS}",
    "services/api.yaml": f"name: api\ntitle: API\ndeploy: pipeline\nimage: {{tag: v1}}\n{SIZES}{TASKS}",
    "services/own.yaml": f"name: own\ntitle: Terraform's\nimage: {{tag: v1}}\n{SIZES}{TASKS}",
    "jobs/migrate.yaml": "name: migrate\ntitle: Migrations\nimage: {repository: web, tag: v1}\n"
    f"uses: {{databases/main: {{access: migrate, why: tables follow}}}}\n{SIZES}",
    "jobs/report.yaml": f"name: report\ntitle: Report\nimage: {{repository: web, tag: v1}}\n{SIZES}",
    "databases/main.yaml": 'name: main\ntitle: Main\nengine: postgresql\nversion: "17"\nsize: db.t4g.micro\n',
}
DELIVERED = {
    "services/web.yaml": FILES["services/web.yaml"] + "blue_green: {percent: 25 %, interval: 2 min, keep: 30 min}\n",
    "balancers/front.yaml": "name: front\ntitle: Front\nreach: internet\nroutes: {all: {service: web}}\n",
}
"""What makes `web` a service that CodeDeploy delivers."""
TAGS = [{"key": "Environment", "value": "dev"}]


class Cloud:
    """What AWS has, and what it was asked to change, in order."""

    def __init__(self) -> None:
        self.images = {"demo-dev-web": {"v2"}, "demo-dev-api": {"v2"}}
        self.revisions = {
            family: [f"{REGISTRY}/demo-dev-{repository}:v1"]
            for family, repository in (
                ("demo-dev-web", "web"), ("demo-dev-api", "api"), ("demo-dev-job-migrate", "web"),
            )
        }  # fmt: skip
        self.services = {"demo-dev-web": 1, "demo-dev-api": 1}
        self.exit_code: int | None = 0
        self.looks = 2
        self.changes: list[str] = []
        self.registered: list[dict[str, Any]] = []
        self.state = "COMPLETED"
        self.backups: list[dict[str, Any]] = []
        self.backup_states = ["CREATED", "RUNNING", "COMPLETED"]
        self.earlier: list[str] | None = []
        self.earlier_looks = 3
        self.refuses_tasks = ""
        self.account = "111122223333"
        self.refuses: str | None = None
        self.loses: list[Exception] = []
        self.replaced = 0
        self.desired = 1
        self.backup_signal: int | None = None
        self.delivery_signal: int | None = None
        self.stopped: dict[str, dict[str, Any]] = {}
        self.signal: int | None = None
        self.delivered: set[str] = set()
        self.specs: list[dict[str, Any]] = []
        self.unfinished: list[str] = []
        self.ends = 2
        self.overrides: list[Any] = []
        self.alarms: dict[str, str] | None = {
            "demo-dev-balancer-front-web-errors": "OK",
            "demo-dev-balancer-front-web-unhealthy": "OK",
        }
        self.ended: dict[str, dict[str, Any]] = {}
        self.standings: list[dict[str, Any]] = [
            {"status": "InProgress"},
            {"status": "InProgress", "instanceTerminationWaitTimeStarted": True},
        ]

    def client(self, _service: str, region: str) -> Any:
        assert region == "ap-northeast-1"
        return self

    class exceptions:  # noqa: N801  botocore's name
        RepositoryNotFoundException = KeyError

    def batch_get_image(self, *, registryId: str, repositoryName: str, imageIds: Any) -> Any:  # noqa: N803
        assert registryId == "111122223333"
        missing = [one for one in imageIds if one["imageTag"] not in self.images[repositoryName]]
        return {"failures": [{"failureCode": "ImageNotFound", "imageId": one} for one in missing]}

    def describe_task_definition(self, *, taskDefinition: str, include: Any = ()) -> Any:  # noqa: N803
        revisions = self.revisions.get(taskDefinition)
        if revisions is None:
            raise ClientError({"Error": {"Code": "ClientException", "Message": "Unable to describe"}}, "Describe")
        arn = f"arn:aws:ecs:ap-northeast-1:111122223333:task-definition/{taskDefinition}:{len(revisions)}"
        containers = [
            {"name": "app", "image": revisions[-1]},
            {"name": "collector", "image": "public.ecr.aws/otel/collector:v1"},
        ]
        task = {"family": taskDefinition, "containerDefinitions": containers, "taskDefinitionArn": arn, "cpu": "256"}
        return {"taskDefinition": {**task, "revision": len(revisions), "status": "ACTIVE"}, "tags": TAGS}

    def register_task_definition(self, **wanted: Any) -> Any:
        self.registered.append(wanted)
        self.revisions[wanted["family"]].append(wanted["containerDefinitions"][0]["image"])
        self.changes.append(f"register {wanted['family']} {wanted['containerDefinitions'][0]['image'][-2:]}")
        return self.describe_task_definition(taskDefinition=wanted["family"])

    def describe_subnets(self, *, Filters: Any) -> Any:  # noqa: N803
        return {"Subnets": [{"SubnetId": f"subnet-{name}"} for name in Filters[0]["Values"]]}

    def describe_security_groups(self, *, Filters: Any) -> Any:  # noqa: N803
        return {"SecurityGroups": [{"GroupId": f"sg-{name}"} for name in Filters[0]["Values"]]}

    def start_backup_job(self, **wanted: Any) -> Any:
        self.backups.append(wanted)
        self.changes.append("back up")
        return {"BackupJobId": "job-1"}

    def describe_backup_job(self, *, BackupJobId: str) -> Any:  # noqa: N803
        assert BackupJobId == "job-1"
        if self.backup_signal is not None:
            os.kill(os.getpid(), self.backup_signal)
        state = self.backup_states.pop(0)
        return {"State": state, **({"StatusMessage": "no space"} if state == "FAILED" else {})}

    def run_task(self, **wanted: Any) -> Any:
        self.changes.append(f"run {wanted['taskDefinition'].rpartition('/')[2]}")
        self.run = wanted
        return {"tasks": [{"taskArn": "arn:task"}]}

    def list_tasks(self, *, cluster: str, family: str, desiredStatus: str) -> Any:  # noqa: N803
        assert (cluster, family, desiredStatus) == ("demo-dev", "demo-dev-job-migrate", "RUNNING")
        if self.refuses_tasks:
            raise ClientError({"Error": {"Code": self.refuses_tasks, "Message": "no"}}, "ListTasks")
        if self.earlier is None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListTasks")
        return {"taskArns": self.earlier}

    def get_caller_identity(self) -> Any:
        return {"Account": self.account}

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> Any:
        assert cluster == "demo-dev"
        if self.signal is not None:
            os.kill(os.getpid(), self.signal)
        if tasks == self.earlier:
            self.earlier_looks -= 1
            self.changes.append(status := "RUNNING" if self.earlier_looks > 0 else "STOPPED")
            return {"tasks": [{"taskArn": tasks[0], "lastStatus": status, "containers": []}]}
        self.looks -= 1
        status = "RUNNING" if self.looks else "STOPPED"
        container = {"name": "app", **({} if self.exit_code is None else {"exitCode": self.exit_code})}
        return {"tasks": [{"lastStatus": status, "containers": [container], "stoppedReason": "Essential exited"}]}

    def update_service(self, *, cluster: str, service: str, taskDefinition: str) -> None:  # noqa: N803
        assert cluster == "demo-dev"
        if service == self.refuses:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "UpdateService")
        self.services[service] = int(taskDefinition.rpartition(":")[2]) + self.replaced
        self.changes.append(f"update {service} {taskDefinition.rpartition('/')[2]}")

    def list_deployments(
        self,
        *,
        applicationName: str,  # noqa: N803
        deploymentGroupName: str,  # noqa: N803
        includeOnlyStatuses: Any = None,  # noqa: N803
    ) -> Any:
        assert applicationName == deploymentGroupName == "demo-dev-web"
        if includeOnlyStatuses is None:
            return {"deployments": [*self.stopped]}
        assert "Succeeded" not in includeOnlyStatuses
        if self.ended:
            self.ends -= 1
            self.unfinished = self.unfinished if self.ends else []
        return {"deployments": self.unfinished}

    def describe_alarms(self, *, AlarmNames: list[str]) -> Any:  # noqa: N803
        if self.alarms is None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeAlarms")
        found = [{"AlarmName": name, "StateValue": self.alarms[name]} for name in AlarmNames if name in self.alarms]
        return {"MetricAlarms": found}

    def continue_deployment(self, *, deploymentId: str, deploymentWaitType: str) -> None:  # noqa: N803
        assert deploymentWaitType == "TERMINATION_WAIT"
        self.changes.append(f"end {deploymentId}")
        self.ended.setdefault(deploymentId, {"status": "Succeeded"})

    def stop_deployment(self, *, deploymentId: str, autoRollbackEnabled: bool) -> Any:  # noqa: N803
        assert autoRollbackEnabled
        self.changes.append(f"stop {deploymentId}")
        back = {"rollbackDeploymentId": "d-9"}
        self.ended[deploymentId] = {"status": "Stopped", "rollbackInfo": back}
        self.ended.setdefault("d-9", {"status": "Succeeded"})
        return {"status": "Pending"}

    def create_deployment(self, *, applicationName: str, deploymentGroupName: str, revision: Any, **more: Any) -> Any:  # noqa: N803
        assert deploymentGroupName == applicationName
        self.overrides.append(more.get("overrideAlarmConfiguration"))
        if self.loses:
            raise self.loses.pop(0)
        if applicationName == self.refuses:
            raise ClientError({"Error": {"Code": "InvalidRoleException", "Message": "no"}}, "CreateDeployment")
        assert revision["revisionType"] == "AppSpecContent"
        [resource] = json.loads(revision["appSpecContent"]["content"])["Resources"]
        wanted = resource["TargetService"]["Properties"]
        self.specs.append(wanted)
        self.changes.append(f"deliver {applicationName} {wanted['TaskDefinition'].rpartition('/')[2]}")
        return {"deploymentId": "d-1"}

    def get_deployment(self, *, deploymentId: str) -> Any:  # noqa: N803
        if self.delivery_signal is not None:
            os.kill(os.getpid(), self.delivery_signal)
        if deploymentId in {**self.ended, **self.stopped}:
            return {"deploymentInfo": {**self.ended, **self.stopped}[deploymentId]}
        assert deploymentId in {"d-1", *self.unfinished}
        return {"deploymentInfo": self.standings.pop(0) if self.standings[1:] else self.standings[0]}

    def describe_services(self, *, cluster: str, services: list[str]) -> Any:
        assert cluster == "demo-dev"
        now = datetime(2026, 11, 24, tzinfo=UTC)
        return {
            "services": [
                {
                    "serviceName": name,
                    "status": "ACTIVE",
                    "createdAt": now,
                    ("taskSets" if name in self.delivered else "deployments"): [
                        {
                            "status": "PRIMARY",
                            "createdAt": now,
                            "taskDefinition": f"arn:aws:ecs:ap-northeast-1:111122223333:task-definition/{name}:"
                            f"{self.services[name]}",
                            "rolloutState": self.state,
                            "rolloutStateReason": "tasks failed to start" if self.state == "FAILED" else "",
                            "desiredCount": self.desired,
                            "runningCount": 1,
                        }
                    ],
                }
                for name in services
                if name in self.services
            ]
        }


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    found = Cloud()
    monkeypatch.setattr(workflow, "Aws", lambda _: found)
    for module in (migrations, deliveries, rollouts):
        monkeypatch.setattr(module, "_LOOK_SECONDS", 0)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write(tmp_path, FILES)
    return Project(tmp_path)


def released(project: Project, *entries: str, tag: str = "v2") -> int:
    return workflow.release(project, "demo/dev", entries, tag, sandbox=False)


def refused(project: Project, *entries: str, tag: str = "v2") -> list[tuple[str, str]]:
    with pytest.raises(InfragenError) as caught:
        released(project, *entries, tag=tag)
    return [(one.code, one.message) for one in caught.value.diagnostics]


def test_migrations_of_the_image_run_and_are_awaited_before_services_change(project: Project, cloud: Cloud) -> None:
    assert released(project) == 0
    assert cloud.changes == [
        "register demo-dev-job-migrate v2",
        "run demo-dev-job-migrate:2",
        "register demo-dev-api v2",
        "register demo-dev-web v2",
        "update demo-dev-api demo-dev-api:2",
        "update demo-dev-web demo-dev-web:2",
    ]
    assert cloud.looks == 0
    network = cloud.run["networkConfiguration"]["awsvpcConfiguration"]
    zones = ("ap-northeast-1a", "ap-northeast-1c")
    assert network["subnets"] == [f"subnet-demo-dev-public-{zone}" for zone in zones]
    assert network["securityGroups"] == ["sg-demo-dev-job-migrate"]


def test_who_stands_by_is_told_of_since_a_release_does_not_reach_it(
    tmp_path: Path, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    standby = FILES["dev.yaml"].replace("dev", "dr").replace("northeast-1", "northeast-3").replace("10.1.", "10.2.")
    standby += "standby_of: dev\nservices: {api: null}\n"
    write(tmp_path, {**FILES, "dr.yaml": standby})
    project = Project(tmp_path)
    assert released(project) == 0
    said = (
        "demo/dr starts the release before; once the image is in ap-northeast-3: `infragen release demo/dr services/web"
    )
    assert f"{said} --tag v2" in capsys.readouterr().err
    assert released(project, "services/api") == 0
    assert "demo/dr" not in capsys.readouterr().err


@pytest.fixture
def saved(tmp_path: Path) -> Project:
    """The system, whose database is backed up before a release."""
    database = FILES["databases/main.yaml"] + "backup: {before_release: 30 days}\n"
    write(tmp_path, {**FILES, "databases/main.yaml": database})
    return Project(tmp_path)


def test_a_copy_has_no_backup_and_no_migration_of_its_own(tmp_path: Path, cloud: Cloud) -> None:
    primary = FILES["dev.yaml"].replace("dev", "main").replace("northeast-1", "northeast-3").replace("10.1.", "10.2.")
    database = FILES["databases/main.yaml"] + "backup: {before_release: 30 days}\nmaster_password: write-only\n"
    written = {
        "dev.yaml": FILES["dev.yaml"] + "follows: main\ncustomer_keys: true\n",
        "main.yaml": primary,
        "databases/main.yaml": database,
    }
    write(tmp_path, {**FILES, **written})
    assert released(Project(tmp_path)) == 0
    assert cloud.changes
    assert cloud.backups == []
    assert not [one for one in cloud.changes if "migrate" in one]


def test_what_waits_has_no_backup_and_no_migration_and_runs_nothing_yet(
    saved: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    database = FILES["databases/main.yaml"] + "backup: {before_release: 30 days}\n"
    waits = {"dev.yaml": FILES["dev.yaml"] + "waits: true\n", "databases/main.yaml": database}
    write(saved.root, {**FILES, **DELIVERED, **waits})
    cloud.desired, cloud.delivered = 0, {"demo-dev-web"}
    assert released(saved) == 0
    assert cloud.backups == []
    assert not [one for one in cloud.changes if "migrate" in one]
    told = capsys.readouterr().err
    assert "databases/main: no backup is taken: dev waits, so nothing runs in it" in told
    assert "jobs/migrate does not run: dev waits, so nothing runs in it" in told
    assert "services/api: its desired count is 0, and new tasks will use demo-dev-api:2" in told
    assert "services/web: deployed, 0 s; its desired count is 0, and new tasks will use it" in told
    assert "new tasks run" not in told
    assert "all requests are on new tasks" not in told


def test_a_backup_is_there_before_anything_changes(saved: Project, cloud: Cloud) -> None:
    assert released(saved) == 0
    assert cloud.changes[:2] == ["back up", "register demo-dev-job-migrate v2"]
    assert cloud.backup_states == [], "the last look found it complete"
    assert cloud.backups == [
        {
            "BackupVaultName": "demo-dev-backups",
            "ResourceArn": "arn:aws:rds:ap-northeast-1:111122223333:db:demo-dev-database-main",
            "IamRoleArn": "arn:aws:iam::111122223333:role/demo-dev-database-main-backup",
            "Lifecycle": {"DeleteAfterDays": 30},
        }
    ]


def test_a_backup_is_the_one_that_people_are_told_of(saved: Project, cloud: Cloud) -> None:
    """`infragen outputs` has the same as a command."""
    released(saved)
    [asked] = cloud.backups
    environment = resolve(saved, load(saved, "demo"), "dev").environment()
    [command] = [str(one.line.value) for one in draft(environment).outputs if "start-backup-job" in str(one.line.value)]
    for said in (asked["BackupVaultName"], asked["ResourceArn"], asked["IamRoleArn"], "DeleteAfterDays=30"):
        assert f" {said}" in command


def test_nothing_changes_where_the_backup_fails(saved: Project, cloud: Cloud) -> None:
    cloud.backup_states = ["RUNNING", "FAILED"]
    said = "the backup of databases/main failed: no space; no service was changed"
    assert refused(saved) == [("T058", said)]
    assert cloud.changes == ["back up"]


def test_nothing_changes_where_the_backup_takes_too_long(
    saved: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "BACKUP_PATIENCE", 0)
    said = "the backup of databases/main is not complete after 0 minutes; no service was changed"
    assert refused(saved) == [("T058", said)]
    assert cloud.changes == ["back up"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_interrupts_a_release_is_told_that_its_backup_goes_on(
    saved: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    cloud.backup_signal = number
    with pytest.raises(KeyboardInterrupt):
        released(saved)
    told = capsys.readouterr().err
    assert "the backup of databases/main continues in AWS (job-1); no service was changed" in told


def test_the_way_back_needs_no_backup(saved: Project, cloud: Cloud) -> None:
    assert workflow.release(saved, "demo/dev", (), "v2", sandbox=False, with_backup=False) == 0
    assert cloud.backups == []
    assert cloud.changes[0] == "register demo-dev-job-migrate v2"


def test_the_emulated_aws_takes_the_backup_as_well(
    saved: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "running", lambda _: Mock())
    assert workflow.release(saved, "demo/dev", (), "v2", sandbox=True) == 0
    assert cloud.changes[0] == "back up"


def test_a_revision_is_the_newest_one_with_another_image_and_nothing_else(project: Project, cloud: Cloud) -> None:
    released(project, "services/api")
    [made] = cloud.registered
    assert made == {
        "family": "demo-dev-api",
        "cpu": "256",
        "containerDefinitions": [
            {"name": "app", "image": f"{REGISTRY}/demo-dev-api:v2"},
            {"name": "collector", "image": "public.ecr.aws/otel/collector:v1"},
        ],
        "tags": [*TAGS, {"key": "infragen:release-of", "value": "1"}],
    }


def test_an_entry_alone_takes_only_migrations_of_its_own_image_along(project: Project, cloud: Cloud) -> None:
    released(project, "services/api")
    assert cloud.changes == ["register demo-dev-api v2", "update demo-dev-api demo-dev-api:2"]


def test_what_has_the_image_already_gets_no_other_revision(project: Project, cloud: Cloud) -> None:
    cloud.images["demo-dev-api"].add("v1")
    released(project, "services/api", tag="v1")
    assert cloud.changes == ["update demo-dev-api demo-dev-api:1"]


def test_nothing_changes_where_an_image_is_missing(project: Project, cloud: Cloud) -> None:
    cloud.images["demo-dev-api"].clear()
    said = "the image demo-dev-api:v2 is not in the registry of ap-northeast-1; nothing was released"
    assert refused(project) == [("T052", said)]
    assert cloud.changes == []


def test_nothing_changes_where_a_service_was_never_applied(project: Project, cloud: Cloud) -> None:
    del cloud.services["demo-dev-web"]
    assert refused(project) == [("T057", "services/web does not exist: nothing was released")]
    assert cloud.changes == []


def test_what_is_not_there_in_another_account_is_told_as_that(project: Project, cloud: Cloud) -> None:
    cloud.images["demo-dev-api"].clear()
    cloud.account = "999988887777"
    said = "these credentials belong to the account 999988887777, but demo/dev is in 111122223333"
    assert refused(project) == [("T029", said)]


@pytest.mark.parametrize(
    ("tag", "said"), [("", "the tag is empty"), ("v 2", "'v 2' is neither an image tag nor a digest")]
)
def test_what_is_no_tag_is_told_before_aws_is_asked(project: Project, cloud: Cloud, tag: str, said: str) -> None:
    assert refused(project, tag=tag) == [("X082", said)]
    assert cloud.changes == []


@pytest.mark.parametrize(("code", "how"), [(1, "ended with 1"), (None, "never ran")])
def test_no_service_changes_when_a_migration_fails(project: Project, cloud: Cloud, code: int | None, how: str) -> None:
    cloud.exit_code = code
    said = f"jobs/migrate {how}: Essential exited; no service was changed"
    assert refused(project) == [("T058", said)]
    assert cloud.services == {"demo-dev-web": 1, "demo-dev-api": 1}


def test_a_migration_that_an_interrupted_release_left_at_work_is_awaited_first(project: Project, cloud: Cloud) -> None:
    cloud.earlier = ["arn:earlier"]
    assert released(project) == 0
    assert cloud.changes[2:5] == ["RUNNING", "STOPPED", "run demo-dev-job-migrate:2"]


def test_a_migration_that_has_stopped_by_now_is_not_awaited(
    project: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.earlier, cloud.earlier_looks = ["arn:earlier"], 1
    assert released(project) == 0
    assert "already runs" not in capsys.readouterr().err


def test_a_role_that_may_not_list_tasks_releases_all_the_same(
    project: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.earlier = None
    assert released(project) == 0
    assert "does not report whether jobs/migrate is already running (`ecs:ListTasks`)" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["ThrottlingException", "ServerException"])
def test_nothing_starts_where_aws_does_not_say_whether_a_migration_runs(
    saved: Project, cloud: Cloud, code: str
) -> None:
    cloud.refuses_tasks = code
    [(found, message)] = refused(saved)
    assert found == "T057"
    assert message.startswith("AWS did not report whether demo-dev-job-migrate is already running: ")
    assert cloud.changes == [], "not even a backup"


def test_credentials_that_cannot_be_asked_for_hide_no_error(
    project: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.images["demo-dev-api"].clear()
    monkeypatch.setattr(cloud, "get_caller_identity", dict)
    assert refused(project) == [
        ("T052", "the image demo-dev-api:v2 is not in the registry of ap-northeast-1; nothing was released")
    ]


def test_a_service_that_another_release_deploys_meanwhile_is_no_success(
    project: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.replaced = 1
    assert released(project, "services/api") == 1
    said = "services/api should run demo-dev-api:2, but was replaced by demo-dev-api:3 in the meantime"
    told = capsys.readouterr()
    assert said in told.err + told.out
    assert "new tasks run" not in told.err


def test_a_newer_revision_that_nobody_deploys_is_no_rollback(
    project: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change_over = cloud.update_service

    def and_somebody_registers(**wanted: Any) -> None:
        change_over(**wanted)
        cloud.revisions["demo-dev-api"].append(f"{REGISTRY}/demo-dev-api:v3")

    monkeypatch.setattr(cloud, "update_service", and_somebody_registers)
    assert released(project, "services/api") == 0
    assert "services/api: new tasks run" in capsys.readouterr().err


def test_an_answer_that_is_lost_is_told_as_one(
    project: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lose(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://ecs")

    monkeypatch.setattr(cloud, "update_service", lose)
    assert released(project, "services/api") == 1
    told = capsys.readouterr()
    assert (
        "AWS did not report whether demo-dev-api was deployed, and it may have been: Read timeout"
        in told.err + told.out
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_interrupts_a_release_is_told_that_its_migration_goes_on(
    project: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    cloud.signal = number
    with pytest.raises(KeyboardInterrupt):
        released(project)
    assert "jobs/migrate continues in AWS (arn:task); no service was changed" in capsys.readouterr().err
    assert cloud.services == {"demo-dev-web": 1, "demo-dev-api": 1}


def test_what_aws_lets_change_over_is_waited_for_where_it_refuses_another(
    project: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.refuses = "demo-dev-api"
    assert released(project) == 1
    said = capsys.readouterr()
    assert "services/api.yaml:1:7: error T057 demo-dev-api was not deployed: " in said.err + said.out
    assert "services/web: new tasks run" in said.err
    assert cloud.services == {"demo-dev-web": 2, "demo-dev-api": 1}


def test_a_deployment_that_fails_is_told_at_its_line(
    project: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.state = "FAILED"
    assert released(project, "services/api") == 1
    said = capsys.readouterr()
    assert (
        "services/api.yaml:1:7: error T054 services/api did not come up: tasks failed to start" in said.err + said.out
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [("services/own", "no pipeline deploys services/own"), ("services/wbe", "no pipeline deploys services/wbe")],
)
def test_what_terraform_deploys_is_not_released(project: Project, cloud: Cloud, name: str, said: str) -> None:
    [(code, message)] = refused(project, name)
    assert code == "X061"
    assert said in message
    assert cloud.changes == []


def test_without_anything_that_a_pipeline_deploys_the_way_is_said(tmp_path: Path, cloud: Cloud) -> None:
    write(tmp_path, {name: text.replace("deploy: pipeline\n", "") for name, text in FILES.items()})
    assert refused(Project(tmp_path)) == [("X061", "no pipeline deploys anything in demo/dev")]
    assert cloud.changes == []


def test_an_apply_awaits_no_image_that_a_pipeline_brings(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    found = draft(resolve(Project(tmp_path), load(Project(tmp_path), "demo"), "dev").environment())
    assert [owner for owner, _ in images(found, "app")] == ["services/own"]


@pytest.fixture
def delivered(tmp_path: Path, cloud: Cloud) -> Project:
    """The system, of which CodeDeploy delivers a service."""
    write(tmp_path, {**FILES, **DELIVERED})
    cloud.delivered = {"demo-dev-web"}
    return Project(tmp_path)


def test_codedeploy_delivers_a_revision_after_the_migrations(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    assert released(delivered) == 0
    assert cloud.changes[-2:] == ["deliver demo-dev-web demo-dev-web:2", "update demo-dev-api demo-dev-api:2"]
    assert cloud.changes.index("run demo-dev-job-migrate:2") < cloud.changes.index(
        "deliver demo-dev-web demo-dev-web:2"
    )
    [spec] = cloud.specs
    assert spec["LoadBalancerInfo"] == {"ContainerName": "app", "ContainerPort": 8080}
    network = spec["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["SecurityGroups"] == ["sg-demo-dev-web"]
    assert network["AssignPublicIp"] == "ENABLED"
    assert [one["CapacityProvider"] for one in spec["CapacityProviderStrategy"]] == ["FARGATE"]
    assert len(cloud.standings) == 1, "it is awaited until all requests are on the new tasks"
    told = capsys.readouterr().err
    assert "services/web: to roll back to the old tasks at once: `infragen release demo/dev services/web --back" in told
    assert "the old ones are kept for 30 minutes" in told


def test_a_delivery_that_goes_back_fails_the_release_at_its_line(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    error = {"code": "ALARM_ACTIVE", "message": "One or more alarms have been activated."}
    back = {"rollbackDeploymentId": "d-2", "rollbackMessage": "Deployment d-2 brought the old tasks back."}
    cloud.standings = [{"status": "Stopped", "errorInformation": error, "rollbackInfo": back}]
    assert released(delivered) == 1
    told = capsys.readouterr().err
    assert "services/web was rolled back to its old tasks: d-1 stopped: One or more alarms have been activated" in told
    assert "services/web.yaml:1" in told


def test_a_delivery_that_codedeploy_refuses_does_not_keep_the_others(delivered: Project, cloud: Cloud) -> None:
    cloud.refuses = "demo-dev-web"
    assert released(delivered) == 1
    assert cloud.changes[-1] == "update demo-dev-api demo-dev-api:2"


def test_a_service_whose_last_delivery_has_not_ended_is_refused_before_anything_changes(
    delivered: Project, cloud: Cloud
) -> None:
    cloud.unfinished = ["d-0"]
    [(code, message)] = refused(delivered)
    assert code == "T057"
    assert message == "the last deployment of services/web, d-0, is still in progress: nothing was released"
    assert cloud.changes == []


def test_a_delivery_takes_as_long_as_its_steps_and_no_longer(
    delivered: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.standings = [{"status": "InProgress"}]
    clock = iter(range(0, 10_000, 60))
    monkeypatch.setattr(migrations.time, "monotonic", lambda: next(clock))
    assert released(delivered) == 1
    # 20 minutes of patience are the usual; three steps of 2 minutes come to it.
    assert "still has requests on old tasks after 26 min; d-1 continues" in capsys.readouterr().err


@pytest.fixture
def watched(delivered: Project) -> Project:
    """The system, in which alarms bring a delivery back."""
    write(delivered.root, {**FILES, **DELIVERED, "dev.yaml": FILES["dev.yaml"] + "alarms: true\n"})
    return delivered


ON = {"demo-dev-balancer-front-web-errors": "ALARM", "demo-dev-balancer-front-web-unhealthy": "OK"}


def test_an_alarm_that_is_on_is_told_before_anything_changes(watched: Project, cloud: Cloud) -> None:
    cloud.alarms = ON
    with pytest.raises(InfragenError) as caught:
        released(watched)
    [found] = caught.value.diagnostics
    said = "CodeDeploy does not deploy services/web while its alarms are on: demo-dev-balancer-front-web-errors; "
    assert (found.code, found.message) == ("T057", f"{said}nothing was released")
    assert "`--despite-alarms`" in str(found.hint)
    assert cloud.changes == []


def test_all_that_keeps_a_delivery_from_beginning_is_told_at_once(watched: Project, cloud: Cloud) -> None:
    cloud.alarms, cloud.unfinished = ON, ["d-0"]
    assert [message.partition(":")[0] for _, message in refused(watched)] == [
        "CodeDeploy does not deploy services/web while its alarms are on",
        "the last deployment of services/web, d-0, is still in progress",
    ]


def test_what_mends_the_fault_is_delivered_and_only_alarms_that_are_on_do_not_count(
    watched: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.alarms = ON
    assert workflow.release(watched, "demo/dev", (), "v2", sandbox=False, despite_alarms=True) == 0
    assert cloud.overrides == [{"enabled": True, "alarms": [{"name": "demo-dev-balancer-front-web-unhealthy"}]}]
    said = "deployed with demo-dev-balancer-front-web-errors on; it is rolled back for"
    said = f"{said} demo-dev-balancer-front-web-unhealthy"
    assert said in capsys.readouterr().err


def test_where_every_alarm_is_on_none_counts(watched: Project, cloud: Cloud) -> None:
    cloud.alarms = dict.fromkeys(ON, "ALARM")
    assert workflow.release(watched, "demo/dev", (), "v2", sandbox=False, despite_alarms=True) == 0
    assert cloud.overrides == [{"enabled": False, "alarms": []}]


def test_where_no_alarm_is_on_those_of_the_deployment_group_count(watched: Project, cloud: Cloud) -> None:
    assert workflow.release(watched, "demo/dev", (), "v2", sandbox=False, despite_alarms=True) == 0
    assert cloud.overrides == [None]


def test_a_role_that_may_not_look_at_alarms_releases_all_the_same_and_is_not_despite_them(
    watched: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.alarms = None
    with pytest.raises(InfragenError, match="AWS did not report which alarms about demo-dev-web are on"):
        workflow.release(watched, "demo/dev", (), "v2", sandbox=False, despite_alarms=True)
    assert cloud.changes == []
    assert released(watched) == 0
    assert "warning: AWS did not report which alarms about demo-dev-web are on" in capsys.readouterr().err


KEPT = {"status": "InProgress", "instanceTerminationWaitTimeStarted": True}
OWN = {**KEPT, "description": "infragen release demo-dev-web:2"}
LIMIT = ClientError({"Error": {"Code": "DeploymentLimitExceededException", "Message": "active"}}, "CreateDeployment")


def test_a_delivery_that_a_killed_release_left_is_awaited_and_the_others_go_on(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.revisions["demo-dev-web"].append(f"{REGISTRY}/demo-dev-web:v2")
    cloud.unfinished, cloud.standings = ["d-0"], [{**OWN, "instanceTerminationWaitTimeStarted": False}, OWN]
    assert released(delivered) == 0
    assert cloud.specs == []
    assert cloud.changes[-1] == "update demo-dev-api demo-dev-api:2"
    told = capsys.readouterr().err
    assert "services/web: d-0 is already deploying v2; waiting for it" in told
    assert "services/web: all requests are on new tasks" in told


def test_where_all_is_delivered_already_nothing_is_backed_up_or_migrated(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.revisions["demo-dev-web"].append(f"{REGISTRY}/demo-dev-web:v2")
    cloud.unfinished, cloud.standings = ["d-0"], [OWN]
    assert workflow.release(delivered, "demo/dev", ("services/web",), "v2", sandbox=False, end_last=True) == 0
    assert cloud.changes == []
    told = capsys.readouterr().err
    assert "no deployment keeps" not in told
    stops = "its old tasks stay, and `infragen release demo/dev services/web --end-last` stops them"
    assert f"d-0 is already deploying v2; waiting for it; {stops}" in told


@pytest.mark.parametrize(
    "standing",
    [KEPT, {**OWN, "creator": "codeDeployRollback"}, {**OWN, "description": "infragen release demo-dev-web:1"}],
)
def test_a_delivery_of_something_else_is_in_the_way(delivered: Project, cloud: Cloud, standing: dict[str, Any]) -> None:
    cloud.revisions["demo-dev-web"].append(f"{REGISTRY}/demo-dev-web:v2")
    cloud.unfinished, cloud.standings = ["d-0"], [standing]
    said = "the last deployment of services/web, d-0, is still in progress: nothing was released"
    assert refused(delivered) == [("T057", said)]


@pytest.mark.parametrize("error", [LIMIT, ReadTimeoutError(endpoint_url="https://codedeploy")])
def test_a_delivery_whose_answer_was_lost_is_found_and_awaited(
    delivered: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Any
) -> None:
    def begun(**_: Any) -> None:
        cloud.unfinished, cloud.standings = ["d-7"], [OWN]
        raise error

    monkeypatch.setattr(cloud, "create_deployment", begun)
    assert released(delivered) == 0
    assert "services/web: demo-dev-web:2 with v2, deployed by CodeDeploy as d-7" in capsys.readouterr().err


def test_a_delivery_whose_answer_was_lost_and_that_is_not_found_may_be_there(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.loses = [ReadTimeoutError(endpoint_url="https://codedeploy")]
    assert released(delivered) == 1
    told = capsys.readouterr()
    assert (
        "AWS did not report whether demo-dev-web was deployed, and it may have been: Read timeout"
        in told.err + told.out
    )


def test_whoever_interrupts_a_delivery_is_told_which_goes_on(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.delivery_signal = signal.SIGTERM
    with pytest.raises(KeyboardInterrupt):
        released(delivered)
    assert "services/web: d-1 continues in AWS" in capsys.readouterr().err


@pytest.mark.parametrize("fails", ["backup", "migration"])
def test_the_way_back_stays_where_a_backup_or_a_migration_fails(delivered: Project, cloud: Cloud, fails: str) -> None:
    database = FILES["databases/main.yaml"] + "backup: {before_release: 30 days}\n"
    write(delivered.root, {**FILES, **DELIVERED, "databases/main.yaml": database})
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    cloud.backup_states, cloud.exit_code = (["FAILED"], 0) if fails == "backup" else (["COMPLETED"], 1)
    with pytest.raises(InfragenError, match="no service was changed"):
        workflow.release(delivered, "demo/dev", (), "v2", sandbox=False, end_last=True)
    assert "end d-0" not in cloud.changes


def test_the_last_delivery_is_ended_before_the_next_one_begins(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    assert workflow.release(delivered, "demo/dev", (), "v2", sandbox=False, end_last=True) == 0
    ended = cloud.changes.index("end d-0")
    assert cloud.changes[ended - 1 : ended + 2] == [
        "register demo-dev-web v2", "end d-0", "deliver demo-dev-web demo-dev-web:2",
    ]  # fmt: skip
    assert "services/web: d-0 was ended, and its old tasks are stopping" in capsys.readouterr().err


def test_the_wait_of_old_tasks_is_ended_alone(delivered: Project, cloud: Cloud) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    assert workflow.end_last(delivered, "demo/dev", (), sandbox=False) == 0
    assert cloud.changes == ["end d-0"]
    assert cloud.unfinished == [], "it is awaited"


def test_where_no_old_tasks_stay_there_is_nothing_to_end(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workflow.end_last(delivered, "demo/dev", ("services/web",), sandbox=False) == 0
    assert cloud.changes == []
    assert "no deployment keeps old tasks of services/web" in capsys.readouterr().err


def test_a_delivery_whose_requests_still_move_is_not_ended(delivered: Project, cloud: Cloud) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [{"status": "InProgress"}]
    with pytest.raises(InfragenError, match="d-0, still has requests on old tasks: no service was changed"):
        workflow.release(delivered, "demo/dev", (), "v2", sandbox=False, end_last=True)
    assert cloud.changes == []


def test_nothing_is_released_where_the_last_delivery_went_back_meanwhile(delivered: Project, cloud: Cloud) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    stopped = {"status": "Stopped", "errorInformation": {"message": "One or more alarms."}}
    cloud.continue_deployment = lambda **_: cloud.ended.update({"d-0": stopped})  # type: ignore[method-assign]
    with pytest.raises(InfragenError, match="d-0, stopped: One or more alarms: no service was changed"):
        workflow.release(delivered, "demo/dev", (), "v2", sandbox=False, end_last=True)
    assert cloud.specs == []
    assert cloud.services == {"demo-dev-web": 1, "demo-dev-api": 1}


def test_nothing_is_released_where_old_tasks_do_not_go(
    delivered: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.unfinished, cloud.standings, cloud.ends = ["d-0"], [KEPT], 10_000
    clock = iter(range(0, 10_000, 60))
    monkeypatch.setattr(migrations.time, "monotonic", lambda: next(clock))
    with pytest.raises(InfragenError, match="d-0, has not ended after 20 minutes: no service was changed"):
        workflow.release(delivered, "demo/dev", (), "v2", sandbox=False, end_last=True)
    assert cloud.changes[-1] == "end d-0"
    assert cloud.services == {"demo-dev-web": 1, "demo-dev-api": 1}


def test_requests_go_back_to_the_old_tasks_and_that_is_awaited(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    assert workflow.go_back(delivered, "demo/dev", (), sandbox=False) == 0
    assert cloud.changes == ["stop d-0"]
    assert "services/web: requests are on the old tasks again" in capsys.readouterr().err


def test_a_way_back_that_fails_is_told_at_its_line(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    cloud.ended = {"d-9": {"status": "Failed", "errorInformation": {"message": "No capacity."}}}
    cloud.ends = 3
    assert workflow.go_back(delivered, "demo/dev", (), sandbox=False) == 1
    told = capsys.readouterr()
    assert "error T054 services/web failed to roll back: d-9 failed: No capacity" in told.err + told.out


STOPPED = {"deploymentId": "d-0", "status": "Stopped", "createTime": datetime(2026, 11, 24, 9, tzinfo=UTC)}


def test_requests_that_are_back_already_are_said_to_be(
    delivered: Project, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {"deploymentId": "d-8", "status": "Succeeded", "createTime": datetime(2026, 11, 23, tzinfo=UTC)}
    way = {"deploymentId": "d-9", "status": "Succeeded", "createTime": datetime(2026, 11, 25, tzinfo=UTC)}
    cloud.stopped = {"d-8": before, "d-0": STOPPED, "d-9": {**way, "creator": "codeDeployRollback"}}
    assert workflow.go_back(delivered, "demo/dev", (), sandbox=False) == 0
    assert cloud.changes == []
    assert "services/web: requests are already on the old tasks; d-0 was stopped" in capsys.readouterr().err


def test_a_way_back_that_is_under_way_is_awaited_and_not_stopped(delivered: Project, cloud: Cloud) -> None:
    cloud.unfinished, cloud.ends = ["d-9"], 3
    cloud.ended = {"d-9": {"status": "InProgress", "creator": "codeDeployRollback"}}
    assert workflow.go_back(delivered, "demo/dev", (), sandbox=False) == 0
    assert cloud.changes == []


def test_a_stop_whose_answer_was_lost_is_looked_for(
    delivered: Project, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.unfinished, cloud.standings = ["d-0"], [KEPT]
    stop = cloud.stop_deployment

    def lose(**wanted: Any) -> None:
        if cloud.standings[0] is not OWN:
            stop(**wanted)
        raise ReadTimeoutError(endpoint_url="https://codedeploy")

    monkeypatch.setattr(cloud, "stop_deployment", lose)
    assert workflow.go_back(delivered, "demo/dev", (), sandbox=False) == 0
    assert "services/web: requests are on the old tasks again" in capsys.readouterr().err
    cloud.unfinished, cloud.standings, cloud.ended = ["d-1"], [OWN], {}
    assert workflow.go_back(delivered, "demo/dev", (), sandbox=False) == 1
    told = capsys.readouterr()
    assert "AWS did not report whether d-1 of demo-dev-web was stopped, and it may have been" in told.err + told.out


def test_without_a_delivery_under_way_the_way_back_is_a_release(delivered: Project, cloud: Cloud) -> None:
    with pytest.raises(InfragenError) as caught:
        workflow.go_back(delivered, "demo/dev", (), sandbox=False)
    [found] = caught.value.diagnostics
    assert (found.code, found.message) == ("T057", "no deployment of services/web keeps old tasks to roll back to")
    assert cloud.changes == []


@pytest.mark.parametrize("act", [workflow.go_back, workflow.end_last])
def test_what_ecs_moves_by_itself_has_no_way_back_at_once(project: Project, cloud: Cloud, act: Any) -> None:
    with pytest.raises(InfragenError) as caught:
        act(project, "demo/dev", ("services/web",), sandbox=False)
    [found] = caught.value.diagnostics
    assert (found.code, found.message) == ("X061", "CodeDeploy deploys nothing of services/web")
    assert cloud.changes == []


class Two:
    """Two services that CodeDeploy delivers, of which AWS refuses whatever it is asked to do with the first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.open = {"web": "d-1", "api": "d-2"}
        for name in ("stop", "end_wait"):
            monkeypatch.setattr(deliveries, name, self.act)
        monkeypatch.setattr(deliveries, "unfinished", lambda _aws, one, _shift: self.open.get(one))
        monkeypatch.setattr(deliveries, "standing", lambda *_: Standing(is_done=True, failure=""))
        monkeypatch.setattr(deliveries, "_LOOK_SECONDS", 0)
        environment: Any = Mock(target="demo/dev", at=lambda *_: None)
        services: Any = {"services/web": ("web", None), "services/api": ("api", None)}
        monkeypatch.setattr(deliveries, "located", Mock())
        self.both = deliveries.Deliveries(Mock(), environment, services, in_sandbox=False)

    def act(self, _aws: Any, one: Any, delivery: str) -> None:
        if one == "web":
            raise InfragenError(Diagnostic("T057", f"{delivery} was refused"))
        self.done.append(delivery)
        del self.open[one]


def test_a_way_back_that_aws_refuses_keeps_no_other_service(monkeypatch: pytest.MonkeyPatch) -> None:
    two = Two(monkeypatch)
    assert [one.message for one in two.both.go_back(patience=60)] == ["d-1 was refused"]
    assert two.done == ["d-2"]


def test_an_end_that_aws_refuses_keeps_no_other_service(monkeypatch: pytest.MonkeyPatch) -> None:
    two = Two(monkeypatch)
    with pytest.raises(InfragenError) as caught:
        two.both.end_last(patience=60)
    assert [one.message for one in caught.value.diagnostics] == ["d-1 was refused"]
    assert two.done == ["d-2"]
