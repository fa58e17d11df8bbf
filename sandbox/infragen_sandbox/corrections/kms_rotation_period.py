"""A key remembers how often it rotates.

AWS: EnableKeyRotation takes RotationPeriodInDays (90 to 2560, 365 when left out) and GetKeyRotationStatus returns it
(KMS API Reference, EnableKeyRotation, GetKeyRotationStatus). moto knows only on and off.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.kms.responses import KmsResponse

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT_DAYS = 365


def _key(response: Any) -> Any:
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(parameter(response, "KeyId"))]


def _enable(original: Callable[[Any], str], response: Any) -> str:
    answer = original(response)
    _key(response).infragen_rotation_days = int(parameter(response, "RotationPeriodInDays", _DEFAULT_DAYS))
    return answer


def _status(original: Callable[[Any], str], response: Any) -> str:
    status = json.loads(original(response))
    key = _key(response)
    status["KeyId"] = key.arn
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = getattr(key, "infragen_rotation_days", _DEFAULT_DAYS)
    return json.dumps(status)


def apply() -> None:
    """Install the correction."""
    around(KmsResponse, "enable_key_rotation", _enable)
    around(KmsResponse, "get_key_rotation_status", _status)
