from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.balancers import make_balancer, make_listener, make_trust_store

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_trust_store_counts_its_certificates(aws: Callable[[str], Any], bucket: str) -> None:
    elbv2 = aws("elbv2")
    arn = make_trust_store(elbv2, aws("s3"), bucket, certificates=2)

    store = elbv2.describe_trust_stores(TrustStoreArns=[arn])["TrustStores"][0]
    assert (store["Name"], store["Status"], store["NumberOfCaCertificates"]) == ("clients", "ACTIVE", 2)


def test_its_tags_are_read_and_changed(aws: Callable[[str], Any], bucket: str) -> None:
    elbv2 = aws("elbv2")
    arn = make_trust_store(elbv2, aws("s3"), bucket)
    elbv2.add_tags(ResourceArns=[arn], Tags=[{"Key": "Owner", "Value": "b"}])

    tags = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Entry": "a", "Owner": "b"}


def test_one_that_a_listener_uses_stays(aws: Callable[[str], Any], bucket: str, vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")
    arn = make_trust_store(elbv2, aws("s3"), bucket)
    verify = {"Mode": "verify", "TrustStoreArn": arn}
    listener = make_listener(elbv2, make_balancer(elbv2, vpc), MutualAuthentication=verify)

    with pytest.raises(elbv2.exceptions.ClientError, match="used by a listener"):
        elbv2.delete_trust_store(TrustStoreArn=arn)

    elbv2.delete_listener(ListenerArn=listener["ListenerArn"])
    elbv2.delete_trust_store(TrustStoreArn=arn)
    with pytest.raises(elbv2.exceptions.TrustStoreNotFoundException):
        elbv2.describe_trust_stores(TrustStoreArns=[arn])


def test_a_bundle_that_is_not_there_is_refused(aws: Callable[[str], Any], bucket: str) -> None:
    elbv2 = aws("elbv2")
    with pytest.raises(elbv2.exceptions.CaCertificatesBundleNotFoundException):
        elbv2.create_trust_store(
            Name="clients", CaCertificatesBundleS3Bucket=bucket, CaCertificatesBundleS3Key="missing.pem"
        )
