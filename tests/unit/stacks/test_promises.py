"""Promises: what tells when one is broken, whom, and what limits it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project
from infragen.environment import environments
from infragen.report import promises as report
from infragen.stacks.promises import promises_of
from infragen.workflow.target import resolve_one
from tests.conftest import ROOT
from tests.unit.stacks.systems import DATABASE, DEV, GATEWAY, SERVICE, environment

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.stacks.promises import Promise

PROJECT = Project.find(ROOT)
BALANCED = DEV + "alarms: true\nload_balancer: {}\n"


def of(root: Path, settings: str = BALANCED, **files: str) -> dict[tuple[str, str], Promise]:
    found = promises_of(environment(root, {"dev.yaml": settings, **files})).promises
    return {(one.owner, ".".join(one.promised.field)): one for one in found}


def words(one: Promise) -> set[tuple[str, str]]:
    return {(told.owner, told.signal.what) for told in one.told}


def test_a_promise_is_told_by_its_alarms_to_who_hears_them(tmp_path: Path) -> None:
    said = "promise: {response_time: 300 ms, availability: 99.9 %}\n"
    found = of(tmp_path, BALANCED + "alarm_email: ops@example.com\n", **{"services/web.yaml": SERVICE + said})
    fast = found["services/web", "promise.response_time"]
    assert words(fast) == {("services/web", "response-time")}
    assert {told.signal.hears for told in fast.told} == {("ops@example.com",)}
    assert fast.promised.limits == ("2 tasks",)
    there = found["services/web", "promise.availability"]
    assert words(there) == {("services/web", "error-budget-fast"), ("services/web", "error-budget-slow")}
    assert there.is_watched


def test_where_the_mesh_measures_calls_the_step_is_said_from_which_slow_ones_are_told(tmp_path: Path) -> None:
    """Envoy counts in steps: what it calls 500 ms may have taken 300."""
    other = SERVICE.replace("name: web", "name: shop") + "calls: {web: {access: read, why: prices}}\n"
    files = {"services/web.yaml": SERVICE + "promise: {response_time: 300 ms}\n", "services/shop.yaml": other}
    found = of(tmp_path, DEV + "alarms: true\nmesh: {encrypted: true}\n", **files)
    says = found["services/web", "promise.response_time"].promised.says
    assert says == "p90 of its answers take 300 ms or less (in the mesh, slower ones are told above 500 ms)"


def test_what_nobody_hears_is_not_watched(tmp_path: Path) -> None:
    said = "promise: {response_time: 300 ms}\nalarms: {response-time: none}\n"
    assert not of(tmp_path, **{"services/web.yaml": SERVICE + said})["services/web", "promise.response_time"].is_watched


def test_a_database_is_missed_by_the_services_that_use_it(tmp_path: Path) -> None:
    files = {
        "services/web.yaml": SERVICE + "database: main\npromise: {availability: 99.9 %}\n",
        "databases/main.yaml": DATABASE + "availability: 99.9 %\n",
    }
    assert words(of(tmp_path, **files)["databases/main", "availability"]) == {
        ("services/web", "error-budget-fast"), ("services/web", "error-budget-slow"),
    }  # fmt: skip


def test_a_load_of_the_document_is_told_by_nothing(tmp_path: Path) -> None:
    said = "volumes: {devices: {figure: 8000, what: all at once}}\n"
    found = of(tmp_path, **{"services/web.yaml": SERVICE + said})["services/web", "volumes.devices.figure"]
    assert (found.promised.says, found.told) == ("carries 8000: all at once", ())


@pytest.mark.parametrize(
    ("volume", "limits"),
    [
        ("figure: 8000, what: all at once", ["2 to 4 tasks"]),
        ("figure: a lot, what: all at once", ["2 to 4 tasks"]),
        ("figure: 8000, what: all, counts: connections", ["2 to 4 tasks: 4,000 to 2,000 each"]),
        ("figure: 8000, what: all, each_task: 3000", ["4 tasks x 3,000 each = 12,000", "2 to 4 tasks"]),
        ('figure: "8,640 to 86,400 a day", what: all', ["1 a second on average; 2 to 4 tasks"]),
        ("figure: 864 GB a day, what: all", ["10 MB a second on average; 2 to 4 tasks: 5 to 2.5 each"]),
        ("figure: 1000, what: all, counts: rows", ["0.5 GB of memory of a task, 524 KB for each of them"]),
    ],
)
def test_a_load_is_set_beside_what_its_tasks_are(tmp_path: Path, volume: str, limits: list[str]) -> None:
    service = re.sub(r"tasks: .*", "tasks: {min: 2, max: 4}", SERVICE)
    found = of(tmp_path, **{"services/web.yaml": f"{service}volumes: {{load: {{{volume}}}}}\n"})
    assert list(found["services/web", "volumes.load.figure"].promised.limits) == limits


def test_the_declared_throughput_is_limited_by_each_key_and_stage(tmp_path: Path) -> None:
    files = {
        "system.yaml": "schema: 1\nname: demo\ntitle: Demo\ndeclared: {throughput: 6000 req/min}\n",
        "gateways/public.yaml": GATEWAY,
    }
    stated = of(tmp_path, **files)["system", "declared.throughput"].promised
    assert stated.says == "6000 req/min (100.00 a second)"
    assert any("a second" in limit and limit.startswith("gateways/public: ") for limit in stated.limits)
    assert "gateways/public: its stage takes 100.00 a second" in stated.limits


@pytest.mark.parametrize(
    "target", [f"{system}/{name}" for system in PROJECT.systems() for name in environments(PROJECT, system)]
)
def test_what_a_committed_production_environment_promises_its_callers_is_watched(target: str) -> None:
    _, found = resolve_one(PROJECT, target)
    promises = promises_of(found)
    if found.settings.production and found.settings.standby_of is None:
        times = [one for one in promises.promises if one.promised.told_by]
        assert [(one.owner, one.promised.field) for one in times if not one.is_watched] == []


def test_every_format_names_each_promise(tmp_path: Path) -> None:
    files = {"services/web.yaml": SERVICE + "promise: {response_time: 300 ms}\n"}
    found = promises_of(environment(tmp_path, {"dev.yaml": BALANCED, **files}))
    assert "services/web promise.response_time: p90 of its answers take 300 ms or less" in report.text(found)
    assert "| services/web | p90 of its answers take 300 ms or less |" in report.markdown(found)
    assert '"field": "promise.response_time"' in report.as_json(found)
