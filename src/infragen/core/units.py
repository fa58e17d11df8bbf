"""Figures with their units, as the documents write them, read into the unit that AWS counts in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Struct
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from infragen.text import span

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = Decimal(10) ** 9
"""Of any unit: a billion GB, ten days in milliseconds, a thousand years of days; beyond it is a slip."""


def _quantity(value: Any, units: dict[str, Decimal], example: str) -> Decimal:
    """Return `value` (such as `1.5 GB`) in the base unit; ValueError names the units and an example."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z/%]*)", value) if isinstance(value, str) else None
    factor = units.get(match[2]) if match else None
    if match is None or factor is None:
        known = ", ".join(unit for unit in units if unit)
        raise ValueError(f"expected a figure with its unit ({known}), such as `{_meant(value, units, example)}`")
    amount = Decimal(match[1]) * factor
    if amount > _MOST:
        raise ValueError(f"nothing in AWS is that much; write a figure such as `{example}`")
    return amount


_WRITTEN: Final = re.compile(r"\s*([0-9]+)(?:[.,]([0-9]+))?\s*([A-Za-z/%]*)\s*")
_OWN_UNITS: Final = 64
"""From here on a bare number is one of ECS's own units: CPU units and MiB, not vCPU and GB."""


def _meant(value: Any, units: dict[str, Decimal], example: str) -> str:
    """Return a person's own figure as it would be read, or the example: `0.25 vCPU` for 256, `0,25 vCPU` and `0.25`."""
    found = _WRITTEN.fullmatch(str(value))
    unit = next((one for one in units if found and one.lower() == found[3].lower()), None)
    usual = example.partition(" ")[2]
    amount = Decimal(f"{found[1]}.{found[2] or 0}").normalize() if found else None
    if found is None or not amount or (found[3] and unit is None) or not usual:
        return example
    if not unit and amount >= _OWN_UNITS and usual == "vCPU":
        amount = (amount / units[usual]).normalize()
    elif not unit and amount >= _OWN_UNITS and "MB" in units:
        usual = "MB"
    return f"{amount:f} {unit or usual}"


def _whole(value: Any, units: dict[str, Decimal], example: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and "" not in units:
        value = str(value)
    amount = _quantity(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, units, example)
    if amount != amount.to_integral_value():
        raise ValueError(f"{value} is not a whole number of AWS' own units; the nearest form is `{example}`")
    return int(amount)


_GIB: Final = Decimal(1024)
_CPU: Final = {"vCPU": Decimal(1024)}
_MEMORY: Final = {"GB": _GIB, "GiB": _GIB, "MB": Decimal(1), "MiB": Decimal(1)}
_STORAGE: Final = {"GB": Decimal(1), "TB": Decimal(1000)}
_ACU: Final = {"ACU": Decimal(1)}
_DAYS: Final = {"day": Decimal(1), "days": Decimal(1), "year": Decimal(365), "years": Decimal(365)}
_SECONDS: Final = {
    "s": Decimal(1), "min": Decimal(60), "h": Decimal(3600), "day": Decimal(86_400), "days": Decimal(86_400)
}  # fmt: skip
_THROUGHPUT: Final = {"MB/s": Decimal(1), "MiB/s": Decimal(1)}
_TIME: Final = {"ms": Decimal(1), "s": Decimal(1000), "min": Decimal(60_000)}
_PERCENT: Final = {"%": Decimal(1)}
_DOLLARS: Final = {"USD": Decimal(1)}


class Figure(Struct, frozen=True):
    """How a figure in AWS's own unit is written, so that the field reads it as the same: 512 as `0.5 vCPU`."""

    written: Callable[[Any], str]


def _figure(*units: tuple[str, str, str]) -> Figure:
    """Take the first unit in which a figure reads well: its name, how many of AWS's it is, and the least of it."""
    known = [(unit, Decimal(factor), Decimal(least)) for unit, factor, least in units]

    def written(value: int | Decimal) -> str:
        amounts = [(Decimal(value) / factor, unit, least) for unit, factor, least in known]
        well = (one for one in amounts if one[0] >= one[2] and one[0] == round(one[0], 3))
        amount, unit, _ = next(well, amounts[-1])
        return f"{amount.normalize():f} {unit}"

    return Figure(written)


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


CpuUnits = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _CPU, "2 vCPU")),
    Field(gt=0),
    _schema(r"^[0-9]+(\.[0-9]+)? ?vCPU$", "2 vCPU"),
    _figure(("vCPU", "1024", "0")),
]
"""CPU units: 1024 per vCPU (Amazon ECS: task definition parameters)."""

MebiBytes = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _MEMORY, "4 GB")),
    Field(gt=0),
    _schema(r"^[0-9]+(\.[0-9]+)? ?(GB|GiB|MB|MiB)$", "4 GB"),
    _figure(("GB", "1024", "0.25"), ("MB", "1", "0")),
]
"""MiB. ECS calls 1024 MiB `1 GB`, and so do the documents."""

Gigabytes = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _STORAGE, "150 GB")),
    Field(gt=0),
    _schema(r"^[0-9]+(\.[0-9]+)? ?(GB|TB)$", "150 GB"),
    _figure(("TB", "1000", "1"), ("GB", "1", "0")),
]
"""GB of data; 1 TB is 1,000 GB, as the documents add them up."""

