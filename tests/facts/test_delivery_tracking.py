"""What terraform plans for delivery-tracking's stg and prod is what the document says, row by row."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from infragen.catalog import Project, load
from infragen.environment import resolve
from infragen.stacks.costs import estimate
from tests.event_patterns import matches, run_event, task_event
from tests.offline_plans import ROOT, offline_plan

from . import delivery_tracking as d
from . import delivery_tracking_network as n
from . import delivery_tracking_permissions as p
from .planned import Resource, by_value, of_type, one, planned_resources, task_size
from .told import apart, contradictions, diagnostics
from .told import said as printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.catalog import Environment

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
    assert by_kind["Gateway"] == {f"{region}.{service}" for service in d.GATEWAY_ENDPOINTS}


def test_dt_03_the_default_network_acl_stays_as_it_is(prod: list[Resource]) -> None:
    assert not [one.address for one in prod if "network_acl" in one.type]


@pytest.fixture(scope="session")
def reported() -> set[tuple[str, str, str, str]]:
    """What `infragen validate` tells of the notes: file, line, row of the requirements, what is built."""
    command = [sys.executable, "-m", "infragen", "validate", "delivery-tracking", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: set[tuple[str, str, str, str]] = set()
    for each in json.loads(said)["diagnostics"]:
        if each["code"] == "T102":
            place, (row, _, rest) = each["location"], each["message"].partition(": ")
            line = (ROOT / place["file"]).read_text("utf-8").splitlines()[place["line"] - 1]
            found.add((place["file"], line.strip(), row, rest.partition("; built: ")[2]))
    return found


def planned_rules(resources: list[Resource], environment: str) -> list[n.Rule]:
    """Every rule of a security group that is planned.

    A plan knows no group's id: whose a rule is says the call that its address names, in the generated files.
    """
    calls: dict[str, dict[str, Any]] = {}
    for file in (ROOT / "generated/delivery-tracking" / environment / "network").glob("*.tf"):
        for call in hcl2.loads(file.read_text("utf-8")).get("module", []):
            calls |= {label.strip('"'): arguments for label, arguments in call.items()}
    groups = {
        group.address.removesuffix(".aws_security_group.this").rpartition(".")[2]: group.values["name"]
        for group in of_type(resources, "aws_security_group")
    }
    short = {label: name.removeprefix(f"delivery-tracking-{environment}-") for label, name in groups.items()}
    return [
        rule_of(rule, calls, short)
        for rule in resources
        if rule.type in ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
    ]


def rule_of(rule: Resource, calls: dict[str, dict[str, Any]], groups: dict[str, str]) -> n.Rule:
    found = re.fullmatch(
        r"module\.network\.module\.(\w+)\.aws_vpc_security_group_(\w+)_rule\.(\w+)\[\"(.+)\"]", rule.address
    )
    assert found, rule.address
    label, way, name, key = found.groups()
    argument = {"this": way, "open": f"open_{way}", "peer": f"peer_{way}"}[name]
    given = {each.strip('"'): rules for each, rules in calls[label][argument].items()}[key]
    said = {each: value.strip('"') if isinstance(value, str) else value for each, value in given.items()}
    assert rule.values["ip_protocol"] == "tcp", rule.address
    assert rule.values["from_port"] == rule.values["to_port"] == said["port"], rule.address
    own, other = groups[label], peer(rule, said, groups)
    if name == "peer":
        own, other = other, own
    return n.Rule(own, {"ingress": "in", "egress": "out"}[way], said["port"], other)


def peer(rule: Resource, said: dict[str, Any], groups: dict[str, str]) -> str:
    """Who is on the other side: what the plan knows, or else the group or the endpoint that the call refers to."""
    known = [rule.values[each] for each in ("cidr_ipv4", "cidr_ipv6", "prefix_list_id") if rule.values.get(each)]
    if "security_group_id" in said:
        assert not known, rule.address
        return groups[said["security_group_id"].removeprefix("${module.").removesuffix(".id}")]
    if known:
        return str(one(known))
    assert said["prefix_list_id"] == "${module.endpoint_s3.prefix_list_id}", rule.address
    return n.S3


def test_dt_03_every_planned_rule_is_a_row_of_the_document_or_a_named_addition(prod: list[Resource]) -> None:
    rows = [rule for rules in n.BUILT.values() for rule in rules]
    assert Counter(planned_rules(prod, "prod")) == Counter([*rows, *n.ADDED])


def test_dt_03_no_other_kind_of_resource_opens_a_way(prod: list[Resource]) -> None:
    groups = [*of_type(prod, "aws_security_group"), *of_type(prod, "aws_default_security_group")]
    assert not [each.address for each in groups if each.values.get("ingress") or each.values.get("egress")]
    assert not of_type(prod, "aws_security_group_rule")
    named = {each.values["name"].removeprefix(f"{PROD}-") for each in of_type(prod, "aws_security_group")}
    assert named == n.GROUPS.keys() | n.NEW_GROUPS
    assert not [rule for rule in planned_rules(prod, "prod") if rule.group in n.NOTHING_OUT and rule.direction == "out"]


def test_dt_03_every_row_of_the_document_is_planned_between_its_groups_or_left_out_for_a_reason() -> None:
    assert Counter(n.DOCUMENT) == Counter([*n.BUILT, *n.LEFT_OUT])
    for row, rules in n.BUILT.items():
        for rule in rules:
            other = (n.GROUPS | n.COMPANY).get(rule.peer, rule.peer)
            between = (n.GROUPS[rule.group], rule.direction, other)
            assert between == (row.group, row.direction, row.peer)
            assert rule.port == row.port or row in n.CHANGED, rule


def test_dt_03_every_difference_is_told_where_it_is_caused(reported: set[tuple[str, str, str, str]]) -> None:
    all_told("DT-03", {*n.ADDED.values(), *n.LEFT_OUT.values(), *n.CHANGED.values(), n.SPLIT}, reported)


def all_told(row: str, needed: set[n.Told], reported: set[tuple[str, str, str, str]]) -> None:
    """Compare in both directions: each difference has its note, and each note of the row is needed."""
    assert [note for note in needed if not any(is_told(note, *each) for each in reported)] == []
    built = [each[3] for each in reported if each[2] == row]
    assert [each for each in built if not any(each.startswith(note.built) for note in needed)] == []


def is_told(note: n.Told, file: str, line: str, row: str, built: str) -> bool:
    return (file, row) == (note.file, note.id) and note.line in line and built.startswith(note.built)


Granted = set[tuple[str, str, str]]
"""Whose, which action, on what."""


@pytest.fixture(scope="session")
def roles(terraform_once: str) -> dict[str, list[dict[str, Any]]]:
    """What the planned policies of prod say, by the role of an entry."""
    command = [sys.executable, "-m", "infragen", "permissions", "delivery-tracking/prod", "--format", "json"]
    kept = {**os.environ, "PATH": terraform_once}
    said = json.loads(subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=True).stdout)
    of_code = ("services", "workers", "jobs", "functions")
    return {
        role["name"]: role["permissions"]
        for role in said["subjects"]
        if role["is_role"] and role["owner"].split("/")[0] in of_code
    }


def granted(permissions: p.Permissions) -> list[tuple[str, str, str]]:
    return [(who, action, on) for who, actions in permissions.items() for action, ons in actions.items() for on in ons]


def of_code(roles: dict[str, list[dict[str, Any]]], *, denies: bool) -> Granted:
    return {
        (who, each["action"], each["resource"])
        for who, permissions in roles.items()
        for each in permissions
        if who not in p.OTHER_ROLES and each["denies"] is denies and each["action"] != "sts:AssumeRole"
    }


def test_dt_11_tasks_and_functions_may_do_the_document_s_and_named_additions(
    roles: dict[str, list[dict[str, Any]]],
) -> None:
    rows = [*granted(p.BUILT), *(each for permissions in p.ADDED.values() for each in granted(permissions))]
    assert max(Counter(rows).values()) == 1, "nothing is listed twice"
    assert of_code(roles, denies=False) == set(rows)
    assert of_code(roles, denies=True) == set(granted(p.DENIED))


def test_dt_11_each_role_is_a_task_s_or_a_function_s_or_named(roles: dict[str, list[dict[str, Any]]]) -> None:
    of_functions = {who for permissions in p.ADDED.values() for who in permissions} - p.BUILT.keys()
    assert roles.keys() == p.BUILT.keys() | of_functions | p.OTHER_ROLES.keys()
    for who in p.BUILT.keys() | of_functions:
        trusted = [each["by"] for each in roles[who] if each["action"] == "sts:AssumeRole"]
        assert trusted == ["lambda.amazonaws.com" if who in of_functions else "ecs-tasks.amazonaws.com"], who


def test_dt_11_each_statement_of_the_document_has_its_counterpart_where_it_is_used() -> None:
    tasks = {role.removesuffix(" execution role") for role in p.BUILT if role.endswith(" execution role")}
    assert {role.removesuffix(" task role") for role in p.BUILT if role.endswith(" task role")} == tasks
    for task in tasks:
        assert p.BUILT[f"{task} execution role"].keys() == p.EXECUTION
    of_tasks = [each for each in granted(p.BUILT) if each[0].endswith(" task role")]
    objects = [(action, on) for _, action, on in of_tasks if action in p.TASK_OBJECTS]
    messages = [(action, on) for _, action, on in of_tasks if action in p.TASK_MESSAGES]
    assert len(objects) + len(messages) == len(of_tasks)
    assert ({action for action, _ in objects}, {on for _, on in objects}) == (p.TASK_OBJECTS, {p.UPLOADS})
    assert ({action for action, _ in messages}, {on for _, on in messages}) == (p.TASK_MESSAGES, p.QUEUES)


def test_dt_11_only_what_aws_knows_no_resource_of_is_allowed_for_all(roles: dict[str, list[dict[str, Any]]]) -> None:
    assert {action for _, action, on in of_code(roles, denies=False) if on == "*"} == p.FOR_EVERYTHING
    metric = [each for each in roles["services/backend-api task role"] if each["action"] == "cloudwatch:PutMetricData"]
    assert [each["condition"] for each in metric] == [f"StringEquals cloudwatch:namespace {d.METRIC[0]}"]


def test_dt_11_every_difference_is_told_where_it_is_caused(reported: set[tuple[str, str, str, str]]) -> None:
    all_told("DT-11", {*p.ADDED, p.OWN_ROLES}, reported)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("service-backend-api", "service_backend_api"),
        ("service-route-optimizer", "service_route_optimizer"),
        ("worker-tracking-worker", "worker_tracking_worker"),
    ],
)
def test_dt_13_tasks_get_the_document_s_urls_and_what_they_are_made_of(path: str, label: str) -> None:
    call = called(f"prod/app/{path}.tf", label)
    environment, secrets = ({name.strip('"'): value for name, value in call[key].items()}
                            for key in ("environment", "secrets"))  # fmt: skip
    assert environment.keys() >= d.DATABASE_VARIABLES
    assert not environment.keys() & d.URLS
    assert {name: secrets[name].strip(chr(34)).rpartition("]}")[2] for name in d.URLS} == {
        "DATABASE_URL_PRIMARY": ":url_primary::", "DATABASE_URL_REPLICA": ":url_replica::",
    }  # fmt: skip
    assert ":password::" in secrets[d.DATABASE_SECRET]
    assert d.DATABASE_SECRET not in environment
    assert environment["DATABASE_HOST"] != environment["DATABASE_READER_HOST"]


def test_dt_13_the_urls_are_written_with_the_password_and_lead_to_the_primary_and_to_a_replica() -> None:
    call = called("prod/data/database-main.tf", "passwords_main")
    urls = {name.strip('"'): url.strip('"') for name, url in call["urls"].items()}
    end = "}:5432/delivery_db?sslmode=require&sslaccept=strict"
    assert urls == {
        "url_primary": "postgresql://%s@${module.database_main.endpoint" + end,
        "url_replica": 'postgresql://%s@${module.readers_main.endpoints["reader-1"]' + end,
    }
    module = ROOT / "generated/delivery-tracking/prod/modules/database_passwords_with_urls/main.tf"
    assert re.search(r"secret_string_wo += jsonencode\(merge\(", module.read_text("utf-8"))


def test_dt_13_no_password_stands_in_the_state(prod: list[Resource]) -> None:
    versions = of_type(prod, "aws_secretsmanager_secret_version")
    assert versions
    assert not [each.address for each in versions if each.values.get("secret_string")]
    databases = [*of_type(prod, "aws_db_instance"), *of_type(prod, "aws_docdb_cluster")]
    assert not [each.address for each in databases if each.values.get("password") or each.values.get("master_password")]


def test_dt_13_secrets_rotate_as_often_as_the_document_says(prod: list[Resource]) -> None:
    rotations = of_type(prod, "aws_secretsmanager_secret_rotation")
    days = {
        re.sub(r".*\.(rotation|user)_|\.aws_.*", "", found.address): one(found.values["rotation_rules"])[
            "automatically_after_days"
        ]
        for found in rotations
    }
    assert days == {
        "database_main": d.ROTATION_DAYS["rds/postgresql/master"],
        "cache_main": d.ROTATION_DAYS["redis/auth-token"],
        "secret_jwt": d.ROTATION_DAYS["jwt/secret-key"],
    }


def test_dt_13_the_names_that_differ_are_told(reported: set[tuple[str, str, str, str]]) -> None:
    note = n.Told("catalog/delivery-tracking/databases/main.yaml", "url_options: ", "DT-13", "both variables")
    assert any(is_told(note, *each) for each in reported)


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_14_x_ray_traces_what_runs_on_fargate_and_lambda(name: str, request: pytest.FixtureRequest) -> None:
    planned = request.getfixturevalue(name)
    functions = {
        one.values["function_name"]: one.values["tracing_config"]
        for one in of_type(planned, "aws_lambda_function")
        if not one.values["function_name"].endswith(d.OWN_FUNCTIONS)
    }
    assert {mode[0]["mode"] for mode in functions.values()} == {"Active"}
    assert {function.name for function in d.FUNCTIONS} <= {one.removeprefix(f"{STG}-function-") for one in functions}
    folder = ROOT / "generated/delivery-tracking" / name / "app"
    kept_running = sorted(path for kind in ("service", "worker") for path in folder.glob(f"{kind}-*.tf"))
    assert len(kept_running) == len(of_type(planned, "aws_ecs_service"))
    assert [
        path.name for path in kept_running if "repository_aws_otel_collector_url}:v" not in path.read_text("utf-8")
    ] == []


def test_dt_15_a_pipeline_takes_a_backup_before_each_release_that_goes_after_30_days(
    prod: list[Resource], stg: list[Resource]
) -> None:
    path = "databases.main.backup.before_release"
    command = [sys.executable, "-m", "infragen", "explain", "delivery-tracking/prod", path]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"{d.RELEASE_BACKUP_DAYS} days" in said.stdout, said.stdout + said.stderr
    assert [vault.values["name"] for vault in of_type(prod, "aws_backup_vault")] == [f"{PROD}-backups"]
    roles = {role.values["name"] for role in of_type(prod, "aws_iam_role")}
    assert f"{PROD}-database-main-backup" in roles
    assert not of_type(stg, "aws_backup_vault")


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_23_threats_calls_and_disks_of_the_account_are_looked_after(
    name: str, request: pytest.FixtureRequest
) -> None:
    planned = request.getfixturevalue(name)
    assert [detector.values["enable"] for detector in of_type(planned, "aws_guardduty_detector")] == [True]
    [trail] = (found.values for found in of_type(planned, "aws_cloudtrail"))
    assert (trail["is_multi_region_trail"], trail["enable_log_file_validation"]) == (True, True)
    assert [disks.values["enabled"] for disks in of_type(planned, "aws_ebs_encryption_by_default")] == [True]


def test_dt_03_the_bastion_is_in_a_public_subnet_for_the_company_and_gives_nothing_away(prod: list[Resource]) -> None:
    [host] = (found.values for found in of_type(prod, "aws_instance"))
    assert host["associate_public_ip_address"] is True
    subnet = called("prod/edge/bastion-main.tf", "bastion_main")["subnet_id"]
    assert subnet == '${local.network.vpc_public_subnet_ids["ap-northeast-1a"]}'
    assert host["disable_api_termination"] is True
    [metadata], [disk] = host["metadata_options"], host["root_block_device"]
    assert (metadata["http_endpoint"], metadata["http_tokens"]) == ("enabled", "required")
    assert (disk["encrypted"], disk["volume_type"]) == (True, "gp3")
    assert not any(host.get(name) for name in ("user_data", "user_data_base64", "key_name"))


def test_dt_23_what_runs_in_stg_runs_on_spot_and_nothing_of_prod_does(
    prod: list[Resource], stg: list[Resource]
) -> None:
    for planned, wanted in ((stg, "FARGATE_SPOT"), (prod, "FARGATE")):
        services = of_type(planned, "aws_ecs_service")
        providers = [one.values["capacity_provider_strategy"] for one in services]
        found = [[one["capacity_provider"] for one in each] for each in providers]
        assert found == [[wanted]] * len(services) != []


def tables(planned: list[Resource]) -> dict[str, dict[str, Any]]:
    """Each table of Glue's catalog: where it lies, its columns with their types, and all that it says of partitions."""
    found: dict[str, dict[str, Any]] = {}
    for table in by_value(planned, "aws_glue_catalog_table", "name").values():
        storage = one(table.values["storage_descriptor"])
        found[table.values["name"]] = {
            **table.values["parameters"],
            "columns": {column["name"]: column["type"] for column in storage["columns"]},
            "reads": one(storage["ser_de_info"]),
        }
    return found


