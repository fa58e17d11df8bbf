"""Users of a database, including those of tenants, and the SQL that creates them."""

import re
from typing import Final

from msgspec import Struct

from infragen.core.build_context import of, value
from infragen.core.expressions import Reference
from infragen.kinds.databases.postgresql import schemas
from infragen.kinds.databases.users import ACCESS, Login, derived, own_roles
from infragen.kinds.databases.views import DatabaseView

_CHANGES_TABLES: Final = ("ALTER", "CREATE", "CREATE VIEW", "DROP", "INDEX", "REFERENCES", "SHOW VIEW", "TRIGGER")
_CHANGES_ROWS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE")
_MYSQL_PRIVILEGES: Final = {
    "read-write": _CHANGES_ROWS,
    "read": ("SELECT", "SHOW VIEW"),
    "owner": (*_CHANGES_ROWS, *_CHANGES_TABLES),
    "migrate": (*_CHANGES_ROWS, *_CHANGES_TABLES, "ALTER ROUTINE", "CREATE ROUTINE"),
}


def _privileges(login: Login) -> tuple[str, ...]:
    return _MYSQL_PRIVILEGES.get(login.access, _MYSQL_PRIVILEGES[ACCESS[0]])


class UsersView(DatabaseView):
    """The SQL of who signs in."""

    what = of(lambda ctx: Reference("cluster" if ctx.entry.kind_of_engine.is_aurora else "instance"))
    is_shared: bool = value(lambda self: len(self.pooled_logins) > 1)
    host = of(lambda ctx: Reference("CLUSTER" if ctx.entry.kind_of_engine.is_aurora else "INSTANCE"))

    @property
    def passwords(self) -> Reference:
        return Reference(f"'{' '.join(f'${login.variable}' for login in self.logins_with_passwords)}'")

    @property
    def first_run(self) -> Reference:
        """A copy has the users of its source, and takes no change before its promotion."""
        if not self.is_copy:
            return Reference("the first apply")
        return Reference(f"the promotion of this copy, if `infragen runbook {self.source_target} failover` says so")

    @property
    def password_variables(self) -> Reference:
        return Reference(", ".join(f"${{{login.variable}}}" for login in self.logins_with_passwords))

    @property
    def privileges(self) -> dict[str, Reference]:
        return {login.name: Reference(", ".join(_privileges(login))) for login in self.logins}

    @property
    def others(self) -> dict[str, Reference]:
        lacks = {login.name: set(_MYSQL_PRIVILEGES["migrate"]) - {*_privileges(login)} for login in self.logins}
        return {
            name: Reference(", ".join(one for one in _MYSQL_PRIVILEGES["migrate"] if one in lacked))
            for name, lacked in lacks.items()
            if lacked
        }

    @property
    def ways_in(self) -> dict[str, Reference]:
        return {login.name: self._way_in(login, "its") for login in self.logins}

    way_of_tasks: Reference = value(lambda self: self._way_in(self.pooled_logins[0], "their"))

    def _way_in(self, login: Login, whose: str) -> Reference:
        is_token = self._entry.login == "token"
        word = f"a token of {whose} IAM role" if is_token else f"the password of {whose} secret"
        if login.migrates:
            return Reference(f"to the {self.what.expression} itself with {word}")
        if self._entry.proxy is None:
            return Reference(f"with {word}")
        of_proxy = "a token of its own role" if self.proxy_has_tokens else "its secret" if is_token else "the same"
        return Reference(f"to the proxy with {word}; the proxy logs in here with {of_proxy}")

    tables: Reference = value(lambda self: Reference(f"`{self.database_name}`.*"))


class TenantIndex(Struct, frozen=True):
    """An index, its table, and its columns as SQL has them."""

    name: Reference
    table: Reference
    columns: Reference


def _role(suffix: str) -> of[Reference]:
    return of(lambda ctx: Reference(f'"{derived(ctx.entry, suffix)}"'))


class RolesView(UsersView):
    """The same as roles of PostgreSQL, whose names stand in double quotes."""

    can_read = _role("_can_read")
    can_write = _role("_can_write")
    owner = _role("_owner")

    @property
    def connection(self) -> Reference:
        where = f"host={self.host.expression} port={self.port} dbname={self.database_name} user={self.master_username}"
        return Reference(f'"{where} sslmode=verify-full sslrootcert=global-bundle.pem"')

    inner: Reference = value(lambda self: Reference(f'"{self.database_name}"'))

    @property
    def all_roles(self) -> Reference:
        names = (*own_roles(self._entry), *(login.name for login in self.logins))
        return Reference(", ".join(f"'{name}'" for name in dict.fromkeys(names)))

    @property
    def extensions(self) -> tuple[Reference, ...]:
        audit = ("pgaudit",) if self._entry.audit is not None else ()
        return tuple(Reference(f'"{name}"') for name in dict.fromkeys((*self._entry.extensions, *audit)))

    schemas = of(lambda ctx: tuple(Reference(f'"{name}"') for name in schemas(ctx.entry, ctx.environment)))
    schema_texts = of(lambda ctx: Reference(", ".join(f"'{name}'" for name in schemas(ctx.entry, ctx.environment))))

    @property
    def indexes(self) -> tuple[TenantIndex, ...]:
        found = sorted(self._entry.indexes.items()) if self.schemas else ()
        quoted = {name: ", ".join(re.sub(r"^\S+", r'"\g<0>"', one) for one in made.columns) for name, made in found}
        return tuple(TenantIndex(*map(Reference, (name, made.table, quoted[name]))) for name, made in found)

    @property
    def rights(self) -> dict[str, Reference]:
        return {login.name: self.can_read if login.access == "read" else self.can_write for login in self.logins}

    @property
    def wrongs(self) -> dict[str, Reference]:
        both = Reference(f"{self.can_write.expression}, {self.owner.expression}")
        return {login.name: both if login.access == "read" else self.owner for login in self.logins}
