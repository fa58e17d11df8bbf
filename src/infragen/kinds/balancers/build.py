"""What a balancer is built of, and what it gives the services behind it and those who use it."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from infragen.core.cloudfront import CLOUDFRONT
from infragen.core.expressions import Joined, Record
from infragen.core.measures import COUNT, PERCENT, SECONDS, Measure
from infragen.core.names import LIMITS, short
from infragen.core.part import INTERNET, Group, Offer, Relation, named
from infragen.core.tracing import Read
from infragen.kinds import network
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.balancers.priorities import priorities
from infragen.kinds.firewalls import FirewallView
from infragen.kinds.services.build import ServerView
from infragen.kinds.services.model import Service
from infragen.kinds.zones.names import NamedView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.core.expressions import Export, Module
    from infragen.core.part import Part
    from infragen.core.place import Place
    from infragen.kinds.balancers.model import Route

_POLICIES: Final = {"1.2": "ELBSecurityPolicy-TLS13-1-2-2021-06", "1.3": "ELBSecurityPolicy-TLS13-1-3-2021-06"}
"""Application Load Balancers guide: Security policies."""
_ERRORS_PER_MINUTE: Final = 10
"""Assumption: no document gives a figure for these alarms."""
_ERRORS: Final = Measure("errors", "the share of requests that end with 5xx", PERCENT, "high")
_UNHEALTHY: Final = Measure("unhealthy-targets", "the number of tasks that fail their health check", COUNT, "critical")
_RESPONSE: Final = Measure("response-time", "its response time", SECONDS, "high")
_TERMS: Final = {"answered": "HTTPCode_Target_5XX_Count", "asked": "RequestCount", "refused": "HTTPCode_ELB_5XX_Count"}
_SHARE: Final = {
    "failed": "FILL(answered, 0) + FILL(refused, 0)",
    "result": "IF(failed > 0, IF(FILL(asked, 0) > failed, 100 * failed / asked, 100), 0)",
}
"""Percent of the requests that end with 5xx. A request for which there is no task is not counted as one: then there are
more failures than requests, or no requests at all (Application Load Balancers guide: CloudWatch metrics)."""


def group(place: Place) -> Module:
    """Return the module of its security group."""
    return place.module("security", "security_group", "balancer", place.entry)


def _routes(place: Place) -> Module:
    return place.module("edge", "routes", place.entry)


class BalancerView(FirewallView, NamedView):
    """The load balancer, its certificate, its routes, its names and its firewall."""

    def __init__(self, place: Place) -> None:
        """Take the place of a balancer."""
        super().__init__(place)
        self._balancer: Balancer = place.entry

    @property
    def balancer(self) -> Module:
        """The module of the load balancer."""
        return self._place.module("edge", "balancer", self._balancer)

    @property
    def module(self) -> str:
        """Which module makes it: they differ in whether it has a certificate."""
        return f"../modules/load_balancer_{'https' if self.is_secure else 'http'}"

    @named(LIMITS["load_balancer"])
    def name(self) -> str:
        """What AWS calls it."""
        return short(self._place.names.plain(self._balancer.identity), LIMITS["load_balancer"].length)

    @property
    def is_internal(self) -> bool:
        """Whether it has private addresses only."""
        return not self._balancer.is_public

    @property
    def vpc(self) -> Module:
        """The VPC."""
        return network.vpc(self._place)

    @property
    def subnets(self) -> Export:
        """Where it stands."""
        found: Export = self.vpc.public_subnet_list if self._balancer.is_public else network.task_subnets(self._place)
        return found

    @property
    def group(self) -> Module:
        """Its security group."""
        return group(self._place)

    @property
    def ssl_policy(self) -> str:
        """Which versions of TLS and which ciphers it accepts."""
        return _POLICIES[self._balancer.tls]

    @property
    def alias_targets(self) -> dict[str, dict[str, Export]]:
        """Where the record of each name leads."""
        target = {"name": self.balancer.dns_name, "zone_id": self.balancer.zone_id}
        return dict.fromkeys(self.names, target)

    @property
    def aliases_module(self) -> str:
        """Which module makes its records: they differ in whether they lead elsewhere, too."""
        return f"../modules/dns_aliases{'_failover' if self._balancer.failover is not None else ''}"

    @property
    def failover_role(self) -> str:
        """Which of two records of each name is its own; empty where there is one."""
        return self._balancer.failover.role.upper() if self._balancer.failover is not None else ""

    @property
    def health(self) -> Module | None:
        """The module of the health check by which its names lead elsewhere; of the primary."""
        failover = self._balancer.failover
        is_watched = failover is not None and failover.healthy_tasks is not None
        return self._place.module("edge", "health", self._balancer) if is_watched else None

    @property
    def health_minutes(self) -> int:
        """For how many minutes there are too few healthy tasks."""
        return self._balancer.failover.lasting // 60 if self._balancer.failover is not None else 0

    @property
    def health_targets(self) -> dict[str, Export]:
        """How CloudWatch names the target group of each service."""
        suffixes = self.routes_module.target_group_arn_suffixes
        return {service.identity: suffixes[service.identity] for service in self.services.values()}

    def health_alarm_name(self, service: Service) -> str:
        """Return the name of the alarm on a service's healthy tasks."""
        return f"{self.name}-{service.identity}-failover"

    @named(LIMITS["alarm"])
    def longest_health_alarm_name(self) -> str:
        """The longest name of an alarm of the health check; empty where there is none."""
        names = map(self.health_alarm_name, self.services.values()) if self.health else ()
        return max(names, key=len, default="")

    @property
    def logs(self) -> Module | None:
        """The module of the bucket of its log."""
        return self._place.module("edge", "logs", self._balancer) if self._balancer.access_logs else None

    @named(LIMITS["bucket"])
    def log_bucket_name(self) -> str:
        """The bucket of its log; empty where nobody asks for one."""
        parts = self._balancer.SINGULAR, self._balancer.identity, "logs", self.account
        return self._place.names.plain(*parts) if self._balancer.access_logs else ""

    @property
    def log_prefix(self) -> str:
        """Where in the bucket its log lies."""
        return self._balancer.identity

    @property
    def routes_module(self) -> Module:
        """The module of its routes."""
        return _routes(self._place)

    @property
    def services(self) -> dict[str, Service]:
        """The services behind it, by name."""
        known = self._place.environment.all(Service)
        wanted = sorted({route.service for route in self._balancer.routes.values()})
        return {name: known[name] for name in wanted if name in known}

    @property
    def target_groups(self) -> dict[str, dict[str, object]]:
        """The target group of each service."""
        found: dict[str, dict[str, object]] = {}
        for service in self.services.values():
            own = ServerView(self._place.of(service))
            found[service.identity] = {
                "name": self._target_group_name(service),
                "deregistration_delay": own.deregistration_delay,
                "health_check": own.health_check,
            }
        return found

    def _target_group_name(self, service: Service) -> str:
        """Return a name that nobody else's is: a service may have a target group of its own, as long as this."""
        readable = self._place.names.plain(self._balancer.identity, service.identity)
        return short(readable, 0, self._balancer.SINGULAR)

    @named(LIMITS["target_group"])
    def longest_target_group_name(self) -> str:
        """The longest name of a target group."""
        return max((self._target_group_name(service) for service in self.services.values()), key=len, default="")

    @property
    def routes(self) -> dict[str, Record]:
        """Which requests lead to which service."""
        known, order = self.services, priorities(self._balancer)
        return {
            name: Record(
                {
                    "service": known[route.service].identity,
                    "priority": order[name],
                    **({"hosts": self._hosts(route)} if route.hosts else {}),
                    **({"paths": route.patterns} if route.patterns else {}),
                },
                Read(self._place.owner, ("routes", name)),
            )
            for name, route in sorted(self._balancer.routes.items())
            if route.service in known
        }

    def _hosts(self, route: Route) -> list[str]:
        return [self._balancer.full(host, self._place.environment) for host in route.hosts]

    def url(self, route: Route | None = None) -> Joined | str:
        """Return its address, or that of a route: by the first name that is no wildcard, else by AWS's."""
        names = self._hosts(route) if route and route.hosts else self.names
        return self._urls(names, route.prefix if route else "")[0]

    @property
    def urls(self) -> list[Joined | str]:
        """Its addresses: by every name that is no wildcard, else by AWS's."""
        return self._urls(self.names)

    def _urls(self, names: Sequence[str], path: str = "") -> list[Joined | str]:
        scheme = "https" if self.is_secure else "http"
        found: list[Export | str] = [name for name in names if "*" not in name]
        found = found or [self.balancer.dns_name]
        return [Joined.of(f"{scheme}://", name, path) for name in found]

    @property
    def web_acl_target(self) -> Export:
        """The ARN of what its firewall stands before."""
        found: Export = self.balancer.arn
        return found

    @property
    def web_acl_log_retention(self) -> int:
        """Days that the firewall's log is kept."""
        return self._place.settings.log_retention

    @property
    def has_share(self) -> bool:
        """Whether errors are watched as a share of its requests, or not at all, and not counted for each service."""
        return _ERRORS.word in self._balancer.alarms

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it is called: also on port 80, to be sent to 443, but by CloudFront, which counts for many rules."""
        if self._balancer.reach == "cloudfront":
            return (443,) if self.is_secure else (80,)
        return (80, 443) if self.is_secure else (80,)


def parts(balancer: Balancer, place: Place) -> Iterator[Part]:
    """Yield the balancer's file, and its alarms."""
    own = BalancerView(place)
    shown = {f"balancer_{balancer.name}_dns_name": own.balancer.dns_name}
    yield place.part("edge", "kinds/balancers/main.tf", own, shown=shown)
    yield from alarms_part(place, own.name, own.balancer, partial(_alarms, own))


