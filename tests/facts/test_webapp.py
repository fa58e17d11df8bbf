"""What terraform plans for webapp's dev and prod is what the document says, row by row."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from tests.facts.assumed import is_listed
from tests.offline_plans import ROOT, offline_plan

from . import webapp as w
from .planned import Resource, by_value, of_type, one, planned_resources
from .told import apart, as_data, contradictions, diagnostics, said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.terraform

Planned = tuple[str, list[Resource]]
"""An environment, and what is planned for it."""


@pytest.fixture(scope="session", params=["dev", "prod"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """What is planned for each environment."""
    return request.param, planned_resources(offline_plan(tmp_path_factory, f"webapp/{request.param}"))


@pytest.fixture(scope="session")
def validated() -> list[dict[str, Any]]:
    """What `infragen validate` tells."""
    return diagnostics("webapp")


def called(path: str, label: str) -> dict[str, Any]:
    """The arguments of a module's call, of which a plan knows nothing where one of them is known after apply."""
    document = hcl2.loads((ROOT / "generated/webapp" / path).read_text("utf-8"))
    [found] = [call[name] for call in document["module"] for name in call if name.strip('"') == label]
    return dict(found)


def container(resources: list[Resource], name: str) -> dict[str, Any]:
    [task] = of_type(resources, "aws_ecs_task_definition")
    return {each["name"]: each for each in json.loads(task.values["container_definitions"])}[name]


def test_wa_01_two_zones_have_a_public_and_a_private_subnet_each_and_there_is_no_nat(planned: Planned) -> None:
    _, resources = planned
    subnets = [subnet.values for subnet in of_type(resources, "aws_subnet")]
    zones = {subnet["availability_zone"] for subnet in subnets}
    assert len(zones) == w.ZONES
    assert {zone[:-1] for zone in zones} == {w.REGION}
    found = sorted((subnet["tags"]["Tier"], subnet["availability_zone"]) for subnet in subnets)
    assert found == sorted((tier, zone) for tier in w.TIERS for zone in zones)
    assert not of_type(resources, "aws_nat_gateway")
    [way] = [
        route for route in of_type(resources, "aws_route") if route.values["destination_cidr_block"] == "0.0.0.0/0"
    ]
    assert "public" in way.address, "nothing leads out of a private subnet"


def test_wa_01_endpoints_are_the_document_s_and_stand_in_both_zones(planned: Planned) -> None:
    environment, resources = planned
    found = of_type(resources, "aws_vpc_endpoint")
    by_kind = {
        kind: {
            each.values["service_name"].removeprefix(f"com.amazonaws.{w.REGION}.")
            for each in found
            if each.values["vpc_endpoint_type"] == kind
        }
        for kind in ("Gateway", "Interface")
    }
    assert by_kind == {"Gateway": w.GATEWAY_ENDPOINTS, "Interface": w.INTERFACE_ENDPOINTS}
    for service in w.INTERFACE_ENDPOINTS:
        call = called(f"{environment}/network/endpoints.tf", f"endpoint_{service.replace('.', '_')}")
        assert call["subnet_ids"] == "${module.vpc.app_subnet_list}", "of both zones"


def test_wa_01_every_image_comes_from_this_region_s_ecr(planned: Planned) -> None:
    environment, resources = planned
    repositories = {repository.values["name"] for repository in of_type(resources, "aws_ecr_repository")}
    assert repositories == {f"webapp-{environment}-backend", f"webapp-{environment}-fluent-bit"}
    call = called(f"{environment}/compute/service-backend.tf", "service_backend")
    router = next(iter(call["sidecars"].values()))
    for image in (call["image"], router["image"]):
        assert re.fullmatch(r'"?\$\{module\.(image_)?repository_\w+\.url}:[\w.]+"?', image), image


def test_wa_01_an_image_of_another_registry_is_an_error(tmp_path: Path) -> None:
    found = changed(tmp_path, "services/backend.yaml", "{repository: fluent-bit, tag: 3.4.16}", PUBLIC)
    assert [each["severity"] for each in found if each["code"] == "F119"] == ["error"]


PUBLIC = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.16"


def changed(tmp_path: Path, file: str, old: str, new: str) -> list[dict[str, Any]]:
    """What `validate` tells of the catalogue with another text in a file."""
    for folder in ("catalog", "environments"):
        for source in sorted((ROOT / folder / "webapp").rglob("*.yaml")):
            copy = tmp_path / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(source.read_text("utf-8"), "utf-8")
    return changed_again(tmp_path, file, old, new)


