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
from contextlib import suppress
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
_ONE: Final = Decimal(1)
_CLASS: Final = re.compile(
    "(?:.+_)?(?:(?:compute|database|instance|machine|node|server|vm|workspace)_(?:class|size|type(?:s|_name)?)|sku(?:_name)?)"
)
_SIZE: Final = re.compile(
    "(?:.+_)?(?:bandwidth|bundle_id|capacity|count|cpu|edition|flavor|iops|memory|nodes|number_of_.+|plan|replicas|shards|"
    "size|storage|(?:billing|throughput)_mode|throughput|tier|units|volume_type|workers)(?:_(?:in_)?(?:[gm]i?b|mi?bps|units))?"
)
"""How arguments are called that say what class something is of, and how much of it there is."""
_TIMES: Final[tuple[Time, Time]] = ("before", "after")
_QUIET: Final = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT, Action.FORGET, *LOOKS})


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """An object of a plan, changing or not."""

    address: str
    module: str
    type: str
    action: Action
    view: Callable[[], View] = field(repr=False)
    """Not kept open: all of a large plan would be half as much memory again."""

    def at(self, time: Time, name: str) -> Value:
        return self.view().before(name) if time == "before" else self.view().after(name)

    def text(self, time: Time, name: str) -> str:
        return word(self.at(time, name)) or ""

    def figure(self, time: Time, name: str) -> Decimal | None:
        return _decimal(self.at(time, name))

    def exists(self, time: Time) -> bool:
        sides = self.view().sides
        return (sides.before if time == "before" else sides.after).is_object

    def region(self) -> str | None:
        found = (_ARN_REGION.match(self.text(time, "arn")) for time in _TIMES)
        return next((match[1] for match in found if match), None)


def cost_changes(
    objects: Sequence[PlannedObject], region: Callable[[PlannedObject], str | None]
) -> Mapping[str, CostChange]:
    # What costs the same is left out; of an unknown price, the rest is counted, and that is named. `region` is that of
    # one's provider; of a module that is gone it is that of what stands or stood beside it.
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
        is_interface = one.type == "aws_vpc_endpoint" and one.text("after", "vpc_endpoint_type") == "Interface"
        has_more = is_interface and not isinstance(one.at("after", "subnet_ids"), list)
        left_out = (*unknown.values(), *(["interface endpoints beyond one zone"] if has_more else []))
        carrier = plan.carrier(one) if before != after or left_out else None
        if carrier is None:
            continue
        known = found.get(carrier.address, CostChange())
        told = tuple(dict.fromkeys((*known.left_out, *left_out)))
        falls = known.may_fall or may_fall
        found[carrier.address] = CostChange(known.before + before, known.after + after, told, falls)
    return found


def _unknown(sides: Iterable[Iterable[_Units]], region: str | None) -> tuple[Mapping[str, str], bool]:
    """Return units without a known price with their words, and whether any may cost less than before."""
    found: dict[str, list[tuple[str, Time, Decimal]]] = defaultdict(list)
    for time, side in zip(_TIMES, sides, strict=True):
        for name, _, most, size in side:
            if not region or not is_listed(name) or known_price(name, region, size) is None:
                found[name].append((size or name, time, most))
    said, may_fall = {}, False
    for name, units in found.items():
        first, last = units[0][0], units[-1][0]
        times = times_as_much(first, last)
        said[name] = last if times is None or times == 1 else f"{last}, {times.normalize():f} times as much as {first}"
        before, after = (sum(most for _, when, most in units if when == time) for time in _TIMES)
        factor = times if first != last else _ONE
        may_fall = may_fall or (before > 0 and (factor is None or after * factor < before))
    return said, may_fall


