"""Images: their repositories, which are applied before services are, and what has to be in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.delivery import Image
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import named
from infragen.core.place import View, of
from infragen.kinds import clusters
from infragen.kinds.workloads.sidecars import Reference, own_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Export, Module
    from infragen.core.part import Part
    from infragen.core.place import Place
    from infragen.kinds.workloads.model import Task


def repository(place: Place) -> Module | None:
    """Return the module of a container's own repository; None where it runs an image of another one."""
    container: Task = place.entry
    if container.image.repository is not None or container.image.name is not None:
        return None
    return place.module("registry", "repository", container.SINGULAR, container)


def repository_name(place: Place) -> str:
    """Return what AWS calls the repository of a container's image, its own or a shared one; "" where it has none."""
    container: Task = place.entry
    if container.image.name is not None:
        return ""
    shared = container.image.repository
    return place.names.plain(shared) if shared is not None else place.names.container(container)


def address(place: Place) -> str:
    """Return the registry of the environment's account."""
    return f"{place.settings.account}.dkr.ecr.{place.region}.amazonaws.com"


def push(place: Place, options: str = "") -> str:
    """Return the command that builds a container's image and pushes it, with `options` of its own."""
    container: Task = place.entry
    platform = "linux/arm64" if container.architecture == "arm64" else "linux/amd64"
    image = f"{address(place)}/{repository_name(place)}:{container.image.tag}"
    return f"docker buildx build --push {options}--platform {platform} --tag {image} ."


def images(container: Task, place: Place) -> Iterator[Image]:
    """Yield what has to be in the account's registry before ECS can start a task.

    What a pipeline of somebody's sets is left out: its first run brings the image, and a deployment of its own.
    """
    if _is_brought_by_pipeline(container, place):
        return
    if container.image.name is None:
        how = "" if container.image.has_digest else push(place)
        yield Image(place.region, repository_name(place), container.image.tag, how)
    for one in (container.image, *(sidecar.image for sidecar in container.sidecars.values())):
        found = own_registry(one.name) if one is not None and one.name is not None else None
        if one is not None and found is not None and found[0] == place.settings.account:
            yield Image(found[1], found[2], one.tag, "")


def _is_brought_by_pipeline(container: Task, place: Place) -> bool:
    """Whether a pipeline pushes its images: its own, or those of the entry whose repository it shares."""
    if getattr(container, "deploy", "") == "pipeline":
        return True
    name = repository_name(place) if container.image.repository is not None else ""
    return any(
        getattr(entry, "deploy", "") == "pipeline" and repository_name(place.of(owner)) == name
        for owner, entry in place.environment.every()
        if name
    )


class RegistryView(View):
    """A container's own repository; several entries may share it."""

    repository = of(repository)

    @named(LIMITS["repository"])
    def name(self) -> str:
        """The repository."""
        return repository_name(self._place)

    @property
    def image_key(self) -> Export | None:
        """What its images are encrypted with."""
        return clusters.image_key(self._place, self._place.entry)


def parts(place: Place) -> Iterator[Part]:
    """Yield the file of a container's own repository, if it has one."""
    if repository(place) is not None:
        path = f"images-{place.file_stem}.tf"  # where it shares a stack with its security group, so do their files
        yield place.part("registry", "kinds/services/repository.tf", RegistryView(place), path)


def pushed(place: Place, image: Reference, then: str, options: str = "") -> Iterator[OutputLine]:
    """Yield how an image is pushed into a repository of its own, with `options` of the build, and what comes `then`."""
    if repository(place) is None or image.has_digest:  # an image has its digest once it is pushed
        return
    login = (
        f"aws ecr get-login-password --region {place.region}"
        f" | docker login --username AWS --password-stdin {address(place)}"
    )
    yield OutputLine("next", "sign in to the image registry", login, is_command=True)
    yield OutputLine("next", f"build and push its image; {then}", push(place, options), is_command=True)
