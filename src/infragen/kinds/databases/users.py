"""Who signs in to a database: a user of its own for each entry that uses it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from infragen.core.expressions import Reference
from infragen.core.tracing import once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen.core.entry import Entry
    from infragen.core.landscape import Environment
    from infragen.core.place import Place
    from infragen.kinds.databases.engines import Engine
    from infragen.kinds.databases.model import Database

ACCESS: Final = ("read-write", "read", "owner")
"""What a use may say: an owner changes tables as well; `read-write` when it says nothing."""

MASTER: Final = "administrator"
"""The user that AWS makes: nobody is it, but for the first SQL file and for emergencies."""
_OF_DATABASE: Final = {
    "mysql": ("_migration", "_reader"),
    "postgresql": ("_owner", "_can_write", "_can_read", "_migration", "_reader"),
}
_OF_ENGINE: Final = {
    "mysql": frozenset({"mysql", "rdsadmin", "rdsrepladmin", "root"}),
    "postgresql": frozenset({"none", "postgres", "public", "rdsadmin", "rdsproxyadmin", "rdsrepladmin"}),
}
_PREFIXES: Final = ("pg_", "rds_")
"""Amazon RDS User Guide: Master user account privileges; PostgreSQL: Predefined Roles."""
_DIGEST: Final = 9


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the database: its name, whose it is (an entry's id), and what it may do there."""

    name: str
    owner: str
    access: str
    is_only: bool
    """Whether the database has no other user."""

    @property
    def is_owner(self) -> bool:
        """Whether it changes tables."""
        return self.access == "owner"

    @property
    def whose(self) -> Reference:
        """The entry, in a comment."""
        return Reference(self.owner)

    @property
    def role(self) -> Reference:
        """The name as PostgreSQL quotes it."""
        return Reference(f'"{self.name}"')

    @property
    def variable(self) -> str:
        """What the variable with its password is called in a shell."""
        return "APPLICATION_PASSWORD" if self.is_only else f"{self.name.upper()}_PASSWORD"

    @property
    def password(self) -> Reference:
        """That variable, in SQL."""
        return Reference(f"'${{{self.variable}}}'")

    @property
    def shell_variable(self) -> Reference:
        """That variable, as it is given a value."""
        return Reference(self.variable)


def user_of(entry: Entry, engine: Engine) -> str:
    """Return the user that an entry is in a database of an engine; it does not follow a rename."""
    name = entry.identity if entry.KIND == "services" else f"{entry.SINGULAR}-{entry.identity}"
    return _fitting(name.replace("-", "_"), engine.longest_user)


def _fitting(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - _DIGEST]}_{zlib.crc32(name.encode()):08x}"


def derived(database: Database, suffix: str) -> str:
    """Return a user or role of the database itself: `main_migration`."""
    longest = database.kind_of_engine.longest_user - len(suffix)
    return f"{database.identity.replace('-', '_')[:longest]}{suffix}"


def own_users(database: Database) -> tuple[str, ...]:
    """Return the users and roles of the database itself."""
    return tuple(derived(database, suffix) for suffix in _OF_DATABASE[database.kind_of_engine.dialect])


def whose_user(database: Database, name: str) -> str | None:
    """Return whose user a name is already, or None where it is free."""
    dialect = database.kind_of_engine.dialect
    if name == MASTER:
        return "the master user"
    if name in own_users(database):
        return f"a user of databases/{database.name} itself"
    if name in _OF_ENGINE[dialect] or (dialect == "postgresql" and name.startswith(_PREFIXES)):
        return f"a name that {database.kind_of_engine.title} keeps for itself"
    return None


def logins(database: Database, place: Place) -> tuple[Login, ...]:
    """Return the users of who uses a database, by id; where nobody does, one that is called like the database."""
    engine = database.kind_of_engine
    users = _users(place.environment).get(place.owner, ())
    if not users:
        return (Login(derived(database, ""), place.owner, ACCESS[0], is_only=True),)
    is_only = len(users) == 1
    return tuple(Login(user_of(entry, engine), owner, access, is_only=is_only) for owner, entry, access in users)


@once
def _users(environment: Environment) -> Mapping[str, Sequence[tuple[str, Any, str]]]:
    """Return the id of each entry that uses something, sorted, the entry, and what it may do there, by what it uses."""
    users: dict[str, list[tuple[str, Any, str]]] = {}
    for owner, entry in sorted(environment.every(), key=itemgetter(0)):
        said: dict[str, str | None] = {}
        for used, use, _ in entry.used() if hasattr(entry, "used") else ():
            said[used] = said.get(used) or use.access
        for used, access in said.items():
            users.setdefault(used, []).append((owner, entry, access or ACCESS[0]))
    return users
