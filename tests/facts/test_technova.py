"""What terraform plans for TechNova's production is what the document says, row by row."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project, resolve_one

from . import technova as t
from .catalogue import ROOT
from .planned import PREFIX, Resource, by_value, of_type, one, task_size, waited_for
from .told import diagnostics

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


def test_tn_03_an_ordinary_day_runs_every_service_at_its_usual_size(
    ordinary_day: list[Resource], ordinary_files: Mapping[str, str]
) -> None:
    expected = expected_sizes(peak=False)
    assert only(sizes(ordinary_day), expected) == expected
    assert rendered_sizes(ordinary_files) == expected, "what is planned is what the files of the services ask for"


def test_tn_04_a_peak_runs_every_service_at_its_peak_s_size(every_peak: Mapping[str, str]) -> None:
    assert rendered_sizes(every_peak) == expected_sizes(peak=True)


def test_tn_17_a_budget_tells_when_tokyo_s_databases_cost_more_than_the_document_has(
    ordinary_day: list[Resource],
) -> None:
    [budget] = [found.values for found in of_type(ordinary_day, "aws_budgets_budget")]
    assert (float(budget["limit_amount"]), budget["time_unit"]) == (t.TOTALS.monthly_cost_usd[1], "MONTHLY")
    assert {one["name"]: one["values"] for one in budget["cost_filter"]} == {
        "Region": [t.PLATFORM.primary_region],
        "Service": ["Amazon Relational Database Service"],
    }
    assert sorted(float(one["threshold"]) for one in budget["notification"]) == [80, 100]


def test_tn_03_nothing_runs_but_services_and_bffs(ordinary_day: list[Resource]) -> None:
    services = {f"{PREFIX}-{service.name}" for service in t.SERVICES}
    bffs = {f"{PREFIX}-bff-{bff.name}" for bff in t.BFFS}
    assert set(sizes(ordinary_day)) == services | bffs


def test_tn_03_devices_come_with_a_certificate(ordinary_day: list[Resource]) -> None:
    [listener] = (
        found.values
        for found in of_type(ordinary_day, "aws_lb_listener")
        if found.address.startswith("module.edge.module.balancer_devices.")
    )
    assert (listener["port"], one(listener["mutual_authentication"])["mode"]) == (443, "verify")
    groups = of_type(ordinary_day, "aws_lb_target_group")
    behind = [found for found in groups if found.address.startswith("module.edge.module.routes_devices.")]
    assert len(behind) == 2


def test_tn_03_a_device_s_certificate_can_be_withdrawn_and_is_logged(ordinary_day: list[Resource]) -> None:
    lists = {
        found.values["type"]: one(one(found.values["revocation_configuration"])["crl_configuration"])["enabled"]
        for found in of_type(ordinary_day, "aws_acmpca_certificate_authority")
        if found.values["revocation_configuration"]
    }
    assert lists == {"SUBORDINATE": True}
    [balancer] = (
        found.values
        for found in of_type(ordinary_day, "aws_lb")
        if found.address.startswith("module.edge.module.balancer_devices.")
    )
    assert one(balancer["connection_logs"])["enabled"]


def test_tn_04_a_peak_changes_sizes_and_nothing_else(
    ordinary_files: Mapping[str, str], every_peak: Mapping[str, str]
) -> None:
    def rest(files: Mapping[str, str]) -> dict[str, str]:
        return {path: SIZE.sub(r"\1", text) if "/service-" in path else text for path, text in files.items()}

    assert rest(every_peak) == rest(ordinary_files)


def stated(pattern: str, environment: str) -> set[str]:
    """What a line of an environment's committed files says, wherever it stands."""
    files = (ROOT / "generated/technova" / environment).glob("*/*.tf")
    return {found for path in files for found in re.findall(pattern, path.read_text("utf-8"), re.MULTILINE)}


def test_tn_01_each_environment_has_an_account_and_a_network_of_its_own() -> None:
    for pattern in (r"^  allowed_account_ids = (\[.+\])$", r'^  cidr_block += "(.+)"$', r'^    bucket += "(.+)"$'):
        written = [stated(pattern, environment) for environment in t.PLATFORM.environments]
        assert {len(values) for values in written} == {1}, pattern
        assert len(set.union(*written)) == len(t.PLATFORM.environments), pattern


@pytest.mark.parametrize("environment", t.PLATFORM.environments)
def test_tn_01_each_environment_has_clusters_of_its_own(environment: str) -> None:
    names = stated(r'source = "../modules/ecs_cluster"\n(?:.*\n)*?  name += "(.+)"$', environment)
    assert names == {f"technova-{environment}-{domain.name}" for domain in t.DOMAINS}


def test_tn_01_every_domain_has_its_own_cluster(ordinary_day: list[Resource]) -> None:
    names = {resource.values["name"] for resource in of_type(ordinary_day, "aws_ecs_cluster")}
    assert names == {f"{PREFIX}-{domain.name}" for domain in t.DOMAINS}


