"""AWS's list prices, which stand in `prices.toml`, each with its page; and amounts of money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import translate
from functools import cache
from typing import Any, Final, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from infragen.tables import own_table

__all__ = [
    "BILLED_WHERE", "HOURS", "REFERENCE", "Amount", "Price", "Service", "date", "is_free", "is_listed", "known_price",
    "page", "price", "service", "times_as_much", "unit", "vcpus",
]  # fmt: skip
HOURS: Final = 730
"""Hours of a month, as AWS's own calculator counts them: 365 days of 24 hours in twelve months."""
REFERENCE: Final = "us-east-1"
"""The region of which every row has a price: an estimate for regions of which none is known."""
_SIZES: Final = {"large": 1, "xlarge": 2, **{f"{times}xlarge": 2 * times for times in (2, 4, 8, 12, 16, 24, 32, 48)}}
"""How many times as much as `large` of its family an instance class costs (Amazon RDS and ElastiCache pricing)."""
_AT_ONCE: Final = {"10,000": 10, "100,000": 100, "million": 1000, "TB": 1000}
"""By the word that a unit begins with, how many GB it is, or how many thousands of what is counted; else one."""
_CENT: Final = Decimal("0.01")
_EVERYWHERE: Final = "*"
_FREE: Final = own_table(__file__, "free.toml")
BILLED_WHERE: Final[Mapping[str, tuple[str, object]]] = {kind: tuple(row) for kind, row in _FREE["where"].items()}
"""Types that have a price before usage where an argument, its blocks before it, has this value, and else none."""
Service = Literal[
    "Amazon DocumentDB (with MongoDB compatibility)",
    "Amazon ElastiCache",
    "Amazon OpenSearch Service",
    "Amazon Relational Database Service",
    "Amazon Timestream",
]
"""Services as Cost Explorer and budgets name them (AWS Cost Explorer API: GetDimensionValues, `SERVICE`; AWS Budgets
API: Budget, `CostFilters`). Aurora and RDS Proxy are of RDS."""
_PAGES: Final = ("documentdb", "elasticache", "opensearch-service", "rds", "timestream")
_SERVICES: Final[Mapping[str, Service]] = dict(zip(_PAGES, get_args(Service), strict=True))
"""The same by what their pages with prices begin with."""


class Price(Struct, frozen=True):
    """What one unit costs in USD; a unit that ends in `hour` is billed in each of a month's hours."""

    usd: Decimal
    per: str
    source: str
    """The page that says so."""
    as_of: str = ""
    """The month of that page that it was compared with, `2026-11`; empty: it was not compared."""
    read: str = ""
    """Where that page's figure, or a copy of it, was read."""
    estimated: bool = False
    """Whether it is us-east-1's, since none of the region is known."""

    @property
    def monthly(self) -> Decimal:
        return self.usd * HOURS if self.per.endswith("hour") else self.usd

    def of(self, units: Decimal | int, most: Decimal | int | None = None) -> Amount:
        dearest = self.monthly * (units if most is None else most)
        return Amount(self.monthly * units, dearest, estimated=dearest if self.estimated else Decimal(0))

    def used(self, quantity: Decimal | int) -> Amount:
        """Return what so many GB cost, or so many thousands of what is counted.

        An LCU or NLCU is a GB in an hour, as long as nothing but data decides how many there are (Elastic Load
        Balancing pricing: LCU details).
        """
        cost = self.usd * quantity / _AT_ONCE.get(self.per.split()[0], 1)
        return Amount(cost, cost, estimated=cost if self.estimated else Decimal(0))

    def __str__(self) -> str:
        whose = f", estimated from {REFERENCE}" if self.estimated else ""
        return f"{max(self.usd, self.usd.quantize(_CENT), key=_places):f} USD per {self.per}{whose}"


