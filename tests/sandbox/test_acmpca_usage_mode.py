from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = {"KeyAlgorithm": "RSA_2048", "SigningAlgorithm": "SHA256WITHRSA", "Subject": {"CommonName": "technova"}}


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [({}, "GENERAL_PURPOSE"), ({"UsageMode": "SHORT_LIVED_CERTIFICATE"}, "SHORT_LIVED_CERTIFICATE")],
)
def test_an_authority_has_the_mode_it_was_created_with(
    aws: Callable[[str], Any], wanted: dict[str, str], seen: str
) -> None:
    pca = aws("acm-pca")
    arn = pca.create_certificate_authority(
        CertificateAuthorityConfiguration=SETTINGS, CertificateAuthorityType="ROOT", **wanted
    )["CertificateAuthorityArn"]

    assert pca.describe_certificate_authority(CertificateAuthorityArn=arn)["CertificateAuthority"]["UsageMode"] == seen
