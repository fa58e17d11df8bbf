"""What a plan's changes cost more or less a month: objects that do not change count where a price hangs on them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from infragen.plan import parse_plan
from infragen.prices import Amount

REGION = "ap-northeast-1"
SERVERLESS = {"serverlessv2_scaling_configuration": [{"min_capacity": 0.5, "max_capacity": 4}]}
FARGATE = {"name": "web", "capacity_provider_strategy": [{"capacity_provider": "FARGATE"}], "desired_count": 2}
DEFINITION = {"family": "web", "cpu": "512", "memory": "1024"}
RANGE = {"resource_id": "service/main/web", "min_capacity": 2, "max_capacity": 6}


def month(hourly: str, count: object = 1) -> Decimal:
    return Decimal(hourly) * 730 * Decimal(str(count))


def item(kind: str, before: Any, after: Any, name: str = "this", *, module: str = "", actions: Any = None) -> Any:
    usual = "create" if before is None else "delete" if after is None else "no-op" if before == after else "update"
    address = f"{module}.{kind}.{name}" if module else f"{kind}.{name}"
    return {
        "address": address, "module_address": module or None, "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": actions or [usual], "before": before, "after": after, "after_unknown": {}},
    }  # fmt: skip


def plan(*items: Any, regions: tuple[str, ...] = (REGION,), calls: Any = None) -> dict[str, tuple[Amount, Amount]]:
    """Return what each change costs before and after, by address."""
    providers = {
        "aws" if not number else f"aws.other_{number}": {
            "name": "aws", "expressions": {"region": {"constant_value": region}},
        }
        for number, region in enumerate(regions)
    }  # fmt: skip
    document = {
        "format_version": "1.2", "resource_changes": list(items),
        "configuration": {"provider_config": providers, "root_module": {"module_calls": calls or {}}},
    }  # fmt: skip
    found = parse_plan(json.dumps(document).encode())
    costs = {one.address: one.cost for one in found.changes if one.cost is not None}
    LEFT_OUT[:] = [what for one in costs.values() for what in one.left_out]
    return {address: (one.before, one.after) for address, one in costs.items() if one.before != one.after}


LEFT_OUT: list[str] = []
"""What the last plan's costs leave out."""


def flat(amount: Decimal) -> Amount:
    return Amount(amount, amount)


NOTHING = Amount()


@pytest.mark.parametrize(
    ("kind", "after", "monthly"),
    [
        ("aws_nat_gateway", {}, month("0.062")),
        ("aws_nat_gateway", {"availability_zone_address": [{}, {}]}, month("0.124")),
        ("aws_eip", {}, month("0.005")),
        ("aws_lb", {"load_balancer_type": "application"}, month("0.0243")),
        ("aws_lb", {"load_balancer_type": "network"}, month("0.0243")),
        ("aws_lb", {"internal": False, "subnets": ["a", "b"]}, month("0.0343")),
        ("aws_lb", {"internal": False}, month("0.0343")),
        ("aws_lb", {"internal": True, "subnets": ["a", "b"]}, month("0.0243")),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]}, month("0.014", 2)),
        ("aws_kms_key", {}, Decimal(1)),
        ("aws_cloudwatch_metric_alarm", {}, Decimal("0.10")),
        (
            "aws_cloudwatch_metric_alarm",
            {"metric_query": [{"id": "a", "metric": [{}]}, {"id": "b", "metric": [{}]}, {"id": "c", "metric": []}]},
            Decimal("0.10") * 2,
        ),
        (
            "aws_cloudwatch_metric_alarm",
            {
                "metric_query": [{"id": "result", "metric": [{}]}, {"id": "band", "expression": "BAND"}],
                "threshold_metric_id": "band",
            },
            Decimal("0.10") * 3,
        ),
        ("aws_secretsmanager_secret", {}, Decimal("0.40")),
        ("aws_acmpca_certificate_authority", {"usage_mode": "GENERAL_PURPOSE"}, Decimal(400)),
        ("aws_wafv2_web_acl", {"rule": [{"name": "a"}, {"name": "b"}]}, Decimal(7)),
        ("aws_route53_zone", {}, Decimal("0.50")),
        (
            "aws_db_instance",
            {"engine": "postgres", "instance_class": "db.t4g.micro", "allocated_storage": 20, "storage_type": "gp3"},
            month("0.025") + 20 * Decimal("0.138"),
        ),
        (
            "aws_db_instance",
            {"engine": "postgres", "instance_class": "db.t4g.micro", "multi_az": True, "allocated_storage": 20,
             "storage_type": "gp3", "manage_master_user_password": True},
            month("0.05") + 40 * Decimal("0.138") + Decimal("0.40"),
        ),
        ("aws_lb_trust_store", {}, month("0.0054")),
        (
            "aws_elasticache_replication_group",
            {"engine": "redis", "node_type": "cache.t4g.micro", "num_cache_clusters": 2},
            month("0.025", 2),
        ),
        (
            "aws_elasticache_replication_group",
            {"engine": "valkey", "node_type": "cache.t4g.micro", "num_node_groups": 3, "replicas_per_node_group": 1},
            month("0.02", 6),
        ),
    ],
)  # fmt: skip
def test_what_is_created_costs_what_it_is(kind: str, after: dict[str, Any], monthly: Decimal) -> None:
    assert plan(item(kind, None, after)) == {f"{kind}.this": (NOTHING, flat(monthly))}


