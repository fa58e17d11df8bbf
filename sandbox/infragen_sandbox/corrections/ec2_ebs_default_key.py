"""The key of new volumes is told, and can be set back to the one of AWS.

AWS: GetEbsDefaultKmsKeyId and ResetEbsDefaultKmsKeyId (Amazon EC2 API Reference). moto knows ModifyEbsDefaultKmsKeyId
alone, and calls the key of AWS by a method that makes it.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from infragen_sandbox.corrections.patching import add


def _get(response: Any) -> ActionResult:
    backend = response.ec2_backend
    key = getattr(backend, "default_kms_key_id", None) or backend.modify_ebs_default_kms_key_id("")
    return ActionResult({"KmsKeyId": key})


def _reset(response: Any) -> ActionResult:
    return ActionResult({"KmsKeyId": response.ec2_backend.modify_ebs_default_kms_key_id("")})


def apply() -> None:
    """Install the correction."""
    add(ElasticBlockStore, "get_ebs_default_kms_key_id", _get)
    add(ElasticBlockStore, "reset_ebs_default_kms_key_id", _reset)