def _alarms(own: BalancerView) -> Iterator[tuple[str, Alarm]]:
    balancer = {"LoadBalancer": own.balancer.arn_suffix}

    def errors(metric: str, said: str, dimensions: dict[str, Export]) -> Alarm:
        return Alarm(
            description=f"{own.name}: {said}", namespace="AWS/ApplicationELB", metric=metric, statistic="Sum",
            threshold=None if own.has_share else _ERRORS_PER_MINUTE, dimensions=dimensions, datapoints=3,
        )  # fmt: skip

    if own.has_share:
        yield "errors", Alarm(
            description=f"{own.name}: requests end with 5xx.", namespace="AWS/ApplicationELB", statistic="Sum",
            expressions=_SHARE, terms=_TERMS, dimensions=balancer, datapoints=3, measure=_ERRORS,
        )  # fmt: skip
    else:
        said = "answers 5xx by itself: no task is well, or in time."
        yield "errors", errors("HTTPCode_ELB_5XX_Count", said, balancer)
    yield "response-time", Alarm(
        description=f"{own.name}: answers take long.", namespace="AWS/ApplicationELB", metric="TargetResponseTime",
        statistic="p90", dimensions=balancer, measure=_RESPONSE,
    )  # fmt: skip
    suffixes = own.routes_module.target_group_arn_suffixes
    for name, service in own.services.items():
        target = {**balancer, "TargetGroup": suffixes[service.identity]}
        yield f"{service.identity}-errors", errors("HTTPCode_Target_5XX_Count", f"{name} answers with 5xx.", target)
        yield f"{service.identity}-unhealthy", Alarm(
            description=f"{own.name}: tasks of {name} fail their health check.", namespace="AWS/ApplicationELB",
            metric="UnHealthyHostCount", statistic="Maximum", threshold=1, dimensions=target, measure=_UNHEALTHY,
            of=f"{own.name}, {name}",
        )  # fmt: skip
        promise = service.promise.response_time
        if promise is not None:
            yield f"{service.identity}-response-time", Alarm(
                description=f"{own.name}: p90 of the response times of {name} is above its promise.",
                namespace="AWS/ApplicationELB", metric="TargetResponseTime", statistic="p90", because=promise,
                threshold=Decimal(promise) / 1000, comparison="GreaterThanThreshold", dimensions=target, level="high",
            )  # fmt: skip