def changed_again(tmp_path: Path, file: str, old: str, new: str) -> list[dict[str, Any]]:
    """The same of the copy that is there already."""
    path = tmp_path / "catalog/webapp" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    command = [sys.executable, "-m", "infragen", "validate", "--format", "json", "-C", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return list(json.loads(done.stdout)["diagnostics"])


def test_wa_01_endpoints_cost_twice_the_document_s_figure_and_save_a_fifth_of_it(
    validated: list[dict[str, Any]],
) -> None:
    [found] = [each["message"] for each in validated if each["code"] == "W138"]
    dollars = re.findall(r"([\d.]+) USD", found)
    assert dollars == [w.ENDPOINTS_COST, w.BY_ZONE[0], w.NAT_COST, w.BY_ZONE[1], w.SAVED]
    rows = {
        row["name"]: row["document"]["least"]
        for row in as_data("cost", "webapp/prod")["environments"][0]["document"]["rows"]
    }
    assert {float(amount) for amount in rows.values()} == {float(w.ENDPOINTS_COST), float(w.NAT_COST)}
    assert w.SAVED_BY_THE_DOCUMENT in said("explain", "webapp/prod", "document_costs.rows.VPCエンドポイント方式.says")


def test_wa_02_one_service_is_replaced_task_by_task_and_goes_back_by_itself(planned: Planned) -> None:
    environment, resources = planned
    [service] = (found.values for found in of_type(resources, "aws_ecs_service"))
    assert service["name"] == f"webapp-{environment}-backend"
    assert one(service["deployment_circuit_breaker"]) == {"enable": True, "rollback": True}
    assert [each["type"] for each in service.get("deployment_controller") or [{"type": "ECS"}]] == ["ECS"]
    assert [each["capacity_provider"] for each in service["capacity_provider_strategy"]] == ["FARGATE"]
    assert one(service["network_configuration"])["assign_public_ip"] is False
    call = called(f"{environment}/compute/service-backend.tf", "service_backend")
    assert call["subnet_ids"] == "${local.network.vpc_app_subnet_list}"


def test_wa_02_it_scales_by_cpu_and_memory_and_has_a_task_in_each_zone(planned: Planned) -> None:
    _, resources = planned
    policies = [
        policy.values
        for policy in of_type(resources, "aws_appautoscaling_policy")
        if policy.values["service_namespace"] == "ecs"
    ]
    found = {
        one(one(policy["target_tracking_scaling_policy_configuration"])["predefined_metric_specification"])[
            "predefined_metric_type"
        ]
        for policy in policies
    }
    assert found == w.SCALES_BY
    [target] = (
        each.values
        for each in of_type(resources, "aws_appautoscaling_target")
        if each.values["service_namespace"] == "ecs"
    )
    assert target["min_capacity"] == w.LEAST_TASKS < target["max_capacity"]


def test_wa_03_images_are_scanned_when_pushed_and_ten_are_kept(planned: Planned) -> None:
    _, resources = planned
    for repository in of_type(resources, "aws_ecr_repository"):
        assert one(repository.values["image_scanning_configuration"])["scan_on_push"] is True
    policies = [json.loads(policy.values["policy"]) for policy in of_type(resources, "aws_ecr_lifecycle_policy")]
    kept = [
        rule["selection"]
        for policy in policies
        for rule in policy["rules"]
        if rule["selection"]["countType"] == "imageCountMoreThan"
    ]
    # An index and what it holds are images each, and the tag is the index's.
    assert [(one["tagStatus"], one["tagPatternList"]) for one in kept] == [("tagged", ["*"])] * 2
    assert [one["countNumber"] for one in kept] == [w.KEPT_IMAGES] * 2


def test_wa_04_the_load_balancer_is_public_with_https_and_sends_http_there(planned: Planned) -> None:
    environment, resources = planned
    [balancer] = (found.values for found in of_type(resources, "aws_lb"))
    assert (balancer["internal"], balancer["load_balancer_type"]) == (False, "application")
    assert called(f"{environment}/compute/balancer-public.tf", "balancer_public")["subnet_ids"] == (
        "${local.network.vpc_public_subnet_list}"
    )
    listeners = by_value(resources, "aws_lb_listener", "protocol")
    assert listeners["HTTPS"].values["port"] == 443
    to_https = one(one(listeners["HTTP"].values["default_action"])["redirect"])
    assert (listeners["HTTP"].values["port"], to_https["protocol"], to_https["port"]) == (80, "HTTPS", "443")
    [certificate] = of_type(resources, "aws_acm_certificate")
    assert certificate.values["domain_name"] == w.DOMAINS[environment]
    records = [record.values for record in of_type(resources, "aws_route53_record")]
    assert {record["name"] for record in records if record.get("alias")} == {w.DOMAINS[environment]}


def test_wa_04_tasks_are_asked_at_health_and_requests_are_kept_and_filtered(planned: Planned) -> None:
    environment, resources = planned
    [group] = (found.values for found in of_type(resources, "aws_lb_target_group"))
    assert (one(group["health_check"])["path"], group["target_type"]) == (w.HEALTH, "ip")
    logs = called(f"{environment}/compute/balancer-public.tf", "balancer_public")["access_logs"]
    assert logs["bucket"] == "${module.logs_public.name}"
    assert [found.values["scope"] for found in of_type(resources, "aws_wafv2_web_acl")] == ["REGIONAL"]
    acl = called(f"{environment}/security/balancer-public-firewall.tf", "web_acl_balancer_public")
    assert acl["resource_arn"] == "${local.compute.balancer_public_arn}"


def test_wa_04_the_firewall_s_log_has_what_its_rules_found_and_no_credentials(planned: Planned) -> None:
    [log] = (found.values for found in of_type(planned[1], "aws_wafv2_web_acl_logging_configuration"))
    kept = one(one(log["logging_filter"])["filter"])
    actions = {one(each["action_condition"])["action"] for each in kept["condition"]}
    assert (one(log["logging_filter"])["default_behavior"], kept["behavior"]) == ("DROP", "KEEP")
    assert (kept["requirement"], actions) == (
        "MEETS_ANY", {"BLOCK", "COUNT", "EXCLUDED_AS_COUNT", "CAPTCHA", "CHALLENGE"},
    )  # fmt: skip
    redacted = {one(each["single_header"])["name"] for each in log["redacted_fields"]}
    assert redacted >= {"authorization", "cookie", "x-api-key"}


def test_wa_05_aurora_has_a_writer_and_a_reader_of_the_environment_s_class(planned: Planned) -> None:
    environment, resources = planned
    [cluster] = (found.values for found in of_type(resources, "aws_rds_cluster"))
    assert (cluster["engine"], cluster["storage_encrypted"]) == (w.ENGINE, True)
    assert cluster["backup_retention_period"] > 1, "what every cluster has without being asked"
    instances = [found.values for found in of_type(resources, "aws_rds_cluster_instance")]
    assert [instance["instance_class"] for instance in instances] == [w.CLASSES[environment]] * w.INSTANCES
    assert len({instance["availability_zone"] for instance in instances}) == w.ZONES
    assert not any(instance["publicly_accessible"] for instance in instances)


def test_wa_05_readers_come_by_themselves(planned: Planned) -> None:
    _, resources = planned
    [target] = (
        found.values
        for found in of_type(resources, "aws_appautoscaling_target")
        if found.values["service_namespace"] == "rds"
    )
    assert target["scalable_dimension"] == "rds:cluster:ReadReplicaCount"
    assert target["max_capacity"] > target["min_capacity"] == w.INSTANCES - 1


def test_wa_05_only_the_back_end_reaches_it(planned: Planned) -> None:
    environment, _ = planned
    ingress = called(f"{environment}/network/database-main.tf", "security_group_database_main")["ingress"]
    said = [(rule["port"], rule["security_group_id"]) for rule in ingress.values()]
    assert said == [(5432, "${module.security_group_service_backend.id}")]


def test_wa_06_a_router_in_the_task_has_the_document_s_size_in_aws_s_units(planned: Planned) -> None:
    environment, _ = planned
    router = called(f"{environment}/compute/service-backend.tf", "service_backend")["sidecars"]["log-router"]
    assert (router["cpu"], router["reservation"], router["is_log_router"]) == (w.ROUTER_CPU, w.ROUTER_MEMORY, True)
    assert router["memory"] == 256, "a burst may take more than what is reserved"


def test_wa_06_kubernetes_units_are_told(validated: list[dict[str, Any]]) -> None:
    found = [each["message"] for each in validated if each["code"] == "F166"]
    said = [re.findall(r"`(\w+)`", message) for message in found]
    assert said == [["50m"], ["128Mi"]] * 2  # of the back end's router, and of the batch's


def test_wa_06_errors_go_to_the_log_group_and_all_lines_to_the_bucket_by_the_hour(planned: Planned) -> None:
    environment, _ = planned
    call = called(f"{environment}/compute/service-backend.tf", "log_router_service_backend")
    assert call["as_json"] is True
    expression = re.compile(re.sub(r"\\x22", '"', call["expression"].strip('"').encode().decode("unicode_escape")))
    for level, is_sent in {"ERROR": True, "CRITICAL": True, "FATAL": True, "WARNING": False, "INFO": False}.items():
        assert bool(expression.search(json.dumps({"level": level}))) is is_sent, level
    template = (ROOT / "generated/webapp" / environment / "modules/log_router/main.tf").read_text("utf-8")
    assert "year=%Y/month=%m/day=%d/hour=%H" in template
    assert re.search(r"compression +gzip", template)


def test_wa_06_older_revisions_stay_active_to_go_back_to(planned: Planned) -> None:
    _, resources = planned
    [task] = of_type(resources, "aws_ecs_task_definition")
    assert task.values["skip_destroy"] is True


def test_wa_07_logs_are_kept_for_the_environment_s_days_and_connections_are_logged(planned: Planned) -> None:
    environment, resources = planned
    groups = by_value(resources, "aws_cloudwatch_log_group", "name")
    assert {group.values["retention_in_days"] for group in groups.values()} == {w.LOG_DAYS[environment]}
    assert f"/webapp/{environment}/backend" in groups
    [flow] = of_type(resources, "aws_flow_log")
    assert flow.values["traffic_type"] == "ALL"
    assert not [name for name in groups if "vendedlogs/states" in name], "no workflow writes one yet"


def test_wa_08_the_log_bucket_is_the_document_s(planned: Planned) -> None:
    environment, resources = planned
    address = "module.database.module.bucket_logs."
    own = [resource for resource in resources if resource.address.startswith(address.removesuffix("."))]
    own += [resource for resource in resources if "versioning_bucket_logs" in resource.address]
    [rules] = of_type(own, "aws_s3_bucket_lifecycle_configuration")
    moves = [(each["days"], each["storage_class"]) for rule in rules.values["rule"] for each in rule["transition"]]
    assert moves == [(w.GLACIER_DAYS, "GLACIER")], "what S3 Glacier Flexible Retrieval is called in the API"
    ends = [each["days"] for rule in rules.values["rule"] for each in rule["expiration"] if each["days"]]
    assert ends == [w.EXPIRE_DAYS]
    [encryption] = of_type(own, "aws_s3_bucket_server_side_encryption_configuration")
    [rule] = encryption.values["rule"]
    assert one(rule["apply_server_side_encryption_by_default"])["sse_algorithm"] == "AES256"
    [versions] = of_type(own, "aws_s3_bucket_versioning")
    assert one(versions.values["versioning_configuration"])["status"] == "Enabled"
    [block] = of_type(own, "aws_s3_bucket_public_access_block")
    wanted = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert all(block.values[name] is True for name in wanted)
    assert f"webapp-{environment}-logs-" in by_value(own, "aws_s3_bucket", "bucket").popitem()[0]


def alarms(resources: list[Resource]) -> Mapping[str, Resource]:
    return by_value(resources, "aws_cloudwatch_metric_alarm", "alarm_name")


def test_wa_09_errors_load_connections_and_failed_requests_are_watched(planned: Planned) -> None:
    environment, resources = planned
    prefix = f"webapp-{environment}-"
    [service] = of_type(resources, "aws_ecs_cluster")
    assert {(each["name"], each["value"]) for each in service.values["setting"]} == {("containerInsights", "enabled")}
    found = {name.removeprefix(prefix): alarm.values for name, alarm in alarms(resources).items()}
    metrics = {(alarm.get("namespace"), alarm.get("metric_name")) for alarm in found.values()}
    for name in ("CPUUtilization", "MemoryUtilization"):
        assert ("AWS/ECS", name) in metrics
    for name in ("DatabaseConnections", "VolumeBytesUsed", "FreeLocalStorage"):
        assert ("AWS/RDS", name) in metrics, "Aurora has no share of a disk"
    share = found["balancer-public-errors"]["metric_query"]
    assert {
        one(each["metric"])["metric_name"] for each in share if each["metric"]
    } >= {"HTTPCode_Target_5XX_Count", "RequestCount"}  # fmt: skip
    counted = {found.values["pattern"] for found in of_type(resources, "aws_cloudwatch_log_metric_filter")}
    assert len(counted) == 2
    assert any("?ERROR" in pattern for pattern in counted)
    assert '"cannot be retried"' in counted, "lines that the router gives up"


def test_wa_09_people_get_mail_of_two_levels_in_prod_and_of_one_in_dev(planned: Planned) -> None:
    environment, resources = planned
    topics = {
        topic.values["name"].removeprefix(f"webapp-{environment}-") for topic in of_type(resources, "aws_sns_topic")
    }
    assert topics == w.TOPICS[environment] | ({"failover-alerts"} if w.OUTSIDE[environment] else set())
    protocols = [found.values["protocol"] for found in of_type(resources, "aws_sns_topic_subscription")]
    assert protocols == ["email"] * len(topics)


def test_wa_09_a_dashboard_shows_tasks_database_and_load_balancer(planned: Planned) -> None:
    environment, _ = planned
    text = (ROOT / "generated/webapp" / environment / "monitoring/dashboard.tf").read_text("utf-8")
    shown = set(re.findall(r'markdown = "## .* \((.*)\)"', text))
    assert shown >= {"services/backend", "databases/main", "balancers/public"}


def test_wa_09_every_threshold_is_an_assumption() -> None:
    command = [sys.executable, "-m", "infragen", "explain", "webapp/prod"]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in (
        "services.backend.alarms", "services.backend.scaling", "databases.main.alarms", "databases.main.reader_scaling",
        "balancers.public.alarms.errors", "metrics.errors.alarms.found", "services.backend.sizes.normal",
        "balancers.public.firewall", "network.cidr", "account",
    ):  # fmt: skip
        assert is_listed(path, text), path


def test_wa_10_guardduty_looks_for_threats(planned: Planned) -> None:
    _, resources = planned
    assert [found.values["enable"] for found in of_type(resources, "aws_guardduty_detector")] == [True]


def test_wa_10_config_records_how_everything_is_configured(planned: Planned) -> None:
    _, resources = planned
    assert len(of_type(resources, "aws_config_configuration_recorder")) == 1
    assert [found.values["is_enabled"] for found in of_type(resources, "aws_config_configuration_recorder_status")] == [
        True
    ]
    assert of_type(resources, "aws_config_config_rule"), "ルール遵守確認"


@pytest.mark.usefixtures("kept_plans")
@pytest.mark.parametrize(
    ("lines", "planned_type", "stack"),
    [
        (("workflows/batch.yaml",), "aws_sfn_state_machine", "orchestration"),
        (("frontends/web.yaml",), "aws_amplify_app", "frontend"),
    ],
)
def test_wa_11_what_comes_later_is_a_line_away(
    lines: tuple[str, ...], planned_type: str, stack: str, tmp_path: Path
) -> None:
    for file in lines:
        found = (changed if file == lines[0] else changed_again)(tmp_path, file, "enabled: false\n", "")
    assert [each for each in found if each["severity"] == "error"] == []
    plan = ["plan", "webapp/prod", "--offline", "--json-out", str(tmp_path / "plan.json")]
    for arguments in (["render"], plan, ["permissions", "webapp/prod", "--findings"]):
        command = [sys.executable, "-m", "infragen", *arguments, "-C", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert re.search(r"\b0 unused permissions, 0 missing", done.stdout), done.stdout
    resources = planned_resources(tmp_path / "plan.json")
    [made] = of_type(resources, planned_type)
    assert stack in made.address
    if planned_type == "aws_sfn_state_machine":
        assert [
            each.values["family"] for each in of_type(resources, "aws_ecs_task_definition") if "batch" in each.address
        ]
        groups = by_value(resources, "aws_cloudwatch_log_group", "name")
        [log] = (name for name in groups if name.startswith("/aws/vendedlogs/states/"))
        assert groups[log].values["retention_in_days"] == w.LOG_DAYS["prod"]


def test_wa_11_the_front_end_of_dev_has_a_branch_and_an_api_of_its_own_and_people_connect_it(tmp_path: Path) -> None:
    """環境: 開発環境と本番環境の分離, and 環境分離: ブランチベースの環境管理."""
    found = changed(tmp_path, "frontends/web.yaml", "enabled: false\n", "")
    assert [each["code"] for each in found if each["code"] == "F169"], "nobody has said that it is connected"
    command = [sys.executable, "-m", "infragen", "render", "-C", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
    made = {}
    for name in ("dev", "prod"):
        text = (tmp_path / f"generated/webapp/{name}/frontend/frontend-web.tf").read_text("utf-8")
        made[name] = dict(re.findall(r'^ +(branch|stage|NEXT_PUBLIC_API) += "(.*)"$', text, re.MULTILINE))
    assert made["prod"] == {"branch": "main", "stage": "PRODUCTION", "NEXT_PUBLIC_API": "https://api.example.com"}
    assert made["dev"] == {
        "branch": "develop",
        "stage": "DEVELOPMENT",
        "NEXT_PUBLIC_API": "https://api.dev.example.com",
    }


def test_wa_12_athena_finds_requests_and_lines_where_they_are_written(planned: Planned) -> None:
    environment, resources = planned
    tables = by_value(resources, "aws_glue_catalog_table", "name")
    assert set(tables) == {"application", "requests"}
    lines = tables["application"].values["parameters"]
    assert lines["projection.source.values"] == "services/backend"
    place = lines["storage.location.template"]
    assert place.startswith(f"s3://webapp-{environment}-logs-")
    assert place.endswith("/${source}/year=${year}/month=${month}/day=${day}/hour=${hour}")
    asked = {query.values["name"] for query in of_type(resources, "aws_athena_named_query")}
    assert asked >= {"access", "performance", "users"}


def test_wa_13_stacks_are_the_document_s_and_have_what_it_says(planned: Planned) -> None:
    environment, resources = planned
    folder = ROOT / "generated/webapp" / environment
    assert {path.parent.name for path in folder.glob("*/backend.tf")} == w.STACKS | w.OUTSIDE[environment]
    for home in w.HOMES:
        found = {resource.address.split(".")[1] for resource in of_type(resources, home.type)}
        assert {one.replace("_", "-") for one in found} - w.OUTSIDE[environment] == {home.stack}, home


@pytest.mark.parametrize("stack", sorted(w.LATER_STACKS))
def test_wa_13_what_is_for_later_may_join_the_stack_that_the_document_names(stack: str, tmp_path: Path) -> None:
    extra = tmp_path / "catalog/webapp/extra" / stack
    extra.mkdir(parents=True)
    (extra / "later.tf").write_text('output "later" {\n  description = "Later."\n  value       = local.system\n}\n')
    found = changed(tmp_path, "system.yaml", "title: Web", "title: Web")
    assert [each for each in found if each["severity"] == "error"] == []
    (extra / "later.tf").rename(extra.parent / "later.tf")
    extra.rmdir()
    wrong = tmp_path / "catalog/webapp/extra" / f"{stack}s"
    wrong.mkdir()
    (extra.parent / "later.tf").rename(wrong / "later.tf")
    found = changed(tmp_path, "system.yaml", "title: Web", "title: Web")
    assert [each for each in found if each["severity"] == "error"] != [], "no other name of a stack would do"


def test_wa_15_the_private_zone_is_one_line_away(tmp_path: Path) -> None:
    changed(tmp_path, "zones/private.yaml", "enabled: false\n", "")
    found = changed_again(tmp_path, "balancers/internal.yaml", "enabled: false\n", "")
    assert [each for each in found if each["severity"] == "error"] == []
    plan = ["plan", "webapp/prod", "--offline", "--json-out", str(tmp_path / "plan.json")]
    for arguments in (["render"], plan, ["permissions", "webapp/prod", "--findings"]):
        command = [sys.executable, "-m", "infragen", *arguments, "-C", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    resources = planned_resources(tmp_path / "plan.json")
    assert len(by_value(resources, "aws_route53_zone", "name")["webapp.internal"].values["vpc"]) == 1
    assert "api.webapp.internal" in {record.values.get("name") for record in of_type(resources, "aws_route53_record")}


def test_wa_15_every_contradiction_is_told(validated: list[dict[str, Any]]) -> None:
    assert apart(w.TOLD, contradictions(validated, "WA")) == ([], [])
