"""T103: two rows about the same data that do not agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.services import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape
    from infragen.kinds.databases import Timeseries

__all__ = ["RULE"]


_FIGURE: Final = r"([0-9][0-9,]*(?:\.[0-9]+)?) ?(GB|TB|PB) a (day|week|month|year)"
_UNIT: Final = {"GB": 1, "TB": 1_000, "PB": 1_000_000}
_A_MONTH: Final = {"day": 30.0, "week": 30 / 7, "month": 1.0, "year": 1 / 12}


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, service in landscape.all(Service).items():
        database = landscape.all(Database).get(service.database) if service.database else None
        if database is not None and database.timeseries is not None:
            yield from _compare(
                landscape, f"services/{name}", service, f"databases/{database.name}", database.timeseries
            )


def _compare(landscape: Landscape, owner: str, service: Service, other: str, series: Timeseries) -> Iterator[Finding]:
    place = landscape.at(other, "timeseries", "volume")
    for name, volume in service.volumes.items():
        match = re.search(_FIGURE, volume.figure)
        if match is None:
            continue
        monthly = float(match[1].replace(",", "")) * _UNIT[match[2]] * _A_MONTH[match[3]]
        low, high = sorted((monthly, float(series.volume)))
        if high > low * 1.1:
            message = (
                f"{volume.figure} is {monthly:,.0f} GB per month; {place} says {series.volume:,} GB per month,"
                f" a factor of {high / low:.0f}"
            )
            hint = "the database's figure is built and estimated; ask which of the two is meant"
            yield Finding(message, landscape.at(owner, "volumes", name, "figure"), hint)


RULE = Rule(
    "T103",
    "two figures of the document for one volume of data differ",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-08",
)
