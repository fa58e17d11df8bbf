from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.stacks import observability
from tests.unit.stacks.conftest import environment_of
from tests.unit.stacks.test_services import change, module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infragen.core.landscape import Environment


def test_everything_that_runs_is_watched(
    each_environment: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    files = rendered(each_environment, observability.build)

    watched = {path.removeprefix("observability/") for path in files if not path.startswith("modules/")}
    assert {f"service-{name}.tf" for name in each_environment.services} <= watched
    assert {f"bff-{name}.tf" for name in each_environment.bffs} <= watched
    assert {f"database-{name}.tf" for name in each_environment.databases} <= watched
    assert {f"gateway-{name}.tf" for name in each_environment.gateways} <= watched


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("service-order", "3"),
        ("service-customer", "0.1"),
        ("service-auth", "0.1"),
        ("service-master", "0.05"),
        ("service-planning", "0.2"),
        ("bff-web", "0.5"),
    ],
)
def test_a_promise_is_an_alarm(
    prod: Environment, rendered: Callable[..., dict[str, str]], path: str, seconds: str
) -> None:
    alarm = module(rendered(prod, observability.build)[f"observability/{path}.tf"], r"response_time_alarm_\w+")

    assert f"response_seconds         = {seconds}\n" in alarm


def test_an_alert_that_waits_longer_than_promised_is_an_alarm(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    text = rendered(prod, observability.build)["observability/service-alert.tf"]

    assert "age_seconds      = 30\n" in module(text, "queue_alarms_alert")


def test_gateways_are_watched_for_their_promises(prod: Environment, rendered: Callable[..., dict[str, str]]) -> None:
    files = rendered(prod, observability.build)

    for gateway, milliseconds in (("external", 500), ("internal", 200)):
        alarm = module(files[f"observability/gateway-{gateway}.tf"], f"latency_alarm_{gateway}")
        assert f"latency_milliseconds = {milliseconds}\n" in alarm
    assert "latency_alarm" not in files["observability/gateway-management.tf"]


def test_replica_lag_is_watched_where_there_are_readers(
    prod: Environment, dev: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    assert "replica_alarms_planning" in rendered(prod, observability.build)["observability/database-planning.tf"]
    assert "replica_alarms_planning" not in rendered(dev, observability.build)["observability/database-planning.tf"]


def test_the_document_s_figures_are_the_database_s_thresholds(
    prod: Environment, rendered: Callable[..., dict[str, str]]
) -> None:
    alarms = module(rendered(prod, observability.build)["observability/database-planning.tf"], r"database_alarms_\w+")

    assert re.search(r"connections +=\s+50\n", alarms)
    assert re.search(r"volume_bytes +=\s+150000000000\n", alarms)


def test_people_get_mail_where_an_address_is_given(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    assert "alerts_email" not in rendered(environment_of(project, "dev"), observability.build)["observability/main.tf"]
    file = project / "environments/technova/dev.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "alarm_email: platform@technova.example\n", encoding="utf-8")
    text = rendered(environment_of(project, "dev"), observability.build)["observability/main.tf"]

    assert 'addresses = ["platform@technova.example"]' in text


def test_what_is_switched_off_is_not_watched(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    change(project, "services/manufacturing/planning", ("tasks: {min: 2, max: 8}", "tasks: {min: 0, max: 0}"))

    assert "observability/service-planning.tf" not in rendered(environment_of(project, "prod"), observability.build)


def test_renamed_entries_move_their_alarms(project: Path, rendered: Callable[..., dict[str, str]]) -> None:
    change(project, "services/sales/customer", ("name: customer\n", "name: client\nrenamed_from: customer\n"))
    file = project / "catalog/technova/services/sales/customer.yaml"
    file.rename(file.with_name("client.yaml"))
    for bff in ("internal", "web"):
        change(project, f"bffs/{bff}", ("  customer:", "  client:"))
    own = rendered(environment_of(project, "prod"), observability.build)["observability/service-client.tf"]

    labels = set(re.findall(r'^module "([^"]+)"', own, flags=re.MULTILINE))
    assert set(re.findall(r"  to   = module\.(\w+)", own)) == labels
    assert 'alarm_prefix   = "technova-prod-customer"' in own
