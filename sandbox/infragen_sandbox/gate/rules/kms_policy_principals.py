"""A key's policy names only who exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.principals import missing_principal
from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    arn = missing_principal(call, call.parameters.get("Policy"))
    return (
        None
        if arn is None
        else Refused(
            "MalformedPolicyDocumentException",
            f"Policy contains a statement with one or more invalid principals: {arn}",
        )
    )


RULE = Rule(
    "Roles and users of the account in a key policy must exist",
    'AWS KMS API Reference: PutKeyPolicy, Policy ("must exist and be visible to AWS KMS")',
    "kms",
    (
        "CreateKey",
        "PutKeyPolicy",
    ),
    _check,
)
