"""Jobs: tasks that end, what starts them, and what nothing of a service is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.build_context import BuildContext
from infragen.hcl.index import Index
from infragen.kinds.jobs import KIND
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

JOB = """\
name: report
title: Report
sizes: {normal: {cpu: 0.5 vCPU, memory: 1 GB}}
image: {tag: v1}
"""
NIGHTLY = 'schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}\n'
FILE = "app/job-report.tf"


def job(folder: Path, more: str = "", **files: str) -> Environment:
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    return environment(folder, {"jobs/report.yaml": JOB + more, **named})


def test_a_job_is_a_task_and_no_service(tmp_path: Path) -> None:
    found = rendered(job(tmp_path))
    call = found.call(FILE, "job_report")
    assert call["source"] == '"../modules/ecs_job"'
    assert (call["name"], call["log_group_name"]) == ('"demo-dev-job-report"', '"/demo/dev/job/report"')
    assert not {"tasks", "initial_tasks", "port", "schedules", "timezone", "schedules_role_name"} & set(call)
    made = {block.address for block in Index(found.files["modules/ecs_job/main.tf"]).blocks if block.kind == "resource"}
    assert "aws_ecs_task_definition.this" in made
    assert not {address for address in made if address.startswith(("aws_ecs_service.", "aws_lb", "aws_service_"))}
    assert "alarms_job_report" not in "".join(found.files.values())


def test_its_schedules_are_in_the_time_zone_of_the_system(tmp_path: Path) -> None:
    call = rendered(job(tmp_path, NIGHTLY)).call(FILE, "job_report")
    assert "cron(0 3 * * ? *)" in call["schedules"]
    assert "nobody works" in call["schedules"]
    assert call["timezone"] == '"UTC"'
    assert call["schedule_group_name"] == '"demo-dev-job-report"'
    assert call["schedules_role_name"] == '"demo-dev-job-report-schedules"'
    assert call["capacity_provider"] == '"FARGATE"'


def test_what_takes_longer_than_its_time_limit_is_ended_by_an_essential_container_beside_it(tmp_path: Path) -> None:
    more = "command: [bin/report]\nenvironment: {LEVEL: info}\ntime_limit: 4 h\n"
    [(name, limit)] = rendered(job(tmp_path / "new", more)).items(FILE, "job_report", "sidecars").items()
    assert (name, limit["essential"], limit["stop_timeout"]) == ("time-limit", "true", "2")
    assert "sleep" in limit["entry_point"]
    assert "14400" in limit["command"]
    assert "environment" not in limit
    own = (
        more + "sidecars: {time-limit: {image: 'public.ecr.aws/docker/library/busybox:1.37', command: [sleep, '9']}}\n"
    )
    [replaced] = rendered(job(tmp_path / "own", own)).items(FILE, "job_report", "sidecars").values()
    assert "busybox:1.37" in replaced["image"]
    assert "entry_point" not in replaced


def test_it_reaches_what_it_uses_and_nobody_reaches_it(tmp_path: Path) -> None:
    uses = "uses: {databases/main: {prefix: DATABASE}}\n"
    found = rendered(job(tmp_path, uses, databases__main=DATABASE.replace("name: order", "name: main")))
    group = found.call("network/job-report.tf", "security_group_job_report")
    assert "security_group_database_main" in group["egress"]
    assert "ingress" not in group
    assert "DATABASE_HOST" in found.call(FILE, "job_report")["environment"]


def test_where_there_are_alarms_one_tells_that_it_was_not_started(tmp_path: Path) -> None:
    alarms = DEV + "alarms: true\n"
    assert not [
        path for path in rendered(job(tmp_path / "a", "", dev=alarms)).files if "job-report" in path and "alarm" in path
    ]
    found = rendered(job(tmp_path / "b", NIGHTLY, dev=alarms))
    (call,) = (
        found.call(path, "alarms_job_report")
        for path in found.files
        if 'module "alarms_job_report"' in found.files[path]
    )
    assert "InvocationDroppedCount" in call["alarms"]
    assert 'ScheduleGroup = "demo-dev-job-report"' in call["alarms"]


def test_it_has_addresses_and_quotas_for_each_schedule_and_costs_what_it_uses(tmp_path: Path) -> None:
    both = NIGHTLY.replace("nightly:", 'monthly: {cron: "0 4 1 * ? *", why: the month is over}, nightly:')
    of = job(tmp_path, both, services__web=SERVICE)
    one = of.find("jobs/report")
    ctx = BuildContext(of, in_force(of)).of("jobs/report")
    assert [quota.need(one, ctx) for quota in KIND.quotas] == [1, 0]
    costs = list(KIND.cost.monthly(one, ctx))
    assert {cost.units for cost in costs} == {None}
    assert [cost.what for cost in costs][:2] == ["0.5 vCPU while it runs", "1 GB while it runs"]
