"""D111: a release of another version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_MAJOR: Final = {"8.4": "8", "8.0": "3", "5.7": "2"}
"""MySQL's version to Aurora's own major version."""


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        version, _, own = database.release.partition(".mysql_aurora.")
        major = _MAJOR.get(database.version)
        if version != database.version or (major is not None and own.partition(".")[0] != major):
            message = f"`{database.release}` is not a release of MySQL {database.version}"
            hint = (
                f"write `release: {database.version}.mysql_aurora.{major or '...'}.x.y`, or the version it belongs to"
            )
            yield Finding(message, landscape.at(f"databases/{name}", "release"), hint)


RULE = Rule(
    "D111",
    "Aurora's release is not one of the version asked for",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Release Notes for Aurora MySQL: versions and their community counterparts",
)