@pytest.mark.parametrize(
    ("changed", "nodes"),
    [({"num_cache_clusters": 1}, 1), ({"replicas_per_node_group": 2}, 3), ({"num_node_groups": 2}, 4)],
)
def test_nodes_are_counted_by_what_changes_of_the_two_ways_to_count_them(changed: dict[str, int], nodes: int) -> None:
    """Terraform keeps the other count as the state has it."""
    kind, sizes = "aws_elasticache_replication_group", {"engine": "redis", "node_type": "cache.t4g.micro"}
    before = sizes | {"num_cache_clusters": 2, "num_node_groups": 1, "replicas_per_node_group": 1}
    told = plan(item(kind, before, before | changed))
    assert told == {f"{kind}.this": (flat(month("0.025", 2)), flat(month("0.025", nodes)))}


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Gateway"}),
        ("aws_lb", {"load_balancer_type": "gateway"}),
        ("aws_db_instance", {"engine": "oracle-ee", "instance_class": "db.m5.large"}),
        ("aws_db_instance", {"engine": "postgres", "instance_class": "db.x9z.large"}),
        ("aws_rds_cluster_instance", {"engine": "docdb", "instance_class": "db.r7g.large"}),
        ("aws_ecs_service", {"name": "web", "launch_type": "EC2"}),
        ("aws_iam_role", {}),
    ],
)
def test_what_has_no_known_price_is_not_told(kind: str, after: dict[str, Any]) -> None:
    assert plan(item(kind, None, after)) == {}


def test_what_goes_saves_what_it_was() -> None:
    assert plan(item("aws_nat_gateway", {}, None)) == {"aws_nat_gateway.this": (flat(month("0.062")), NOTHING)}


def test_what_changes_otherwise_costs_the_same_and_is_not_told() -> None:
    assert plan(item("aws_nat_gateway", {"tags": {"a": "b"}}, {"tags": {}})) == {}


def task(count: int) -> Decimal:
    return month("0.05056", count) / 2 + month("0.00553", count)


def test_a_new_service_costs_its_tasks_between_the_ends_of_its_range() -> None:
    found = plan(
        item("aws_ecs_service", None, FARGATE, module="module.web"),
        item("aws_ecs_task_definition", None, DEFINITION, module="module.web"),
        item("aws_appautoscaling_target", None, RANGE, module="module.scaling"),
    )
    assert found == {"module.web.aws_ecs_service.this": (NOTHING, Amount(task(2), task(6)))}


def test_a_larger_range_is_told_of_the_range_and_not_of_the_service_that_stays() -> None:
    service = FARGATE | {"task_definition": f"arn:aws:ecs:{REGION}:111122223333:task-definition/web:7"}
    found = plan(
        item("aws_ecs_service", service, service),
        item("aws_ecs_task_definition", DEFINITION, DEFINITION),
        item("aws_appautoscaling_target", RANGE, RANGE | {"max_capacity": 10}),
    )
    assert found == {"aws_appautoscaling_target.this": (Amount(task(2), task(6)), Amount(task(2), task(10)))}