@pytest.mark.parametrize("row", t.SERVICES, **IDS)
def test_tn_03_a_service_s_task_limits_are_the_document_s(row: t.Service, ordinary_day: list[Resource]) -> None:
    target = by_value(ordinary_day, "aws_appautoscaling_target", "resource_id")[scaling_id(row)]
    assert (target.values["min_capacity"], target.values["max_capacity"]) == (row.min_tasks, row.max_tasks)


@pytest.mark.parametrize("row", t.SERVICES, **IDS)
def test_tn_05_a_service_scales_on_the_document_s_cpu_and_memory(row: t.Service, ordinary_day: list[Resource]) -> None:
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


def policies(resources: list[Resource], name: str) -> dict[str, dict[str, Any]]:
    """The scaling policies of one name, by the service that they scale."""
    found = [policy.values for policy in of_type(resources, "aws_appautoscaling_policy")]
    return {policy["resource_id"]: policy for policy in found if policy["name"] == name}


def test_tn_05_sudden_load_adds_more_the_higher_it_is(ordinary_day: list[Resource]) -> None:
    stepped = policies(ordinary_day, "sudden-load")
    assert {scaling_id(service) for service in t.SERVICES} <= set(stepped)
    for policy in stepped.values():
        steps = one(policy["step_scaling_policy_configuration"])["step_adjustment"]
        added = [step["scaling_adjustment"] for step in steps]
        assert len(added) > 1
        assert added == sorted(set(added))


def test_tn_05_hours_of_work_and_ends_of_months_are_prepared_in_tokyo_s_time(ordinary_day: list[Resource]) -> None:
    actions = [action.values for action in of_type(ordinary_day, "aws_appautoscaling_scheduled_action")]
    assert {action["timezone"] for action in actions} == {"Asia/Tokyo"}
    scheduled = {
        name: {a["resource_id"] for a in actions if a["name"] == name} for name in {a["name"] for a in actions}
    }
    at_work = {scaling_id(service) for service in t.SERVICES if service.name not in t.OF_DEVICES}
    month_end = {scaling_id(s) for s in t.SERVICES if "month-end" in t.sizes_of(s.name)}
    assert scheduled["business-hours"] == scheduled["evening"] == at_work
    assert scheduled["month-end"] == scheduled["month-begin"] == month_end


def test_tn_05_answer_times_and_lengths_of_queues_scale_too(ordinary_day: list[Resource]) -> None:
    receivers = {d.callee for d in t.DEPENDENCIES if d.access == "event"}
    assert set(policies(ordinary_day, "queue-length")) == {
        scaling_id(service) for service in t.SERVICES if service.name in receivers
    }
    assert set(policies(ordinary_day, "slow-answers")) == {
        scaling_id(service) for service in t.SERVICES if service.name not in t.OF_REPORTS
    }


OF_ALL = [
    t.Dependency(s.name, all_.callee, all_.access, all_.document)
    for all_ in t.CALLED_BY_ALL
    for s in t.SERVICES
    if s.name != all_.callee
]


def rules(resources: list[Resource], way: str) -> set[tuple[str, str, int]]:
    """The caller, the callee and the port of each rule between security groups, which its description names."""
    found = set()
    for rule in of_type(resources, f"aws_vpc_security_group_{way}_rule"):
        caller, _, callee = rule.values["description"].partition(":")[0].partition(" to ")
        found.add((caller, callee, rule.values["from_port"]))
    return found


def test_tn_06_services_reach_exactly_whom_the_document_lets_them(ordinary_day: list[Resource]) -> None:
    """Tasks through the mesh, or the load balancers that verify callers: who only reads has the second way alone."""
    every = [d for d in (*t.DEPENDENCIES, *OF_ALL) if d.access != "event"]
    declared = {(d.caller, d.callee) for d in every}
    asked = {(d.caller, d.callee) for d in every if d.access == "api"}
    for way in ("ingress", "egress"):
        for before, expected in (("services/", asked), ("mutual-tls/", declared)):
            between = {
                (caller.removeprefix("services/"), callee.removeprefix(before))
                for caller, callee, _ in rules(ordinary_day, way)
                if caller.startswith("services/") and callee.startswith(before)
            }
            assert between == expected


def test_tn_06_only_its_own_service_and_proxy_stand_before_a_database(ordinary_day: list[Resource]) -> None:
    ways = rules(ordinary_day, "ingress")
    assert {(caller, callee) for caller, callee, _ in ways if callee.startswith("databases/")} == {
        (f"proxies/{row.name}", f"databases/{row.name}") for row in t.DATABASES
    }
    assert {(caller, callee) for caller, callee, _ in ways if callee.startswith("proxies/")} == {
        (f"services/{row.name}", f"proxies/{row.name}") for row in t.DATABASES
    }


@pytest.mark.parametrize("row", t.SERVICES, **IDS)
def test_tn_06_a_service_is_found_by_name_and_behind_the_balancer(row: t.Service, ordinary_day: list[Resource]) -> None:
    assert of_type(ordinary_day, "aws_service_discovery_private_dns_namespace")
    service = by_value(ordinary_day, "aws_ecs_service", "name")[f"{PREFIX}-{row.name}"].values
    found = one(one(service["service_connect_configuration"])["service"])
    assert one(found["client_alias"])["dns_name"] == row.name
    assert service["load_balancer"]


