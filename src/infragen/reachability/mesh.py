"""Service Connect: who is called by which alias, and who is a client of its namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from infragen.plan.risks.lookups import blocks
from infragen.reachability.model import Ports
from infragen.redaction.values import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.objects import Planned, PlannedObjects

NAMESPACES: Final = (
    "aws_service_discovery_http_namespace",
    "aws_service_discovery_private_dns_namespace",
    "aws_service_discovery_public_dns_namespace",
)
_SERVICE: Final = "aws_ecs_service"
_CLUSTER: Final = "aws_ecs_cluster"
TYPES: Final = (*NAMESPACES, _SERVICE, _CLUSTER)

_CONFIGURATION: Final = "service_connect_configuration"


class Alias(NamedTuple):
    """What callers say (`order:8080`), and the port on which the proxy beside the tasks takes it."""

    name: str
    port: Ports | None
    is_encrypted: bool


class Mesh:
    """The namespaces of a plan: their clients and their aliases, by service."""

    def __init__(self, objects: PlannedObjects) -> None:
        """Take the objects of a plan."""
        self._namespaces: dict[str, frozenset[str]] = {}
        self._aliases: dict[str, tuple[Alias, ...]] = {}
        for one in objects.of_type(_SERVICE):
            if one.value(_CONFIGURATION, "enabled") is True:
                self._namespaces[one.address] = frozenset(found.address for found in _namespaces(one))
                self._aliases[one.address] = tuple(_aliases(one))

    def share(self, one: Planned, other: Planned) -> bool:
        """Whether two services are clients of one namespace."""
        none = frozenset[str]()
        return bool(self._namespaces.get(one.address, none) & self._namespaces.get(other.address, none))

    def aliases(self, called: Planned, port: Ports) -> Iterator[Alias]:
        """Yield by which aliases a service is called on a port of its tasks."""
        for alias in self._aliases.get(called.address, ()):
            if alias.port is None or alias.port.shared(port):
                yield alias


def _namespaces(one: Planned) -> tuple[Planned, ...]:
    """Return the namespace that a service names, else that of its cluster."""
    if one.value(_CONFIGURATION, "namespace") is not None:
        return one.leads_to((_CONFIGURATION, "namespace"), *NAMESPACES)
    clusters = one.leads_to(("cluster",), _CLUSTER)
    return tuple(
        found
        for cluster in clusters
        for found in cluster.leads_to(("service_connect_defaults", "namespace"), *NAMESPACES)
    )


def _aliases(one: Planned) -> Iterator[Alias]:
    for service in blocks(one.value(_CONFIGURATION, "service")):
        number = service.get("ingress_port_override")
        port = Ports(int(number.text), int(number.text)) if isinstance(number, Number) else None
        for alias in blocks(service.get("client_alias")):
            name, asked = alias.get("dns_name") or service.get("discovery_name"), alias.get("port")
            if isinstance(name, str) and isinstance(asked, Number):
                yield Alias(f"{name}:{asked.text}", port, bool(service.get("tls")))
