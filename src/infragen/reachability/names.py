"""How a caller finds whom it calls: an alias of Service Connect, a name in a zone, or a name that AWS gives."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from infragen.plan.objects import Planned, PlannedObjects
from infragen.plan.risks.lookups import blocks
from infragen.reachability.interfaces import Interface
from infragen.reachability.model import Ports
from infragen.redaction.values import Number

_PRIVATE_ZONE: Final = "aws_service_discovery_private_dns_namespace"
_NAMESPACES: Final = (
    "aws_service_discovery_http_namespace", _PRIVATE_ZONE, "aws_service_discovery_public_dns_namespace",
)  # fmt: skip
_TASKS: Final = "aws_ecs_service"
_CLUSTER: Final = "aws_ecs_cluster"
_SERVICE: Final = "aws_service_discovery_service"
_INSTANCE: Final = "aws_service_discovery_instance"
RECORD: Final = "aws_route53_record"
_ZONE: Final = "aws_route53_zone"
_VPC: Final = "aws_vpc"
TYPES: Final = (*_NAMESPACES, _TASKS, _CLUSTER, _SERVICE, _INSTANCE, RECORD, _ZONE, _VPC)
_CONFIGURATION: Final = "service_connect_configuration"
AWS_NAME: Final = "its name from AWS"


class Alias(NamedTuple):
    """What callers say (`order:8080`), and the port on which the proxy beside the tasks takes it."""

    name: str
    port: Ports | None


class Mesh:
    """The namespaces of a plan: their clients and their aliases, by service."""

    def __init__(self, objects: PlannedObjects) -> None:
        self._namespaces: dict[str, frozenset[str]] = {}
        self._aliases: dict[str, tuple[Alias, ...]] = {}
        for one in objects.of_type(_TASKS):
            if one.value(_CONFIGURATION, "enabled") is True:
                self._namespaces[one.address] = frozenset(found.address for found in _namespaces(one))
                self._aliases[one.address] = tuple(_aliases(one))

    def share(self, one: Planned, other: Planned) -> bool:
        first, second = (self._namespaces.get(each.address, frozenset()) for each in (one, other))
        return not first.isdisjoint(second)

    def aliases(self, called: Planned, port: Ports) -> Iterator[Alias]:
        known = self._aliases.get(called.address, ())
        return (alias for alias in known if alias.port is None or alias.port.shared(port))


def _namespaces(one: Planned) -> tuple[Planned, ...]:
    if one.value(_CONFIGURATION, "namespace") is not None:
        return one.leads_to((_CONFIGURATION, "namespace"), *_NAMESPACES)
    clusters = one.leads_to(("cluster",), _CLUSTER)
    default = ("service_connect_defaults", "namespace")
    return tuple(found for cluster in clusters for found in cluster.leads_to(default, *_NAMESPACES))


def _aliases(one: Planned) -> Iterator[Alias]:
    for service in blocks(one.value(_CONFIGURATION, "service")):
        number = service.get("ingress_port_override")
        port = Ports(int(number.text), int(number.text)) if isinstance(number, Number) else None
        for alias in blocks(service.get("client_alias")):
            name, asked = alias.get("dns_name") or service.get("discovery_name"), alias.get("port")
            if isinstance(name, str) and isinstance(asked, Number):
                yield Alias(f"{name}:{asked.text}", port)


class Names:
    """The names of a plan: of what, and in which networks they are known."""

    def __init__(self, objects: PlannedObjects) -> None:
        self._resolving = {one.address for one in objects.of_type(_VPC) if one.value("enable_dns_support") is not False}
        self._private: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self._public: dict[str, list[str]] = {}
        for one, service in objects.leading(_TASKS, ("service_registries", "registry_arn"), _SERVICE):
            self._private.setdefault(one.address, []).extend(_in_namespace(service))
        for one, service in objects.leading(_INSTANCE, ("service_id",), _SERVICE):
            for balancer in one.leads_to(("attributes",), "aws_lb"):
                self._private.setdefault(balancer.address, []).extend(_in_namespace(service))
        for one in objects.of_type(RECORD):
            private = (zone for zone in one.leads_to(("zone_id",), _ZONE) if zone.value("vpc"))
            vpcs = frozenset(vpc.address for zone in private for vpc in zone.leads_to(("vpc", "vpc_id"), _VPC))
            for balancer in one.leads_to(("alias", "name"), "aws_lb"):
                if vpcs:
                    self._private.setdefault(balancer.address, []).append((one.text("name"), vpcs))
                else:
                    self._public.setdefault(balancer.address, []).append(one.text("name"))

    def resolves(self, one: Interface) -> bool:
        return bool(one.vpcs) and one.vpcs <= self._resolving

    def of(self, called: Interface, caller: Interface | None) -> str:
        """Return by which name something is found by another (None: from the internet), or an empty text."""
        address = called.object.address
        known = [*self._public.get(address, ())]
        if caller is not None:
            if not self.resolves(caller):
                return ""
            known += [name for name, vpcs in self._private.get(address, ()) if vpcs & caller.vpcs]
        return min(known, default=AWS_NAME if called.has_aws_name else "")


def _in_namespace(service: Planned) -> Iterator[tuple[str, frozenset[str]]]:
    path = ("dns_config", "namespace_id") if service.value("dns_config") else ("namespace_id",)
    for namespace in service.leads_to(path, _PRIVATE_ZONE):
        vpcs = frozenset(vpc.address for vpc in namespace.leads_to(("vpc",), _VPC))
        yield f"{service.text('name')}.{namespace.text('name')}", vpcs