def test_tn_07_the_clusters_are_exactly_the_document_s(ordinary_day: list[Resource]) -> None:
    clusters = by_value(ordinary_day, "aws_rds_cluster", "cluster_identifier")
    assert set(clusters) == {row.cluster for row in t.DATABASES}


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_tn_07_a_cluster_has_a_writer_and_the_document_s_readers(row: t.Database, ordinary_day: list[Resource]) -> None:
    instances = of_type(ordinary_day, "aws_rds_cluster_instance")
    own = [instance for instance in instances if instance.values["cluster_identifier"] == row.cluster]
    assert len(own) == 1 + row.readers
    assert {instance.values["instance_class"] for instance in own} == {"db.serverless"}


def test_tn_07_there_are_no_other_instances(ordinary_day: list[Resource]) -> None:
    assert len(of_type(ordinary_day, "aws_rds_cluster_instance")) == t.TOTALS.clusters + t.TOTALS.readers


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_tn_11_tasks_log_in_with_tokens_alone_and_the_proxy_with_a_secret(
    row: t.Database, ordinary_day: list[Resource]
) -> None:
    proxy = by_value(ordinary_day, "aws_db_proxy", "name")[f"{row.cluster}-proxy"].values
    assert proxy["require_tls"] is True
    assert (one(proxy["auth"])["iam_auth"], one(proxy["auth"])["auth_scheme"]) == ("REQUIRED", "SECRETS")


def test_tn_11_no_password_is_planned(ordinary_day: list[Resource]) -> None:
    for cluster in of_type(ordinary_day, "aws_rds_cluster"):
        assert not cluster.values["master_password"]
    for version in of_type(ordinary_day, "aws_secretsmanager_secret_version"):
        assert not version.values.get("secret_string")


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_tn_11_the_sql_of_a_database_makes_its_service_s_user(row: t.Database) -> None:
    text = (ROOT / f"generated/technova/prod/data-{row.domain}/sql/{row.name}.sql").read_text("utf-8")
    assert re.findall(
        r"^CREATE USER IF NOT EXISTS '(.+?)'@'%' IDENTIFIED BY '(.+?)' REQUIRE SSL;$", text, re.MULTILINE
    ) == [(row.name, "${APPLICATION_PASSWORD}")]


def test_tn_12_an_event_goes_through_a_queue_of_its_receiver_with_dead_letters(ordinary_day: list[Resource]) -> None:
    receivers = {d.callee for d in t.DEPENDENCIES if d.access == "event"}
    queues = {queue.values["name"].removeprefix(f"{PREFIX}-") for queue in of_type(ordinary_day, "aws_sqs_queue")}
    assert queues == {f"{name}-events{ending}" for name in receivers for ending in ("", "-dlq")}


RECEIVERS = sorted({d.callee for d in t.DEPENDENCIES if d.access == "event"})


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_tn_12_an_event_is_tried_five_times_and_kept_longer_than_it_can_have_waited(
    receiver: str, ordinary_day: list[Resource]
) -> None:
    queues = by_value(ordinary_day, "aws_sqs_queue", "name")
    queue, dead = (queues[f"{PREFIX}-{receiver}-events{ending}"].values for ending in ("", "-dlq"))
    assert queue["message_retention_seconds"] == 4 * 86_400
    assert dead["message_retention_seconds"] == 14 * 86_400
    text = (ROOT / "generated/technova/prod/modules/event_queue/main.tf").read_text(encoding="utf-8")
    assert "maxReceiveCount     = var.max_receives" in text, "its policy names a queue that is not there yet"
    calls = {path.stem: path.read_text("utf-8") for path in (ROOT / "generated/technova/prod").glob("services-*/*.tf")}
    assert re.search(r"^  max_receives +(= 5)$", calls[f"service-{receiver}"], re.MULTILINE)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_tn_12_how_dead_letters_are_tried_again_stands_beside_the_stacks(environment: str) -> None:
    text = told_by_hand(environment).replace("\n  ", " ")
    first, *others = RECEIVERS
    whose = f"`services/{first}`, and likewise for {', '.join(f'`services/{one}`' for one in others)}"
    for said in ("look at a message that could not be handled in 5 attempts", "have all of them tried again"):
        assert f"{whose}: {said}" in text
    queue = f"technova-{environment}-{first}-events"
    assert re.search(rf"start-message-move-task --source-arn arn:aws:sqs:\S+:{queue}-dlq ", text)
    assert re.search(rf'"sqs:StartMessageMoveTask"\],"Resource":"\S+:{queue}-dlq"', text)
    assert re.search(rf'"sqs:SendMessage"\],"Resource":"\S+:{queue}"', text)


SCHEMAS = {"reporting": "sales-recorded", "notification": "stock-alert", "alert": "abnormal-state"}
"""The events of the document (売上データ連携, 在庫アラート, 異常通知) by their receivers; the names are ours."""


