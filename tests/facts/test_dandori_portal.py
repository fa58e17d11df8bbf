"""What terraform plans for dandori-portal's dev and prod is what the document says, row by row."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from tests import k6
from tests.facts.assumed import is_listed
from tests.offline_plans import ROOT, offline_plan

from . import dandori_portal as d
from .planned import Resource, by_value, of_type, one, planned_resources, task_size
from .told import apart, as_data, contradictions, diagnostics, said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.terraform

Planned = tuple[str, list[Resource]]
"""An environment, and what is planned for it."""
GENERATED = ROOT / "generated/dandori-portal"
TENANTS = [f"c{number:02}" for number in range(1, d.TENANTS + 1)]
"""Ours: the document names none."""
GIVEN = {"PASSWORDS": json.dumps({name: f"of-{name}" for name in TENANTS}), "API_KEY": "key"}
"""What the load test is given."""


@pytest.fixture(scope="session", params=["dev", "prod"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """What is planned for each environment."""
    return request.param, planned_resources(offline_plan(tmp_path_factory, f"dandori-portal/{request.param}"))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for prod, whose sizes are the document's."""
    return planned_resources(offline_plan(tmp_path_factory, "dandori-portal/prod"))


@pytest.fixture(scope="session")
def validated() -> list[dict[str, Any]]:
    """What `infragen validate` tells."""
    return diagnostics("dandori-portal")


def explained() -> str:
    return said("explain", "dandori-portal/prod")


def called(path: str, label: str) -> dict[str, Any]:
    """The arguments of a module's call, of which a plan knows nothing where one of them is known after apply."""
    document = hcl2.loads((GENERATED / path).read_text("utf-8"))
    [found] = [call[name] for call in document["module"] for name in call if name.strip('"') == label]
    return dict(found)


def alarms(resources: list[Resource], environment: str) -> Mapping[str, dict[str, Any]]:
    found = by_value(resources, "aws_cloudwatch_metric_alarm", "alarm_name")
    return {name.removeprefix(f"dandori-portal-{environment}-"): alarm.values for name, alarm in found.items()}


def who_connects(environment: str, file: str, label: str) -> set[str]:
    """Whom a security group lets in, by the names of its rules."""
    return {name.strip('"') for name in called(f"{environment}/network/{file}", label)["ingress"]}


def test_dp_01_cloudfront_leads_to_the_load_balancer_and_that_to_next_js(planned: Planned) -> None:
    environment, resources = planned
    [site] = (found.values for found in of_type(resources, "aws_cloudfront_distribution"))
    assert site["aliases"] == [d.NAMES[environment][0]]
    first = one(site["default_cache_behavior"])["target_origin_id"]
    [origin] = (each for each in site["origin"] if each["origin_id"] == first)
    assert origin["domain_name"] == f"origin.{d.NAMES[environment][0]}"
    balancer = by_value(resources, "aws_lb", "name")[f"dandori-portal-{environment}-public"].values
    assert (balancer["load_balancer_type"], balancer["internal"]) == ("application", False)
    group = called(f"{environment}/network/balancer-public.tf", "security_group_balancer_public")
    assert [{*rule} & {"cidr_ipv4", "prefix_list_id"} for rule in group["open_ingress"].values()] == [
        {"prefix_list_id"}
    ], "CloudFront's servers alone"
    assert [rule["security_group_id"] for rule in group["egress"].values()] == [
        "${module.security_group_service_web.id}"
    ]


def test_dp_01_next_js_runs_on_fargate_two_to_ten_times_and_is_delivered_blue_green(planned: Planned) -> None:
    environment, resources = planned
    name = f"dandori-portal-{environment}-web"
    service = by_value(resources, "aws_ecs_service", "name")[name].values
    assert [each["type"] for each in service["deployment_controller"]] == ["CODE_DEPLOY"]
    [delivery] = (found.values for found in of_type(resources, "aws_codedeploy_deployment_group"))
    assert one(delivery["deployment_style"])["deployment_type"] == "BLUE_GREEN"
    assert one(delivery["auto_rollback_configuration"])["enabled"] is True
    [target] = (
        found.values
        for found in of_type(resources, "aws_appautoscaling_target")
        if found.values["resource_id"].endswith(f"/{name}")
    )
    least, most = d.TASKS
    assert (target["min_capacity"], target["max_capacity"]) == (least if environment == "prod" else 1, most)


