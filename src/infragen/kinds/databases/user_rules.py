"""Rules about who signs in to a database, as whom, and whether anybody may change its tables."""

from collections.abc import Iterator
from typing import Final

from infragen.core.entry import Entry, Use
from infragen.core.resolved_system import Environment, ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics import Location
from infragen.kinds.databases.model import Database
from infragen.kinds.databases.postgresql import schemas
from infragen.kinds.databases.users import MIGRATE, OWNER, migrates, migration_user, user_of, whose_user
from infragen.text import counted


def _uses(resolved: ResolvedSystem) -> Iterator[tuple[str, Entry, Database, Use, tuple[str, ...]]]:
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
    for name, database in _without_migrations(environment):
        if not database.data_api:
            message = f"no user of databases/{name} may change its tables"
            other = ", or write `data_api: true`" if database.kind_of_engine.is_aurora else ""
            yield Finding(message, environment.at(f"databases/{name}", "name"), f"{_LET_A_JOB.format(name)}{other}")


@rule("D168")
def _master_migrates(environment: Environment) -> Findings:
    found: dict[Location, list[str]] = {}
    for name, database in _without_migrations(environment):
        owner = f"databases/{name}"
        if database.data_api and environment.assumption(owner, ("data_api",)) is None:
            found.setdefault(environment.at(owner, "data_api"), []).append(name)
    for place, names in found.items():
        whose = f"databases/{names[0]}" if len(names) == 1 else f"{len(names)} databases"
        message = f"only the master user, by the Data API, may change the tables of {whose}"
        hint = f"{_LET_A_JOB.format(names[0])}; or write a reason under `assumptions`, at `data_api`"
        yield Finding(message, place, hint)


_LET_A_JOB: Final = f"let a job do it, with `uses: {{{{databases/{{}}: {{{{access: {MIGRATE}}}}}}}}}`"


def _without_migrations(environment: Environment) -> Iterator[tuple[str, Database]]:
    if not environment.settings.production or environment.broken:
        return  # what is broken may be what does
    access: dict[str, set[str | None]] = {}
    for _, _, database, use, _ in _uses(environment):  # of one that nobody uses, R103 tells
        access.setdefault(database.name, set()).add(use.access)
    databases = environment.all(Database)
    yield from ((name, databases[name]) for name, found in access.items() if not found & {OWNER, MIGRATE})


@rule("D173", of=Database)
def _passwords_in_log(database: Database, at: At) -> Findings:
    if database.kind_of_engine.dialect == "postgresql" and database.has_passwords:
        for name, all_of_them in _ALL_STATEMENTS.items():
            if (said := database.parameters.get(name)) in all_of_them:
                message = f"with `{name}: {said}` the SQL that makes its users is logged with their passwords"
                yield Finding(message, at("parameters", name), "remove it: `audit` logs statements without passwords")


@rule("D196", of=Database)
def _pinned(database: Database, at: At, environment: Environment) -> Findings:
    made, field = schemas(database, environment), "tenants_of" if database.tenants_of else "tenants"
    if made and database.proxy is not None and environment.assumption(at.owner, (field,)) is None:
        message = (
            f"{counted(len(made), 'tenant')} behind a proxy: `SET search_path` or `SET app.current_tenant` ties a "
            "session to one connection until it ends, and the proxy pools none of those"
        )
        hint = (
            f"name the schema in statements, `{made[0]}.orders`, and give `assumptions` that reason at `{field}`; "
            "`SET LOCAL` frees a connection after its transaction"
        )
        yield Finding(message, at(field), hint)


_ALL_STATEMENTS: Final = {"log_statement": ("ddl", "mod", "all"), "log_min_duration_statement": ("0", "0ms", "0s")}
"""PostgreSQL: Error Reporting and Logging. What it logs it logs as it was sent."""


@rule("D167", of=Database)
def _token_for_passwords(database: Database, at: At) -> Findings:
    if database.login == "password" and database.proxy is not None and database.proxy.login == "token":
        message = "a proxy that signs in with tokens asks its callers for theirs, and services sign in with passwords"
        yield Finding(message, at("proxy", "login"), "write `login: token` for the database, or remove it here")


@rule("D209", of=Database)
def _index_of_no_tenant(database: Database, at: At) -> Findings:
    if database.indexes and not (database.tenants or database.tenants_of):
        message = f"{at.owner} has no tenants, whose schemas `indexes` are for"
        hint = "remove `indexes`, since migrations make those of tables, or add `tenants`"
        yield Finding(message, at("indexes"), hint)


@rule("D208", of=Database)
def _url_of_nobody(database: Database, at: At) -> Findings:
    if database.url_options is None:
        return
    why, hint = "", "remove `url_options`"
    if database.login != "password":
        why, hint = "services sign in with tokens, which no address can hold", "write `login: password`, or remove it"
    elif database.proxy is not None:
        why = "a proxy reads the same secrets, and has no address before it has them"
    elif database.global_database:
        why = "secrets of a global database are the same in both regions, and addresses are not"
    if why:
        yield Finding(f"{at.owner} can give no addresses: {why}", at("url_options"), hint)
