"""Alarms: one topic, and what is watched of an entry as data that one module turns into CloudWatch alarms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from infragen.core.cost import Cost
from infragen.core.expressions import Record
from infragen.core.kind import Capability, Reason
from infragen.core.names import LIMITS
from infragen.core.part import ENVIRONMENT, named
from infragen.core.place import View
from infragen.core.rule import Finding, Severity, rule
from infragen.core.tell import Tell
from infragen.kinds import keys
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    from infragen.core.expressions import Export, Label, Module
    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

    Watched = Callable[[], Iterator[tuple[str, "Alarm"]]]
    """Yields what is watched, by the end of the alarm's name."""

NAME: Final = "alarms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A CloudWatch alarm: it goes off when `datapoints` of `periods` periods of `seconds` cross the threshold.

    `statistic` is one of CloudWatch's or a percentile, `p90`. `missing` is what a period without data counts as.
    """

    description: str
    namespace: str
    metric: str
    statistic: str
    threshold: int | Decimal
    dimensions: Mapping[str, object]
    comparison: str = "GreaterThanOrEqualToThreshold"
    seconds: int = 60
    periods: int = 5
    datapoints: int = 5
    missing: str = "notBreaching"
    because: object = None
    """The value of the catalogue that the threshold is worked out from, where it is not that value."""

    def arguments(self) -> Record:
        """Return what the module `alarms` takes."""
        is_percentile = self.statistic.startswith("p")
        values = {
            "description": self.description,
            "namespace": self.namespace,
            "metric": self.metric,
            "extended_statistic" if is_percentile else "statistic": self.statistic,
            "comparison": self.comparison,
            "threshold": self.threshold,
            "seconds": self.seconds,
            "periods": self.periods,
            "datapoints": self.datapoints,
            "missing": self.missing,
            "dimensions": self.dimensions,
        }
        return Record(values, self.because)


class TopicView(View):
    """Where all alarms go."""

    @property
    def name(self) -> str:
        """The topic."""
        return self._place.names.plain("alerts")

    @property
    def key(self) -> Export | None:
        """What messages are encrypted with."""
        return keys.key(self._place, "messages")

    @property
    def addresses(self) -> tuple[str, ...]:
        """Who is written to."""
        address = self._place.settings.alarm_email
        return (address,) if address else ()


class AlarmsView(View):
    """The alarms of one entry; a kind says which, by the end of their names."""

    def __init__(self, place: Place, name: str, module: Module, watched: Watched) -> None:
        """Take what the entry is called in AWS, the module that makes it, and what is watched."""
        super().__init__(place)
        self.name = name
        self.module = module
        self._watched = watched

    @property
    def label(self) -> Label:
        """The label of the module call."""
        return self._place.label("alarms", self._place.entry.SINGULAR, self._place.entry)

    @property
    def alarms(self) -> dict[str, Record]:
        """Each alarm by its name."""
        return {f"{self.name}-{suffix}": self._of_hours(alarm).arguments() for suffix, alarm in self._watched()}

    def _of_hours(self, alarm: Alarm) -> Alarm:
        """Return an alarm that keeps its state while what it watches is stopped: no data is no news then."""
        is_stopped = self._place.settings.working_hours is not None and alarm.missing == "missing"
        return replace(alarm, missing="ignore") if is_stopped else alarm

    @named(LIMITS["alarm"])
    def longest_name(self) -> str:
        """The longest of their names."""
        return max(self.alarms, key=len, default="")


def alarms_part(
    place: Place, name: str, module: Module, watched: Watched, because: tuple[object, ...] = ()
) -> Iterator[Part]:
    """Yield the part with an entry's alarms, where alarms are asked for and there is something to watch.

    `because` are values of the fields that chose what is watched.
    """
    if place.has(NAME) and next(watched(), None):
        own = AlarmsView(place, name, module, watched)
        yield place.part("monitoring", "kinds/alarms/entry.tf", own, because=because)


def _reasons(environment: Environment) -> Iterator[Reason]:
    settings = environment.settings
    if settings.alarms:
        yield Reason(ENVIRONMENT, ("alarms",), "everything that runs is watched")
    if settings.alarm_email is not None:
        yield Reason(ENVIRONMENT, ("alarm_email",), "somebody wants to be told")
    for owner, entry in environment.every():
        promise = getattr(entry, "promise", None)
        if promise is not None and (promise.response_time or promise.notified_within):
            yield Reason(owner, ("promise",), "a promise is watched")
        if getattr(entry, "handled_within", None):
            yield Reason(owner, ("handled_within",), "what waits too long is told")


def _parts(place: Place) -> Iterator[Part]:
    own = TopicView(place)
    yield place.part(
        "monitoring", "kinds/alarms/topic.tf", own, shown={"alerts_topic_arn": place.module("monitoring", "alerts").arn}
    )


def _tells(place: Place) -> Iterator[Tell]:
    for address in TopicView(place).addresses:
        yield Tell("next", "confirm the subscription that AWS sends a mail about", address)


def _costs(place: Place) -> Iterator[Cost]:
    from infragen.kinds import built

    for part in chain.from_iterable(built(place)):
        if isinstance(part.own, AlarmsView):
            count = len(part.own.alarms)
            yield Cost(counted(count, "alarm"), "alarm", count, owner=part.owner)


@rule(
    "A103",
    "production's alarms reach no one",
    Severity.WARNING,
    "Amazon SNS Developer Guide: email subscriptions; TN-18",
)
def _no_alarm_email(environment: Environment) -> Iterator[Finding]:
    if environment.settings.production and environment.settings.alarm_email is None:
        message = "production has no `alarm_email`: its alarms go to a topic without subscribers"
        place = environment.at("environment", "production")
        yield Finding(message, place, "add `alarm_email: operations@example.com`, with your own address")


CAPABILITY: Final = Capability(
    name=NAME,
    title="alarms",
    asked="alarms: true",
    costs=_costs,
    tells=_tells,
    reasons=_reasons,
    parts=_parts,
    rules=(_no_alarm_email,),
)
