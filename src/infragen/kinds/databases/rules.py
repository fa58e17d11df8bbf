"""Rules about databases."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from infragen.core import clock
from infragen.core.regions import ZONES
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics import Location
from infragen.kinds.databases import instance_classes
from infragen.kinds.databases.aurora import max_connections, proxy_addresses
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.rotation import is_rotated
from infragen.kinds.network import data_tier, subnets
from infragen.kinds.network.ranges import RESERVED, too_small
from infragen.text import counted, first_of


@rule("D101", of=Database)
def _capacity_range(database: Database, at: At) -> Findings:
    capacity = database.capacity
    if capacity is not None and capacity.min > capacity.max:
        message = f"capacity: at least {capacity.min} ACU, but at most {capacity.max} ACU"
        hint = f"exchange them: `capacity: {{min: {capacity.max} ACU, max: {capacity.min} ACU}}`"
        yield Finding(message, at("capacity", "min"), hint)


_SIZES: Final = (1, 4, 8, 16, 32, 64)
_MOST_CAPACITY: Final = Decimal(128)
"""The document's upper end; newer releases of Aurora go to 256."""


@rule("D102", of=Database)
def _capacity_limits(database: Database, at: At) -> Findings:
    if database.capacity is None:
        return
    least, most = database.capacity.min, database.capacity.max
    if least and not Decimal("0.5") <= least <= _MOST_CAPACITY:
        hint = "write `min: 0.5 ACU` or more, or 0 for a database that pauses"
        yield Finding(f"{least} ACU is not within 0.5 to 128 ACU", at("capacity", "min"), hint)
    elif not 1 <= most <= _MOST_CAPACITY:
        place = at("capacity", "max")
        yield Finding(f"{most} ACU is not within 1 to 128 ACU", place, "write `max: 1 ACU` or more, up to 128")


@rule("D103", of=Database)
def _connections(database: Database, at: At) -> Findings:
    expected, proxy = database.connections, database.proxy
    if expected is None or proxy is None or database.capacity is None:
        return
    dialect, least = database.kind_of_engine.dialect, database.capacity.min
    limit = max_connections(database.capacity.max, dialect, least)
    usable = int(limit * proxy.max_connections / 100)
    if expected > usable:
        message = (
            f"{expected} connections are expected; with {database.capacity.max} ACU at most an instance"
            f" takes {limit}, of which the proxy may use {usable} ({proxy.max_connections} %)"
        )
        usable_of = {size: max_connections(Decimal(size), dialect) * proxy.max_connections / 100 for size in _SIZES}
        enough = next((size for size, connections in usable_of.items() if connections >= expected), 128)
        yield Finding(message, at("connections"), f"write `capacity: {{max: {enough} ACU}}`")


def too_long(store: Any, at: At) -> Findings:
    days = store.backup.retention
    if days > 35:
        message = f"{store.service} keeps backups 1 to 35 days, not {days}"
        yield Finding(message, at("backup", "retention"), "write `retention: 35 days` or less")


_too_long: Final = rule("D104", of=Database)(too_long)
PRODUCTION_BACKUP_DAYS: Final = 7


def too_short(store: Any, at: At, environment: Environment) -> Findings:
    days = store.backup.retention
    if environment.settings.production and days < PRODUCTION_BACKUP_DAYS:
        message = f"production keeps backups {counted(days, 'day')}, not seven"
        yield Finding(message, at("backup", "retention"), "write `retention: 7 days` or more")


_too_short: Final = rule("D105", of=Database)(too_short)
DAY: Final = 24 * 60


def windows(entry: Any, at: At) -> Findings:
    backup, (_, window) = entry.backup.window, entry.maintenance.when(entry)
    backups, restarts = minutes(backup), minutes(window)
    for field, (start, length) in (("backup", backups), ("maintenance", restarts)):
        if length < 30:
            message = f"the {field} window from {_clock(start)} lasts {length} minutes; AWS requires at least 30"
            hint = f"write `window: {_clock(start)}-{_clock(start + 30)}` or longer"
            yield Finding(message, at(field, "window"), hint)
    if (restarts[0] - backups[0]) % DAY < backups[1] or (backups[0] - restarts[0]) % DAY < restarts[1]:
        message = f"the maintenance window {window} overlaps backups, {backup}"
        later = sum(backups)
        hint = f"write `window: {_clock(later)}-{_clock(later + max(30, restarts[1]))}`"
        yield Finding(message, at("maintenance", "window"), hint)


@rule("D106", of=Database)
def _windows(database: Database, at: At) -> Findings:
    yield from windows(database, at)


