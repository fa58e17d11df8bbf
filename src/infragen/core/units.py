"""Figures with their units, read into the unit that AWS counts in; values of models as a catalogue writes them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from annotated_types import BaseMetadata, Ge, GroupedMetadata, Gt, Le, MultipleOf
from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from infragen.text import span

_MOST: Final = Decimal(10) ** 9
"""Of any unit: a billion GB, ten days in milliseconds, a thousand years of days; beyond it is a slip."""


_WRITTEN: Final = re.compile(r"\s*([0-9]+)(?:[.,]([0-9]+))?\s*([A-Za-z/%]*)\s*")
_OWN_UNITS: Final = 64
"""From here on a bare number is one of ECS's own units: CPU units and MiB, not vCPU and GB."""
_DAY: Final = 86_400
_ELSEWHERE: Final = {
    **dict.fromkeys(("m", "mi", "mb"), ((1, "MB"), (1, "min"))),
    **dict.fromkeys(("g", "gi", "gb"), ((1, "GB"),)),
    **dict.fromkeys(("d", "day"), ((1, "days"),)),
    **dict.fromkeys(("w", "week", "weeks"), ((7, "days"),)),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), ((1, "s"),)),
    **dict.fromkeys(("mins", "minute", "minutes"), ((1, "min"),)),
    **dict.fromkeys(("hour", "hours", "hr"), ((1, "h"),)),
}
"""Units of other tools, each as some of the first of these that a figure has."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure(GroupedMetadata):
    """A figure with its unit: how it is read in AWS's own unit, and how one is written so that it reads as the same.

    `units` are how many of AWS's each unit is. The first of `ways` in which a figure reads well is how it is written: a
    unit, and the least of it; without any it is a span of time. `fraction` is the form of what may follow the point.
    """

    example: str
    units: Mapping[str, int | Decimal]
    ways: Mapping[str, str] = field(default_factory=dict)
    fraction: str = r"(\.[0-9]+)?"
    is_whole: bool = True
    bounds: tuple[BaseMetadata, ...] = (Gt(0),)
    rounded: str = ""
    """A unit that is rounded down to AWS's own."""

    @property
    def examples(self) -> list[str]:
        return [self.example]

    def __iter__(self) -> Iterator[object]:
        yield BeforeValidator(self._whole if self.is_whole else self._quantity)
        yield from () if self.is_whole else (PlainSerializer(float),)
        yield from self.bounds
        unit = "|".join(self.units)
        yield _schema(rf"^[0-9]+{self.fraction} ?{unit if len(self.units) == 1 else f'({unit})'}$", self.example)

    def written(self, value: int | Decimal) -> str:
        if not self.ways:
            return span(int(value) * _DAY // int(self.units["day"]))
        amounts = [(Decimal(value) / self.units[unit], unit, Decimal(least)) for unit, least in self.ways.items()]
        well = (one for one in amounts if one[0] >= one[2] and one[0] == round(one[0], 3))
        amount, unit, _ = next(well, amounts[-1])
        return f"{amount.normalize():f} {unit}"

    def _quantity(self, value: Any) -> Decimal:
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z/%]*)", value) if isinstance(value, str) else None
        factor = self.units.get(match[2]) if match else None
        if match is None or factor is None:
            known = ", ".join(unit for unit in self.units if unit not in KUBERNETES)
            raise ValueError(f"expected a figure with its unit ({known}), such as `{self._meant(value)}`")
        amount = Decimal(match[1]) * factor
        if amount > _MOST:
            raise ValueError(f"nothing in AWS is that much; write a figure such as `{self.example}`")
        return amount

    def _whole(self, value: Any) -> int:
        amount = self._quantity(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
        if amount != amount.to_integral_value() and not (self.rounded and str(value).endswith(self.rounded)):
            raise ValueError(f"{value} is not a whole number of AWS' own units; the nearest form is `{self.example}`")
        return int(amount)

    def _meant(self, value: Any) -> str:
        found = _WRITTEN.fullmatch(str(value))
        unit = next((one for one in self.units if found and one.lower() == found[3].lower()), None)
        usual = self.example.partition(" ")[2]
        amount = Decimal(f"{found[1]}.{found[2] or 0}").normalize() if found else None
        if found and amount and unit is None and (other := _ELSEWHERE.get(found[3].lower())):
            times, unit = next(((times, one) for times, one in other if one in self.units), (1, None))
            amount *= times
        if found is None or not amount or (found[3] and unit is None):
            return self.example
        if usual == "%" and not unit and amount < 1:
            amount = (amount * 100).normalize()
        if not unit and amount >= _OWN_UNITS and usual == "vCPU":
            amount = (amount / self.units[usual]).normalize()
        elif not unit and amount >= _OWN_UNITS and "MB" in self.units:
            usual = "MB"
        return f"{amount:f} {unit or usual}"


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


CpuUnits = Annotated[int, Figure("2 vCPU", {"vCPU": 1024}, {"vCPU": "0"})]
"""CPU units: 1024 per vCPU (Amazon ECS: task definition parameters)."""

KUBERNETES: Final = {"m": Decimal("1.024"), "Mi": Decimal(1), "Gi": Decimal(1024)}
"""Units of Kubernetes, in CPU units and MiB: thousandths of a CPU (Kubernetes: Resource Management for Pods and
Containers, Resource units in Kubernetes)."""

ContainerCpu = Annotated[
    int, Figure("0.125 vCPU", {"vCPU": 1024, "m": KUBERNETES["m"]}, {"vCPU": "0"}, rounded="m", bounds=(Ge(1),))
]
"""CPU units of a container in a task, also in Kubernetes's `50m`, which a notice explains."""

MebiBytes = Annotated[int, Figure("4 GB", {"GB": 1024, "GiB": 1024, "MB": 1, "MiB": 1}, {"GB": "0.25", "MB": "0"})]
"""MiB. ECS calls 1024 MiB `1 GB`, and so do the documents."""

ContainerMemory = Annotated[
    int,
    Figure(
        "0.25 GB",
        {"GB": 1024, "GiB": 1024, "MB": 1, "MiB": 1, "Gi": KUBERNETES["Gi"], "Mi": KUBERNETES["Mi"]},
        {"GB": "0.25", "MB": "0"},
    ),
]
"""MiB of a container in a task, also in Kubernetes's `128Mi`, which a notice explains."""

Gigabytes = Annotated[int, Figure("150 GB", {"GB": 1, "TB": 1000}, {"TB": "1", "GB": "0"})]
"""GB of data; 1 TB is 1,000 GB, as the documents add them up."""

Thousands = Annotated[
    int, Figure("3 million", {"thousand": 1, "million": 1000, "billion": 10**6}, {"million": "1", "thousand": "0"})
]
"""Thousands of what is counted: requests, mails."""

_ACU: Final = Figure("0.5 ACU", {"ACU": 1}, {"ACU": "0"}, r"(\.[05])?", False, (Gt(0), MultipleOf(Decimal("0.5"))))
Acu = Annotated[Decimal, _ACU]
"""Aurora capacity units, in half steps (Amazon Aurora User Guide: Aurora Serverless v2 capacity)."""

LeastAcu = Annotated[Decimal, replace(_ACU, bounds=(Ge(0), MultipleOf(Decimal("0.5"))))]
"""The same, or none."""

Days = Annotated[int, Figure("7 days", {"day": 1, "days": 1, "year": 365, "years": 365}, fraction="")]

LOG_TERMS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days that CloudWatch Logs keeps a log (Amazon CloudWatch Logs API: PutRetentionPolicy, `retentionInDays`)."""


class LogTerm(Struct, frozen=True):
    """Marks the days of a log group: a rule tells where CloudWatch Logs knows no such term."""


LogDays = Annotated[
    Days, LogTerm(), _schema(rf"^(({'|'.join(map(str, LOG_TERMS))}) ?(day|days)|1 ?(year|years))$", "7 days")
]

Seconds = Annotated[int, Figure("30 s", {"s": 1, "min": 60, "h": 3600, "day": _DAY, "days": _DAY})]
"""Seconds, of spans that a person writes in minutes, hours or days as well."""

Milliseconds = Annotated[int, Figure("100 ms", {"ms": 1, "s": 1000, "min": 60_000}, {"min": "1", "s": "1", "ms": "0"})]

MebiBytesPerSecond = Annotated[int, Figure("500 MB/s", {"MB/s": 1, "MiB/s": 1}, {"MB/s": "0"}, fraction="")]
"""MiB a second. RDS calls them MB/s, and so do the documents."""

Percent = Annotated[Decimal, Figure("70 %", {"%": 1}, {"%": "0"}, is_whole=False, bounds=(Gt(0), Le(100)))]

Dollars = Annotated[int, Figure("3500 USD", {"USD": 1}, {"USD": "0"}, fraction="")]
"""US dollars, which AWS bills in."""

DocumentDollars = Annotated[Decimal, Figure("28.8 USD", {"USD": 1}, {"USD": "0"}, is_whole=False)]
"""US dollars of a document's estimate, which may have cents."""


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
_LONGER: Final = re.compile(r"req/(day|week|month)$")


def _rate(value: Any) -> RequestRate:
    if isinstance(value, RequestRate):
        return value
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, str) and _LONGER.search(value):
        raise ValueError("a rate is in s, min or h; what a key may ask in a whole day, week or month is a `quota`")
    if not match:
        raise ValueError("expected a rate such as `1000 req/min` (s, min or h)")
    if int(match[1]) == 0:
        raise ValueError("no request would pass: write a rate of one or more, such as `1000 req/min`")
    if int(match[1]) > _MOST:
        raise ValueError("no API takes that many; write a rate such as `1000 req/min`")
    return RequestRate(int(match[1]), {"s": 1, "min": 60, "h": 3600}[match[2]])


