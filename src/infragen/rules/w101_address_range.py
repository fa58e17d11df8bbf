"""W101: an address range that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.addresses import problem
from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.places import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    for path, cidr in ranges(environment):
        found = problem(cidr)
        if found:
            yield Finding(
                f"`{cidr}` is not an address range: {found[0]}", environment.at("environment", *path), found[1]
            )


RULE = Rule(
    "W101",
    "an address range is not valid",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "RFC 4632",
)
