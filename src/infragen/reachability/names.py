"""How a caller finds whom it calls: an alias of Service Connect, a name in a zone, or a name that AWS gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.reachability.mesh import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.objects import Planned, PlannedObjects
    from infragen.reachability.interfaces import Interface

_SERVICE: Final = "aws_service_discovery_service"
_INSTANCE: Final = "aws_service_discovery_instance"
RECORD: Final = "aws_route53_record"
_ZONE: Final = "aws_route53_zone"
_VPC: Final = "aws_vpc"
TYPES: Final = (_SERVICE, _INSTANCE, RECORD, _ZONE, _VPC, *NAMESPACES)

AWS_NAME: Final = "its name from AWS"
_NAMED: Final = frozenset(
    {
        "aws_lb", "aws_rds_cluster", "aws_docdb_cluster", "aws_db_instance", "aws_db_proxy", "aws_elasticache_cluster",
        "aws_elasticache_replication_group", "aws_vpc_endpoint", "aws_efs_mount_target", "aws_instance",
    }
)  # fmt: skip
"""Types that AWS gives a name, which the VPC's own DNS knows."""


class Names:
    """The names of a plan: of what, and in which networks they are known."""

    def __init__(self, objects: PlannedObjects) -> None:
        """Take the objects of a plan."""
        self._resolving = {one.address for one in objects.of_type(_VPC) if one.value("enable_dns_support") is not False}
        self._private: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self._public: dict[str, list[str]] = {}
        for one in objects.of_type("aws_ecs_service"):
            for service in one.leads_to(("service_registries", "registry_arn"), _SERVICE):
                self._private.setdefault(one.address, []).extend(_in_namespace(service))
        for one in objects.of_type(_INSTANCE):
            for service in one.leads_to(("service_id",), _SERVICE):
                for balancer in one.leads_to(("attributes",), "aws_lb"):
                    self._private.setdefault(balancer.address, []).extend(_in_namespace(service))
        for one in objects.of_type(RECORD):
            vpcs = frozenset(
                vpc.address
                for zone in one.leads_to(("zone_id",), _ZONE)
                if zone.value("vpc")
                for vpc in zone.leads_to(("vpc", "vpc_id"), _VPC)
            )
            for balancer in one.leads_to(("alias", "name"), "aws_lb"):
                if vpcs:
                    self._private.setdefault(balancer.address, []).append((one.text("name"), vpcs))
                else:
                    self._public.setdefault(balancer.address, []).append(one.text("name"))

    def resolves(self, one: Interface) -> bool:
        """Whether the network of something has a DNS server."""
        return bool(one.vpcs) and one.vpcs <= self._resolving

    def of(self, called: Interface, caller: Interface | None) -> str:
        """Return by which name something is found by another (None: from the internet), or an empty text."""
        address = called.object.address
        public = self._public.get(address, [])
        if caller is None:
            return next(iter(sorted(public)), AWS_NAME if called.object.type in _NAMED else "")
        if not self.resolves(caller):
            return ""
        known = [name for name, vpcs in self._private.get(address, ()) if vpcs & caller.vpcs]
        return next(iter(sorted((*known, *public))), AWS_NAME if called.object.type in _NAMED else "")


def _in_namespace(service: Planned) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of a Cloud Map service, and the networks in which its private zone is known."""
    path = ("dns_config", "namespace_id") if service.value("dns_config") else ("namespace_id",)
    for namespace in service.leads_to(path, NAMESPACES[1]):
        vpcs = frozenset(vpc.address for vpc in namespace.leads_to(("vpc",), _VPC))
        yield f"{service.text('name')}.{namespace.text('name')}", vpcs
