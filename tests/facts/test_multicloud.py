"""What terraform plans for multicloud's prod and dr is what the document says, row by row."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from tests.facts.assumed import is_listed
from tests.offline_plans import ROOT, offline_plan

from . import multicloud as m
from .planned import Resource, by_value, of_type, one, planned_resources
from .told import apart, contradictions, diagnostics, said

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform

GENERATED = ROOT / "generated/multicloud"


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for prod."""
    return planned_resources(offline_plan(tmp_path_factory, "multicloud/prod"))


@pytest.fixture(scope="session")
def dr(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for dr."""
    return planned_resources(offline_plan(tmp_path_factory, "multicloud/dr"))


@pytest.fixture(scope="session")
def validated() -> list[dict[str, Any]]:
    """What `infragen validate` tells."""
    return diagnostics("multicloud")


def called(path: str, label: str) -> dict[str, Any]:
    """The arguments of a module's call, of which a plan knows nothing where one of them is known after apply."""
    document = hcl2.loads((GENERATED / path).read_text("utf-8"))
    [found] = [call[name] for call in document["module"] for name in call if name.strip('"') == label]
    return dict(plain(found))


def plain(value: Any) -> Any:
    """A value without the quotes that hcl2 leaves around texts."""
    if isinstance(value, dict):
        return {str(key).strip('"'): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.strip('"') if isinstance(value, str) else value


def group(entry: str) -> dict[str, Any]:
    """The security group of an entry, `service-app`."""
    return called(f"prod/network/{entry}.tf", f"security_group_{entry.replace('-', '_')}")


def names(resources: list[Resource], kind: str, key: str) -> set[str]:
    return {str(found.values[key]).removeprefix("multicloud-prod-") for found in of_type(resources, kind)}


def test_mc_01_three_tiers_stand_in_two_zones_and_the_data_tier_has_no_way_out(prod: list[Resource]) -> None:
    subnets = [subnet.values for subnet in of_type(prod, "aws_subnet")]
    zones = {subnet["availability_zone"] for subnet in subnets}
    assert len(zones) == 2
    assert sorted((subnet["tags"]["Tier"], subnet["availability_zone"]) for subnet in subnets) == sorted(
        (tier, zone) for tier in m.TIERS for zone in zones
    )
    assert len(of_type(prod, "aws_nat_gateway")) == len(zones)
    ways = [route for route in of_type(prod, "aws_route") if route.values["destination_cidr_block"] == "0.0.0.0/0"]
    assert len(ways) == len(zones) + 1, "of the public tier, and of the application's in each zone"
    assert not [route.address for route in ways if "data" in route.address]


def test_mc_01_each_stands_in_the_document_s_tier() -> None:
    calls = {
        "balancer-public": called("prod/edge/balancer-public.tf", "balancer_public"),
        "service-app": called("prod/app/service-app.tf", "service_app"),
        "cache-main": called("prod/data/cache-main.tf", "cache_main"),
        "search-domain-main": called("prod/data/search-domain-main.tf", "search_domain_main"),
    }
    found = {name: {*re.findall(r"vpc_(\w+?)_subnet", str(call["subnet_ids"]))} for name, call in calls.items()}
    assert found == {name: {tier} for name, tier in m.STANDS_IN.items()}


def test_mc_01_who_reaches_whom_is_drawn_and_the_balancer_admits_cloudfront_alone(prod: list[Resource]) -> None:
    found = {
        (key, name, rule["port"])
        for name in ("service-app", "cache-main", "database-main", "search-domain-main")
        for key, rule in group(name)["ingress"].items()
    }
    drawn = {way for way in found if way[0] in ("service-app", "balancer-public")}
    assert drawn == m.CONNECTIONS
    assert {way[0].partition("-")[0] for way in found - drawn} == {"bastion", "function", "job", "worker"}, (
        "people, batches"
    )
    [rule] = [
        rule.values
        for rule in of_type(prod, "aws_vpc_security_group_ingress_rule")
        if "security_group_balancer_public" in rule.address
    ]
    assert (rule["prefix_list_id"][:3], rule["cidr_ipv4"], rule["to_port"]) == ("pl-", None, 443)
    [listener] = of_type(prod, "aws_lb_listener")
    assert one(one(listener.values["default_action"])["fixed_response"])["status_code"] == "404"
    [distribution] = of_type(prod, "aws_cloudfront_distribution")
    assert one(distribution.values["default_cache_behavior"])["target_origin_id"] == "app"


def test_mc_01_application_database_and_cache_are_in_both_zones(prod: list[Resource]) -> None:
    target = by_value(prod, "aws_appautoscaling_target", "resource_id")["service/multicloud-prod/multicloud-prod-app"]
    assert target.values["max_capacity"] > target.values["min_capacity"] == 2
    [database] = (found.values for found in of_type(prod, "aws_db_instance") if "database_main" in found.address)
    [cache] = (found.values for found in of_type(prod, "aws_elasticache_replication_group"))
    assert (database["multi_az"], cache["multi_az_enabled"]) == (True, True)


def test_mc_01_every_figure_is_an_assumption() -> None:
    text = said("explain", "multicloud/prod") + said("explain", "multicloud/dr")
    for path in (
        "account", "region", "network.cidr", "log_retention", "budget", "services.app.sizes", "services.app.tasks",
        "services.app.scaling", "services.app.alarms", "workers.background.sizes", "jobs.export.sizes",
        "databases.main.size", "databases.main.storage", "databases.main.readers", "databases.main.backup.retention",
        "search-domains.main.size", "search-domains.main.nodes", "search-domains.main.storage", "caches.main.size",
        "caches.main.shards", "caches.main.replicas", "buckets.lake.lifecycle", "buckets.lake.replication.region",
        "distributions.site.firewall.rate_limit", "balancers.public.alarms", "queues.tasks.visibility_timeout",
    ):  # fmt: skip
        assert is_listed(path, text), path


def test_mc_02_postgresql_has_a_standby_a_replica_and_backups_to_any_moment(prod: list[Resource]) -> None:
    found = {each.address.split(".")[3]: each.values for each in of_type(prod, "aws_db_instance")}
    assert set(found) == {"database_main", "readers_main"}
    database = found["database_main"]
    assert (database["engine"], database["multi_az"], database["storage_encrypted"]) == (m.ENGINE, True, True)
    assert database["backup_retention_period"] > 1, "with it goes point-in-time recovery"
    assert called("prod/app/service-app.tf", "service_app")["environment"]["DATABASE_READER_HOST"].startswith(
        "${local.data.readers_main_endpoints["
    )


def test_mc_02_another_region_has_a_replica(dr: list[Resource]) -> None:
    [replica] = (found.values for found in of_type(dr, "aws_db_instance"))
    assert replica["replicate_source_db"].split(":")[3:] == [
        "ap-northeast-1", "666677778888", "db", "multicloud-prod-database-main",
    ]  # fmt: skip
    assert {subnet.values["availability_zone"][:-1] for subnet in of_type(dr, "aws_subnet")} == {"ap-northeast-3"}
    assert not of_type(dr, "aws_ecs_service")


def test_mc_03_the_search_domain_is_encrypted_and_spread_over_both_zones(prod: list[Resource]) -> None:
    [domain] = (found.values for found in of_type(prod, "aws_opensearch_domain"))
    assert one(domain["encrypt_at_rest"])["enabled"] is True
    assert one(domain["node_to_node_encryption"])["enabled"] is True
    assert one(one(domain["cluster_config"])["zone_awareness_config"])["availability_zone_count"] == 2
    variables = called("prod/app/service-app.tf", "service_app")["environment"]
    assert variables["SEARCH_URL"] == "https://${local.data.search_domain_main_host}"


@pytest.mark.parametrize("file", ["service-app", "worker-background"])
def test_mc_03_lines_go_to_the_search_domain_and_errors_to_cloudwatch(file: str) -> None:
    routes = called(f"prod/app/{file}.tf", f"log_router_{file.replace('-', '_')}")
    assert routes["search"]["host"] == "${local.data.search_domain_main_host}"
    assert routes["log_group_name"].startswith("/multicloud/prod/")
    actions = [
        action
        for grant in called(f"prod/app/{file}.tf", file.replace("-", "_"))["policies"]["search-domain-main"]
        for action in grant["actions"]
    ]
    assert "es:ESHttpPost" in actions


def test_mc_04_redis_fails_over_and_keeps_sessions_of_the_application(prod: list[Resource]) -> None:
    [cache] = (found.values for found in of_type(prod, "aws_elasticache_replication_group"))
    assert (cache["engine"], cache["automatic_failover_enabled"], cache["transit_encryption_enabled"]) == (
        "redis", True, True,
    )  # fmt: skip
    assert cache["num_node_groups"] > 1, "Redisクラスター"
    assert called("prod/app/service-app.tf", "service_app")["environment"]["CACHE_URL"].startswith("rediss://")


@pytest.mark.parametrize("bucket", sorted(m.BUCKETS))
def test_mc_05_each_bucket_has_versions_a_lifecycle_a_key_and_a_copy(bucket: str, prod: list[Resource]) -> None:
    own = [found for found in prod if found.address.startswith("module.data.") and f"bucket_{bucket}." in found.address]
    [versions] = of_type(own, "aws_s3_bucket_versioning")
    assert one(versions.values["versioning_configuration"])["status"] == "Enabled"
    [rules] = of_type(own, "aws_s3_bucket_lifecycle_configuration")
    assert [rule["status"] for rule in rules.values["rule"] if rule["noncurrent_version_expiration"]] == ["Enabled"]
    [encryption] = of_type(own, "aws_s3_bucket_server_side_encryption_configuration")
    assert one(one(encryption.values["rule"])["apply_server_side_encryption_by_default"])["sse_algorithm"] == "aws:kms"
    [copies] = of_type(own, "aws_s3_bucket_replication_configuration")
    assert one(copies.values["rule"])["status"] == "Enabled"
    place = called("prod/data/bucket-" + bucket + ".tf", f"replication_bucket_{bucket}")
    assert "bucket_replicas_ap_northeast_3" in str(place)


def test_mc_05_pages_come_from_the_copy_where_the_bucket_does_not_answer(prod: list[Resource]) -> None:
    [distribution] = (found.values for found in of_type(prod, "aws_cloudfront_distribution"))
    assert [member["origin_id"] for member in one(distribution["origin_group"])["member"]] == ["assets", "assets-copy"]


def test_mc_06_the_firewall_is_at_cloudfront_with_the_document_s_three_rules(prod: list[Resource]) -> None:
    [acl] = (found.values for found in of_type(prod, "aws_wafv2_web_acl"))
    assert acl["scope"] == "CLOUDFRONT"
    statements = [one(rule["statement"]) for rule in acl["rule"]]
    groups = {
        one(each["managed_rule_group_statement"])["name"] for each in statements if each["managed_rule_group_statement"]
    }
    assert groups >= m.RULE_GROUPS
    [limit] = [one(each["rate_based_statement"]) for each in statements if each["rate_based_statement"]]
    assert limit["aggregate_key_type"] == "IP"
    assert [rule["override_action"][0]["none"] for rule in acl["rule"] if rule["override_action"]] == [[{}]] * len(
        groups
    )


def test_mc_06_the_firewall_s_log_has_every_request_and_no_credentials(prod: list[Resource]) -> None:
    [log] = (found.values for found in of_type(prod, "aws_wafv2_web_acl_logging_configuration"))
    assert log["logging_filter"] == []
    redacted = {one(each["single_header"])["name"] for each in log["redacted_fields"]}
    assert redacted >= {"authorization", "cookie", "x-api-key"}


def test_mc_07_tls_is_1_3_at_the_balancer_and_as_strict_as_can_be_elsewhere(prod: list[Resource]) -> None:
    [listener] = (found.values for found in of_type(prod, "aws_lb_listener"))
    assert (listener["protocol"], listener["ssl_policy"]) == ("HTTPS", m.TLS_OF_BALANCER)
    [distribution] = (found.values for found in of_type(prod, "aws_cloudfront_distribution"))
    assert one(distribution["viewer_certificate"])["minimum_protocol_version"] == m.TLS_OF_DISTRIBUTION
    [domain] = (found.values for found in of_type(prod, "aws_opensearch_domain"))
    policy = one(domain["domain_endpoint_options"])
    assert (policy["enforce_https"], policy["tls_security_policy"]) == (True, m.TLS_OF_SEARCH)
    parameters = [found.values["parameter"] for found in of_type(prod, "aws_db_parameter_group")]
    assert [each["value"] for group in parameters for each in group if each["name"] == "rds.force_ssl"] == ["1"]
    assert {found.values["validation_method"] for found in of_type(prod, "aws_acm_certificate")} == {"DNS"}


def test_mc_07_objects_the_database_and_the_search_domain_have_keys_that_rotate(prod: list[Resource]) -> None:
    keys = {found.values["name"].removeprefix("alias/multicloud-prod-") for found in of_type(prod, "aws_kms_alias")}
    assert keys >= {"objects", "databases"}
    assert all(found.values["enable_key_rotation"] for found in of_type(prod, "aws_kms_key"))
    for path, label in (("database-main", "database_main"), ("search-domain-main", "search_domain_main")):
        assert "key_" in str(called(f"prod/data/{path}.tf", label)["kms_key_arn"])


def test_mc_08_tasks_sign_in_to_google_with_their_roles_and_no_key_is_made() -> None:
    call = called("prod/google/google-project-google.tf", "google_project_google")
    found = {access: (account["aws_role_names"], account["roles"]) for access, account in call["accounts"].items()}
    assert found == {
        "ai": (["multicloud-prod-app-task"], ["roles/aiplatform.user"]),
        "read-write": (["multicloud-prod-job-export-task"], ["roles/bigquery.jobUser"]),
    }
    assert len(call["datasets"]) == 1
    made = set(re.findall(r'resource "(\w+)"', (GENERATED / "prod/modules/google_project/main.tf").read_text("utf-8")))
    assert {"google_iam_workload_identity_pool_provider", "google_bigquery_dataset"} <= made
    assert "google_service_account_key" not in made
    for path, label in (("prod/app/service-app.tf", "service_app"), ("prod/app/job-export.tf", "job_export")):
        variables = called(path, label)["environment"]
        assert '"external_account' in variables["GOOGLE_CLOUD_CREDENTIALS"].replace("\\", "")
        assert variables["GOOGLE_CLOUD_PROJECT"] == call["project_id"]


def test_mc_09_thresholds_watch_use_errors_and_latency_and_one_alarm_learns(prod: list[Resource]) -> None:
    alarms = [found.values for found in of_type(prod, "aws_cloudwatch_metric_alarm")]
    metrics = {alarm["metric_name"] for alarm in alarms} | {
        one(query["metric"])["metric_name"] for alarm in alarms for query in alarm["metric_query"] if query["metric"]
    }
    assert metrics >= m.THRESHOLDS
    learns = [
        alarm["alarm_name"]
        for alarm in alarms
        if any("ANOMALY_DETECTION_BAND" in (query["expression"] or "") for query in alarm["metric_query"])
    ]
    assert learns == ["multicloud-prod-queue-tasks-waiting"]


def test_mc_09_people_hear_by_sns_slack_and_pagerduty(prod: list[Resource]) -> None:
    topics = names(prod, "aws_sns_topic", "name")
    assert topics == {"alerts-critical", "alerts-medium", "failover-alerts"}, "the last is the endpoint's, in us-east-1"
    protocols = [found.values["protocol"] for found in of_type(prod, "aws_sns_topic_subscription")]
    assert sorted(protocols) == ["email"] * 2 + ["lambda"] * 3
    told = str(called("prod/app/alarms.tf", "alerts_function"))
    assert "secret_slack" in told
    assert "secret_pagerduty" in told


@pytest.mark.parametrize("file", ["service-app", "worker-background"])
def test_mc_09_each_task_sends_traces_to_x_ray(file: str) -> None:
    call = called(f"prod/app/{file}.tf", file.replace("-", "_"))
    assert "aws_otel_collector" in call["sidecars"]["xray"]["image"]
    actions = [action for grant in call["policies"]["tracing"] for action in grant["actions"]]
    assert "xray:PutTraceSegments" in actions


def test_mc_10_work_that_may_be_stopped_is_on_spot_and_the_application_is_not(prod: list[Resource]) -> None:
    services = by_value(prod, "aws_ecs_service", "name")
    providers = {
        name.removeprefix("multicloud-prod-"): [
            each["capacity_provider"] for each in found.values["capacity_provider_strategy"]
        ]
        for name, found in services.items()
    }
    assert providers == {"app": ["FARGATE"], "worker-background": ["FARGATE_SPOT"]}
    nightly = next(found for found in of_type(prod, "aws_scheduler_schedule") if "job_export" in found.address)
    strategy = one(one(nightly.values["target"])["ecs_parameters"])["capacity_provider_strategy"]
    assert [each["capacity_provider"] for each in strategy] == ["FARGATE_SPOT"]


def test_mc_10_a_budget_tells_and_all_that_costs_has_the_tags_of_its_environment(prod: list[Resource]) -> None:
    [budget] = (found.values for found in of_type(prod, "aws_budgets_budget"))
    assert [each["notification_type"] for each in budget["notification"]] == ["ACTUAL"] * 2
    tagged = [found for found in prod if "tags_all" in found.values]
    assert {each.values["tags_all"]["System"] for each in tagged} == {"multicloud"}
    assert {each.values["tags_all"]["Environment"] for each in tagged} == {"prod"}
    assert all(each.values["tags_all"].get("CostCenter") for each in tagged)
    assert {"aws_db_instance", "aws_opensearch_domain", "aws_ecs_service"} <= {each.type for each in tagged}


def test_mc_11_operations_have_a_function_and_sessions_of_systems_manager(prod: list[Resource]) -> None:
    assert "multicloud-prod-function-operations" in by_value(prod, "aws_lambda_function", "function_name")
    assert len(of_type(prod, "aws_instance")) == 1
    bastion = group("bastion-main")
    assert not bastion.get("ingress"), "no port is open: sessions are those of Systems Manager"
    services = [found.values for found in of_type(prod, "aws_ecs_service")]
    assert [service["enable_execute_command"] for service in services] == [True, True]


def test_mc_11_documents_go_to_the_data_lake_every_night(prod: list[Resource]) -> None:
    call = called("prod/app/job-export.tf", "job_export")
    assert {"LAKE_BUCKET", "SEARCH_URL"} <= set(call["environment"])
    actions = [action for grant in call["policies"]["search-domain-main"] for action in grant["actions"]]
    assert "es:ESHttpGet" in actions
    assert "es:ESHttpPut" not in actions, "it reads"
    nightly = next(found for found in of_type(prod, "aws_scheduler_schedule") if "job_export" in found.address)
    assert nightly.values["state"] == "ENABLED"


def test_mc_11_tasks_the_database_and_the_endpoint_are_looked_at(prod: list[Resource]) -> None:
    [check] = (found.values for found in of_type(prod, "aws_route53_health_check"))
    assert (check["type"], check["fqdn"], check["resource_path"]) == ("HTTPS", "example.com", "/health")
    [targets] = of_type(prod, "aws_lb_target_group")
    assert one(targets.values["health_check"])["path"] == "/health"
    watched = {
        alarm["alarm_name"] for alarm in (found.values for found in of_type(prod, "aws_cloudwatch_metric_alarm"))
    }
    assert watched >= {
        "multicloud-prod-database-main-cpu", "multicloud-prod-balancer-public-app-unhealthy",
    }  # fmt: skip


def test_mc_11_of_two_tools_for_one_purpose_the_first_is_built(prod: list[Resource]) -> None:
    listed = said("explain", "multicloud/prod")
    for built, other in m.DOUBLES:
        assert re.search(rf"{built}.*{other}", listed), built
    assert of_type(prod, "aws_cloudwatch_dashboard")
    assert not [found.type for found in prod if re.match("aws_(prometheus|grafana|codepipeline)", found.type)]


def test_mc_11_prometheus_and_grafana_are_a_line_away(tmp_path: Path) -> None:
    for folder in ("catalog", "environments"):
        shutil.copytree(ROOT / folder / "multicloud", tmp_path / folder / "multicloud")
    file = tmp_path / "catalog/multicloud/system.yaml"
    before = file.read_text("utf-8")
    assert before.count("prometheus: {enabled: false,") == 1
    file.write_text(before.replace("prometheus: {enabled: false,", "prometheus: {enabled: true,"), "utf-8")
    plan = ["plan", "multicloud/prod", "--offline", "--json-out", str(tmp_path / "plan.json")]
    for arguments in (["validate", "--quiet"], ["render"], plan, ["permissions", "multicloud/prod", "--findings"]):
        command = [sys.executable, "-m", "infragen", *arguments, "-C", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert re.search(r"\b0 unused permissions, 0 missing", done.stdout), done.stdout
    resources = planned_resources(tmp_path / "plan.json")
    [board] = of_type(resources, "aws_grafana_workspace")
    assert (board.values["data_sources"], board.values["permission_type"]) == (["PROMETHEUS"], "CUSTOMER_MANAGED")
    assert len(of_type(resources, "aws_prometheus_workspace")) == 1
    for file in ("service-app", "worker-background"):
        text = (tmp_path / f"generated/multicloud/prod/app/{file}.tf").read_text("utf-8")
        assert re.search(r"AWS_PROMETHEUS_ENDPOINT += local\.data\.prometheus_remote_write_url", text)
        [written] = re.findall(r'AOT_CONFIG_CONTENT += (".*")', text)
        collector = json.loads(json.loads(written).replace("$${", "${"))
        assert collector["exporters"]["prometheusremotewrite"]["endpoint"] == "${env:AWS_PROMETHEUS_ENDPOINT}"
        pipelines = collector["service"]["pipelines"]
        assert pipelines["traces"]["exporters"] == ["awsxray"], "traces go where they went"
        assert {"otlp", "awsecscontainermetrics"} == {
            one for name, each in pipelines.items() if name.startswith("metrics") for one in each["receivers"]
        }


@pytest.mark.parametrize("action", ["failover", "restore"])
def test_mc_11_by_hand_there_is_a_runbook(action: str) -> None:
    text = said("runbook", "multicloud/prod", action)
    assert "multicloud-prod-database-main" in text
    assert "the lead of operations" in text, "エスカレーションフロー"


def test_every_contradiction_is_told_and_nothing_is_warned_of(validated: list[dict[str, Any]]) -> None:
    assert {each["severity"] for each in validated} == {"notice"}
    assert apart(m.TOLD, contradictions(validated, "MC")) == ([], [])
