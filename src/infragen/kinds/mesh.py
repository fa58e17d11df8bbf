"""The mesh: how services find and reach each other by name (AWS Cloud Map, ECS Service Connect)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.cost import Cost
from infragen.core.kind import Capability, Reason
from infragen.core.part import ENVIRONMENT
from infragen.core.place import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Module
    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

NAME: Final = "mesh"
MESH_PORT: Final = 9443
"""Where a task's Service Connect proxy accepts other services; the container's own port is the load balancer's, which
cannot check the health of a target that speaks TLS 1.3 alone."""


def namespace(place: Place) -> Module:
    """Return the module of the private namespace."""
    return place.of(NAME).module("network", "namespace")


def domain(environment: Environment) -> str:
    """Return the domain that services are found under."""
    return environment.settings.internal_domain or f"{environment.name}.{environment.system.name}.internal"


class MeshView(View):
    """The private namespace."""

    @property
    def name(self) -> str:
        """The domain."""
        return domain(self._place.environment)

    @property
    def description(self) -> str:
        """What it is for."""
        return f"Services of {self._place.names.prefix}"


def _reasons(environment: Environment) -> Iterator[Reason]:
    if environment.settings.mesh is not None:
        yield Reason(ENVIRONMENT, ("mesh",), "services find each other by name")
    for owner, entry in environment.every():
        if getattr(entry, "direct_calls", ()):
            yield Reason(owner, ("calls",), "calls other services by name")


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("network", "kinds/mesh/main.tf", MeshView(place))


def _costs(_place: Place) -> Iterator[Cost]:
    """Yield the hosted zone of the namespace; what ECS registers in it is not billed (AWS Cloud Map pricing)."""
    yield Cost("the private hosted zone of the mesh", "hosted-zone", 1)
    yield Cost("queries of the private hosted zone", "dns-queries")


CAPABILITY: Final = Capability(
    name=NAME, title="service mesh", asked="mesh: {}", reasons=_reasons, needs=("network",), costs=_costs, parts=_parts
)
