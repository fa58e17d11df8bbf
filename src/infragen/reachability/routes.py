"""Which way leads out of a subnet: NAT, the internet gateway, a gateway endpoint."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from infragen.plan.objects import Planned, PlannedObjects
from infragen.plan.risks.lookups import blocks, texts
from infragen.plan.risks.open_ports import network_of
from infragen.reachability.interfaces import Interface
from infragen.reachability.rules import is_within

_TABLE: Final = "aws_route_table"
_GATEWAYS: Final[Mapping[str, tuple[str, str]]] = {
    "aws_nat_gateway": ("nat_gateway_id", "NAT"),
    "aws_internet_gateway": ("gateway_id", "the internet gateway"),
    "aws_egress_only_internet_gateway": ("egress_only_gateway_id", "the egress-only gateway"),
    "aws_ec2_transit_gateway": ("transit_gateway_id", "the transit gateway"),
    "aws_vpc_peering_connection": ("vpc_peering_connection_id", "the peering"),
}
_PUBLIC: Final = frozenset({"aws_nat_gateway", "aws_internet_gateway", "aws_egress_only_internet_gateway"})
"""What leads to public addresses alone."""

_ENDPOINT: Final = "aws_vpc_endpoint"
_EVERYWHERE: Final = "0.0.0.0/0"
TYPES: Final = ("aws_route", "aws_route_table_association", _TABLE, _ENDPOINT, *_GATEWAYS)


class _Route(NamedTuple):
    range: str
    gateway: Planned


class Routes:
    """The route tables of a plan, by subnet."""

    def __init__(self, objects: PlannedObjects) -> None:
        self._tables: dict[str, set[str]] = {}
        for one, subnet in objects.leading("aws_route_table_association", ("subnet_id",), "aws_subnet"):
            tables = (table.address for table in one.leads_to(("route_table_id",), _TABLE))
            self._tables.setdefault(subnet.address, set()).update(tables)
        self._routes: dict[str, list[_Route]] = {}
        for one, table in objects.leading("aws_route", ("route_table_id",), _TABLE):
            self._routes.setdefault(table.address, []).extend(_routes(one))
        for table in objects.of_type(_TABLE):
            inside = self._routes.setdefault(table.address, [])
            for route in blocks(table.value("route")):
                wanted = texts(route.get("cidr_block")) or texts(route.get("ipv6_cidr_block"))
                for kind, (name, _) in _GATEWAYS.items():
                    gateways = table.leads_to(("route", name), kind) if route.get(name) else ()
                    inside += (_Route(text, gateway) for text in wanted for gateway in gateways)
        self._endpoints: dict[str, list[Planned]] = {}
        for one, table in objects.leading(_ENDPOINT, ("route_table_ids",), _TABLE):
            if one.text("vpc_endpoint_type") in {"Gateway", ""}:
                self._endpoints.setdefault(table.address, []).append(one)

    def out(self, one: Interface, wanted: str) -> Sequence[str]:
        return sorted(set(self._out(one, wanted)))

    def is_reached(self, one: Interface) -> bool:
        """Whether the internet reaches something: it has a public address, and its subnets an internet gateway."""
        return one.is_public and any(self._has_internet(subnet) for subnet in one.subnets)

    def endpoints(self, one: Interface) -> Sequence[Planned]:
        tables = (table for subnet in one.subnets for table in self._tables.get(subnet.address, ()))
        found = {each.address: each for table in tables for each in self._endpoints.get(table, ())}
        return list(found.values())

    def _out(self, one: Interface, wanted: str) -> Iterator[str]:
        network = network_of(wanted)
        is_private = network is not None and network.is_private
        for subnet in one.subnets:
            for route in self._of(subnet):
                kind = route.gateway.type
                if not is_within(wanted, (route.range,)) or (is_private and kind in _PUBLIC):
                    continue
                if kind == "aws_internet_gateway" and not one.is_public:
                    continue
                if kind == "aws_nat_gateway" and not self._leads_out(route.gateway):
                    continue
                yield _GATEWAYS[kind][1]

    def _leads_out(self, gateway: Planned) -> bool:
        """Whether a NAT gateway has the internet behind it: its subnet's routes say so, a regional one has its own."""
        if gateway.text("availability_mode") == "regional":
            return gateway.text("connectivity_type") != "private"
        return any(self._has_internet(subnet) for subnet in gateway.leads_to(("subnet_id",), "aws_subnet"))

    def _has_internet(self, subnet: Planned) -> bool:
        return any(one.gateway.type == "aws_internet_gateway" and one.range == _EVERYWHERE for one in self._of(subnet))

    def _of(self, subnet: Planned) -> Iterator[_Route]:
        for table in sorted(self._tables.get(subnet.address, ())):
            yield from self._routes.get(table, ())


def _routes(one: Planned) -> Iterator[_Route]:
    wanted = one.text("destination_cidr_block") or one.text("destination_ipv6_cidr_block")
    for kind, (name, _) in _GATEWAYS.items():
        yield from (_Route(wanted, gateway) for gateway in one.leads_to((name,), kind))
