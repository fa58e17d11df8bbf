"""What a plan's objects cost a month before and after, at AWS's list prices.

An object's price may hang on others: a task's on its definition and on its scaling, an instance's on its cluster's
capacity. So all objects of the types in `_TABLE` and `_BESIDE` are looked at, those that do not change too; what one
costs more or less is told of the change that makes it so. What is in no table of prices and not known to be free is
named as not counted, when it comes or goes or one of its sizes changes. No price of another region is an estimate here:
of two classes, the one without a price of its own could seem a saving.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import chain
from typing import Final, Literal

from infragen.hcl.addresses import without_keys
from infragen.plan.change_parts import CostChange
from infragen.plan.risk import LOOKS, Action
from infragen.plan.risks.lookups import block, blocks, sides, word
from infragen.plan.risks.types import aws
from infragen.plan.view import View
from infragen.prices import BILLED_WHERE, Amount, is_free, is_listed, known_price, times_as_much, vcpus
from infragen.redaction.values import Number, Unknown, Value

Time = Literal["before", "after"]
_Units = tuple[str, Decimal, Decimal, str]
"""A row of the price table, how many units at least and at most, and the size that the price is for."""

_ARN_REGION: Final = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-[0-9]):")
_LARGEST: Final = Decimal(10**9)
"""What no figure that is billed reaches; a damaged plan may hold any."""
_ONE: Final = Decimal(1)
_CLASS: Final = re.compile(
    "(?:.+_)?(?:(?:compute|database|instance|machine|node|server|vm|workspace)_(?:class|size|type(?:s|_name)?)|sku(?:_name)?)"
)
_SIZE: Final = re.compile(
    "(?:.+_)?(?:bandwidth|bundle_id|capacity|count|cpu|edition|flavor|iops|memory|nodes|number_of_.+|plan|replicas|shards|"
    "size|storage|(?:billing|throughput)_mode|throughput|tier|units|volume_type|workers)(?:_(?:in_)?(?:[gm]i?b|mi?bps|units))?"
)
"""How arguments are called that say what class something is of, and how much of it there is."""
_LABELS: Final = frozenset({"labels", "tags", "tags_all"})
_SPOT: Final = Decimal("0.3")
"""Fargate Spot costs up to 70 % less (AWS Fargate pricing)."""
_LEAST_ZONES: Final = {"application": 2, "network": 1}
"""Zones that a load balancer stands in at least, with an address in each (Elastic Load Balancing User Guide)."""
_LEAST_PROXIED: Final = Decimal(8)
"""ACU that a proxy of a serverless cluster is billed for at least (Amazon RDS Proxy pricing)."""


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """An object of a plan, changing or not."""

    address: str
    module: str
    type: str
    action: Action
    open: Callable[[], View] = field(repr=False)

    @property
    def view(self) -> View:
        """What it is before and after. It is not kept: all of a large plan would be half as much memory again."""
        return self.open()

    def at(self, time: Time, name: str) -> Value:
        return self.view.before(name) if time == "before" else self.view.after(name)

    def exists(self, time: Time) -> bool:
        side = self.view.sides.before if time == "before" else self.view.sides.after
        return side.is_object

    def region(self) -> str | None:
        found = (_ARN_REGION.match(word(self.at(time, "arn")) or "") for time in _TIMES)
        return next((match[1] for match in found if match), None)


def cost_changes(
    objects: Sequence[PlannedObject], region: Callable[[PlannedObject], str | None]
) -> Mapping[str, CostChange]:
    """Return what changing objects cost before and after by their addresses; `region` is that of one's provider.

    An object that costs the same is left out; of one with a price that is not known, the rest is told, and what is not.
    Of a module that is gone no configuration says the region any more: it is that of what stands or stood beside it.
    """
    plan = _Plan(one for one in objects if one.type in _PRICED)
    found: dict[str, CostChange] = {}
    for one in objects:
        if one.action in _QUIET and one.type not in _HANGS_ON:
            continue
        units = _TABLE.get(one.type, _without_price)
        sides = [tuple(units(plan, one, time)) if one.exists(time) else () for time in _TIMES]
        if sides[0] == sides[1]:
            continue
        place = one.region() or region(one) or plan.region_beside(one)
        unknown, may_fall = _unknown(sides, place)
        before, after = (_amount((unit for unit in side if unit[0] not in unknown), place) for side in sides)
        left_out = tuple(dict.fromkeys((*unknown.values(), *_not_yet_known(one))))
        carrier = plan.carrier(one) if before != after or left_out else None
        if carrier is None:
            continue
        known = found.get(carrier.address, CostChange())
        told = tuple(dict.fromkeys((*known.left_out, *left_out)))
        falls = known.may_fall or may_fall
        found[carrier.address] = CostChange(known.before + before, known.after + after, told, falls)
    return found


_TIMES: Final[tuple[Time, Time]] = ("before", "after")


def _unknown(sides: Iterable[Iterable[_Units]], region: str | None) -> tuple[Mapping[str, str], bool]:
    """Return units without a known price with their words, and whether any may cost less than before."""
    sizes: dict[str, list[str]] = {}
    counts: dict[str, list[Decimal]] = {}
    for place, side in enumerate(sides):
        for name, _, most, size in side:
            if (known_price(name, region, size) if region and is_listed(name) else None) is None:
                sizes.setdefault(name, []).append(size or name)
                counts.setdefault(name, [Decimal(0), Decimal(0)])[place] += most
    said = {name: _said(*found) for name, found in sizes.items()}
    return said, any(_may_fall(sizes[name], *counts[name]) for name in said)


def _may_fall(sizes: Sequence[str], before: Decimal, after: Decimal) -> bool:
    times = times_as_much(sizes[0], sizes[-1]) if sizes[0] != sizes[-1] else _ONE
    return before > 0 and (times is None or after * times < before)


def _said(first: str, *others: str) -> str:
    last = others[-1] if others else first
    times = times_as_much(first, last)
    return last if times in (None, 1) else f"{last}, {times.normalize():f} times as much as {first}"


def _amount(units: Iterable[_Units], region: str | None) -> Amount:
    listed = [unit for unit in units if is_listed(unit[0])] if region else []
    known = ((known_price(name, region or "", size), least, most) for name, least, most, size in listed)
    return sum((price.of(least, most) for price, least, most in known if price is not None), Amount())


def _not_yet_known(one: PlannedObject) -> Iterator[str]:
    is_interface = word(one.at("after", "vpc_endpoint_type")) == "Interface"
    if one.type == "aws_vpc_endpoint" and is_interface and not isinstance(one.at("after", "subnet_ids"), list):
        yield "interface endpoints beyond one zone"


def _stack(one: PlannedObject) -> str:
    return without_keys(".".join(one.module.split(".")[:2]))


class _Plan:
    def __init__(self, objects: Iterable[PlannedObject]) -> None:
        self._of_type: dict[str, list[PlannedObject]] = defaultdict(list)
        for one in objects:
            self._of_type[one.type].append(one)
        self._there: dict[tuple[str, Time], list[PlannedObject]] = {}
        self._by_name: dict[tuple[str, str, Time], dict[str, PlannedObject]] = {}
        self._by_module: dict[tuple[str, Time], dict[str, list[PlannedObject]]] = {}

    def _existing(self, kind: str, time: Time) -> list[PlannedObject]:
        if (kind, time) not in self._there:
            self._there[kind, time] = [one for one in self._of_type[kind] if one.exists(time)]
        return self._there[kind, time]

    def _called(self, kind: str, attribute: str, time: Time) -> dict[str, PlannedObject]:
        key = kind, attribute, time
        if key not in self._by_name:
            self._by_name[key] = {}
            for one in self._existing(kind, time):
                if isinstance(name := one.at(time, attribute), str):
                    self._by_name[key].setdefault(name, one)
        return self._by_name[key]

    def named(self, kind: str, attribute: str, name: Value, near: PlannedObject, time: Time) -> PlannedObject | None:
        """Return the object of a type that an attribute names, or the only one in the same module."""
        if isinstance(name, str):
            return self._called(kind, attribute, time).get(name)
        if (kind, time) not in self._by_module:
            self._by_module[kind, time] = defaultdict(list)
            for one in self._existing(kind, time):
                self._by_module[kind, time][one.module].append(one)
        beside = self._by_module[kind, time].get(near.module, ())
        return beside[0] if len(beside) == 1 else None

    def region_beside(self, one: PlannedObject) -> str | None:
        found = self._regions.get(_stack(one), set()) if one.module else set()
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _regions(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for other in chain.from_iterable(self._of_type.values()):
            if region := other.region():
                found.setdefault(_stack(other), set()).add(region)
        return found

    def carrier(self, one: PlannedObject) -> PlannedObject | None:
        """Return the change that a difference is told of: its own, or that of what its price hangs on."""
        every = (other for time in reversed(_TIMES) for other in (one, *self.beside(one, time)))
        return next((other for other in every if other.action not in _QUIET), None)

    def beside(self, one: PlannedObject, time: Time) -> Iterator[PlannedObject]:
        look = _HANGS_ON.get(one.type)
        if look:
            yield from (other for other in look(self, one, time) if other is not None)

    def definition(self, service: PlannedObject, time: Time) -> PlannedObject | None:
        arn = word(service.at(time, "task_definition"))
        family = arn.rpartition("/")[2].partition(":")[0] if arn else None
        return self.named("aws_ecs_task_definition", "family", family, service, time)

    def target(self, service: PlannedObject, time: Time) -> PlannedObject | None:
        name = word(service.at(time, "name"))
        for one in self._existing("aws_appautoscaling_target", time):
            resource = word(one.at(time, "resource_id")) or ""
            if name and resource.startswith("service/") and resource.endswith(f"/{name}"):
                return one
        return None

    def cluster(self, instance: PlannedObject, time: Time) -> PlannedObject | None:
        name = instance.at(time, "cluster_identifier")
        return self.named("aws_rds_cluster", "cluster_identifier", name, instance, time)

    def reader(self, target: PlannedObject, time: Time) -> PlannedObject | None:
        """Return an instance of the cluster whose readers a target scales: the others are like it."""
        kind, colon, identifier = (word(target.at(time, "resource_id")) or "").partition(":")
        is_cluster = kind + colon == "cluster:"
        named = self._called("aws_rds_cluster_instance", "cluster_identifier", time) if is_cluster else {}
        return named.get(identifier)

    def source(self, reader: PlannedObject, time: Time) -> PlannedObject | None:
        """Return the instance that an instance is a reader of, which has its engine and the size of its disk."""
        return self._instance(reader.at(time, "replicate_source_db"), time)

    def _instance(self, identifier: Value, time: Time) -> PlannedObject | None:
        known = self._called("aws_db_instance", "identifier", time)
        return known.get(identifier) if isinstance(identifier, str) else None

    def proxied(self, proxy: PlannedObject, time: Time) -> Iterator[PlannedObject]:
        name = word(proxy.at(time, "name"))
        for one in self._existing("aws_db_proxy_target", time):
            if name and one.at(time, "db_proxy_name") == name:
                identifier = one.at(time, "db_cluster_identifier")
                instances = self._of_type["aws_rds_cluster_instance"]
                cluster = self.named("aws_rds_cluster", "cluster_identifier", identifier, one, time)
                if cluster is not None:
                    yield cluster
                    yield from (other for other in instances if other.exists(time) and other.module == cluster.module)
                alone = self._instance(one.at(time, "db_instance_identifier"), time)
                yield from () if alone is None else (alone,)


_QUIET: Final = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT, Action.FORGET, *LOOKS})


def _decimal(value: Value) -> Decimal | None:
    text = value.text if isinstance(value, Number) else value if isinstance(value, str) else ""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found <= _LARGEST else None


def may_cost(kind: str) -> bool:
    """Whether a type is to be looked at: it has a price, another's price hangs on it, or nobody knows."""
    return kind in _PRICED or kind in BILLED_WHERE or not is_free(kind)