def test_a_new_revision_of_another_size_is_told_of_the_service_that_takes_it() -> None:
    arn = f"arn:aws:ecs:{REGION}:111122223333:task-definition/web:7"
    found = plan(
        item("aws_ecs_service", FARGATE | {"task_definition": arn}, FARGATE, module="module.web"),
        item("aws_ecs_task_definition", DEFINITION, DEFINITION | {"cpu": "1024"}, module="module.web",
             actions=["create", "delete"]),
    )  # fmt: skip
    assert set(found) == {"module.web.aws_ecs_service.this"}
    before, after = found["module.web.aws_ecs_service.this"]
    assert after.least - before.least == month("0.05056")


def test_spot_arm_and_public_addresses_are_counted() -> None:
    service = FARGATE | {
        "capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT"}],
        "network_configuration": [{"assign_public_ip": True}],
    }
    arm = DEFINITION | {"runtime_platform": [{"cpu_architecture": "ARM64"}]}
    found = plan(item("aws_ecs_service", None, service), item("aws_ecs_task_definition", None, arm))
    usual = month("0.04045") + month("0.00442", 2)
    addresses = month("0.005", 2)
    assert found["aws_ecs_service.this"][1] == Amount(usual * Decimal("0.3") + addresses, usual + addresses)


def test_a_cluster_s_capacity_is_told_of_the_cluster_for_each_of_its_instances() -> None:
    cluster = SERVERLESS | {"cluster_identifier": "main"}
    larger = {**cluster, "serverlessv2_scaling_configuration": [{"min_capacity": 0.5, "max_capacity": 8}]}
    one = {"cluster_identifier": "main", "instance_class": "db.serverless"}
    found = plan(
        item("aws_rds_cluster", cluster, larger),
        item("aws_rds_cluster_instance", one, one, "writer"),
        item("aws_rds_cluster_instance", one, one, "reader"),
    )
    least = month("0.15", "0.5") * 2
    expected = (Amount(least, month("0.15", 8)), Amount(least, month("0.15", 16)))
    assert found == {"aws_rds_cluster.this": expected}


def test_a_reader_more_costs_its_own_capacity() -> None:
    cluster = SERVERLESS | {"cluster_identifier": "main"}
    one = {"cluster_identifier": "main", "instance_class": "db.serverless"}
    found = plan(item("aws_rds_cluster", cluster, cluster), item("aws_rds_cluster_instance", None, one, "reader"))
    expected = (NOTHING, Amount(month("0.15", "0.5"), month("0.15", 4)))
    assert found == {"aws_rds_cluster_instance.reader": expected}


def test_a_proxy_costs_eight_acu_at_least() -> None:
    cluster = SERVERLESS | {"cluster_identifier": "main"}
    one = {"cluster_identifier": "main", "instance_class": "db.serverless"}
    found = plan(
        item("aws_rds_cluster", cluster, cluster),
        item("aws_rds_cluster_instance", one, one, "a"),
        item("aws_rds_cluster_instance", one, one, "b"),
        item("aws_rds_cluster_instance", one, one, "c"),
        item("aws_db_proxy", None, {"name": "main"}),
        item("aws_db_proxy_target", None, {"db_proxy_name": "main", "db_cluster_identifier": "main"}),
    )
    assert found == {"aws_db_proxy.this": (NOTHING, Amount(month("0.019", 8), month("0.019", 12)))}


INSTANCE = {
    "engine": "postgres", "instance_class": "db.t4g.micro", "allocated_storage": 20, "storage_type": "gp3",
    "identifier": "main",
}  # fmt: skip


def test_a_disk_that_may_grow_costs_its_limit_at_most() -> None:
    found = plan(item("aws_db_instance", None, INSTANCE | {"max_allocated_storage": 100}))
    least, most = (month("0.025") + size * Decimal("0.138") for size in (20, 100))
    assert found == {"aws_db_instance.this": (NOTHING, Amount(least, most))}


def test_a_reader_has_the_engine_and_the_disk_of_its_source() -> None:
    reader = {"instance_class": "db.t4g.micro", "replicate_source_db": "main", "identifier": "main-reader"}
    found = plan(item("aws_db_instance", INSTANCE, INSTANCE), item("aws_db_instance", None, reader, "reader"))
    assert found == {"aws_db_instance.reader": (NOTHING, flat(month("0.025") + 20 * Decimal("0.138")))}
    assert plan(item("aws_db_instance", None, reader, "reader")) == {}


def test_a_proxy_of_an_instance_costs_its_processors() -> None:
    found = plan(
        item("aws_db_instance", INSTANCE, INSTANCE),
        item("aws_db_proxy", None, {"name": "main"}),
        item("aws_db_proxy_target", None, {"db_proxy_name": "main", "db_instance_identifier": "main"}),
    )
    assert found == {"aws_db_proxy.this": (NOTHING, flat(month("0.018", 2)))}