def _amount(units: Iterable[_Units], region: str | None) -> Amount:
    listed = [unit for unit in units if is_listed(unit[0])] if region else []
    known = ((known_price(name, region or "", size), least, most) for name, least, most, size in listed)
    return sum((price.of(least, most) for price, least, most in known if price is not None), Amount())


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
            named = ((one.at(time, attribute), one) for one in reversed(self._existing(kind, time)))
            self._by_name[key] = {name: one for name, one in named if isinstance(name, str)}  # the first of a name
        return self._by_name[key]

    def named(self, kind: str, attribute: str, name: Value, near: PlannedObject, time: Time) -> PlannedObject | None:
        if isinstance(name, str):
            return self._called(kind, attribute, time).get(name)
        if (kind, time) not in self._by_module:
            self._by_module[kind, time] = defaultdict(list)
            for one in self._existing(kind, time):
                self._by_module[kind, time][one.module].append(one)
        beside = self._by_module[kind, time].get(near.module, ())
        return beside[0] if len(beside) == 1 else None

    def region_beside(self, one: PlannedObject) -> str | None:
        found = self._regions[_stack(one)] if one.module else set()
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _regions(self) -> defaultdict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for other in chain.from_iterable(self._of_type.values()):
            found[_stack(other)].update(filter(None, [other.region()]))
        return found

    def carrier(self, one: PlannedObject) -> PlannedObject | None:
        """Return the change that a difference is told of: its own, or that of what its price hangs on."""
        look = _HANGS_ON.get(one.type)
        every = (other for time in reversed(_TIMES) for other in (one, *(look(self, one, time) if look else ())))
        return next((other for other in every if other and other.action not in _QUIET), None)

    def definition(self, service: PlannedObject, time: Time) -> PlannedObject | None:
        family = service.text(time, "task_definition").rpartition("/")[2].partition(":")[0] or None
        return self.named("aws_ecs_task_definition", "family", family, service, time)

    def target(self, service: PlannedObject, time: Time) -> PlannedObject | None:
        name = service.text(time, "name")
        targets = ((one, one.text(time, "resource_id")) for one in self._existing("aws_appautoscaling_target", time))
        its = (one for one, of in targets if name and of.startswith("service/") and of.endswith(f"/{name}"))
        return next(its, None)

    def cluster(self, instance: PlannedObject, time: Time) -> PlannedObject | None:
        name = instance.at(time, "cluster_identifier")
        return self.named("aws_rds_cluster", "cluster_identifier", name, instance, time)

    def reader(self, target: PlannedObject, time: Time) -> PlannedObject | None:
        resource = target.text(time, "resource_id")
        identifier = resource.removeprefix("cluster:")
        named = self._called("aws_rds_cluster_instance", "cluster_identifier", time) if identifier != resource else {}
        return named.get(identifier)

    def instance(self, one: PlannedObject, named_in: str, time: Time) -> PlannedObject | None:
        identifier = one.at(time, named_in)
        known = self._called("aws_db_instance", "identifier", time)
        return known.get(identifier) if isinstance(identifier, str) else None

    def proxied(self, proxy: PlannedObject, time: Time) -> Iterator[PlannedObject]:
        name = proxy.text(time, "name")
        for one in self._existing("aws_db_proxy_target", time):
            if name and one.at(time, "db_proxy_name") == name:
                identifier = one.at(time, "db_cluster_identifier")
                cluster = self.named("aws_rds_cluster", "cluster_identifier", identifier, one, time)
                if cluster is not None:
                    instances = self._existing("aws_rds_cluster_instance", time)
                    yield from (cluster, *(other for other in instances if other.module == cluster.module))
                yield from filter(None, [self.instance(one, "db_instance_identifier", time)])


def _decimal(value: Value) -> Decimal | None:
    text = value.text if isinstance(value, Number) else value if isinstance(value, str) else ""
    with suppress(InvalidOperation):  # also of NaN, which cannot be compared
        if 0 <= (found := Decimal(text)) <= 10**9:  # no figure is billed that is larger; a damaged plan may hold any
            return found
    return None


def may_cost(kind: str) -> bool:
    return kind in _PRICED or kind in BILLED_WHERE or not is_free(kind)


