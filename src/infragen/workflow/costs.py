"""What the environments of a target cost, each with its standby."""

from msgspec.structs import replace

from infragen.catalog import Project
from infragen.environment import resolve_standby
from infragen.stacks.costs import Estimate, StandbyCost, estimate
from infragen.workflow.target import refuse_stack, resolve_all, resolve_one, select


def costs(project: Project, target: str | None, profiles: tuple[str, ...]) -> list[Estimate]:
    refuse_stack(target, "costs are calculated for an environment, by entry")
    found = []
    for catalogue, names in select(project, target):
        _, resolved = resolve_all(project, catalogue, names, profiles)
        for one in resolved:
            cost = estimate(one.environment())
            if (running := resolve_standby(project, cost.environment)) is not None:
                alone = running.environment()
                _, standing = resolve_one(project, alone.target)
                cost = replace(cost, standby=StandbyCost(estimate(standing), estimate(alone)))
            found.append(cost)
    return found