def _without_price(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield what nobody knows the price of, by its type and class: each figure of how much of it there is, or one."""
    if one.type in _BESIDE or not _is_billed(one, time):
        return
    unknown = {path for path, value in _sizes(one, "after") if isinstance(value, Unknown)}
    sizes = [(path, value) for path, value in _sizes(one, time) if not {path, *_above(path)} & unknown]
    classes = [value for path, value in sizes if isinstance(value, str) and _CLASS.fullmatch(path.rpartition(".")[2])]
    called = " ".join((one.type, *classes[:1]))
    yield one.type, _ONE, _ONE, called
    for path, value in sizes:
        figure = _decimal(value)
        if figure is not None:
            yield path, figure, figure, called
        elif isinstance(value, str) and value not in classes[:1]:
            yield f"{path} {value}", _ONE, _ONE, called


def _is_billed(one: PlannedObject, time: Time) -> bool:
    if one.type not in BILLED_WHERE:
        return True
    path, wanted = BILLED_WHERE[one.type]
    return sides(one.view, path)[_TIMES.index(time)] == wanted


def _above(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def _sizes(one: PlannedObject, time: Time) -> Iterator[tuple[str, Value]]:
    view = one.view
    asked = view.before if time == "before" else view.after
    todo = [(name, asked(name)) for name in reversed(view.names) if name not in _LABELS]
    while todo:
        path, value = todo.pop()
        name = path.rpartition(".")[2]
        if isinstance(value, dict):
            todo.extend((f"{path}.{inner}", part) for inner, part in reversed(value.items()))
        elif isinstance(value, list):
            todo.extend((path, part) for part in reversed(value))
        elif isinstance(value, Unknown) or _CLASS.fullmatch(name) or _SIZE.fullmatch(name):
            yield path, value


def _whole(name: str, size: str = "") -> Callable[[_Plan, PlannedObject, Time], Iterator[_Units]]:
    return lambda _plan, one, time: iter([(name, _ONE, _ONE, (size and word(one.at(time, size))) or "")])


def _nat(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield what is billed: a gateway, a regional one for each zone that it serves (Amazon VPC pricing)."""
    zones = Decimal(len([*blocks(one.at(time, "availability_zone_address"))]) or 1)
    yield "nat-gateway", zones, zones, ""


def _alarm(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield what is billed: each metric that an alarm looks at, and two for a band (Amazon CloudWatch Pricing)."""
    queries = blocks(one.at(time, "metric_query"))
    if any((word(query.get("expression")) or "").upper().startswith("SELECT ") for query in queries):
        yield from _without_price(plan, one, time)  # each metric that a query finds
        return
    metrics = Decimal(sum(bool(query.get("metric")) for query in queries) or 1)
    metrics += 2 if one.at(time, "threshold_metric_id") else 0
    yield "alarm", metrics, metrics, ""


def _balancer(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    kind = word(one.at(time, "load_balancer_type")) or "application"
    if kind in ("application", "network"):
        yield f"{kind}-load-balancer", _ONE, _ONE, ""
        if one.at(time, "internal") is False:
            subnets = one.at(time, "subnets")
            zones = Decimal(len(subnets) if isinstance(subnets, list) else _LEAST_ZONES[kind])
            yield "public-ipv4", zones, zones, ""
    else:
        yield from _without_price(plan, one, time)


def _search(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    config, disk = block(one.at(time, "cluster_config")), block(one.at(time, "ebs_options"))
    nodes = _decimal(config.get("instance_count")) or _ONE
    masters = _decimal(config.get("dedicated_master_count")) if config.get("dedicated_master_enabled") is True else None
    for count, size in ((nodes, config.get("instance_type")), (masters, config.get("dedicated_master_type"))):
        if count is not None:
            yield "search-node", count, count, (word(size) or "").removesuffix(".search")
    if disk.get("ebs_enabled") is True and word(disk.get("volume_type")) == "gp3":
        storage = nodes * (_decimal(disk.get("volume_size")) or 0)
        yield "search-storage", storage, storage, ""
    if config.get("warm_enabled") is True:
        yield from _without_price(plan, one, time)


def _endpoint(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    kind = word(one.at(time, "vpc_endpoint_type"))
    if kind == "Interface":
        subnets = one.at(time, "subnet_ids")
        zones = Decimal(max(len(subnets), 1) if isinstance(subnets, list) else 1)
        yield "interface-endpoint", zones, zones, ""
    elif kind not in (None, "Gateway"):
        yield from _without_price(plan, one, time)


def _authority(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    if word(one.at(time, "usage_mode")) == "SHORT_LIVED_CERTIFICATE":
        yield from _without_price(plan, one, time)
    else:
        yield "private-ca", _ONE, _ONE, ""


def _web_acl(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    rules = Decimal(len(blocks(one.at(time, "rule"))))
    yield "web-acl", _ONE, _ONE, ""
    yield "web-acl-rule", rules, rules, ""


def _capacity(cluster: PlannedObject | None, time: Time) -> tuple[Decimal, Decimal] | None:
    if cluster is None:
        return None
    scaling = block(cluster.at(time, "serverlessv2_scaling_configuration"))
    least, most = (_decimal(scaling.get(name)) for name in ("min_capacity", "max_capacity"))
    return None if least is None or most is None else (least, most)


def _cluster_instance(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    capacity = _capacity(plan.cluster(one, time), time)
    size = word(one.at(time, "instance_class"))
    if size == "db.serverless" and capacity is not None:
        yield "aurora-capacity", *capacity, ""
    elif size and size != "db.serverless" and (word(one.at(time, "engine")) or "aurora").startswith("aurora"):
        yield "aurora-instance", _ONE, _ONE, size
    else:
        yield from _without_price(plan, one, time)


def _added_readers(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield the readers that Auto Scaling may add to a cluster; what it does for a service, the service has."""
    reader = plan.reader(one, time)
    least, most = (_decimal(one.at(time, name)) for name in ("min_capacity", "max_capacity"))
    size = None if reader is None else word(reader.at(time, "instance_class"))
    if size and least is not None and most is not None:
        yield "aurora-instance", Decimal(0), max(most - least, Decimal(0)), size


def _proxy(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    behind = list(plan.proxied(one, time))
    capacity = _capacity(behind[0], time) if behind else None
    if capacity is not None:
        least, most = (max(_LEAST_PROXIED, (len(behind) - 1) * each) for each in capacity)
        yield "database-proxy-capacity", least, most, ""
        return
    sizes = [word(other.at(time, "instance_class")) for other in behind]
    if billed := next((count for size in sizes if size and (count := vcpus(size))), None):
        yield "database-proxy-vcpu", Decimal(billed), Decimal(billed), ""
    else:
        yield from _without_price(plan, one, time)


def _managed_secret(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    if one.at(time, "manage_master_user_password") is True:
        yield "secret", _ONE, _ONE, ""


def _cluster(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield its secret, and what of it is billed without instances: a Multi-AZ DB cluster, Aurora Serverless v1."""
    yield from _managed_secret(plan, one, time)
    if word(one.at(time, "db_cluster_instance_class")) or word(one.at(time, "engine_mode")) == "serverless":
        yield from _without_price(plan, one, time)


def _instance(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    rows = {"postgres": "postgresql-instance", "mysql": "mysql-instance"}
    source = plan.source(one, time) or one
    row, size = rows.get(word(source.at(time, "engine")) or ""), word(one.at(time, "instance_class"))
    copies = Decimal(2 if one.at(time, "multi_az") is True else 1)
    if row and size:
        yield row, copies, copies, size
        storage, kind = _decimal(source.at(time, "allocated_storage")), word(source.at(time, "storage_type")) or "gp2"
        if storage is not None:
            most = max(storage, _decimal(one.at(time, "max_allocated_storage")) or storage)
            name, volume = ("database-storage", "") if kind == "gp3" else (kind, f"{kind} storage")
            yield name, copies * storage, copies * most, volume
    else:
        yield from _without_price(plan, one, time)
    yield from _managed_secret(plan, one, time)


def _node_count(one: PlannedObject, time: Time) -> Decimal | None:
    shards, replicas = (_decimal(one.at(time, name)) for name in ("num_node_groups", "replicas_per_node_group"))
    if shards is not None and replicas is not None:
        return shards * (replicas + 1)
    return _decimal(one.at(time, "num_cache_clusters")) or _decimal(one.at(time, "num_cache_nodes"))


def _nodes(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    row, size = f"{word(one.at(time, 'engine')) or 'redis'}-node", word(one.at(time, "node_type"))
    nodes, counted = _node_count(one, time), one.at(time, "num_cache_clusters")
    if not one.exists("before") or counted != one.at("before", "num_cache_clusters"):
        nodes = _decimal(counted) or nodes
    if size and nodes and row in ("redis-node", "valkey-node"):
        yield row, nodes, nodes, size
    else:
        yield from _without_price(plan, one, time)


def _service(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    providers = {word(found.get("capacity_provider")) for found in blocks(one.at(time, "capacity_provider_strategy"))}
    is_spot = "FARGATE_SPOT" in providers
    kind = word(one.at(time, "launch_type"))
    if not (is_spot or "FARGATE" in providers or kind == "FARGATE"):
        yield from () if providers or kind else _without_price(plan, one, time)
        return
    definition, target = plan.definition(one, time), plan.target(one, time)
    ends = (one, one) if target is None else (target, target)
    names = ("desired_count",) * 2 if target is None else ("min_capacity", "max_capacity")
    least, most = (_decimal(end.at(time, name)) for end, name in zip(ends, names, strict=True))
    vcpu, memory = (None if definition is None else _decimal(definition.at(time, name)) for name in ("cpu", "memory"))
    if definition is None or vcpu is None or memory is None or least is None or most is None:
        yield from _without_price(plan, one, time)
        return
    arm = "-arm" if word(block(definition.at(time, "runtime_platform")).get("cpu_architecture")) == "ARM64" else ""
    share = _SPOT if is_spot else _ONE
    for row, amount in ((f"fargate{arm}-vcpu", vcpu), (f"fargate{arm}-memory", memory)):
        yield row, amount / 1024 * least * share, amount / 1024 * most, ""
    if block(one.at(time, "network_configuration")).get("assign_public_ip") is True:
        yield "public-ipv4", least, most, ""


_TABLE: Final[Mapping[str, Callable[[_Plan, PlannedObject, Time], Iterator[_Units]]]] = {
    "aws_appautoscaling_target": _added_readers,
    "aws_acmpca_certificate_authority": _authority,
    "aws_alb": _balancer,
    "aws_cloudwatch_log_metric_filter": _whole("metric"),
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_db_instance": _instance,
    "aws_db_proxy": _proxy,
    "aws_docdb_cluster": _managed_secret,
    "aws_docdb_cluster_instance": _whole("docdb-instance", "instance_class"),
    "aws_ecs_service": _service,
    "aws_eip": _whole("public-ipv4"),
    "aws_elasticache_cluster": _nodes,
    "aws_elasticache_replication_group": _nodes,
    **dict.fromkeys(aws("kms_external_key kms_key kms_replica_external_key kms_replica_key"), _whole("kms-key")),
    "aws_lb": _balancer,
    "aws_lb_trust_store": _whole("trust-store"),
    "aws_nat_gateway": _nat,
    "aws_opensearch_domain": _search,
    "aws_rds_cluster": _cluster,
    "aws_rds_cluster_instance": _cluster_instance,
    "aws_route53_zone": _whole("hosted-zone"),
    "aws_secretsmanager_secret": _whole("secret"),
    "aws_service_discovery_private_dns_namespace": _whole("hosted-zone"),
    "aws_service_discovery_public_dns_namespace": _whole("hosted-zone"),
    "aws_vpc_endpoint": _endpoint,
    "aws_wafv2_web_acl": _web_acl,
}
_BESIDE: Final = frozenset({"aws_db_proxy_target", "aws_ecs_task_definition"})
_HANGS_ON: Final[Mapping[str, Callable[[_Plan, PlannedObject, Time], Iterable[PlannedObject | None]]]] = {
    "aws_appautoscaling_target": lambda plan, one, time: (plan.reader(one, time),),
    "aws_db_proxy": _Plan.proxied,
    "aws_ecs_service": lambda plan, one, time: (plan.definition(one, time), plan.target(one, time)),
    "aws_rds_cluster_instance": lambda plan, one, time: (plan.cluster(one, time),),
}
"""What the price of an object of a type may change with: that object then carries the difference."""

_PRICED: Final = frozenset(_TABLE) | _BESIDE
