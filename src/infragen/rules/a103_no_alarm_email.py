"""A103: alarms that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    if environment.settings.production and environment.settings.alarm_email is None:
        message = "production has no `alarm_email`: its alarms go to a topic without subscribers"
        place = environment.at("environment", "production")
        yield Finding(message, place, "add `alarm_email: operations@example.com`, with your own address")


RULE = Rule(
    "A103",
    "production's alarms reach no one",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "Amazon SNS Developer Guide: email subscriptions; TN-18",
)
