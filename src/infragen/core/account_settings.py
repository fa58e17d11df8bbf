"""Account-wide settings: GuardDuty, CloudTrail, AWS Config and the session log."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from infragen.core.entry import Model
from infragen.core.units import Days

ProtectionPlan = Literal["ebs", "lambda", "rds", "s3"]


class GuardDuty(Model):
    """Threat detection from calls of AWS's APIs, connections and DNS queries (Amazon GuardDuty)."""

    protection_plans: tuple[ProtectionPlan, ...] = ()
    """Additional plans, each billed separately: volumes after a finding, connections of functions, logins to databases,
    requests for objects."""


class CloudTrail(Model):
    """A trail of all management events in all regions, in a bucket of its own (AWS CloudTrail)."""

    retention: Days
    """How long the bucket keeps them; CloudTrail itself shows 90 days."""


class SessionLog(Model):
    """A record of the shells that Session Manager opens in the account and region, in CloudWatch Logs."""

    retention: Days
    """How long what was typed and answered is kept."""


ManagedRule = Literal[
    "cloudtrail-enabled", "ec2-ebs-encryption-by-default", "encrypted-volumes", "guardduty-enabled-centralized",
    "iam-root-access-key-check", "lambda-function-public-access-prohibited", "rds-instance-public-access-check",
    "rds-snapshots-public-prohibited", "rds-storage-encrypted", "restricted-ssh", "root-account-mfa-enabled",
    "s3-bucket-level-public-access-prohibited", "s3-bucket-ssl-requests-only", "vpc-default-security-group-closed",
    "vpc-flow-logs-enabled",
]  # fmt: skip
"""AWS Config Developer Guide, "List of AWS Config Managed Rules": a page for each, of its name."""
Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]


class Config(Model):
    """A record of how everything in the region is configured, checked against rules of AWS's (AWS Config)."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("record", "all_supported", "resources"), "all types that AWS Config supports are recorded"),
        **dict.fromkeys(("frequency", "recording_frequency"), "write `recording: daily`"),
        **dict.fromkeys(("managed_rules", "conformance_pack"), "write `rules: [s3-bucket-ssl-requests-only]`"),
    }

    retention: Annotated[Days, Field(ge=30, le=2557)]
    """How long the record is kept, by AWS Config and in the bucket."""
    recording: Literal["continuous", "daily"] = "continuous"
    """When changes are recorded: at once, or once a day, cheaper for what changes more than four times a day."""
    global_resources: bool | None = None
    """Whether IAM's users, groups, roles and policies are recorded, which every region would record again; when left
    out, in a primary environment and not in its standby."""
    rules: tuple[ManagedRule, ...] | None = None
    """The rules, as AWS calls them; when left out, those that all that infragen builds there keeps."""


class AccountSettings(Model):
    """Settings that exist once per account, or per account and region."""

    guardduty: GuardDuty | None = None
    """Enables threat detection in the environment's region."""
    cloudtrail: CloudTrail | None = None
    """Enables a trail of who did what, in all regions."""
    config: Annotated[Config | None, Field(examples=[{"retention": "365 days", "recording": "daily"}])] = None
    """Enables a record of all configuration in the environment's region, and rules."""
    session_log: SessionLog | None = None
    """Records the shells that Session Manager opens in the environment's region, on whatever host."""
    ebs_encryption: bool = False
    """Encrypt all new EBS volumes in the environment's region, whoever creates them; with a customer managed key if
    `customer_keys` is set."""
    image_replication: Annotated[Region | None, Field(examples=["ap-northeast-3"])] = None
    """The region into whose repositories of the same names Amazon ECR copies the environment's images; a standby there
    runs them."""
