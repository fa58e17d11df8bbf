"""Traces of requests in AWS X-Ray: a collector beside the container, what SDKs are told, and the permission.

The collector is the AWS Distro for OpenTelemetry: it takes what OpenTelemetry's SDKs send, and what X-Ray's own do.
"""

from __future__ import annotations

import json
from typing import Final

from infragen.core.part import Binding, Grant
from infragen.kinds.workloads.sidecars import Sidecar

SIDECAR: Final = "xray"
"""The container that collects; a sidecar of that name in the catalogue says what is different about it."""

_OTLP_GRPC: Final = 4317
_OTLP_HTTP: Final = 4318
_XRAY: Final = 2000
_LOCAL: Final = "127.0.0.1"

_CONFIGURATION: Final = {
    "receivers": {
        "otlp": {
            "protocols": {
                "grpc": {"endpoint": f"{_LOCAL}:{_OTLP_GRPC}"},
                "http": {"endpoint": f"{_LOCAL}:{_OTLP_HTTP}"},
            }
        },
        "awsxray": {"endpoint": f"{_LOCAL}:{_XRAY}", "transport": "udp"},
    },
    "processors": {"batch/traces": {"timeout": "1s", "send_batch_size": 50}},
    "exporters": {"awsxray": {}},
    "service": {
        "pipelines": {
            "traces": {"receivers": ["otlp", "awsxray"], "processors": ["batch/traces"], "exporters": ["awsxray"]}
        }
    },
}
"""The part of the collector's own configuration for ECS that is about traces (AWS Distro for OpenTelemetry:
config/ecs); it listens to its own task alone."""

COLLECTOR: Final = Sidecar.model_validate(
    {
        "image": {"name": "public.ecr.aws/aws-observability/aws-otel-collector", "tag": "v0.49.0"},
        "environment": {"AOT_CONFIG_CONTENT": json.dumps(_CONFIGURATION, separators=(",", ":"))},
        "cpu": "0.03125 vCPU",
        "memory": "256 MB",
        "essential": False,
    }
)
"""Its version is of July 2026 (aws-observability/aws-otel-collector: releases). Its share of CPU and memory is that of
X-Ray's daemon (AWS X-Ray Developer Guide: Running the X-Ray daemon on Amazon ECS); a task goes on without it."""

_OWN_CONFIGURATION: Final = frozenset({"command", "entry_point", "environment", "secrets"})


def collector(own: Sidecar | None) -> Sidecar:
    """Return the collector, with what the catalogue's sidecar of its name says: an image, or all of it."""
    if own is None:
        return COLLECTOR
    said = {name: getattr(own, name) for name in own.model_fields_set}
    if not _OWN_CONFIGURATION.isdisjoint(said):
        said.setdefault("environment", {})
    return COLLECTOR.model_copy(update=said)


WRITING: Final = Grant("WriteTraces", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",))
"""What Lambda sends traces with (AWS Lambda Developer Guide: Visualize Lambda function invocations using AWS X-Ray);
these actions support no resource type (Service Authorization Reference)."""

_SAMPLING: Final = ("xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets")
"""What SDKs ask for which requests are traced (AWS managed policy AWSXRayDaemonWriteAccess)."""


def bindings(name: str) -> Binding:
    """Return what a traced task is given: where its SDK finds the collector, and what that may do."""
    variables = {
        "AWS_XRAY_DAEMON_ADDRESS": f"{_LOCAL}:{_XRAY}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{_LOCAL}:{_OTLP_HTTP}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_SERVICE_NAME": name,
    }
    return Binding(variables, "tracing", (WRITING, Grant("AskForSampling", _SAMPLING, ("*",))))
