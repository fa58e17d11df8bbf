"""A101: environments that can touch each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    first: dict[str, Environment] = {}
    for environment in environments:
        other = first.setdefault(environment.settings.account, environment)
        if other is not environment:
            message = f"{environment.target} and {other.target} share the account {environment.settings.account}"
            hint = "give each environment its own account; quotas, mistakes and permissions then end at its border"
            yield Finding(message, environment.at("environment", "account"), hint)


RULE = Rule(
    "A101",
    "two environments share one AWS account",
    Severity.WARNING,
    Scope.ENVIRONMENTS,
    _check,
    "AWS Well-Architected, Security Pillar: SEC01-BP01; TN-01",
)
