"""N101: two entries whose names in AWS would be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.physical import physical
from infragen.rules.places import own_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    reported: set[str] = set()
    for environment in environments:
        taken: dict[tuple[str, str], str] = {}
        for name in physical(environment):
            first = taken.setdefault((name.limit.what, name.name), name.owner)
            if first != name.owner and name.owner not in reported:
                reported.add(name.owner)
                other = "the environment itself" if first == "environment" else first
                message = f"{name.owner} and {other} would both be the {name.limit.what} `{name.name}`"
                hint = "rename one of them, or give it a `physical_name:`"
                yield Finding(message, own_name(environment, name.owner), hint)


RULE = Rule(
    "N101",
    "two entries derive the same name in AWS",
    Severity.ERROR,
    Scope.ENVIRONMENTS,
    _check,
    "the service's API reference: names are unique per account and region",
)
