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


FINDINGS = "app/guardduty-findings.tf"


def findings(folder: Path, text: str) -> dict[str, tuple[str, ...]]:
    """Return, for each level, the topic that hears of findings, the least severity, and what each is below."""
    found = rendered(environment(folder, {"dev.yaml": f"{DEV}account_settings: {{guardduty: {{}}}}\n{text}"}))
    if FINDINGS not in found.files:
        return {}
    rules = found.items(FINDINGS, "guardduty_findings", "findings")
    return {level: (one["topic_arn"], one["least"], one["below"]) for level, one in rules.items()}


def test_each_level_hears_of_the_findings_that_are_as_urgent_as_it_is(tmp_path: Path) -> None:
    mail = "mail: [a@example.com]"
    assert findings(tmp_path / "all", f"alerts: {{critical: {{{mail}}}, high: {{{mail}}}, medium: {{{mail}}}}}\n") == {
        "critical": ("module.alerts_critical.arn", "9", "11"),
        "high": ("module.alerts_high.arn", "7", "9"),
        "medium": ("module.alerts_medium.arn", "4", "7"),
    }
    assert findings(tmp_path / "two", f"alerts: {{high: {{{mail}}}, low: {{{mail}}}}}\n") == {
        "high": ("module.alerts_high.arn", "4", "11")
    }
    assert findings(tmp_path / "one", "alarm_email: a@example.com\n") == {"high": ("module.alerts.arn", "4", "11")}
    assert findings(tmp_path / "none", "alarms: false\n") == {}


def test_the_topics_of_findings_and_their_key_let_eventbridge_publish(tmp_path: Path) -> None:
    settings = "account_settings: {guardduty: {}}\nalarm_email: a@example.com\ncustomer_keys: true\n"
    files = rendered(environment(tmp_path, {"dev.yaml": f"{DEV}{settings}"})).files
    assert 'AllowEvents              = "events.amazonaws.com"' in files["app/alarms.tf"]
    assert '"events.amazonaws.com"' in files["network/keys.tf"]


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
