"""What an entry or a capability costs a month: units of list prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.prices import Price, price

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["Cost", "Price"]


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of a month's bill: what is billed, at which price, and how many units of it.

    `price` is a row of `prices.toml`, or a package's own `Price`; `size` the class or type that it is for, where the
    row has several. `units` are those at the least, `most` at the most, where that is another number; None is what
    only usage decides: it is told by its price, and in no sum. `owner` is whose it is, where that is not who says so;
    `region` is where it is billed, where its owner stands in another one.
    """

    what: str
    price: str | Price
    units: Decimal | int | None = None
    most: Decimal | int | None = None
    size: str = ""
    owner: str = ""
    stops: bool = False
    """Whether it is billed only while it runs, which is less in an environment with working hours."""
    region: str = ""

    def priced(self, region: str) -> Price | None:
        """Return its price in a region; None where none is known. KeyError for a row that is not in the table."""
        return self.price if isinstance(self.price, Price) else price(self.price, region, self.size)
