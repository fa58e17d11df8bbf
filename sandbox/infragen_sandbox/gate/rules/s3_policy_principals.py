"""A bucket's policy names only who exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen_sandbox.gate.principals import missing_principal
from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call


def _check(call: Call) -> Refused | None:
    arn = missing_principal(call, call.parameters.get("Policy"))
    return None if arn is None else Refused("MalformedPolicy", f"Invalid principal in policy: {arn}")


RULE = Rule(
    "Roles and users of the account in a bucket policy must exist",
    "Amazon S3 User Guide: Troubleshoot; AWS JSON policy elements: Principal",
    "s3",
    ("PutBucketPolicy",),
    _check,
)
