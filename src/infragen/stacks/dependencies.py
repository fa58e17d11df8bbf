"""Every connection that an environment needs, each with the line that declares it.

Security groups are made of this list and of nothing else: a rule without a dependency, or a dependency without its
rules, cannot exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.catalog.quotas import interface_endpoints
from infragen.kinds.databases import Database
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = [
    "BALANCER",
    "DATABASE_PORT",
    "ENDPOINTS",
    "GATEWAYS_PORT",
    "GATEWAY_LINK",
    "HTTPS_PORT",
    "INTERNET",
    "MESH_PORT",
    "OBJECT_STORE",
    "Dependency",
    "dependencies",
    "interface_endpoints",
]

DATABASE_PORT: Final = 3306
HTTPS_PORT: Final = 443
"""AWS APIs; on the internal load balancer, services that show a client certificate."""
GATEWAYS_PORT: Final = 8443
"""On the internal load balancer: the API gateways, which show none."""
MESH_PORT: Final = 9443
"""Where a task's Service Connect proxy accepts TLS from other services; the container's own port is the load
balancer's, which cannot check the health of a target that speaks TLS 1.3 alone."""

BALANCER: Final = "load-balancer"
"""The internal application load balancer."""
GATEWAY_LINK: Final = "gateway-link"
"""The network load balancer that API gateways enter the VPC through."""
ENDPOINTS: Final = "endpoints"
"""The interface endpoints of AWS services."""
OBJECT_STORE: Final = "object-store"
"""S3 behind its gateway endpoint, known by a prefix list."""
INTERNET: Final = "internet"
"""Every address, through NAT."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """`source` opens TCP connections to `target`.

    Both are entries (`services/planning`), `proxies/<database>`, or one of the shared ends above. It is declared in
    `owner` (an entry, or `environment`) under `path`.
    """

    source: str
    target: str
    port: int
    why: str
    owner: str
    path: tuple[str, ...]


def dependencies(environment: Environment) -> tuple[Dependency, ...]:
    """Return all dependencies of an environment, sorted by source, target and port."""
    found = (*_entrance(environment), *_of_containers(environment), *_of_databases(environment))
    return tuple(sorted(found, key=lambda found: (found.source, found.target, found.port)))


def _entrance(environment: Environment) -> Iterator[Dependency]:
    if environment.all(Gateway):
        name = min(environment.all(Gateway))
        why = "API gateways reach the load balancer through their VPC link"
        yield Dependency(GATEWAY_LINK, BALANCER, GATEWAYS_PORT, why, f"gateways/{name}", ("name",))


def _of_containers(environment: Environment) -> Iterator[Dependency]:
    ways = tuple(_ways_to_aws(environment))
    for owner, container in environment.each(Container):
        yield Dependency(BALANCER, owner, container.port, "requests", owner, ("port",))
        yield from _calls(owner, container)
        for target, why in ways:
            yield Dependency(owner, target, HTTPS_PORT, why, "environment", ("network",))
    for name, service in environment.all(Service).items():
        yield from _own_database(f"services/{name}", service)


def _ways_to_aws(environment: Environment) -> Iterator[tuple[str, str]]:
    """Yield how tasks fetch images and secrets, write logs and send events: through endpoints, NAT or both."""
    if interface_endpoints(environment):
        yield ENDPOINTS, "AWS APIs inside the VPC"
    if environment.settings.network.nat == "none":
        yield OBJECT_STORE, "image layers"
    else:
        yield INTERNET, "AWS APIs and partners through NAT"


def _calls(owner: str, container: Container) -> Iterator[Dependency]:
    # Events travel through SQS: AWS APIs, no connection between the two.
    direct = {callee: call for callee, call in container.dependencies.items() if call.access != "event"}
    for callee, call in direct.items():
        yield Dependency(owner, f"services/{callee}", MESH_PORT, call.why, owner, ("calls", callee))
    if direct:
        yield Dependency(owner, BALANCER, HTTPS_PORT, "calls with a client certificate", owner, ("calls",))


def _own_database(owner: str, service: Service) -> Iterator[Dependency]:
    if service.database:
        yield Dependency(owner, f"proxies/{service.database}", DATABASE_PORT, "its own database", owner, ("database",))


def _of_databases(environment: Environment) -> Iterator[Dependency]:
    for name in environment.all(Database):
        source, target = f"proxies/{name}", f"databases/{name}"
        yield Dependency(source, target, DATABASE_PORT, "pooled connections", target, ("proxy",))