@rule("A153")
def _by_day(environment: Environment) -> Findings:
    system, place = environment.system, ZONES.get(environment.settings.region)
    if place is None or not environment.settings.production or "time_zone" in system.model_fields_set:
        return
    found: dict[str, tuple[str, str]] = {}
    for owner, entry in environment.every():
        if (maintenance := getattr(entry, "maintenance", None)) is not None:
            day, window = maintenance.when(entry, environment.settings)
            if local := clock.by_day(day, window, place):
                found[owner] = (f"{day.capitalize()} {window}", local)
    if found:
        window, local = next(iter(found.values()))
        whose = f"maintenance of {first_of(list(found))}"
        message = f"no time zone is given: {whose} is on {window} in UTC, {local} {place}"
        hint = f"write `time_zone: {place}` in {environment.source('system')}, or `UTC` where that is meant"
        yield Finding(message, environment.at("system", "time_zone"), hint)


def minutes(window: str) -> tuple[int, int]:
    """Start and length of `HH:MM-HH:MM`; the end can be on the next day."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in window.split("-"))
    return first, (last - first) % DAY


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes % DAY, 60)
    return f"{hours:02}:{rest:02}"


@rule("D107")
def _unprotected(environment: Environment) -> Findings:
    if environment.settings.production:
        yield from unprotected(environment, "databases", environment.all(Database))


def unprotected(environment: Environment, kind: str, found: Mapping[str, Any]) -> Findings:
    bare: dict[tuple[Location, str], list[str]] = {}
    for name, one in found.items():
        given = {"deletion_protection": one.deletion_protection, "final_snapshot": one.final_snapshot}
        for field in (field for field, is_on in given.items() if is_on is False):
            place = (
                environment.at(f"{kind}/{name}", field)
                if environment.origins[f"{kind}/{name}"].setting((field,))
                else environment.at("environment", "production")
            )
            bare.setdefault((place, field), []).append(name)
    for (place, field), names in bare.items():
        hint = f"write `every: {{{kind}: {{{field}: true}}}}` in {environment.source('environment')}"
        yield Finding(f"{_listed(names, kind)} in production without `{field}`", place, hint)


def _listed(names: list[str], kind: str = "databases") -> str:
    if len(names) == 1:
        return f"{kind}/{names[0]} is"
    some = f" ({', '.join(names)})" if len(names) <= 3 else ""
    return f"{len(names)} {kind}{some} are"


@rule("D108", of=Database)
def _global_password(database: Database, at: At, resolved: ResolvedSystem) -> Findings:
    if database.global_database and database.master_password == "managed":  # noqa: S105 -- a kind, not a password
        message = "a global database's password is not managed by AWS"
        is_written = resolved.origins[at.owner].setting(("master_password",))
        place = at("master_password" if is_written else "global_database")
        yield Finding(message, place, "write `master_password: write-only` beside it")


@rule("D109")
def _global_nowhere(environment: Environment) -> Findings:
    recovery = environment.settings.recovery
    for owner, database in environment.each(Database):
        if database.global_database and recovery is None and environment.settings.standby_of is None:
            message = "a secondary cluster is wanted, but the environment has no second region"
            hint = f"add `recovery: {{region: ...}}` to {environment.source('environment')}, or unset `global_database`"
            yield Finding(message, environment.at(owner, "global_database"), hint)
    if recovery is not None and recovery.region == environment.settings.region:
        message = f"the second region is the first one, {recovery.region}"
        yield Finding(message, environment.at("environment", "recovery", "region"), "write another region")


@rule("D110", of=Database)
def _no_reader(database: Database, at: At, environment: Environment) -> Findings:
    if not environment.settings.production or environment.settings.follows is not None:
        return
    is_aurora = database.kind_of_engine.is_aurora
    if database.readers == 0 if is_aurora else not database.multi_az:
        promised = environment.promised_availability(database.availability)
        wanted = f", but {promised} % is promised" if promised else ""
        message = f"one instance in production{wanted}: nothing takes over when it fails"
        field, hint = ("readers", "write `readers: 1` or more") if is_aurora else ("multi_az", "write `multi_az: true`")
        yield Finding(message, at(field), hint)


_INSIGHTS_CAPACITY: Final = Decimal(2)
_GLOBAL_CAPACITY: Final = Decimal(8)
"""ACU at least that AWS advises with Performance Insights, which every cluster has, and in the first region of a global
database (Amazon Aurora User Guide: Choosing the minimum Aurora Serverless v2 capacity setting for a cluster)."""


def _advised(database: Database, *, is_secondary: bool = False) -> Decimal | None:
    """None if the cluster has it, is meant to pause, or has no capacity."""
    least = database.capacity.min if database.capacity is not None and database.kind_of_engine.is_aurora else None
    advised = _GLOBAL_CAPACITY if database.global_database and not is_secondary else _INSIGHTS_CAPACITY
    return advised if least and least < advised else None


@rule("D129")
def _least_capacity(environment: Environment) -> Findings:
    small: dict[tuple[Location, Decimal, Decimal], list[str]] = {}
    for name, database in environment.all(Database).items() if environment.settings.production else ():
        advised = _advised(database, is_secondary=environment.settings.standby_of is not None)
        if advised is not None and database.capacity is not None and not _is_meant(environment, name):
            place = environment.at(f"databases/{name}", "capacity", "min")
            small.setdefault((place, database.capacity.min, advised), []).append(name)
    for (place, least, advised), names in small.items():
        why = "a global database" if advised == _GLOBAL_CAPACITY else "Performance Insights, which is on"
        message = f"{_listed(names)} at {least:f} ACU when idle; AWS recommends {advised} with {why}"
        hint = (
            f"write `capacity: {{min: {advised} ACU}}`, which costs more; or give the reason, and watch memory and lag:"
            " `assumptions: {capacity.min: ...}`"
        )
        yield Finding(message, place, hint)


def _is_meant(environment: Environment, name: str) -> bool:
    """Whether there is a reason for a least capacity; that of an entry says nothing of another in an environment."""
    owner, path = f"databases/{name}", ("capacity", "min")
    layer = next(iter(environment.origins[owner].setting(path)), None)
    if layer is not None and layer.document.file == environment.source("environment"):
        return environment.assumption("environment", ("databases", name, *path)) is not None
    return environment.assumption(owner, path) is not None


@rule("D158", of=Database)
def _pauses(database: Database, at: At, environment: Environment) -> Findings:
    capacity = database.capacity
    if not environment.settings.production or capacity is None or capacity.min or database.proxy is not None:
        return  # with a proxy it never pauses: D124
    if capacity.pause_after is None:
        message = "it pauses without connections: the next client waits about 15 s, after a day 30 s or more"
        hint = "write `min: 0.5 ACU` or more, or `pause_after: 60 min` if all that use it wait that long"
        yield Finding(message, at("capacity", "min"), hint)


def production_overrides(database: Database) -> Mapping[str, object]:
    found: dict[str, object] = {}
    advised = _advised(database)
    if advised is not None and database.capacity is not None:
        found["capacity"] = {"min": f"{advised} ACU", "max": f"{max(advised, database.capacity.max):f} ACU"}
    if database.kind_of_engine.is_aurora and not database.readers:
        found["readers"] = 1
    elif not database.kind_of_engine.is_aurora and not database.multi_az:
        found["multi_az"] = True
    if database.backup.retention < PRODUCTION_BACKUP_DAYS:
        found["backup"] = {"retention": f"{PRODUCTION_BACKUP_DAYS} days"}
    if database.master_password == "write-only" and database.master_rotation is None:  # noqa: S105 -- a way
        found["master_rotation"] = "30 days"
    given = {"deletion_protection": database.deletion_protection, "final_snapshot": database.final_snapshot}
    return found | {field: True for field, is_on in given.items() if is_on is False}


@rule("E101", of=Database)
def _timestream(database: Database, at: At) -> Findings:
    if database.timeseries is not None and database.timeseries.is_table:
        message = "Timestream for LiveAnalytics takes no new customers since 20 June 2025; it stays in the catalogue"
        hint = "check whether the account is a customer; otherwise write `store: bucket` and `bucket: NAME`"
        yield Finding(message, at("timeseries", "store"), hint)


@rule("T101")
def _declared_totals(resolved: ResolvedSystem) -> Findings:
    declared = resolved.system.declared.databases
    if declared is None or "environment" in resolved.origins:
        return  # the document's totals are about its rows, not about what an environment makes of them
    if any(owner.startswith("databases/") for owner in resolved.broken):
        return
    rows = resolved.all(Database).values()
    for field, what, stated, found in (
        ("clusters", "clusters", declared.clusters, len(rows)),
        ("readers", "read replicas", declared.readers, sum(row.readers for row in rows)),
        ("data", "GB of data", declared.data, sum(row.data or 0 for row in rows)),
        ("connections", "connections", declared.connections, sum(row.connections or 0 for row in rows)),
    ):
        if stated != found and not (field == "data" and _rounded(found, stated)):
            message = f"`declared` states {stated:,} {what} in total, but the entries add up to {found:,}"
            place = resolved.at("system", "declared", "databases", field)
            yield Finding(message, place, "the entries are built; clarify which of the two is meant")


def _rounded(exact: int, stated: int) -> bool:
    """Say whether `stated` is `exact` rounded to the digits it is written with: 2,900 for 2,880, but not 2,890."""
    unit = 1
    while stated and stated % (unit * 10) == 0:
        unit *= 10
    return abs(exact - stated) * 2 <= unit


@rule("W110")
def _data_capacity(environment: Environment) -> Findings:
    databases = environment.all(Database).values()
    instances = sum(1 + database.most_readers + database.multi_az for database in databases)
    proxies = sum(map(_proxy_addresses, databases))
    need = -(-(instances + proxies) // max(len(subnets(environment, "data")), 1)) + RESERVED
    of = f"in all zones {instances} for instances, {proxies} for proxies to grow into, and {RESERVED} for AWS in each"
    yield from too_small(environment, data_tier(environment), need, of)


def _proxy_addresses(database: Database) -> int:
    if database.proxy is None:
        return 0
    if database.capacity is not None and database.kind_of_engine.is_aurora:
        return proxy_addresses(database.capacity.max, database.readers)
    return instance_classes.proxy_addresses(database.size) if database.size is not None else 0


@rule("D150")
def _managed_copy(environment: Environment) -> Findings:
    for owner, database in _copied(environment):
        if database.master_password == "managed" and not database.global_database:  # noqa: S105 -- D108 tells of those
            followed = environment.settings.follows
            message = f"AWS does not manage the password of an instance with replicas, and {owner} is one of {followed}"
            is_written = environment.origins[owner].setting(("master_password",))
            place = environment.at(owner, "master_password" if is_written else "engine")
            yield Finding(message, place, "write `master_password: write-only` in the catalogue, for both")


@rule("D151")
def _copy_without_key(environment: Environment) -> Findings:
    for owner, _ in _copied(environment) if not environment.settings.customer_keys else ():
        message = f"{owner} is an encrypted replica, for which RDS requires a key of {environment.settings.region}"
        hint = f"write `customer_keys: true` in {environment.source('environment')}"
        field = "follows" if environment.settings.follows is not None else "standby_of"
        yield Finding(message, environment.at("environment", field), hint)


def _copied(environment: Environment) -> Iterator[tuple[str, Database]]:
    for owner, database in environment.each(Database):
        is_secondary = database.global_database and environment.settings.standby_of is not None
        if is_secondary or (environment.followed is not None and not database.kind_of_engine.is_aurora):
            yield owner, database


@rule("D153", of=Database, in_environments=True)
def _rotated_twice(database: Database, at: At) -> Findings:
    if database.master_rotation is not None and database.master_password == "managed":  # noqa: S105 -- a way
        message = f"AWS keeps the master password of {at.owner}, and rotates it every 7 days by itself"
        yield Finding(message, at("master_rotation"), "remove it, or write `master_password: write-only`")


@rule("D154")
def _never_rotated(environment: Environment) -> Findings:
    copies = dict(_copied(environment))
    for owner, database in environment.each(Database) if environment.settings.production else ():
        is_unrotated = database.master_password == "write-only" and not is_rotated(database)  # noqa: S105 -- a way
        if is_unrotated and owner not in copies:
            message = f"the master password of {owner} is never rotated: anyone who has read it keeps access"
            yield Finding(message, environment.at(owner, "master_password"), "write `master_rotation: 30 days`")


@rule("D155", of=Database)
def _rotated_at_night(database: Database, at: At, environment: Environment) -> Findings:
    if environment.settings.working_hours is not None and is_rotated(database):
        message = f"{at.owner} is stopped outside working hours, when RDS cannot set a password: rotations fail then"
        hint = f"write `databases: {{{database.name}: {{master_rotation: null}}}}` in"
        yield Finding(message, at("master_rotation"), f"{hint} {environment.source('environment')}")


@rule("D152", of=Database, in_environments=True)
def _replica_takes_over(database: Database, at: At) -> Findings:
    said = re.search(r"fail[ -]?over|フェ[イー]ルオーバー?", database.readers_for or "", re.IGNORECASE)
    if said is None or not database.readers or database.kind_of_engine.is_aurora:
        return
    message = f"`{said[0]}`: RDS fails over to the standby of `multi_az`, and never to a read replica"
    there = "the standby is there already" if database.multi_az else "write `multi_az: true`"
    hint = f"{there}; write in `readers_for` what is read, and promote a replica by hand where it has to write"
    yield Finding(message, at("readers_for"), hint)


@rule("D156", of=Database)
def _readers_elsewhere(database: Database, at: At, environment: Environment) -> Findings:
    named, has_subnets = database.reader_zones if database.readers else (), subnets(environment, "data")
    if named and len(named) != database.readers:
        message = f"`reader_zones` names {counted(len(named), 'zone')} for {counted(database.readers, 'reader')}"
        yield Finding(message, at("reader_zones"), "name one for each reader, in order, or none")
    for number, zone in enumerate(named):
        if zone not in has_subnets:
            message = f"no subnet for databases is in {zone}, where a reader of {at.owner} is placed"
            tier = data_tier(environment)
            hint = f"write one of `{', '.join(has_subnets)}`, or give `network.subnets.{tier}` that zone"
            yield Finding(message, at("reader_zones", number), hint)
