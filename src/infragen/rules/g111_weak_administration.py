"""G111: a management API with nothing but a key, or without an audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, gateway in landscape.all(Gateway).items():
        if gateway.per != "administrator":
            continue
        missing = [] if gateway.authentication == "iam" else ["authentication: iam"]
        missing += [] if gateway.audit else ["audit: true"]
        if missing:
            message = f"administrators reach gateways/{name} without {' and '.join(map(_what, missing))}"
            yield Finding(message, landscape.at(f"gateways/{name}", "per"), f"add `{'` and `'.join(missing)}`")


def _what(line: str) -> str:
    return "strong authentication" if line.startswith("authentication") else "an audit log"


RULE = Rule(
    "G111",
    "administrators authenticate weakly, or without an audit trail",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "TN-13: strong authentication, audit log",
)
