"""Who is told that a region or an address fails: alarms on Route 53's health checks, with nothing in that region."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from infragen.core.build_context import BuildContext, Export, Record, ResourceView, call, of
from infragen.core.kind import Capability, Cost
from infragen.core.measures import Level
from infragen.core.part import ENVIRONMENT, LIMITS, Part, Reason, named, pattern
from infragen.core.rule import At, Environment, Finding, Findings, rule
from infragen.core.signals import Signal, Signalling
from infragen.core.system import Delivery, Settings
from infragen.core.tracing import Read
from infragen.kinds import keys, levels
from infragen.kinds.alarms import CAPABILITY as ALARMS
from infragen.kinds.alarms import Alarm, AlarmsView
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.distributions.build import DistributionView, alarms
from infragen.kinds.distributions.model import Distribution
from infragen.kinds.secrets import SecretView
from infragen.kinds.zones.checks import CheckedEntry
from infragen.text import counted

NAME: Final = "failover-alarms"
REGION: Final = "us-east-1"
"""Where Route 53's metrics are (Amazon Route 53 Developer Guide, "Monitoring health checks using CloudWatch")."""


def _is_told(settings: Settings) -> bool:
    return settings.alarms is not False and bool(settings.alerts or settings.alarm_email)


def _watched(environment: Environment) -> Iterator[tuple[str, Balancer]]:
    if not _is_told(environment.settings):
        return
    for owner, balancer in environment.each(Balancer):
        if balancer.failover is not None and balancer.failover.healthy_tasks is not None:
            yield owner, balancer


def _checked(environment: Environment) -> Iterator[str]:
    for owner, entry in environment.each(CheckedEntry) if _is_told(environment.settings) else ():
        if entry.checked(environment) is not None:
            yield owner


def _read(environment: Environment) -> Iterator[str]:
    """CloudFront's metrics are in that region as well."""
    for owner, entry in environment.each(Distribution) if any(ALARMS.reasons(environment)) else ():
        if entry.alarms.get("errors") != "none":
            yield owner


def _told(settings: Settings) -> tuple[Level, Delivery, tuple[str, ...]]:
    """Return the level that hears of it, its people, and who is written to: where that has no mail, whoever has."""
    level = levels.nearest(settings, "critical")
    delivery = settings.alerts.get(level) or Delivery()
    mailed = (settings.alerts[one].mail for one in levels.declared(settings) if settings.alerts[one].mail)
    alone = (settings.alarm_email,) if settings.alarm_email and not settings.alerts else ()
    return level, delivery, tuple(sorted(set(delivery.mail or next(mailed, alone))))


def _replica_of(ctx: BuildContext, secret: str) -> Export | None:
    owner = f"secrets/{secret}"
    return SecretView(ctx.of(owner)).replica_arn if ctx.environment.find(owner) is not None else None


class CheckView(ResourceView):
    """A check of an entry's address."""

    _entry: CheckedEntry

    def __init__(self, ctx: BuildContext, of: str) -> None:
        super().__init__(ctx.of(of))
        self.module = ctx.module("edge", "endpoint_check", self._entry.SINGULAR, self._entry)

    name = of(lambda ctx: ctx.names.of_entry(ctx.entry))
    domain_name = of(lambda ctx: ctx.entry.checked(ctx.environment))
    protocol = of(lambda ctx: "HTTPS" if ctx.entry.is_secure(ctx.environment) else "HTTP")
    path = of(lambda ctx: ctx.entry.check.path)
    search_string = of(lambda ctx: ctx.entry.check.contains)
    request_interval = of(lambda ctx: ctx.entry.check.every)
    failure_threshold = of(lambda ctx: ctx.entry.check.failures)
    alarm_name = pattern("{own.name}-check")

    @property
    def url(self) -> str:
        return f"{self.protocol.lower()}://{self.domain_name}{self.path}"

    @property
    def options(self) -> int:
        """What Route 53 bills beside the check itself: HTTPS, a text, and to be asked every ten seconds."""
        return sum((self.protocol == "HTTPS", self.search_string is not None, self.request_interval < 30))


class DistributionAlarmsView(AlarmsView):
    """The alarms of a distribution, which go where those of failover go."""

    made = call("edge", "alarms", has_kind=True)
    has_one_topic = of(lambda _: True)
    _to = of(lambda ctx: FailoverAlarmsView(ctx.of(NAME)))

    @property
    def topic(self) -> Export:
        return self._to.topic.arn

    @property
    def signals(self) -> tuple[Signal, ...]:
        return self._to.told(sorted(self.words))