def test_what_has_no_known_price_is_named_and_the_rest_is_told() -> None:
    found = plan(item("aws_db_instance", None, INSTANCE | {"instance_class": "db.x9z.large"}))
    assert found == {"aws_db_instance.this": (NOTHING, flat(20 * Decimal("0.138")))}
    assert LEFT_OUT == ["db.x9z.large"]
    larger = INSTANCE | {"instance_class": "db.x9z.large"}
    assert plan(item("aws_db_instance", INSTANCE, larger)) == {}, "a known price is no saving where the other is not"
    assert LEFT_OUT == ["db.x9z.large"]
    assert plan(item("aws_db_instance", larger, larger | {"tags": {"a": "b"}})) == {}
    assert LEFT_OUT == []


def test_an_instance_of_aurora_costs_its_class_where_that_is_known() -> None:
    one = {"engine": "aurora-postgresql", "instance_class": "db.r7g.large"}
    plan(item("aws_rds_cluster_instance", None, one))
    assert LEFT_OUT == ["db.r7g.large"]


READER = {"cluster_identifier": "orders", "engine": "aurora-postgresql", "instance_class": "db.r6g.large"}
READERS = {"resource_id": "cluster:orders", "min_capacity": 1, "max_capacity": 5}


def test_readers_that_may_be_added_cost_the_class_of_those_that_are_there() -> None:
    target = "aws_appautoscaling_target.this"
    reader, scaled = item("aws_rds_cluster_instance", READER, READER), item("aws_appautoscaling_target", None, READERS)
    assert plan(reader, scaled) == {target: (NOTHING, Amount(Decimal(0), month("0.313", 4)))}
    more = item("aws_appautoscaling_target", READERS, READERS | {"max_capacity": 6})
    assert plan(reader, more) == {
        target: (Amount(Decimal(0), month("0.313", 4)), Amount(Decimal(0), month("0.313", 5)))
    }
    assert plan(scaled) == {}, "nobody knows their class"


def test_endpoints_in_subnets_that_are_not_there_yet_count_one_zone_and_say_so() -> None:
    found = plan(item("aws_vpc_endpoint", None, {"vpc_endpoint_type": "Interface"}))
    assert found == {"aws_vpc_endpoint.this": (NOTHING, flat(month("0.014")))}
    assert LEFT_OUT == ["interface endpoints beyond one zone"]


def test_without_one_region_only_what_says_its_own_is_told() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/x/1"
    balancer = item("aws_lb", {"load_balancer_type": "application", "arn": arn}, None)
    assert plan(balancer, item("aws_nat_gateway", None, {}), regions=(REGION, "eu-central-1")) == {
        "aws_lb.this": (flat(month("0.0225")), NOTHING)
    }
    assert plan(item("aws_nat_gateway", None, {}), regions=("mx-central-1",)) == {}


def test_of_several_regions_an_object_has_that_of_its_provider() -> None:
    keys = {"module.here": "aws", "module.there": "aws.other_1"}
    calls = {
        module.partition(".")[2]: {
            "module": {"resources": [{"address": "aws_nat_gateway.this", "provider_config_key": key}]}
        }
        for module, key in keys.items()
    }
    there = [item("aws_nat_gateway", None, {}, module="module.there", name="this[0]")]
    here = [item("aws_nat_gateway", None, {}, module="module.here")]
    gone = [item("aws_nat_gateway", {}, None, module="module.gone")]  # no configuration says of which region it was
    assert plan(*here, *there, *gone, regions=(REGION, "us-east-1"), calls=calls) == {
        "module.here.aws_nat_gateway.this": (NOTHING, flat(month("0.062"))),
        "module.there.aws_nat_gateway.this[0]": (NOTHING, flat(month("0.045"))),
    }


