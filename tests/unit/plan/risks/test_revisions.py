"""A next revision is judged part by part, as an update would be; what nobody judges is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.plan.risks.judging import told

TASK = "aws_ecs_task_definition"
FOLLOWS = "LOW harmless: a new revision follows the old one"


def task(container: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a task of one container."""
    return {"container_definitions": json.dumps([{"name": "web", "image": "a:1"} | (container or {})]), **more}


def _platform(processor: str, system: str = "LINUX") -> list[dict[str, str]]:
    return [{"cpu_architecture": processor, "operating_system_family": system}]


PARTS: list[tuple[Any, Any, str]] = [
    (task({"stopTimeout": 75}), task({"stopTimeout": 2}), "MEDIUM downtime: \"web\" has less time to stop"),
    (task({"startTimeout": 100}), task({"startTimeout": 90}), "LOW downtime: \"web\" has less time to start"),
    (task({"healthCheck": {"a": 1}}), task(), "MEDIUM downtime: no one notices when \"web\" hangs"),
    (task({"dependsOn": [{"a": 1}]}), task({"dependsOn": []}), "MEDIUM downtime: \"web\" no longer waits for others"),
    (task({"essential": False}), task(), "MEDIUM downtime: the whole task stops when \"web\" stops"),
    (task(), task({"essential": False}), "MEDIUM downtime: the task goes on when \"web\" has stopped"),
    (task(), task({"privileged": True}), "MEDIUM privilege: \"web\" has all rights of its machine"),
    (task({"user": "1000"}), task({"user": "root"}), "MEDIUM privilege: \"web\" runs as root"),
    (task({"memory": 512}), task({"memory": 128}), "MEDIUM downtime: there is less for \"web\": memory 512 -> 128"),
    (task(memory="4096"), task(memory="1024"), "MEDIUM downtime: there is less to serve with: memory 4096 -> 1024"),
    (task(volume=[{"name": "cache"}]), task(), "MEDIUM downtime: its tasks no longer see the volume \"cache\""),
    (task(network_mode="awsvpc"), task(network_mode="host"), "MEDIUM exposure: its containers listen on the"),
    (task(pid_mode=None), task(pid_mode="host"), "MEDIUM exposure: its containers see all programs"),
    (
        task(runtime_platform=_platform("ARM64")), task(runtime_platform=_platform("X86_64")),
        "MEDIUM downtime: images made for ARM64 do not start on X86_64",
    ),
    (
        task(runtime_platform=_platform("X86_64")),
        task(runtime_platform=_platform("X86_64", "WINDOWS_SERVER_2022_CORE")),
        "MEDIUM downtime: images made for LINUX do not start",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), PARTS)
@pytest.mark.parametrize("action", ["replace", "create first"])
def test_a_part_of_a_revision_is_judged_as_an_update_would_be(action: str, before: Any, after: Any, words: str) -> None:
    assert told(TASK, action, before, after)[0].startswith(words)
    assert words not in str(told(TASK, action, after, before))


LEFT: list[tuple[str, Any, Any, str]] = [
    (TASK, task(), task({"environment": [{"name": "MODE", "value": "test"}]}), "variable MODE"),
    (
        TASK,
        task({"environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "B", "valueFrom": "x"}]}),
        task({"environment": [{"name": "A", "value": "2"}], "secrets": [{"name": "B", "valueFrom": "y"}]}),
        "variables A, B",
    ),
    (TASK, task(), task({"ulimits": [{"name": "nofile"}], "command": ["x"]}), "command, ulimits"),
    (TASK, task(network_mode="awsvpc"), task(network_mode="bridge"), "network_mode"),
    (TASK, task(task_role_arn="a"), task(task_role_arn="b"), "task_role_arn"),
    ("aws_launch_configuration", {"image_id": "a"}, {"image_id": "b"}, "image_id"),
    ("google_compute_instance_template", {"metadata": {"a": "b"}}, {"metadata": {"a": "c"}}, "metadata"),
    (
        "aws_batch_job_definition",
        {"container_properties": json.dumps({"command": ["a"]})}, {"container_properties": json.dumps({"command": []})},
        "command",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "after", "left"), LEFT)
def test_what_nobody_judges_of_a_revision_is_named(kind: str, before: Any, after: Any, left: str) -> None:
    assert told(kind, "replace", before, after) == [f"LOW unknown effect: not judged: {left}", FOLLOWS]


def test_containers_that_the_plan_does_not_know_are_not_judged() -> None:
    found = told(TASK, "replace", task(), {}, after_unknown={"container_definitions": True})
    assert found == ["LOW unknown effect: not judged: container_definitions", FOLLOWS]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (TASK, task(), task({"image": "a:2"})),
        (TASK, task(), task({"cpu": 0, "mountPoints": [], "essential": True, "stopTimeout": 30})),
        (
            TASK,
            task({"portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]}),
            task({"portMappings": [{"containerPort": 80}]}),
        ),
        (
            TASK,
            task({"healthCheck": {"command": ["a"], "interval": 30, "retries": 3, "timeout": 5}}),
            task({"healthCheck": {"command": ["a"]}}),
        ),
        ("aws_lambda_layer_version", {"source_code_hash": "a"}, {"source_code_hash": "b"}),
        ("aws_api_gateway_deployment", {"triggers": {"a": "1"}}, {"triggers": {"a": "2"}}),
    ],
)
def test_a_release_only_follows(kind: str, before: Any, after: Any) -> None:
    assert told(kind, "replace", before, after) == [FOLLOWS]


PROCESSORS: list[tuple[str, Any, Any, str]] = [
    ("aws_lambda_function", {"architectures": ["arm64"]}, {"architectures": ["x86_64"]}, "code and layers"),
    ("aws_eks_node_group", {"ami_type": "AL2_ARM_64"}, {"ami_type": "AL2023_x86_64_STANDARD"}, "images"),
    ("aws_eks_node_group", {"instance_types": ["m7g.large"]}, {"instance_types": ["m7i.large"]}, "images"),
    ("aws_launch_template", {"instance_type": "t4g.micro"}, {"instance_type": "t3.micro"}, "machine images"),
    ("aws_instance", {"instance_type": "c6gn.large"}, {"instance_type": "g4dn.xlarge"}, "machine images"),
    ("google_compute_instance", {"machine_type": "t2a-standard-1"}, {"machine_type": "e2-micro"}, "machine images"),
    (
        "aws_codebuild_project",
        {"environment": [{"type": "ARM_CONTAINER"}]}, {"environment": [{"type": "LINUX_CONTAINER"}]}, "images",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "before", "after", "what"), PROCESSORS)
def test_another_processor_does_not_start_what_was_made_for_the_former(
    kind: str, before: Any, after: Any, what: str
) -> None:
    for one, other, (old, new) in ((before, after, ("ARM64", "X86_64")), (after, before, ("X86_64", "ARM64"))):
        assert f"MEDIUM downtime: {what} made for {old} do not start on {new}" in str(told(kind, "update", one, other))
    assert "do not start" not in str(told(kind, "update", before, before))


def test_another_runtime_is_told_and_another_language_more_so() -> None:
    old, newer, other = ({"runtime": name} for name in ("python3.9", "python3.13", "nodejs22.x"))
    assert told("aws_lambda_function", "update", old, newer)[0].startswith("LOW downtime: its code runs on another")
    assert told("aws_lambda_function", "update", old, other)[0].startswith("MEDIUM downtime: code made for another")
