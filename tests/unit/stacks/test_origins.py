"""Origins of arguments: the field, and the line of the strongest layer that sets it (`test_fields` tries all)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.core.tracing import Read
from infragen.diagnostics import Location
from infragen.render.origins import FieldOrigin, Origins, _rank, _together
from tests.unit.stacks.systems import BFF, DATABASE, DEV, GATEWAY, SERVICE, SYSTEM, environment, rendered, service

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.systems import Rendered

FILES = {
    "system.yaml": SYSTEM + "defaults: {services: {scaling: {cpu: 70%}}, databases: {audit: {retention: 365 days}}}\n",
    "dev.yaml": DEV + "alarms: true\nload_balancer: {}\ndatabases: {main: {deletion_protection: true}}\n",
    "services/web.yaml": SERVICE
    + "database: main\ncalls:\n  shop: {access: api, why: it asks}\npromise: {response_time: 300 ms}\nspot: true\n",
    **service("shop"),
    "databases/main.yaml": DATABASE + "proxy: {}\nconnections: 50\n",
    "gateways/public.yaml": GATEWAY + "latency_p90: 500 ms\n",
    "bffs/shop.yaml": BFF,
}


@pytest.fixture
def made(tmp_path: Path) -> Rendered:
    return rendered(environment(tmp_path, FILES))


SERVICES, SHARED = "catalog/demo/services", "catalog/demo/system.yaml"
WRITTEN = (
    ("app/service-web.tf scaling_service_web max_tasks", "tasks.max", f"{SERVICES}/web.yaml:4"),
    ("app/service-web.tf service_web cpu", "sizes.normal", f"{SERVICES}/web.yaml:3"),
    ("app/service-web.tf service_web image", "image.tag", f"{SERVICES}/web.yaml:5"),
    ("app/service-web.tf service_web capacity_providers", "spot", f"{SERVICES}/web.yaml:10"),
    ("app/service-web.tf scaling_service_web target_percent cpu", "scaling.cpu", f"{SHARED}:4"),
    ("data/database-main.tf database_main engine_version", "release", "catalog/demo/databases/main.yaml:5"),
    ("data/database-main.tf database_main deletion_protection", "deletion_protection", "environments/demo/dev.yaml:7"),
    ("data/database-main.tf database_main audited", "audit", f"{SHARED}:4"),
    ("data/database-main.tf database_main log_exports audit", "audit.retention", f"{SHARED}:4"),
    ("network/network.tf vpc cidr_block", "network.cidr", "environments/demo/dev.yaml:4"),
    ("network/service-web.tf security_group_service_web egress service-shop", "calls.shop", f"{SERVICES}/web.yaml:8"),
    (
        "app/service-web.tf alarms_service_web alarms demo-dev-web-response-time",
        "promise.response_time",
        f"{SERVICES}/web.yaml:9",
    ),
    (
        "app/bff-shop.tf alarms_bff_shop alarms demo-dev-bff-shop-response-time",
        "latency_p90",
        "catalog/demo/gateways/public.yaml:8",
    ),
    (
        "app/database-main.tf alarms_database_main alarms demo-dev-database-main-connections",
        "connections",
        "catalog/demo/databases/main.yaml:8",
    ),
    ("edge/gateway-public.tf usage_plan_public requests_per_second", "limit", "catalog/demo/gateways/public.yaml:5"),
)
"""An argument, with its key; the field it comes from; the line of the strongest layer that sets it."""


@pytest.mark.parametrize(("argument", "field", "place"), WRITTEN, ids=[one[0] for one in WRITTEN])
def test_a_value_stands_where_the_strongest_layer_wrote_it(
    made: Rendered, argument: str, field: str, place: str
) -> None:
    path, call, name, *keys = argument.split()
    stack, _, file = path.partition("/")
    origin = made.origins.of(stack, file, call, [(name, next(iter(keys), None))])
    assert origin is not None
    assert origin.field == field
    assert f"{origin.location.file}:{origin.location.line}" == place


def test_of_several_arguments_the_one_that_people_change_counts(made: Rendered) -> None:
    def of(*arguments: str) -> str | None:
        pairs = [(argument, None) for argument in arguments]
        found = made.origins.of("app", "service-web.tf", "service_web", pairs)
        return found.field if found else None

    assert of("account_id", "region", "name", "capacity_providers") == "spot"
    assert of("account_id", "name") == "name"
    assert of("account_id", "region") is None
    assert of("image", "capacity_providers") is None
    assert of("container_name") is None


def test_fields_on_one_line_are_what_holds_them(made: Rendered) -> None:
    origin = made.origins.of(
        "data", "database-main.tf", "database_main", [("min_capacity", None), ("max_capacity", None)]
    )
    assert origin is not None
    assert (origin.field, origin.location.line) == ("capacity", 6)


def test_a_name_comes_from_the_first_field_that_sets_it(tmp_path: Path) -> None:
    for more, field in (
        ("", "name"),
        ("physical_name: site\n", "physical_name"),
        ("renamed_from: old\n", "renamed_from"),
    ):
        found = rendered(environment(tmp_path, {"services/web.yaml": SERVICE + more}))
        origin = found.origins.of("app", "service-web.tf", "service_web", [("name", None)])
        assert origin is not None
        assert origin.field == field


def test_an_argument_knows_whether_a_field_has_a_say(made: Rendered) -> None:
    def has(argument: str) -> bool:
        return made.origins.has_field("app", "service-web.tf", "service_web", argument)

    assert [has(one) for one in ("cpu", "image", "name", "container_name", "cluster_arn")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_an_own_field_goes_before_that_of_another_entry() -> None:
    own, other = (Read(owner, ("port",)) for owner in ("services/web", "services/shop"))
    assert _rank(own, "services/web") < _rank(other, "services/web")


def test_fields_on_several_lines_are_nothing_that_holds_them() -> None:
    least, most = (FieldOrigin(f"tasks.{name}", Location("web.yaml", line)) for name, line in (("min", 4), ("max", 5)))
    assert _together([least, most]) is None
    assert _together([least, FieldOrigin("tasks.max", least.location)]) == FieldOrigin("tasks", least.location)


SPOT, TAG = (Read("services/web", path, is_set=True) for path in (("spot",), ("image", "tag")))


@pytest.mark.parametrize(
    ("reads", "sides", "field"),
    [
        ((SPOT, TAG), ("a", "true"), None),  # any field may say `true`
        ((SPOT,), ("a", "true"), "spot"),
        ((Read("services/web", ("reason",), is_set=False),), ("a", "b"), None),  # it may have been taken away
        ((TAG,), ("a", "b"), "image.tag"),
    ],
)
def test_a_change_names_a_field_only_where_that_is_certain(
    made: Rendered,
    monkeypatch: pytest.MonkeyPatch,
    reads: tuple[Read, ...],
    sides: tuple[str, str],
    field: str | None,
) -> None:
    monkeypatch.setattr(Origins, "_asked", lambda *_: [(0, read) for read in reads])
    found = made.origins.of_change("app", "service-web.tf", "service_web", [("cpu", None)], sides)
    assert (found and found.field) == field


JOB = """\
name: closing
title: Closing
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
image: {tag: v1}
schedules:
  daily: {cron: "15 1 1 * ? *", why: the books of the day}
"""


def test_a_value_inside_another_is_told_from_what_stands_beside_it(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"jobs/closing.yaml": JOB})).origins
    key = [("schedules", "daily")]
    sides = '"cron(15 1 * * ? *)"', '"cron(15 1 1 * ? *)"'
    origin = found.of_change("app", "job-closing.tf", "job_closing", key, sides)
    assert origin is not None
    assert origin.field == "schedules.daily.cron"
    worked_out = found.of_change("app", "job-closing.tf", "job_closing", key, ('"a"', '"b"'))
    assert worked_out is not None
    assert worked_out.field == "schedules.daily"
