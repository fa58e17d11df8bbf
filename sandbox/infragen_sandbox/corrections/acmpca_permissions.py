"""A private authority's permissions for ACM.

AWS: CreatePermission lets ACM issue and renew certificates of a private authority by itself; ListPermissions and
DeletePermission (AWS Private CA API Reference). moto has none of the three.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from moto.acmpca.responses import ACMPCAResponse
from moto.core.exceptions import JsonRESTError

from infragen_sandbox.corrections.patching import add, parameter

if TYPE_CHECKING:
    from collections.abc import Mapping


def permissions(authority: Any) -> dict[str, Mapping[str, Any]]:
    """Return an authority's permissions by whom they are for."""
    granted: dict[str, Mapping[str, Any]] = authority.__dict__.setdefault("infragen_permissions", {})
    return granted


def _authority(response: Any) -> Any:
    arn = parameter(response, "CertificateAuthorityArn")
    return response.acmpca_backend.describe_certificate_authority(certificate_authority_arn=arn)


def _create(response: Any) -> str:
    authority = _authority(response)
    principal = parameter(response, "Principal")
    if principal in permissions(authority):
        raise JsonRESTError("PermissionAlreadyExistsException", f"{principal} has a permission already")
    permissions(authority)[principal] = {
        "Actions": parameter(response, "Actions"),
        "CertificateAuthorityArn": authority.arn,
        "CreatedAt": int(time.time()),
        "Principal": principal,
        "SourceAccount": parameter(response, "SourceAccount") or response.current_account,
    }
    return "{}"


def _list(response: Any) -> str:
    return json.dumps({"Permissions": list(permissions(_authority(response)).values())})


def _delete(response: Any) -> str:
    permissions(_authority(response)).pop(parameter(response, "Principal"), None)
    return "{}"


def apply() -> None:
    """Install the correction."""
    add(ACMPCAResponse, "create_permission", _create)
    add(ACMPCAResponse, "list_permissions", _list)
    add(ACMPCAResponse, "delete_permission", _delete)
