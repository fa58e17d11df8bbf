"""Rules about the versions of engines: their form, and how long AWS supports them."""

from datetime import date
from decimal import Decimal
from typing import Final

from infragen import availability
from infragen.core.resolved_system import Environment
from infragen.core.rule import At, Finding, Findings, ending, rule
from infragen.diagnostics import Location
from infragen.kinds.databases.aurora import RELEASES
from infragen.kinds.databases.model import Database
from infragen.text import first_of

_MAJOR: Final = {"8.4": "8", "8.0": "3", "5.7": "2"}
"""MySQL's version to Aurora's own major version."""


@rule("D111", of=Database)
def _release_mismatch(database: Database, at: At) -> Findings:
    version, _, own = (database.release or "").partition(".mysql_aurora.")
    major = _MAJOR.get(database.version)
    is_other = version != database.version or (major is not None and own.partition(".")[0] != major)
    if _is_release(database) and is_other:
        message = f"`{database.release}` is not a release of MySQL {database.version}"
        hint = f"write `release: {database.version}.mysql_aurora.{major or '...'}.x.y`, or the version it belongs to"
        yield Finding(message, at("release"), hint)


def _is_release(database: Database) -> bool:
    return database.engine == "aurora-mysql" and database.release is not None


@rule("D112", of=Database)
def _version_form(database: Database, at: At) -> Findings:
    engine = database.kind_of_engine
    if database.engine != "aurora-mysql" and not _has_form(database):
        major = engine.major(database.version)
        if major not in engine.majors:
            major = max(engine.majors, key=lambda known: engine.majors[known])
        newest = engine.newest(major)
        exact = f', or `version: "{newest}"`' if newest else ""
        message = f"{engine.title} has no version {database.version}"
        hint = f'write `version: "{major}"`, which AWS keeps at its newest minor version{exact}'
        yield Finding(message, at("version"), hint)


def _has_form(database: Database) -> bool:
    parts = 1 if database.kind_of_engine.dialect == "postgresql" else 2
    return parts <= database.version.count(".") + 1 <= parts + 1


@rule("E103", of=Database)
def _ends(database: Database, at: At, today: date) -> Findings:
    if database.engine != "aurora-mysql":
        yield from _version_ends(database, at, today)
    elif database.release is not None:
        minor = _aurora_minor(database)
        majors = database.kind_of_engine.majors
        ends = min(filter(None, (RELEASES.get(minor), majors.get(database.version))), default=None)
        message = ending(f"Aurora MySQL {minor}", ends, today)
        if database.release in availability.versions(database.kind_of_engine.name).ended:
            message = message or f"AWS makes no new clusters of {database.release} ({availability.source()})"
        if message:
            longest = max(_alike(minor), key=lambda known: RELEASES[known])
            yield Finding(message, at("release"), f"move to {longest}, which AWS supports until {RELEASES[longest]}")


def _aurora_minor(database: Database) -> str:
    """`3.10` of `8.0.mysql_aurora.3.10.4`; from 8.4 on Aurora numbers as MySQL does: `8.4.7`."""
    own = str(database.release).partition(".mysql_aurora.")[2].split(".")
    return ".".join(own[: 3 if own[0] == _MAJOR["8.4"] else 2])


def _alike(minor: str) -> list[str]:
    return [known for known in RELEASES if known.partition(".")[0] == minor.partition(".")[0]] or list(RELEASES)


def _version_ends(database: Database, at: At, today: date) -> Findings:
    engine = database.kind_of_engine
    major, newest = engine.major(database.version), engine.newest(engine.major(database.version))
    ends = engine.majors.get(major)
    place = at("version")
    if ends is not None and (message := ending(f"{engine.title} {major}", ends, today)):
        longest = max(engine.majors, key=lambda known: engine.majors[known])
        message += "; infragen asks for no extended support, so AWS makes no new one" if ends <= today else ""
        hint = f'write `version: "{longest}"`, which AWS supports until {engine.majors[longest]}'
        yield Finding(message, place, hint)
    elif database.version in availability.versions(engine.name).ended:
        message = f"standard support of {engine.title} {database.version} has ended; AWS installs a newer minor version"
        exact = f', or `version: "{newest}"`' if newest else ""
        yield Finding(message, place, f'write `version: "{major}"`, which AWS keeps current{exact}')