def _places(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


class Amount(Struct, frozen=True):
    """USD a month, at the least and at the most."""

    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    lacks: bool = False
    """Whether something of it has no known price, which may be more than all the rest."""
    estimated: Decimal = Decimal(0)
    """How much of `most` has us-east-1's prices, since none of the region is known."""

    def __add__(self, other: Amount) -> Amount:
        lacks, estimated = self.lacks or other.lacks, self.estimated + other.estimated
        return Amount(self.least + other.least, self.most + other.most, lacks, estimated)

    def __sub__(self, other: Amount) -> Amount:
        return self + other * -1

    def __mul__(self, times: int) -> Amount:
        return Amount(self.least * times, self.most * times, self.lacks, self.estimated * times)

    def __str__(self) -> str:
        return self._written("")

    @property
    def signed(self) -> str:
        return self._written("+")

    @property
    def estimate(self) -> str:
        estimated = Amount(self.estimated, self.estimated)
        how = "up to " if self.least != self.most else ""
        return f"{how}{estimated} of it estimated at {REFERENCE}'s prices" if self.estimated else ""

    @property
    def as_dict(self) -> dict[str, str | bool]:
        """As JSON has it: texts that lose nothing, and whether something is estimated or has no known price, if so."""
        estimated = {"estimated": f"{self.estimated:.2f}"} if self.estimated else {}
        lacks = {"lacks": True} if self.lacks else {}
        return {"least": f"{self.least:.2f}", "most": f"{self.most:.2f}", **estimated, **lacks}

    def _written(self, sign: str) -> str:
        if self.lacks and not self.most and not self.least:
            return "unknown"
        least, most = (f"{one.quantize(_CENT, ROUND_HALF_UP):{sign},}" for one in (self.least, self.most))
        known = f"{least} USD" if least == most else f"{least} to {most} USD"
        return f"at least {known}" if self.lacks else known


def price(name: str, region: str, size: str = "") -> Price | None:
    """Return a row's price in a region, else us-east-1's as an estimate, else None. KeyError for an unknown row."""
    known = known_price(name, region, size)
    if known is not None:
        return known
    found = known_price(name, REFERENCE, REFERENCE if size == region else size)
    return found and replace(found, estimated=True)


def known_price(name: str, region: str, size: str = "") -> Price | None:
    """None where none is known. KeyError for a row that is not in the table."""
    row: Mapping[str, Any] = _file()[name]
    known: Mapping[str, Any] = row.get("of" if size else "usd", {})
    found = known.get(region, known.get(_EVERYWHERE))
    named = ""
    if size and found is not None:
        named = size if size in found else f"{size.rpartition('.')[0]}.large"
        found = _of_size(found, size)
    if found is None:
        return None
    read = row.get("read", {})
    name = read if isinstance(read, str) else read.get(region, "")
    if not isinstance(name, str):
        name = name.get(named, name[_EVERYWHERE])
    reading: Mapping[str, str] = _file()["readings"].get(name, {})
    return Price(Decimal(found), row["per"], row["source"], reading.get("as_of", ""), reading.get("from", ""))


def unit(name: str) -> str:
    return str(_file()[name]["per"])


def page(name: str) -> str:
    return str(_file()[name]["source"])


def service(source: str) -> Service | None:
    return _SERVICES.get(source.removeprefix("https://aws.amazon.com/").partition("/")[0])


def is_listed(name: str) -> bool:
    return name in _file()


@cache
def is_free(kind: str) -> bool:
    """Whether a type of resource of any provider is known to cost nothing before usage; of most nobody knows."""
    provider, _, name = kind.partition("_")
    names, pattern = _free_names(provider)
    return name in names or pattern.fullmatch(name) is not None


@cache
def _free_names(provider: str) -> tuple[frozenset[str], re.Pattern[str]]:
    listed = " ".join(_FREE[table].get(provider, "") for table in ("nothing", "usage")).split()
    patterns = [name for name in listed if "*" in name]
    return frozenset(listed).difference(patterns), re.compile("|".join(map(translate, patterns)) or r"(?!)")


def vcpus(name: str) -> int | None:
    """Return the vCPUs of an instance class, 2 up to `large`; None for a size that infragen does not know."""
    size = name.rpartition(".")[2]
    if size in ("micro", "small", "medium", "large"):
        return 2
    times = size.removesuffix("xlarge") or "1"
    return 4 * int(times) if times.isdecimal() else None


def date() -> str:
    """Return the month of the oldest list that a price of the table was compared with: `2025-08`."""
    return str(min(one["as_of"] for one in _file()["readings"].values()))


def _of_size(known: Mapping[str, Decimal], size: str) -> Decimal | None:
    family, _, name = size.rpartition(".")
    base = known.get(f"{family}.large")
    if size in known or base is None or name not in _SIZES:
        return known.get(size)
    return base * _SIZES[name]


def times_as_much(before: str, after: str) -> Decimal | None:
    (family, _, size), (other, _, larger) = before.rpartition("."), after.rpartition(".")
    if family != other or size not in _SIZES or larger not in _SIZES:
        return None
    return Decimal(_SIZES[larger]) / Decimal(_SIZES[size])


@cache
def _file() -> Mapping[str, Any]:
    return own_table(__file__, "prices.toml", parse_float=Decimal)