# Of a builtin, Pydantic has Python parse the signature as text: 0.1 ms for each field.
_AS_FLOAT: Final = PlainSerializer(lambda value: float(value))  # noqa: PLW0108

Acu = Annotated[
    Decimal,
    BeforeValidator(lambda v: _quantity(v, _ACU, "0.5 ACU")),
    _AS_FLOAT,
    Field(gt=0, multiple_of=Decimal("0.5")),
    _schema(r"^[0-9]+(\.[05])? ?ACU$", "0.5 ACU"),
    _figure(("ACU", "1", "0")),
]
"""Aurora capacity units, in half steps (Amazon Aurora User Guide: Aurora Serverless v2 capacity)."""

LeastAcu = Annotated[
    Decimal,
    BeforeValidator(lambda v: _quantity(v, _ACU, "0.5 ACU")),
    _AS_FLOAT,
    Field(ge=0, multiple_of=Decimal("0.5")),
    _schema(r"^[0-9]+(\.[05])? ?ACU$", "0.5 ACU"),
    _figure(("ACU", "1", "0")),
]
"""The same, or none."""

Days = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _DAYS, "7 days")),
    Field(gt=0),
    _schema(r"^[0-9]+ ?(day|days|year|years)$", "7 days"),
    Figure(lambda days: span(days * 86_400)),
]

LOG_TERMS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days that CloudWatch Logs keeps a log (Amazon CloudWatch Logs API: PutRetentionPolicy, `retentionInDays`)."""


class LogTerm(Struct, frozen=True):
    """Marks the days of a log group: a rule tells where CloudWatch Logs knows no such term."""


LogDays = Annotated[
    Days,
    LogTerm(),
    _schema(rf"^(({'|'.join(map(str, LOG_TERMS))}) ?(day|days)|1 ?(year|years))$", "7 days"),
]

Seconds = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _SECONDS, "30 s")),
    Field(gt=0),
    _schema(r"^[0-9]+(\.[0-9]+)? ?(s|min|h|day|days)$", "30 s"),
    Figure(span),
]
"""Seconds, of spans that a person writes in minutes, hours or days as well."""

Milliseconds = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _TIME, "100 ms")),
    Field(gt=0),
    _schema(r"^[0-9]+(\.[0-9]+)? ?(ms|s|min)$", "100 ms"),
    _figure(("min", "60000", "1"), ("s", "1000", "1"), ("ms", "1", "0")),
]

MebiBytesPerSecond = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _THROUGHPUT, "500 MB/s")),
    Field(gt=0),
    _schema(r"^[0-9]+ ?(MB/s|MiB/s)$", "500 MB/s"),
    _figure(("MB/s", "1", "0")),
]
"""MiB a second. RDS calls them MB/s, and so do the documents."""

Percent = Annotated[
    Decimal,
    BeforeValidator(lambda v: _quantity(v, _PERCENT, "70 %")),
    _AS_FLOAT,
    Field(gt=0, le=100),
    _schema(r"^[0-9]+(\.[0-9]+)? ?%$", "70 %"),
    _figure(("%", "1", "0")),
]


Dollars = Annotated[
    int,
    BeforeValidator(lambda v: _whole(v, _DOLLARS, "3500 USD")),
    Field(gt=0),
    _schema(r"^[0-9]+ ?USD$", "3500 USD"),
    _figure(("USD", "1", "0")),
]
"""US dollars, which AWS bills in."""


@dataclass(frozen=True, slots=True)
class RequestRate:
    """So many requests in so many seconds, exactly as a document counts them."""

    requests: int
    seconds: int

    @property
    def per_second(self) -> Decimal:
        """Requests per second with two decimals, the unit of API Gateway throttling."""
        return (Decimal(self.requests) / self.seconds).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def __str__(self) -> str:
        unit = {1: "s", 60: "min", 3600: "h"}.get(self.seconds, f"{self.seconds} s")
        return f"{self.requests} req/{unit}"


_RATE: Final = re.compile(r"([0-9]+) ?req/(s|min|h)")


def _rate(value: Any) -> RequestRate:
    if isinstance(value, RequestRate):
        return value
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if not match or int(match[1]) == 0:
        raise ValueError("expected a rate such as `1000 req/min` (s, min or h)")
    if int(match[1]) > _MOST:
        raise ValueError("no API takes that many; write a rate such as `1000 req/min`")
    return RequestRate(int(match[1]), {"s": 1, "min": 60, "h": 3600}[match[2]])


Rate = Annotated[
    RequestRate,
    BeforeValidator(_rate),
    PlainSerializer(str),
    _schema(r"^[0-9]+ ?req/(s|min|h)$", "1000 req/min"),
]

_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
ClockTime = Annotated[str, Field(pattern=rf"^{_CLOCK}$")]
"""A time of day in the system's time zone, `08:30`."""
TimeWindow = Annotated[str, Field(pattern=rf"^{_CLOCK}-{_CLOCK}$")]
"""A span of the day in the system's time zone, `03:00-04:00`."""