@pytest.mark.parametrize(
    ("kind", "before", "row"),
    [
        ("aws_nat_gateway", {}, "nat-gateway"),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface"}, "interface-endpoint"),
        ("aws_route53_zone", {}, "hosted-zone"),
        ("aws_db_instance", {"instance_class": "db.t4g.micro", "engine": "postgres"}, "db.t4g.micro"),
    ],
)
def test_what_goes_with_its_module_has_the_region_of_its_stack_or_is_named(kind: str, before: Any, row: str) -> None:
    """No configuration says any more which region it is of."""
    gone = item(kind, before, None, module="module.network.module.gone")
    arn = f"arn:aws:acm-pca:{REGION}:111122223333:certificate-authority/1"
    beside = {"arn": arn, "usage_mode": "GENERAL_PURPOSE"}
    stays = item("aws_acmpca_certificate_authority", beside, beside, module="module.network.module.tls")
    assert gone["address"] in plan(gone, stays, regions=(REGION, "us-east-1"))
    elsewhere = item("aws_acmpca_certificate_authority", beside, beside, module="module.data.module.tls")
    assert plan(gone, elsewhere, regions=(REGION, "us-east-1")) == {}
    assert row in LEFT_OUT


@pytest.mark.parametrize("figure", ["sNaN", "-5", "1e999999", "", None, [], {"a": 1}])
def test_a_damaged_figure_is_no_price_and_no_error(figure: Any) -> None:
    found = plan(
        item("aws_ecs_service", None, FARGATE | {"desired_count": figure}),
        item("aws_ecs_task_definition", None, DEFINITION | {"cpu": figure}),
    )
    assert found == {}


def test_a_search_domain_costs_its_nodes_its_masters_and_the_disk_of_each_node() -> None:
    config = {"instance_type": "r6g.xlarge.search", "instance_count": 2}
    masters = {
        "dedicated_master_enabled": True,
        "dedicated_master_count": 3,
        "dedicated_master_type": "t3.small.search",
    }
    disk = {"ebs_enabled": True, "volume_type": "gp3", "volume_size": 100}
    domain = {"cluster_config": [config | masters], "ebs_options": [disk]}
    [(_, after)] = plan(item("aws_opensearch_domain", None, domain), regions=("us-east-1",)).values()
    expected = month("0.334", 2) + month("0.036", 3) + 200 * Decimal("0.122")
    assert (after.least, after.most) == (expected, expected)


@pytest.mark.parametrize("region", [[], {"a": 1}, None, 5])
def test_a_region_that_is_no_text_is_none(region: Any) -> None:
    assert plan(item("aws_nat_gateway", None, {}), regions=(region,)) == {}


@pytest.mark.parametrize(
    ("kind", "before", "after", "may_fall"),
    [
        ("aws_db_instance", {"instance_class": "db.x9z.large"}, {"instance_class": "db.x9z.16xlarge"}, False),
        ("aws_db_instance", {"instance_class": "db.x9z.16xlarge"}, {"instance_class": "db.x9z.large"}, True),
        ("aws_db_instance", {"instance_class": "db.x9z.large"}, {"instance_class": "db.y9z.large"}, True),
        ("aws_db_instance", None, {"instance_class": "db.x9z.large"}, False),
        ("aws_db_instance", {"instance_class": "db.x9z.large"}, None, True),
        ("aws_elasticache_replication_group", {"num_cache_clusters": 2}, {"num_cache_clusters": 3}, False),
        ("aws_elasticache_replication_group", {"num_cache_clusters": 3}, {"num_cache_clusters": 2}, True),
    ],
)
def test_a_sum_without_what_has_no_price_is_a_least_unless_that_may_fall(
    kind: str, before: Any, after: Any, may_fall: bool
) -> None:
    common = (
        {"engine": "postgres"} if kind == "aws_db_instance" else {"engine": "redis", "node_type": "cache.x9z.large"}
    )
    sides = [one if one is None else common | one for one in (before, after)]
    provider = {"name": "aws", "expressions": {"region": {"constant_value": REGION}}}
    document = {
        "format_version": "1.2", "resource_changes": [item(kind, *sides)],
        "configuration": {"provider_config": {"aws": provider}},
    }  # fmt: skip
    (change,) = parse_plan(json.dumps(document).encode()).changes
    assert change.cost is not None
    assert change.cost.left_out
    assert change.cost.may_fall is may_fall


