"""What AWS calls the ECS service of a container, and those that its tasks find by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.delivery import EcsService, Release, Rollout, Shift
from infragen.kinds import clusters, mesh
from infragen.kinds.services import blue_green, registry, task
from infragen.kinds.services.task import TaskView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.services.model import Container


def rollouts(container: Container, place: Place) -> Iterator[Rollout]:
    """Yield the service, unless a pipeline of somebody's deploys it."""
    if container.deploy == "pipeline":
        return
    called = (place.of(f"services/{name}") for name in container.direct_calls if place.has(mesh.NAME))
    yield Rollout(ecs_service(place), tuple(ecs_service(one) for one in called if one.entry is not None))


def releases(container: Container, place: Place) -> Iterator[Release]:
    """Yield what a pipeline deploys, where the image is one of the account's."""
    repository = registry.repository_name(place)
    if container.deploy == "pipeline" and repository:
        service, own = ecs_service(place), TaskView(place)
        yield Release(
            place.region,
            repository,
            service.name,
            service,
            shift=_shift(container, place),
            roles=(own.execution_role_name, own.task_role_name),
            architecture=container.architecture,
            log_group=own.log_group_name,
        )


def _shift(container: Container, place: Place) -> Shift | None:
    """Return how CodeDeploy delivers a service; None where ECS does that."""
    own, asked = TaskView(place), getattr(container, "blue_green", None)
    if asked is None:
        return None
    port: int = getattr(container, "port")  # noqa: B009  only services have the field, and they listen
    return Shift(
        blue_green.application_name(place),
        own.container_name,
        port,
        task.run(container, place),
        asked.shift_seconds,
        asked.keep_minutes,
        tuple(blue_green.BlueGreenView(place).rollback_alarms),
    )


def ecs_service(place: Place) -> EcsService:
    """Return what AWS calls the ECS service of a container, and where it is."""
    name = place.names.container(place.entry)
    return EcsService(place.region, clusters.cluster_name(place, place.entry), name)
