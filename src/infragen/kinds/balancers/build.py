"""What a balancer is built of, and what it gives the services behind it and those who use it."""

import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.build_context import BuildContext, Export, Joined, Module, Record, call, of
from infragen.core.kind import always
from infragen.core.measures import COUNT, PERCENT, SECONDS, Measure
from infragen.core.part import INTERNET, LIMITS, Binding, Group, Part, Relation, named, short
from infragen.core.regions import CLOUDFRONT
from infragen.core.signals import Failure, alarmed
from infragen.core.tracing import Read
from infragen.core.written import kept_numbers, of_owner
from infragen.kinds import custom_headers, firewalls, load_balancer, mutual_tls, network
from infragen.kinds.alarms import NAME as ALARMS
from infragen.kinds.alarms import Alarm, alarms_part, error_budget
from infragen.kinds.alarms.alarm import alarm_name, asked
from infragen.kinds.balancers.model import Balancer, Route, leading_to
from infragen.kinds.workloads.blue_green import COLOURS
from infragen.kinds.workloads.model import Service
from infragen.wildcards import fits

_POLICIES: Final = {"1.2": "ELBSecurityPolicy-TLS13-1-2-2021-06", "1.3": "ELBSecurityPolicy-TLS13-1-3-2021-06"}
"""Application Load Balancers guide: Security policies."""
_ERRORS_PER_MINUTE: Final = 10
"""Assumption: no document gives a figure for these alarms."""
_ERRORS: Final = Measure("errors", "the share of requests that end with 5xx", PERCENT, "high")
_CLIENT_ERRORS: Final = Measure("client-errors", "the share of requests that end with 4xx", PERCENT, "low")
_UNHEALTHY: Final = Measure("unhealthy-targets", "the number of tasks that fail their health check", COUNT, "critical")
_RESPONSE: Final = Measure("response-time", "its response time", SECONDS, "high")
_REJECTED: Final = Measure("rejected", "the number of connections refused as too many", COUNT, "high")
_TERMS: Final = {"answered": "HTTPCode_Target_5XX_Count", "asked": "RequestCount", "refused": "HTTPCode_ELB_5XX_Count"}
_SHARE: Final = {
    "failed": "FILL(answered, 0) + FILL(refused, 0)",
    "result": "IF(failed > 0, IF(FILL(asked, 0) > failed, 100 * failed / asked, 100), 0)",
}
"""Percent of the requests that end with 5xx. A request for which there is no task is not counted as one: then there are
more failures than requests, or no requests at all (Application Load Balancers guide: CloudWatch metrics)."""
_CLIENT_TERMS: Final = {"answered": "HTTPCode_Target_4XX_Count", "asked": "RequestCount"}
_CLIENT_SHARE: Final = {"result": "IF(FILL(asked, 0) > 0, 100 * FILL(answered, 0) / asked, 0)"}
"""Percent of the requests that a target answers with 4xx: what the balancer refuses by itself never was one."""
_MOST: Final = "MAX([FILL(blue, 0), FILL(green, 0)])"
"""The greater of two figures, of the target groups of a service that CodeDeploy delivers."""


