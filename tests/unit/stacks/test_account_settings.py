"""What an account has once: who makes it, and what of it is made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.hcl.index import Index
from infragen.kinds.account_settings import records_global_resources
from tests.unit.stacks.systems import DEV, SERVICE, Rendered, call_of, environment, rendered

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


def copies(folder: Path, text: str) -> tuple[Rendered, list[str]]:
    """Return an environment whose images are copied, and the repositories that ECR is told of."""
    sidecar = "sidecars: {log: {image: {repository: tools, tag: v2}}}\n"
    files = {
        "dev.yaml": f"{DEV}account_settings: {{image_replication: us-west-2}}\n{text}",
        "services/web.yaml": f"{SERVICE}{sidecar}",
        "repositories/tools.yaml": "name: tools\ntitle: Tools\nkeep: 5\n",
    }
    found = rendered(environment(folder, files))
    told = found.call("network/image-replication.tf", "image_replication")["repositories"]
    return found, re.findall(r"local\.\w+\.\w+", told)


def test_images_are_copied_into_repositories_that_are_there_and_have_their_settings(tmp_path: Path) -> None:
    found, repositories = copies(tmp_path, "customer_keys: true\n")
    upstream = "local.image_replicas_us_west_2"
    assert repositories == [
        f"{upstream}.image_repository_tools_name",
        f"{upstream}.repository_service_web_name",
    ]
    stack = "image-replicas-us-west-2"
    for file, module, name in (
        ("repository-tools", "image_repository_tools", "demo-dev-tools"),
        ("images-service-web", "repository_service_web", "demo-dev-web"),
    ):
        here, there = (found.call(f"{where}/{file}.tf", module) for where in ("network", stack))
        assert here["name"] == there["name"] == f'"{name}"'
        assert here.get("kept_images") == there.get("kept_images")
        assert there["kms_key_arn"] == "module.key_images.arn"
    assert 'region              = "us-west-2"' in found.files[f"{stack}/providers.tf"]


def test_copies_have_aws_s_own_key_where_images_have(tmp_path: Path) -> None:
    found, _ = copies(tmp_path, "")
    assert "image-replicas-us-west-2/images-key.tf" not in found.files
    assert "kms_key_arn" not in found.call("image-replicas-us-west-2/images-service-web.tf", "repository_service_web")


RECORD = "account_settings: {config: {retention: 1 year}"


def test_everything_is_recorded_and_checked_against_the_rules_that_it_keeps(tmp_path: Path) -> None:
    record = made(tmp_path, f"{RECORD}}}\n")["config_recorder"]
    assert (record["name"], record["retention_in_days"], record["recording_frequency"]) == (
        '"demo-dev"',
        "365",
        '"CONTINUOUS"',
    )
    assert record["bucket_name"] == '"demo-dev-config-ap-northeast-1-111122223333"'
    assert 'restricted-ssh                           = "INCOMING_SSH_DISABLED"' in record["rules"]
    assert "guardduty" not in record["rules"]
    assert "kms_key_arn" not in record


def test_what_else_an_environment_has_brings_its_rule_and_its_own_list_stands_for_all(tmp_path: Path) -> None:
    others = (
        f"{RECORD}, guardduty: {{}}, cloudtrail: {{retention: 1 year}}, ebs_encryption: true}}\ncustomer_keys: true\n"
    )
    record = made(tmp_path / "more", others)["config_recorder"]
    for identifier in ("CLOUD_TRAIL_ENABLED", "EC2_EBS_ENCRYPTION_BY_DEFAULT", "GUARDDUTY_ENABLED_CENTRALIZED"):
        assert identifier in record["rules"]
    assert record["kms_key_arn"] == "module.key_config.arn"
    few = made(tmp_path / "few", RECORD.replace("year", "year, rules: [cloudtrail-enabled]") + "}\n")["config_recorder"]
    assert few["rules"].split() == ["{", "cloudtrail-enabled", "=", '"CLOUD_TRAIL_ENABLED"', "}"]


def test_iam_is_recorded_but_in_a_standby_unless_it_says_otherwise(tmp_path: Path) -> None:
    standby = DEV.replace("environment: dev", "environment: dr\nstandby_of: dev").replace("northeast-1", "northeast-3")
    expected = {
        "": (True, False),
        ", global_resources: false": (False, False),
        ", global_resources: true": (True, True),
    }
    for number, (said, recorded) in enumerate(expected.items()):
        settings = RECORD.replace("year", f"year{said}") + "}\n"
        files = {"dev.yaml": DEV + settings, "dr.yaml": standby + settings}
        both = tuple(environment(tmp_path / str(number), files, name) for name in ("dev", "dr"))
        assert tuple(map(records_global_resources, both)) == recorded


def test_who_is_told_of_a_rule_that_is_not_kept(tmp_path: Path) -> None:
    told = f"{DEV}{RECORD}}}\nalerts: {{high: {{mail: [a@example.com]}}, low: {{mail: [b@example.com]}}}}\n"
    found = rendered(environment(tmp_path / "told", {"dev.yaml": told}))
    call = call_of(found.files["app/config-findings.tf"], "config_findings")
    assert call["rule_name"].value == '"demo-dev-config-rules"'
    assert call["topic_arn"].value == "module.alerts_high.arn"
    for none in (f"{RECORD}}}\nalarms: false\n", RECORD.replace("year", "year, rules: []") + "}\nalarms: true\n"):
        files = rendered(environment(tmp_path / str(len(none)), {"dev.yaml": f"{DEV}{none}"})).files
        assert "app/config-findings.tf" not in files


def test_who_does_not_own_the_account_makes_nothing_of_it(tmp_path: Path) -> None:
    found = made(tmp_path, f"{ALL}owns_account_settings: false\n")
    assert not {"guardduty_detector", "cloudtrail", "ebs_encryption"} & set(found)