@pytest.mark.parametrize("row", [d for d in t.DEPENDENCIES if d.access == "event"], ids=lambda row: row.callee)
def test_tn_12_sender_and_receiver_of_an_event_are_told_what_it_looks_like(
    row: t.Dependency,
) -> None:
    event = SCHEMAS[row.callee]
    schema = yaml.safe_load(
        (ROOT / f"catalog/technova/contracts/{row.callee}/{event}/v1.0.0.yaml").read_text(encoding="utf-8")
    )
    assert schema["title"] in row.document
    variable = f"EVENT_SCHEMA_{event.upper().replace('-', '_')}"
    for name, whose in ((row.callee, ""), (row.caller, f"{row.callee.upper()}_")):
        domain = next(one.domain for one in t.SERVICES if one.name == name)
        text = (ROOT / f"generated/technova/prod/services-{domain}/service-{name}.tf").read_text(encoding="utf-8")
        assert re.search(rf"^    {whose}{variable} += jsonencode\(\{{$", text, re.MULTILINE)
    assert {"id", "occurred_at"} < set(schema["required"])


READS = [d for d in (*t.DEPENDENCIES, *OF_ALL) if d.access == "read"]
READ_METHODS = {"GET", "HEAD"}


@pytest.mark.parametrize("row", READS, ids=lambda row: f"{row.caller}-{row.callee}")
def test_tn_12_who_only_reads_has_a_path_to_the_port_for_that_and_to_no_other(
    row: t.Dependency, ordinary_day: list[Resource]
) -> None:
    for way in ("ingress", "egress"):
        found = {one for one in rules(ordinary_day, way) if one[0] == f"services/{row.caller}"}
        own = {one[1:] for one in found if one[1].rpartition("/")[2] == row.callee}
        assert own == {(f"mutual-tls/{row.callee}", 8443)}


def test_tn_12_that_port_passes_on_what_reads_and_refuses_the_rest(ordinary_day: list[Resource]) -> None:
    listeners = {
        one.address.partition(".aws_")[0]: one.values
        for one in of_type(ordinary_day, "aws_lb_listener")
        if one.values["port"] == 8443 and "mutual_tls_" in one.address
    }
    rules = [one for one in of_type(ordinary_day, "aws_lb_listener_rule") if "mutual_tls_" in one.address]
    assert {address.rpartition("mutual_tls_")[2] for address in listeners} == {row.callee for row in READS}
    for values in listeners.values():
        assert one(values["mutual_authentication"])["mode"] == "verify"
        refusal = one(values["default_action"])
        assert (refusal["type"], one(refusal["fixed_response"])["status_code"]) == ("fixed-response", "405")
    for rule in rules:
        assert rule.address.partition(".aws_")[0] in listeners
        assert set(one(one(rule.values["condition"])["http_request_method"])["values"]) == READ_METHODS
        assert one(rule.values["action"])["type"] == "forward"
    assert len(rules) == len(listeners)


@pytest.mark.parametrize("row", READS, ids=lambda row: f"{row.caller}-{row.callee}")
def test_tn_12_who_only_reads_may_invoke_no_other_method_and_knows_no_name_in_the_mesh(row: t.Dependency) -> None:
    domain = next(one.domain for one in t.SERVICES if one.name == row.caller)
    text = (ROOT / f"generated/technova/prod/services-{domain}/service-{row.caller}.tf").read_text(encoding="utf-8")
    called = f'{row.callee}(?:/\\*)?"'
    assert set(re.findall(rf"stage_internal_execution_arn}}/([A-Z*]+)/{called}", text)) == READ_METHODS
    assert set(re.findall(rf" ({row.callee.upper()}_\w*URL) ", text)) == {f"{row.callee.upper()}_TLS_URL"}
    if row.caller != "auth":
        assert {"POST", "DELETE"} < set(re.findall(r'stage_internal_execution_arn}/([A-Z*]+)/auth"', text))


def told(code: str) -> list[str]:
    return [each["message"] for each in diagnostics("technova") if each["code"] == code]


def test_tn_07_what_the_document_adds_up_to_stands_beside_what_its_rows_do() -> None:
    assert told("T101") == [
        f"`declared` states {stated:,} {what} in total, but the entries add up to {rows:,}"
        for what, stated, rows in (
            ("read replicas", t.TOTALS.readers_stated, t.TOTALS.readers),
            ("connections", t.TOTALS.connections_stated, t.TOTALS.connections),
        )
    ]


def test_tn_08_both_volumes_are_told_and_nothing_that_aws_refuses_to_new_customers_is_built() -> None:
    [a_day] = [row.value for row in t.VOLUMES if row.service == t.TIMESERIES_DATABASE]
    [volumes] = told("T103")
    assert volumes.startswith(f"{a_day} TB a day is {a_day * 30 * 1000:,.0f} GB per month; ")
    assert f" says {t.TIMESERIES_TB_PER_MONTH * 1000:,.0f} GB per month" in volumes
    assert not told("E101")


