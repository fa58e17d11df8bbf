"""D107: a production database that one wrong plan would delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database
from infragen.rules.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.diagnostics import Location

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    if not environment.settings.production:
        return
    unprotected: dict[tuple[Location, str], list[str]] = {}
    for name, database in environment.all(Database).items():
        given = {"deletion_protection": database.deletion_protection, "final_snapshot": database.final_snapshot}
        for field in (field for field, is_on in given.items() if not is_on):
            unprotected.setdefault((_place(environment, name, field), field), []).append(name)
    for (place, field), names in unprotected.items():
        message = f"{listed('databases', names)} in production without `{field}`"
        hint = f"write `every: {{databases: {{{field}: true}}}}` in {environment.source('environment')}"
        yield Finding(message, place, hint)


def _place(environment: Environment, name: str, field: str) -> Location:
    """Return where the value is given, or the line that makes the environment production."""
    if environment.origins[f"databases/{name}"].setting((field,)):
        return environment.at(f"databases/{name}", field)
    return environment.at("environment", "production")


RULE = Rule(
    "D107",
    "a production database can be deleted by accident",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "Amazon RDS API: CreateDBCluster, `DeletionProtection`; Amazon Aurora User Guide: final snapshots",
)
