"""What the environments of a target cost, each with its standby."""

from msgspec.structs import replace

from infragen.catalog import Project
from infragen.environment import resolve_standby
from infragen.stacks.costs import Estimate, StandbyCost, estimate
from infragen.workflow.target import refuse_stack, resolve_all, resolve_one, select


def costs(project: Project, target: str | None, profiles: tuple[str, ...]) -> list[Estimate]:
    """Return what each environment of a target costs; InfragenError X016 for a stack."""
    refuse_stack(target, "costs are calculated for an environment, by entry")
    found = []
    for catalogue, names in select(project, target):
        _, resolved = resolve_all(project, catalogue, names, profiles)
        found += [_with_standby(project, estimate(one.environment())) for one in resolved]
    return found


def _with_standby(project: Project, found: Estimate) -> Estimate:
    running = resolve_standby(project, found.environment)
    if running is None:
        return found
    alone = running.environment()
    _, standing = resolve_one(project, alone.target)
    return replace(found, standby=StandbyCost(estimate(standing), estimate(alone)))
