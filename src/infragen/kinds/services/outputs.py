"""What people are told of a container: where its image goes, where its output is, how a shell is opened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.operations import OutputLine
from infragen.kinds import clusters
from infragen.kinds.services import registry
from infragen.kinds.services.build import ContainerView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.functions.model import FunctionImage
    from infragen.kinds.services.model import Container, Image
    from infragen.kinds.services.task import TaskView


def outputs(container: Container, place: Place) -> Iterator[OutputLine]:
    """Yield how its image is pushed into its own repository, its log, and how a shell is opened."""
    own, region = ContainerView(place), place.region
    is_pipeline = container.deploy == "pipeline"
    then = "the first run of its pipeline starts it" if is_pipeline else "it is applied once that is there"
    yield from pushed(place, container.image, then)
    yield log(own)
    if own.blue_green is not None:
        named = f"--application-name {own.application_name} --deployment-group-name {own.application_name}"
        command = f"aws deploy list-deployments {named} --region {region}"
        yield OutputLine("detail", "list what CodeDeploy delivered", command, is_command=True)
    if container.exec:
        cluster = clusters.cluster_name(place, container)
        shell = f"--container {own.container_name} --interactive --command /bin/sh --region {region}"
        command = f"aws ecs execute-command --cluster {cluster} --task TASK {shell}"
        yield OutputLine("detail", "open a shell in one of its tasks", command, is_command=True)


def pushed(place: Place, image: Image | FunctionImage, then: str, options: str = "") -> Iterator[OutputLine]:
    """Yield how an image is pushed into a repository of its own, with `options` of the build, and what comes `then`."""
    if registry.repository(place) is None or image.has_digest:  # an image has its digest once it is pushed
        return
    login = (
        f"aws ecr get-login-password --region {place.region}"
        f" | docker login --username AWS --password-stdin {registry.address(place)}"
    )
    yield OutputLine("next", "sign in to the image registry", login, is_command=True)
    yield OutputLine("next", f"build and push its image; {then}", registry.push(place, options), is_command=True)


def log(own: TaskView) -> OutputLine:
    """Return how the output of tasks is read."""
    command = f"aws logs tail {own.log_group_name} --follow --region {own.region}"
    return OutputLine("detail", "read its log", command, is_command=True)
