"""What is watched of an entry, as data that a module turns into CloudWatch alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from infragen.core.build_context import BuildContext, Export, Module, Record, ResourceView, call, of
from infragen.core.measures import Level, Measure, Threshold
from infragen.core.part import LIMITS, Part, named
from infragen.core.signals import Signal, Signalling
from infragen.core.tracing import kept
from infragen.kinds import levels
from infragen.text import span

Watched = Callable[[], Iterator[tuple[str, "Alarm"]]]
"""Yields what is watched, by the end of the alarm's name."""

Log = Callable[[], tuple[str, Export]]
"""Returns the name of a log group, and what makes it."""

NAME: Final = "alarms"
_MINUTE: Final = 60


class Alarm(Struct, frozen=True, kw_only=True):
    """A CloudWatch alarm: it goes off when `datapoints` of `periods` periods of `seconds` cross the threshold.

    `statistic` is one of CloudWatch's or a percentile, `p90`. `missing` is what a period without data counts as. What
    has no `threshold` is watched where the entry says one for the word of its `measure`. With `expressions` it is the
    one called `result`: worked out of the others and of the metrics in `terms`, by their ids. An expression `band`
    stands in place of the threshold.
    """

    description: str
    namespace: str
    metric: str = ""
    statistic: str
    threshold: int | Decimal | None = None
    dimensions: Mapping[str, object]
    comparison: str = "GreaterThanOrEqualToThreshold"
    seconds: int = _MINUTE
    periods: int = 5
    datapoints: int = 5
    missing: str = "notBreaching"
    measure: Measure | None = None
    of: str = ""
    """What it is of, where that is more than its description begins with."""
    level: Level = "medium"
    """How urgent it is, without a measure."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    each: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Dimensions of one of the `terms` alone, by its id."""
    because: object = None
    """The value of the catalogue that the threshold is worked out from, where it is not that value."""

    def arguments(self, topic: object = None) -> Record:
        """`topic` is where it goes, if each level has a topic."""
        is_percentile = self.statistic.startswith("p")
        values: dict[str, object] = {"description": self.description, "namespace": self.namespace}
        if self.expressions:
            values |= {"expressions": self.expressions, "terms": self.terms, "statistic": self.statistic}
            values |= {"term_dimensions": self.each} if self.each else {}
        else:
            values |= {"metric": self.metric, "extended_statistic" if is_percentile else "statistic": self.statistic}
        values |= {
            "comparison": self.comparison,
            **({} if self.threshold is None else {"threshold": self.threshold}),
            "seconds": self.seconds,
            "periods": self.periods,
            "datapoints": self.datapoints,
            "missing": self.missing,
            "dimensions": self.dimensions,
        }
        if topic is not None:
            values["topic_arn"] = topic
        return Record(values, self.because)

    def at(self, said: Threshold) -> Alarm:
        measure = self.measure
        if measure is None:
            return self
        seconds = said.period or self.seconds
        periods, datapoints = self.periods, self.datapoints
        if said.for_ is not None:
            periods = datapoints = max(1, said.for_ // seconds)
        asked = "" if periods * seconds == _MINUTE else f" for {span(periods * seconds)}"
        if datapoints != periods:
            asked = f" in {datapoints} of {periods} periods of {span(seconds)}"
        statistic = said.statistic or self.statistic
        how = "" if self.terms else f" ({statistic})"
        of = self.of or self.description.partition(": ")[0]
        found = self._at_band(measure, said.anomaly) if said.anomaly is not None else self._at_figure(measure, said)
        is_what = f"{said.side} {said.amount}" if said.anomaly is None else _UNUSUAL[found.comparison]
        return replace(
            found,
            description=f"{of}: {measure.says}{how} is {is_what}{asked}.",
            statistic=statistic,
            seconds=seconds,
            periods=periods,
            datapoints=datapoints,
            because=said,
        )

    def _at_figure(self, measure: Measure, said: Threshold) -> Alarm:
        try:
            threshold = measure.unit.read(said.amount)
        except ValueError:  # a rule says so
            threshold = Decimal(0)
        side = "LessThanThreshold" if said.side == "below" else "GreaterThanThreshold"
        return replace(self, threshold=threshold, comparison=side)

    def _at_band(self, measure: Measure, deviations: int) -> Alarm:
        """Source: CloudWatch User Guide, "Using CloudWatch anomaly detection"; API: PutMetricAlarm."""
        side = "LessThanLower" if measure.is_least else "GreaterThanUpper"
        return replace(
            self,
            threshold=None,
            comparison=f"{'LessThanLowerOrGreaterThanUpper' if measure.is_either else side}Threshold",
            metric="",
            expressions={**self.expressions, "band": f"ANOMALY_DETECTION_BAND(result, {deviations})"},
            terms=self.terms or ({} if self.expressions else {"result": self.metric}),
        )

    @property
    def metrics(self) -> int | None:
        """None where only usage decides. A band is billed as two more (Amazon CloudWatch Pricing, Alarms)."""
        if self.expressions and not self.terms:
            return None
        return (len(self.terms) or 1) + 2 * ("band" in self.expressions)


_UNUSUAL: Final = {
    "GreaterThanUpperThreshold": "unusually high",
    "LessThanLowerOrGreaterThanUpperThreshold": "unusual",
    "LessThanLowerThreshold": "unusually low",
}


class AlarmsView(ResourceView, Signalling):
    """The alarms of one entry; a kind says which, by the end of their names."""

    def __init__(self, ctx: BuildContext, name: str, module: Module, watched: Watched) -> None:
        super().__init__(ctx)
        self.name = name
        self.module = module
        self._watched = watched

    made = call("monitoring", "alarms", has_kind=True)

    title = of(lambda ctx: f"{ctx.entry.title} ({ctx.owner})")

    @property
    @kept
    def watched(self) -> dict[str, Alarm]:
        found: dict[str, Alarm] = {}
        for suffix, alarm in asked(self._ctx, self._watched):
            # It keeps its state while what it watches is stopped: no data is no news then.
            is_stopped = self._ctx.settings.working_hours is not None and alarm.missing == "missing"
            name = alarm_name(self._ctx, self.name, suffix, alarm)
            found[name] = replace(alarm, missing="ignore") if is_stopped else alarm
        return found

    @property
    def words(self) -> set[str]:
        return {alarm.measure.word for alarm in self.watched.values() if alarm.measure is not None}

    @property
    def signals(self) -> tuple[Signal, ...]:
        def what(name: str, alarm: Alarm) -> str:
            return name.removeprefix(f"{self.name}-") if alarm.measure is None else alarm.measure.word

        watched = self.watched.items()
        return tuple(levels.signal(self._ctx, what(*one), level_of(self._ctx, one[1])) for one in watched)

    has_one_topic = of(lambda ctx: not levels.in_force(ctx))

    @property
    def module_name(self) -> str:
        is_plain = self.has_one_topic and not any(one.expressions for one in self.watched.values())
        return f"../modules/alarms{'' if is_plain else '_extended'}"

    @property
    def topic(self) -> Export:
        return levels.topic(self._ctx, "medium")

    @property
    def alarms(self) -> dict[str, Record]:
        return self._arguments(is_worked_out=False)

    @property
    def expressions(self) -> dict[str, Record]:
        return self._arguments(is_worked_out=True)

    def _arguments(self, *, is_worked_out: bool) -> dict[str, Record]:
        found = {name: one for name, one in self.watched.items() if bool(one.expressions) == is_worked_out}
        if self.has_one_topic:
            return {name: one.arguments() for name, one in found.items()}
        topics = {name: levels.topic(self._ctx, level_of(self._ctx, one)) for name, one in found.items()}
        return {name: one.arguments(topics[name]) for name, one in found.items()}

    @named(LIMITS["alarm"])
    def names(self) -> tuple[str, ...]:
        return tuple(self.watched)


class CountedLinesView(ResourceView):
    """A filter that counts lines of a log of the entry's, as a metric of the environment's own."""

    def __init__(self, ctx: BuildContext, word: str, pattern: str, log: Log, label: str = "") -> None:
        super().__init__(ctx)
        self.word, self.pattern, self._log = word, pattern, log
        self.filter = ctx.module("monitoring", word.replace("-", "_"), label or ctx.entry.SINGULAR, ctx.entry)

    namespace = of(lambda ctx: f"{ctx.environment.system.name}/{ctx.environment.name}")

    @property
    def name(self) -> str:
        return f"{self._ctx.names.of_entry(self._entry)}-{self.word}"

    @property
    def metric_name(self) -> str:
        return f"{self._entry.identity}-{self.word}"

    @property
    def log_group_name(self) -> str:
        return self._log()[0]

    @property
    def writer(self) -> Export:
        """The log group exists once that does."""
        return self._log()[1]

    @property
    def part(self) -> Part:
        return self._ctx.part("monitoring", "kinds/metrics/main.tf", self, f"{self._ctx.file_stem}-{self.word}.tf")


def level_of(ctx: BuildContext, alarm: Alarm) -> Level:
    measure = alarm.measure
    said = said_of(ctx, measure)
    if isinstance(said, Threshold) and said.level is not None:
        return said.level
    return levels.nearest(ctx.settings, alarm.level if measure is None else measure.level)


def said_of(ctx: BuildContext, measure: Measure | None) -> Threshold | str | None:
    found: Threshold | str | None = getattr(ctx.entry, "alarms", {}).get(measure.word) if measure else None
    return found


def alarm_name(ctx: BuildContext, name: str, suffix: str, alarm: Alarm) -> str:
    said = said_of(ctx, alarm.measure)
    if alarm.measure is None or not isinstance(said, Threshold) or said.name is None:
        return f"{name}-{suffix}"
    given = said.name.replace("{environment}", ctx.environment.name)
    return given if suffix == alarm.measure.word else f"{given}-{suffix}"


def asked(ctx: BuildContext, watched: Watched) -> Iterator[tuple[str, Alarm]]:
    for suffix, alarm in watched():
        said = said_of(ctx, alarm.measure)
        if isinstance(said, Threshold):
            yield suffix, alarm.at(said)
        elif said is None and alarm.threshold is not None:
            yield suffix, alarm


def alarms_part(
    ctx: BuildContext, name: str, module: Module, watched: Watched, because: tuple[object, ...] = ()
) -> Iterator[Part]:
    """`because` are values of the fields that chose what is watched."""
    if ctx.has(NAME) and next(asked(ctx, watched), None):
        yield ctx.part("monitoring", "kinds/alarms/entry.tf", AlarmsView(ctx, name, module, watched), because=because)
