"""A deleted secret keeps its name until its recovery window ends, 7 to 30 days later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule, emulated

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    secrets = emulated(call, "secretsmanager").secrets
    name = call.parameters["Name"]
    secret = secrets.get(name)
    if secret is None or not secret.is_deleted():
        return None
    text = "You can't create this secret because a secret with this name is already scheduled for deletion."
    return Refused("InvalidRequestException", text)


RULE = Rule(
    "The name of a deleted secret is taken until its recovery window ends",
    "AWS Secrets Manager User Guide: Delete an AWS Secrets Manager secret",
    "secretsmanager",
    ("CreateSecret",),
    _check,
)
