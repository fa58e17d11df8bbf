"""Plans of a small network, made up for one test: what an offline plan says, and no more."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from infragen.plan import open_plan
from infragen.reachability import traffic_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.reachability import Traffic


class Ref:
    """A value that is known after apply: an attribute of other objects."""

    def __init__(self, *references: str) -> None:
        self.references = references


def ref(*addresses: str) -> Ref:
    """Return what refers to other objects: `ref("aws_vpc.main.id")`."""
    return Ref(*addresses)


Objects = dict[str, dict[str, Any]]
CALLED = "module.called"


def plan_of(objects: Objects, given: Mapping[str, Any] | None = None) -> bytes:
    """Return the plan of some objects by address; an address with a key is an instance of its block.

    With `given`, `module.called` is a module that is given that.
    """
    changes: list[dict[str, Any]] = []
    blocks: dict[str, dict[str, Any]] = {}
    called: list[dict[str, Any]] = []
    for address, arguments in objects.items():
        kind, _, rest = address.removeprefix(f"{CALLED}.").partition(".")
        name = rest.partition("[")[0]
        split = {key: _split(value) for key, value in arguments.items()}
        change = {
            "actions": ["create"],
            "before": None,
            "after": {key: after for key, (after, _, _) in split.items() if after is not None},
            "after_unknown": {key: unknown for key, (_, unknown, _) in split.items() if unknown},
        }
        changes.append({"address": address, "mode": "managed", "type": kind, "name": name, "change": change})
        expressions = {key: expression for key, (_, _, expression) in split.items()}
        block = {"address": f"{kind}.{name}", "mode": "managed", "expressions": expressions}
        if address.startswith(f"{CALLED}."):
            changes[-1]["module_address"] = CALLED
            called.append(block)
        else:
            blocks[f"{kind}.{name}"] = block
    root: dict[str, Any] = {"resources": list(blocks.values())}
    if given is not None:
        expressions = {key: _split(value)[2] for key, value in given.items()}
        root["module_calls"] = {"called": {"expressions": expressions, "module": {"resources": called}}}
    configuration = {"root_module": root}
    document = {"format_version": "1.2", "resource_changes": changes, "configuration": configuration}
    return json.dumps(document).encode()


def ways_of(objects: Objects, given: Mapping[str, Any] | None = None) -> Traffic:
    """Return who reaches whom; an object is called by its own name."""
    plan = open_plan(io.BytesIO(plan_of(objects, given)), "plan.json")
    return traffic_of(plan, "shop/dev", lambda address: address.removeprefix(f"{CALLED}.").partition(".")[2])


def said(objects: Objects, given: Mapping[str, Any] | None = None) -> set[str]:
    """Return the ways as one line each."""
    return {str(way) for way in ways_of(objects, given).ways}


def _split(value: Any) -> tuple[Any, Any, Any]:
    """Return what a plan knows of an argument, what it does not know yet, and its expression."""
    if isinstance(value, Ref):
        listed = [one for reference in value.references for one in (reference, reference.rpartition(".")[0])]
        return None, True, {"references": listed}
    if isinstance(value, dict):
        parts = {key: _split(one) for key, one in value.items()}
        after = {key: one for key, (one, _, _) in parts.items() if one is not None}
        unknown = {key: one for key, (_, one, _) in parts.items() if one}
        return [after], [unknown], [{key: one for key, (_, _, one) in parts.items()}]
    return value, False, {"constant_value": value}


def network(**more: dict[str, Any]) -> Objects:
    """Return a VPC with a public subnet and a private one, which leaves through NAT."""
    return {
        "aws_vpc.main": {"cidr_block": "10.0.0.0/16", "enable_dns_support": True, **more.get("vpc", {})},
        "aws_internet_gateway.main": {"vpc_id": ref("aws_vpc.main.id")},
        **{
            f"aws_subnet.{name}": {"vpc_id": ref("aws_vpc.main.id"), "cidr_block": cidr}
            for name, cidr in (("public", "10.0.0.0/24"), ("private", "10.0.1.0/24"))
        },
        **{f"aws_route_table.{name}": {"vpc_id": ref("aws_vpc.main.id")} for name in ("public", "private")},
        **{
            f"aws_route_table_association.{name}": {
                "subnet_id": ref(f"aws_subnet.{name}.id"),
                "route_table_id": ref(f"aws_route_table.{name}.id"),
            }
            for name in ("public", "private")
        },
        "aws_route.public": {
            "route_table_id": ref("aws_route_table.public.id"),
            "destination_cidr_block": "0.0.0.0/0",
            "gateway_id": ref("aws_internet_gateway.main.id"),
        },
        "aws_nat_gateway.main": {"subnet_id": ref("aws_subnet.public.id")},
        "aws_route.private": {
            "route_table_id": ref("aws_route_table.private.id"),
            "destination_cidr_block": "0.0.0.0/0",
            "nat_gateway_id": ref("aws_nat_gateway.main.id"),
        },
    }


def group(name: str) -> Objects:
    """Return a security group without rules."""
    return {f"aws_security_group.{name}": {"vpc_id": ref("aws_vpc.main.id")}}


def service(name: str, subnet: str = "private", **more: Any) -> Objects:
    """Return a service of ECS with a group of its own."""
    network_configuration = {
        "subnets": ref(f"aws_subnet.{subnet}.id"),
        "security_groups": ref(f"aws_security_group.{name}.id"),
        "assign_public_ip": more.pop("public", False),
    }
    return {**group(name), f"aws_ecs_service.{name}": {"network_configuration": network_configuration, **more}}


def database(name: str) -> Objects:
    """Return an instance of MySQL with a group of its own."""
    return {
        **group(name),
        "aws_db_subnet_group.data": {"subnet_ids": ref("aws_subnet.private.id")},
        f"aws_db_instance.{name}": {
            "engine": "mysql",
            "db_subnet_group_name": ref("aws_db_subnet_group.data.name"),
            "vpc_security_group_ids": ref(f"aws_security_group.{name}.id"),
        },
    }


def rule(direction: str, of: str, other: str, first: int, last: int | None = None, **more: Any) -> Objects:
    """Return a rule of a group, to or from another group, or a range of addresses."""
    is_range = "/" in other
    end = {"cidr_ipv4": other} if is_range else {"referenced_security_group_id": ref(f"aws_security_group.{other}.id")}
    name = f"{of}_{other}".replace("/", "_").replace(".", "_")
    return {
        f"aws_vpc_security_group_{direction}_rule.{name}": {
            "security_group_id": ref(f"aws_security_group.{of}.id"),
            "ip_protocol": "tcp",
            "from_port": first,
            "to_port": first if last is None else last,
            **end,
            **more,
        }
    }


def opened(source: str, target: str, port: int) -> Objects:
    """Return both halves of a relation."""
    return {**rule("egress", source, target, port), **rule("ingress", target, source, port)}
