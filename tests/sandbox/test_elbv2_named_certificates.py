from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.balancers import make_balancer, make_listener

if TYPE_CHECKING:
    from collections.abc import Callable

_ID = "12345678-1234-1234-1234-123456789012"


def test_a_listener_takes_a_certificate_that_was_imported_before(
    aws: Callable[[str], Any], vpc: dict[str, str], account: str
) -> None:
    elbv2 = aws("elbv2")
    imported = f"arn:aws:acm:ap-northeast-1:{account}:certificate/{_ID}"
    listener = make_listener(elbv2, make_balancer(elbv2, vpc), certificate=imported)
    assert listener["Certificates"] == [{"CertificateArn": imported}]

    other = imported.replace("9012", "9013")
    elbv2.modify_listener(ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": other}])
    [seen] = elbv2.describe_listeners(ListenerArns=[listener["ListenerArn"]])["Listeners"]
    assert seen["Certificates"] == [{"CertificateArn": other}]


@pytest.mark.parametrize("place", ["ap-northeast-3:{account}", "ap-northeast-1:222222222222"])
def test_none_of_another_region_or_account(
    aws: Callable[[str], Any], vpc: dict[str, str], account: str, place: str
) -> None:
    elbv2 = aws("elbv2")
    elsewhere = f"arn:aws:acm:{place.format(account=account)}:certificate/{_ID}"
    with pytest.raises(ClientError, match="CertificateNotFound"):
        make_listener(elbv2, make_balancer(elbv2, vpc), certificate=elsewhere)


def test_none_that_was_deleted(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    acm, elbv2 = aws("acm"), aws("elbv2")
    arn = acm.request_certificate(DomainName="example.com", ValidationMethod="DNS")["CertificateArn"]
    acm.delete_certificate(CertificateArn=arn)
    with pytest.raises(ClientError, match="CertificateNotFound"):
        make_listener(elbv2, make_balancer(elbv2, vpc), certificate=arn)
