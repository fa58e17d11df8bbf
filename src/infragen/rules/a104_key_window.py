"""A104: a waiting time that KMS does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    days = environment.settings.key_deletion_window
    if not 7 <= days <= 30:
        place = environment.at("environment", "key_deletion_window")
        yield Finding(
            f"KMS waits 7 to 30 days before it deletes a key, not {days}", place, "write `7 days` to `30 days`"
        )


RULE = Rule(
    "A104",
    "the waiting time before a key is deleted is not 7 to 30 days",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "AWS KMS API: ScheduleKeyDeletion, `PendingWindowInDays`",
)
