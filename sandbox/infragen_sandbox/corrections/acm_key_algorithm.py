"""A certificate has the key algorithm it was requested with.

AWS: RequestCertificate takes KeyAlgorithm (RSA_2048 when left out) and CertificateDetail returns it (ACM API
Reference, RequestCertificate, CertificateDetail). moto makes RSA keys for everybody and says so; a lost algorithm is
a replacement in every plan. Its keys stay RSA here, nobody handshakes with them; only the answer is AWS's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.acm.models import CertBundle
from moto.acm.responses import AWSCertificateManagerResponse

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _request(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    wanted = parameter(response, "KeyAlgorithm")
    if wanted:
        response.acm_backend.get_certificate(result.result["CertificateArn"]).infragen_key_algorithm = wanted
    return result


def _describe(original: Callable[[Any], dict[str, Any]], certificate: Any) -> dict[str, Any]:
    answer = original(certificate)
    wanted = getattr(certificate, "infragen_key_algorithm", None)
    if wanted:
        answer["Certificate"]["KeyAlgorithm"] = wanted
    return answer


def apply() -> None:
    """Install the correction."""
    around(AWSCertificateManagerResponse, "request_certificate", _request)
    around(CertBundle, "describe", _describe)
