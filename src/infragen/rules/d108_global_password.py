"""D108: a managed password where AWS has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.databases import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, database in landscape.all(Database).items():
        if database.global_secondary and database.master_password == "managed":  # noqa: S105 -- a kind, not a password
            message = "a global database's password is not managed by AWS"
            owner = f"databases/{name}"
            is_written = landscape.origins[owner].setting(("master_password",))
            place = landscape.at(owner, "master_password" if is_written else "global_secondary")
            yield Finding(message, place, "write `master_password: write-only` beside it")


RULE = Rule(
    "D108",
    "a global database has a password that AWS would have to manage",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon Aurora User Guide: Password management with AWS Secrets Manager, limitations; TN-11",
)
