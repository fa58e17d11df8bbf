"""Who signs in to a database: a user of its own for each entry that uses it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infragen.core.expressions import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.entry import Entry
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
    found = {owner: (user_of(entry, engine), access) for owner, entry, access in _users(place)}
    if not found:
        return (Login(derived(database, ""), place.owner, ACCESS[0], is_only=True),)
    return tuple(Login(name, owner, access, is_only=len(found) == 1) for owner, (name, access) in sorted(found.items()))


def access_of(entry: Any, used: str) -> str:
    """Return what an entry may do in a database that it uses."""
    said = (use.access for owner, use, _ in entry.used() if owner == used)
    return next((access for access in said if access is not None), ACCESS[0])


def _users(place: Place) -> Iterator[tuple[str, Any, str]]:
    """Yield the id of each entry that uses a database, the entry, and what it may do there."""
    for owner, entry in place.environment.every():
        if hasattr(entry, "used") and any(used == place.owner for used, _, _ in entry.used()):
            yield owner, entry, access_of(entry, place.owner)
