"""What terraform plans for delivery-tracking's stg and prod is what the document says, row by row."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from tests.offline_plans import ROOT, offline_plan

from . import delivery_tracking as d
from .planned import Resource, by_value, of_type, one, planned_resources, task_size

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.terraform

PROD, STG = "delivery-tracking-prod", "delivery-tracking-stg"


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for prod."""
    return planned_resources(offline_plan(tmp_path_factory, "delivery-tracking/prod"))


@pytest.fixture(scope="session")
def stg(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for stg."""
    return planned_resources(offline_plan(tmp_path_factory, "delivery-tracking/stg"))


def named(resources: Iterable[Resource], kind: str, key: str, name: str) -> dict[str, Any]:
    return by_value(resources, kind, key)[name].values


def subnets(resources: Iterable[Resource]) -> set[tuple[str, str, str]]:
    found = (one.values for one in of_type(resources, "aws_subnet"))
    return {(subnet["tags"]["Tier"], subnet["availability_zone"], subnet["cidr_block"]) for subnet in found}


def called(path: str, label: str) -> dict[str, Any]:
    """The arguments of a module's call, of which a plan knows nothing where one of them is known after apply."""
    document = hcl2.loads((ROOT / "generated/delivery-tracking" / path).read_text("utf-8"))
    [found] = [call[name] for call in document["module"] for name in call if name.strip('"') == label]
    return dict(found)


def test_dt_01_prod_has_six_subnets_in_two_zones_and_a_way_out_for_each_of_the_app_tier(prod: list[Resource]) -> None:
    assert [vpc.values["cidr_block"] for vpc in of_type(prod, "aws_vpc")] == [d.PROD_VPC]
    assert subnets(prod) == {(subnet.tier, subnet.zone, subnet.cidr) for subnet in d.PROD_SUBNETS}
    assert len(of_type(prod, "aws_nat_gateway")) == 2
    tables = Counter(
        table.values["tags"]["Name"].removeprefix(f"{PROD}-") for table in of_type(prod, "aws_route_table")
    )
    assert tables == {"public": 1, "app-ap-northeast-1a": 1, "app-ap-northeast-1c": 1, "data": 1}


def test_dt_01_no_default_route_leaves_the_databases_tier(prod: list[Resource]) -> None:
    ways = [route for route in of_type(prod, "aws_route") if route.values["destination_cidr_block"] == "0.0.0.0/0"]
    assert len(ways) == 3, "the internet gateway's, and one for the NAT gateway of each zone"
    assert not [route.address for route in ways if "data" in route.address]


def test_dt_01_stg_runs_in_one_zone_and_has_empty_subnets_in_a_second_one(stg: list[Resource]) -> None:
    assert [vpc.values["cidr_block"] for vpc in of_type(stg, "aws_vpc")] == [d.STG_VPC]
    assert subnets(stg) == {(subnet.tier, subnet.zone, subnet.cidr) for subnet in d.STG_SUBNETS}
    assert len(of_type(stg, "aws_nat_gateway")) == 1
    tasks = [subnet for subnet in subnets(stg) if subnet[0] == "app"]
    assert [zone for _, zone, _ in tasks] == ["ap-northeast-1a"]


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_03_endpoints_are_the_document_s(name: str, request: pytest.FixtureRequest) -> None:
    found = of_type(request.getfixturevalue(name), "aws_vpc_endpoint")
    by_kind = {kind: {one.values["service_name"] for one in found if one.values["vpc_endpoint_type"] == kind}
               for kind in ("Gateway", "Interface")}  # fmt: skip
    region = "com.amazonaws.ap-northeast-1"
    assert by_kind["Interface"] == {f"{region}.{service}" for service in d.INTERFACE_ENDPOINTS}
    assert f"{region}.s3" in by_kind["Gateway"]


@pytest.mark.parametrize("task", d.PROD_TASKS, ids=lambda task: task.name)
def test_dt_04_services_have_their_size_and_number(task: d.Task, prod: list[Resource]) -> None:
    kind = "worker-" if task.name.endswith("worker") else ""
    family = f"{PROD}-{kind}{task.name}"
    assert task_size(by_value(prod, "aws_ecs_task_definition", "family")[family]) == (task.cpu, task.memory)
    assert named(prod, "aws_ecs_service", "name", family)["desired_count"] == task.least


def test_dt_04_backend_listens_at_3000_and_is_asked_by_what_node_alpine_has(prod: list[Resource]) -> None:
    call = called("prod/app/service-backend-api.tf", "service_backend_api")
    assert call["port"] == d.PORT
    check = {key: call["health_check"][key] for key in d.HEALTH}
    assert check == d.HEALTH
    kind, asked = (word.strip('"') for word in call["health_check"]["command"])
    assert kind == "CMD-SHELL"
    assert asked.startswith("wget ")
    assert not call["image"].strip('"').endswith(":latest")


def test_dt_04_there_is_a_public_and_an_internal_load_balancer(prod: list[Resource]) -> None:
    found = of_type(prod, "aws_lb")
    assert sorted(one.values["internal"] for one in found) == [False, True]
    assert {one.values["load_balancer_type"] for one in found} == {"application"}


def test_dt_05_targets_and_cooldowns_are_the_document_s(prod: list[Resource]) -> None:
    found = [
        one(policy.values["target_tracking_scaling_policy_configuration"])
        for policy in of_type(prod, "aws_appautoscaling_policy")
        if policy.values["policy_type"] == "TargetTrackingScaling" and "backend-api" in policy.values["resource_id"]
    ]
    by_metric = {
        metric["predefined_metric_type"]: policy
        for policy in found
        for metric in policy["predefined_metric_specification"]
    }
    assert by_metric["ECSServiceAverageCPUUtilization"]["target_value"] == d.CPU_TARGET
    assert by_metric["ECSServiceAverageMemoryUtilization"]["target_value"] == d.MEMORY_TARGET
    assert {(policy["scale_in_cooldown"], policy["scale_out_cooldown"]) for policy in found} == {
        (d.SCALE_IN, d.SCALE_OUT)
    }


def test_dt_05_backend_runs_2_to_20_tasks_and_5_to_15_in_the_morning_of_japan(prod: list[Resource]) -> None:
    [target] = [one for one in of_type(prod, "aws_appautoscaling_target") if "backend-api" in one.values["resource_id"]]
    assert (target.values["min_capacity"], target.values["max_capacity"]) == (2, 20)
    actions = [one.values for one in of_type(prod, "aws_appautoscaling_scheduled_action")]
    limits = [
        (action["schedule"], int(limit["min_capacity"]), int(limit["max_capacity"]))
        for action in actions
        for limit in action["scalable_target_action"]
    ]
    assert sorted(limits) == sorted([d.MORNING, d.AFTER])
    assert {action["timezone"] for action in actions} == {d.TIME_ZONE}


@pytest.mark.parametrize("function", d.FUNCTIONS, ids=lambda function: function.name)
def test_dt_06_functions_have_the_document_s_memory_and_time(function: d.Function, prod: list[Resource]) -> None:
    found = named(prod, "aws_lambda_function", "function_name", f"{PROD}-function-{function.name}")
    assert (found["memory_size"], found["timeout"]) == (function.memory, function.timeout)


def test_dt_06_schedules_are_in_japan_s_time_where_an_early_hour_of_the_1st_is_not_the_month_before(
    prod: list[Resource],
) -> None:
    found = {one.values["schedule_expression"]: one.values for one in of_type(prod, "aws_scheduler_schedule")}
    assert d.FUNCTIONS[0].trigger in found
    assert [expression for expression in found if " 1 * ? *" in expression] == ["cron(0 5 1 * ? *)"]
    assert {one["schedule_expression_timezone"] for one in found.values()} == {d.TIME_ZONE}


def test_dt_06_new_objects_and_messages_start_their_functions(prod: list[Resource]) -> None:
    assert len(of_type(prod, "aws_cloudwatch_event_rule")) == 1
    objects = called("prod/app/function-image-processor.tf", "function_image_processor")["objects"]["uploads"]
    assert "bucket_uploads" in json.dumps(objects)
    [mapping] = of_type(prod, "aws_lambda_event_source_mapping")
    assert "function_email_sender" in mapping.address


def test_dt_07_the_primary_instance_has_the_document_s_figures(prod: list[Resource]) -> None:
    [primary] = [one.values for one in of_type(prod, "aws_db_instance") if one.values["replicate_source_db"] is None]
    assert primary["instance_class"] == d.INSTANCE_CLASS
    assert primary["storage_type"] == "gp3"
    assert {key: primary[key] for key in d.STORAGE} == d.STORAGE
    assert primary["multi_az"] is True
    assert primary["engine_version"].startswith("16.")
    assert primary["backup_retention_period"] == d.BACKUP_DAYS
    assert (primary["backup_window"], primary["maintenance_window"]) == (d.BACKUP_WINDOW_UTC, d.MAINTENANCE_WINDOW_UTC)
    assert len(of_type(prod, "aws_db_instance")) == 1 + d.READ_REPLICAS


def test_dt_07_parameters_are_the_document_s_in_their_own_units(prod: list[Resource]) -> None:
    [group] = of_type(prod, "aws_db_parameter_group")
    found = {parameter["name"]: parameter for parameter in group.values["parameter"]}
    assert {name: found[name]["value"] for name in d.PARAMETERS} == d.PARAMETERS
    static = {"max_connections", "shared_buffers"}
    assert {name for name in d.PARAMETERS if found[name]["apply_method"] == "pending-reboot"} >= static
    assert found["rds.force_ssl"]["value"] == "1"


def test_dt_08_redis_has_three_shards_of_two_nodes(prod: list[Resource]) -> None:
    [group] = of_type(prod, "aws_elasticache_replication_group")
    found = group.values
    assert (found["engine"], found["engine_version"]) == ("redis", d.REDIS["engine_version"])
    assert found["node_type"] == d.REDIS["node_type"]
    assert (found["num_node_groups"], found["replicas_per_node_group"]) == (d.REDIS["shards"], d.REDIS["replicas"])
    assert (found["automatic_failover_enabled"], found["multi_az_enabled"]) == (True, True)
    assert (found["snapshot_retention_limit"], found["snapshot_window"]) == (
        d.REDIS["snapshots"], d.REDIS_SNAPSHOT_WINDOW_UTC,
    )  # fmt: skip
    assert found["transit_encryption_enabled"] is True


def test_dt_08_documentdb_has_three_instances_in_two_zones_and_tls(prod: list[Resource]) -> None:
    [cluster] = [one.values for one in of_type(prod, "aws_docdb_cluster")]
    assert cluster["engine_version"].startswith(f"{d.DOCUMENTS['engine_version']}.")
    assert cluster["backup_retention_period"] == d.DOCUMENTS["backups"]
    assert cluster["preferred_backup_window"] == d.BACKUP_WINDOW_UTC
    assert cluster["storage_encrypted"] is True
    assert cluster["master_password"] is None
    instances = [one.values for one in of_type(prod, "aws_docdb_cluster_instance")]
    assert [one["instance_class"] for one in instances] == [d.DOCUMENTS["size"]] * d.DOCUMENTS["instances"]
    assert len({one["availability_zone"] for one in instances}) == 2
    [group] = of_type(prod, "aws_docdb_cluster_parameter_group")
    assert {one["name"]: one["value"] for one in group.values["parameter"]} == {"tls": "enabled"}


def test_dt_13_redis_is_signed_in_to_with_tokens_of_roles_and_no_password_exists(prod: list[Resource]) -> None:
    [group] = of_type(prod, "aws_elasticache_replication_group")
    assert group.values["auth_token"] is None
    users = {one.values["user_name"]: one.values for one in of_type(prod, "aws_elasticache_user")}
    assert [mode["type"] for mode in users[f"{PROD}-main"]["authentication_mode"]] == ["iam"]
    assert not [name for name, user in users.items() if user["passwords"]]
    assert users["default"]["access_string"] == "off -@all"


@pytest.mark.parametrize("bucket", d.BUCKETS, ids=lambda bucket: bucket.name)
def test_dt_09_objects_move_and_go_when_the_document_says(bucket: d.Bucket, prod: list[Resource]) -> None:
    name = f"{PROD}-{bucket.name}-123456789012"
    assert name in by_value(prod, "aws_s3_bucket", "bucket")
    rules = [
        rule
        for one in of_type(prod, "aws_s3_bucket_lifecycle_configuration")
        if f"bucket_{bucket.name}" in one.address
        for rule in one.values["rule"]
    ]
    moves = {move["storage_class"]: move["days"] for rule in rules for move in rule["transition"]}
    assert moves == bucket.moves
    expires = {limit["days"] for rule in rules for limit in rule["expiration"] if limit["days"]}
    assert expires == ({bucket.expires} if bucket.expires else set())
    assert {found["prefix"] for rule in rules for found in rule["filter"]} <= {"", None}
    versions = [one for one in of_type(prod, "aws_s3_bucket_versioning") if f"bucket_{bucket.name}." in one.address]
    assert bool(versions) is bucket.versioned


def test_dt_21_stg_has_one_instance_of_documentdb(stg: list[Resource]) -> None:
    instances = [one.values["instance_class"] for one in of_type(stg, "aws_docdb_cluster_instance")]
    assert instances == [d.STG_DOCUMENTS["size"]] * d.STG_DOCUMENTS["instances"]


def test_dt_21_stg_has_the_sizes_as_listed(stg: list[Resource]) -> None:
    backend = by_value(stg, "aws_ecs_task_definition", "family")[f"{STG}-backend-api"]
    assert task_size(backend) == (d.STG_BACKEND.cpu, d.STG_BACKEND.memory)
    [target] = [one for one in of_type(stg, "aws_appautoscaling_target") if "backend-api" in one.values["resource_id"]]
    assert (target.values["min_capacity"], target.values["max_capacity"]) == (d.STG_BACKEND.least, d.STG_BACKEND.most)
    [database] = [one.values for one in of_type(stg, "aws_db_instance")]
    assert database["instance_class"] == d.STG_INSTANCE_CLASS
    assert (database["allocated_storage"], database["storage_type"]) == (d.STG_STORAGE, "gp3")
    assert (database.get("iops"), database.get("storage_throughput")) == (None, None), "below 400 GB gp3 takes neither"
    assert database["multi_az"] is False
    assert database["backup_retention_period"] == d.STG_BACKUP_DAYS
    [cache] = [one.values for one in of_type(stg, "aws_elasticache_replication_group")]
    assert (cache["node_type"], cache["num_cache_clusters"]) == (d.STG_NODE_TYPE, 1)
