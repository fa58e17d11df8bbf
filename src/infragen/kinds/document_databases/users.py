"""Who signs in to a document database: a user of its own for each entry that uses it, with a password from a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.core.expressions import Reference
from infragen.kinds.databases.users import fitting, users_of

if TYPE_CHECKING:
    from infragen.core.build_context import BuildContext
    from infragen.core.entry import Entry

ACCESS: Final = ("read-write", "read")
"""What a use may say; `read-write` when it says nothing. Who writes makes collections and indexes, too."""
ROLES: Final = {"read-write": "readWrite", "read": "read"}
"""Built-in roles (Amazon DocumentDB Developer Guide: Database access using role-based access control)."""
MASTER: Final = "administrator"
"""The user that AWS makes: nobody is it, but for the first script and for emergencies."""
_LONGEST: Final = 63


class User(Struct, frozen=True):
    """A user of the cluster: its name, whose it is, and what it may do."""

    name: str
    owner: str
    access: str

    @property
    def role(self) -> str:
        """The built-in role that it has."""
        return ROLES.get(self.access, ROLES[ACCESS[0]])

    @property
    def whose(self) -> Reference:
        """The entry, in a comment."""
        return Reference(self.owner)

    @property
    def variable(self) -> Reference:
        """The variable with its password, in a shell and in the script."""
        return Reference(f"{self.name.upper()}_PASSWORD")


def name_of(entry: Entry) -> str:
    """Return the user that an entry is; it does not follow a rename."""
    name = entry.identity if entry.KIND == "services" else f"{entry.SINGULAR}-{entry.identity}"
    return fitting(name.replace("-", "_"), _LONGEST)


def users(ctx: BuildContext) -> tuple[User, ...]:
    """Return the users of a document database, by the ids of who uses it."""
    found = users_of(ctx.environment).get(ctx.owner, ())
    return tuple(User(name_of(entry), owner, access) for owner, entry, access in found)