class FailoverAlarmsView(ResourceView, Signalling):
    """The alarms, their topic with its key, and the function that passes them on."""

    topic = call("edge", "failover_alerts")
    function = call("edge", "failover_alerts_function")
    alarms_module = call("edge", "failover_alarms")
    name = pattern("{own.prefix}-failover-alerts", LIMITS["function"])
    key_alias = keys.alias
    addresses = of(lambda ctx: _told(ctx.settings)[2])

    @property
    def keys(self) -> tuple[keys.Key, ...]:
        what = f"messages {'and the log ' if self.deliveries else ''}of alarms about failover"
        return (keys.purpose_key(self._ctx, "failover-alerts", what, _grants),) if self._ctx.has(keys.NAME) else ()

    key = property(lambda self: self._ctx.module("edge", "key", "failover-alerts").arn if self.keys else None)

    @property
    def deliveries(self) -> dict[str, Record]:
        level, delivery, _ = _told(self._ctx.settings)
        found = {f"{what}_secret_arn": _replica_of(self._ctx, name) for what, name in delivery.secrets.items()}
        arns = {what: arn for what, arn in found.items() if arn is not None}
        said = Read("environment", ("alerts", level))
        return {level: Record({"topic_arn": self.topic.arn, **arns}, said)} if arns else {}

    @property
    def alarms(self) -> dict[str, Record]:
        seen = f"Route 53 sees too few healthy tasks, or no data of {self.region}"
        then = f"Run `infragen runbook {self.system} failover`."
        found = {}
        for own in self._balancers:
            check = own.health.id if own.health else ""
            found[f"{own.name}-failover"] = self._alarm(f"{own.name}: {seen}. {then}", check)
        for one in self.checks:
            found[one.alarm_name] = self._alarm(f"{one.name}: {one.url} does not answer as it should.", one.module.id)
        return {name: alarm.arguments() for name, alarm in found.items()}

    def _alarm(self, description: str, check: Export | str) -> Alarm:
        return Alarm(
            description=description, namespace="AWS/Route53", metric="HealthCheckStatus", statistic="Minimum",
            threshold=1, comparison="LessThanThreshold", dimensions={"HealthCheckId": check}, periods=1, datapoints=1,
            missing="missing",
        )  # fmt: skip

    _balancers = of(lambda ctx: tuple(BalancerView(ctx.of(owner)) for owner, _ in _watched(ctx.environment)))

    @named(LIMITS["alarm"])
    def longest_alarm_name(self) -> str:
        return max(self.alarms, key=len, default="")

    checks = of(lambda ctx: tuple(CheckView(ctx, owner) for owner in _checked(ctx.environment)))

    @property
    def signals(self) -> tuple[Signal, ...]:
        what = [f"{own.name} fails over" for own in self._balancers]
        what += [f"{one.url} does not answer" for one in self.checks]
        return self.told([*what, *(["messages about failover that were not delivered"] if self.deliveries else [])])

    def told(self, what: Iterable[str]) -> tuple[Signal, ...]:
        _, delivery, _ = _told(self._ctx.settings)
        reached = sorted(levels.WHO[what] for what, name in delivery.secrets.items() if _replica_of(self._ctx, name))
        return tuple(Signal(one, (*self.addresses, *reached), f"{self.name} in {REGION}") for one in what)


def _grants(ctx: BuildContext) -> dict[str, dict[str, object]]:
    of_log = keys.for_logs(ctx, REGION) if FailoverAlarmsView(ctx).deliveries else {}
    return {"CloudWatchAlarms": keys.for_alarms(ctx)["CloudWatchAlarms"], **of_log}


def _reasons(environment: Environment) -> Iterator[Reason]:
    for owner, _ in _watched(environment):
        yield Reason(owner, ("failover", "healthy_tasks"), "somebody is told when its names lead elsewhere")
    for owner in _checked(environment):
        yield Reason(owner, ("check",), "somebody is told when it does not answer")
    for owner in _read(environment):
        yield Reason(owner, ("name",), "somebody is told when it answers with errors")


def _parts(ctx: BuildContext) -> Iterator[Part]:
    yield ctx.part("edge", "kinds/failover_alarms/main.tf", FailoverAlarmsView(ctx), region=REGION)
    for of_one in map(ctx.of, _read(ctx.environment)):
        own = DistributionView(of_one)
        name = of_one.names.of_entry(of_one.entry)
        watched = DistributionAlarmsView(of_one, name, own.distribution, partial(alarms, own))
        yield of_one.part("edge", "kinds/alarms/entry.tf", watched, f"{of_one.file_stem}-alarms.tf", region=REGION)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    own = FailoverAlarmsView(ctx)
    if count := len(own.alarms) + len(own.deliveries):
        yield Cost(f"{counted(count, 'alarm')} in {REGION}", "alarm", count, region=REGION)
    if own.checks:
        options = sum(one.options for one in own.checks)
        yield Cost("health checks", "health-check", len(own.checks))
        yield Cost("HTTPS, texts and short intervals of them", "health-check-option", options)
    if own.deliveries:
        yield Cost("requests", "function-requests")
    if own.addresses:
        yield Cost("mails", "mails", usage="mails")


@rule("L130")
def _secret_of_the_region(environment: Environment) -> Findings:
    settings = environment.settings
    if next(_reasons(environment), None) is None:
        return
    level, delivery, _ = _told(settings)
    for what, name in delivery.secrets.items():
        is_there = environment.find(f"secrets/{name}") is not None  # L113 says which are not
        if is_there and _replica_of(BuildContext(environment, {}), name) is None:
            message = f"{levels.WHO[what]} does not hear when {settings.region} fails: secrets/{name} is there alone"
            hint = f"write `replication: {{region: ...}}` in {environment.source(f'secrets/{name}')}"
            yield Finding(message, environment.at(ENVIRONMENT, "alerts", level, what), f"{hint}, with another region")


@rule("E127", of=CheckedEntry)
def _tells_nobody(entry: CheckedEntry, at: At, environment: Environment) -> Findings:
    if entry.check is not None and not _is_told(environment.settings):
        message = f"{environment.target} tells nobody of alarms, so nothing checks {at.owner}"
        instead = "write `alerts`" if environment.settings.alarms is not False else "remove `alarms: false`"
        hint = f"{instead} in {environment.source('environment')}, or write `check: null` for it there"
        yield Finding(message, at("check", key=True), hint)


CAPABILITY: Final = Capability(
    name=NAME,
    title="alarms on failover and on addresses, in another region",
    monthly_costs=_costs,
    reasons=_reasons,
    requires=(levels.ALARMS,),
    parts=_parts,
    rules=(_secret_of_the_region, _tells_nobody),
)
