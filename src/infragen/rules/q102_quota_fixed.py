"""Q102: what no account can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.rules.quota_needs import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    for quota, needed, users in needs(environments):
        if not quota.adjustable:
            who = " and ".join(user.target for user in users)
            message = f"{who} needs {needed:,} of `{quota.name}`; AWS never allows more than {quota.default:,}"
            hint = f"split the system, or give each environment its own account ({quota.source})"
            yield Finding(message, users[0].at("environment", "account"), hint)


RULE = Rule(
    "Q102",
    "an environment needs more than an account quota that AWS does not raise",
    Severity.WARNING,
    Scope.ENVIRONMENTS,
    _check,
    "`QUOTAS` in catalog/quotas.py: each quota's own page",
)
