"""A service that CodeDeploy delivers has its tasks in a task set, and says when it was created.

AWS: "taskSets: Information about a set of Amazon ECS tasks in either an CodeDeploy or an EXTERNAL deployment"; the one
that is PRIMARY serves production traffic, and such a service has no deployments (ECS API Reference, Service, TaskSet).
moto makes none with the service, and leaves its platform version as it was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, TaskSet

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

CONTROLLER = "CODE_DEPLOY"
LATEST = "1.4.0"
"""What AWS answers of such a service that was made with LATEST (aws/containers-roadmap, issue 2840)."""


def is_delivered(service: Any) -> bool:
    """Whether CodeDeploy delivers a service."""
    return bool(service.deployment_controller["type"] == CONTROLLER)


def new_task_set(service: Any, task_definition: str, load_balancers: list[dict[str, Any]], status: str) -> Any:
    """Put a task set into a service, whose tasks run, and return it."""
    made: Any = TaskSet(
        service.name, service.cluster_name, task_definition, service._account_id, service.region_name,  # noqa: SLF001
        network_configuration=service.network_configuration, load_balancers=load_balancers,
    )  # fmt: skip
    made.status, made.service_arn, made.cluster_arn = status, service.arn, service.cluster_arn
    service.task_sets.append(made)
    count(service)
    return made


def count(service: Any) -> None:
    """Say of the task sets of a service that their tasks run."""
    service.running_count, service.pending_count = service.desired_count, 0
    for one in service.task_sets:
        one.computed_desired_count = one.running_count = service.desired_count
        one.pending_count = 0


def _create(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
    service = original(backend, *args, **kwargs)
    if is_delivered(service):
        service.created_at = utcnow()
        if service.platform_version == "LATEST":
            service.platform_version = LATEST
        new_task_set(service, service.task_definition, service.load_balancers, "PRIMARY")
    return service


def _update(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
    service = original(backend, wanted)
    if is_delivered(service):
        count(service)
    return service


def apply() -> None:
    """Install the correction."""
    around(EC2ContainerServiceBackend, "create_service", _create)
    around(EC2ContainerServiceBackend, "update_service", _update)
