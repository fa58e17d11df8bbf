"""Which quotas the environments outgrow, account by account and region by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.rules.quotas import QUOTAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.core.landscape import Environment
    from infragen.rules.quotas import Quota

__all__ = ["needs"]


def needs(environments: Sequence[Environment]) -> Iterator[tuple[Quota, int, tuple[Environment, ...]]]:
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
