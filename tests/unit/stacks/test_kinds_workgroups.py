"""Workgroups: where tables lie, what is asked of them, and what people are told to type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.core.expressions import Joined
from infragen.kinds.workgroups import build
from infragen.stacks.build import in_force
from tests.unit.stacks.systems import DEV, SERVICE, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

FILE = "app/workgroup-logs.tf"
BUCKET = "name: logs\ntitle: Logs\n"
BALANCER = """\
name: public
title: Public
reach: internet
routes: {all: {service: web}}
access_logs: {retention: 14 days}
"""
LINES = "  lines: {of: buckets/logs, columns: {level: string, took_ms: bigint}}\n"
REQUESTS = "  requests: {of: balancers/public}\n"
TRAIL = "account_settings: {cloudtrail: {retention: 90 days}}\n"


def of(
    root: Path, tables: str, *, more: str = "", settings: str = "", bucket: str = BUCKET, route: str = "{bucket: logs}"
) -> Rendered:
    system = "schema: 1\nname: demo\ntitle: Demo\ntime_zone: Asia/Tokyo\n"
    files = {
        "system.yaml": system,
        "workgroups/logs.yaml": f"name: logs\ntitle: Logs\ntables:\n{tables}{more}",
        "buckets/logs.yaml": bucket,
        "balancers/public.yaml": BALANCER,
        "services/web.yaml": f"{SERVICE}port: 3000\nlog_route: {route}\n",
        "dev.yaml": DEV + settings,
    }
    return rendered(environment(root, files))


def table(found: Rendered, name: str) -> dict[str, str]:
    return {key: value.strip('"') for key, value in found.call(FILE, f"table_workgroup_logs_{name}").items()}


def test_requests_lie_where_the_balancer_writes_them_for_as_long_as_it_keeps_them(tmp_path: Path) -> None:
    found = of(tmp_path, REQUESTS)
    balancer = found.call("edge/balancer-public.tf", "logs_public")
    call = table(found, "requests")
    assert balancer["prefixes"] == '["public"]'
    bucket = balancer["name"].strip('"')
    assert call["location"] == (f"s3://{bucket}/public/AWSLogs/111122223333/elasticloadbalancing/ap-northeast-1")
    assert (call["source"], call["days"]) == ("../modules/glue_table_load_balancer_logs", "14")


@pytest.mark.parametrize(("route", "source"), [("{bucket: logs}", "services/web"), ("{bucket: logs, prefix: a/}", "a")])
def test_a_table_of_lines_has_each_prefix_that_a_log_is_sent_to(route: str, source: str, tmp_path: Path) -> None:
    found = of(tmp_path, LINES, route=route)
    call = table(found, "lines")
    prefix = found.call("app/service-web.tf", "log_route_service_web")["prefix"].strip('"')
    assert prefix == f"{source}/"
    assert call["sources"] == f'["{source}"]'
    assert call["location"] == "s3://demo-dev-logs-111122223333"


@pytest.mark.parametrize(
    ("lifecycle", "days"),
    [
        ("", "3650"),
        ("lifecycle: {old: {expire: 180 days}}\n", "180"),
        ("lifecycle: {old: {prefix: services/, expire: 60 days}, rest: {expire: 90 days}}\n", "60"),
        ("lifecycle: {old: {prefix: other/, expire: 60 days}}\n", "3650"),
        ("lifecycle: {old: {transitions: {GLACIER: 30 days}}}\n", "3650"),
    ],
)
def test_days_are_looked_for_as_long_as_the_bucket_keeps_lines(lifecycle: str, days: str, tmp_path: Path) -> None:
    assert table(of(tmp_path, LINES, bucket=BUCKET + lifecycle), "lines")["days"] == days


def test_the_audit_trail_is_asked_in_its_own_bucket_and_in_all_regions(tmp_path: Path) -> None:
    found = of(tmp_path, "  calls: {of: cloudtrail}\n", settings=TRAIL)
    trail = found.call("network/cloudtrail.tf", "cloudtrail")["bucket_name"].strip('"')
    call = table(found, "calls")
    assert call["location"] == f"s3://{trail}/AWSLogs/111122223333/CloudTrail"
    assert call["days"] == "90"
    assert '"ap-northeast-1"' in found.call(FILE, "table_workgroup_logs_calls")["regions"]
    assert '"us-east-1"' in found.call(FILE, "table_workgroup_logs_calls")["regions"]


def test_of_logs_that_nobody_writes_there_is_no_table_and_no_question(tmp_path: Path) -> None:
    found = of(tmp_path, "  calls: {of: cloudtrail}\n  inner: {of: load-balancer}\n" + REQUESTS)
    assert "table_workgroup_logs_calls" not in found.files[FILE]
    assert "table_workgroup_logs_inner" not in found.files[FILE]
    assert set(found.items(FILE, "workgroup_logs", "queries")) == {"requests-errors", "requests-slowest"}


def test_errors_are_asked_for_of_lines_that_have_a_level_by_days_of_the_system(tmp_path: Path) -> None:
    asked = of(tmp_path / "a", LINES).items(FILE, "workgroup_logs", "queries")
    assert set(asked) == {"lines-errors"}
    assert "AT TIME ZONE 'Asia/Tokyo'" in asked["lines-errors"]["sql"]
    without = of(tmp_path / "b", "  lines: {of: buckets/logs, columns: {took_ms: bigint}}\n")
    assert "queries = {}" in without.files[FILE]


def test_an_own_question_takes_the_place_of_one_that_a_table_brings(tmp_path: Path) -> None:
    own = "queries: {lines-errors: {title: Mine, sql: 'SELECT 1'}, other: {title: Other, sql: 'SELECT ''${a}'''}}\n"
    asked = of(tmp_path, LINES, more=own).items(FILE, "workgroup_logs", "queries")
    assert {name: one["description"] for name, one in asked.items()} == {"lines-errors": '"Mine"', "other": '"Other"'}
    assert asked["other"]["sql"] == "\"SELECT '$${a}'\""


def test_who_asks_is_stopped_at_the_limit_and_answers_go(tmp_path: Path) -> None:
    found = of(tmp_path, LINES, more="scan_limit: 2 TB\nresults: {retention: 3 days}\n")
    assert found.call(FILE, "workgroup_logs")["most_bytes"] == "2000000000000"
    assert found.items(FILE, "answers_workgroup_logs", "lifecycle_rules") == {"answers": {"expire_days": "3"}}
    module = found.files["modules/athena_workgroup/main.tf"]
    assert re.search(r"enforce_workgroup_configuration\s+= true", module)


@pytest.mark.parametrize(("settings", "key"), [("", None), ("customer_keys: true\n", "local.network.key_objects_arn")])
def test_answers_have_the_environment_s_key_of_objects(settings: str, key: str | None, tmp_path: Path) -> None:
    found = of(tmp_path, REQUESTS, settings=settings)
    assert found.call(FILE, "workgroup_logs").get("kms_key_arn") == key
    assert found.call(FILE, "answers_workgroup_logs").get("kms_key_arn") == key


def test_an_environment_without_buckets_of_its_own_has_a_key_for_answers(tmp_path: Path) -> None:
    files = {
        "workgroups/logs.yaml": f"name: logs\ntitle: Logs\ntables:\n{REQUESTS}",
        "balancers/public.yaml": BALANCER,
        "services/web.yaml": f"{SERVICE}port: 3000\n",
        "dev.yaml": DEV + "customer_keys: true\n",
    }
    found = rendered(environment(tmp_path, files))
    assert 'module "key_objects"' in found.files["network/keys.tf"]
    assert found.call(FILE, "workgroup_logs")["kms_key_arn"] == "local.network.key_objects_arn"


def test_nobody_is_given_anything(tmp_path: Path) -> None:
    found = of(tmp_path, LINES + REQUESTS)
    assert not [path for path, text in found.files.items() if re.search(r"(athena|glue):[A-Z*]", text)]


def test_people_are_told_how_each_question_is_asked(tmp_path: Path) -> None:
    found = of(tmp_path, LINES + REQUESTS)
    ctx = BuildContext(found.environment, in_force(found.environment), "workgroups/logs")
    told: dict[str, str] = {}
    for one in build.outputs(found.environment.entries["workgroups"]["logs"], ctx):
        pieces = one.value.pieces if isinstance(one.value, Joined) else (one.value,)
        told[one.what] = "".join(each if isinstance(each, str) else f"<{each.key}>" for each in pieces)  # type: ignore[union-attr]
    assert told["ask: The slowest paths of the last day"] == (
        "aws athena start-query-execution --region ap-northeast-1 --work-group demo-dev-workgroup-logs"
        ' --query-execution-context Database=demo_dev_logs --query-string "$(aws athena get-named-query'
        " --region ap-northeast-1 --named-query-id <requests-slowest> --query NamedQuery.QueryString"
        ' --output text)"'
    )
    assert [what for what in told if what.startswith("ask: ")] == [
        "ask: Errors by source, yesterday and today",
        "ask: Requests that failed in the last day",
        "ask: The slowest paths of the last day",
    ]


def test_lines_that_routers_send_are_by_the_hour_of_utc(tmp_path: Path) -> None:
    """Fluent Bit formats keys in UTC; the question looks at two days at the most, whatever the hour."""
    route = "{bucket: logs, router: {image: public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.16}}"
    found = of(tmp_path, LINES.replace("took_ms", "took"), route=route)
    call = table(found, "lines")
    assert call["source"] == "../modules/glue_table_json_logs_hourly"
    assert call["sources"] == '["services/web"]'
    assert "days" not in call
    module = found.files["modules/glue_table_json_logs_hourly/main.tf"]
    router = found.files["modules/log_router/main.tf"]
    [template] = re.findall(r'"storage.location.template" += "\$\{var.location\}/\$\$\{source\}/(.*)"', module)
    for part, letter in (("year", "Y"), ("month", "m"), ("day", "d"), ("hour", "H")):
        template = template.replace(f"$${{{part}}}", f"%{letter}")
    assert f"${{var.prefix}}{template}/" in router, "where the router writes"
    [asked] = [sql for name, sql in re.findall(r"(\S+) = \{\s+description = .*\s+sql += (.*)", found.files[FILE])]
    assert "extract(DAY FROM current_timestamp - INTERVAL '1' DAY)" in asked
