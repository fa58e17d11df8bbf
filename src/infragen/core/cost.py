"""What is billed a month: units of AWS's list prices, which stand in `prices.toml`, each with its page."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HOURS: Final = 730
"""Hours of a month, as AWS's own calculator counts them: 365 days of 24 hours in twelve months."""

_SIZES: Final = {"large": 1, "xlarge": 2, **{f"{times}xlarge": 2 * times for times in (2, 4, 8, 12, 16, 24, 32, 48)}}
"""How many times as much as `large` of its family an instance class costs (Amazon RDS and ElastiCache pricing)."""
_CENT: Final = Decimal("0.01")
_EVERYWHERE: Final = "*"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs in USD; a unit that ends in `hour` is billed in each of a month's hours."""

    usd: Decimal
    per: str
    source: str
    """The page that says so."""

    @property
    def monthly(self) -> Decimal:
        """What a unit costs that is there for a whole month."""
        return self.usd * HOURS if self.per.endswith("hour") else self.usd

    def __str__(self) -> str:
        return f"{max(self.usd, self.usd.quantize(_CENT), key=_places):f} USD per {self.per}"


def _places(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of a month's bill: what is billed, at which price, and how many units of it.

    `price` is a row of `prices.toml`, or a package's own `Price`; `size` the class or type that it is for, where the
    row has several. `units` are those at the least, `most` at the most, where that is another number; None is what
    only usage decides: it is told by its price, and in no sum. `owner` is whose it is, where that is not who says so.
    """

    what: str
    price: str | Price
    units: Decimal | int | None = None
    most: Decimal | int | None = None
    size: str = ""
    owner: str = ""

    def priced(self, region: str) -> Price | None:
        """Return its price in a region; None where none is known. KeyError for a row that is not in the table."""
        return self.price if isinstance(self.price, Price) else price(self.price, region, self.size)


def price(name: str, region: str, size: str = "") -> Price | None:
    """Return a row's price in a region; None where none is known. KeyError for a row that is not in the table."""
    row: Mapping[str, Any] = _file()[name]
    known: Mapping[str, Any] = row["of" if size else "usd"]
    found = known.get(region, known.get(_EVERYWHERE))
    if size and found is not None:
        found = _of_size(found, size)
    return None if found is None else Price(Decimal(found), row["per"], row["source"])


def date() -> str:
    """Return the month in which the table was last compared with AWS's: `2026-11`."""
    return str(_file()["date"])


def _of_size(known: Mapping[str, Decimal], size: str) -> Decimal | None:
    family, _, name = size.rpartition(".")
    base = known.get(f"{family}.large")
    if size in known or base is None or name not in _SIZES:
        return known.get(size)
    return base * _SIZES[name]


@cache
def _file() -> Mapping[str, Any]:
    text = Path(__file__).with_name("prices.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