def test_dp_02_api_gateway_leads_to_authentication_and_business_logic(planned: Planned) -> None:
    environment, resources = planned
    assert {*by_value(resources, "aws_api_gateway_domain_name", "domain_name")} == {d.NAMES[environment][1]}
    found = {
        found.values["uri"].split(":8443/")[1]: found.address.split(".")[3].removeprefix("route_api_")
        for found in of_type(resources, "aws_api_gateway_integration")
        if "{proxy}" not in found.values["uri"]
    }
    assert {path: service for service, path in found.items()} == d.ROUTES
    for service in d.BEHIND_THE_GATEWAY:
        port = {"load-balancer"}
        assert who_connects(environment, f"service-{service}.tf", f"security_group_service_{service}") == port


def test_dp_02_background_jobs_wait_in_a_queue(planned: Planned) -> None:
    environment, resources = planned
    queues = by_value(resources, "aws_sqs_queue", "name")
    assert f"dandori-portal-{environment}-background" in queues
    policies = called(f"{environment}/app/worker-background.tf", "worker_background")["policies"]
    assert "sqs:ReceiveMessage" in json.dumps(policies)
    policies = called(f"{environment}/app/service-business.tf", "service_business")["policies"]
    assert "sqs:SendMessage" in json.dumps(policies)


def test_dp_02_what_the_document_offers_beside_it_is_named() -> None:
    text = explained()
    for built, others in d.ALTERNATIVES:
        assert re.search(rf"{built}\b.*{others}", text), built


def test_dp_03_each_tenant_has_a_schema_of_its_own(planned: Planned) -> None:
    environment, _ = planned
    sql = (GENERATED / environment / "data/sql/main.sql").read_text("utf-8")
    schemas = re.findall(r'CREATE SCHEMA IF NOT EXISTS "tenant_(\w+)"', sql)
    assert len({*schemas}) == d.TENANTS
    assert "ROW LEVEL SECURITY" not in sql
    migrations = called(f"{environment}/app/job-migrate.tf", "job_migrate")["environment"]
    assert migrations["DATABASE_SCHEMAS"].strip('"') == ",".join(f"tenant_{name}" for name in schemas)


def test_dp_03_each_tenant_s_schema_gets_the_document_s_indexes(planned: Planned) -> None:
    environment, _ = planned
    sql = (GENERATED / environment / "data/sql/main.sql").read_text("utf-8")
    made = r"format\('CREATE INDEX IF NOT EXISTS %I ON %I\.%I \((.+)\)', '(\w+)', tenant, '(\w+)'\)"
    assert {name: (table, columns) for columns, name, table in re.findall(made, sql)} == d.INDEXES
    loops = re.findall(r"FOREACH tenant IN ARRAY ARRAY\[(.+)\] LOOP", sql)
    assert [len(loop.split(", ")) for loop in loops] == [d.TENANTS] * len(d.INDEXES)


def test_dp_03_what_ties_a_connection_of_the_proxy_to_a_tenant_is_told(validated: list[dict[str, Any]]) -> None:
    [pinned] = [each["message"] for each in validated if each["code"] == "D196"]
    assert {*re.findall(r"`SET ([\w.]+)`", pinned)} == {"search_path", "app.current_tenant"}


