"""What exists in EC2's part of the emulated AWS: VPCs and everything within."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends

from infragen_sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def _found(kind: str, thing: Any, arn: str | None = None) -> Found:
    return Found("ec2", kind, thing.id, arn, tags_of(thing.get_tags()))


def _routes(table: Any) -> Iterator[Found]:
    """Every route somebody made: the local one comes with the table, an endpoint's with the endpoint."""
    for route in table.routes:
        target = str(route.gateway_id or "") if hasattr(route, "gateway_id") else ""
        if route.local or target.startswith("vpce-"):
            continue
        destination = route.destination_cidr_block or route.destination_ipv6_cidr_block
        destination = destination or route.destination_prefix_list_id
        number = zlib.crc32(str(destination).encode())
        yield Found("ec2", "aws_route", f"r-{table.id}{number}")


def _tables(backend: Any, defaults: set[str]) -> Iterator[Found]:
    for table in backend.route_tables.values():
        if table.vpc_id in defaults:
            continue
        main = table.main_association_id is not None
        yield _found("aws_default_route_table" if main else "aws_route_table", table)
        yield from _routes(table)
        for association in table.associations:
            if not association["Main"]:
                yield Found("ec2", "aws_route_table_association", association["RouteTableAssociationId"])


def _groups(backend: Any, defaults: set[str]) -> Iterator[Found]:
    for vpc_id, groups in backend.groups.items():
        for group in groups.values() if vpc_id not in defaults else ():
            yield _found("aws_default_security_group" if group.is_default else "aws_security_group", group, group.arn)
            for rule in group.ingress_rules:
                yield _found("aws_vpc_security_group_ingress_rule", rule)
            for rule in group.egress_rules:
                yield _found("aws_vpc_security_group_egress_rule", rule)


def _inside(backend: Any, defaults: set[str]) -> Iterator[Found]:
    """Things that belong to a VPC by its id."""
    for vpc in backend.vpcs.values():
        if vpc.id not in defaults:
            yield _found("aws_vpc", vpc)
    for subnets in backend.subnets.values():
        for subnet in subnets.values():
            if subnet.vpc_id not in defaults:
                yield _found("aws_subnet", subnet)
    for acl in backend.network_acls.values():
        if acl.vpc_id not in defaults:
            yield _found("aws_default_network_acl" if acl.default else "aws_network_acl", acl)
    for endpoint in backend.vpc_end_points.values():
        if endpoint.state != "deleted":
            yield _found("aws_vpc_endpoint", endpoint)


def _others(backend: Any) -> Iterator[Found]:
    for gateway in backend.internet_gateways.values():
        yield _found("aws_internet_gateway", gateway)
    for gateway in backend.nat_gateways.values():
        if gateway.state != "deleted":
            yield _found("aws_nat_gateway", gateway)
    for address in backend.addresses:
        yield _found("aws_eip", address)
    for host in (one for reservation in backend.reservations.values() for one in reservation.instances):
        if host.state != "terminated":
            yield _found("aws_instance", host)
    for eni in backend.enis.values():
        yield _found("aws_network_interface", eni)
    for log in backend.flow_logs.values():
        yield _found("aws_flow_log", log)


def collect(account: str, region: str) -> Iterator[Found]:
    """Yield what stands in the account and region, without the default VPC that AWS puts into every region."""
    backend: Any = ec2_backends[account][region]
    defaults = {vpc.id for vpc in backend.vpcs.values() if vpc.is_default}
    yield from _inside(backend, defaults)
    yield from _tables(backend, defaults)
    yield from _groups(backend, defaults)
    yield from _others(backend)
