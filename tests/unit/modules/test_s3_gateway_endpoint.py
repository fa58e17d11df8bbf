"""The gateway endpoint of S3 leads to this account's buckets, and to what of others runs here need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.render.shipped import shipped_templates
from tests.unit.stacks.systems import DEV, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

MODULE = shipped_templates() / "modules/s3_gateway_endpoint/main.tf"


def test_only_what_aws_gives_is_read_from_other_accounts() -> None:
    """Amazon ECR User Guide: Amazon ECR interface VPC endpoints; AL2023 User Guide: Updating AL2023 packages."""
    statements = re.findall(r"Sid *= \"(\w+)\".*?(?=Sid|\Z)", MODULE.read_text("utf-8"), re.DOTALL)
    assert statements == ["OwnBuckets", "ReadOfAws", "OfOthers"]
    own, of_aws, _ = re.split(r"Sid *= ", MODULE.read_text("utf-8"))[1:]
    assert '"aws:ResourceAccount" = var.account_id' in own
    assert 'Action    = "s3:GetObject"' in of_aws
    assert "s3:*" not in of_aws.partition("OfOthers")[0].partition("length(")[0]
    assert {"prod-${var.region}-starport-layer-bucket", "al2023-repos-${var.region}-de612dc2"} <= set(
        re.findall(r":::([^/]*)/", of_aws)
    )


def test_buckets_of_others_are_named_in_the_environment(tmp_path: Path) -> None:
    for more, named in (("", None), (", foreign_buckets: [partner-orders]", '["partner-orders"]')):
        network = f"network: {{cidr: 10.0.0.0/16, nat: single{more}}}\n"
        dev = re.sub(r"network: .*\n", "", DEV) + network
        found = rendered(environment(tmp_path / str(bool(more)), {"dev.yaml": dev}))
        call = found.call("network/object-store.tf", "endpoint_s3")
        assert call["account_id"] == '"111122223333"'
        assert call.get("bucket_names") == named