def test_dp_03_aurora_has_a_writer_and_one_to_five_readers_in_another_zone(planned: Planned) -> None:
    _, resources = planned
    [cluster] = (found.values for found in of_type(resources, "aws_rds_cluster"))
    assert cluster["engine"] == d.ENGINE
    instances = [found.values for found in of_type(resources, "aws_rds_cluster_instance")]
    assert len({instance["availability_zone"] for instance in instances}) == len(instances) == 1 + d.READERS[0]
    [target] = (
        found.values
        for found in of_type(resources, "aws_appautoscaling_target")
        if found.values["service_namespace"] == "rds"
    )
    assert (target["min_capacity"], target["max_capacity"]) == d.READERS
    [policy] = (
        one(found.values["target_tracking_scaling_policy_configuration"])
        for found in of_type(resources, "aws_appautoscaling_policy")
        if found.values["service_namespace"] == "rds"
    )
    metric = one(policy["predefined_metric_specification"])["predefined_metric_type"]
    assert (metric, policy["target_value"]) == ("RDSReaderAverageCPUUtilization", d.READER_CPU)


def test_dp_03_code_reaches_it_through_rds_proxy_and_pools_what_the_document_says(planned: Planned) -> None:
    environment, resources = planned
    assert [proxy.values["engine_family"] for proxy in of_type(resources, "aws_db_proxy")] == ["POSTGRESQL"]
    assert who_connects(environment, "database-main.tf", "security_group_database_main") == {
        "job-migrate", "proxy-main",
    }  # fmt: skip
    assert who_connects(environment, "database-main.tf", "security_group_proxy_main") == {
        "service-auth", "service-business", "service-web", "worker-background",
    }  # fmt: skip
    for kind, name in (("service", "auth"), ("service", "business"), ("service", "web"), ("worker", "background")):
        told = called(f"{environment}/app/{kind}-{name}.tf", f"{kind}_{name}")["environment"]
        assert {key: told[f"POOL_{key}"].strip('"') for key in d.POOL} == d.POOL
        assert "proxy" in told["DATABASE_HOST"]


def test_dp_03_a_thousand_gigabytes_raise_an_alarm_since_aurora_takes_no_limit(planned: Planned) -> None:
    environment, resources = planned
    alarm = alarms(resources, environment)["database-main-volume"]
    assert (alarm["metric_name"], alarm["threshold"]) == ("VolumeBytesUsed", d.STORAGE)


def test_dp_04_all_code_uses_one_redis(planned: Planned) -> None:
    environment, resources = planned
    [cache] = (found.values for found in of_type(resources, "aws_elasticache_replication_group"))
    assert (cache["engine"], cache["transit_encryption_enabled"]) == ("redis", True)
    users = {
        name.removeprefix("service-")
        for name in who_connects(environment, "cache-main.tf", "security_group_cache_main")
    }
    assert users == d.USE_REDIS


def test_dp_04_cloudfront_delivers_static_files_and_uploads_of_private_buckets(planned: Planned) -> None:
    environment, resources = planned
    own = {
        bucket.values["bucket"].removeprefix(f"dandori-portal-{environment}-").rpartition("-")[0]: bucket.address
        for bucket in of_type(resources, "aws_s3_bucket")
        if ".data." in bucket.address
    }
    assert {*own} == d.STORED
    blocks = [
        found.values for found in of_type(resources, "aws_s3_bucket_public_access_block") if ".data." in found.address
    ]
    assert [block["restrict_public_buckets"] for block in blocks] == [True] * len(d.STORED)
    [site] = (found.values for found in of_type(resources, "aws_cloudfront_distribution"))
    assert {each["origin_id"] for each in site["origin"]} == d.DELIVERED | {"app"}
    by_path = {each["path_pattern"]: each["target_origin_id"] for each in site["ordered_cache_behavior"]}
    assert (by_path["/_next/static/*"], by_path["/uploads/*"]) == ("static", "uploads")


def test_dp_04_objects_move_to_intelligent_tiering(planned: Planned) -> None:
    _, resources = planned
    for rules in of_type(resources, "aws_s3_bucket_lifecycle_configuration"):
        moves = [move["storage_class"] for rule in rules.values["rule"] for move in rule["transition"]]
        assert moves == ([d.TIER] if ".data." in rules.address else []), rules.address


