"""Rules about AWS' account quotas: what kinds and capabilities say that they need, summed up."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING, Final

from infragen.core.build_context import BuildContext
from infragen.core.operations import Quota, quota_of
from infragen.core.regions import CLOUDFRONT, WEIGHT
from infragen.core.rule import Finding, Findings, rule
from infragen.core.tracing import once
from infragen.kinds import capabilities, kinds, kinds_and_capabilities
from infragen.stacks.build import in_force, relations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from infragen.core.resolved_system import Environment
    from infragen.stacks.rules import Relations


def _most_rules(relations: Relations) -> int:
    """Count the rules of the group with the most in one direction; one for CloudFront's prefix list is many."""
    found: Counter[tuple[int, str]] = Counter()
    for one in relations.all:
        for way, end in enumerate((one.source, one.target)):
            if end in relations.groups:
                found[way, end] += WEIGHT if one.source == CLOUDFRONT else 1
    return max(found.values(), default=0)


_OF_GROUPS: Final = (
    quota_of("security-groups", lambda relations: len(relations.groups) + 1),  # and the VPC's own, closed
    quota_of("security-group-rules", _most_rules),
)


def quotas() -> tuple[Quota, ...]:
    """Return every quota once."""
    own = (quota for one in kinds_and_capabilities() for quota in one.quotas)
    return tuple(dict.fromkeys((*own, *_OF_GROUPS)))


@once
def needs(environment: Environment) -> Mapping[Quota, int]:
    """Return what an environment needs of each quota."""
    found: dict[Quota, list[int | Decimal]] = {}
    for quota, need in _each(environment):
        found.setdefault(quota, []).append(need)
    return {quota: ceil(max(needed) if quota.per == "one" else sum(needed)) for quota, needed in found.items()}


def _each(environment: Environment) -> Iterator[tuple[Quota, int | Decimal]]:
    ctx = BuildContext(environment, in_force(environment))
    for owner, entry in environment.every():
        yield from ((quota, quota.need(entry, ctx.of(owner))) for quota in kinds()[entry.KIND].quotas)
    for name in sorted(ctx.capabilities):
        yield from ((quota, quota.need(ctx.of(name))) for quota in capabilities()[name].quotas)
    with suppress(KeyError):  # an entry refers to one that does not exist, or is broken: another finding says so
        yield from ((quota, quota.need(relations(environment))) for quota in _OF_GROUPS)


@rule("Q101")
def _quota(environments: tuple[Environment, ...]) -> Findings:
    for quota, needed, users in exceeded(environments):
        if quota.code is not None:
            first = users[0]
            message = (
                f"{_needing(users)} {needed:,} of `{quota.name}`; an account starts with {quota.default:,}"
                f" ({quota.source})"
            )
            yield Finding(message, first.at("environment", "account"), quota.request(needed, first.settings.region))


@rule("Q102")
def _quota_fixed(environments: tuple[Environment, ...]) -> Findings:
    for quota, needed, users in exceeded(environments):
        if quota.code is None:
            message = f"{_needing(users)} {needed:,} of `{quota.name}`; AWS never allows more than {quota.default:,}"
            hint = f"split the system, or give each environment its own account ({quota.source})"
            yield Finding(message, users[0].at("environment", "account"), hint)


def _needing(users: Sequence[Environment]) -> str:
    least = " at least" * any(user.broken for user in users)  # what is broken is not counted
    return f"{' and '.join(user.target for user in users)} {'needs' if len(users) == 1 else 'need'}{least}"


def exceeded(environments: Sequence[Environment]) -> Iterator[tuple[Quota, int, tuple[Environment, ...]]]:
    """Yield each quota whose default is too small, what is needed, and the environments that need it together."""
    users: dict[tuple[Quota, str], list[tuple[Environment, int]]] = {}
    for environment in environments:
        account = f"{environment.settings.account} {environment.settings.region}"
        for quota, needed in needs(environment).items():
            together = account if quota.per == "account" else environment.target
            users.setdefault((quota, together), []).append((environment, needed))
    for (quota, _), some in users.items():
        total = sum(needed for _, needed in some)
        if total > quota.default:
            yield quota, total, tuple(environment for environment, _ in some)
