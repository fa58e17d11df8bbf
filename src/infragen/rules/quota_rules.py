"""Rules about AWS' account quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Severity, rule
from infragen.rules.quotas import QUOTAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.core.landscape import Environment
    from infragen.rules.quotas import Quota


@rule(
    "Q101",
    "an environment needs more than AWS' default of an account quota",
    Severity.NOTICE,
    "`QUOTAS` in catalog/quotas.py: each quota's own page",
)
def _quota(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    for quota, needed, users in _needs(environments):
        if quota.adjustable:
            first = users[0]
            who = " and ".join(user.target for user in users)
            message = (
                f"{who} needs {needed:,} of `{quota.name}`; an account starts with {quota.default:,} ({quota.source})"
            )
            hint = quota.request(needed, first.settings.region)
            yield Finding(message, first.at("environment", "account"), hint)


@rule(
    "Q102",
    "an environment needs more than an account quota that AWS does not raise",
    Severity.WARNING,
    "`QUOTAS` in catalog/quotas.py: each quota's own page",
)
def _quota_fixed(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    for quota, needed, users in _needs(environments):
        if not quota.adjustable:
            who = " and ".join(user.target for user in users)
            message = f"{who} needs {needed:,} of `{quota.name}`; AWS never allows more than {quota.default:,}"
            hint = f"split the system, or give each environment its own account ({quota.source})"
            yield Finding(message, users[0].at("environment", "account"), hint)


def _needs(environments: Sequence[Environment]) -> Iterator[tuple[Quota, int, tuple[Environment, ...]]]:
    """Yield each quota whose default is too small, what is needed, and the environments that need it together."""
    accounts: dict[tuple[str, str], list[Environment]] = {}
    for environment in environments:
        accounts.setdefault((environment.settings.account, environment.settings.region), []).append(environment)
    for shared in accounts.values():
        groups = [(one,) for one in shared]
        for quota in QUOTAS:
            for users in (tuple(shared),) if quota.adds_up else groups:
                needed = sum(quota.need(user) for user in users)
                if needed > quota.default:
                    yield quota, needed, users
