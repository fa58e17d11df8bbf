"""An environment that takes over from another one: what it is while it follows, and when it does not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project, load
from infragen.environment import explain, parity, resolve, resolve_unled
from infragen.kinds.alarms import AlarmsView
from infragen.stacks.build import draft, sound_parts
from infragen.stacks.running import images
from infragen.stacks.standbys import holdings
from tests.terraform.test_runbook import SITE
from tests.unit.stacks.systems import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

JOB = """\
name: tidy
title: Tidies up
architecture: x86_64
image: {tag: v1, keep: 10}
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
schedules: {nightly: {cron: 0 3 * * ? *, why: nobody works}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def environment(project: Project, name: str, *, leads: bool = False) -> Environment:
    found = resolve_unled if leads else resolve
    return found(project, load(project, "site"), name).environment()


def test_what_would_run_does_not_while_it_follows(project: Project) -> None:
    tasks = {
        leads: environment(project, "dr", leads=leads).entries["services"]["web"].tasks  # type: ignore[attr-defined]
        for leads in (False, True)
    }
    assert (tasks[False].min, tasks[False].max) == (0, 0)
    assert (tasks[True].min, tasks[True].max) == (2, 4)


def test_a_value_that_comes_of_following_is_explained_by_that_line(project: Project) -> None:
    found = explain(environment(project, "dr"), "services.web.tasks.max")
    assert found.value == 0
    assert str(found.origins[0].location).startswith("environments/site/dr.yaml:")
    assert (
        (project.root / "environments/site/dr.yaml")
        .read_text("utf-8")
        .splitlines()[found.origins[0].location.line - 1]
        .startswith("follows:")
    )


def test_nothing_runs_in_an_environment_that_waits_and_its_data_are_its_own(project: Project) -> None:
    path = project.root / "environments/site/dr.yaml"
    text = path.read_text("utf-8")
    jobs = project.root / "catalog/site/jobs"
    jobs.mkdir()
    (jobs / "tidy.yaml").write_text(JOB, encoding="utf-8")
    for line, is_still, is_copy in (
        ("", False, False),
        ("waits: true\n", True, False),
        ("follows: prod\n", True, True),
    ):
        path.write_text(text.replace("databases: {main: {readers: 0}}\nfollows: prod\n", line), encoding="utf-8")
        dr = environment(project, "dr")
        entries = {owner: entry.model_dump() for owner, entry in dr.every()}
        assert (entries["services/web"]["tasks"]["max"] == 0) is is_still
        assert (entries["jobs/tidy"]["schedules"] == {}) is is_still
        assert (entries["databases/main"]["readers"] == 0) is is_copy
        assert (dr.followed is not None) is is_copy


def test_what_waits_is_told_by_that_line(project: Project) -> None:
    path = project.root / "environments/site/dr.yaml"
    path.write_text(path.read_text("utf-8").replace("follows: prod", "waits: true"), encoding="utf-8")
    dr = environment(project, "dr")
    assert explain(dr, "services.web.tasks.max").origins[0].brought_by == "waits: true"
    found = parity(environment(project, "prod"), dr)
    expected = {one.path: one.expected for one in found.differences}
    assert expected["waits"] == expected["services.web.tasks.max"] == "dr waits: nothing runs there"


def test_what_the_file_says_goes_before_what_comes_of_following(project: Project) -> None:
    path = project.root / "environments/site/dr.yaml"
    path.write_text(f"{path.read_text('utf-8')}services: {{web: {{tasks: {{min: 1, max: 1}}}}}}\n", encoding="utf-8")
    tasks = environment(project, "dr").entries["services"]["web"].tasks  # type: ignore[attr-defined]
    assert (tasks.min, tasks.max) == (1, 1)


def test_the_other_environment_s_settings_are_those_of_its_file(project: Project) -> None:
    dr = environment(project, "dr")
    assert dr.primary is not None
    assert dr.followed is dr.primary
    assert (dr.primary.environment, dr.primary.region) == ("prod", "ap-northeast-1")
    assert environment(project, "prod").primary is None


def test_tasks_read_a_replica_by_both_forms_of_its_arn_and_no_key_is_for_it(project: Project) -> None:
    """Also where its name ends like an ARN: with a hyphen and six letters."""
    catalogue = project.root / "catalog/site"
    secret = (catalogue / "secrets/signing.yaml").read_text("utf-8").replace("name: signing", "name: app-secret")
    (catalogue / "secrets/app-secret.yaml").write_text(secret, encoding="utf-8")
    web = (catalogue / "services/web.yaml").read_text("utf-8")
    other = web[: web.index("database:")].replace("name: web", "name: login")
    (catalogue / "services/login.yaml").write_text(f"{other}uses: {{secrets/app-secret: {{}}}}\n", encoding="utf-8")
    known = "arn:aws:secretsmanager:ap-northeast-3:111122223333:secret:/site/prod/app-secret"
    for name, patterns in (("dr", f'["{known}-??????"]'), ("prod", None)):
        found = rendered(environment(project, name))
        [file] = (one for one, text in found.files.items() if 'module "service_login"' in text)
        call = found.call(file, "service_login")
        assert call.get("other_secret_arns") == patterns
        assert (f'"{known}:key::"' in call["secrets"]) == (name == "dr")
        assert ("secrets_kms_key_arn" in call) == (name == "prod")


def test_a_standby_runs_the_images_that_ecr_copies_and_makes_no_repository(project: Project) -> None:
    prod = project.root / "environments/site/prod.yaml"
    prod.write_text(f"{prod.read_text('utf-8')}account_settings: {{image_replication: ap-northeast-3}}\n", "utf-8")
    (project.root / "catalog/site/jobs").mkdir(exist_ok=True)
    (project.root / "catalog/site/jobs/tidy.yaml").write_text(JOB, "utf-8")
    dr = environment(project, "dr")
    found = rendered(dr)
    assert not [path for path, text in found.files.items() if "ecr_repository" in text]
    image = "ap-northeast-3.amazonaws.com/site-prod-web:"
    [file] = (path for path, text in found.files.items() if 'module "service_web"' in text)
    call = found.call(file, "service_web")
    assert image in call["image"]
    assert call["repository_arns"] == '["arn:aws:ecr:ap-northeast-3:111122223333:repository/site-prod-web"]'
    [held] = (one.held.has for one in holdings(environment(project, "prod"), dr) if one.owner == "services/web")
    assert held == "site-prod-web, into which ECR copies what is pushed in ap-northeast-1"
    [awaited] = {image for owner, image in images(draft(dr), file.partition("/")[0]) if owner == "jobs/tidy"}
    registry = "111122223333.dkr.ecr.ap-northeast-{}.amazonaws.com/site-prod-job-tidy:v1"
    assert (
        awaited.push
        == f"docker buildx imagetools create --prefer-index=false --tag {registry.format(3)} {registry.format(1)}"
    )


def test_a_copy_is_upgraded_before_its_source_and_stays_so_when_it_takes_over_meanwhile(project: Project) -> None:
    database = project.root / "catalog/site/databases/main.yaml"
    text = database.read_text("utf-8").replace('"16.15"', '"16.14"\nreaders_version: "16.15"')
    database.write_text(text, encoding="utf-8")
    dr = project.root / "environments/site/dr.yaml"
    for name, module, version in (
        ("prod", "rds_instance", "16.14"),
        ("dr", "rds_instance_copy", "16.15"),
        ("dr", "rds_instance", "16.15"),
    ):
        if module == "rds_instance" and name == "dr":
            dr.write_text(dr.read_text("utf-8").replace("follows: prod\n", ""), encoding="utf-8")
        call = rendered(environment(project, name)).call("data/database-main.tf", "database_main")
        assert call["source"] == f'"../modules/{module}"'
        assert call["engine_version"] == f'"{version}"'


def test_the_way_back_is_the_same_without_being_a_standby(project: Project) -> None:
    for name, old, new in (("dr", "follows: prod\n", ""), ("prod", "", "follows: dr\n")):
        path = project.root / f"environments/site/{name}.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    prod = environment(project, "prod")
    assert prod.followed is not None
    assert (prod.followed.region, prod.primary) == ("ap-northeast-3", None)
    database = prod.entries["databases"]["main"]
    assert (database.readers, database.multi_az) == (0, True)  # type: ignore[attr-defined]


def test_copies_of_objects_are_watched_in_the_region_that_has_the_metric(project: Project) -> None:
    files = [project.root / f"environments/site/{name}.yaml" for name in ("dr", "prod")]
    for file in files:
        file.write_text(file.read_text("utf-8") + "alarm_email: night@shop.com\n", encoding="utf-8")
    watched = {}
    for name, leads in (("prod", False), ("dr", False), ("dr", True)):
        found = environment(project, name, leads=leads)
        parts = [part.own for part in sound_parts(found) if part.owner == "buckets/files"]
        alarms = [own.watched.values() for own in parts if isinstance(own, AlarmsView)]
        watched[name, leads] = [(one.metric, one.threshold, one.dimensions) for some in alarms for one in some]
    both = {
        "SourceBucket": "site-prod-files-111122223333",
        "DestinationBucket": "site-prod-files-replica-111122223333",
        "RuleId": "all-objects",
    }
    assert watched == {
        ("prod", False): [("OperationsFailedReplication", 1, both)],
        ("dr", False): [("ReplicationLatency", 900, both)],
        ("dr", True): [],
    }
    text = files[1].read_text("utf-8")
    files[1].write_text(text.replace("rpo_hours: 1", "rpo_hours: 8"), encoding="utf-8")
    (own,) = [
        part.own
        for part in sound_parts(environment(project, "dr"))
        if part.owner == "buckets/files" and isinstance(part.own, AlarmsView)
    ]
    assert [one.threshold for one in own.watched.values()] == [7200]
