"""What an environment promises: each promise with the signals that tell when it is broken, and with its limits."""

from collections.abc import Iterator

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.part import ENVIRONMENT
from infragen.core.promises import Promised
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Location
from infragen.kinds import kinds
from infragen.kinds.bffs import Bff
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.workloads.model import Service
from infragen.stacks.build import in_force
from infragen.stacks.signals import Told, signals_of


class Promise(Struct, frozen=True):
    """A promise, whose it is, where it is written, and the signals that tell when it is broken."""

    owner: str
    promised: Promised
    location: Location
    told: tuple[Told, ...]

    @property
    def is_watched(self) -> bool:
        return any(one.signal.hears for one in self.told)


class Promises(Struct, frozen=True):
    """All promises of an environment, by whose they are."""

    target: str
    promises: tuple[Promise, ...]


def promises_of(environment: Environment) -> Promises:
    told: dict[tuple[str, str], list[Told]] = {}
    for one in signals_of(environment).told:
        told.setdefault((one.owner, one.signal.what), []).append(one)
    found = [
        Promise(
            owner, promised, environment.at(owner, *promised.field),
            tuple(one for key in promised.told_by for one in told.get(key, ())),
        )
        for owner, promised in _promised(environment)
    ]  # fmt: skip
    return Promises(environment.target, tuple(found))


def _promised(environment: Environment) -> Iterator[tuple[str, Promised]]:
    ctx = BuildContext(environment, in_force(environment))
    yield from (("system", one) for one in _of_system(environment, ctx))
    if (recovery := environment.settings.recovery) is not None:
        how = f"the steps of `infragen runbook {environment.target} failover`, which says whether it is met"
        for field, what in (("rpo_hours", "of data are lost"), ("rto_hours", "pass until it works again")):
            says = f"{getattr(recovery, field)} h {what} at most, when {environment.settings.region} is lost"
            yield ENVIRONMENT, Promised(("recovery", field), says, (), (how,))
    for owner, entry in environment.every():
        if owner not in environment.broken:
            yield from ((owner, one) for one in kinds()[entry.KIND].operations.promises(entry, ctx.of(owner)))


def _of_system(environment: Environment, ctx: BuildContext) -> Iterator[Promised]:
    stated = environment.system.declared.throughput
    if stated is not None:
        limits = [
            f"{owner}: {limit}"
            for owner, entry in environment.every()
            if owner not in environment.broken
            for limit in kinds()[entry.KIND].operations.limits(entry, ctx.of(owner))
        ]
        tasks = [entry.tasks for _, entry in environment.each(Service, Bff)]
        least, most = sum(one.min for one in tasks), sum(one.max for one in tasks)
        if most:
            each = " to ".join(f"{stated.per_second / one:.3g}" for one in dict.fromkeys((least, most)) if one)
            limits.append(f"{least} to {most} tasks of all services: {each} a second each, if all have the same share")
        told_by = tuple((one, word) for one, _ in environment.each(Gateway) for word in ("requests", "throttled"))
        yield Promised(("declared", "throughput"), f"{stated} ({stated.per_second:f} a second)", told_by, tuple(limits))
