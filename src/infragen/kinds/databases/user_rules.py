"""Rules about who signs in to a database, as whom, and whether anybody may change its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry, Use
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics.hints import nearest
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.users import MIGRATE, OWNER, migrates, migration_user, user_of, whose_user
from infragen.kinds.databases.views import DatabaseView


def _uses(resolved: ResolvedSystem) -> Iterator[tuple[str, Entry, Database, Use, tuple[str, ...]]]:
    """Yield who uses a database, how, and where that is written."""
    for owner, entry in resolved.every():
        for used, use, path in entry.used() if hasattr(entry, "used") else ():
            database = resolved.find(used)
            if isinstance(database, Database):
                yield owner, entry, database, use, path


@rule("D126")
def _user_taken(resolved: ResolvedSystem) -> Findings:
    for owner, entry, database, _, path in _uses(resolved):
        used = f"databases/{database.name}"
        if migrates(entry, used):
            continue
        name = user_of(entry, database.kind_of_engine.longest_user)
        if whose := whose_user(database, name):
            message = f"{owner} would sign in to {used} as `{name}`, which is {whose}"
            hint = f"give it another name, or write `physical_name: {entry.identity}-app` in {resolved.source(owner)}"
            yield Finding(message, resolved.at(owner, *path, key=len(path) > 1), hint)


@rule("D132")
def _two_users(resolved: ResolvedSystem) -> Findings:
    for owner, entry, database, use, path in _uses(resolved):
        used = f"databases/{database.name}"
        if use.access != MIGRATE and migrates(entry, used):
            user = migration_user(database)
            message = f"{owner} changes the tables of {used} as `{user}`, and cannot also be another user"
            hint = f"let a job do that, or write `access: {OWNER}`: then its own user changes tables as well"
            yield Finding(message, resolved.at(owner, *path, key=len(path) > 1), hint)


@rule("D133")
def _nobody_migrates(environment: Environment) -> Findings:
    if not environment.settings.production or environment.broken:
        return  # what is broken may be what does
    access: dict[str, set[str | None]] = {}
    for _, _, database, use, _ in _uses(environment):  # of one that nobody uses, R103 tells
        access.setdefault(database.name, set()).add(use.access)
    for name, found in access.items():
        database = environment.all(Database)[name]
        if not database.data_api and not found & {OWNER, MIGRATE}:
            message = f"no user of databases/{name} may change its tables"
            other = ", or write `data_api: true`" if database.kind_of_engine.is_aurora else ""
            hint = f"let a job do it, with `uses: {{databases/{name}: {{access: {MIGRATE}}}}}`{other}"
            yield Finding(message, environment.at(f"databases/{name}", "name"), hint)


@rule("D159", of=Database)
def _password_of_nobody(database: Database, at: At, environment: Environment) -> Findings:
    if database.password_versions and not environment.broken:  # what is broken may be a user
        users = DatabaseView(BuildContext(environment, {}, at.owner)).secret_names
        yield from without_password(database.password_versions, users, at)


@rule("D167", of=Database)
def _token_for_passwords(database: Database, at: At) -> Findings:
    if database.login == "password" and database.proxy is not None and database.proxy.login == "token":
        message = "a proxy that signs in with tokens asks its callers for theirs, and services sign in with passwords"
        yield Finding(message, at("proxy", "login"), "write `login: token` for the database, or remove it here")


def without_password(versions: Iterable[str], users: Iterable[str], at: At) -> Findings:
    """Yield each user that a number is given for, and that has no password of infragen's."""
    known = sorted(users)
    for user in versions:
        if user not in known:
            message = f"infragen draws no password for a user `{user}` of {at.owner}"
            hint = (
                nearest(user, known, "users with one")
                if known
                else "leave the field out: its users sign in with tokens"
            )
            yield Finding(message, at("password_versions", user, key=True), hint)
