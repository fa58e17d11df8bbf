"""Domains: parts of a business, with defaults for what they own."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from pydantic import Field

from infragen.core.entry import Entry
from infragen.core.kind import Billing, Capability, Kind, free_of_charge
from infragen.core.part import Reason
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.kinds import clusters, instead_of


class Domain(Entry):
    """A business domain: a security boundary, and defaults for what it owns."""

    KIND: ClassVar = "domains"
    SINGULAR: ClassVar = "domain"

    own_cluster: bool = False
    """Gives it its own ECS cluster, with a key, and a log of shell sessions."""
    defaults: dict[str, dict[str, Any]] = Field(
        default_factory=dict, examples=[{"services": {"log_retention": "14 days"}}]
    )
    """By kind: values for every entry of that kind that belongs to it."""


def _reasons(environment: Environment) -> Iterator[Reason]:
    for owner, domain in environment.each(Domain):
        if domain.own_cluster:
            yield Reason(owner, ("own_cluster",), "a cluster as a boundary of its own")


@rule("R107")
def _domain_unknown(resolved: ResolvedSystem) -> Findings:
    for owner, domain in _members(resolved):
        if not resolved.knows("domains", domain):
            message = f"{owner} belongs to a domain `{domain}`, which does not exist"
            yield Finding(message, resolved.at(owner, "domain"), instead_of(resolved, "domains", domain))


def _members(resolved: ResolvedSystem) -> Iterator[tuple[str, str]]:
    for owner, entry in resolved.every():
        if domain := getattr(entry, "domain", None):
            yield owner, domain


@rule("R113")
def _domain_empty(resolved: ResolvedSystem) -> Findings:
    if resolved.broken:
        return  # what is broken may belong to it
    used = {domain for _, domain in _members(resolved)}
    for name in resolved.all(Domain):
        if name not in used:
            hint = f"write `domain: {name}` in a service, or remove the file"
            yield Finding(f"no entry belongs to domains/{name}", resolved.at(f"domains/{name}", "name"), hint)


@rule("R118")
def _nothing_runs(environment: Environment) -> Findings:
    running = {getattr(one, "domain", None) for _, one in environment.every() if hasattr(one, "room_for")}
    for name, domain in environment.all(Domain).items():
        if domain.own_cluster and name not in running and not environment.broken:
            hint = f"write `domain: {name}` in a service, or remove `own_cluster`"
            message = f"nothing runs in domains/{name}, so no cluster is built for it"
            yield Finding(message, environment.at(f"domains/{name}", "own_cluster"), hint)


KIND: Final = Kind(
    model=Domain,
    title="domain",
    parts=lambda domain, ctx: clusters.parts(ctx, domain.name) if domain.own_cluster else (),
    cost=Billing(monthly=free_of_charge),
    rules=(_domain_unknown, _domain_empty, _nothing_runs),
)
CAPABILITY: Final = Capability(
    name="own-cluster", title="ECS cluster of a domain's own", monthly_costs=free_of_charge, reasons=_reasons
)
