"""The policy of a replica can be read.

AWS: a replica is read like a secret; what may not be done to it is what changes it (AWS Secrets Manager User Guide:
Replicate AWS Secrets Manager secrets across Regions; its API: GetResourcePolicy). moto refuses to tell its policy,
which the provider's data source asks for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.secretsmanager.models import ReplicaSecret, SecretsManagerBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _policy(original: Callable[..., Any], backend: Any, secret_id: str) -> Any:
    secret = backend.secrets.get(secret_id)
    if isinstance(secret, ReplicaSecret):
        return json.dumps({"ARN": secret.arn, "Name": secret.name})
    return original(backend, secret_id)


def apply() -> None:
    """Install the correction."""
    around(SecretsManagerBackend, "get_resource_policy", _policy)