def test_tn_08_the_telemetry_service_alone_writes_a_time_series(ordinary_day: list[Resource]) -> None:
    assert not of_type(ordinary_day, "aws_timestreamwrite_table")
    [stream] = [one.values for one in of_type(ordinary_day, "aws_kinesis_firehose_delivery_stream")]
    assert stream["name"] == f"{PREFIX}-database-{t.TIMESERIES_DATABASE}-measurements"
    assert stream["extended_s3_configuration"][0]["prefix"] == "databases/telemetry/day=!{timestamp:yyyy-MM-dd}/"
    [table] = [one.values for one in of_type(ordinary_day, "aws_glue_catalog_table")]
    assert table["parameters"]["projection.source.values"] == "databases/telemetry"
    files = (ROOT / "generated/technova/prod").glob("services-*/*.tf")
    writers = {path.stem for path in files if "firehose:PutRecord" in path.read_text(encoding="utf-8")}
    assert writers == {f"service-{t.TIMESERIES_DATABASE}"}


def test_tn_08_timestream_is_two_lines_away(tmp_path: Path) -> None:
    """An account that is a customer of it writes another store, and has the table, its permission and its names.

    The note at the store says both lines. Osaka, where AWS has no Timestream, keeps the bucket.
    """
    for part in ("catalog/technova", "environments/technova"):
        shutil.copytree(ROOT / part, tmp_path / part)
    line = tmp_path / "catalog/technova/databases/iot/telemetry.yaml"
    written = line.read_text("utf-8")
    here, there = re.findall(r"`([^`]+)`", written[written.index("built: ") :].partition("\n")[0])
    line.write_text(written.replace("store: bucket", here, 1), encoding="utf-8")
    with (tmp_path / "environments/technova/osaka.yaml").open("a", encoding="utf-8") as osaka:
        osaka.write(f"{there}\n")
    project = open_project(tmp_path)
    made = {
        name: compose(project, resolve_one(project, f"technova/{name}")[1], templates_of(project)).files
        for name in ("prod", "osaka")
    }
    table = '"../modules/timestream_table"'
    assert {name: table in files["data-iot/database-telemetry.tf"] for name, files in made.items()} == {
        "prod": True,
        "osaka": False,
    }
    assert "record_route" not in made["prod"]["data-iot/database-telemetry.tf"]
    service = made["prod"]["services-iot/service-telemetry.tf"]
    assert "timestream:WriteRecords" in service
    assert "DATABASE_TIMESERIES_TABLE" in service
    assert "firehose:" not in service


def test_tn_11_a_proxy_gets_its_cluster_once_the_instances_are_there(ordinary_plan: Path) -> None:
    """RDS refuses to register a cluster whose instances are being created."""
    targets = waited_for(ordinary_plan, "aws_db_proxy_target")
    assert len(targets) == t.TOTALS.clusters
    assert all({"aws_rds_cluster", "aws_rds_cluster_instance"} <= made_before for made_before in targets)


