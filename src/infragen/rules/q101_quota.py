"""Q101: what AWS has to be asked for before the environment can be applied."""

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
        if quota.adjustable:
            first = users[0]
            who = " and ".join(user.target for user in users)
            message = (
                f"{who} needs {needed:,} of `{quota.name}`; an account starts with {quota.default:,} ({quota.source})"
            )
            hint = quota.request(needed, first.settings.region)
            yield Finding(message, first.at("environment", "account"), hint)


RULE = Rule(
    "Q101",
    "an environment needs more than AWS' default of an account quota",
    Severity.NOTICE,
    Scope.ENVIRONMENTS,
    _check,
    "`QUOTAS` in catalog/quotas.py: each quota's own page",
)
