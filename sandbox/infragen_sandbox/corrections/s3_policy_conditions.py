"""A statement of a bucket policy applies only when its principal and its conditions do.

AWS: a Deny takes effect when every condition of it holds (IAM User Guide, IAM JSON policy elements: Condition). moto
applies it unconditionally, so `aws:SecureTransport = false` locks everybody out, the state's bucket included.
Here the loopback connection stands for AWS's own endpoint: it counts as TLS 1.3. A condition on a key that the
emulator cannot know leaves its statement out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_CONNECTION = {"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:viaawsservice": "false"}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _holds(operator: str, actual: str, expected: list[Any]) -> bool:
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in expected]
    base = re.sub(r"^For(All|Any)Values:|IfExists$", "", operator)
    if base == "NumericLessThan":
        return any(float(actual) < float(text) for text in texts)
    if base == "NumericGreaterThanEquals":
        return any(float(actual) >= float(text) for text in texts)
    negated = "Not" in base
    return (actual.lower() in {text.lower() for text in texts}) != negated


def _applies(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    everybody = principal == "*" or (isinstance(principal, dict) and "*" in _as_list(principal.get("AWS")))
    if statement.get("Effect") == "Deny" and not everybody:
        return False
    return all(
        key.lower() in _CONNECTION and _holds(operator, _CONNECTION[key.lower()], _as_list(expected))
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    )


def _permission(original: Callable[..., PermissionResult], bucket: Any, action: str, resource: str) -> Any:
    if bucket.policy is None:
        return original(bucket, action, resource)
    written = bucket.policy
    document = json.loads(written)
    applying = [statement for statement in _as_list(document["Statement"]) if _applies(statement)]
    if not applying:
        return PermissionResult.NEUTRAL
    bucket.policy = json.dumps({**document, "Statement": applying}).encode()
    try:
        return original(bucket, action, resource)
    finally:
        bucket.policy = written


def apply() -> None:
    """Install the correction."""
    around(FakeBucket, "get_permission", _permission)