class BalancerView(custom_headers.OriginView, firewalls.FirewallView):
    """The load balancer, its certificate, its routes, its names and its firewall."""

    _entry: Balancer
    balancer = call("edge", "balancer")
    vpc = of(network.vpc)
    group = call("security", "security_group", "balancer")
    routes_module = call("edge", "routes")
    blue_green_module = call("edge", "blue_green")
    ctx = of(lambda ctx: ctx)

    @property
    def module(self) -> str:
        is_called_by_http = 80 in self.ports and (self._entry.reach == "internet" or bool(self._entry.allow))
        only = "_verifying" if self._entry.mutual_tls else "" if is_called_by_http else "_only"
        return f"../modules/load_balancer_{f'https{only}' if self.is_secure else 'http'}"

    trust_store_arn = of(lambda ctx: mutual_tls.trust_store(ctx).arn if ctx.entry.mutual_tls else None)

    @named(LIMITS["load_balancer"])
    def name(self) -> str:
        return short(self._ctx.names.plain(self._entry.identity), LIMITS["load_balancer"].length)

    @property
    def subnets(self) -> Export:
        return self.vpc.public_subnet_list if self._entry.is_public else network.task_subnets(self._ctx)

    ssl_policy = of(lambda ctx: _POLICIES[ctx.entry.tls])

    @property
    def alias_targets(self) -> dict[str, dict[str, Export]]:
        return {one: {"name": self.balancer.dns_name, "zone_id": self.balancer.zone_id} for one in self.names}

    aliases_module = of(lambda ctx: f"../modules/dns_aliases{'_failover' if ctx.entry.failover is not None else ''}")

    @property
    def health(self) -> Module | None:
        failover = self._entry.failover
        is_watched = failover is not None and failover.healthy_tasks is not None
        return self._ctx.module("edge", "health", self._entry) if is_watched else None

    health_minutes = of(lambda ctx: ctx.entry.failover.lasting // 60 if ctx.entry.failover is not None else 0)

    @property
    def health_targets(self) -> dict[str, Export]:
        found = ((one.identity, self.groups_of(one).items()) for one in self.services.values())
        return {"-".join(filter(None, (name, colour))): suffix for name, groups in found for colour, suffix in groups}

    @property
    def health_pairs(self) -> dict[str, list[str]]:
        identities = (one.identity for one in self.blue_green_services.values())
        return {one: [f"{one}-{colour}" for colour in COLOURS] for one in identities}

    def health_alarm_names(self, service: Service) -> list[str]:
        ends = ("-".join(filter(None, (service.identity, colour))) for colour in self.groups_of(service))
        return [f"{self.name}-{end}-failover" for end in ends]

    @named(LIMITS["alarm"])
    def longest_health_alarm_name(self) -> str:
        services = self.services.values() if self.health else ()
        return max((name for one in services for name in self.health_alarm_names(one)), key=len, default="")

    logs = of(lambda ctx: ctx.module("edge", "logs", ctx.entry) if ctx.entry.access_logs else None)

    @named(LIMITS["bucket"])
    def log_bucket_name(self) -> str:
        parts = self._entry.SINGULAR, self._entry.identity, "logs", self.account
        return self._ctx.names.plain(*parts) if self._entry.access_logs else ""

    log_prefix = of(lambda ctx: ctx.entry.identity)

    @property
    def services(self) -> dict[str, Service]:
        known = self._ctx.environment.all(Service)
        wanted = sorted({route.service for route in self._entry.routes.values()})
        return {name: known[name] for name in wanted if name in known}

    @property
    def blue_green_services(self) -> dict[str, Service]:
        return {name: one for name, one in self.services.items() if one.blue_green is not None}

    @property
    def rolling_services(self) -> dict[str, Service]:
        return {name: one for name, one in self.services.items() if one.blue_green is None}

    @property
    def target_groups(self) -> dict[str, dict[str, object]]:
        rolling = self.rolling_services.values()
        return {one.identity: {"name": self._target_group_name(one), **self._asked_for_health(one)} for one in rolling}

    @property
    def blue_green_groups(self) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for one in self.blue_green_services.values():
            names = {colour: self._target_group_name(one, colour) for colour in COLOURS}
            found[one.identity] = {**names, **self._asked_for_health(one)}
        return found

    def _asked_for_health(self, service: Service) -> dict[str, object]:
        delay = load_balancer.DEREGISTRATION_SECONDS
        return {"deregistration_delay": delay, "health_check": service.health.of_target_group}

    def _target_group_name(self, service: Service, *colour: str) -> str:
        """Return a name that nobody else's is: a service may have a target group of its own, as long as this."""
        readable = self._ctx.names.plain(self._entry.identity, service.identity, *colour)
        return self._ctx.names.target_group(service, short(readable, 0, self._entry.SINGULAR), *colour)

    def target_group_names(self, service: Service) -> list[str]:
        """Two where CodeDeploy delivers the service."""
        if service.blue_green is None:
            return [self._target_group_name(service)]
        return [self._target_group_name(service, colour) for colour in COLOURS]

    @named(LIMITS["target_group"])
    def target_groups_taken(self) -> tuple[str, ...]:
        return tuple(name for one in self.services.values() for name in self.target_group_names(one))

    def groups_of(self, service: Service) -> dict[str, Export]:
        if service.blue_green is None:
            return {"": self.routes_module.target_group_arn_suffixes[service.identity]}
        both = self.blue_green_module
        return {one: both.output(f"{one}_arn_suffixes")[service.identity] for one in COLOURS}

    routes = property(lambda self: dict(self._routes_to(self.rolling_services)))

    @property
    def blue_green_routes(self) -> dict[str, Record]:
        return {f"{self._entry.routes[name].service}-{name}": one
                for name, one in self._routes_to(self.blue_green_services)}  # fmt: skip

    def _routes_to(self, services: Mapping[str, Service]) -> Iterator[tuple[str, Record]]:
        order = self._priorities
        for name, route in sorted(self._entry.routes.items()):
            if route.service not in services:
                continue
            said = {
                "service": services[route.service].identity,
                "priority": order[name],
                **({"hosts": self._hosts(route)} if route.hosts else {}),
                **({"paths": route.patterns} if route.patterns else {}),
            }
            yield name, Record(said, Read(self._ctx.owner, ("routes", name)))

    @property
    def _priorities(self) -> Mapping[str, int]:
        given = {**of_owner(self._ctx, "routes"), **of_owner(self._ctx, "blue_green_routes")}
        return priorities(self._entry, self.blue_green_services, given)

    def led_to(self, path: str, host: str) -> str | None:
        order = self._priorities
        for name in sorted(order, key=order.__getitem__):
            route = self._entry.routes[name]
            hosts, patterns = self._hosts(route) or ["*"], route.patterns or ("*",)
            if any(fits(host, one) for one in hosts) and any(fits(path, one) for one in patterns):
                return route.service
        return None

    def paths_to(self, service: Service) -> list[str]:
        """Return a path of each pattern that is led to a service: what stands before its first wildcard."""
        return [re.split(r"[*?]", one)[0] for one in self._entry.patterns_to(service.name)]

    def _hosts(self, route: Route) -> list[str]:
        return [self._entry.full(host, self._ctx.environment) for host in route.hosts]

    @property
    def url(self) -> Joined | str:
        return self.urls[0]

    def url_of(self, service: str) -> Joined | str:
        hosts, folder = self._entry.found_at(service)
        return self._urls([self._entry.full(one, self._ctx.environment) for one in hosts] or self.names, folder)[0]

    @property
    def urls(self) -> list[Joined | str]:
        return self._urls(self.names)

    def _urls(self, names: Sequence[str], path: str = "") -> list[Joined | str]:
        scheme = "https" if self.is_secure else "http"
        found: list[Export | str] = [name for name in names if "*" not in name]
        found = found or [self.balancer.dns_name]
        return [Joined.of(f"{scheme}://", name, path) for name in found]

    web_acl_target = property(lambda self: self.balancer.arn)
    web_acl_log_retention = of(lambda ctx: ctx.settings.log_retention)
    """Days that the firewall's log is kept."""
    has_share = of(lambda ctx: _ERRORS.word in ctx.entry.alarms)
    """Whether errors are watched as a share of its requests, or not at all, and not counted for each service."""

    @property
    def ports(self) -> tuple[int, ...]:
        """Include port 80, for redirects, but not for client certificates or CloudFront, which counts as many rules."""
        if self._entry.reach == "cloudfront" or self._entry.mutual_tls:
            return (443,) if self.is_secure else (80,)
        return (80, 443) if self.is_secure else (80,)


def parts(balancer: Balancer, ctx: BuildContext) -> Iterator[Part]:
    own = BalancerView(ctx)
    shown = {f"balancer_{balancer.name}_dns_name": own.balancer.dns_name}
    yield ctx.part("edge", "kinds/balancers/main.tf", own, shown=shown)
    yield from firewalls.parts(ctx, own)
    yield from alarms_part(ctx, ctx.names.of_entry(balancer), own.balancer, partial(_alarms, own))


def _alarms(own: BalancerView) -> Iterator[tuple[str, Alarm]]:
    yield from _alarms_of_all(own)
    for name, service in own.services.items():
        yield from _alarms_of_one(own, name, service)


def alarms_about(own: BalancerView, service: Service) -> list[str]:
    """Return the names of the alarms that are about one service: those of all requests, where it has them all.

    What callers do wrong or too often is none of them: it stops no deployment. Neither does what an alarm remembers for
    long (error budgets): it would keep the release out that mends the cause.
    """
    if not (ctx := own.ctx).has(ALARMS):
        return []
    watched = [partial(_alarms_of_one, own, service.name, service)]
    watched += [partial(_alarms_of_all, own)] if len(own.services) == 1 else []
    found = (one for each in watched for one in asked(ctx, each))
    about = (one for one in found if one[1].seconds * one[1].periods <= _REMEMBERED)
    name, of_callers = ctx.names.of_entry(ctx.entry), (_CLIENT_ERRORS.word, _REJECTED.word)
    return sorted(alarm_name(ctx, name, *one) for one in about if one[0] not in of_callers)


_REMEMBERED: Final = 30 * 60
"""Seconds that an alarm may look back which stops a deployment: an assumption, as long as a shift of requests takes."""


def _errors(own: BalancerView, metric: str, said: str, dimensions: Mapping[str, object]) -> Alarm:
    return Alarm(
        description=f"{own.name}: {said}", namespace="AWS/ApplicationELB", metric=metric, statistic="Sum",
        threshold=None if own.has_share else _ERRORS_PER_MINUTE, dimensions=dimensions, datapoints=3,
    )  # fmt: skip


def _alarms_of_all(own: BalancerView) -> Iterator[tuple[str, Alarm]]:
    alarm = partial(Alarm, namespace="AWS/ApplicationELB", dimensions={"LoadBalancer": own.balancer.arn_suffix})
    if own.has_share:
        yield "errors", alarm(
            description=f"{own.name}: requests end with 5xx.", statistic="Sum", expressions=_SHARE, terms=_TERMS,
            datapoints=3, measure=_ERRORS,
        )  # fmt: skip
    else:
        said = "answers 5xx by itself: no task is well, or in time."
        dimensions = {"LoadBalancer": own.balancer.arn_suffix}
        yield "errors", _errors(own, "HTTPCode_ELB_5XX_Count", said, dimensions)
    yield "client-errors", alarm(
        description=f"{own.name}: requests end with 4xx.", statistic="Sum", expressions=_CLIENT_SHARE,
        terms=_CLIENT_TERMS, datapoints=3, measure=_CLIENT_ERRORS,
    )  # fmt: skip
    yield "rejected", alarm(
        description=f"{own.name}: connections are refused as too many.", metric="RejectedConnectionCount",
        statistic="Sum", threshold=1, periods=3, datapoints=3, measure=_REJECTED,
    )  # fmt: skip
    description, metric = f"{own.name}: answers take long.", "TargetResponseTime"
    yield "response-time", alarm(description=description, metric=metric, statistic="p90", measure=_RESPONSE)


def _alarms_of_one(own: BalancerView, name: str, service: Service) -> Iterator[tuple[str, Alarm]]:
    groups = own.groups_of(service)
    balancer: dict[str, object] = {"LoadBalancer": own.balancer.arn_suffix}
    target = {**balancer, "TargetGroup": groups[""]} if "" in groups else balancer

    def of_both(alarm: Alarm, result: str) -> Alarm:
        if "" in groups:
            return alarm
        terms = dict.fromkeys(groups, alarm.metric)
        each = {colour: {"TargetGroup": suffix} for colour, suffix in groups.items()}
        return replace(alarm, metric="", expressions={"result": result}, terms=terms, each=each)

    errors = _errors(own, "HTTPCode_Target_5XX_Count", f"{name} answers with 5xx.", target)
    yield f"{service.identity}-errors", of_both(errors, "FILL(blue, 0) + FILL(green, 0)")
    unhealthy = Alarm(
        description=f"{own.name}: tasks of {name} fail their health check.", namespace="AWS/ApplicationELB",
        metric="UnHealthyHostCount", statistic="Maximum", threshold=1, dimensions=target, measure=_UNHEALTHY,
        of=f"{own.name}, {name}",
    )  # fmt: skip
    yield f"{service.identity}-unhealthy", of_both(unhealthy, _MOST)
    if (promise := service.promise.response_time) is not None:
        most = service.promise.of_requests
        slow = Alarm(
            description=f"{own.name}: {most} of the response times of {name} is above its promise.",
            namespace="AWS/ApplicationELB", metric="TargetResponseTime", statistic=most, because=promise,
            threshold=Decimal(promise) / 1000, comparison="GreaterThanThreshold", dimensions=target, level="high",
        )  # fmt: skip
        yield f"{service.identity}-response-time", of_both(slow, _MOST)
    ways = {colour or "plain": {**balancer, "TargetGroup": suffix} for colour, suffix in groups.items()}
    promised = own.ctx.environment.promised_availability(service.promise.availability)
    for word, budget in error_budget.alarms(f"{own.name}, {name}", promised, error_budget.BY_BALANCER, ways):
        yield f"{service.identity}-{word}", budget


metrics = always(_ERRORS, _CLIENT_ERRORS, _REJECTED, _UNHEALTHY, _RESPONSE)


def failures(_balancer: Balancer, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, _ERRORS.word, "it answers with 5xx")
    yield alarmed(ctx.owner, _REJECTED.word, "it refuses connections as too many")
    if BalancerView(ctx).services:
        yield alarmed(ctx.owner, _UNHEALTHY.word, "tasks behind it fail their health check")


def groups(balancer: Balancer, ctx: BuildContext) -> Iterator[Group]:
    name, key = ctx.names.plain(balancer.SINGULAR, balancer.identity), f"balancer-{balancer.identity}"
    yield Group(ctx.owner, ctx.owner, name, f"Load balancer {name}", BalancerView(ctx).group, key)


def relations(balancer: Balancer, ctx: BuildContext) -> Iterator[Relation]:
    own, owner = BalancerView(ctx), ctx.owner
    for port in own.ports:
        if balancer.reach == "internet":
            yield Relation(INTERNET, owner, port, "everybody may call it", owner, ("reach",))
        elif balancer.reach == "cloudfront":
            yield Relation(CLOUDFRONT, owner, port, "distributions may call it", owner, ("reach",))
        if balancer.reach != "internet":
            for cidr in balancer.allow:
                yield Relation(cidr, owner, port, "a network that may call it", owner, ("allow",))
    for name, route in balancer.routes.items():
        if route.service in own.services:
            port = balancer.port_of(own.services[route.service])
            yield Relation(owner, f"services/{route.service}", port, "requests", owner, ("routes", name, "service"))


def ingress_ports(balancer: Balancer, ctx: BuildContext, _user: BuildContext) -> Iterator[tuple[str, int]]:
    end = INTERNET if balancer.is_public else ctx.owner
    yield end, 443 if balancer.is_secure(ctx.environment) else 80


def bindings(_balancer: Balancer, ctx: BuildContext, _user: BuildContext) -> Iterator[Binding]:
    yield Binding({"URL": BalancerView(ctx).url})


class Measured(Struct, frozen=True):
    """How CloudWatch names a load balancer and the target groups of a service behind it, by their colour."""

    balancer: Export
    groups: Mapping[str, Export]


def measured(ctx: BuildContext) -> Measured | None:
    service = ctx.entry
    if not (before := leading_to(ctx.environment, service.name) if isinstance(service, Service) else []):
        return None
    own = BalancerView(ctx.of(before[0]))
    return Measured(own.balancer.arn_suffix, own.groups_of(service))


def default_bindings(balancer: Balancer, ctx: BuildContext, receiver: BuildContext) -> Iterator[Binding]:
    service = receiver.entry
    if not isinstance(service, Service) or not balancer.routes_to(service.name):
        return
    own = BalancerView(ctx)
    is_called = balancer.is_public and balancer.reach != "cloudfront"  # a distribution says where it is found
    variables = {"PUBLIC_URL": own.url_of(service.name)} if is_called else {}
    groups = own.routes_module.target_group_arns if service.blue_green is None else own.blue_green_module.blue_arns
    group = groups[service.identity]
    if balancer.port_of(service) != service.port:
        yield Binding(variables, verified=group)
    else:
        yield Binding(variables, targets=(group,))


_LENGTHS: Final = 64
"""Characters of a path that count; a longer beginning is no more special."""
_PLACES: Final = 256
"""Priorities for routes that say as much as each other: 3 kinds of hosts x 64 x 256 are less than AWS's 50,000."""


def priorities(
    balancer: Balancer, blue_green: Collection[str] = (), given: Mapping[tuple[str, ...], object] | None = None
) -> Mapping[str, int]:
    """Return each route's priority by its name: hosts before wildcards, and those before none; longer paths first.

    The rest is taken from the route's own words, so that a new route moves no other: AWS refuses two of one priority,
    also while they are exchanged. Where two fall on the same number, it stays with whoever has it by what was rendered
    last (`given`), else with the first in the alphabet; the other one takes the next. A rule that leads to one of the
    services of `blue_green` is another one than that before or after, whose number it may not have: it is taken from
    the service's name as well.
    """
    first, before = {}, {}
    for name, route in sorted(balancer.routes.items()):
        is_blue_green = route.service in blue_green
        first[name] = _first(route, (route.service,) if is_blue_green else ())
        rule = f"{route.service}-{name}" if is_blue_green else name
        before[name] = (given or {}).get((rule, "priority"))
    return kept_numbers(first, before, load_balancer.MOST_PRIORITIES)


def _first(route: Route, said: Sequence[str]) -> int:
    wildcard = any("*" in host for host in route.hosts)
    hosts = 2 if not route.hosts else int(wildcard)
    literal = min((len(re.split(r"[*?]", path)[0]) for path in route.patterns), default=0)
    length = min(literal, _LENGTHS - 1)
    words = zlib.crc32(" ".join((*said, *sorted(route.hosts), *sorted(route.patterns))).encode())
    exact = all(not re.search(r"[*?]", path) for path in route.patterns) and bool(route.patterns)
    half = _PLACES // 2
    return 1 + (hosts * _LENGTHS + _LENGTHS - 1 - length) * _PLACES + (0 if exact else half) + words % (half - 8)
