"""Outside working hours tasks go to none, databases are stopped, and what is billed is less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.stacks.costs import estimate

from .systems import DEV, SERVICE, environment, rendered, service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TOKYO = {"system.yaml": "schema: 1\nname: demo\ntitle: Demo\ntime_zone: Asia/Tokyo\n"}
RDS = 'name: main\ntitle: Main\nengine: postgresql\nversion: "17"\nsize: db.t4g.micro\n'


def hours(days: str = "mon-fri", start: str = "08:00", end: str = "20:00", more: str = "") -> dict[str, str]:
    working = f'working_hours: {{days: {days}, start: "{start}", end: "{end}", why: nobody tests at night}}\n'
    return {**TOKYO, "dev.yaml": f"{DEV}{working}{more}"}


def timetable(tmp_path: Path, files: Mapping[str, str], name: str = "service_web") -> dict[str, tuple[str, int, int]]:
    """What moves the tasks of a service, by the name of the scheduled action: when, at least, at most."""
    call = rendered(environment(tmp_path, files)).call(f"app/{name.replace('_', '-')}.tf", f"scaling_{name}")
    assert call["timezone"] == '"Asia/Tokyo"'
    entries = re.findall(
        r'(\w+) = \{\s+expression = "cron\(([^)]+)\)"\s+max_tasks  = (\d+)\s+min_tasks  = (\d+)', call["schedules"]
    )
    return {name: (cron, int(least), int(most)) for name, cron, most, least in entries}


def scaled(*schedules: str, tasks: str = "{min: 2, max: 20}") -> dict[str, str]:
    text = SERVICE.replace("{min: 1, max: 2}", tasks) + "scaling:\n  cpu: 70 %\n"
    listed = "".join(f"    {one}\n" for one in schedules)
    return {"services/web.yaml": f"{text}  schedules:\n{listed}" if schedules else text}


def test_a_service_goes_to_no_task_in_the_evening_and_comes_back_in_the_morning(tmp_path: Path) -> None:
    assert timetable(tmp_path, {**hours(), **scaled()}) == {
        "working_hours_end": ("0 20 ? * MON-FRI *", 0, 0),
        "working_hours_start": ("0 8 ? * MON-FRI *", 2, 20),
    }


def test_what_nothing_scales_is_stopped_too_and_comes_back_with_its_number(tmp_path: Path) -> None:
    files = {**hours(), "workers/mail.yaml": SERVICE.replace("web", "mail").replace("max: 2", "max: 9")}
    assert timetable(tmp_path, files, "worker_mail")["working_hours_start"] == ("0 8 ? * MON-FRI *", 1, 1)
    made = rendered(environment(tmp_path / "more", files))
    assert made.call("app/worker-mail.tf", "worker_mail")["source"] == '"../modules/ecs_service_extended"'
    assert made.call("app/worker-mail.tf", "scaling_worker_mail")["max_tasks"] == "1"


def test_what_is_switched_off_stays_off(tmp_path: Path) -> None:
    files = {**hours(), "services/web.yaml": SERVICE.replace("{min: 1, max: 2}", "{min: 0, max: 0}")}
    assert "scaling_service_web" not in rendered(environment(tmp_path, files)).files["app/service-web.tf"]


def test_a_schedule_due_when_or_before_the_hours_begin_moves_to_their_start(tmp_path: Path) -> None:
    """DT-05 and DT-16 together: 5 to 15 tasks at 08:00, 2 to 20 at 10:00, and nobody there before 08:00."""
    own = (
        'early: {cron: "30 6 ? * MON *", min: 7, max: 7, why: deliveries}',
        'opening: {cron: "0 8 ? * MON-FRI *", min: 5, max: 15, why: everybody signs in}',
        'usual: {cron: "0 10 ? * MON-FRI *", min: 2, max: 20, why: everybody has}',
        'night: {cron: "0 22 * * ? *", min: 1, max: 1, why: nobody comes}',
    )
    assert timetable(tmp_path, {**hours(), **scaled(*own)}) == {
        "usual": ("0 10 ? * MON-FRI *", 2, 20),
        "working_hours_end": ("0 20 ? * MON-FRI *", 0, 0),
        "working_hours_start": ("0 8 ? * MON-FRI *", 5, 15),
    }


def test_days_that_begin_otherwise_have_a_start_of_their_own(tmp_path: Path) -> None:
    own = (
        'monday: {cron: "0 7 ? * MON *", min: 4, why: the week begins}',
        'usual: {cron: "0 12 ? * MON-FRI *", min: 2, why: it has begun}',
    )
    assert timetable(tmp_path, {**hours(), **scaled(*own)}) == {
        "usual": ("0 12 ? * MON-FRI *", 2, 20),
        "working_hours_end": ("0 20 ? * MON-FRI *", 0, 0),
        "working_hours_start_mon": ("0 8 ? * MON *", 4, 20),
        "working_hours_start_tue_wed_thu_fri": ("0 8 ? * TUE-FRI *", 2, 20),
    }


@pytest.mark.parametrize(
    ("given", "start", "stop"),
    [
        (("mon-fri", "08:00", "20:00"), "30 7 ? * MON-FRI *", "10 20 ? * MON-FRI *"),
        (("mon-fri", "00:10", "23:55"), "40 23 ? * SUN-THU *", "5 0 ? * TUE-SAT *"),
        (("mon-sun", "06:00", "22:00"), "30 5 * * ? *", "10 22 * * ? *"),
        (("sat", "09:00", "12:00"), "30 8 ? * SAT *", "10 12 ? * SAT *"),
    ],
)
def test_databases_start_half_an_hour_before_tasks_and_stop_ten_minutes_after_them(
    tmp_path: Path, given: tuple[str, str, str], start: str, stop: str
) -> None:
    files = {**hours(*given), "databases/main.yaml": RDS}
    call = rendered(environment(tmp_path, files)).call("app/working-hours.tf", "working_hours")
    assert (call["start"], call["stop"], call["timezone"]) == (f'"cron({start})"', f'"cron({stop})"', '"Asia/Tokyo"')
    for said in (
        'actions = ["rds:StartDBInstance", "rds:StopDBInstance"]',
        "arn   = local.data.database_main_arn",
        "DbInstanceIdentifier = local.data.database_main_identifier",
        'stop  = "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance"',
    ):
        assert said in call["stopped"]


def test_a_cluster_is_stopped_as_a_whole_and_a_lead_is_taken_as_it_is_given(tmp_path: Path) -> None:
    aurora = RDS.replace("postgresql", "aurora-postgresql").replace("t4g.micro", "r6g.large") + "readers: 1\n"
    files = hours(more="")
    files["dev.yaml"] = files["dev.yaml"].replace("why:", "lead: 1 h, why:")
    made = rendered(environment(tmp_path, {**files, "databases/main.yaml": aurora}))
    call = made.call("app/working-hours.tf", "working_hours")
    assert call["start"] == '"cron(0 7 ? * MON-FRI *)"'
    assert "DbClusterIdentifier = local.data.database_main_cluster_identifier" in call["stopped"]
    assert "aws-sdk:rds:startDBCluster" in call["stopped"]


def test_alarms_keep_their_state_while_nothing_is_measured(tmp_path: Path) -> None:
    watched = "alarms: true\ncontainer_insights: true\n"
    files = {"databases/main.yaml": RDS, **service("shop")}
    always = "".join(rendered(environment(tmp_path / "1", {**files, "dev.yaml": f"{DEV}{watched}"})).bodies().values())
    by_day = "".join(rendered(environment(tmp_path / "2", {**files, **hours(more=watched)})).bodies().values())
    assert always.count('= "missing"') == by_day.count('= "ignore"') > 0
    assert '= "missing"' not in by_day
    assert "-running-tasks" in always
    assert "-running-tasks" not in by_day


def test_what_is_billed_by_the_hour_is_billed_for_the_hours_and_disks_all_the_time(tmp_path: Path) -> None:
    files = {"databases/main.yaml": RDS + "storage: {size: 100 GB}\n"}
    always = estimate(environment(tmp_path / "1", {**files, "dev.yaml": DEV}))
    by_day = estimate(environment(tmp_path / "2", {**files, **hours()}))

    def units(of: object, price: str) -> float:
        return sum(float(one.cost.units or 0) for one in of.lines if one.cost.price == price)  # type: ignore[attr-defined]

    for price, running in (("fargate-vcpu", 60), ("fargate-memory", 60), ("postgresql-instance", 63 + 1 / 3)):
        assert units(by_day, price) == pytest.approx(units(always, price) * running / 168)
    assert units(by_day, "database-storage") == units(always, "database-storage") == 100
