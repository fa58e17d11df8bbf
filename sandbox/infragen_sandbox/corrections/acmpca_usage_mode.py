"""A private authority has the usage mode it was created with.

AWS: CreateCertificateAuthority takes UsageMode, GENERAL_PURPOSE when left out, and CertificateAuthority returns it
(AWS Private CA API Reference, CreateCertificateAuthority). moto calls every authority short-lived.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.acmpca.responses import ACMPCAResponse

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _create(original: Callable[[Any], str], response: Any) -> str:
    answer = original(response)
    authority = response.acmpca_backend.certificate_authorities[json.loads(answer)["CertificateAuthorityArn"]]
    authority.usage_mode = parameter(response, "UsageMode") or "GENERAL_PURPOSE"
    return answer


def apply() -> None:
    """Install the correction."""
    around(ACMPCAResponse, "create_certificate_authority", _create)
