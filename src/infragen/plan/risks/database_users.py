"""Users of databases that people make with a script: who may do more or less there once somebody runs it.

The module `database_users` writes each down as a `terraform_data`; nothing but its input says what it is.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct, ValidationError, convert

from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.types import table
from infragen.plan.view import View
from infragen.redaction.values import Value

_risk: Final = RiskKind.PRIVILEGE.risk
_WIDER: Final = ("read", "read-write", "owner", "migrate")
"""Each may do what those before it may (docs/databases.md)."""


class _User(Struct, forbid_unknown_fields=True):
    database: Any
    script: str
    user: str
    of: str
    access: str
    password_version: Any = None


def _user(value: Value) -> _User | None:
    with suppress(ValidationError):
        return convert(value, _User)
    return None


def _rights(view: View) -> Iterator[Risk]:
    old, new = _user(view.before("input")), _user(view.after("input"))
    if old is None and new is not None:
        level = Level.LOW if view.is_for_new("input") else Level.MEDIUM
        yield _risk(level, f"new user {new.user}: {new.access}; run {new.script}")
    if old is not None and new is None:
        yield _risk(Level.LOW, f"user {old.user} stays in the database, {old.access}, until someone drops it")
    if old is None or new is None:
        return
    if new.access != old.access:
        level, says = (Level.MEDIUM, "more") if _place(new.access) >= _place(old.access) else (Level.LOW, "less")
        yield _risk(level, f"user {new.user} may do {says}: {old.access} -> {new.access}; run {new.script}")
    if added := sorted(set(new.of.split(", ")) - set(old.of.split(", "))):
        yield _risk(Level.MEDIUM, f"{', '.join(added)} may sign in as {new.user}: {new.access}")
    if new.password_version != old.password_version:
        yield _risk(Level.LOW, f"user {new.user} has another password once somebody runs {new.script}")
    if new.database != old.database:
        reason = f"unless it was restored, the database that replaces it has no user {new.user}: run {new.script}"
        yield Risk(Level.MEDIUM, RiskKind.DOWNTIME, reason)


def _place(access: str) -> int:
    return _WIDER.index(access) if access in _WIDER else len(_WIDER)


JUDGES = table((_rights, "terraform_data"))
