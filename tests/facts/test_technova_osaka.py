"""TN-02 and TN-09: what terraform plans for TechNova's Osaka, and what people do, is what the document says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from ipaddress import ip_network
from typing import Any

import pytest

from tests.offline_plans import ROOT, offline_plan

from . import technova as t
from .planned import Resource, by_value, of_type, planned_resources

pytestmark = pytest.mark.terraform

TOKYO, OSAKA = t.PLATFORM.primary_region, t.PLATFORM.recovery_region


@pytest.fixture(scope="session")
def osaka(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for Osaka."""
    return planned_resources(offline_plan(tmp_path_factory, "technova/osaka"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for prod, which stands in Tokyo."""
    return planned_resources(offline_plan(tmp_path_factory, "technova/prod"))


def book(action: str) -> Any:
    command = [sys.executable, "-m", "infragen", "runbook", "technova/prod", action, "--format", "json"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def commands(told: Any, phase: str) -> list[str]:
    return [one["command"] for step in told["steps"] if step["phase"] == phase for one in step["commands"]]


def copy_of(cluster: str) -> str:
    return cluster.replace("-prod-", "-osaka-")


def test_tn_02_every_cluster_has_a_copy_in_osaka_of_one_instance(osaka: list[Resource]) -> None:
    clusters = by_value(osaka, "aws_rds_cluster", "cluster_identifier")
    assert set(clusters) == {copy_of(row.cluster) for row in t.DATABASES}
    assert len(clusters) == t.TOTALS.clusters
    instances = [one.values["cluster_identifier"] for one in of_type(osaka, "aws_rds_cluster_instance")]
    assert sorted(instances) == sorted(clusters)


def test_tn_02_osaka_has_a_network_of_its_own(osaka: list[Resource], prod: list[Resource]) -> None:
    [there], [here] = (of_type(planned, "aws_vpc") for planned in (osaka, prod))
    assert not ip_network(there.values["cidr_block"]).overlaps(ip_network(here.values["cidr_block"]))
    zones = {subnet.values["availability_zone"] for subnet in of_type(osaka, "aws_subnet")}
    assert {zone[:-1] for zone in zones} == {OSAKA}
    assert len(zones) == 3


def test_tn_02_five_clusters_and_every_service_is_there_at_no_task(osaka: list[Resource]) -> None:
    assert len(of_type(osaka, "aws_ecs_cluster")) == len(t.DOMAINS) == 5
    services = by_value(osaka, "aws_ecs_service", "name")
    assert {f"technova-osaka-{row.name}" for row in t.SERVICES} <= set(services)
    assert len(services) == len(t.SERVICES) + len(t.BFFS)
    assert {one.values["desired_count"] for one in services.values()} == {0}
    assert not of_type(osaka, "aws_appautoscaling_target")


def test_tn_02_gateways_are_there_with_keys_of_their_own(osaka: list[Resource], prod: list[Resource]) -> None:
    def named(planned: list[Resource], kind: str) -> set[str]:
        return {one.values["name"] for one in of_type(planned, kind)}

    for kind in ("aws_api_gateway_rest_api", "aws_api_gateway_api_key"):
        assert named(osaka, kind) == {copy_of(name) for name in named(prod, kind)}
    assert len(of_type(osaka, "aws_api_gateway_rest_api")) == len(t.GATEWAYS)


def test_tn_02_images_are_copied_to_osaka(osaka: list[Resource], prod: list[Resource]) -> None:
    [copied] = of_type(prod, "aws_ecr_replication_configuration")
    [rule] = copied.values["replication_configuration"][0]["rule"]
    assert [one["region"] for one in rule["destination"]] == [OSAKA]
    assert not of_type(osaka, "aws_ecr_repository")
    files = (ROOT / "generated/technova/osaka").glob("services-*/service-*.tf")
    images = re.findall(r'  image += "(.+):', "".join(file.read_text("utf-8") for file in files))
    registry = f"444455556666.dkr.ecr.{OSAKA}.amazonaws.com/technova-prod-"
    assert sorted(images) == sorted(f"{registry}{row.name}" for row in t.SERVICES)


def test_tn_02_secrets_have_replicas_and_keys_are_osaka_s_own(osaka: list[Resource], prod: list[Resource]) -> None:
    secrets = by_value(prod, "aws_secretsmanager_secret", "name")
    for row in t.DATABASES:
        for name in (f"{row.cluster}-app", f"{row.cluster}-master-password"):
            assert [one["region"] for one in secrets[name].values["replica"]] == [OSAKA]
    assert not [one for one in by_value(osaka, "aws_secretsmanager_secret", "name") if one.startswith("aurora-")]
    keys, there = ([one.address for one in of_type(side, "aws_kms_key")] for side in (prod, osaka))
    regional = [one for one in keys if not one.startswith("module.edge_us_east_1.")]
    assert len(there) >= len(regional) - 2
    assert len(regional) > 5
    assert {one.values["storage_encrypted"] for one in of_type(osaka, "aws_rds_cluster")} == {True}


def test_tn_02_osaka_needs_nothing_of_tokyo() -> None:
    files = [*(ROOT / "generated/technova/osaka").glob("*/*.tf")]
    assert files
    for file in files:
        if file.name in ("backend.tf", "upstream.tf", "providers.tf"):
            text = file.read_text("utf-8")
            assert TOKYO not in text, file
            assert "technova-prod" not in text, file


def test_tn_02_the_quota_of_what_starts_there_is_asked_for_beforehand() -> None:
    command = [sys.executable, "-m", "infragen", "validate", "technova", "--format", "json"]
    found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    needed = [
        one["message"]
        for one in found["diagnostics"]
        if one["code"] == "Q101" and "Fargate On-Demand" in one["message"]
    ]
    [there], [here] = ([one for one in needed if f"technova/{name} needs" in one] for name in ("osaka", "prod"))
    assert there.replace("osaka", "prod") == here


def test_tn_09_every_cluster_is_of_a_global_database_that_prod_makes(
    osaka: list[Resource], prod: list[Resource]
) -> None:
    made = by_value(prod, "aws_rds_global_cluster", "global_cluster_identifier")
    assert set(made) == {f"{row.cluster}-global" for row in t.DATABASES}
    assert not of_type(osaka, "aws_rds_global_cluster")
    joined = by_value(osaka, "aws_rds_cluster", "cluster_identifier")
    for row in t.DATABASES:
        values = joined[copy_of(row.cluster)].values
        assert values["global_cluster_identifier"] == f"{row.cluster}-global"
        assert not values.get("master_password_wo_version")


def test_tn_09_a_copy_that_falls_behind_is_told_before_an_hour_is_lost(osaka: list[Resource]) -> None:
    alarms = [one.values for one in of_type(osaka, "aws_cloudwatch_metric_alarm")]
    lags = [one for one in alarms if one["metric_name"] == "AuroraGlobalDBRPOLag"]
    assert {one["dimensions"]["DBClusterIdentifier"] for one in lags} == {copy_of(row.cluster) for row in t.DATABASES}
    assert {one["dimensions"]["SourceRegion"] for one in lags} == {TOKYO}
    assert all(one["threshold"] < t.PLATFORM.rpo_hours * 3600 * 1000 for one in lags)


def test_tn_09_people_fail_over_within_the_document_s_hours_without_tokyo() -> None:
    told = book("failover")
    assert told["promised"] == {"rpo_hours": t.PLATFORM.rpo_hours, "rto_hours": t.PLATFORM.rto_hours}
    assert told["minutes"] <= t.PLATFORM.rto_hours * 60
    switched = commands(told, "switch")
    asked = [one for one in switched if "failover-global-cluster" in one]
    assert {re.search(r"--global-cluster-identifier (\S+)", one)[1] for one in asked} == {  # type: ignore[index]
        f"{row.cluster}-global" for row in t.DATABASES
    }
    assert all("--allow-data-loss" in one and f"--region {OSAKA} " in one for one in asked)
    assert not [one for one in switched if f"--region {TOKYO}" in one]
    [waited] = [one for one in switched if "SECONDS + 900" in one and "FailoverState" in one]
    assert all(f'"{row.cluster}-global"' in waited for row in t.DATABASES)
    started = " ".join(commands(told, "start"))
    assert all(f"--service technova-osaka-{row.name} " in started for row in t.SERVICES)
    assert told["steps"][0]["phase"] == "access"
    [compared] = [one for one in commands(told, "measure") if "describe-db-clusters" in one]
    assert f"describe-global-clusters --region {OSAKA} " in compared
    stopped, undone = commands(told, "stop"), commands(told, "undo")
    scaled = [one for one in stopped if "register-scalable-target" in one]
    assert len([one for one in undone if "ScheduledScalingSuspended=false" in one]) == len(scaled) > 0
    proved = commands(told, "verify")
    assert len([one for one in proved if "describe-db-proxy-targets" in one]) == len(t.DATABASES)
    assert any("x-api-key" in one and "technova-osaka-external" in one for one in proved)
    [code] = [step for step in told["steps"] if step["phase"] == "code"]
    assert "technova-osaka-ci-release may push here" in code["why"]


def test_tn_02_what_clients_lack_in_osaka_is_told_and_nothing_else_is_lacking() -> None:
    told = book("failover")
    lacking = {(one["owner"], one["need"]): one["excluded"] for one in told["holds"] if one["state"] == "missing"}
    assert set(lacking) == {("gateways/internal", "names")}
    assert "a private API answers in its own VPC alone" in lacking["gateways/internal", "names"]
    copied = {one["owner"] for one in told["holds"] if one["state"] == "lags"}
    assert copied == {f"databases/{row.name}" for row in t.DATABASES}
    [measurements] = [one for one in told["holds"] if (one["owner"], one["need"]) == ("buckets/telemetry", "data")]
    assert measurements["state"] == "held"


def test_tn_09_an_engine_upgrade_leaves_a_day_at_most_without_a_failover(
    osaka: list[Resource], prod: list[Resource]
) -> None:
    """The stack of Tokyo is applied between the window of the copies and its own, on a working day."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    windows = [
        {
            one.values["cluster_identifier"]: one.values["preferred_maintenance_window"]
            for one in of_type(side, "aws_rds_cluster")
        }
        for side in (osaka, prod)
    ]
    nights = {}
    for row in t.DATABASES:
        copied, written = windows[0][copy_of(row.cluster)], windows[1][row.cluster]
        assert days.index(written[:3]) == (days.index(copied[:3]) + 1) % 7
        assert nights.setdefault(row.domain, written) == written


def test_tn_09_the_way_back_loses_nothing() -> None:
    asked = [one for one in commands(book("failback"), "switch") if "switchover-global-cluster" in one]
    targets = {f"arn:aws:rds:{TOKYO}:444455556666:cluster:{row.cluster}" for row in t.DATABASES}
    assert {one.partition("--target-db-cluster-identifier ")[2].split()[0] for one in asked} == targets
    assert not [one for one in asked if "data-loss" in one]


MOVED = {"devices", "external", "management"}


def test_tn_09_the_names_of_each_way_in_have_a_record_in_both_regions(
    osaka: list[Resource], prod: list[Resource]
) -> None:
    names = {f"{one}.technova.example" for one in MOVED}
    for planned, role in ((prod, "PRIMARY"), (osaka, "SECONDARY")):
        records = [one.values for one in of_type(planned, "aws_route53_record")]
        led = {
            one["name"]: one["failover_routing_policy"][0]["type"] for one in records if one["failover_routing_policy"]
        }
        assert led == dict.fromkeys(names, role)
        domains = {one.values["domain_name"] for one in of_type(planned, "aws_api_gateway_domain_name")}
        assert domains == names - {"devices.technova.example"}
        certificates = {one.values["domain_name"] for one in of_type(planned, "aws_acm_certificate")}
        assert names <= certificates
    switches = [one.values for one in of_type(prod, "aws_route53_health_check") if one.values["type"] == "TCP"]
    assert {one["fqdn"] for one in switches if one["disabled"]} == names - {"devices.technova.example"}
    assert not of_type(osaka, "aws_route53_health_check")


def test_tn_09_people_lead_the_names_once_tasks_run_and_back() -> None:
    for action, shows in (("failover", "True True"), ("failback", "True False")):
        told = book(action)
        phases = [step["phase"] for step in told["steps"]]
        assert phases.index("start") < phases.index("names")
        led = [one for step in told["steps"] if step["phase"] == "names" for one in step["commands"]]
        for name in ("external", "management"):
            [switch] = [one for one in led if f"FullyQualifiedDomainName=='{name}.technova.example'" in one["command"]]
            assert switch["shows"] == shows
        for name in MOVED:
            assert any(one["command"] == f"dig +short {name}.technova.example" for one in led)
        [why] = {
            step["why"] for step in told["steps"] if step["what"].endswith("-management") and "signature" in step["why"]
        }
        assert f"callers sign for {OSAKA if action == 'failover' else TOKYO}" in why


def test_tn_16_prod_s_distribution_stays_and_osaka_s_gateway_knows_its_header(
    osaka: list[Resource], prod: list[Resource]
) -> None:
    """A distribution is of no region; it calls the gateway by the name that both have."""
    assert len(of_type(prod, "aws_cloudfront_distribution")) == 1
    assert not of_type(osaka, "aws_cloudfront_distribution")
    for planned in (osaka, prod):
        assert len(of_type(planned, "aws_wafv2_regex_pattern_set")) == 1
    path = "/technova/prod/gateways/external/custom-header-value"
    secret = by_value(prod, "aws_secretsmanager_secret", "name")[path]
    assert [one["region"] for one in secret.values["replica"]] == [OSAKA]
    text = (ROOT / "generated/technova/osaka/edge/gateway-external.tf").read_text("utf-8")
    assert f'secret_name = "{path}"' in text
    here = (ROOT / "generated/technova/prod/edge-us-east-1/distribution-external.tf").read_text("utf-8")
    assert 'domain_name = "external.technova.example"' in here
