"""The pairs of CPU and memory that Fargate has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import pytest


def _definition(cpu: str, memory: str) -> dict[str, Any]:
    container = {"name": "web", "image": "public.ecr.aws/nginx/nginx:1"}
    return {
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": cpu, "memory": memory,
        "containerDefinitions": [container],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cpu", "memory"), [("1536", "3072"), ("256", "4096"), ("8192", "17408"), ("1.5 vCPU", "3 GB")]
)
def test_a_pair_that_nobody_sells_is_refused(aws: Callable[[str], Any], cpu: str, memory: str) -> None:
    code, message = refused(aws("ecs").register_task_definition, **_definition(cpu, memory))

    assert code == "ClientException"
    assert f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory" in message


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [("256", "512"), ("1 vCPU", "8 GB"), ("16384", "122880"), ("32 vCPU", "244 GB"), (".5 vCPU", "1024")],
)
def test_a_published_pair_is_taken(aws: Callable[[str], Any], cpu: str, memory: str) -> None:
    assert aws("ecs").register_task_definition(**_definition(cpu, memory))["taskDefinition"]["revision"] == 1
