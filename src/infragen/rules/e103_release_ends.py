"""E103: a release that AWS no longer mends, or soon will not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.kinds.databases.aurora import MAJOR_SUPPORT, RELEASES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_NOTICE: Final = timedelta(days=183)


def _check(landscape: Landscape, today: date) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        minor = ".".join(database.release.partition(".mysql_aurora.")[2].split(".")[:2])
        ends = min(filter(None, (RELEASES.get(minor), MAJOR_SUPPORT.get(database.version))), default=None)
        if ends is not None and ends - _NOTICE <= today:
            when = "has ended" if ends <= today else "ends"
            message = f"standard support of Aurora MySQL {minor} {when} on {ends}"
            longest = max(RELEASES, key=lambda known: RELEASES[known])
            hint = f"move to {longest}, which AWS supports until {RELEASES[longest]}"
            yield Finding(message, landscape.at(f"databases/{name}", "release"), hint)


RULE = Rule(
    "E103",
    "a database's release is past its end of support, or within half a year of it",
    Severity.WARNING,
    Scope.DATED,
    _check,
    "Release Notes for Aurora MySQL: Release calendars (September 2026)",
)
