"""Rules about the versions of engines: their form, and how long AWS supports them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from infragen import availability
from infragen.core.rule import At, Finding, Findings, ending, rule
from infragen.kinds.databases.aurora import RELEASES
from infragen.kinds.databases.model import Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from infragen.core.resolved_system import ResolvedSystem

_MAJOR: Final = {"8.4": "8", "8.0": "3", "5.7": "2"}
"""MySQL's version to Aurora's own major version."""


@rule("D111")
def _release_mismatch(resolved: ResolvedSystem) -> Findings:
    for name, database in _of_releases(resolved):
        version, _, own = str(database.release).partition(".mysql_aurora.")
        major = _MAJOR.get(database.version)
        if version != database.version or (major is not None and own.partition(".")[0] != major):
            message = f"`{database.release}` is not a release of MySQL {database.version}"
            hint = (
                f"write `release: {database.version}.mysql_aurora.{major or '...'}.x.y`, or the version it belongs to"
            )
            yield Finding(message, resolved.at(f"databases/{name}", "release"), hint)


def _of_releases(resolved: ResolvedSystem) -> Iterator[tuple[str, Database]]:
    """Yield the databases whose version is a release of Aurora's own."""
    for name, database in resolved.all(Database).items():
        if database.engine == "aurora-mysql" and database.release is not None:
            yield name, database


def _others(resolved: ResolvedSystem) -> Iterator[tuple[str, Database]]:
    for name, database in resolved.all(Database).items():
        if database.engine != "aurora-mysql":
            yield name, database


@rule("D112")
def _version_form(resolved: ResolvedSystem) -> Findings:
    for name, database in _others(resolved):
        engine = database.kind_of_engine
        if not _has_form(database):
            major = engine.major(database.version)
            if major not in engine.majors:
                major = max(engine.majors, key=lambda known: engine.majors[known])
            newest = engine.newest(major)
            exact = f', or `version: "{newest}"`' if newest else ""
            message = f"{engine.title} has no version {database.version}"
            hint = f'write `version: "{major}"`, which AWS keeps at its newest minor version{exact}'
            yield Finding(message, resolved.at(f"databases/{name}", "version"), hint)


def _has_form(database: Database) -> bool:
    """Say whether a version has as many numbers as the engine's: one or two of PostgreSQL, two or three of MySQL."""
    parts = 1 if database.kind_of_engine.dialect == "postgresql" else 2
    return parts <= database.version.count(".") + 1 <= parts + 1


@rule("E103")
def _release_ends(resolved: ResolvedSystem, today: date) -> Findings:
    for name, database in _of_releases(resolved):
        minor = _aurora_minor(database)
        majors = database.kind_of_engine.majors
        ends = min(filter(None, (RELEASES.get(minor), majors.get(database.version))), default=None)
        message = ending(f"Aurora MySQL {minor}", ends, today)
        if database.release in availability.versions(database.kind_of_engine.name).ended:
            message = message or f"AWS makes no new clusters of {database.release} ({availability.source()})"
        if message:
            longest = max(_alike(minor), key=lambda known: RELEASES[known])
            hint = f"move to {longest}, which AWS supports until {RELEASES[longest]}"
            yield Finding(message, resolved.at(f"databases/{name}", "release"), hint)
    for name, database in _others(resolved):
        yield from _version_ends(resolved, name, database, today)


def _aurora_minor(database: Database) -> str:
    """Return `3.10` of `8.0.mysql_aurora.3.10.4`; from 8.4 on Aurora numbers as MySQL does: `8.4.7`."""
    own = str(database.release).partition(".mysql_aurora.")[2].split(".")
    return ".".join(own[: 3 if own[0] == _MAJOR["8.4"] else 2])


def _alike(minor: str) -> list[str]:
    """Return the releases that are known of the same major version; all where none is."""
    return [known for known in RELEASES if known.partition(".")[0] == minor.partition(".")[0]] or list(RELEASES)


def _version_ends(resolved: ResolvedSystem, name: str, database: Database, today: date) -> Findings:
    engine = database.kind_of_engine
    major, newest = engine.major(database.version), engine.newest(engine.major(database.version))
    ends = engine.majors.get(major)
    place = resolved.at(f"databases/{name}", "version")
    if ends is not None and (message := ending(f"{engine.title} {major}", ends, today)):
        longest = max(engine.majors, key=lambda known: engine.majors[known])
        message += "; infragen asks for no extended support, so AWS makes no new one" if ends <= today else ""
        hint = f'write `version: "{longest}"`, which AWS supports until {engine.majors[longest]}'
        yield Finding(message, place, hint)
    elif database.version in availability.versions(engine.name).ended:
        message = f"standard support of {engine.title} {database.version} has ended; AWS installs a newer minor version"
        exact = f', or `version: "{newest}"`' if newest else ""
        yield Finding(message, place, f'write `version: "{major}"`, which AWS keeps current{exact}')


@rule("E104")
def _release_unknown(resolved: ResolvedSystem) -> Findings:
    for name, database in _of_releases(resolved):
        release = _aurora_minor(database)
        versions = availability.versions(database.kind_of_engine.name)
        if database.version not in database.kind_of_engine.majors or str(database.release) in versions:
            continue
        place = resolved.at(f"databases/{name}", "release")
        if release not in RELEASES:
            message = f"infragen does not know when support of Aurora MySQL {release} ends"
            yield Finding(message, place, f"compare AWS' release calendar; known here: {', '.join(_alike(release))}")
        else:
            message = f"{availability.source()} have no {database.release}"
            known = [one for one in versions.current if one.startswith(f"{database.version}.mysql_aurora.{release}.")]
            yield Finding(message, place, f"known here: {', '.join(known)}")
    for name, database in _others(resolved):
        engine = database.kind_of_engine
        newest = engine.newest(engine.major(database.version))
        is_exact = engine.minor(database.version) is not None
        if is_exact and newest and database.version not in availability.versions(engine.name):
            message = f"{availability.source()} have no {engine.title} {database.version}"
            hint = f"compare {engine.calendar}; the newest known here is {newest}"
            yield Finding(message, resolved.at(f"databases/{name}", "version"), hint)


@rule("E105", of=Database)
def _major_unknown(database: Database, at: At) -> Findings:
    engine = database.kind_of_engine
    major = engine.major(database.version)
    if major not in engine.majors and _has_form(database):
        message = f"infragen knows no {engine.title} {major}"
        known = ", ".join(sorted(engine.majors, key=Decimal))
        hint = f'write `version: "{_nearest(major, engine.majors)}"`; known here: {known} ({engine.calendar})'
        yield Finding(message, at("version"), hint)


def _nearest(major: str, known: Iterable[str]) -> str:
    """Return the known version of the same digits, 17 for 71; else the one that is nearest as a number."""
    return min(known, key=lambda one: (sorted(one) != sorted(major), abs(Decimal(one) - Decimal(major))))