@pytest.mark.parametrize(("name", "account"), [("prod", "123456789012"), ("stg", "210987654321")])
def test_dt_23_athena_asks_the_logs_where_they_are_written(
    name: str, account: str, request: pytest.FixtureRequest
) -> None:
    planned = request.getfixturevalue(name)
    prefix = f"delivery-tracking-{name}"
    found = tables(planned)
    assert set(found) == {"application", "calls", "requests"}
    buckets = by_value(planned, "aws_s3_bucket", "bucket")
    for table in found.values():
        assert table["projection.enabled"] == "true", "no crawler, and no partition that somebody adds"
        assert table["storage.location.template"].removeprefix("s3://").split("/")[0] in buckets

    sent = {
        one(stream.values["extended_s3_configuration"])["prefix"].removesuffix("/day=!{timestamp:yyyy-MM-dd}/")
        for stream in of_type(planned, "aws_kinesis_firehose_delivery_stream")
    }
    lines = found["application"]
    assert set(lines["projection.source.values"].split(",")) == sent == d.SENT_PREFIXES
    template = f"s3://{prefix}-logs-{account}/${{source}}/day=${{day}}"
    assert (lines["storage.location.template"], lines["projection.day.format"]) == (template, "yyyy-MM-dd")
    assert set(lines["columns"]) == d.LINE_KEYS
    assert lines["columns"]["duration_ms"] == "bigint"

    balancer = called(f"{name}/edge/balancer-public.tf", "balancer_public")["access_logs"]["prefix"].strip('"')
    bucket = called(f"{name}/edge/balancer-public.tf", "logs_public")["name"].strip('"')
    written = f"s3://{bucket}/{balancer}/AWSLogs/{account}/elasticloadbalancing/ap-northeast-1/${{day}}"
    assert found["requests"]["storage.location.template"] == written

    bucket = called(f"{name}/network/cloudtrail.tf", "cloudtrail")["bucket_name"].strip('"')
    written = f"s3://{bucket}/AWSLogs/{account}/CloudTrail/${{region}}/${{day}}"
    assert found["calls"]["storage.location.template"] == written
    assert {"ap-northeast-1", "us-east-1"} <= set(found["calls"]["projection.region.values"].split(","))


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_23_who_asks_reads_no_more_than_is_let_and_answers_are_encrypted_and_go(
    name: str, request: pytest.FixtureRequest
) -> None:
    planned = request.getfixturevalue(name)
    [workgroup] = (found.values for found in of_type(planned, "aws_athena_workgroup"))
    settings = one(workgroup["configuration"])
    assert settings["enforce_workgroup_configuration"] is True
    assert settings["bytes_scanned_cutoff_per_query"] == 100_000_000_000
    assert one(one(settings["result_configuration"])["encryption_configuration"])["encryption_option"] == "SSE_KMS"
    rules = [
        rule
        for found in of_type(planned, "aws_s3_bucket_lifecycle_configuration")
        if "answers_workgroup_logs" in found.address
        for rule in found.values["rule"]
    ]
    assert {limit["days"] for rule in rules for limit in rule["expiration"]} == {d.ANSWER_DAYS}
    asked = {query.values["name"] for query in of_type(planned, "aws_athena_named_query")}
    assert asked >= {"application-errors", "requests-slowest", "calls-callers"}


