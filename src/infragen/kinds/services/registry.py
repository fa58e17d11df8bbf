"""Image repositories: in a stack of their own, so that images can be pushed before services start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.names import LIMITS
from infragen.core.part import named
from infragen.core.place import View
from infragen.kinds import clusters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Export, Module
    from infragen.core.part import Part
    from infragen.core.place import Place
    from infragen.kinds.services.model import Container


def repository(place: Place) -> Module | None:
    """Return the module of a container's own repository; None where it runs an image of another one."""
    container: Container = place.entry
    if container.image.repository is not None or container.image.name is not None:
        return None
    return place.module("registry", "repository", container.SINGULAR, container)


class RegistryView(View):
    """A container's own repository; several entries may share it."""

    @property
    def repository(self) -> Module | None:
        """Its module."""
        return repository(self._place)

    @named(LIMITS["repository"])
    def name(self) -> str:
        """The repository: called as the service is."""
        return self._place.names.container(self._place.entry)

    @property
    def image_key(self) -> Export | None:
        """What its images are encrypted with."""
        return clusters.image_key(self._place, self._place.entry)


def parts(place: Place) -> Iterator[Part]:
    """Yield the file of a container's own repository, if it has one."""
    if repository(place) is not None:
        yield place.part("registry", "kinds/services/repository.tf", RegistryView(place))
