"""What terraform plans for TechNova's production is what the document says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from . import technova as t
from .planned import PREFIX, Resource, by_value, of_type, one, task_size, waited_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.terraform

IDS = {"ids": lambda row: row.name}


def scaling_id(service: t.Service) -> str:
    return f"service/{PREFIX}-{service.domain}/{PREFIX}-{service.name}"


def sizes(resources: list[Resource]) -> dict[str, tuple[int, int]]:
    return {
        family: task_size(task) for family, task in by_value(resources, "aws_ecs_task_definition", "family").items()
    }


SIZE = re.compile(r"^  (cpu|memory|tmp_size) += (\d+)$", re.MULTILINE)
"""Of a service: the arguments of its module, which stand nowhere else at this depth; all are its task definition's."""


def rendered_sizes(files: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Return what the files of services ask for."""
    found = {}
    for path, text in files.items():
        if path.startswith("services-") and "/service-" in path:
            asked = dict(SIZE.findall(text))
            name = path.partition("/service-")[2].removesuffix(".tf")
            found[f"{PREFIX}-{name}"] = (int(asked["cpu"]), int(asked["memory"]))
    return found


def expected_sizes(*, peak: bool) -> dict[str, tuple[int, int]]:
    expected = {}
    for service in t.SERVICES:
        of = t.sizes_of(service.name)
        usual = "normal" if "normal" in of else "fixed"
        (profile,) = (set(of) - {usual} or {usual}) if peak else {usual}
        expected[f"{PREFIX}-{service.name}"] = (of[profile].cpu_units, of[profile].memory_mb)
    return expected


def only(names: dict[str, tuple[int, int]], expected: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {name: size for name, size in names.items() if name in expected}


def test_an_ordinary_day_runs_every_service_at_its_usual_size(
    ordinary_day: list[Resource], ordinary_files: Mapping[str, str]
) -> None:
    expected = expected_sizes(peak=False)
    assert only(sizes(ordinary_day), expected) == expected
    assert rendered_sizes(ordinary_files) == expected, "what is planned is what the files of the services ask for"


def test_a_peak_runs_every_service_at_its_peak_s_size(every_peak: Mapping[str, str]) -> None:
    assert rendered_sizes(every_peak) == expected_sizes(peak=True)


def test_nothing_runs_but_services_and_bffs(ordinary_day: list[Resource]) -> None:
    services = {f"{PREFIX}-{service.name}" for service in t.SERVICES}
    bffs = {f"{PREFIX}-bff-{bff.name}" for bff in t.BFFS}
    assert set(sizes(ordinary_day)) == services | bffs


def test_a_peak_changes_sizes_and_nothing_else(
    ordinary_files: Mapping[str, str], every_peak: Mapping[str, str]
) -> None:
    def rest(files: Mapping[str, str]) -> dict[str, str]:
        return {path: SIZE.sub(r"\1", text) if "/service-" in path else text for path, text in files.items()}

    assert rest(every_peak) == rest(ordinary_files)


def test_every_domain_has_its_own_cluster(ordinary_day: list[Resource]) -> None:
    names = {resource.values["name"] for resource in of_type(ordinary_day, "aws_ecs_cluster")}
    assert names == {f"{PREFIX}-{domain.name}" for domain in t.DOMAINS}


@pytest.mark.parametrize("row", t.SERVICES, **IDS)
def test_a_service_s_task_limits_are_the_document_s(row: t.Service, ordinary_day: list[Resource]) -> None:
    target = by_value(ordinary_day, "aws_appautoscaling_target", "resource_id")[scaling_id(row)]
    assert (target.values["min_capacity"], target.values["max_capacity"]) == (row.min_tasks, row.max_tasks)


@pytest.mark.parametrize("row", t.SERVICES, **IDS)
def test_a_service_scales_on_the_document_s_cpu_and_memory(row: t.Service, ordinary_day: list[Resource]) -> None:
    targets = {}
    for policy in of_type(ordinary_day, "aws_appautoscaling_policy"):
        tracking = policy.values["target_tracking_scaling_policy_configuration"]
        if (
            policy.values.get("resource_id") == scaling_id(row)
            and tracking
            and tracking[0]["predefined_metric_specification"]
        ):
            metric = one(one(tracking)["predefined_metric_specification"])["predefined_metric_type"]
            targets[metric] = one(tracking)["target_value"]
    assert targets == {
        "ECSServiceAverageCPUUtilization": t.PLATFORM.cpu_target_percent,
        "ECSServiceAverageMemoryUtilization": t.PLATFORM.memory_target_percent,
    }


def test_the_clusters_are_exactly_the_document_s(ordinary_day: list[Resource]) -> None:
    clusters = by_value(ordinary_day, "aws_rds_cluster", "cluster_identifier")
    assert set(clusters) == {row.cluster for row in t.DATABASES}


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_a_cluster_has_a_writer_and_the_document_s_readers(row: t.Database, ordinary_day: list[Resource]) -> None:
    instances = of_type(ordinary_day, "aws_rds_cluster_instance")
    own = [instance for instance in instances if instance.values["cluster_identifier"] == row.cluster]
    assert len(own) == 1 + row.readers
    assert {instance.values["instance_class"] for instance in own} == {"db.serverless"}


def test_there_are_no_other_instances(ordinary_day: list[Resource]) -> None:
    assert len(of_type(ordinary_day, "aws_rds_cluster_instance")) == t.TOTALS.clusters + t.TOTALS.readers


def test_a_proxy_gets_its_cluster_once_the_instances_are_there(ordinary_plan: Path) -> None:
    """RDS refuses to register a cluster whose instances are being created."""
    targets = waited_for(ordinary_plan, "aws_db_proxy_target")
    assert len(targets) == t.TOTALS.clusters
    assert all({"aws_rds_cluster", "aws_rds_cluster_instance"} <= made_before for made_before in targets)


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_a_cluster_s_capacity_backups_and_protection_are_the_document_s(
    row: t.Database, ordinary_day: list[Resource]
) -> None:
    values = by_value(ordinary_day, "aws_rds_cluster", "cluster_identifier")[row.cluster].values
    capacity = one(values["serverlessv2_scaling_configuration"])
    assert t.PLATFORM.acu_min <= capacity["min_capacity"] < capacity["max_capacity"] <= t.PLATFORM.acu_max
    assert values["backup_retention_period"] == t.PLATFORM.backup_days
    assert values["storage_encrypted"] is True
    assert values["iam_database_authentication_enabled"] is True
    assert values["engine"] == "aurora-mysql"
    assert values["engine_version"].startswith("8.0.mysql_aurora.")


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_a_cluster_refuses_connections_without_tls_and_audits_all_of_them(
    row: t.Database, ordinary_day: list[Resource]
) -> None:
    clusters = by_value(ordinary_day, "aws_rds_cluster", "cluster_identifier")
    groups = by_value(ordinary_day, "aws_rds_cluster_parameter_group", "name")
    group = groups[clusters[row.cluster].values["db_cluster_parameter_group_name"]]
    parameters = {parameter["name"]: parameter["value"] for parameter in group.values["parameter"]}
    assert parameters["require_secure_transport"] == "ON"
    assert parameters["server_audit_logging"] == "1"
    assert "audit" in clusters[row.cluster].values["enabled_cloudwatch_logs_exports"]


@pytest.mark.parametrize("row", t.GATEWAYS, **IDS)
def test_a_gateway_lets_a_key_ask_as_often_as_the_document_says(row: t.Gateway, ordinary_day: list[Resource]) -> None:
    rates = {
        one(plan.values["throttle_settings"])["rate_limit"]
        for plan in of_type(ordinary_day, "aws_api_gateway_usage_plan")
        if plan.values["name"].startswith(f"{PREFIX}-{row.name}")
    }
    assert rates == {row.per_second}


def test_there_are_no_other_limits(ordinary_day: list[Resource]) -> None:
    plans = {plan.values["name"] for plan in of_type(ordinary_day, "aws_api_gateway_usage_plan")}
    assert all(any(name.startswith(f"{PREFIX}-{row.name}") for row in t.GATEWAYS) for name in plans)


def test_tasks_have_no_public_address(ordinary_day: list[Resource]) -> None:
    services = of_type(ordinary_day, "aws_ecs_service")
    assert len(services) == len(t.SERVICES) + len(t.BFFS)
    assert not any(one(service.values["network_configuration"])["assign_public_ip"] for service in services)