def test_dp_05_each_service_scales_by_cpu_memory_and_requests(planned: Planned) -> None:
    environment, resources = planned
    found: dict[str, set[tuple[str, float]]] = {}
    for policy in of_type(resources, "aws_appautoscaling_policy"):
        if policy.values["service_namespace"] != "ecs":
            continue
        tracked = one(policy.values["target_tracking_scaling_policy_configuration"])
        metrics = [each["predefined_metric_type"] for each in tracked["predefined_metric_specification"]]
        metrics += [
            stat["metric"][0]["metric_name"]
            for own in tracked["customized_metric_specification"]
            for each in own["metrics"]
            for stat in each["metric_stat"][:1]
        ]
        name = policy.values["resource_id"].rpartition(f"dandori-portal-{environment}-")[2]
        found.setdefault(name, set()).update((metric, tracked["target_value"]) for metric in metrics)
    usual = {("ECSServiceAverageCPUUtilization", d.CPU), ("ECSServiceAverageMemoryUtilization", d.MEMORY)}
    for name in d.BEHIND_THE_GATEWAY:
        assert found[name] == usual | {("ALBRequestCountPerTarget", d.REQUESTS_PER_TARGET)}
    assert found["web"] == usual | {("RequestCountPerTarget", d.REQUESTS_PER_TARGET)}, "of two target groups"


def test_dp_06_each_tenant_has_a_key_of_its_own_with_the_document_s_limit(planned: Planned) -> None:
    environment, resources = planned
    plans = by_value(resources, "aws_api_gateway_usage_plan", "name")
    load_test = f"dandori-portal-{environment}-load-test-peak"
    assert {*plans} == {f"dandori-portal-{environment}-api", load_test}
    plan = plans[f"dandori-portal-{environment}-api"].values
    assert abs(one(plan["throttle_settings"])["rate_limit"] - float(d.LIMIT)) < 0.01
    keys = {*by_value(resources, "aws_api_gateway_api_key", "name")} - {load_test}
    assert keys == {f"dandori-portal-{environment}-api-tenant-{name}" for name in TENANTS}
    assert len(of_type(resources, "aws_api_gateway_usage_plan_key")) == d.TENANTS + 1
    methods = [found.values for found in of_type(resources, "aws_api_gateway_method")]
    assert {method["http_method"] for method in methods if not method["api_key_required"]} == {"OPTIONS"}
    files = [path.read_text("utf-8").lower() for path in (GENERATED / environment / "edge").glob("*.tf")]
    assert not [text for text in files if "x-tenant-id" in text], "a header that anybody can set"


