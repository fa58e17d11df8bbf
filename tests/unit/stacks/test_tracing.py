"""Traces: a collector beside the container with its room, what SDKs are told, what it may do, and its way out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infragen.kinds.workloads.tracing import COLLECTOR
from infragen.stacks.build import in_force
from infragen.stacks.costs import estimate
from tests.unit.stacks.systems import DEV, SERVICE, Rendered, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

FILE = "app/service-web.tf"
TRACED = {"services/web.yaml": SERVICE + "tracing: true\n"}
FUNCTION = """\
name: fold
title: Fold
image: {tag: v1}
tracing: true
"""


def of(root: Path, files: dict[str, str]) -> Rendered:
    return rendered(environment(root, files))


def test_a_collector_of_a_fixed_version_runs_beside_the_container(tmp_path: Path) -> None:
    found = of(tmp_path, TRACED)
    collector = found.items(FILE, "service_web", "sidecars")["xray"]
    assert collector["image"] == '"public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0"'
    assert (collector["cpu"], collector["memory"], collector["essential"]) == ("32", "256", "false")
    assert "sidecars" not in of(tmp_path / "other", {}).call(FILE, "service_web")


def test_the_collector_takes_traces_of_its_own_task_alone() -> None:
    configuration = json.loads(str(COLLECTOR.environment["AOT_CONFIG_CONTENT"]))
    receivers = configuration["receivers"]
    addresses = [*receivers["otlp"]["protocols"].values(), receivers["awsxray"]]
    assert {one["endpoint"].partition(":")[0] for one in addresses} == {"127.0.0.1"}
    assert configuration["service"]["pipelines"]["traces"]["exporters"] == ["awsxray"]


def test_sdks_are_told_where_the_collector_is_and_who_they_speak_for(tmp_path: Path) -> None:
    text = of(tmp_path, TRACED).files[FILE]
    for line in (
        'AWS_XRAY_DAEMON_ADDRESS     = "127.0.0.1:2000"',
        'OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"',
        'OTEL_SERVICE_NAME           = "web"',
    ):
        assert line in text


def test_without_nat_the_api_of_x_ray_needs_its_endpoint(tmp_path: Path) -> None:
    network = "0.0/16, nat: single, endpoints: [ecr.api, ecr.dkr, logs]}"
    found = of(tmp_path, {**TRACED, "dev.yaml": DEV.replace("0.0/16}", network)})
    assert "through NAT to APIs without an endpoint (xray)" in found.files["network/service-web.tf"]


def test_a_sidecar_of_that_name_says_what_is_different_about_the_collector(tmp_path: Path) -> None:
    own = "sidecars: {xray: {image: {repository: collector, tag: v0.49.0}}}\n"
    copy = "title: Collector\ncopy_of: public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0\n"
    files = {"services/web.yaml": f"{SERVICE}tracing: true\n{own}", "repositories/collector.yaml": copy}
    collector = of(tmp_path, files).items(FILE, "service_web", "sidecars")["xray"]
    assert collector["image"].endswith('image_repository_collector_url}:v0.49.0"')
    assert (collector["cpu"], collector["memory"], collector["essential"]) == ("32", "256", "false")
    assert "AOT_CONFIG_CONTENT" in collector["environment"]


def test_a_sidecar_with_a_command_of_its_own_keeps_its_own_configuration(tmp_path: Path) -> None:
    own = "sidecars: {xray: {command: [--config=/etc/ecs/ecs-default-config.yaml], memory: 128 MB}}\n"
    collector = of(tmp_path, {"services/web.yaml": f"{SERVICE}tracing: true\n{own}"}).items(
        FILE, "service_web", "sidecars"
    )["xray"]
    assert (collector["memory"], "environment" in collector) == ("128", False)


def test_a_sidecar_of_that_name_takes_the_collector_s_place(tmp_path: Path) -> None:
    own = 'sidecars: {xray: {image: "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/collector:v1"}}\n'
    found = of(tmp_path, {"services/web.yaml": f"{SERVICE}tracing: true\n{own}"})
    image = found.items(FILE, "service_web", "sidecars")["xray"]["image"]
    assert image == '"111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/collector:v1"'


def test_a_function_is_traced_by_lambda_itself(tmp_path: Path) -> None:
    found = of(tmp_path, {"functions/fold.yaml": FUNCTION})
    call = found.call("app/function-fold.tf", "function_fold")
    assert call["tracing_mode"] == '"Active"'
    assert "OTEL_" not in call["environment"]
    assert "xray:PutTraceSegments" in call["policies"]
    assert "xray:GetSamplingRules" not in call["policies"]


def test_traces_are_among_the_costs(tmp_path: Path) -> None:
    made = environment(tmp_path, TRACED)
    assert in_force(made)
    assert [line.cost.what for line in estimate(made).lines if line.cost.price == "traces"] == ["traces"]