REQUEST = (
    "https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80"
    ' 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0"'
    " ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"
    " arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067"
    ' "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com"'
    ' "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1'
    ' 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_123456'
)
"""AWS's own example of an entry (Application Load Balancers guide: Access logs, Example log entries)."""


def test_dt_23_each_column_of_a_request_has_its_part_of_the_line(prod: list[Resource]) -> None:
    table = tables(prod)["requests"]
    assert table["reads"]["serialization_library"].endswith(".RegexSerDe")
    for more in ("", ' "-" "-" -'):
        found = re.fullmatch(table["reads"]["parameters"]["input.regex"], REQUEST + more)
        assert found is not None
        parts = dict(zip(table["columns"], found.groups(), strict=False))
        wanted = {
            "type": "https",
            "client_ip": "192.168.131.39",
            "client_port": "2817",
            "target_processing_time": "0.048",
            "elb_status_code": "200",
            "sent_bytes": "57",
            "request_url": "https://www.example.com:443/",
            "domain_name": "www.example.com",
            "actions_executed": "authenticate,forward",
            "target_status_code_list": "200",
            "classification_reason": "-",
            "conn_trace_id": "TID_123456",
        }
        assert {name: parts[name] for name in wanted} == wanted


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_23_queues_give_their_consumers_six_times_what_they_take_and_keep_what_failed(
    name: str, request: pytest.FixtureRequest
) -> None:
    prefix = f"delivery-tracking-{name}-delivery-"
    queues = by_value(request.getfixturevalue(name), "aws_sqs_queue", "name")
    own = {key: found.values for key, found in queues.items() if not key.endswith("-dead-letters")}
    assert len(own) >= 2
    for key, queue in own.items():
        assert key.startswith(prefix)
        assert queue["visibility_timeout_seconds"] >= 6 * d.QUEUE_CONSUMER_SECONDS, key
        assert f"{key}-dead-letters" in queues


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_23_images_have_their_repositories(name: str, request: pytest.FixtureRequest) -> None:
    found = {
        one.values["name"].rpartition("/")[2] for one in of_type(request.getfixturevalue(name), "aws_ecr_repository")
    }
    wanted = d.IMAGES if name == "prod" else d.IMAGES - {"route-optimizer"}  # the picture of stg has no optimizer
    assert {image for image in d.IMAGES if any(one.removesuffix(f"-{name}") == image for one in found)} == wanted


def test_dt_23_reports_are_read_from_a_replica() -> None:
    told = called("prod/app/function-daily-report-generator.tf", "function_daily_report_generator")["environment"]
    assert "readers_main_endpoints" in told["DATABASE_READER_HOST"]
    assert "database_main_endpoint" in told["DATABASE_HOST"]


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_23_costs_can_be_told_apart_by_tag(name: str) -> None:
    providers = [*(ROOT / "generated/delivery-tracking" / name).glob("*/providers.tf")]
    assert len(providers) >= 4
    for file in providers:
        [provider] = hcl2.loads(file.read_text("utf-8"))["provider"]
        [own] = provider.values()
        [tags] = own["default_tags"]
        said = {key: value.strip('"') for key, value in tags["tags"].items()}
        assert (said["System"], said["Environment"]) == ("delivery-tracking", name)


NOTED = {
    ("buckets/reports.yaml", "reports, which are read"),  # S3 Intelligent-Tiering
    ("distributions/site.yaml", "protects CloudFront, Route 53 and load balancers"),  # Shield Standard
    ("prod.yaml", "Its reports are looked at in the console"),
    ("secrets/sendgrid.yaml", "nothing of SES"),
    ("system.yaml", "phase 1"),
    ("system.yaml", "Tokyo and Osaka with one database"),
    ("workgroups/logs.yaml", "a column for each of its keys"),
    ("stg.yaml", "on Fargate Spot"),
}


def test_dt_23_what_is_built_otherwise_or_not_at_all_is_said_at_its_line(
    reported: set[tuple[str, str, str, str]],
) -> None:
    said = [(file, built) for file, _, row, built in reported if row == "DT-23"]
    missing = {(end, text) for end, text in NOTED if not any(f.endswith(end) and text in b for f, b in said)}
    assert not missing


