"""Error budgets: the share of failed answers that a promised availability allows, and when it is used up too fast."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from infragen.core.measures import PERCENT, Measure
from infragen.kinds.alarms.alarm import Alarm

_FEWEST: Final = 10
"""Assumption: fewer failures are never an alarm, or one failure of a quiet hour would wake somebody."""


class Window(Struct, frozen=True):
    """Hours in which the budget of 30 days is used up so many times too fast."""

    measure: Measure
    hours: int
    rate: Decimal


_FAST: Final = Measure("error-budget-fast", "the share of its answers in an hour that are 5xx", PERCENT, "critical")
_SLOW: Final = Measure("error-budget-slow", "the share of its answers in six hours that are 5xx", PERCENT, "high")
WINDOWS: Final = (Window(_FAST, 1, Decimal("14.4")), Window(_SLOW, 6, Decimal(6)))
"""2 % of a month's budget in an hour, or 5 % in six (The Site Reliability Workbook, chapter 5, Alerting on SLOs).
One alarm looks at one period (Amazon CloudWatch API: PutMetricAlarm), so that the short window that ends an alarm early
there is left out: it ends when the failures are an hour old, or six."""


class Counted(Struct, frozen=True):
    """Where answers are counted: the metrics by ids, `failed` among them, and the ids that add up to all answers."""

    namespace: str
    terms: Mapping[str, str]
    answers: tuple[str, ...]


_FAILED: Final = {"failed": "HTTPCode_Target_5XX_Count"}
_OTHERS: Final = {word: f"HTTPCode_Target_{n}XX_Count" for word, n in (("done", 2), ("redirected", 3), ("refused", 4))}
BY_BALANCER: Final = Counted("AWS/ApplicationELB", _FAILED | {"asked": "RequestCount"}, ("asked",))
BY_MESH: Final = Counted("AWS/ECS", _FAILED | _OTHERS, (*_OTHERS, "failed"))
"""Its `RequestCount` has another dimension (Amazon ECS Developer Guide, "Amazon ECS CloudWatch metrics")."""


def alarms(
    of: str, availability: Decimal | None, counted: Counted, ways: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[str, Alarm]]:
    """`availability` is in percent; `ways` are the dimensions of each way that requests come."""
    if availability is None or not ways:
        return
    is_one = len(ways) == 1
    ids = {(word, way): word if is_one else f"{word}_{way}" for word in counted.terms for way in ways}

    def added_up(*words: str) -> str:
        return " + ".join(f"FILL({term}, 0)" for (word, _), term in ids.items() if word in words)

    worked_out = {
        "answers": added_up(*counted.answers),
        "failures": added_up("failed"),
        "result": f"IF(failures >= {_FEWEST} AND answers > 0, 100 * failures / answers, 0)",
    }
    for window in WINDOWS:
        said = f"{of}: 5xx answers use up the error budget of {availability:f} % {window.rate:f} times too fast"
        yield window.measure.word, Alarm(
            description=f"{said} ({window.hours} h).", namespace=counted.namespace, statistic="Sum",
            threshold=(100 - availability) * window.rate, because=availability, seconds=window.hours * 3600,
            periods=1, datapoints=1, measure=window.measure, expressions=worked_out,
            terms={term: counted.terms[word] for (word, _), term in ids.items()},
            dimensions=next(iter(ways.values())) if is_one else {},
            each={} if is_one else {term: ways[way] for (_, way), term in ids.items()},
        )  # fmt: skip