@rule("E104", of=Database)
def _unlisted(database: Database, at: At) -> Findings:
    engine = database.kind_of_engine
    versions = availability.versions(engine.name)
    if _is_release(database) and database.version in engine.majors and str(database.release) not in versions:
        release = _aurora_minor(database)
        if release not in RELEASES:
            message = f"infragen does not know when support of Aurora MySQL {release} ends"
            hint = f"compare AWS' release calendar; known here: {', '.join(_alike(release))}"
        else:
            message = f"{availability.source()} have no {database.release}"
            known = [one for one in versions.current if one.startswith(f"{database.version}.mysql_aurora.{release}.")]
            hint = f"known here: {', '.join(known)}"
        yield Finding(message, at("release"), hint)
    elif database.engine != "aurora-mysql":
        for field, version in {"version": database.version, "readers_version": database.readers_version or ""}.items():
            newest = engine.newest(engine.major(version)) if engine.minor(version) is not None else None
            if newest and version not in versions:
                message = f"{availability.source()} have no {engine.title} {version}"
                yield Finding(message, at(field), f"compare {engine.calendar}; the newest known here is {newest}")


@rule("D194", of=Database)
def _readers_behind(database: Database, at: At) -> Findings:
    engine, own, ahead = database.kind_of_engine, database.version, database.readers_version
    if ahead is None:
        return
    major, minor, theirs = engine.major(own), engine.minor(own), engine.minor(ahead)
    if minor is None:
        message = f"AWS upgrades {own} by itself, what copies it first: `readers_version` is for a whole version"
        yield Finding(message, at("readers_version"), "remove it, or write `version` with its minor version")
    elif engine.major(ahead) != major or theirs is None or theirs < minor:
        message = f"`readers_version: {ahead}` is no minor version of {engine.title} {major} from {own} on"
        hint = f'write `readers_version: "{engine.newest(major) or own}"`, or remove it'
        yield Finding(message, at("readers_version"), hint)


@rule("D195")
def _patches(environment: Environment) -> Findings:
    behind: dict[tuple[Location, str, str, str], list[str]] = {}
    for owner, database in environment.each(Database) if environment.settings.production else ():
        version, newest = database.release or database.version, _newest_patch(database)
        if newest and newest not in {version, database.readers_version}:
            field = "release" if database.release else "version"
            is_copied = bool(database.readers) and not database.kind_of_engine.is_aurora
            first = f'`readers_version: "{newest}"`, and once readers have it ' if is_copied else ""
            hint = f'write {first}`{field}: "{newest}"`'
            lacks = f"lacks the fixes of {newest} ({availability.source()})"
            behind.setdefault((environment.at(owner, field), version, lacks, hint), []).append(owner)
    for (place, version, lacks, hint), owners in behind.items():
        yield Finding(f"{version} of {first_of(owners)} {lacks}", place, hint)


def _newest_patch(database: Database) -> str | None:
    """None unless it is a whole version that AWS still makes."""
    engine, version = database.kind_of_engine, database.release or database.version
    current = availability.versions(engine.name).current
    if version not in current:
        return None
    line = f"{database.version}.mysql_aurora.{_aurora_minor(database)}." if database.release else ""
    alike = [one for one in current if one.startswith(line)]
    return (alike[-1] if alike else None) if line else engine.newest(engine.major(version))


_OLDEST: Final = {"mysql": Decimal("5.7"), "postgresql": Decimal(11)}
"""The oldest major versions in extended support, by dialect; of older ones none runs any more. It ends for MySQL 5.7 on
28 February 2027, for PostgreSQL 11 on 31 March 2027 (the release calendars of RDS and Aurora)."""


@rule("D134", of=Database)
def _gone(database: Database, at: At) -> Findings:
    engine = database.kind_of_engine
    oldest = _OLDEST[engine.dialect]
    if Decimal(engine.major(database.version)) < oldest:
        message = f"AWS runs no {engine.title} {database.version} any more: {oldest} is the oldest"
        known = max(engine.majors, key=Decimal)
        hint = f'write `version: "{known}"`, which AWS supports until {engine.majors[known]}'
        yield Finding(message, at("version"), hint)


@rule("E105", of=Database)
def _major_unknown(database: Database, at: At) -> Findings:
    engine = database.kind_of_engine
    major = engine.major(database.version)
    if Decimal(major) < _OLDEST[engine.dialect]:
        return  # D134 says so
    if major not in engine.majors and _has_form(database):
        # the known version of the same digits, 17 for 71; else the one that is nearest as a number
        nearest = min(engine.majors, key=lambda one: (sorted(one) != sorted(major), abs(Decimal(one) - Decimal(major))))
        message = f"infragen knows no {engine.title} {major}"
        known = ", ".join(sorted(engine.majors, key=Decimal))
        hint = f'write `version: "{nearest}"`; known here: {known} ({engine.calendar})'
        yield Finding(message, at("version"), hint)
