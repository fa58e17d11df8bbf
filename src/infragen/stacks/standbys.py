"""What a standby holds of each entry of the environment that it takes over from, and what its code lacks there."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from infragen.core.build_context import BuildContext
from infragen.core.resolved_system import Environment
from infragen.core.standby import Held, Holding
from infragen.core.takeover import Takeover
from infragen.kinds import kinds
from infragen.kinds.account_settings import CLOUDTRAIL
from infragen.kinds.workloads.model import Workload
from infragen.kinds.workloads.task import given_by_others
from infragen.stacks.build import in_force

_TRAIL: Final = "nothing works with it; it is there again once the region is, and is lost if that never returns"
"""Why no promise covers the audit trail: no failover waits for it."""


def holdings(left: Environment, taking: Environment) -> tuple[Holding, ...]:
    """Leave out what has errors, and what is in another region than its environment and so fails without it."""
    promised = left.settings.recovery
    seconds = promised.rpo_hours * 3600 if promised is not None else 0
    excluded = promised.excludes if promised is not None else {}
    change = Takeover("failover", BuildContext(left, in_force(left)), BuildContext(taking, in_force(taking)), seconds)
    is_zero = promised is not None and not promised.rpo_hours
    found = []
    for owner, _ in left.every():
        for held in _of_entry(owner, change) if owner not in taking.broken else ():
            mend = "promise `rpo_hours: 1`: copies in another region are made afterwards"
            late = replace(held, state="unproved", mend=mend)
            one = late if is_zero and held.need == "data" and held.is_enough else held
            found.append(Holding(owner, one, excluded.get(owner, "" if promised is not None else "nobody promises it")))
    if change.left.has(CLOUDTRAIL):
        trail = Held("data", f"no copy: the audit trail is in {left.settings.region} alone", "missing")
        found.append(Holding(CLOUDTRAIL, trail, _TRAIL))
    return tuple(found)


def _of_entry(owner: str, change: Takeover) -> Iterator[Held]:
    place = replace(change, left=change.left.of(owner), taking=change.taking.of(owner))
    entry, target = place.left.entry, place.taking.environment.target
    holds = kinds()[entry.KIND].failover.holds
    if place.left.region != place.left.settings.region:
        return
    if place.taking.environment.find(owner) is not None:
        yield from holds(entry, place)
        return
    copy = getattr(entry, "replication", None)  # which the primary makes by itself
    is_copied = copy is not None and copy.region == place.taking.settings.region
    has = f"{'a replica that nothing there uses' if is_copied else 'nothing'}: {target} leaves it out"
    for need in sorted({held.need for held in holds(entry, replace(place, taking=place.left))}):
        yield Held(need, has, "missing", f"remove its `null` from the file of {target}")


def lacking(left: Environment, taking: Environment) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield owner, giver (empty for the entry's own file and what is given to all) and names of missing variables."""
    places = [BuildContext(one, in_force(one)) for one in (left, taking)]
    for owner, workload in taking.each(Workload):
        if isinstance(left.find(owner), type(workload)):
            there, here = (_variables(place.of(owner)) for place in places)
            missing: dict[str, list[str]] = {}
            for name in sorted(there.keys() - here):
                missing.setdefault(there[name], []).append(name)
            yield from ((owner, giver, tuple(names)) for giver, names in missing.items())


def _variables(ctx: BuildContext) -> dict[str, str]:
    found = {name: "" for _, plain, secret in ctx.entry.written_variables() for name in (*plain, *secret)}
    for why, prefix, offer in given_by_others(ctx, ctx.entry.used()):
        giver = why.removesuffix(" is used") if why.endswith(" is used") else ""
        found |= {f"{prefix}{name}": giver for name in (*offer.variables, *offer.secrets)}
    return found
