"""Whether an environment is likely to cost more than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.part import ENVIRONMENT
from infragen.core.rule import Finding, Findings, rule
from infragen.stacks.costs import estimate

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