def watches(_balancer: Balancer) -> Iterator[Measure]:
    """Yield what of a balancer can be watched."""
    yield from (_ERRORS, _UNHEALTHY, _RESPONSE)


def groups(balancer: Balancer, place: Place) -> Iterator[Group]:
    """Yield its security group."""
    name = place.names.plain(balancer.SINGULAR, balancer.identity)
    yield Group(place.owner, place.owner, name, f"Load balancer {name}", group(place), f"balancer-{balancer.identity}")


def relations(balancer: Balancer, place: Place) -> Iterator[Relation]:
    """Yield who may connect to it, and the tasks that it sends requests to."""
    own, owner = BalancerView(place), place.owner
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
            port = own.services[route.service].port
            path = ("routes", name, "service")
            yield Relation(owner, f"services/{route.service}", port, "requests", owner, path)


def entrances(balancer: Balancer, place: Place, _user: Place) -> Iterator[tuple[str, int]]:
    """Yield where who uses it connects to: one with public addresses is reached over the internet."""
    end = INTERNET if balancer.is_public else place.owner
    yield end, 443 if balancer.is_secure(place.environment) else 80


def offer(_balancer: Balancer, place: Place, _user: Place) -> Iterator[Offer]:
    """Yield what who uses it is told: its address."""
    yield Offer({"URL": BalancerView(place).url()})


def measured(place: Place) -> tuple[Export, Export] | None:
    """Return how CloudWatch names the first balancer before a service, and its target group; None without one."""
    service = place.entry
    for balancer in place.environment.all(Balancer).values() if isinstance(service, Service) else ():
        if any(route.service == service.name for route in balancer.routes.values()):
            own = BalancerView(place.of(balancer))
            return own.balancer.arn_suffix, own.routes_module.target_group_arn_suffixes[service.identity]
    return None


def gives(balancer: Balancer, place: Place, receiver: Place) -> Iterator[Offer]:
    """Let the tasks of a service behind it register with it, and tell them where they are found."""
    service = receiver.entry
    mine = [route for _, route in sorted(balancer.routes.items()) if route.service == service.name]
    if not isinstance(service, Service) or not mine:
        return
    own = BalancerView(place)
    widest = min(mine, key=lambda route: (len(route.prefix), bool(route.hosts)))
    is_called = balancer.is_public and balancer.reach != "cloudfront"  # a distribution says where it is found
    variables = {"PUBLIC_URL": own.url(widest)} if is_called else {}
    yield Offer(variables, targets=(own.routes_module.target_group_arns[service.identity],))
