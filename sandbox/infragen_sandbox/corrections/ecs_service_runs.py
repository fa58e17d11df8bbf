"""A service reaches its desired count, its deployment completes, and it says when it was created.

AWS: runningCount rises to desiredCount and rolloutState becomes COMPLETED once the tasks are healthy; createdAt is when
the service was created (ECS API Reference, Service, Deployment). In moto nothing ever starts, so
`wait_for_steady_state` would wait forever; here tasks start at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def settle(service: Any) -> None:
    """Say of a service that its tasks run and its deployment is done."""
    service.running_count = service.desired_count
    service.pending_count = 0
    for deployment in service.deployments[:1]:
        deployment.update(
            desiredCount=service.desired_count,
            runningCount=service.desired_count,
            pendingCount=0,
            taskDefinition=service.task_definition,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
            updatedAt=utcnow(),
        )


def _create(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
    service = original(backend, *args, **kwargs)
    if service.deployments:  # what CodeDeploy delivers has task sets: `ecs_task_sets`
        service.created_at = service.deployments[0]["createdAt"]
        settle(service)
    return service


def _update(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
    service = original(backend, wanted)
    if service.deployments:
        settle(service)
    return service


def apply() -> None:
    """Install the correction."""
    around(EC2ContainerServiceBackend, "create_service", _create)
    around(EC2ContainerServiceBackend, "update_service", _update)
