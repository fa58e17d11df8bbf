"""N102: a name that AWS does not take because of its length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.physical import physical
from infragen.rules.places import own_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.rules.physical import Physical

__all__ = ["RULE"]


def _check(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    worst: dict[str, tuple[int, Physical, Environment]] = {}
    for environment in environments:
        for name in physical(environment):
            over = len(name.name) - name.limit.length
            if over > (worst[name.owner][0] if name.owner in worst else 0):
                worst[name.owner] = (over, name, environment)
    for owner, (over, name, environment) in worst.items():
        hint = _hint(environment, owner, over)
        if hint:
            message = (
                f"the {name.limit.what} `{name.name}` has {len(name.name)} characters; AWS allows {name.limit.length}"
            )
            yield Finding(message, own_name(environment, owner), f"{hint} ({name.limit.source})")


def _hint(environment: Environment, owner: str, over: int) -> str | None:
    """Say how much shorter it has to be; nothing when only a shorter environment helps, which is told once."""
    kind, _, entry = owner.partition("/")
    if not entry:
        return f"make the names of system and environment {over} characters shorter"
    longest = len(environment.entries[kind][entry].identity) - over
    return f"give it a `physical_name:` of at most {longest} characters" if longest > 0 else None


RULE = Rule(
    "N102",
    "a derived name is longer than AWS allows",
    Severity.ERROR,
    Scope.ENVIRONMENTS,
    _check,
    "`LIMITS` in core/names.py: each service's API reference",
)
