"""Who signs in to a database: a user of its own for each entry that uses it."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, ClassVar, Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, value
from infragen.core.entry import Entry
from infragen.core.expressions import Record, Reference
from infragen.core.resolved_system import Environment
from infragen.core.tracing import once
from infragen.core.written import of_owner
from infragen.kinds.databases.model import Database
from infragen.secret_forms import SECOND_USER

OWNER: Final = "owner"
"""To change tables as well, as the user of the entry itself."""
MIGRATE: Final = "migrate"
"""To change tables as the database's own user for that, at the database itself. Through a proxy it would not be worth
it: what migrations do to their session (`SET`, locks, prepared statements) ties each to one connection there (Amazon
Aurora User Guide: Avoiding pinning an RDS Proxy)."""
ACCESS: Final = ("read-write", "read", OWNER, MIGRATE)
"""What a use may say; `read-write` when it says nothing."""

MASTER: Final = "administrator"
"""The user that AWS makes: nobody is it, but for the first SQL file and for emergencies."""
_OWNER_ROLE: Final = "_owner"
_ROLES: Final = {"mysql": (), "postgresql": (_OWNER_ROLE, "_can_write", "_can_read")}
_OF_ENGINE: Final = {
    "mysql": frozenset({"mysql", "rdsadmin", "rdsrepladmin", "root"}),
    "postgresql": frozenset({"none", "postgres", "public", "rdsadmin", "rdsproxyadmin", "rdsrepladmin"}),
}
"""Beside what begins like PostgreSQL's or RDS's own (Amazon RDS User Guide: Master user account privileges; PostgreSQL:
Predefined Roles)."""


class Login(Struct, frozen=True):
    """A user of the database: its name, whose it is (ids of entries), and what it may do there."""

    name: str
    owners: tuple[str, ...]
    access: str
    is_only: bool
    """Whether nobody else works with the database's rows."""
    has_password: bool
    """Whether it signs in with one: to the database itself, or as the proxy does for it."""
    number: int = 1
    """The number of its password: with another one, another password is drawn."""
    is_second: bool = False
    migrates: ClassVar[bool] = value(lambda self: self.access == MIGRATE)
    is_owner: ClassVar[bool] = value(lambda self: self.access in (OWNER, MIGRATE))
    whose: ClassVar[Reference] = value(lambda self: Reference(", ".join(self.owners)))
    role: ClassVar[Reference] = value(lambda self: Reference(f'"{self.name}"'))

    @property
    def variable(self) -> str:
        return "APPLICATION_PASSWORD" if self.is_only else f"{self.name.upper()}_PASSWORD"

    password: ClassVar[Reference] = value(lambda self: Reference(f"'${{{self.variable}}}'"))
    shell_variable: ClassVar[Reference] = value(lambda self: Reference(self.variable))


def user_of(entry: Entry, longest: int) -> str:
    # It does not follow a rename
    name = entry.identity if entry.KIND == "services" else f"{entry.SINGULAR}-{entry.identity}"
    return _fitting(name.replace("-", "_"), longest)


def _fitting(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 9]}_{zlib.crc32(name.encode()):08x}"


def turns(ctx: BuildContext, user: str, longest: int) -> tuple[tuple[str, int], ...]:
    """Return a user of an entry and the number of its password, and who takes turns with it once there was another.

    Each new password is of the user that nobody is at that moment: tasks and the proxy go on with the password that
    they have until those that are told of the other user take their place (AWS Secrets Manager User Guide: Rotation
    strategy: alternating users). The first has the odd numbers, the second the even ones; whoever was given an even one
    before there was a second keeps it, since another number draws another password.
    """
    number = int(ctx.entry.password_versions.get(user, 1))
    if number == 1:
        return ((user, 1),)
    before = (of_owner(ctx, "users").get((user, "password_version")), of_owner(ctx, "password_version").get(()))
    first = number if number % 2 or number in before else number - 1
    return (user, first), (f"{_fitting(user, longest - len(SECOND_USER))}{SECOND_USER}", number - number % 2)


