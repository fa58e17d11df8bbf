"""What has a place in a network: its security groups, its subnets, and the ports that it listens on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from msgspec import Struct

from infragen.plan.objects import Planned, PlannedObjects
from infragen.reachability.model import EVERY_PORT, Ports
from infragen.reachability.rules import GROUPS

_SUBNET_GROUPS: Final = ("aws_db_subnet_group", "aws_elasticache_subnet_group")
SUBNET: Final = "aws_subnet"
_TASKS: Final = "aws_ecs_task_definition"
VPC: Final = "aws_vpc"
_ENGINES: Final[Mapping[str, int]] = {
    "mysql": 3306, "mariadb": 3306, "postgres": 5432, "sqlserver": 1433, "oracle": 1521, "docdb": 27017,
}  # fmt: skip
"""The port that an engine listens on unless it is told another one (Amazon RDS User Guide, DB instance settings)."""
_CACHES: Final = {"memcached": 11211}  # Redis and Valkey listen on 6379 (Amazon ElastiCache User Guide)


class _Kind(Struct, frozen=True):
    """Which arguments have a type's groups, subnets, public address; `has_name`: AWS names it in the VPC's DNS."""

    groups: tuple[str, ...]
    subnets: tuple[str, ...] = ()
    ports: Callable[[Planned], Sequence[Ports]] = lambda _: (EVERY_PORT,)
    role: str = ""
    public: tuple[str, ...] = ()
    subnet_group: str = ""
    has_name: bool = True


def _database(one: Planned) -> Sequence[Ports]:
    number = one.number("port")
    engine = (one.text("engine") or one.text("engine_family")).lower()
    for word, usual in _ENGINES.items():
        if number is None and word in engine.replace("postgresql", "postgres"):
            number = usual
    return (EVERY_PORT,) if number is None else (Ports(number, number),)


def _cache(one: Planned) -> Sequence[Ports]:
    number = one.number("port") or _CACHES.get(one.text("engine"), 6379)
    return (Ports(number, number),)


_NETWORK: Final = ("network_configuration", "subnets")
_STARTED: Final = ("target", "ecs_parameters", "network_configuration")
"""Where a schedule says in which network it starts tasks."""
_KINDS: Final[Mapping[str, _Kind]] = {
    "aws_ecs_service": _Kind(
        ("network_configuration", "security_groups"),
        _NETWORK,
        public=("network_configuration", "assign_public_ip"),
        has_name=False,
    ),
    "aws_scheduler_schedule": _Kind(
        (*_STARTED, "security_groups"), (*_STARTED, "subnets"), public=(*_STARTED, "assign_public_ip"), has_name=False
    ),
    "aws_lb": _Kind(("security_groups",), ("subnets",), lambda _: ()),
    "aws_rds_cluster": _Kind(("vpc_security_group_ids",), (), _database, subnet_group="db_subnet_group_name"),
    "aws_docdb_cluster": _Kind(("vpc_security_group_ids",), (), _database, subnet_group="db_subnet_group_name"),
    "aws_db_instance": _Kind(
        ("vpc_security_group_ids",), (), _database, "", ("publicly_accessible",), "db_subnet_group_name"
    ),
    "aws_db_proxy": _Kind(("vpc_security_group_ids",), ("vpc_subnet_ids",), _database, "proxy"),
    "aws_elasticache_cluster": _Kind(("security_group_ids",), (), _cache, subnet_group="subnet_group_name"),
    "aws_elasticache_replication_group": _Kind(("security_group_ids",), (), _cache, subnet_group="subnet_group_name"),
    "aws_opensearch_domain": _Kind(
        ("vpc_options", "security_group_ids"), ("vpc_options", "subnet_ids"), lambda _: (Ports(443, 443),)
    ),
    "aws_vpc_endpoint": _Kind(("security_group_ids",), ("subnet_ids",), lambda _: (Ports(443, 443),)),
    "aws_lambda_function": _Kind(("vpc_config", "security_group_ids"), ("vpc_config", "subnet_ids"), has_name=False),
    "aws_instance": _Kind(("vpc_security_group_ids",), ("subnet_id",), public=("associate_public_ip_address",)),
    "aws_efs_mount_target": _Kind(("security_groups",), ("subnet_id",), lambda _: (Ports(2049, 2049),)),
}
TYPES: Final = (*_KINDS, *_SUBNET_GROUPS, _TASKS, SUBNET, VPC)


@dataclass(frozen=True, eq=False)
class Interface:
    """Something with a place in a network.

    `groups` are the addresses of its security groups; without any it is open (a Network Load Balancer can be). `ports`
    are those that it listens on, as far as the plan says: a task may listen on any.
    """

    name: str
    object: Planned
    groups: frozenset[str]
    subnets: tuple[Planned, ...]
    ports: tuple[Ports, ...]
    is_public: bool
    is_open: bool = False

    @cached_property
    def vpcs(self) -> frozenset[str]:
        return _addresses(_vpcs(self.subnets))

    @cached_property
    def ranges(self) -> tuple[str, ...]:
        return tuple(text for one in self.subnets if (text := one.text("cidr_block")))

    @cached_property
    def network(self) -> tuple[str, ...]:
        return tuple(text for one in _vpcs(self.subnets) if (text := one.text("cidr_block")))

    @property
    def is_balancer(self) -> bool:
        return self.object.type == "aws_lb"

    @property
    def has_aws_name(self) -> bool:
        kind = _KINDS.get(self.object.type)
        return kind is not None and kind.has_name


def interfaces_of(objects: PlannedObjects, name_of: Callable[[Planned, str], str]) -> tuple[Interface, ...]:
    found = tuple(_interfaces(objects, name_of))
    return (*found, *_started_by_hand(objects, found, name_of))


def _interfaces(objects: PlannedObjects, name_of: Callable[[Planned, str], str]) -> Iterator[Interface]:
    for one in objects.of_type(*_KINDS):
        kind = _KINDS[one.type]
        if one.type == "aws_vpc_endpoint" and one.text("vpc_endpoint_type") != "Interface":
            continue
        if not kind.subnet_group:
            subnets = one.leads_to(kind.subnets, SUBNET)
        else:
            its = one.leads_to((kind.subnet_group,), *_SUBNET_GROUPS)
            subnets = tuple(subnet for group in its for subnet in group.leads_to(("subnet_ids",), SUBNET))
        groups = _addresses(one.leads_to(kind.groups, *GROUPS))
        is_balancer = one.type == "aws_lb"
        is_open = not groups and is_balancer and one.text("load_balancer_type") == "network"
        if not groups and not is_open:
            vpcs = _addresses(_vpcs(subnets))
            named = objects.leading("aws_default_security_group", ("vpc_id",), VPC)
            groups = frozenset(group.address for group, vpc in named if vpc.address in vpcs)
        says = one.value(*kind.public) if kind.public else None
        is_public = one.value("internal") is not True if is_balancer else says is True
        yield Interface(name_of(one, kind.role), one, groups, subnets, tuple(kind.ports(one)), is_public, is_open)


def _started_by_hand(
    objects: PlannedObjects, found: Iterable[Interface], name_of: Callable[[Planned, str], str]
) -> Iterator[Interface]:
    """Yield the tasks that no service or schedule runs; whoever starts them can give them a public address."""
    taken = {group for one in found for group in one.groups}
    for one in objects.of_type(_TASKS):
        groups, subnets = _addresses(one.beside(*GROUPS)), one.beside(SUBNET)
        if not groups or not groups.isdisjoint(taken):
            continue
        yield Interface(name_of(one, ""), one, groups, subnets, (EVERY_PORT,), is_public=True)


def _addresses(objects: Iterable[Planned]) -> frozenset[str]:
    return frozenset(one.address for one in objects)


def _vpcs(subnets: Iterable[Planned]) -> Iterable[Planned]:
    return dict.fromkeys(vpc for subnet in subnets for vpc in subnet.leads_to(("vpc_id",), VPC))
