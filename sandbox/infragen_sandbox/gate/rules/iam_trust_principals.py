"""Whom a role trusts exists before the role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.principals import missing_principal
from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    arn = missing_principal(
        call, call.parameters.get("AssumeRolePolicyDocument") or call.parameters.get("PolicyDocument")
    )
    return None if arn is None else Refused("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"')


RULE = Rule(
    "Roles and users of the account in a role's trust policy must exist",
    "AWS IAM User Guide: Troubleshoot IAM roles; AWS JSON policy elements: Principal",
    "iam",
    (
        "CreateRole",
        "UpdateAssumeRolePolicy",
    ),
    _check,
)
