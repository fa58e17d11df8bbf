"""What a secret may be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]+")


def _check(call: Call) -> Refused | None:
    if _NAME.fullmatch(call.parameters["Name"]):
        return None
    text = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    return Refused("ValidationException", text)


RULE = Rule(
    "A secret's name has letters, digits and `/_+=.@-` only",
    "AWS Secrets Manager API Reference: CreateSecret, Name",
    "secretsmanager",
    ("CreateSecret",),
    _check,
)