def in_turn(ctx: BuildContext, user: str, longest: int) -> str:
    return turns(ctx, user, longest)[0 if int(ctx.entry.password_versions.get(user, 1)) % 2 else 1][0]


def derived(database: Database, suffix: str) -> str:
    longest = database.kind_of_engine.longest_user - len(suffix)
    return f"{database.identity.replace('-', '_')[:longest]}{suffix}"


def migration_user(database: Database) -> str:
    """One for all, so that views keep theirs."""
    return derived(database, "_migration")


def owning_role(database: Database) -> str:
    return derived(database, _OWNER_ROLE)


def own_roles(database: Database) -> tuple[str, ...]:
    return tuple(derived(database, suffix) for suffix in _ROLES[database.kind_of_engine.dialect])


def access_of(entry: Entry, owner: str) -> str:
    uses = entry.used() if hasattr(entry, "used") else ()
    return next((use.access for used, use, _ in uses if used == owner and use.access), ACCESS[0])


def migrates(entry: Entry, owner: str) -> bool:
    uses = entry.used() if hasattr(entry, "used") else ()
    return any(used == owner and use.access == MIGRATE for used, use, _ in uses)


def whose_user(database: Database, name: str) -> str | None:
    dialect = database.kind_of_engine.dialect
    if name == MASTER:
        return "the master user"
    if name in (*own_roles(database), migration_user(database)):
        return f"a user of databases/{database.name} itself"
    if name in _OF_ENGINE[dialect] or (dialect == "postgresql" and name.startswith(("pg_", "rds_"))):
        return f"a name that {database.kind_of_engine.title} keeps for itself"
    return None


def logins(database: Database, ctx: BuildContext) -> tuple[Login, ...]:
    """Without users, and for a proxy that has to sign in, there is one that is called like the database."""
    users = users_of(ctx.environment).get(ctx.owner, ())
    migrating = tuple(owner for owner, _, access in users if access == MIGRATE)
    most = database.kind_of_engine.longest_user
    working = [(owner, user_of(entry, most), access) for owner, entry, access in users if access != MIGRATE]
    if not working and (database.proxy is not None or not migrating):
        working = [(ctx.owner, derived(database, ""), ACCESS[0])]
    is_only, has_password = len(working) == 1, database.has_passwords
    found = tuple(
        Login(user, (owner,), access, is_only and user == name, has_password, number, user != name)
        for owner, name, access in working
        for user, number in (turns(ctx, name, most) if has_password else ((name, 1),))
    )
    if not migrating:
        return found
    name, has_password = migration_user(database), database.login == "password"
    number = database.password_versions.get(name, 1)
    return (*found, Login(name, migrating, MIGRATE, is_only=False, has_password=has_password, number=number))


def shown(ctx: BuildContext, owners: Iterable[str], access: str, number: int = 1) -> Record:
    entries: list[Any] = [ctx.environment.find(owner) for owner in owners]
    uses = [use for one in entries if hasattr(one, "used") for used, use, _ in one.used() if used == ctx.owner]
    drawn = {"password_version": number} if number > 1 else {}
    return Record({"of": ", ".join(owners), "access": access, **drawn}, uses)


@once
def users_of(environment: Environment) -> Mapping[str, Sequence[tuple[str, Any, str]]]:
    """By what is used: the id of each user, sorted, its entry and its access."""
    users: dict[str, list[tuple[str, Any, str]]] = {}
    for owner, entry in sorted(environment.every(), key=itemgetter(0)):
        said: dict[str, str | None] = {}
        for used, use, _ in entry.used() if hasattr(entry, "used") else ():
            said[used] = said.get(used) or use.access
        for used, access in said.items():
            users.setdefault(used, []).append((owner, entry, access or ACCESS[0]))
    return users
