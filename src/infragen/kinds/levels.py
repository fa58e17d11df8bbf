"""Levels of alarms: how urgent each is, and the topic that it goes to."""

from collections.abc import Callable
from typing import Final

from infragen.core.build_context import BuildContext, Environment, Export
from infragen.core.entry import Entry
from infragen.core.measures import LEVELS, Level, Notify, Outcome
from infragen.core.signals import Signal
from infragen.core.system import Settings

ALARMS: Final = "alarms"

FINDINGS: Final = "guardduty"
CONFIG: Final = "config"
CERTIFICATES: Final = "certificate-alarms"
_SEVERITIES: Final[tuple[tuple[Level, int, int], ...]] = (("critical", 9, 11), ("high", 7, 9), ("medium", 4, 7))
"""What GuardDuty calls each severity, the least of it and what it is below; `low` is what was refused, and did no harm
(Amazon GuardDuty User Guide, "Severity levels of GuardDuty findings")."""

WHO: Final = {"pagerduty": "PagerDuty", "slack": "Slack"}


def declared(settings: Settings) -> tuple[Level, ...]:
    """Begin with the most urgent."""
    return tuple(level for level in LEVELS if level in settings.alerts)


def in_force(ctx: BuildContext) -> bool:
    return bool(ctx.settings.alerts)


def nearest(settings: Settings, level: Level) -> Level:
    """Return a level that somebody hears of: this one, else the next more urgent one, else a less urgent one."""
    known = declared(settings)
    above = [one for one in known if LEVELS.index(one) <= LEVELS.index(level)]
    return above[-1] if above else (known[0] if known else level)


def topic(ctx: BuildContext, level: Level) -> Export:
    words = ("alerts", level) if in_force(ctx) else ("alerts",)
    return ctx.of(ALARMS).module("monitoring", *words).arn


def only_topic(told: Callable[[BuildContext], tuple[Level, ...]]) -> Callable[[BuildContext], Export]:
    return lambda ctx: topic(ctx, *told(ctx))


def topic_name(ctx: BuildContext, level: Level) -> str:
    said = ctx.settings.alerts.get(level)  # a rule says which levels are not there
    return ctx.of(ALARMS).names.plain(*((said.topic,) if said is not None and said.topic else ("alerts", level)))


def signal(ctx: BuildContext, what: str, level: Level) -> Signal:
    settings = ctx.settings
    if not in_force(ctx):
        mail = (settings.alarm_email,) if settings.alarm_email else ()
        return Signal(what, mail, ctx.of(ALARMS).names.plain("alerts"))
    said = settings.alerts.get(level)  # a rule says which levels are not there
    hears = () if said is None else (*sorted(set(said.mail)), *(WHO[one] for one in sorted(said.secrets)))
    return Signal(what, hears, topic_name(ctx, level))


def wanted(entry: object, settings: Settings) -> dict[Outcome, Level]:
    notify: Notify | None = getattr(entry, "notify", None)
    if notify is None or not getattr(entry, "is_unattended", False):
        return {}
    usual: Level | None = getattr(entry, "FAILURE_LEVEL", None)
    if notify.failure is not None or usual is None:
        return notify.said
    return {**notify.said, "failure": nearest(settings, usual)}


def told_levels(ctx: BuildContext) -> frozenset[Level]:
    outcomes = (wanted(entry, ctx.settings).values() for _, entry in ctx.environment.every())
    others = (of_findings(ctx), of_deployments(ctx), of_rules(ctx), of_certificates(ctx))
    return frozenset(level for levels in (*others, *outcomes) for level in levels)


def deployed(environment: Environment) -> tuple[tuple[str, Entry], ...]:
    """Those of a standby count: their first start is when everybody needs it, and rules exist before it."""
    stands_still = environment.settings.stands_still_by is not None
    known = ((owner, entry, getattr(entry, "is_deployed", None)) for owner, entry in environment.every())
    return tuple((owner, entry) for owner, entry, is_it in known if is_it or (stands_still and is_it is not None))


def of_deployments(ctx: BuildContext) -> tuple[Level, ...]:
    return () if not ctx.has(ALARMS) or not deployed(ctx.environment) else (nearest(ctx.settings, "high"),)


def of_rules(ctx: BuildContext) -> tuple[Level, ...]:
    return () if not ctx.has(CONFIG) or not ctx.has(ALARMS) else (nearest(ctx.settings, "medium"),)


def of_certificates(ctx: BuildContext) -> tuple[Level, ...]:
    return () if not ctx.has(CERTIFICATES) or not ctx.has(ALARMS) else (nearest(ctx.settings, "high"),)


def of_findings(ctx: BuildContext) -> dict[Level, tuple[int, int]]:
    """Return which findings each level hears of, where anything is told: the least severity, and what each is below."""
    found: dict[Level, tuple[int, int]] = {}
    for level, least, below in _SEVERITIES if ctx.has(FINDINGS) and ctx.has(ALARMS) else ():
        told = nearest(ctx.settings, level) if in_force(ctx) else "high"
        found[told] = (least, found.get(told, (least, below))[1])
    return found