@pytest.mark.parametrize(
    ("kind", "after", "named"),
    [
        ("aws_eks_cluster", {"name": "main"}, "aws_eks_cluster"),
        ("aws_eks_node_group", {"instance_types": ["m5.large"], "scaling_config": [{"desired_size": 3}]},
         "aws_eks_node_group m5.large"),
        ("aws_instance", {"instance_type": "m5.4xlarge"}, "aws_instance m5.4xlarge"),
        ("aws_redshift_cluster", {"node_type": "ra3.xlplus", "number_of_nodes": 2}, "aws_redshift_cluster ra3.xlplus"),
        ("aws_shield_subscription", {}, "aws_shield_subscription"),
        ("aws_msk_cluster", {"broker_node_group_info": [{"instance_type": "kafka.m5.large"}]},
         "aws_msk_cluster kafka.m5.large"),
        ("aws_opensearch_domain", {"cluster_config": [{"instance_type": "r6g.large.search", "instance_count": 3}]},
         "r6g.large"),
        ("aws_neptune_cluster_instance", {"instance_class": "db.r6g.large"},
         "aws_neptune_cluster_instance db.r6g.large"),
        ("aws_docdbelastic_cluster", {"shard_count": 2}, "aws_docdbelastic_cluster"),
        ("aws_ec2_transit_gateway_vpc_attachment", {}, "aws_ec2_transit_gateway_vpc_attachment"),
        ("aws_vpn_connection", {"type": "ipsec.1"}, "aws_vpn_connection"),
        ("aws_dx_connection", {"bandwidth": "10Gbps"}, "aws_dx_connection"),
        ("aws_workspaces_workspace", {"bundle_id": "wsb-1"}, "aws_workspaces_workspace"),
        ("aws_sagemaker_notebook_instance", {"instance_type": "ml.t3.medium"},
         "aws_sagemaker_notebook_instance ml.t3.medium"),
        ("aws_emr_cluster", {"master_instance_group": [{"instance_type": "m5.xlarge"}]}, "aws_emr_cluster m5.xlarge"),
        ("aws_dynamodb_table", {"billing_mode": "PROVISIONED", "read_capacity": 5}, "aws_dynamodb_table"),
        ("aws_lb", {"load_balancer_type": "gateway"}, "aws_lb"),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "GatewayLoadBalancer"}, "aws_vpc_endpoint"),
        ("aws_db_instance", {"engine": "oracle-ee", "instance_class": "db.m5.large"}, "aws_db_instance db.m5.large"),
        ("aws_rds_cluster", {"engine": "mysql", "db_cluster_instance_class": "db.m5d.large"},
         "aws_rds_cluster db.m5d.large"),
        ("aws_elasticache_cluster", {"engine": "memcached", "node_type": "cache.m5.large", "num_cache_nodes": 2},
         "aws_elasticache_cluster cache.m5.large"),
        ("aws_ecs_service", FARGATE, "aws_ecs_service"),
        ("aws_docdb_cluster_instance", {}, "docdb-instance"),
        ("aws_of_next_year", {}, "aws_of_next_year"),
        ("google_container_cluster", {"location": "europe-west1"}, "google_container_cluster"),
        ("google_compute_instance", {"machine_type": "e2-medium"}, "google_compute_instance e2-medium"),
        ("azurerm_linux_virtual_machine", {"size": "Standard_D2s_v3"}, "azurerm_linux_virtual_machine"),
        ("digitalocean_droplet", {"size": "s-1vcpu-1gb"}, "digitalocean_droplet"),
        ("helm_release", {"name": "chart"}, "helm_release"),
    ],
)  # fmt: skip
def test_what_nobody_knows_the_price_of_is_named_when_it_comes_and_when_it_goes(
    kind: str, after: dict[str, Any], named: str
) -> None:
    for both in ((None, after), (after, None)):
        assert plan(item(kind, *both)) == {}
        assert named in LEFT_OUT
    plan(item(kind, after | {"tags": {"size": "1"}}, after | {"tags": {"size": "2"}}))
    assert LEFT_OUT == []


@pytest.mark.parametrize(
    "kind",
    [
        "aws_iam_role", "aws_iam_service_linked_role_of_next_year", "aws_security_group", "aws_subnet",
        "aws_route_table", "aws_vpc_security_group_ingress_rule", "aws_launch_template", "aws_lb_listener",
        "aws_alb_target_group", "aws_eks_access_entry", "aws_s3_bucket", "aws_sqs_queue", "aws_lambda_function",
        "aws_cloudwatch_log_group", "aws_db_subnet_group", "aws_ecs_cluster", "google_project_iam_member",
        "google_compute_firewall", "azurerm_resource_group", "azurerm_key_vault_access_policy", "github_repository",
        "kubernetes_namespace_v1", "random_password", "null_resource", "terraform_data", "tls_private_key",
    ],
)  # fmt: skip
def test_what_is_free_by_itself_is_not_named(kind: str) -> None:
    plan(item(kind, None, {"instance_type": "m5.large", "size": 3}), item("aws_nat_gateway", None, {}))
    assert LEFT_OUT == []