@pytest.mark.parametrize("task", d.PROD_TASKS, ids=lambda task: task.name)
def test_dt_04_services_have_their_size_and_number(task: d.Task, prod: list[Resource]) -> None:
    kind = "worker-" if task.name.endswith("worker") else ""
    family = f"{PROD}-{kind}{task.name}"
    assert task_size(by_value(prod, "aws_ecs_task_definition", "family")[family]) == (task.cpu, task.memory)
    assert named(prod, "aws_ecs_service", "name", f"{task.name}-service")["desired_count"] == task.least


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_04_cluster_services_and_target_group_have_the_document_s_names(
    name: str, request: pytest.FixtureRequest
) -> None:
    planned = request.getfixturevalue(name)
    assert [found.values["name"] for found in of_type(planned, "aws_ecs_cluster")] == [d.CLUSTERS[name]]
    assert set(by_value(planned, "aws_ecs_service", "name")) == d.SERVICES[name]
    groups = {group for group in by_value(planned, "aws_lb_target_group", "name") if group.startswith(d.TARGET_GROUP)}
    wanted = {"prod": {f"{d.TARGET_GROUP}-blue", f"{d.TARGET_GROUP}-green"}, "stg": {f"{d.TARGET_GROUP}-stg"}}
    assert groups == wanted[name], "a blue/green service has two"


def test_dt_04_functions_images_and_secrets_have_the_document_s_names(
    prod: list[Resource], stg: list[Resource]
) -> None:
    assert {function.name for function in d.FUNCTIONS} <= set(by_value(prod, "aws_lambda_function", "function_name"))
    repositories = [{found.values["name"] for found in of_type(plan, "aws_ecr_repository")} for plan in (prod, stg)]
    assert [d.REPOSITORIES[name] in found for name, found in zip(("prod", "stg"), repositories, strict=True)] == [
        True
    ] * 2
    assert set(by_value(prod, "aws_secretsmanager_secret", "name")) >= d.SECRET_NAMES
    assert set(by_value(stg, "aws_db_instance", "identifier")) == {d.STG_DATABASE}


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


def test_dt_05_backend_follows_the_requests_of_each_target_as_well(prod: list[Resource]) -> None:
    [policy] = [
        found["target_value"]
        for policy in of_type(prod, "aws_appautoscaling_policy")
        for found in policy.values["target_tracking_scaling_policy_configuration"]
        if found["customized_metric_specification"]
    ]
    assert policy == d.REQUESTS_PER_TARGET
    call = called("prod/app/service-backend-api.tf", "requests_scaling_service_backend_api")
    assert "balancer_public_arn_suffix" in call["load_balancer"]
    groups = {name.strip('"'): value for name, value in call["target_groups"].items()}
    assert {name: f'{name}_arn_suffixes["backend-api"]' in value for name, value in groups.items()} == {
        "blue": True, "green": True,
    }  # fmt: skip
    module = (ROOT / "generated/delivery-tracking/prod/modules/ecs_scaling_requests_blue_green/main.tf").read_text(
        "utf-8"
    )
    assert re.search(r'metric_name += "RequestCountPerTarget"', module)


def test_dt_05_backend_jumps_up_by_five_and_goes_down_by_one(prod: list[Resource]) -> None:
    alarms = {
        one.values["alarm_name"].rpartition("-")[2]: one.values
        for one in of_type(prod, "aws_cloudwatch_metric_alarm")
        if "-scaling-" in one.values["alarm_name"]
    }
    steps = {
        policy.values["name"].rpartition("-")[2]: one(policy.values["step_scaling_policy_configuration"])
        for policy in of_type(prod, "aws_appautoscaling_policy")
        if policy.values["policy_type"] == "StepScaling"
    }
    assert {step["adjustment_type"] for step in steps.values()} == {"ChangeInCapacity"}
    assert {
        (alarms[name]["comparison_operator"], alarms[name]["threshold"], alarms[name]["evaluation_periods"]): one(
            step["step_adjustment"]
        )["scaling_adjustment"]
        for name, step in steps.items()
    } == d.STEPS
    assert {(one["metric_name"], one["period"]) for one in alarms.values()} == {("CPUUtilization", 60)}


@pytest.mark.parametrize("function", d.FUNCTIONS, ids=lambda function: function.name)
def test_dt_06_functions_have_the_document_s_memory_and_time(function: d.Function, prod: list[Resource]) -> None:
    found = named(prod, "aws_lambda_function", "function_name", function.name)
    assert (found["memory_size"], found["timeout"]) == (function.memory, function.timeout)


def test_dt_06_schedules_are_in_japan_s_time_where_an_early_hour_of_the_1st_is_not_the_month_before(
    prod: list[Resource],
) -> None:
    found = {one.values["schedule_expression"]: one.values for one in of_type(prod, "aws_scheduler_schedule")}
    assert d.FUNCTIONS[0].trigger in found
    assert [expression for expression in found if " 1 * ? *" in expression] == ["cron(0 5 1 * ? *)"]
    assert {one["schedule_expression_timezone"] for one in found.values()} == {d.TIME_ZONE}


def test_dt_06_new_objects_and_messages_start_their_functions(prod: list[Resource]) -> None:
    rules = [rule.address for rule in of_type(prod, "aws_cloudwatch_event_rule") if ".objects[" in rule.address]
    assert len(rules) == 1  # the others tell people how runs ended
    objects = called("prod/app/function-image-processor.tf", "function_image_processor")["objects"]["uploads"]
    assert "bucket_uploads" in json.dumps(objects)
    [mapping] = of_type(prod, "aws_lambda_event_source_mapping")
    assert "function_email_sender" in mapping.address


@pytest.mark.parametrize("function", [*(one.name for one in d.FUNCTIONS), "secret-rotator"])
def test_dt_06_functions_are_in_the_app_subnets(function: str) -> None:
    call = called(f"prod/app/function-{function}.tf", f"function_{function.replace('-', '_')}")
    assert call["network"]["subnet_ids"] == "${local.network.vpc_app_subnet_list}"


def test_dt_07_the_primary_instance_has_the_document_s_figures(prod: list[Resource]) -> None:
    [primary] = [one.values for one in of_type(prod, "aws_db_instance") if one.values["replicate_source_db"] is None]
    assert primary["instance_class"] == d.INSTANCE_CLASS
    assert primary["storage_type"] == "gp3"
    assert {key: primary[key] for key in d.STORAGE} == d.STORAGE
    assert primary["multi_az"] is True
    assert primary["engine_version"].startswith("16.")
    assert primary["backup_retention_period"] == d.BACKUP_DAYS
    assert (primary["backup_window"], primary["maintenance_window"]) == (d.BACKUP_WINDOW_UTC, d.MAINTENANCE_WINDOW_UTC)


def test_dt_07_replicas_stand_in_the_document_s_zones(prod: list[Resource]) -> None:
    replicas = [one.values for one in of_type(prod, "aws_db_instance") if one.values["replicate_source_db"] is not None]
    by_name = sorted(replicas, key=lambda one: str(one["identifier"]))
    assert [one["availability_zone"] for one in by_name] == list(d.READ_REPLICAS)


def test_dt_07_parameters_are_the_document_s_in_their_own_units(prod: list[Resource]) -> None:
    [group] = of_type(prod, "aws_db_parameter_group")
    found = {parameter["name"]: parameter for parameter in group.values["parameter"]}
    assert {name: found[name]["value"] for name in d.PARAMETERS} == d.PARAMETERS
    static = {"max_connections", "shared_buffers"}
    assert {name for name in d.PARAMETERS if found[name]["apply_method"] == "pending-reboot"} >= static
    assert found["rds.force_ssl"]["value"] == "1"


def test_dt_07_people_hear_of_connections_before_none_is_left(prod: list[Resource]) -> None:
    alarms = [one.values for one in of_type(prod, "aws_cloudwatch_metric_alarm")]
    limits = [one["threshold"] for one in alarms if one["metric_name"] == "DatabaseConnections"]
    assert limits
    assert max(limits) < int(d.PARAMETERS["max_connections"])


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


def test_dt_13_redis_asks_for_the_token_of_a_secret_and_lets_in_nobody_else(prod: list[Resource]) -> None:
    [group] = of_type(prod, "aws_elasticache_replication_group")
    assert group.values["auth_token"] is None, "the state would have it"
    [user] = (found.values for found in of_type(prod, "aws_elasticache_user"))
    assert (user["user_name"], user["access_string"][:3], user["passwords"]) == ("default", "off", None)
    assert f"{PROD}-main-auth-token" in by_value(prod, "aws_secretsmanager_secret", "name")
    service = called("prod/app/service-backend-api.tf", "service_backend_api")
    secrets = {name.strip('"'): value for name, value in service["secrets"].items()}
    assert "user_cache_main_secret_arn}:password::" in secrets["MAIN_PASSWORD"]


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


@pytest.mark.parametrize("bucket", d.BUCKETS, ids=lambda bucket: bucket.name)
def test_dt_09_objects_are_encrypted_as_the_document_says(bucket: d.Bucket, prod: list[Resource]) -> None:
    [found] = [
        rule["apply_server_side_encryption_by_default"]
        for config in of_type(prod, "aws_s3_bucket_server_side_encryption_configuration")
        if f"bucket_{bucket.name}." in config.address
        for rule in config.values["rule"]
    ]
    assert one(found)["sse_algorithm"] == bucket.encryption


