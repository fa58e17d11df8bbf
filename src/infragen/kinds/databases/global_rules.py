"""Rules about Aurora global databases: what none of their clusters can have, and that both environments say it.

Copies are upgraded first (Amazon Aurora User Guide: Upgrading an Amazon Aurora global database).
"""

from typing import Final

from infragen.core.clock import DAYS
from infragen.core.resolved_system import Environment, standbys
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics import Location
from infragen.kinds.databases.instance_classes import MEMORY_OPTIMIZED
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.rules import DAY, minutes
from infragen.text import first_of

_MOST_READERS: Final = 14
"""Readers beside the writer, of 15, where one other region has a copy."""
_LEAST_RPO: Final = 20
"""Seconds of `rds.global_db_rpo` (Amazon Aurora User Guide: Managing RPOs for Aurora PostgreSQL-based global
databases)."""


@rule("D198", of=Database)
def _not_global(database: Database, at: At) -> Findings:
    if not database.global_database:
        return
    capacity, size = database.capacity, database.size or ""
    if capacity is not None and not capacity.min:
        message = "the cluster that writes never pauses in a global database: 0 ACU does nothing for it"
        yield Finding(message, at("capacity", "min"), "write `min: 8 ACU`, which AWS recommends, or 0.5 ACU at least")
    if capacity is None and not size.startswith(MEMORY_OPTIMIZED):
        message = f"a global database does not run on {size}: it needs a class that is optimized for memory"
        yield Finding(message, at("size"), "write `size: db.r7g.large`, or `capacity: {min: 8 ACU, max: 16 ACU}`")
    if database.most_readers > _MOST_READERS:
        field = ("readers",) if database.readers > _MOST_READERS else ("reader_scaling", "max")
        message = f"{database.most_readers} readers: with a copy in another region AWS allows {_MOST_READERS}"
        yield Finding(message, at(*field), f"write {_MOST_READERS} or less")
    rpo = database.parameters.get("rds.global_db_rpo", "")
    if rpo.isdecimal() and int(rpo) < _LEAST_RPO:
        message = f"`rds.global_db_rpo` is {_LEAST_RPO} seconds at least, not {rpo}"
        yield Finding(message, at("parameters", "rds.global_db_rpo"), f"write {_LEAST_RPO} or more, or leave it out")


@rule("D199")
def _one_sided(environments: tuple[Environment, ...]) -> Findings:
    for standby, primary in standbys(environments):
        for said, other, what in (
            (primary, standby, "would make them begin empty"),
            (standby, primary, "makes no global database of them"),
        ):
            copies = {owner for owner, one in other.each(Database) if one.global_database} | other.broken
            known = {owner for owner, _ in other.each(Database)}
            alone = [owner for owner, one in said.each(Database) if one.global_database and owner in known - copies]
            if alone:
                message = f"{first_of(alone)}: part of a global database in {said.target}, and {other.target} {what}"
                hint = (
                    f"write `global_database: true` for them in {other.source('environment')}, or in neither:"
                    " `every: {databases: {global_database: true}}`"
                )
                yield Finding(message, said.at(alone[0], "global_database"), hint)
        recovery, region = primary.settings.recovery, standby.settings.region
        copied = [owner for owner, one in primary.each(Database) if one.global_database]
        if copied and recovery is not None and recovery.region != region:
            message = f"{first_of(copied)}: copied to {recovery.region}, and {standby.target} is in {region}"
            yield Finding(message, primary.at("environment", "recovery", "region"), f"write `region: {region}`")


@rule("D207")
def _copy_later(environments: tuple[Environment, ...]) -> Findings:
    late: dict[tuple[Location, str, str], list[str]] = {}
    for standby, primary in standbys(environments):
        for owner, copy in standby.each(Database):
            source = primary.find(owner)
            if not isinstance(source, Database) or not (copy.global_database and source.global_database):
                continue
            day, window = copy.maintenance.when(copy, standby.settings)
            last_day, last = source.maintenance.when(source, primary.settings)
            (start, length), (end, _) = minutes(window), minutes(last)
            ahead = ((DAYS.index(last_day) - DAYS.index(day)) * DAY + end - start) % (7 * DAY)
            if length <= ahead < 2 * DAY:
                continue
            written = [
                one.at(owner, "maintenance", field)
                for one in (standby, primary)
                for field in ("day", "window")
                if one.origins[owner].setting(("maintenance", field))
            ]
            words = f"on {day} {window} in {standby.target}, on {last_day} {last} in {primary.target}"
            hint = f"write `maintenance: {{day: {DAYS[DAYS.index(last_day) - 1]}}}` in {standby.source('environment')}"
            late.setdefault((written[0], words, hint), []).append(owner)
    for (place, words, hint), owners in late.items():
        message = (
            f"{first_of(owners)}: maintained {words}; AWS upgrades copies first, and fails over to none until the"
            " writer has the same version"
        )
        yield Finding(message, place, hint)
