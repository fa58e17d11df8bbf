from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = {"KeyAlgorithm": "RSA_2048", "SigningAlgorithm": "SHA256WITHRSA", "Subject": {"CommonName": "technova"}}


def test_acm_may_be_allowed_to_renew(aws: Callable[[str], Any], account: str) -> None:
    pca = aws("acm-pca")
    made = pca.create_certificate_authority(CertificateAuthorityConfiguration=SETTINGS, CertificateAuthorityType="ROOT")
    place = {"CertificateAuthorityArn": made["CertificateAuthorityArn"]}
    wanted = {"Principal": "acm.amazonaws.com", "Actions": ["IssueCertificate", "GetCertificate", "ListPermissions"]}
    pca.create_permission(**place, **wanted)

    granted = pca.list_permissions(**place)["Permissions"]
    assert [(one["Principal"], one["SourceAccount"]) for one in granted] == [("acm.amazonaws.com", account)]
    with pytest.raises(pca.exceptions.PermissionAlreadyExistsException):
        pca.create_permission(**place, **wanted)

    pca.delete_permission(**place, Principal="acm.amazonaws.com")
    assert pca.list_permissions(**place)["Permissions"] == []
