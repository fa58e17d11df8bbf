"""What an account has once: threat detection, the audit trail, and the encryption of disks."""

from __future__ import annotations

from typing import Literal

from infragen.core.entry import Model
from infragen.core.units import Days

ProtectionPlan = Literal["ebs", "lambda", "rds", "s3"]


class GuardDuty(Model):
    """Threat detection from calls of AWS's APIs, connections and DNS queries (Amazon GuardDuty)."""

    protection_plans: tuple[ProtectionPlan, ...] = ()
    """What else is watched, each billed by itself: volumes after a finding, connections of functions, logins to
    databases, requests for objects."""


class CloudTrail(Model):
    """A trail of all management events in all regions, in a bucket of its own (AWS CloudTrail)."""

    retention: Days
    """How long the bucket keeps them; CloudTrail itself shows 90 days."""


class AccountSettings(Model):
    """What an account has once, in a region or altogether."""

    guardduty: GuardDuty | None = None
    """Asks for threat detection in the environment's region."""
    cloudtrail: CloudTrail | None = None
    """Asks for a trail of who did what, in all regions."""
    ebs_encryption: bool = False
    """Encrypt new EBS volumes in the environment's region, whoever makes them; with a key of one's own where
    `customer_keys` asks for these."""
