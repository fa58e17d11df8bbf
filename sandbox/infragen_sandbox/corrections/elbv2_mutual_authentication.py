"""A listener keeps its mutual authentication.

AWS: CreateListener and ModifyListener take, and Listener returns, MutualAuthentication with its mode, trust store,
ignored expiry and advertised names; an HTTPS listener without it answers mode `off` (Elastic Load Balancing API
Reference 2015-12-01, MutualAuthenticationAttributes). moto drops it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.responses import ELBV2Response

from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELDS = ("Mode", "TrustStoreArn", "IgnoreClientCertificateExpiry", "AdvertiseTrustStoreCaNames")


def _keep(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    wanted = parameter(response, "MutualAuthentication")
    for listener in result.result["Listeners"]:
        if wanted:
            kept = {field: wanted[field] for field in _FIELDS if wanted.get(field) is not None}
            if kept.get("Mode") == "verify":
                kept.setdefault("IgnoreClientCertificateExpiry", False)
                kept.setdefault("AdvertiseTrustStoreCaNames", "off")
                kept["TrustStoreAssociationStatus"] = "active"
            listener.mutual_authentication = kept
        elif listener.protocol == "HTTPS" and not hasattr(listener, "mutual_authentication"):
            listener.mutual_authentication = {"Mode": "off"}
    return result


def apply() -> None:
    """Install the correction."""
    around(ELBV2Response, "create_listener", _keep)
    around(ELBV2Response, "modify_listener", _keep)