def test_dp_06_the_limits_are_told_with_their_arithmetic(validated: list[dict[str, Any]]) -> None:
    [scaled] = [each["message"] for each in validated if each["code"] == "G139"]
    asked, served = re.findall(r"(\d+)\.00", scaled)
    assert (int(asked), int(served)) == (d.SENT, 3 * d.TASKS[1] * d.REQUESTS_PER_TARGET // 60)
    assert scaled.count(f"with {d.TASKS[1]} tasks x {d.REQUESTS_PER_TARGET} req/min") == 3
    [keys] = [each["message"] for each in validated if each["code"] == "T104"]
    [allowed] = re.findall(r"may ask ([\d.]+) a second", keys)
    assert abs(float(allowed) - d.TENANTS * float(d.LIMIT)) < 1


def test_dp_07_the_response_time_is_watched_of_every_tenant_and_endpoint(planned: Planned) -> None:
    environment, resources = planned
    alarm = alarms(resources, environment)["HighResponseTime"]
    assert (alarm["threshold"], alarm["evaluation_periods"]) == d.RESPONSE_TIME
    [query] = (each["expression"] for each in alarm["metric_query"])
    [schema] = re.findall(r"SCHEMA\((.*)\)", query)
    named = {name.strip('" ') for name in schema.split(",")}
    assert named == {d.NAMESPACE} | d.DIMENSIONS["ResponseTime"]
    assert '("ResponseTime")' in query


def test_dp_07_metrics_are_sent_to_the_document_s_namespace_alone(planned: Planned) -> None:
    environment, _ = planned
    business = called(f"{environment}/app/service-business.tf", "service_business")
    told = {value.strip('"') for key, value in business["environment"].items() if key.endswith("_METRIC")}
    assert told == {*d.DIMENSIONS}
    allowed = json.dumps([policy for name, policy in business["policies"].items() if "metric" in name])
    assert set(re.findall(r"cloudwatch:namespace\W+(\w+)", allowed)) == {d.NAMESPACE}


def test_dp_07_connections_are_a_share_of_what_the_class_allows(production: list[Resource]) -> None:
    alarm = alarms(production, "prod")["DatabaseConnectionExhaustion"]
    percent, periods = d.CONNECTIONS
    assert alarm["evaluation_periods"] == periods
    assert abs(alarm["threshold"] - d.CLASS_MEMORY // 9531392 * percent / 100) < 1
    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/RDS", "DatabaseConnections")


def test_dp_07_mistakes_of_callers_are_watched_as_written_and_errors_of_ours_at_the_goal(planned: Planned) -> None:
    environment, resources = planned
    found = alarms(resources, environment)
    percent, periods = d.CLIENT_ERRORS
    assert found["ErrorRate"]["threshold"] * 100 == pytest.approx(percent)
    for name, unit in (("gateway-api-errors", 100), ("balancer-public-errors", 1)):
        assert found[name]["threshold"] * unit == pytest.approx(d.GOAL_ERRORS)
        assert {found[which]["evaluation_periods"] for which in (name, "ErrorRate")} == {periods}
    terms = {
        query["id"]: one(query["metric"])["metric_name"]
        for query in found["ErrorRate"]["metric_query"]
        if query["metric"]
    }
    filters = {
        each.values["metric_transformation"][0]["name"]: each.values["pattern"]
        for each in resources
        if each.type == "aws_cloudwatch_log_metric_filter"
    }
    assert filters[terms["asked"]] == '{ $.apiKeyId != "-" }', "what a scanner sends has no key"
    assert filters[terms["refused"]] == '{ ($.apiKeyId != "-") && ($.status = "4*") }'


def test_dp_07_alarms_have_the_document_s_names(planned: Planned) -> None:
    _, resources = planned
    assert set(by_value(resources, "aws_cloudwatch_metric_alarm", "alarm_name")) >= d.ALARMS


def test_dp_08_the_rows_of_the_document_are_compared_with_what_is_built(validated: list[dict[str, Any]]) -> None:
    document = as_data("cost", "dandori-portal/prod")["environments"][0]["document"]
    rows = {row["name"]: (float(row["document"]["least"]), float(row["document"]["most"])) for row in document["rows"]}
    assert rows == d.COSTS
    assert tuple(sum(ends) for ends in zip(*d.COSTS.values(), strict=True)) == d.ROWS_COME_TO
    assert {*document["rest"]["entries"]} >= d.NOT_PRICED
    [wrong] = [each["message"] for each in validated if each["code"] == "T108"]
    assert re.findall(r"[\d,]{4,}", wrong) == [f"{d.ROWS_COME_TO[1]:,}", f"{d.STATED[1]:,}"]


def test_dp_08_what_the_document_s_users_ask_for_is_worked_out() -> None:
    used = {line["what"]: line["used"] for line in as_data("cost", "dandori-portal/prod")["environments"][0]["lines"]}
    requests = d.USERS_A_DAY * 30 * 100 / 1000
    assert float(used["requests of readers near ap-northeast-1"]["requests"]) == requests
    explained = said("explain", "dandori-portal/prod", "distributions.site.usage.requests")
    assert "of the document" not in explained
    assert "assumption: the document has 10,000 users a day; 100 requests of each" in explained
    assert "1日10,000人" in explained


def test_dp_08_more_than_the_goal_is_told(validated: list[dict[str, Any]], production: list[Resource]) -> None:
    [over] = [each["message"] for each in validated if each["code"] == "L143"]
    cost, budget = (int(amount.replace(",", "")) for amount in re.findall(r"([\d,]+) USD", over))
    assert cost > budget == d.BUDGET
    assert [found.values["limit_amount"] for found in of_type(production, "aws_budgets_budget")] == [str(d.BUDGET)]


def test_dp_08_every_service_is_watched_at_the_goal_s_percentile(planned: Planned) -> None:
    environment, resources = planned
    found = alarms(resources, environment)
    for name in d.BEHIND_THE_GATEWAY:
        alarm = found[f"{name}-response-time"]
        assert (alarm["extended_statistic"], alarm["threshold"]) == (d.GOAL_PERCENTILE, d.GOAL_SECONDS)
    web = found["balancer-public-web-response-time"]
    stats = {one(each["metric"])["stat"] for each in web["metric_query"] if each["metric"]}
    assert (stats, web["threshold"]) == ({d.GOAL_PERCENTILE}, d.GOAL_SECONDS)


@pytest.fixture
def script() -> Path:
    """The load test of prod, whose address is the document's."""
    [found] = (GENERATED / "prod").glob("*/k6/*.js")
    return found


@pytest.mark.parametrize("chosen", sorted(d.THRESHOLDS))
def test_dp_09_a_script_for_k6_has_the_document_s_stages_and_either_thresholds(
    chosen: str, script: Path, tmp_path: Path
) -> None:
    names = {} if chosen == "goals" else {"THRESHOLDS": chosen}
    options = k6.run(script, tmp_path, GIVEN | names, users=()).options
    assert [(stage["duration"], stage["target"]) for stage in options["stages"]] == d.STAGES
    assert options["thresholds"] == d.THRESHOLDS[chosen]


def test_dp_09_a_user_of_each_tenant_signs_in_and_passes_the_token_on(script: Path, tmp_path: Path) -> None:
    answers = [part for name in TENANTS for part in ([200, {"token": f"t-{name}"}], [200, {}])]
    ran = k6.run(script, tmp_path, GIVEN, users=tuple(range(1, d.TENANTS + 1)), answers=answers)
    assert [(one["method"], one["url"]) for one in ran.requests] == d.REQUESTS * d.TENANTS
    logins, dashboards = ran.requests[::2], ran.requests[1::2]
    assert [one["body"]["password"] for one in logins] == [f"of-{name}" for name in TENANTS]
    assert [one["headers"]["Authorization"] for one in dashboards] == [f"Bearer t-{name}" for name in TENANTS]
    assert [one for one in ran.done if "sleep" in one] == [{"sleep": d.PAUSE}] * d.TENANTS
    assert not [name for name in TENANTS if f"of-{name}" in script.read_text("utf-8")]


def test_dp_09_what_it_sends_is_told_beside_what_gets_through(validated: list[dict[str, Any]]) -> None:
    told = [each["message"] for each in validated if each["code"] == "E124"]
    (firewall,) = (message for message in told if "services/" not in message)
    assert "the firewall of gateways/api blocks an address at 30,000 in five minutes" in firewall
    told.remove(firewall)
    assert {re.findall(r"(services/\w+)", message)[0] for message in told} == {"services/auth", "services/business"}
    sent = d.USERS * 2 / (d.PAUSE + 2 * d.GOAL_SECONDS)
    for message in told:
        assert f"{d.USERS:,} users send {sent:,.2f} requests a second" in message
        assert f"{d.TASKS[1]} tasks x {d.REQUESTS_PER_TARGET} req/min" in message
    assert -(-sent // 1) == d.SENT


def test_dp_10_sizes_are_the_document_s(production: list[Resource]) -> None:
    tasks = by_value(production, "aws_ecs_task_definition", "family")
    assert task_size(tasks["dandori-portal-prod-web"]) == d.TASK
    classes = {found.values["instance_class"] for found in of_type(production, "aws_rds_cluster_instance")}
    assert classes == {d.DATABASE_CLASS}
    [cache] = (found.values for found in of_type(production, "aws_elasticache_replication_group"))
    assert cache["node_type"] == d.CACHE_CLASS
    assert (cache["num_cache_clusters"], cache["automatic_failover_enabled"], cache["multi_az_enabled"]) == (
        2, True, True,
    )  # fmt: skip


def test_dp_10_responses_are_cached_as_long_as_the_document_says(planned: Planned) -> None:
    environment, resources = planned
    site = called(f"{environment}/edge-us-east-1/distribution-site.tf", "distribution_site")
    policies = called(f"{environment}/edge-us-east-1/distribution-site.tf", "cache_policies_distribution_site")
    seconds = {name.strip('"'): policy["ttl"] for name, policy in policies["policies"].items()}
    kept = {each["path"].strip('"'): each["cache"].strip('"') for each in site["behaviours"]}
    times = {path: seconds[policy] for path, policy in kept.items() if policy in seconds}
    assert times.pop("/_next/static/*") == 365 * 86400, "永続キャッシュ"
    assert times.pop("/uploads/*") == 5 * 60, "an assumption"
    assert times == d.CACHED
    [distribution] = (found.values for found in of_type(resources, "aws_cloudfront_distribution"))
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert one(distribution["default_cache_behavior"])["cache_policy_id"] == disabled, "リアルタイムデータ"


def test_dp_04_uploads_are_answered_with_a_signature_alone(planned: Planned) -> None:
    environment, resources = planned
    [distribution] = (found.values for found in of_type(resources, "aws_cloudfront_distribution"))
    site = called(f"{environment}/edge-us-east-1/distribution-site.tf", "distribution_site")
    signed = [each["path"].strip('"') for each in site["behaviours"] if each.get("signed")]
    assert signed == ["/uploads/*"]
    asks = {each["path_pattern"]: each.get("trusted_key_groups") for each in distribution["ordered_cache_behavior"]}
    assert [path for path, groups in asks.items() if groups != []] == signed, "the id of the group is known after apply"
    assert len([*of_type(resources, "aws_cloudfront_public_key")]) == 1


def test_dp_10_no_tenant_gets_what_was_cached_for_another(planned: Planned) -> None:
    _, resources = planned
    for policy in of_type(resources, "aws_cloudfront_cache_policy"):
        if policy.values["max_ttl"] not in d.CACHED.values() or policy.values["name"].endswith("-5min"):
            continue  # the last one is of uploads, which CloudFront gives to nobody without a signature
        key = one(policy.values["parameters_in_cache_key_and_forwarded_to_origin"])
        headers = one(one(key["headers_config"])["headers"])["items"]
        assert headers == ["Authorization", "Content-Type", "Host", "Origin"]
        assert one(one(key["cookies_config"])["cookies"])["items"] == ["session"]


def test_dp_10_dev_runs_on_spot(planned: Planned) -> None:
    environment, resources = planned
    used = {
        each["capacity_provider"]
        for service in of_type(resources, "aws_ecs_service")
        for each in service.values["capacity_provider_strategy"]
        if each["weight"]
    }
    assert used == {"FARGATE_SPOT" if environment == "dev" else "FARGATE"}


def test_dp_10_figures_that_the_document_does_not_give_are_assumptions() -> None:
    text = explained()
    for path in (
        "services.auth.sizes.normal", "services.business.sizes.normal", "workers.background.sizes.normal",
        "workers.background.scaling", "gateways.api.tenants", "gateways.api.firewall",
        "distributions.site.behaviours./uploads/*.cache",
        "databases.main.version", "caches.main.version", "network.cidr", "account",
        "metrics.response-time.alarms.high", "databases.main.alarms.connections.for", "buckets.uploads.lifecycle",
    ):  # fmt: skip
        assert is_listed(path, text), path


def test_every_contradiction_is_told(validated: list[dict[str, Any]]) -> None:
    assert apart(d.TOLD, contradictions(validated, "DP")) == ([], [])