@pytest.mark.parametrize(
    ("kind", "free", "billed"),
    [
        ("aws_dynamodb_table", {"billing_mode": "PAY_PER_REQUEST"}, {"billing_mode": "PROVISIONED"}),
        ("aws_efs_file_system", {"throughput_mode": "bursting"}, {"throughput_mode": "provisioned"}),
        ("aws_api_gateway_stage", {"cache_cluster_enabled": False}, {"cache_cluster_enabled": True}),
        ("aws_keyspaces_table", {}, {"capacity_specification": [{"throughput_mode": "PROVISIONED"}]}),
        ("aws_cloudfront_distribution", {}, {"viewer_certificate": [{"ssl_support_method": "vip"}]}),
        ("aws_ssm_parameter", {"tier": "Standard"}, {"tier": "Advanced"}),
    ],
)
def test_what_has_a_price_only_by_an_argument_is_named_by_that_argument(
    kind: str, free: dict[str, Any], billed: dict[str, Any]
) -> None:
    for before, after, named in (
        (None, free, []),
        (None, billed, [kind]),
        (free, billed, [kind]),
        (billed, free, [kind]),
    ):
        plan(item(kind, before, after))
        assert named == LEFT_OUT


MACHINE, NODES, TABLE = "aws_instance", "aws_eks_node_group", "aws_dynamodb_table"


@pytest.mark.parametrize(
    ("kind", "before", "after", "named", "may_fall"),
    [
        (MACHINE, {"instance_type": "m5.large"}, {"instance_type": "m5.4xlarge"},
         "aws_instance m5.4xlarge, 8 times as much as aws_instance m5.large", False),
        (MACHINE, {"instance_type": "m5.4xlarge"}, {"instance_type": "m5.large"},
         "aws_instance m5.large, 0.125 times as much as aws_instance m5.4xlarge", True),
        (MACHINE, {"instance_type": "m5.large"}, {"instance_type": "c7g.large"}, "aws_instance c7g.large", True),
        (NODES, {"scaling_config": [{"desired_size": 2}]}, {"scaling_config": [{"desired_size": 20}]}, NODES, False),
        (NODES, {"scaling_config": [{"desired_size": 20}]}, {"scaling_config": [{"desired_size": 2}]}, NODES, True),
        (TABLE, {"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 5},
         {"billing_mode": "PROVISIONED", "read_capacity": 500, "write_capacity": 5}, TABLE, False),
        ("azurerm_redis_cache", {"sku_name": "Basic"}, {"sku_name": "Premium"}, "azurerm_redis_cache Premium", True),
        ("google_sql_database_instance", {"settings": [{"tier": "db-f1-micro"}]},
         {"settings": [{"tier": "db-n1-highmem-32"}]}, "google_sql_database_instance", True),
    ],
)  # fmt: skip
def test_a_size_that_changes_without_a_known_price_is_named(
    kind: str, before: dict[str, Any], after: dict[str, Any], named: str, may_fall: bool
) -> None:
    document = {"format_version": "1.2", "resource_changes": [item(kind, before, after)]}
    (change,) = parse_plan(json.dumps(document).encode()).changes
    assert change.cost is not None
    assert (change.cost.left_out, change.cost.may_fall) == ((named,), may_fall)


@pytest.mark.parametrize("part", ["cpu", "memory", "zero"])
def test_a_service_whose_tasks_have_no_known_size_is_named(part: str) -> None:
    """A figure that is nothing is a figure."""
    definition = DEFINITION | ({"cpu": "0"} if part == "zero" else {part: None})
    plan(item("aws_ecs_service", None, FARGATE), item("aws_ecs_task_definition", None, definition))
    assert ([] if part == "zero" else ["aws_ecs_service"]) == LEFT_OUT


def test_a_size_that_aws_chooses_again_is_no_change_of_size() -> None:
    after = {"instance_type": "m5.large", "ami": "b"}
    before = after | {"ami": "a", "root_block_device": [{"volume_size": 8}], "cpu_core_count": 1}
    replaced = item(MACHINE, before, after, actions=["delete", "create"])
    replaced["change"]["after_unknown"] = {"root_block_device": True, "cpu_core_count": True}
    plan(replaced)
    assert LEFT_OUT == []
