"""Rules about money: an environment's budget, and a document's own estimate of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.part import ENVIRONMENT
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics.hints import nearest
from infragen.stacks.build import in_force
from infragen.stacks.costs import estimate, is_for

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment


@rule("L143")
def _too_dear(environment: Environment) -> Findings:
    budget = environment.settings.budget
    if budget is None or environment.broken:
        return
    total = estimate(environment).total
    place = environment.at(ENVIRONMENT, "budget", "monthly")
    for how, amount in (("at least", total.least), ("up to", total.most)):
        if amount > budget.monthly:
            message = (
                f"at list prices it costs {how} {amount:,.0f} USD a month, and its budget is {budget.monthly:,} USD"
            )
            yield Finding(message, place, f"`infragen cost {environment.target}` shows the rows")
            return


def _owners(environment: Environment) -> list[str]:
    return [*(owner for owner, _ in environment.every()), *in_force(environment)]


@rule("T106")
def _for_nothing(environment: Environment) -> Findings:
    costs = environment.settings.document_costs
    owners = _owners(environment) if costs is not None and not environment.broken else []
    for name, row in costs.rows.items() if costs is not None and owners else ():
        for index, pattern in enumerate(row.entries):
            if not any(is_for(owner, [pattern]) for owner in owners):
                message = f"{environment.target} has no `{pattern}` that `{name}` could be for"
                place = environment.at(ENVIRONMENT, "document_costs", "rows", name, "entries", index)
                yield Finding(message, place, nearest(pattern, owners, "entries and capabilities"))


@rule("T107")
def _for_one_thing(environment: Environment) -> Findings:
    costs = environment.settings.document_costs
    first: dict[str, str] = {}
    for name, row in costs.rows.items() if costs is not None else ():
        for owner in _owners(environment):
            if is_for(owner, row.entries) and first.setdefault(owner, name) != name:
                message = f"`{first[owner]}` is for {owner} already"
                place = environment.at(ENVIRONMENT, "document_costs", "rows", name, "entries")
                yield Finding(message, place, f"name entries that `{first[owner]}` does not")
                break


@rule("T108")
def _wrong_sum(environment: Environment) -> Findings:
    costs = environment.settings.document_costs
    if costs is None or costs.total is None:
        return
    found = sum(row.monthly for row in costs.rows.values())
    if found != costs.total:
        message = f"its rows come to {found:,} USD, and it says {costs.total:,}"
        place = environment.at(ENVIRONMENT, "document_costs", "total")
        yield Finding(message, place, "check for a missing row, or write in `notes` that the document is wrong")
