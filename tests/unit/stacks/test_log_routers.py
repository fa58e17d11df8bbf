"""Routers of logs: Fluent Bit in a task, by FireLens, and where each line goes."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.core.expressions import Joined
from infragen.kinds.services import build, facets
from infragen.kinds.workloads.router import Router
from infragen.kinds.workloads.task import roles
from infragen.stacks.build import draft, in_force
from infragen.stacks.running import images
from tests.unit.stacks.systems import DEV, SERVICE, Rendered, environment, job, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ROUTER = "{image: {repository: fluent-bit, tag: 3.4.16}, cpu: 0.0625 vCPU, memory: 128 MB}"
REPOSITORY = (
    "name: fluent-bit\ntitle: Fluent Bit\ncopy_of: public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.16\n"
)


def files(router: str = ROUTER, bucket: str = "", more: str = "") -> Mapping[str, str]:
    route = f"log_route: {{bucket: logs, router: {router}}}\n"
    return {
        "repositories/fluent-bit.yaml": REPOSITORY,
        "buckets/logs.yaml": f"name: logs\ntitle: Logs\n{bucket}",
        "services/web.yaml": SERVICE + route + more,
    }


def of(root: Path, router: str = ROUTER, more: str = "") -> Rendered:
    return rendered(environment(root, files(router, more=more)))


def matches(router: Mapping[str, object], line: str) -> bool:
    """Whether a line goes to the log group; Python and Onigmo read these expressions alike."""
    found = Router.model_validate({"image": "fluent-bit:3.4.16", **router}).expression
    assert " " not in found
    assert '"' not in found
    return re.search(found, line) is not None


@pytest.mark.parametrize(
    ("line", "is_sent"),
    [
        ('{"level": "ERROR", "message": "x"}', True),
        ('{"level":"critical"}', True),
        ('{"time": 1, "level" : "fatal"}', True),
        ('{"level": "WARNING"}', False),
        ('{"level": "INFO", "message": "no ERROR here"}', False),
        (r'{"level": "INFO", "message": "he said \"level\": \"ERROR\""}', False),
        ('{"severity": "ERROR"}', False),
        ("ERROR: plain text", False),
    ],
)
def test_errors_and_worse_go_to_the_log_group(line: str, is_sent: bool) -> None:
    assert matches({}, line) is is_sent


@pytest.mark.parametrize(
    ("router", "line"),
    [
        ({"to_log_group": "WARN"}, '{"level": "WARNING"}'),
        ({"to_log_group": "TRACE"}, '{"level": "debug"}'),
        ({"level_key": "log.level"}, '{"log.level": "error"}'),
        ({"pattern": "^[0-9:]+ (ERROR|FATAL) "}, "12:00:00 ERROR it broke"),
        ({"pattern": "a|b"}, '{"level": "ERROR"}'),
    ],
)
def test_level_key_and_form_are_chosen(router: Mapping[str, object], line: str) -> None:
    assert not matches({}, line) or "pattern" in router
    assert matches(router, line)
    assert not matches({"level_key": "other", **{key: router[key] for key in router if key == "to_log_group"}}, line)


def test_the_router_stands_beside_the_container_with_what_it_does(tmp_path: Path) -> None:
    found = of(tmp_path)
    call = found.call("app/service-web.tf", "service_web")
    assert "ecs_service_extended" in call["source"]
    assert "is_log_router = true" in " ".join(call["sidecars"].split())
    assert "module.log_router_service_web.configuration" in call["sidecars"]
    routes = found.call("app/service-web.tf", "log_router_service_web")
    assert routes["bucket"] == '"demo-dev-logs-111122223333"'
    assert (routes["prefix"], routes["log_group_name"]) == ('"services/web/"', '"/demo/dev/web"')
    assert "as_json" not in routes


def test_its_memory_is_reserved_and_a_burst_may_take_more(tmp_path: Path) -> None:
    sidecars = " ".join(of(tmp_path).call("app/service-web.tf", "service_web")["sidecars"].split())
    assert "memory = 256 reservation = 128" in sidecars


def test_lines_that_are_lost_are_heard(tmp_path: Path) -> None:
    """Fluent Bit gives up after its retries, and says so in a line of its own."""
    found = rendered(environment(tmp_path, {**files(), "dev.yaml": DEV + "alarms: true\n"}))
    counted = found.call("app/service-web-lost-lines.tf", "lost_lines_service_web")
    assert (counted["pattern"], counted["log_group_name"]) == (r'"\"cannot be retried\""', '"/demo/dev/web"')
    alarms = found.files["app/service-web.tf"]
    assert "demo-dev-web-lost-lines" in alarms
    assert re.search(rf"metric +=? *{counted['metric']}", alarms)
    assert "lost-lines" not in "".join(of(tmp_path / "silent").files)


def test_lines_wait_on_disk_where_ecs_has_them_wait_in_memory(tmp_path: Path) -> None:
    """What ECS writes has the input alone; where it cannot be written to, the router starts all the same."""
    (command,) = Router.model_validate({"image": "fluent-bit:3.4.16"}).sidecar.command
    given = tmp_path / "fluent-bit.conf"
    given.write_text("\n[INPUT]\n    Name forward\n    unix_path /var/run/fluent.sock\n\n@INCLUDE /tmp/x.conf\n")
    before = command.partition("; }; ")[0].replace("/fluent-bit/etc/fluent-bit.conf", str(given)) + "; }"
    before = before.replace("/tmp/given.conf", str(tmp_path / "copy"))
    assert subprocess.run(["sh", "-c", before], check=True, capture_output=True).stdout == b""
    section = "    unix_path /var/run/fluent.sock\n    storage.type filesystem\n"
    assert section in given.read_text()
    given.unlink()
    assert b"lines wait in memory" in subprocess.run(["sh", "-c", before], check=True, capture_output=True).stdout


def test_jobs_have_one_as_well_and_no_stream_of_firehose(tmp_path: Path) -> None:
    route = f"log_route: {{bucket: logs, prefix: nightly/, router: {ROUTER[:-1]}, as_json: true}}}}\n"
    found = rendered(environment(tmp_path, {**files(), **job("migrate", route)}))
    call = found.call("app/job-migrate.tf", "log_router_job_migrate")
    assert (call["prefix"], call["as_json"]) == ('"nightly/"', "true")
    assert not [path for path in found.files if "log_route/" in path]


def test_a_search_domain_gets_all_lines_in_an_index_for_each_day(tmp_path: Path) -> None:
    domain = 'name: main\ntitle: Main\nversion: "2.19"\nsize: t3.small.search\nstorage: {size: 10 GB}\n'
    router, use = f"{ROUTER[:-1]}, search_domain: main}}", "uses: {search-domains/main: {access: write, why: logs}}\n"
    found = rendered(environment(tmp_path, {**files(router, more=use), "search-domains/main.yaml": domain}))
    call = " ".join(found.call("app/service-web.tf", "log_router_service_web")["search"].split())
    assert call == '{ host = local.data.search_domain_main_host index = "logs-service-web" }'
    module = next(text for path, text in found.files.items() if path.endswith("log_router/main.tf"))
    assert re.search(r"AWS_Auth +On", module)
    assert re.search(r"Suppress_Type_Name On", module), "OpenSearch 2 has no types"


def test_its_role_may_write_below_its_prefix_and_to_its_log_group_and_nothing_else(tmp_path: Path) -> None:
    found = environment(tmp_path, files(bucket="encryption: kms\nonly_users: true\n"))
    ctx = BuildContext(found, in_force(found)).of("services/web")
    service = found.entries["services"]["web"]
    grants = {grant.sid: grant for _, offer in build.view(service, ctx).offers for grant in offer.grants}
    assert {sid: grant.actions for sid, grant in grants.items()} == {
        "WriteLogs": ("logs:CreateLogStream", "logs:PutLogEvents"),
        "SendLogs": ("s3:PutObject",),
        "EncryptLogs": ("kms:GenerateDataKey",),
    }
    [written] = grants["SendLogs"].resources
    assert isinstance(written, Joined)
    assert written.pieces[1:] == ("/services/web/*",)
    assert grants["WriteLogs"].resources == ("arn:aws:logs:ap-northeast-1:111122223333:log-group:/demo/dev/web:*",)
    assert list(roles(service, ctx, "buckets/logs")) == ["demo-dev-web-task"], "which the bucket lets in"


def test_its_image_is_awaited_and_firehose_costs_nothing(tmp_path: Path) -> None:
    found = environment(tmp_path, files())
    assert "demo-dev-fluent-bit" in {image.repository for _, image in images(draft(found), "app")}
    ctx = BuildContext(found, in_force(found)).of("services/web")
    assert not any("Firehose" in cost.what for cost in facets.costs(found.entries["services"]["web"], ctx))