@pytest.mark.parametrize("row", t.DATABASES, **IDS)
def test_tn_10_a_cluster_s_capacity_backups_and_protection_are_the_document_s(
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
def test_tn_11_a_cluster_refuses_connections_without_tls_and_audits_all_of_them(
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
def test_tn_13_a_gateway_lets_a_key_ask_as_often_as_the_document_says(
    row: t.Gateway, ordinary_day: list[Resource]
) -> None:
    rates = {
        one(plan.values["throttle_settings"])["rate_limit"]
        for plan in of_type(ordinary_day, "aws_api_gateway_usage_plan")
        if plan.values["name"].startswith(f"{PREFIX}-{row.name}")
    }
    assert rates == {row.per_second}


def test_tn_13_who_is_limited_has_a_key_of_its_own(ordinary_day: list[Resource]) -> None:
    keys = [key.values["name"].removeprefix(f"{PREFIX}-") for key in of_type(ordinary_day, "aws_api_gateway_api_key")]
    inside = {key.removeprefix("internal-").removeprefix("service-") for key in keys if key.startswith("internal-")}
    assert inside == {"intranet", *(service.name for service in t.SERVICES)}
    assert len([key for key in keys if key.startswith("management-")]) > 1
    assert len([key for key in keys if key.startswith("external-")]) > 1
    assert len(keys) == len(set(keys))


def test_tn_13_the_external_gateway_is_public_behind_a_firewall_and_the_internal_one_private(
    ordinary_day: list[Resource],
) -> None:
    apis = by_value(ordinary_day, "aws_api_gateway_rest_api", "name")
    kinds = {
        row.name: one(apis[f"{PREFIX}-{row.name}"].values["endpoint_configuration"])["types"] for row in t.GATEWAYS
    }
    assert kinds == {"external": ["REGIONAL"], "internal": ["PRIVATE"], "management": ["REGIONAL"]}
    acls = by_value(ordinary_day, "aws_wafv2_web_acl", "name")
    scopes = {name: acl.values["scope"] for name, acl in acls.items()}
    assert scopes == {f"{PREFIX}-external": "REGIONAL", f"{PREFIX}-distribution-external": "CLOUDFRONT"}
    assert (
        len(of_type(ordinary_day, "aws_wafv2_web_acl_association")) == 1
    )  # of the gateway; a distribution names its own


def test_tn_13_who_administers_signs_and_is_on_record_for_a_year(ordinary_day: list[Resource]) -> None:
    methods = [
        method.values["authorization"]
        for method in of_type(ordinary_day, "aws_api_gateway_method")
        if "route_management" in method.address or "route_internal" in method.address
    ]
    assert set(methods) == {"AWS_IAM"}
    logs = {log.values.get("name"): log.values for log in of_type(ordinary_day, "aws_cloudwatch_log_group")}
    assert logs["/technova/prod/gateways/management/audit"]["retention_in_days"] == 365
    policies = [policy.address for policy in of_type(ordinary_day, "aws_api_gateway_rest_api_policy")]
    assert "module.edge.module.allow_list_management.aws_api_gateway_rest_api_policy.this" in policies


def test_tn_13_who_administers_has_a_second_factor() -> None:
    """The policy has the API's ARN in it, which no plan knows: it is read where it is written."""
    folder = ROOT / "generated/technova/prod"
    text = (folder / "edge/gateway-management.tf").read_text("utf-8")
    [module] = re.findall(r'module "allow_list_management" \{\n  source = "\.\./(modules/\w+)"', text)
    policy = (folder / module / "main.tf").read_text("utf-8")
    assert 'Effect    = "Deny"' in policy
    assert 'Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }' in policy


def test_tn_13_every_service_that_is_called_verifies_its_callers_certificates(ordinary_day: list[Resource]) -> None:
    assert len(of_type(ordinary_day, "aws_lb_trust_store")) == 1
    verifying = {
        listener.address.split(".")[3].removeprefix("mutual_tls_")
        for listener in of_type(ordinary_day, "aws_lb_listener")
        if [each["mode"] for each in listener.values.get("mutual_authentication", ())] == ["verify"]
    } - {"balancer_devices"}
    by_entries = {
        callee.removeprefix("services/")
        for caller, callee, _ in rules(ordinary_day, "ingress")
        if callee.startswith("services/") and caller.startswith(("services/", "bffs/"))
    }
    assert verifying == by_entries


PARTNERS = {"route_bff_partner__v1", "route_bff_partner__v2"}


@pytest.mark.parametrize("row", t.BFFS, **IDS)
def test_tn_14_a_bff_runs_beside_the_common_services(row: t.Bff, ordinary_day: list[Resource]) -> None:
    assert f"{PREFIX}-bff-{row.name}" in by_value(ordinary_day, "aws_ecs_service", "name")
    assert f"service/{PREFIX}-common/{PREFIX}-bff-{row.name}" in by_value(
        ordinary_day, "aws_appautoscaling_target", "resource_id"
    )


def test_tn_14_partners_may_do_less_than_the_others_and_staff_come_from_inside(ordinary_day: list[Resource]) -> None:
    methods: dict[str, set[str]] = {}
    for method in of_type(ordinary_day, "aws_api_gateway_method"):
        route = method.address.split(".")[3]
        methods.setdefault(route, set()).add(method.values["http_method"])
    outside = {f"route_bff_{row.name}" for row in t.BFFS if row.name not in ("internal", "partner")} | PARTNERS
    assert {route for route in methods if route.startswith("route_bff_")} == outside
    assert all(methods[route] == {"GET", "OPTIONS", "POST"} for route in PARTNERS)
    assert all("ANY" in methods[route] for route in outside - PARTNERS)


def test_tn_15_two_versions_are_served_at_once_and_none_but_those(ordinary_day: list[Resource]) -> None:
    parts = {
        path.address.split(".")[3]: path.values["path_part"]
        for path in of_type(ordinary_day, "aws_api_gateway_resource")
        if path.values.get("path_part") != "{proxy+}"
    }
    assert (parts["path_external_partner"], parts["path_management_settings"]) == ("partner", "settings")
    for below in ("route_bff_partner", "route_management_settings"):
        assert {label: part for label, part in parts.items() if label.startswith(below)} == {
            f"{below}__v1": "v1",
            f"{below}__v2": "v2",
        }


@pytest.mark.parametrize(
    ("owner", "file"), [("services/common/master", "service-master"), ("bffs/partner", "bff-partner")]
)
def test_tn_15_a_version_ends_six_months_after_it_is_deprecated(
    owner: str, file: str, ordinary_files: Mapping[str, str]
) -> None:
    written = yaml.safe_load((ROOT / f"catalog/technova/{owner}.yaml").read_text(encoding="utf-8"))
    assert {version.partition(".")[0] for version in written["versions"]} == {"1", "2"}
    (old,) = (one for one in written["versions"].values() if "removed" in one)
    year, month = divmod(old["deprecated"].month + 5, 12)
    assert old["removed"] == old["deprecated"].replace(year=old["deprecated"].year + year, month=month + 1)
    told = dict(re.findall(r'^ +(API_\w+) += "(.*)"$', ordinary_files[f"services-common/{file}.tf"], re.MULTILINE))
    since, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (old["deprecated"], old["removed"]))
    assert told.keys() == {"API_VERSIONS", "API_V1_DEPRECATION", "API_V1_SUNSET"}
    assert told["API_VERSIONS"] == "v1 v2"
    assert told["API_V1_DEPRECATION"] == f"@{since.timestamp():.0f}"
    assert parsedate_to_datetime(told["API_V1_SUNSET"]) == end


def test_tn_15_what_a_new_version_breaks_is_listed_and_nothing_breaks_within_one() -> None:
    codes = {one["code"] for one in diagnostics("technova")}
    assert "G157" in codes
    assert not codes & {"G154", "G155", "G156", "G158", "G159", "G160", "G163"}


def alarms(resources: list[Resource], metric: str) -> dict[str, float]:
    """The thresholds of a metric's 90th percentile, by the alarm's name without the environment's."""
    return {
        alarm.values["alarm_name"].removeprefix(f"{PREFIX}-"): alarm.values["threshold"]
        for alarm in of_type(resources, "aws_cloudwatch_metric_alarm")
        if alarm.values.get("metric_name") == metric and alarm.values.get("extended_statistic") == "p90"
    }


def test_tn_16_nine_of_ten_answers_within_the_document_s_time_or_somebody_is_told(ordinary_day: list[Resource]) -> None:
    assert alarms(ordinary_day, "Latency") == {
        "gateway-external-latency": t.PLATFORM.external_p90_ms,
        "gateway-internal-latency": t.PLATFORM.internal_p90_ms,
    }


def test_tn_16_the_stages_let_in_what_the_document_expects(ordinary_day: list[Resource]) -> None:
    for settings in of_type(ordinary_day, "aws_api_gateway_method_settings"):
        rate = one(settings.values["settings"])["throttling_rate_limit"]
        assert rate == pytest.approx(t.PLATFORM.requests_per_minute / 60, abs=0.01)


def behaviours(resources: list[Resource]) -> dict[str, dict[str, Any]]:
    """Return what becomes of requests, by path: `*` is what no other takes."""
    [distribution] = of_type(resources, "aws_cloudfront_distribution")
    found = {block["path_pattern"]: block for block in distribution.values["ordered_cache_behavior"]}
    return found | {"*": one(distribution.values["default_cache_behavior"])}


DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's CachingDisabled and AllViewerExceptHostHeader (Amazon CloudFront Developer Guide: Use managed policies)."""


def test_tn_16_static_answers_are_cached_for_who_has_the_same_key_and_nothing_else_is(
    ordinary_day: list[Resource],
) -> None:
    assert t.PLATFORM.cached_by == "CloudFront"
    [policy] = of_type(ordinary_day, "aws_cloudfront_cache_policy")
    key = one(policy.values["parameters_in_cache_key_and_forwarded_to_origin"])
    assert "x-api-key" in one(one(key["headers_config"])["headers"])["items"]
    assert (policy.values["min_ttl"], policy.values["default_ttl"], policy.values["max_ttl"]) == (0, 3600, 3600)
    found = behaviours(ordinary_day)
    uncached = {path for path, block in found.items() if block.get("cache_policy_id") == DISABLED}
    assert uncached == {"*"}
    assert all("static" in path for path in found.keys() - uncached)
    assert not any("POST" in found[path]["allowed_methods"] for path in found.keys() - uncached)


def test_tn_16_what_is_not_cached_reaches_the_gateway_with_its_key_and_token(ordinary_day: list[Resource]) -> None:
    """AllViewerExceptHostHeader forwards each header but Host, by which API Gateway finds the API."""
    rest = behaviours(ordinary_day)["*"]
    assert rest["origin_request_policy_id"] == ALL_BUT_HOST
    assert {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"} == set(rest["allowed_methods"])


def test_tn_16_static_answers_are_compressed_as_the_document_says_and_all_others_with_gzip(
    ordinary_day: list[Resource],
) -> None:
    [policy] = of_type(ordinary_day, "aws_cloudfront_cache_policy")
    key = one(policy.values["parameters_in_cache_key_and_forwarded_to_origin"])
    assert {word for word in t.PLATFORM.compressions if key[f"enable_accept_encoding_{word}"]} == {"gzip", "brotli"}
    for path, block in behaviours(ordinary_day).items():
        assert block["compress"] is (path != "*")
    # API Gateway would compress with gzip first: a function asks it for what it does not know.
    assert len(of_type(ordinary_day, "aws_cloudfront_function")) == 1
    text = (ROOT / "generated/technova/prod/edge-us-east-1/distribution-external.tf").read_text(encoding="utf-8")
    assert text.count("brotli   = true") == 2
    apis = by_value(ordinary_day, "aws_api_gateway_rest_api", "name")
    sizes = {name: int(api.values["minimum_compression_size"]) for name, api in apis.items()}
    assert set(sizes.values()) == {1024}
    assert {f"{PREFIX}-{name}" for name in ("external", "internal")} <= sizes.keys()


def test_tn_16_nobody_passes_the_cache_and_its_firewall_by(ordinary_plan: Path, ordinary_day: list[Resource]) -> None:
    [acl] = (one for one in of_type(ordinary_day, "aws_wafv2_web_acl") if one.values["scope"] == "REGIONAL")
    rule = one(acl.values["rule"])
    assert "block" in {word for word, blocks in one(rule["action"]).items() if blocks}
    [statement] = one(one(rule["statement"])["not_statement"])["statement"]
    match = one(statement["regex_pattern_set_reference_statement"])
    assert one(one(match["field_to_match"])["single_header"])["name"] == "x-origin-verify"
    changes = json.loads(ordinary_plan.read_text(encoding="utf-8"))["resource_changes"]
    marks = {change["type"]: change["change"]["after_sensitive"] for change in changes}
    assert marks["aws_wafv2_regex_pattern_set"]["regular_expression"] is True  # no plan shows a value
    assert marks["aws_cloudfront_distribution"]["origin"] is True
    told = told_by_hand("prod").replace("\n  ", " ")
    assert (
        "`gateways/external`: requests arrive with the header by which distributions are known, and its value" in told
    )


@pytest.mark.parametrize(
    "row",
    [row for row in t.PROMISES if row.measure.endswith(("response_ms", "search_ms"))],
    ids=lambda row: row.service,
)
def test_tn_18_a_service_s_own_answer_time_is_an_alarm(row: t.Promise, ordinary_day: list[Resource]) -> None:
    thresholds = alarms(ordinary_day, "TargetResponseTime")
    assert thresholds[f"{row.service}-response-time"] == row.value / 1000, "in seconds"
    assert thresholds[f"{row.service}-tls-response-time"] == row.value / 1000


@pytest.mark.parametrize("row", t.SERVICES, **IDS)
def test_tn_18_failures_that_use_up_what_the_promised_availability_allows_are_alarms(
    row: t.Service, ordinary_day: list[Resource]
) -> None:
    """The workbook's figures: 14.4 times too fast for an hour, 6 times for six hours."""
    own = {promise.service: promise.value for promise in t.PROMISES if promise.measure == "availability_percent"}
    allowed = 100 - own.get(row.name, t.PLATFORM.availability_percent)
    budgets = {
        alarm.values["alarm_name"].removeprefix(f"{PREFIX}-{row.name}-"): alarm.values
        for alarm in of_type(ordinary_day, "aws_cloudwatch_metric_alarm")
        if alarm.values["alarm_name"].startswith(f"{PREFIX}-{row.name}-error-budget-")
    }
    for window, rate, hours in (("fast", 14.4, 1), ("slow", 6, 6)):
        alarm = budgets[f"error-budget-{window}"]
        assert alarm["threshold"] == pytest.approx(rate * allowed)
        periods = {one(query["metric"])["period"] for query in alarm["metric_query"] if query["metric"]}
        assert periods == {hours * 3600}


def test_tn_18_an_alert_that_waits_longer_than_promised_is_an_alarm(ordinary_day: list[Resource]) -> None:
    [promise] = [row for row in t.PROMISES if row.measure == "notification_ms"]
    [alarm] = [
        alarm.values
        for alarm in of_type(ordinary_day, "aws_cloudwatch_metric_alarm")
        if alarm.values.get("dimensions") == {"QueueName": f"{PREFIX}-{promise.service}-events"}
        and alarm.values["metric_name"] == "ApproximateAgeOfOldestMessage"
    ]
    assert alarm["threshold"] == promise.value / 1000, "in seconds"


def test_tn_13_there_are_no_other_limits(ordinary_day: list[Resource]) -> None:
    plans = {plan.values["name"] for plan in of_type(ordinary_day, "aws_api_gateway_usage_plan")}
    assert all(any(name.startswith(f"{PREFIX}-{row.name}") for row in t.GATEWAYS) for name in plans)


def test_tn_06_tasks_have_no_public_address(ordinary_day: list[Resource]) -> None:
    services = of_type(ordinary_day, "aws_ecs_service")
    assert len(services) == len(t.SERVICES) + len(t.BFFS)
    assert not any(one(service.values["network_configuration"])["assign_public_ip"] for service in services)


def told_by_hand(environment: str) -> str:
    return (ROOT / f"generated/technova/{environment}/README.md").read_text(encoding="utf-8")


def test_tn_13_who_calls_from_outside_is_told_which_permission_it_needs() -> None:
    text = told_by_hand("prod")
    for stage, path in (("internal", "/*/internal/*"), ("management", "/*")):
        assert f'output -raw stage_{stage}_execution_arn)"\'{path}"]' in text
    assert "What nobody reaches" not in text


def test_tn_02_the_standby_keeps_its_clients_certificates_alive() -> None:
    assert "aws acm export-certificate --region ap-northeast-3" in told_by_hand("osaka")
    assert "export-certificate" not in told_by_hand("prod")