def test_dt_09_copies_stand_in_osaka_with_the_same_lifecycle_and_versions(prod: list[Resource]) -> None:
    replicated = d.REPLICATED | d.REPLICATED_TOO
    names = {f"{PROD}-{name}-replica-123456789012" for name in replicated}
    assert {name for name in by_value(prod, "aws_s3_bucket", "bucket") if "-replica-" in name} == names
    kept = [found.address for found in of_type(prod, "aws_s3_bucket_versioning") if "replica" in found.address]
    assert len(kept) == len(names)
    for name in replicated:
        calls = [
            called(f"prod/data/bucket-{name}.tf", f"bucket_{name}"),
            called(f"prod/bucket-replicas-{d.REPLICA_REGION}/bucket-{name}.tf", f"replica_{name}"),
        ]
        assert calls[0]["lifecycle_rules"] == calls[1]["lifecycle_rules"]
    replications = of_type(prod, "aws_s3_bucket_replication_configuration")
    assert len(replications) == len(names)
    for found in replications:
        rule = one(found.values["rule"])
        encrypted = any(name in found.address for name in ("uploads", "backups", "archives", *d.REPLICATED_TOO))
        assert (rule["status"], bool(rule["source_selection_criteria"])) == ("Enabled", encrypted)


def test_dt_09_proofs_of_delivery_are_refused_to_all_but_who_uses_them() -> None:
    statements = called("prod/data/bucket-uploads.tf", "bucket_uploads")["statements"]
    refused = statements["RefuseAllButUsers"]
    assert refused["effect"].strip('"') == "Deny"
    [admitted] = refused["conditions"]["ArnNotLike"].values()
    roles = {arn.strip('"').rpartition(":")[2] for arn in admitted}
    assert roles >= {f"role/{PROD}-backend-api-task", f"role/{PROD}-function-image-processor", "root"}
    assert not any("report" in role for role in roles)


def test_dt_22_logs_are_kept_and_sent_as_the_document_says(prod: list[Resource]) -> None:
    found = of_type(prod, "aws_cloudwatch_log_group")
    groups = {group.values["name"]: group.values["retention_in_days"] for group in found}
    assert {name: groups[name] for name in d.LOG_GROUPS} == d.LOG_GROUPS
    assert groups[d.REPORT_LOG_GROUP] == d.REPORT_LOG_DAYS
    database = {days for name, days in groups.items() if name.startswith("/aws/rds/instance/")}
    assert database == {d.DATABASE_LOG_DAYS}
    sent = {route.values["log_group_name"] for route in of_type(prod, "aws_cloudwatch_log_subscription_filter")}
    assert sent == d.SENT_TO_S3
    for stream in of_type(prod, "aws_kinesis_firehose_delivery_stream"):
        to = one(stream.values["extended_s3_configuration"])
        assert to["compression_format"] == "GZIP"
        assert "!{timestamp:yyyy-MM-dd}" in to["prefix"]


def test_dt_22_access_logs_of_the_balancer_lie_in_a_bucket_as_long_as_other_logs(prod: list[Resource]) -> None:
    rules = [
        rule
        for found in of_type(prod, "aws_s3_bucket_lifecycle_configuration")
        if "logs_public" in found.address
        for rule in found.values["rule"]
    ]
    assert {limit["days"] for rule in rules for limit in rule["expiration"]} == {d.BALANCER_LOG_DAYS}


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


def test_dt_21_backend_of_stg_starts_with_the_desired_count(stg: list[Resource]) -> None:
    assert named(stg, "aws_ecs_service", "name", "backend-api-service-stg")["desired_count"] == d.STG_DESIRED


def test_dt_01_databases_and_cache_of_stg_are_in_its_one_zone(stg: list[Resource]) -> None:
    [database] = of_type(stg, "aws_db_instance")
    [cache] = of_type(stg, "aws_elasticache_replication_group")
    documents = of_type(stg, "aws_docdb_cluster_instance")
    assert database.values["availability_zone"] == d.STG_ZONE
    assert cache.values["preferred_cache_cluster_azs"] == [d.STG_ZONE]
    assert {one.values["availability_zone"] for one in documents} == {d.STG_ZONE}


