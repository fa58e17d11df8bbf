"""The regions of AWS's commercial partition, whose ARNs begin with `arn:aws:`, and CloudFront's servers in each."""

from collections.abc import Mapping
from typing import Final

REGIONS: Final = frozenset([
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
    "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
    "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
])  # fmt: skip
"""AWS Regions and Availability Zones User Guide: AWS Regions (November 2026)."""

OTHER_PARTITIONS: Final = {"cn-": "China", "us-gov-": "GovCloud (US)", "eusc-": "the European Sovereign Cloud"}
"""How regions begin whose ARNs do not begin with `arn:aws:`, and where they are."""


CLOUDFRONT: Final = "cloudfront"
"""The end of a relation that is every server from which CloudFront calls origins."""

WEIGHT: Final = 55
"""Rules of a security group that one rule for the prefix list counts as (Amazon VPC User Guide: AWS-managed prefix
lists, weight)."""

PREFIX_LISTS: Final[Mapping[str, str]] = {
    "ap-northeast-1": "pl-58a04531", "ap-northeast-2": "pl-22a6434b", "ap-northeast-3": "pl-31a14458",
    "ap-south-1": "pl-9aa247f3", "ap-southeast-1": "pl-31a34658", "ap-southeast-2": "pl-b8a742d1",
    "ca-central-1": "pl-38a64351", "eu-central-1": "pl-a3a144ca", "eu-north-1": "pl-fab65393",
    "eu-west-1": "pl-4fa04526", "eu-west-2": "pl-93a247fa", "eu-west-3": "pl-75b1541c", "sa-east-1": "pl-5da64334",
    "us-east-1": "pl-3b927c52", "us-east-2": "pl-b6a144df", "us-west-1": "pl-4ea04527", "us-west-2": "pl-82a045eb",
}  # fmt: skip
"""The id of `com.amazonaws.global.cloudfront.origin-facing` by region. AWS documents the name alone, and to look an id
up would ask AWS while planning; it is the same in every account, and four public repositories that list them agree
(read in 2026-11). `aws ec2 describe-managed-prefix-lists` of a region says its own."""


ZONES: Final[Mapping[str, str]] = {
    "af-south-1": "Africa/Johannesburg", "ap-east-1": "Asia/Hong_Kong", "ap-east-2": "Asia/Taipei",
    "ap-northeast-1": "Asia/Tokyo", "ap-northeast-2": "Asia/Seoul", "ap-northeast-3": "Asia/Tokyo",
    "ap-south-1": "Asia/Kolkata", "ap-south-2": "Asia/Kolkata", "ap-southeast-1": "Asia/Singapore",
    "ap-southeast-5": "Asia/Kuala_Lumpur", "ap-southeast-6": "Pacific/Auckland", "ap-southeast-7": "Asia/Bangkok",
    "eu-central-1": "Europe/Berlin", "eu-central-2": "Europe/Zurich", "eu-north-1": "Europe/Stockholm",
    "eu-south-1": "Europe/Rome", "eu-south-2": "Europe/Madrid", "eu-west-1": "Europe/Dublin",
    "eu-west-2": "Europe/London", "eu-west-3": "Europe/Paris", "il-central-1": "Asia/Jerusalem",
    "me-central-1": "Asia/Dubai", "me-south-1": "Asia/Bahrain",
}  # fmt: skip
"""The time zone of a region whose country has one on its mainland (IANA Time Zone Database, zone.tab): elsewhere nobody
knows whose night is meant."""
