"""Rules about environments that take over from one another: where they stand, what they have of its data, its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Findings, rule
from infragen.kinds import kinds
from infragen.text import first_of

if TYPE_CHECKING:
    from infragen.core.entry import Entry
    from infragen.core.resolved_system import Environment
    from infragen.core.system import Settings


@rule("A140")
def _no_second_place(environment: Environment) -> Findings:
    own = environment.settings
    # Who stands by and follows is told once; A144 says which it follows.
    field = "follows" if own.standby_of is None else "standby_of"
    other = environment.followed if own.standby_of is None else environment.primary
    if other is not None and other.region == own.region:
        message = f"{environment.target} and {other.environment} are both in {own.region}, and would fail together"
        hint = f"write another region in {environment.source('environment')}: `region: {_second_region(other)}`"
        yield Finding(message, environment.at("environment", field), hint)
    if other is not None and other.account != own.account:
        message = f"{other.environment} is in the account {other.account}: RDS cannot replicate into {own.account}"
        hint = f'write `account: "{other.account}"` in {environment.source("environment")}'
        yield Finding(message, environment.at("environment", field), hint)


def _second_region(other: Settings) -> str:
    """Return the region that an environment says it recovers in, else one that it does not stand in."""
    named = other.recovery.region if other.recovery is not None else None
    return next(region for region in (named, "us-west-2", "us-east-2") if region not in (None, other.region))


@rule("A144")
def _other_data(environment: Environment) -> Findings:
    primary, followed = environment.primary, environment.followed
    if primary is not None and followed is not None and followed is not primary:
        message = f"it would have the data of {followed.environment}, and answer at the names of {primary.environment}"
        yield Finding(message, environment.at("environment", "follows"), f"write `follows: {primary.environment}`")


@rule("A141")
def _in_a_circle(environments: tuple[Environment, ...]) -> Findings:
    known = {environment.name: environment for environment in environments}
    for environment in environments:
        other = known.get(environment.settings.follows or "")
        is_pair = other is not None and other.settings.follows == environment.name
        if other is None or other.settings.follows is None or (is_pair and environment.settings.standby_of):
            continue  # of a pair it is told once: where `follows` is for a while
        message = f"{other.target} follows {other.settings.follows} itself: neither would have the data"
        hint = f"remove `follows` here, or in {other.source('environment')}"
        yield Finding(message, environment.at("environment", "follows"), hint)


@rule("A142")
def _no_copy(environment: Environment) -> Findings:
    followed = environment.followed
    found = [owner for owner, entry in environment.every() if _begins_empty(entry)] if followed is not None else []
    if followed is None or not found:
        return
    promised = f"; {followed.environment} promises {followed.recovery.rpo_hours} h" if followed.recovery else ""
    begin, have = ("begins", "it has") if len(found) == 1 else ("begin", "they have")
    message = f"{first_of(found, 4)} {begin} empty here: what {have} in {followed.region} is lost with that{promised}"
    hint = "infragen copies instances on RDS, and buckets; keep elsewhere what must not be lost"
    yield Finding(message, environment.at("environment", "follows"), hint)


def _begins_empty(entry: Entry) -> bool:
    kind = kinds()[entry.KIND]
    return kind.network.data_tier != "none" and not kind.failover.is_replica(entry)


@rule("A143")
def _other_names(environment: Environment) -> Findings:
    primary, own = environment.primary, environment.settings
    if primary is not None and primary.domain_name != own.domain_name:
        message = f"{primary.environment} is called `{primary.domain_name}`, and this one `{own.domain_name}`"
        field = "domain_name" if own.domain_name else "standby_of"
        hint = f"write `domain_name: {primary.domain_name}`: a standby uses its names"
        yield Finding(message, environment.at("environment", field), hint)