@pytest.mark.parametrize("other", ["stg", "dr"])
def test_dt_21_whatever_else_differs_from_prod_would_have_no_reason(other: str) -> None:
    command = [sys.executable, "-m", "infragen", "parity", "delivery-tracking", other, "prod"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    assert ", 0 without a reason" in found.stdout


def test_dt_16_every_service_of_stg_goes_to_no_task_at_20_00_and_comes_back_at_08_00(stg: list[Resource]) -> None:
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for action in of_type(stg, "aws_appautoscaling_scheduled_action"):
        limits = one(action.values["scalable_target_action"])
        service = action.values["resource_id"].rpartition("/")[2]
        assert action.values["timezone"] == d.TIME_ZONE
        at = found.setdefault(service, {})
        at[action.values["schedule"]] = (int(limits["min_capacity"]), int(limits["max_capacity"]))
    backend = (d.STG_BACKEND.least, d.STG_BACKEND.most)
    assert found == {
        "backend-api-service-stg": {d.STOPS: (0, 0), d.STARTS: backend},
        "tracking-worker-service-stg": {d.STOPS: (0, 0), d.STARTS: (2, 2)},
    }
    assert {one.values["name"] for one in of_type(stg, "aws_ecs_service")} == set(found) == d.SERVICES["stg"]


def test_dt_16_rds_of_stg_starts_before_the_services_and_stops_after_them(stg: list[Resource]) -> None:
    calls = {
        target["arn"].rpartition(":")[2]: schedule.values
        for schedule in of_type(stg, "aws_scheduler_schedule")
        for target in schedule.values["target"]
        if ":aws-sdk:rds:" in target.get("arn", "")  # that of a function is known after apply
    }
    assert {name: call["schedule_expression"] for name, call in calls.items()} == {
        "startDBInstance": f"cron(30 7 ? * {d.WORKING_DAYS} *)",
        "stopDBInstance": f"cron(10 20 ? * {d.WORKING_DAYS} *)",
    }
    assert {call["schedule_expression_timezone"] for call in calls.values()} == {d.TIME_ZONE}
    [instance] = of_type(stg, "aws_db_instance")
    inputs = {json.loads(one(call["target"])["input"])["DbInstanceIdentifier"] for call in calls.values()}
    assert inputs == {instance.values["identifier"]}


def test_dt_16_backups_and_maintenance_of_stg_fall_into_weekday_hours(stg: list[Resource]) -> None:
    """In UTC: Japan's 08:00 to 20:00 is 23:00 of the day before to 11:00."""
    [instance] = of_type(stg, "aws_db_instance")
    backup, maintenance = instance.values["backup_window"], instance.values["maintenance_window"]
    assert "00:00" <= backup <= "11:00"
    assert maintenance[:3] in {"mon", "tue", "wed", "thu", "fri"}
    assert "00:00" <= maintenance[4:9] <= "10:30"


def test_dt_16_stg_is_stopped_for_108_of_168_hours_and_billed_for_the_rest() -> None:
    starts, stops = (int(expression.split()[1]) for expression in (d.STARTS, d.STOPS))
    assert d.HOURS_OF_A_WEEK - 5 * (stops - starts) == d.STOPPED_HOURS
    command = [sys.executable, "-m", "infragen", "cost", "delivery-tracking/stg", "--details"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    running = d.HOURS_OF_A_WEEK - d.STOPPED_HOURS
    assert said.count(f"{running} of {d.HOURS_OF_A_WEEK} hours a week") == 4, "CPU and memory of two services"


def test_windows_that_aws_wants_in_utc_have_japan_s_time_beside_them() -> None:
    text = (ROOT / "generated/delivery-tracking/prod/data/database-main.tf").read_text("utf-8")
    assert re.search(f'backup_window += "{d.BACKUP_WINDOW_UTC}" +# 03:00-04:00 Asia/Tokyo\n', text)
    assert re.search(f'maintenance_window += "{d.MAINTENANCE_WINDOW_UTC}" # Sun 04:00-05:00 Asia/Tokyo\n', text)


def test_dt_10_cloudfront_has_the_document_s_behaviours_and_a_default(prod: list[Resource]) -> None:
    found = one(of_type(prod, "aws_cloudfront_distribution")).values
    assert (found["price_class"], found["default_root_object"]) == (d.PRICE_CLASS, "index.html")
    # An origin that fails over is the first of a group of two, which behaviours name.
    groups = {one["origin_id"]: [each["origin_id"] for each in one["member"]] for one in found["origin_group"]}
    assert groups == {"s3-assets-or-copy": ["s3-assets", "s3-assets-copy"]}

    def asked(name: str) -> str:
        return groups.get(name, [name])[0]

    assert asked(found["default_cache_behavior"][0]["target_origin_id"]) == "s3-assets"
    assert {
        each["path_pattern"]: (
            asked(each["target_origin_id"]), each["cache_policy_id"], each["compress"], set(each["allowed_methods"]),
        )
        for each in found["ordered_cache_behavior"]
    } == {**d.BEHAVIOURS, "/api": d.BEHAVIOURS["/api/*"]}  # fmt: skip  # which does not match the API's own address
    assert found["viewer_certificate"][0]["minimum_protocol_version"] == "TLSv1.2_2021"


def test_dt_10_paths_that_the_application_makes_up_are_answered_with_its_page(prod: list[Resource]) -> None:
    [function] = of_type(prod, "aws_cloudfront_function")
    assert "request.uri = '/index.html'" in function.values["code"]
    assert called("prod/edge-us-east-1/distribution-site.tf", "distribution_site")["page_function_arn"]


def test_dt_10_the_bucket_is_private_and_read_below_its_path_by_cloudfront_alone(prod: list[Resource]) -> None:
    access = one(of_type(prod, "aws_cloudfront_origin_access_control")).values
    assert (access["signing_behavior"], access["origin_access_control_origin_type"]) == ("always", "s3")
    site = called("prod/edge-us-east-1/distribution-site.tf", "distribution_site")
    assert site["bucket_origins"]["s3-assets"]["path"].strip('"') == d.ORIGIN_PATH
    [statement] = called("prod/data/bucket-assets.tf", "bucket_assets")["statements"].values()
    assert "production/*" in str(statement["keys"])
    assert "cloudfront.amazonaws.com" in str(statement["principals"])


def test_dt_10_the_certificate_stands_in_us_east_1() -> None:
    provider = (ROOT / "generated/delivery-tracking/prod/edge-us-east-1/providers.tf").read_text("utf-8")
    assert '"us-east-1"' in provider
    assert called("prod/edge-us-east-1/distribution-site.tf", "certificate_distribution_site")


def test_dt_12_the_firewall_stands_at_cloudfront_with_the_document_s_rules(prod: list[Resource]) -> None:
    [acl] = [each.values for each in of_type(prod, "aws_wafv2_web_acl") if each.values["scope"] == "CLOUDFRONT"]
    rules = {rule["name"]: rule for rule in acl["rule"]}
    managed = [each for rule in acl["rule"] for each in rule["statement"][0].get("managed_rule_group_statement") or ()]
    assert {each["name"] for each in managed} == d.MANAGED_RULES
    [rate] = rules["rate-per-address"]["statement"][0]["rate_based_statement"]
    assert (rate["limit"], rate["evaluation_window_sec"]) == (d.REQUESTS_PER_ADDRESS, d.SECONDS)
    assert rules["rate-per-address"]["action"][0]["block"]
    country = rules["other-countries"]
    assert country["action"][0]["block"]
    assert not country["action"][0]["allow"]
    assert _countries(country) == d.COUNTRIES
    assert country["priority"] == min(rule["priority"] for rule in acl["rule"])
    checkers = one(of_type(prod, "aws_wafv2_ip_set")).values
    assert (checkers["scope"], "54.248.220.0/26" in checkers["addresses"]) == ("CLOUDFRONT", True)


def _countries(rule: dict[str, Any]) -> list[str]:
    """What a rule lets through: it blocks who is not of these countries."""
    parts = rule["statement"][0]["and_statement"][0]["statement"]
    found = [
        within["geo_match_statement"][0]["country_codes"]
        for part in parts
        for negated in part["not_statement"]
        for within in negated["statement"]
        if within["geo_match_statement"]
    ]
    return [code for codes in found for code in codes]


def test_dt_12_the_public_load_balancer_lets_in_cloudfront_alone(prod: list[Resource]) -> None:
    group = called("prod/network/balancer-public.tf", "security_group_balancer_public")
    [opened] = group["open_ingress"].values()
    assert (opened["prefix_list_id"].strip('"'), opened["port"]) == ("pl-58a04531", 443)
    lists = [each.values["prefix_list_id"] for each in of_type(prod, "aws_vpc_security_group_ingress_rule")]
    assert "pl-58a04531" in lists


def reached(level: str) -> set[str]:
    """How people are told of a level: by its subscriptions, and by what its function passes on."""
    found = {"mail"} if "addresses" in called("prod/app/alarms.tf", f"alerts_{level}") else set()
    passed_on = called("prod/app/alarms.tf", "alerts_function")["deliveries"].get(level, {})
    return found | {key.removesuffix("_secret_arn") for key in passed_on if key.endswith("_secret_arn")}


def test_dt_14_alarms_have_the_document_s_thresholds(prod: list[Resource]) -> None:
    alarms = by_value(prod, "aws_cloudwatch_metric_alarm", "alarm_name")
    for name, (metric, comparison, threshold, _level) in d.ALARMS.items():
        alarm = alarms[f"{PROD}-{name}"].values
        told = (alarm.get("metric_name"), alarm["comparison_operator"], alarm["threshold"])
        assert told == (metric, comparison, threshold), name


def test_dt_14_each_alarm_goes_to_the_people_of_its_level() -> None:
    assert {level: reached(level) for level in d.LEVELS} == d.LEVELS
    topics: dict[str, str] = {}
    for file in (ROOT / "generated/delivery-tracking/prod/app").glob("*.tf"):
        for call in hcl2.loads(file.read_text("utf-8")).get("module", []):
            for arguments in call.values():
                both = [arguments.get(name, {}) for name in ("alarms", "expressions")]
                for alarm, said in (
                    (name, found) for each in both if isinstance(each, dict) for name, found in each.items()
                ):
                    topics[alarm.strip('"')] = said["topic_arn"].strip("${}")
    assert {name: topics[f"{PROD}-{name}"] for name in d.ALARMS} == {
        name: f"module.alerts_{level}.arn" for name, (*_, level) in d.ALARMS.items()
    }


@pytest.mark.parametrize("batch", d.BATCHES)
def test_dt_14_a_batch_that_is_done_is_told_by_mail_alone(batch: str, prod: list[Resource]) -> None:
    rules = by_value(prod, "aws_cloudwatch_event_rule", "name")
    done, failed = (
        json.loads(rules[f"{PROD}-{batch}-{outcome}"].values["event_pattern"]) for outcome in ("success", "failure")
    )
    name = f"{PROD}-{batch}"
    if batch.startswith("job-"):
        well, badly = task_event(name, 0), [task_event(name, 1), task_event(name, None, stop="TaskFailedToStart")]
        others = [task_event(f"{name}-2", 0), task_event(name, 0, lastStatus="RUNNING")]
    else:
        well, badly = (
            run_event(name := batch.removeprefix("function-"), "Success"),
            [run_event(name, "RetriesExhausted"), run_event(name, "EventAgeExceeded")],
        )
        others = [run_event(f"{name}-2", "Success")]
    assert [matches(done, well), matches(failed, well)] == [True, False]
    assert [(matches(done, event), matches(failed, event)) for event in badly] == [(False, True)] * len(badly)
    assert not [event for event in others if matches(done, event) or matches(failed, event)]

    kind, _, entry = batch.partition("-")
    call = called(f"prod/app/{batch}.tf", f"notifications_{batch.replace('-', '_')}")
    levels = {
        outcome.strip('"'): told["topic_arn"].removeprefix("${module.alerts_").removesuffix(".arn}")
        for outcome, told in call["outcomes"].items()
    }
    assert levels["success"] == d.DONE_LEVEL
    assert reached(d.DONE_LEVEL) == {"mail"}
    assert levels["failure"] != d.DONE_LEVEL, "who has Slack hears that it failed"
    [target] = [
        found.values
        for found in of_type(prod, "aws_cloudwatch_event_target")
        if found.values["rule"] == f"{PROD}-{batch}-success"
    ]
    said = target["input_transformer"][0]["input_template"].splitlines()
    title = (
        (ROOT / f"catalog/delivery-tracking/{kind}s/{entry}.yaml")
        .read_text("utf-8")
        .split("title: ")[1]
        .splitlines()[0]
    )
    assert said[0] == f'"Done: {title} ({kind}s/{entry})"'
    assert said[1] == '"System: delivery-tracking/prod"'
    assert all(line[0] == line[-1] == '"' for line in said), "EventBridge takes lines of text in quotation marks"


def test_dt_14_event_bridge_may_publish_to_the_encrypted_topics_of_batches() -> None:
    calls = {level: called("prod/app/alarms.tf", f"alerts_{level}") for level in d.LEVELS}
    publishers = {
        level: {one.strip('"') for one in call.get("publishers", {}).values()} for level, call in calls.items()
    }
    told = {level for level, who in publishers.items() if "events.amazonaws.com" in who}
    assert told == {d.DONE_LEVEL, "high"} | {"critical", "medium"}  # which hear of GuardDuty's findings
    grants = called("prod/network/keys.tf", "key_messages")["service_grants"]
    condition = {key.strip('"'): value for key, value in grants.items()}["Events"]["condition"]
    assert condition["variable"].strip('"') == "kms:EncryptionContext:aws:sns:topicArn", "none on the source, AWS says"


def test_dt_14_in_stg_nobody_is_told_of_a_batch(stg: list[Resource]) -> None:
    assert not [
        rule for rule in by_value(stg, "aws_cloudwatch_event_rule", "name") if rule.endswith(("success", "failure"))
    ]


def test_dt_14_code_may_send_the_business_s_metric_and_no_other() -> None:
    service = called("prod/app/service-backend-api.tf", "service_backend_api")
    namespace, metric = d.METRIC
    assert service["environment"]["DELIVERY_COUNT_METRIC"].strip('"') == metric
    [statement] = service["policies"]["metric-delivery-count"]
    assert [action.strip('"') for action in statement["actions"]] == ["cloudwatch:PutMetricData"]
    [[name]] = [[*condition.values()] for condition in statement["condition"].values()]
    assert name.strip('"') == namespace


def delivered(planned: list[Resource]) -> dict[str, dict[str, Any]]:
    """The deployment groups of CodeDeploy, by their service."""
    found = of_type(planned, "aws_codedeploy_deployment_group")
    return {one(group.values["ecs_service"])["service_name"]: group.values for group in found}


def test_dt_17_what_has_requests_is_delivered_blue_green_in_prod_alone(
    prod: list[Resource], stg: list[Resource]
) -> None:
    assert delivered(prod).keys() == {f"{name}-service" for name in d.BLUE_GREEN}
    controllers = {
        service.values["name"].removesuffix("-service"): [
            each["type"] for each in service.values["deployment_controller"]
        ]
        for service in of_type(prod, "aws_ecs_service")
    }
    assert {name for name, types in controllers.items() if types == ["CODE_DEPLOY"]} == d.BLUE_GREEN
    assert not of_type(stg, "aws_codedeploy_deployment_group")
    [left] = controllers.keys() - d.BLUE_GREEN
    assert left == "tracking-worker", "it has no requests, and a note says so"


def test_dt_17_deliveries_have_the_document_s_steps(prod: list[Resource]) -> None:
    configs = {
        config.values["deployment_config_name"]: one(config.values["traffic_routing_config"])
        for config in of_type(prod, "aws_codedeploy_deployment_config")
    }
    for group in delivered(prod).values():
        style, options = one(group["deployment_style"]), one(group["blue_green_deployment_config"])
        ended = one(options["terminate_blue_instances_on_deployment_success"])
        back = one(group["auto_rollback_configuration"])
        found = {
            style["deployment_type"],
            configs[group["deployment_config_name"]]["type"],
            ended["action"],
            *back["events"],
        }
        assert set(d.STEPS_OF_A_DELIVERY.values()) <= found
        assert back["enabled"] is True
        assert ended["termination_wait_time_in_minutes"] > 0, "the way back is there after the last step, too"
        assert {*back["events"]} >= {"DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}
        alarms = one(group["alarm_configuration"])["alarms"]
        assert set(alarms) <= by_value(prod, "aws_cloudwatch_metric_alarm", "alarm_name").keys()
        assert {name.rpartition("-")[2] for name in alarms} == {"errors", "time", "unhealthy"}


def test_dt_17_a_delivery_that_fails_or_is_stopped_is_told(prod: list[Resource]) -> None:
    rule = by_value(prod, "aws_cloudwatch_event_rule", "name")[f"{PROD}-failed-codedeploy"]
    pattern = json.loads(rule.values["event_pattern"])
    application = of_type(prod, "aws_codedeploy_app")[0].values["name"]

    def event(state: str) -> Any:
        detail = {"application": application, "deploymentGroup": application, "state": state}
        return {
            "source": "aws.codedeploy",
            "detail-type": "CodeDeploy Deployment State-change Notification",
            "detail": detail,
        }

    assert {state for state in d.STATES_OF_A_DELIVERY if matches(pattern, event(state))} == {"FAILURE", "STOP"}


def test_dt_17_requests_move_between_two_target_groups_that_are_asked_for_health(prod: list[Resource]) -> None:
    groups = by_value(prod, "aws_lb_target_group", "name")
    pairs = [
        [target["name"] for target in pair["target_group"]]
        for group in delivered(prod).values()
        for pair in one(group["load_balancer_info"])["target_group_pair_info"]
    ]
    assert sorted(name for pair in pairs for name in pair) == sorted(groups)
    assert all(one(groups[name].values["health_check"])["path"] == "/health" for pair in pairs for name in pair)


def test_dt_17_no_service_of_prod_is_in_the_mesh_which_codedeploy_does_not_take(prod: list[Resource]) -> None:
    assert not [one.address for one in of_type(prod, "aws_ecs_service") if one.values["service_connect_configuration"]]
    assert not of_type(prod, "aws_service_discovery_service")


def test_dt_17_every_difference_is_told(reported: set[tuple[str, str, str, str]]) -> None:
    told = [(line, built) for file, line, row, built in reported if row == "DT-17" and file.endswith("prod.yaml")]
    assert all("blue_green" in line for line, _ in told)
    assert any("a tenth of the requests more each minute" in built for _, built in told)
    assert any("nothing sends requests to tracking-worker" in built for _, built in told)


def test_dt_18_the_budget_tells_at_the_document_s_shares(prod: list[Resource]) -> None:
    [budget] = [found.values for found in of_type(prod, "aws_budgets_budget")]
    assert (float(budget["limit_amount"]), budget["limit_unit"], budget["time_unit"]) == (d.BUDGET, "USD", "MONTHLY")
    told: dict[int, set[str]] = {}
    for share, who in called("prod/app/budget.tf", "budget")["notifications"].items():
        level = who.get("topic_arn", "").removeprefix("${module.alerts_").removesuffix(".arn}")
        told[int(share.strip('"'))] = reached(level) if level else {"mail"}
    assert told == d.BUDGET_ALERTS


def test_dt_22_errors_in_the_database_s_log_are_counted_and_told(prod: list[Resource]) -> None:
    [counted] = [found.values for found in of_type(prod, "aws_cloudwatch_log_metric_filter")]
    assert counted["log_group_name"] == f"/aws/rds/instance/{PROD}-database-main/postgresql"
    assert "ERROR" in counted["pattern"]


@pytest.mark.parametrize(("name", "rows"), [("prod", d.PROD_COSTS), ("stg", d.STG_COSTS)])
def test_dt_18_each_figure_of_the_document_stands_beside_the_own_estimate(name: str, rows: dict[str, int]) -> None:
    command = [sys.executable, "-m", "infragen", "cost", f"delivery-tracking/{name}", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [found] = json.loads(said)["environments"]
    beside = found["document"]
    assert {row["name"]: float(row["document"]["least"]) for row in beside["rows"]} == rows
    assert float(beside["total"]["document"]["least"]) == sum(rows.values()) == d.COST_SUMS[name]
    assert beside["yen_per_dollar"] == d.YEN_PER_DOLLAR
    # Every entry and capability that costs something is in one row (its logs and alarms in CloudWatch's), or in none.
    owners = [
        owner for row in (*beside["rows"], beside["rest"]) if row["name"] != "CloudWatch" for owner in row["entries"]
    ]
    assert len(owners) == len(set(owners))
    assert set(found["entries"]) <= {*owners, *beside["rows"][-1]["entries"]}
    assert beside["total"]["here"] == found["total"]


def test_dt_18_the_small_configuration_stands_beside_an_estimate_in_its_sizes_and_counts() -> None:
    command = [sys.executable, "-m", "infragen", "cost", "delivery-tracking/prod", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [found] = json.loads(said)["environments"]
    beside = found["configurations"]["small"]
    assert {row["name"]: float(row["document"]["least"]) for row in beside["rows"]} == d.SMALL_COSTS
    assert float(beside["total"]["document"]["least"]) == sum(d.SMALL_COSTS.values()) == d.COST_SUMS["small"]
    assert beside["yen_per_dollar"] == d.YEN_PER_DOLLAR
    assert {row["name"]: row["stated"] for row in beside["rows"] if row["stated"]} == d.SMALL_USAGE
    assert float(beside["total"]["here"]["most"]) < float(found["total"]["least"])
    [small] = _prod().configurations.values()
    [tasks] = [line for line in estimate(small).lines if line.owner == "services/backend-api" and "vCPU" in line.what]
    assert (tasks.what, tasks.cost.units, tasks.cost.most) == ("0.5 vCPU of 2 tasks", 1, 1)
    for path, size in d.SMALL_SIZES.items():
        kind, _, rest = path.partition(".")
        if rest.endswith(".size"):
            nodes = [one for one in estimate(small).lines if one.owner.startswith(kind) and one.cost.size == size]
            assert sum(one.cost.units or 0 for one in nodes) == d.SMALL_NODES[kind]


def _prod() -> Environment:
    project = Project(ROOT)
    return resolve(project, load(project, "delivery-tracking"), "prod").environment()


@pytest.mark.parametrize(("name", "rows"), [("prod", d.PROD_USAGE), ("stg", d.STG_USAGE)])
def test_dt_18_costs_are_worked_out_with_what_the_document_says_is_used(
    name: str, rows: dict[str, dict[str, int]]
) -> None:
    command = [sys.executable, "-m", "infragen", "cost", f"delivery-tracking/{name}", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [found] = json.loads(said)["environments"]
    assert {row["name"]: row["stated"] for row in found["document"]["rows"] if row["stated"]} == rows
    for word in ("processed", "logged", "sent"):  # objects are stored a second time, in Osaka
        used = Counter[str]()
        for line in found["lines"]:
            if word in (line["used"] or {}):
                used[line["entry"]] = float(line["used"][word])
        assert round(sum(used.values()), 1) == sum(row.get(word, 0) for row in rows.values())
    stored = sum(
        float(line["used"]["stored"])
        for line in found["lines"]
        if "stored" in (line["used"] or {}) and line["region"] == "ap-northeast-1"
    )
    assert round(stored) == rows["S3"]["stored"]
    explained = [
        sys.executable,
        "-m",
        "infragen",
        "explain",
        f"delivery-tracking/{name}",
        "document_costs.rows.S3.usage.stored",
    ]
    text = subprocess.run(explained, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "of the document: DT-18" in text
    assert f"note DT-18: specified: in {'10.1' if name == 'prod' else '1B.5'} " in text


@pytest.mark.parametrize("stated", d.SAVINGS)
def test_dt_18_what_the_document_s_contracts_save_by_its_own_figures_is_told(stated: int) -> None:
    saved = sum(d.PROD_COSTS[row] * share * 12 // 100 for row, share in d.SAVINGS[stated].items())
    command = [sys.executable, "-m", "infragen", "explain", "delivery-tracking/prod", "document_costs.total"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [note] = [line for line in said.splitlines() if f"年間約${stated:,}削減" in line]
    assert note.lstrip().startswith("note DT-18: specified: in 10.2 ")
    assert f"{saved:,} USD a year, not {stated:,}" in note


def test_dt_18_what_the_document_does_not_price_is_named() -> None:
    command = [sys.executable, "-m", "infragen", "cost", "delivery-tracking/prod", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [found] = json.loads(said)["environments"]
    assert {"endpoints", "customer-keys", "zones/main"} <= set(found["document"]["rest"]["entries"])
    unpriced = {(line["entry"], line["what"]) for line in found["lines"] if line["price"] is None}
    command = [*command[:-2], "--details"]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [what for what in unpriced if f"{what[0]} ({what[1]})" not in text] == []


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_dt_18_what_is_counted_for_the_bill_is_what_terraform_plans(name: str, request: pytest.FixtureRequest) -> None:
    planned: list[Resource] = request.getfixturevalue(name)
    command = [sys.executable, "-m", "infragen", "cost", f"delivery-tracking/{name}", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    counted: Counter[str] = Counter()
    for line in json.loads(said)["environments"][0]["lines"]:
        if line["units"] and line["price"]:
            counted[line["price"]["per"]] += int(float(line["units"]["least"]))
    alarms = [
        sum(bool(query["metric"]) for query in one.values.get("metric_query") or ()) or 1
        for one in of_type(planned, "aws_cloudwatch_metric_alarm")
    ]
    assert counted["alarm"] == sum(alarms)
    assert counted["KMS key"] == len(of_type(planned, "aws_kms_key"))
    assert counted["balancer-hour"] == len(of_type(planned, "aws_lb"))


def test_dt_13_whatever_accepts_less_than_tls_1_3_is_told() -> None:
    command = [sys.executable, "-m", "infragen", "validate", "delivery-tracking", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = json.loads(said)["diagnostics"]
    assert [each["message"] for each in found if each["code"] == "T113"] == []  # what has a note of its own is not told
    assert apart(d.OLDER_TLS, contradictions(found, "DT"))[0] == []


def test_every_contradiction_of_the_document_is_told() -> None:
    told = contradictions(diagnostics("delivery-tracking"), "DT")
    for finding, expected in d.CONTRADICTIONS.items():
        assert apart(expected, told)[0] == [], finding


def test_every_note_is_about_something_that_the_document_says() -> None:
    told = contradictions(diagnostics("delivery-tracking"), "DT")
    expected = [note for notes in d.CONTRADICTIONS.values() for note in notes] + [*d.NOTED]
    without, more = apart(expected, told)
    assert without == []
    assert [note for note in more if note[0] not in d.WITH_TABLES] == []


@pytest.fixture(scope="module")
def page() -> str:
    return printed("describe", "delivery-tracking")


def test_dt_24_the_page_has_the_document_s_incidents_and_escalation(page: str) -> None:
    for level, (impact, begins, example) in d.INCIDENTS.items():
        assert f"| {level} | {impact} | {begins} | {example} |" in page
    for environment in ("prod", "dr"):
        for waited, who in d.ESCALATION.items():
            assert f"| {environment} | critical | after {waited} | {who} |" in page


def test_dt_24_the_page_has_the_document_s_tasks_and_the_commands_of_both_tests(page: str) -> None:
    found = re.findall(r"^\| (daily|weekly|monthly|quarterly) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    assert [(period, task) for period, task, _ in found] == [
        (period, task) for period, tasks in d.RECURRING.items() for task in tasks
    ]
    commands = {task: command for _, task, command in found}
    assert commands["バックアップリストアテスト"] == "`infragen runbook delivery-tracking/prod restore`"
    assert commands["DRテスト実施"] == "`infragen runbook delivery-tracking/prod rehearsal`"


@pytest.mark.parametrize("name", ["prod", "stg", "dr"])
def test_dt_24_code_is_given_the_lifetimes_of_its_cache(name: str, page: str) -> None:
    given = called(f"{name}/app/service-backend-api.tf", "service_backend_api")["environment"]
    for what, (variable, seconds) in d.CACHE_SECONDS.items():
        assert given[variable].strip('"') == str(seconds)
        assert f"| {what} | {seconds} | `services.backend-api.environment.{variable}` |" in page


def test_dt_24_old_columns_go_a_week_later(page: str) -> None:
    assert f"a migration replaces | removed {d.OLD_COLUMNS_DAYS} days after the release without them |" in page


def test_dt_24_each_point_of_gdpr_and_isms_names_what_meets_it_and_deletion_is_the_code_s(page: str) -> None:
    rows = re.findall(r"^\| (GDPR|ISMS.*?) \| (.*?) \| (.+?) \|$", page.replace("\\", ""), re.MULTILINE)
    assert [(by, point) for by, point, _ in rows] == [(by, one) for by, some in d.COMPLIANCE.items() for one in some]
    met = {point: by for _, point, by in rows}
    assert met["データ削除機能実装"] == "the application's code"
    assert [point for point, by in met.items() if "`" not in by] == ["データ削除機能実装"]


@pytest.mark.parametrize(
    ("action", "due"), [("restore", "monthly: バックアップリストアテスト"), ("rehearsal", "quarterly: DRテスト実施")]
)
def test_dt_24_runbooks_begin_with_escalation_incidents_and_how_often_they_are_due(action: str, due: str) -> None:
    lines = printed("runbook", "delivery-tracking/prod", action).splitlines()
    head = lines[: lines.index("")]
    called = ", ".join(f"after {waited} {who}" for waited, who in d.ESCALATION.items())
    assert f"critical alarms that are still open: {called}" in head
    for level, (impact, begins, example) in d.INCIDENTS.items():
        assert f"{level}, {impact}: work begins {begins}, such as {example}" in head
    assert due in head
