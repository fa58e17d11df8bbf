"""Load balancers and what belongs to them, for tests."""

from __future__ import annotations

from typing import Any


def make_balancer(elbv2: Any, vpc: dict[str, str], kind: str = "application", **settings: Any) -> str:
    """Create an internal load balancer and return its ARN."""
    made = elbv2.create_load_balancer(
        Name=f"{kind}-inside", Type=kind, Scheme="internal", Subnets=[vpc["subnet"], vpc["other_subnet"]], **settings
    )
    arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
    return arn


def make_trust_store(elbv2: Any, s3: Any, bucket: str, certificates: int = 2) -> str:
    """Create a trust store from a bundle in the bucket and return its ARN."""
    bundle = "-----BEGIN CERTIFICATE-----\na\n-----END CERTIFICATE-----\n" * certificates
    s3.put_object(Bucket=bucket, Key="bundle.pem", Body=bundle.encode())
    made = elbv2.create_trust_store(
        Name="clients",
        CaCertificatesBundleS3Bucket=bucket,
        CaCertificatesBundleS3Key="bundle.pem",
        Tags=[{"Key": "Entry", "Value": "a"}],
    )
    arn: str = made["TrustStores"][0]["TrustStoreArn"]
    return arn


def make_listener(
    elbv2: Any,
    balancer: str,
    certificate: str = "arn:aws:iam::111111111111:server-certificate/a",
    **settings: Any,
) -> dict[str, Any]:
    """Create an HTTPS listener that answers 404, and return it."""
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    made = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[fixed],
        **settings,
    )
    listener: dict[str, Any] = made["Listeners"][0]
    return listener