def _without_price(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield what nobody knows the price of, by its type and class: each figure of how much of it there is, or one."""
    path, wanted = BILLED_WHERE.get(one.type, ("", None))  # of some types, an argument says that it is billed
    if one.type in _BESIDE or (path and sides(one.view(), path)[_TIMES.index(time)] != wanted):
        return
    unknown = tuple(f"{path}." for path, value in _sizes(one, "after") if isinstance(value, Unknown))
    sizes = [(path, value) for path, value in _sizes(one, time) if not f"{path}.".startswith(unknown)]
    classes = [value for path, value in sizes if isinstance(value, str) and _CLASS.fullmatch(path.rpartition(".")[2])]
    called = " ".join((one.type, *classes[:1]))
    yield one.type, _ONE, _ONE, called
    for path, value in sizes:
        figure = _decimal(value)
        if figure is not None:
            yield path, figure, figure, called
        elif isinstance(value, str) and value not in classes[:1]:
            yield f"{path} {value}", _ONE, _ONE, called


def _sizes(one: PlannedObject, time: Time) -> Iterator[tuple[str, Value]]:
    names = reversed(one.view().names)
    todo = [(name, one.at(time, name)) for name in names if name not in {"labels", "tags", "tags_all"}]
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
    return lambda _plan, one, time: iter([(name, _ONE, _ONE, size and one.text(time, size))])


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
    kind = one.text(time, "load_balancer_type") or "application"
    if kind in ("application", "network"):
        yield f"{kind}-load-balancer", _ONE, _ONE, ""
        if one.at(time, "internal") is False:
            subnets, least = one.at(time, "subnets"), 2 if kind == "application" else 1
            # An address in each zone, of which there are two or one at least (Elastic Load Balancing User Guide).
            zones = Decimal(len(subnets) if isinstance(subnets, list) else least)
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
    kind = one.text(time, "vpc_endpoint_type")
    if kind == "Interface":
        subnets = one.at(time, "subnet_ids")
        zones = Decimal(max(len(subnets), 1) if isinstance(subnets, list) else 1)
        yield "interface-endpoint", zones, zones, ""
    elif kind not in ("", "Gateway"):
        yield from _without_price(plan, one, time)


def _authority(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    if one.text(time, "usage_mode") == "SHORT_LIVED_CERTIFICATE":
        yield from _without_price(plan, one, time)
    else:
        yield "private-ca", _ONE, _ONE, ""


def _web_acl(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    rules = Decimal(len(blocks(one.at(time, "rule"))))
    yield "web-acl", _ONE, _ONE, ""
    yield "web-acl-rule", rules, rules, ""


def _capacity(cluster: PlannedObject | None, time: Time) -> tuple[Decimal, Decimal] | None:
    scaling = block(cluster.at(time, "serverlessv2_scaling_configuration")) if cluster else {}
    least, most = (_decimal(scaling.get(name)) for name in ("min_capacity", "max_capacity"))
    return None if least is None or most is None else (least, most)


def _cluster_instance(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    capacity = _capacity(plan.cluster(one, time), time)
    size = one.text(time, "instance_class")
    if size == "db.serverless" and capacity is not None:
        yield "aurora-capacity", *capacity, ""
    elif size and size != "db.serverless" and (one.text(time, "engine") or "aurora").startswith("aurora"):
        yield "aurora-instance", _ONE, _ONE, size
    else:
        yield from _without_price(plan, one, time)


def _added_readers(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield the readers that Auto Scaling may add to a cluster; what it does for a service, the service has."""
    reader = plan.reader(one, time)
    least, most = (one.figure(time, name) for name in ("min_capacity", "max_capacity"))
    size = reader.text(time, "instance_class") if reader else ""
    if size and least is not None and most is not None:
        yield "aurora-instance", Decimal(0), max(most - least, Decimal(0)), size


def _proxy(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    behind = list(plan.proxied(one, time))
    capacity = _capacity(behind[0], time) if behind else None
    if capacity is not None:
        # Amazon RDS Proxy pricing: a proxy of a serverless cluster is billed for 8 ACU at least.
        least, most = (max(Decimal(8), (len(behind) - 1) * each) for each in capacity)
        yield "database-proxy-capacity", least, most, ""
        return
    sizes = (other.text(time, "instance_class") for other in behind)
    if billed := next(filter(None, map(vcpus, filter(None, sizes))), None):
        yield "database-proxy-vcpu", Decimal(billed), Decimal(billed), ""
    else:
        yield from _without_price(plan, one, time)


def _managed_secret(_plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    if one.at(time, "manage_master_user_password") is True:
        yield "secret", _ONE, _ONE, ""


def _cluster(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    """Yield its secret, and what of it is billed without instances: a Multi-AZ DB cluster, Aurora Serverless v1."""
    yield from _managed_secret(plan, one, time)
    if one.text(time, "db_cluster_instance_class") or one.text(time, "engine_mode") == "serverless":
        yield from _without_price(plan, one, time)


def _instance(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    rows = {"postgres": "postgresql-instance", "mysql": "mysql-instance"}
    source = plan.instance(one, "replicate_source_db", time) or one  # its engine, and the size of its disk
    row, size = rows.get(source.text(time, "engine")), one.text(time, "instance_class")
    copies = Decimal(2 if one.at(time, "multi_az") is True else 1)
    if row and size:
        yield row, copies, copies, size
        storage, kind = source.figure(time, "allocated_storage"), source.text(time, "storage_type") or "gp2"
        if storage is not None:
            most = max(storage, one.figure(time, "max_allocated_storage") or storage)
            name, volume = ("database-storage", "") if kind == "gp3" else (kind, f"{kind} storage")
            yield name, copies * storage, copies * most, volume
    else:
        yield from _without_price(plan, one, time)
    yield from _managed_secret(plan, one, time)


def _nodes(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    row, size = f"{one.text(time, 'engine') or 'redis'}-node", one.text(time, "node_type")
    shards, replicas = (one.figure(time, name) for name in ("num_node_groups", "replicas_per_node_group"))
    counted = one.figure(time, "num_cache_clusters")
    nodes = counted or one.figure(time, "num_cache_nodes")
    if shards is not None and replicas is not None:
        nodes = shards * (replicas + 1)
    if not one.exists("before") or one.at(time, "num_cache_clusters") != one.at("before", "num_cache_clusters"):
        nodes = counted or nodes
    if size and nodes and row in ("redis-node", "valkey-node"):
        yield row, nodes, nodes, size
    else:
        yield from _without_price(plan, one, time)


def _service(plan: _Plan, one: PlannedObject, time: Time) -> Iterator[_Units]:
    providers = {word(found.get("capacity_provider")) for found in blocks(one.at(time, "capacity_provider_strategy"))}
    is_spot = "FARGATE_SPOT" in providers
    kind = one.text(time, "launch_type")
    if not (is_spot or "FARGATE" in providers or kind == "FARGATE"):
        yield from () if providers or kind else _without_price(plan, one, time)
        return
    definition, target = plan.definition(one, time), plan.target(one, time)
    names = ("min_capacity", "max_capacity") if target else ("desired_count",) * 2
    least, most = ((target or one).figure(time, name) for name in names)
    vcpu, memory = (None if definition is None else definition.figure(time, name) for name in ("cpu", "memory"))
    if definition is None or vcpu is None or memory is None or least is None or most is None:
        yield from _without_price(plan, one, time)
        return
    arm = "-arm" if word(block(definition.at(time, "runtime_platform")).get("cpu_architecture")) == "ARM64" else ""
    share = Decimal("0.3") if is_spot else _ONE  # up to 70 % less (AWS Fargate pricing)
    for row, amount in ((f"fargate{arm}-vcpu", vcpu), (f"fargate{arm}-memory", memory)):
        yield row, amount / 1024 * least * share, amount / 1024 * most, ""
    if block(one.at(time, "network_configuration")).get("assign_public_ip") is True:
        yield "public-ipv4", least, most, ""


_NAMESPACES: Final = "service_discovery_private_dns_namespace service_discovery_public_dns_namespace"
_TABLE: Final[Mapping[str, Callable[[_Plan, PlannedObject, Time], Iterator[_Units]]]] = {
    "aws_appautoscaling_target": _added_readers,
    "aws_acmpca_certificate_authority": _authority,
    **dict.fromkeys(aws("alb lb"), _balancer),
    "aws_cloudwatch_log_metric_filter": _whole("metric"),
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_db_instance": _instance,
    "aws_db_proxy": _proxy,
    "aws_docdb_cluster": _managed_secret,
    "aws_docdb_cluster_instance": _whole("docdb-instance", "instance_class"),
    "aws_ecs_service": _service,
    "aws_eip": _whole("public-ipv4"),
    **dict.fromkeys(aws("elasticache_cluster elasticache_replication_group"), _nodes),
    **dict.fromkeys(aws("kms_external_key kms_key kms_replica_external_key kms_replica_key"), _whole("kms-key")),
    "aws_lb_trust_store": _whole("trust-store"),
    "aws_nat_gateway": _nat,
    "aws_opensearch_domain": _search,
    "aws_rds_cluster": _cluster,
    "aws_rds_cluster_instance": _cluster_instance,
    **dict.fromkeys(aws("route53_zone", _NAMESPACES), _whole("hosted-zone")),
    "aws_secretsmanager_secret": _whole("secret"),
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
