from __future__ import annotations

import pytest

from infragen.report.labels import type_plural


@pytest.mark.parametrize(
    ("resource_type", "plural"),
    [
        ("aws_db_proxy", "RDS Proxies"),
        ("aws_s3_bucket_ownership_controls", "s3 bucket ownership controls"),
        ("aws_cloudwatch_log_group", "log groups"),
        ("aws_kms_alias", "KMS aliases"),
        ("aws_iam_role_policy", "IAM role policies"),
        ("aws_nat_gateway", "NAT gateways"),
        ("aws_appmesh_mesh", "appmesh meshes"),
    ],
)
def test_plurals_are_english(resource_type: str, plural: str) -> None:
    assert type_plural(resource_type).lower() == plural.lower()
