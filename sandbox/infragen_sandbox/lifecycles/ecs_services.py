"""A service's deployment is under way until its tasks run, and a service drains before it is inactive.

AWS: "rolloutState ... IN_PROGRESS ... If the service reaches a steady state, the deployment transitions to COMPLETED"
(Amazon ECS API Reference: Deployment, rolloutState).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ecs.models import EC2ContainerServiceBackend

from infragen_sandbox.corrections.ecs_service_runs import settle
from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen_sandbox.lifecycles.clock import Clock
    from infragen_sandbox.lifecycles.lifecycle import Lifecycle


def deployments(clock: Clock, lifecycle: Lifecycle) -> None:
    """Let a new deployment take its time; what runs already goes on meanwhile."""
    stage = lifecycle.creating
    if stage is None:
        return

    def deploy(service: Any, running: int) -> None:
        deployment = service.deployments[0]
        pending = max(service.desired_count - running, 0)
        service.running_count, service.pending_count = running, pending
        deployment.update(
            runningCount=running,
            pendingCount=pending,
            rolloutState=stage.word,
            rolloutStateReason=f"ECS deployment {deployment['id']} in progress.",
        )

        def steady() -> None:
            if service.status == "ACTIVE" and service.deployments[0] is deployment:
                settle(service)

        clock.later(lifecycle.seconds(clock, stage, service.name), steady)

    def create(original: Callable[..., Any], backend: Any, *arguments: Any, **named: Any) -> Any:
        service = original(backend, *arguments, **named)
        if service.deployments:  # what CodeDeploy delivers has none
            deploy(service, 0)
        return service

    def update(original: Callable[..., Any], backend: Any, wanted: dict[str, Any]) -> Any:
        name, cluster = wanted["service"].rpartition("/")[2], wanted.get("cluster", "default")
        before = backend._get_service(cluster, name)  # noqa: SLF001
        if not before.deployments:
            return original(backend, wanted)
        deployed, running = _deployed(before), before.running_count
        service = original(backend, wanted)
        if _deployed(service) != deployed:
            deploy(service, running)
        return service

    around(EC2ContainerServiceBackend, "create_service", create)
    around(EC2ContainerServiceBackend, "update_service", update)


def _deployed(service: Any) -> tuple[Any, ...]:
    """Return what AWS would deploy anew if it were different."""
    return service.deployments[0]["id"], service.task_definition, service.desired_count