Rate = Annotated[
    RequestRate, BeforeValidator(_rate), PlainSerializer(str), _schema(r"^[0-9]+ ?req/(s|min|h)$", "1000 req/min")
]

_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
ClockTime = Annotated[str, Field(pattern=rf"^{_CLOCK}$")]
"""A time of day in the system's time zone, `08:30`."""
TimeWindow = Annotated[str, Field(pattern=rf"^{_CLOCK}-{_CLOCK}$")]
"""A span of the day in the system's time zone, `03:00-04:00`."""


def written(value: Any, annotation: Any, metadata: tuple[Any, ...] = ()) -> Any:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return written(value, inner, (*more, *metadata))
    figure = next((found for found in metadata if isinstance(found, Figure)), None)
    if figure is not None and isinstance(value, int | Decimal):
        return figure.written(value)
    if isinstance(value, BaseModel):
        return {
            field.alias or name: written(inner, field.annotation, tuple(field.metadata))
            for name, field in type(value).model_fields.items()
            if (inner := getattr(value, name)) != field.get_default(call_default_factory=True)
        }
    if isinstance(value, dict):
        return {key: written(item, _item_type(annotation, value)) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [written(item, _item_type(annotation, value)) for item in value]
    if get_origin(annotation) in (Union, UnionType) and value is not None:
        return written(value, _member(annotation, value))
    return str(value) if isinstance(value, RequestRate | Decimal) else value


def inner_type(annotation: Any, step: str | int) -> Any:
    if get_origin(annotation) is Annotated:
        return inner_type(get_args(annotation)[0], step)
    if get_origin(annotation) in (Union, UnionType):
        found = (inner_type(member, step) for member in get_args(annotation) if member is not NoneType)
        return next((one for one in found if one is not Any), Any)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(step))
        if field is None:
            return Any
        return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return _item_type(annotation, {} if get_origin(annotation) is dict else ())


def _item_type(annotation: Any, value: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _item_type(get_args(annotation)[0], value)
    if get_origin(annotation) in (Union, UnionType):
        return _item_type(_member(annotation, value), value)
    arguments = get_args(annotation)
    wanted = 1 if isinstance(value, dict) else 0
    return arguments[wanted] if len(arguments) > wanted else Any


def _member(annotation: Any, value: Any) -> Any:
    members = [member for member in get_args(annotation) if member is not NoneType]
    for member in members:
        bare = get_args(member)[0] if get_origin(member) is Annotated else member
        kind = get_origin(bare) or bare
        if isinstance(kind, type) and isinstance(value, kind):
            return member
    return members[0]
