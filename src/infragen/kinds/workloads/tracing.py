"""Traces of requests in AWS X-Ray: a collector beside the container, what SDKs are told, and the permission.

The collector is the AWS Distro for OpenTelemetry: it takes what OpenTelemetry's SDKs send, and what X-Ray's own do.
"""

import json
from typing import Any, Final

from infragen.core.part import Binding, Grant
from infragen.kinds.workloads.sidecars import Sidecar

SIDECAR: Final = "xray"
"""The container that collects; a sidecar of that name in the catalogue says what is different about it."""

_OTLP_HTTP: Final = 4318
_XRAY: Final = 2000
_LOCAL: Final = "127.0.0.1"

CONFIGURATION: Final[dict[str, Any]] = {
    "receivers": {
        "otlp": {
            "protocols": {
                "grpc": {"endpoint": f"{_LOCAL}:4317"},
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

_ENDPOINT: Final = "AWS_PROMETHEUS_ENDPOINT"
_OF_TASKS: Final = [
    *(f"ecs.task.{one}.{what}" for one in ("memory", "cpu") for what in ("reserved", "utilized")),
    *(f"ecs.task.{one}" for one in ("network.rate.rx", "network.rate.tx", "storage.read_bytes", "storage.write_bytes")),
    "container.duration",
]
_PIPELINES: Final = {
    name: {"receivers": [receiver], "processors": [processor], "exporters": ["prometheusremotewrite"]}
    for name, receiver, processor in (
        ("metrics/application", "otlp", "batch/metrics"),
        ("metrics", "awsecscontainermetrics", "filter"),
    )
}
_METRICS: Final[dict[str, dict[str, Any]]] = {
    "extensions": {"sigv4auth": {"region": "${env:AWS_REGION}"}},
    "receivers": {"awsecscontainermetrics": {}},
    "processors": {
        "batch/metrics": {"timeout": "60s"},
        "filter": {"metrics": {"include": {"match_type": "strict", "metric_names": _OF_TASKS}}},
    },
    "exporters": {
        "prometheusremotewrite": {
            "endpoint": f"${{env:{_ENDPOINT}}}",
            "auth": {"authenticator": "sigv4auth"},
            "resource_to_telemetry_conversion": {"enabled": True},
        }
    },
}
"""What the collector's own configuration for ECS has beside traces: what code sends by OpenTelemetry, and the task's
figures (AWS Distro for OpenTelemetry: config/ecs/ecs-amp-xray.yaml)."""

VARIABLE: Final = "AOT_CONFIG_CONTENT"

COLLECTOR: Final = Sidecar.model_validate(
    {
        "image": {"name": "public.ecr.aws/aws-observability/aws-otel-collector", "tag": "v0.49.0"},
        "environment": {VARIABLE: json.dumps(CONFIGURATION, separators=(",", ":"))},
        "cpu": "0.03125 vCPU",
        "memory": "256 MB",
        "essential": False,
    }
)
"""Its version is of July 2026 (aws-observability/aws-otel-collector: releases). Its share of CPU and memory is that of
X-Ray's daemon (AWS X-Ray Developer Guide: Running the X-Ray daemon on Amazon ECS); a task goes on without it."""


def is_configured(own: Sidecar | None) -> bool:
    """Not if the catalogue has its own configuration."""
    return own is None or not {"command", "entry_point", "environment", "secrets"} & own.model_fields_set


def collector(own: Sidecar | None) -> Sidecar:
    if own is None:
        return COLLECTOR
    said = {name: getattr(own, name) for name in own.model_fields_set}
    if not is_configured(own):
        said.setdefault("environment", {})
    return COLLECTOR.model_copy(update=said)


def with_metrics(url: object) -> dict[str, object]:
    found = {key: {**CONFIGURATION.get(key, {}), **section} for key, section in _METRICS.items()}
    pipelines = {**CONFIGURATION["service"]["pipelines"], **_PIPELINES}
    found["service"] = {"pipelines": pipelines, "extensions": [*_METRICS["extensions"]]}
    return {VARIABLE: json.dumps(found, separators=(",", ":")), _ENDPOINT: url}


WRITING: Final = Grant("WriteTraces", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",))
"""What Lambda sends traces with (AWS Lambda Developer Guide: Visualize Lambda function invocations using AWS X-Ray);
these actions support no resource type (Service Authorization Reference)."""


def bindings(name: str) -> Binding:
    variables = {
        "AWS_XRAY_DAEMON_ADDRESS": f"{_LOCAL}:{_XRAY}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{_LOCAL}:{_OTLP_HTTP}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_SERVICE_NAME": name,
    }
    # SDKs ask which requests are traced (AWS managed policy AWSXRayDaemonWriteAccess)
    sampling = ("xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets")
    return Binding(variables, "tracing", (WRITING, Grant("AskForSampling", sampling, ("*",))))
