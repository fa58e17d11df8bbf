"""What an account has once: who makes it, and what of it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.hcl.index import Index
from tests.unit.stacks.systems import DEV, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

ALL = """\
account_settings:
  guardduty: {protection_plans: [s3, ebs]}
  cloudtrail: {retention: 1 year}
  ebs_encryption: true
"""


def made(folder: Path, text: str) -> dict[str, dict[str, str]]:
    """Return the arguments of each module that an environment with such settings calls in its stack of the network."""
    files = rendered(environment(folder, {"dev.yaml": f"{DEV}{text}"})).files
    calls = [call for path, content in files.items() if path.startswith("network/") for call in Index(content).calls]
    return {call.module: {one.name: one.value for one in call.arguments.values()} for call in calls}


def test_an_environment_gets_what_it_asks_for_and_nothing_else(tmp_path: Path) -> None:
    found = made(tmp_path, "account_settings: {guardduty: {}}\n")
    assert found["guardduty_detector"]["features"] == "[]"
    assert not {"cloudtrail", "ebs_encryption", "ebs_encryption_with_key"} & set(found)


def test_protection_plans_are_called_as_guardduty_calls_them(tmp_path: Path) -> None:
    assert made(tmp_path, ALL)["guardduty_detector"]["features"] == '["EBS_MALWARE_PROTECTION", "S3_DATA_EVENTS"]'


def test_the_audit_trail_is_kept_as_long_as_asked(tmp_path: Path) -> None:
    trail = made(tmp_path, ALL)["cloudtrail"]
    assert (trail["name"], trail["retention_in_days"]) == ('"demo-dev-audit-trail"', "365")
    assert "kms_key_arn" not in trail


def test_with_customer_keys_trail_and_disks_have_keys_of_their_own(tmp_path: Path) -> None:
    found = made(tmp_path, f"{ALL}customer_keys: true\n")
    assert found["cloudtrail"]["kms_key_arn"] == "module.key_audit_trail.arn"
    assert found["ebs_encryption_with_key"]["kms_key_arn"] == "module.key_disks.arn"


def test_who_does_not_own_the_account_makes_nothing_of_it(tmp_path: Path) -> None:
    found = made(tmp_path, f"{ALL}owns_account_settings: false\n")
    assert not {"guardduty_detector", "cloudtrail", "ebs_encryption"} & set(found)
