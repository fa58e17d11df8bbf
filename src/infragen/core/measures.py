"""What can be watched of an entry, and what an entry says of it: a word, a threshold with its unit, a level."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal, Self

from msgspec import Struct
from pydantic import Field, WithJsonSchema, model_validator

from infragen.core.entry import Form, Model, Slug, written_as
from infragen.core.units import Seconds

Level = Literal["critical", "high", "medium", "low"]
LEVELS: Final[tuple[Level, ...]] = ("critical", "high", "medium", "low")
"""How urgent an alarm is, the most urgent first; the severities of PagerDuty's Events API v2 are four, too."""

_AMOUNT: Final = r"[0-9]+(\.[0-9]+)? ?(%|[A-Za-z]{1,3})?"
Amount = Annotated[
    str,
    Form(_AMOUNT, "a figure with its unit, such as `80 %`", 32),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": f"^{_AMOUNT}$", "maxLength": 32}, {"type": "number", "minimum": 0}]}
    ),
]
"""What is counted has no unit, and is a number in YAML: `above: 0`."""
Statistic = Annotated[
    str,
    Form(
        r"Average|Maximum|Minimum|Sum|SampleCount|p[0-9]{1,2}(\.[0-9])?",
        "`Average`, `Maximum`, `Minimum`, `Sum`, `SampleCount`, or a percentile such as `p95`",
        11,
    ),
]
_DAY: Final = 86_400


class Unit(Struct, frozen=True):
    """What figures of a measure are written in, and how many of the metric's own unit each is."""

    factors: Mapping[str, Decimal]
    example: str

    def read(self, text: str) -> Decimal:
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-z%]*)", text)
        factor = self.factors.get(found[2]) if found else None
        if found is None or factor is None:
            units = " or ".join(unit for unit in self.factors if unit)
            raise ValueError(f"a figure in {units}" if units else "a number without a unit")
        amount = Decimal(found[1]) * factor
        return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


def _unit(example: str, **factors: str | int) -> Unit:
    return Unit({unit: Decimal(factor) for unit, factor in factors.items()}, example)


COUNT: Final = Unit({"": Decimal(1)}, "10")
PERCENT: Final = Unit({"%": Decimal(1)}, "80 %")
FRACTION: Final = Unit({"%": Decimal("0.01")}, "5 %")
"""Percent of what CloudWatch counts from 0 to 1."""
SECONDS: Final = _unit("3 s", ms="0.001", s=1, min=60, h=3600)
MILLISECONDS: Final = _unit("500 ms", ms=1, s=1000, min=60_000)
BYTES: Final = _unit("2 GB", MB=2**20, MiB=2**20, GB=2**30, GiB=2**30, TB=2**40, TiB=2**40)
"""Of memory and disks, of which AWS counts 1,024 MB as a GB."""
DATA: Final = _unit("150 GB", GB=10**9, TB=10**12)
"""Of data, as documents add it up."""


def or_share(unit: Unit, whole: int | Decimal | None) -> Unit:
    return unit if whole is None else Unit({**unit.factors, "%": Decimal(whole) / 100}, unit.example)


class Measure(Struct, frozen=True):
    """Something that can be watched of an entry, in the word that its `alarms` have for it.

    `says` completes "web: ... is above 80 %". `is_least` is true of what must not fall below a figure. `level` is that
    of alarms that say none.
    """

    word: str
    says: str
    unit: Unit
    level: Level = "medium"
    is_least: bool = False
    is_either: bool = False
    """Whether both too much and too little are bad, beyond a band of what is usual."""
    metric: str = ""
    """What CloudWatch calls it, where that is one metric for all."""

    @property
    def side(self) -> str:
        return "below" if self.is_least else "above"

    @property
    def example(self) -> str:
        return f"{self.word}: {{{self.side}: {self.unit.example}}}"


class Threshold(Model):
    """When an alarm goes off, and how urgent that is."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("threshold", "value", "max", "over"), "write `above: 80 %`, or `below: 2 GB`"),
        **dict.fromkeys(("min", "under"), "write `below: 2 GB`"),
        **dict.fromkeys(("severity", "priority"), "write `level: high`: critical, high, medium or low"),
        **dict.fromkeys(("band", "deviations", "anomaly_detection"), "write `anomaly: 2`, in standard deviations"),
        **dict.fromkeys(("periods", "duration", "evaluation_periods"), "write `for: 5 min`"),
    }
    _map = written_as(lambda value: f"{{above: {value}}}")

    above: Annotated[Amount | None, Field(examples=["80 %"])] = None
    """It goes off above this figure."""
    below: Annotated[Amount | None, Field(examples=["2 GB"])] = None
    """It goes off below this figure."""
    anomaly: Annotated[int | None, Field(ge=1, le=10)] = None
    """It goes off outside what is usual at that time, learnt by CloudWatch: so many standard deviations from it."""
    for_: Annotated[Seconds | None, Field(alias="for", examples=["5 min"], le=_DAY)] = None
    """How long it must be crossed before the alarm goes off: whole periods; the measure's own time when left out."""
    period: Annotated[Seconds | None, Field(examples=["1 min"], le=_DAY)] = None
    """The period of one value; a minute, or the measure's own, when left out."""
    statistic: Annotated[Statistic | None, Field(examples=["p95"])] = None
    """How a period's value is calculated; the measure's own statistic when left out."""
    level: Level | None = None
    """How urgent it is; the measure's own level when left out."""

    name: Annotated[
        str | None, Form(r"([A-Za-z0-9_.-]|\{environment\})+", "letters, digits and hyphens: `HighResponseTime`", 200)
    ] = None
    """What AWS calls it, `{environment}` included; where the measure is watched of several things, theirs follows."""

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if [self.above, self.below, self.anomaly].count(None) != 2:
            raise ValueError("write one of `above`, `below` and `anomaly`")
        return self

    @property
    def amount(self) -> str:
        return str((self.below if self.above is None else self.above) or "")

    @property
    def side(self) -> str:
        return "below" if self.above is None else "above"


Thresholds = Annotated[
    dict[Slug, Threshold | Literal["none"]], Field(examples=[{"cpu": {"above": "80 %", "level": "medium"}}])
]
"""What an entry says of what is watched of it, by the words of its kind; `none` watches nothing there."""


Outcome = Literal["success", "failure"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("success", "failure")

_ON_SUCCESS: Final = "write `success: low`: critical, high, medium or low"
_ON_FAILURE: Final = "write `failure: high`: critical, high, medium or low"


class Notify(Model):
    """Who is notified how a run ended, by alarm levels."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("on_success", "done", "ended", "completed", "succeeded", "well"), _ON_SUCCESS),
        **dict.fromkeys(("on_failure", "error", "errors", "failed", "badly"), _ON_FAILURE),
    }
    _map = written_as(lambda value: f"{{success: {value}}}")

    success: Annotated[Level | None, Field(examples=["low"])] = None
    """The level that is notified of a successful run; none when left out."""
    failure: Annotated[Level | Literal["none"] | None, Field(examples=["high"])] = None
    """The level that is notified of a failed run; `high` for a job, the alarm `errors` for a function, when left out.
    `none` notifies no one."""

    @property
    def said(self) -> dict[Outcome, Level]:
        every = ((outcome, getattr(self, outcome)) for outcome in OUTCOMES)
        return {outcome: level for outcome, level in every if level not in (None, "none")}
