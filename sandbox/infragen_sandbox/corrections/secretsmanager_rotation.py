"""A secret may be given a function that rotates it; Secrets Manager invokes that later, and no code runs here.

AWS: RotateSecret "configures and starts the asynchronous process of rotating the secret" (AWS Secrets Manager API
Reference, RotateSecret), so that it answers whatever becomes of the function. moto runs the function's code in a
container before it answers, and fails where it has none of either.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends
from moto.secretsmanager.exceptions import ResourceNotFoundException
from moto.secretsmanager.models import SecretsManagerBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_DAYS = "AutomaticallyAfterDays"
_DAY = 86_400


def _rotate(original: Callable[..., str], backend: Any, secret_id: str, **asked: Any) -> str:
    function = asked.get("rotation_lambda_arn")
    if not function:
        return original(backend, secret_id, **asked)
    backend.describe_secret(secret_id)  # refuses one that is not there
    functions: Any = lambda_backends[backend.account_id][backend.region_name]
    if not any(one.function_arn == function for one in functions.list_functions()):
        message = f"Resource not found for ARN '{function}'."
        raise ResourceNotFoundException(message)
    secret = backend.secrets[secret_id]
    days = int((asked.get("rotation_rules") or {}).get(_DAYS, 0))
    secret.rotation_requested = secret.rotation_enabled = True
    secret.rotation_lambda_arn, secret.auto_rotate_after_days = function, days
    secret.next_rotation_date = int(time.time()) + days * _DAY
    return str(secret.to_short_dict())


def apply() -> None:
    """Install the correction."""
    around(SecretsManagerBackend, "rotate_secret", _rotate)
