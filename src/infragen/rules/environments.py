"""Rules about environments: side by side, taking over from one another, and what does nothing there."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.kind import RequiredCapability, empty
from infragen.core.regions import OTHER_PARTITIONS, REGIONS
from infragen.core.resolved_system import standbys
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.standby import Holding, Objective
from infragen.diagnostics.hints import nearest
from infragen.kinds import capabilities, kinds
from infragen.stacks.build import in_force
from infragen.stacks.standbys import holdings


def _sharing(
    environments: tuple[Environment, ...], what: Callable[[Environment], str]
) -> Iterator[tuple[Environment, Environment]]:
    first: dict[str, Environment] = {}
    for environment in environments:
        other = first.setdefault(what(environment), environment)
        if other is not environment:
            yield environment, other


@rule("A101")
def _account_shared(environments: tuple[Environment, ...]) -> Findings:
    for environment, other in _sharing(environments, lambda one: one.settings.account):
        if environment.name in (other.settings.standby_of, other.name) or environment.settings.standby_of == other.name:
            continue  # copies of another region are made within an account
        message = f"{environment.target} and {other.target} share the account {environment.settings.account}"
        hint = "give each environment its own account; quotas, mistakes and permissions then end at its border"
        yield Finding(message, environment.at("environment", "account"), hint)


@rule("A172")
def _boundary_elsewhere(environment: Environment) -> Findings:
    account, boundary = environment.settings.account, environment.settings.permissions_boundary or ""
    if boundary.startswith("arn:") and boundary.split(":")[4] not in ("aws", account):
        message = f"a role cannot have a permissions boundary of another account than its own, {account}"
        hint = "write the policy's name alone, if each account has one: `{}`".format(boundary.rpartition("/")[2])
    elif boundary.endswith("::aws:policy/AdministratorAccess"):
        message = "AdministratorAccess allows all there is, so that it bounds nothing"
        hint = "write `own`, or a policy of yours"
    else:
        return
    yield Finding(message, environment.at("environment", "permissions_boundary"), hint)


_OF_GRAFANA: Final = (
    *("ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2"),
    *("us-east-1", "us-east-2", "us-west-2"),
)
"""The regions of Amazon Managed Grafana: AWS General Reference, Amazon Managed Grafana endpoints and quotas."""


@rule("A173")
def _no_grafana_there(environment: Environment) -> Findings:
    said, region = environment.settings.prometheus, environment.settings.region
    if said is not None and said.enabled and said.grafana is not None and region not in _OF_GRAFANA:
        message = f"{region} has no Amazon Managed Grafana"
        hint = "write `prometheus: {grafana: null}`; Grafana in another region reads this one's Prometheus as well"
        yield Finding(message, environment.at("environment", "prometheus", "grafana"), hint)


@rule("A102")
def _state_shared(environments: tuple[Environment, ...]) -> Findings:
    for environment, other in _sharing(environments, lambda one: one.state_bucket):
        bucket = environment.state_bucket
        message = f"{environment.target} and {other.target} keep their state in one bucket, `{bucket}`"
        hint = f"give it its own: `bucket: {bucket}-{environment.name}`"
        yield Finding(message, environment.at("environment", "state", "bucket"), hint)


def _unmet(environment: Environment, *, is_built: bool) -> Findings:
    if environment.broken:
        return  # what is broken may ask for it
    needs = [
        (owner, need)
        for owner, entry in environment.every()
        for need in kinds()[entry.KIND].required_capabilities(entry)
    ]
    found = in_force(environment) if needs else {}
    for owner, need in needs:
        if need.is_built == is_built and need.capability not in found and not _has_targets(environment, owner, need):
            wanted = capabilities()[need.capability]
            message = f"`{'.'.join(need.path)}` does nothing without the capability {wanted.title}: {need.why}"
            remove = f"remove `{'.'.join(need.path)}`"
            hint = f"add `{wanted.setting}` to {environment.source('environment')}, or {remove}"
            yield Finding(message, environment.at(owner, *need.path), hint if wanted.setting else remove)


def _has_targets(environment: Environment, owner: str, need: RequiredCapability) -> bool:
    ctx = BuildContext(environment, in_force(environment), owner)
    for name, kind in kinds().items() if need.or_targets else ():
        given = kind.permissions.default_bindings
        for entry in environment.entries[name].values() if given is not empty else ():
            if any(offer.targets for offer in given(entry, ctx.of(entry), ctx)):
                return True
    return False


@rule("A105")
def _need(environment: Environment) -> Findings:
    yield from _unmet(environment, is_built=True)
    network = environment.settings.network
    if network.flow_log_why is not None and network.flow_log_retention is not None:
        message = "`flow_log_why` says why there is no flow log, and `flow_log_retention` asks for one"
        hint = "remove it; or write `flow_log_retention: null`"
        yield Finding(message, environment.at("environment", "network", "flow_log_why"), hint)


_unwatched = rule("A106")(lambda environment: _unmet(environment, is_built=False))


@rule("A107")
def _owned_twice(accounts: tuple[Environment, ...]) -> Findings:
    first: dict[tuple[str, str, str], str] = {}
    for environment in accounts:
        account, region = environment.settings.account, environment.settings.region
        owned = [
            (what, owner, f"{owner} of {environment.target}", True)
            for owner, entry in environment.every()
            if (what := kinds()[entry.KIND].operations.regional_singleton)
        ]
        built = in_force(environment) if environment.settings.owns_account_settings else ()
        for found in (capabilities()[name] for name in built):
            for what, is_regional in ((found.regional_singleton, True), (found.account_singleton, False)):
                owned += [(what, "environment", environment.target, is_regional)] if what else []
        for what, owner, target, is_regional in owned:
            other = first.setdefault((what, account, region if is_regional else ""), target)
            if other != target:
                where = f" in {region}" if is_regional else ""
                message = f"{target} and {other} would both own {what}, which {account} has once{where}"
                here = environment.source("environment")
                hint = f"write `owns_account_settings: false` in {here}: then {other} makes it for both"
                if owner != "environment":
                    hint = f"unset it in {here}: `{owner.replace('/', ': {')}: null}}`"
                path = "name" if owner != "environment" else "account"
                yield Finding(message, environment.at(owner, path), hint)


@rule("A108")
def _region_unknown(environment: Environment) -> Findings:
    settings = environment.settings
    given: list[tuple[str, tuple[str, ...], str]] = [("environment", ("region",), settings.region)]
    if settings.recovery is not None:
        given.append(("environment", ("recovery", "region"), settings.recovery.region))
    if settings.state is not None:
        given.append(("environment", ("state", "region"), settings.state.region or ""))
    given += [(owner, ("region",), getattr(entry, "region", None) or "") for owner, entry in environment.every()]
    for owner, entry in environment.every():
        for above, one in (((), entry), (("custom_header",), getattr(entry, "custom_header", None))):
            if (replication := getattr(one, "replication", None)) is not None:
                given.append((owner, (*above, "replication", "region"), replication.region))
    for owner, path, region in given:
        if region and region not in REGIONS:
            place = environment.at(owner, *path)
            where = next((where for start, where in OTHER_PARTITIONS.items() if region.startswith(start)), None)
            if where is not None:
                message = f"`{region}` is in {where}, a partition of its own, for which infragen builds nothing"
                yield Finding(message, place, "write a region of AWS's commercial partition, such as `us-east-1`")
            else:
                yield Finding(f"AWS has no region `{region}`", place, nearest(region, REGIONS, "regions"))


@rule("A140")
def _no_second_place(environment: Environment) -> Findings:
    own = environment.settings
    # Who stands by and follows is told once; A144 says which it follows.
    field = "follows" if own.standby_of is None else "standby_of"
    other = environment.followed if own.standby_of is None else environment.primary
    if other is not None and other.region == own.region:
        message = f"{environment.target} and {other.environment} are both in {own.region}, and would fail together"
        named = other.recovery.region if other.recovery is not None else None
        region = next(region for region in (named, "us-west-2", "us-east-2") if region not in (None, other.region))
        hint = f"write another region in {environment.source('environment')}: `region: {region}`"
        yield Finding(message, environment.at("environment", field), hint)
    if other is not None and other.account != own.account:
        message = f"{other.environment} is in the account {other.account}: RDS cannot replicate into {own.account}"
        hint = f'write `account: "{other.account}"` in {environment.source("environment")}'
        yield Finding(message, environment.at("environment", field), hint)


@rule("A144")
def _other_data(environment: Environment) -> Findings:
    primary, followed = environment.primary, environment.followed
    if primary is not None and followed is not None and followed is not primary:
        message = f"it would have the data of {followed.environment}, and answer at the names of {primary.environment}"
        yield Finding(message, environment.at("environment", "follows"), f"write `follows: {primary.environment}`")


@rule("A141")
def _in_a_circle(environment: Environment) -> Findings:
    other = environment.followed
    if other is not None and other.follows is not None:
        target = f"{environment.system.name}/{other.environment}"
        message = f"{target} follows {other.follows} itself: neither would have the data"
        hint = f"remove `follows` here, or in the file of {target}"
        yield Finding(message, environment.at("environment", "follows"), hint)


def _held(environments: tuple[Environment, ...]) -> Iterator[tuple[Environment, Environment, Holding]]:
    for standby, primary in standbys(environments):
        if primary.settings.recovery is not None and standby.settings.follows == primary.name:
            yield from ((primary, standby, holding) for holding in holdings(primary, standby))


def _lacking(environments: tuple[Environment, ...], objective: Objective) -> Findings:
    for primary, standby, holding in _held(environments):
        recovery, held = primary.settings.recovery, holding.held
        if recovery is not None and holding.is_unmet and holding.objective == objective:
            hours = recovery.rpo_hours if objective == "RPO" else recovery.rto_hours
            promised = f"{primary.target} promises an {objective} of {hours} h"
            message = f"of {holding.owner}, {standby.target} has {held.has}; {promised}"
            excluded = f"`excludes: {{{holding.owner}: why}}` in `recovery` of {primary.source('environment')}"
            yield Finding(message, primary.at(holding.owner, *held.field), f"{held.mend}; or accept it: {excluded}")


_no_copy = rule("A142")(lambda environments: _lacking(environments, "RPO"))
_cannot_run = rule("A145")(lambda environments: _lacking(environments, "RTO"))


@rule("A146")
def _excluded_in_vain(environments: tuple[Environment, ...]) -> Findings:
    found: dict[str, tuple[Environment, set[str]]] = {}
    for primary, _, holding in _held(environments):
        _, lacking = found.setdefault(primary.name, (primary, set()))
        lacking |= set() if holding.held.is_enough else {holding.owner}
    for primary, lacking in found.values():
        recovery = primary.settings.recovery
        for owner in recovery.excludes if recovery is not None else ():
            if owner not in lacking | primary.broken:
                message = f"`excludes` names {owner}, of which nothing is lost with {primary.settings.region}"
                where = primary.at("environment", "recovery", "excludes", owner, key=True)
                yield Finding(message, where, "remove it")


@rule("A143")
def _other_names(environment: Environment) -> Findings:
    primary, own = environment.primary, environment.settings
    if primary is not None and primary.domain_name != own.domain_name:
        message = f"{primary.environment} is called `{primary.domain_name}`, and this one `{own.domain_name}`"
        field = "domain_name" if own.domain_name else "standby_of"
        hint = f"write `domain_name: {primary.domain_name}`: a standby uses its names"
        yield Finding(message, environment.at("environment", field), hint)


@rule("A109")
def _held_too_long(resolved: ResolvedSystem, today: date) -> Findings:
    holds = resolved.settings.holds if isinstance(resolved, Environment) else {}
    for name, hold in holds.items():
        if hold.is_past(today):
            message = f"{name} is held until {hold.until}, which has passed"
            hint = f"remove `holds.{name}` to take what the templates give; or write a later day, and why"
            yield Finding(message, resolved.at("environment", "holds", name, "until"), hint)
