"""A zone that sends mail: its identity, its records, and what code that uses it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.stacks.build import draft
from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

ZONE = (
    "name: main\ntitle: Domain\nmail: {dmarc: reject, reports: mail@demo.com}\nrecords: {'@': {TXT: [v=spf1 -all]}}\n"
)
USES = "uses: {zones/main: {access: send, prefix: MAIL}}\n"


def sending(tmp_path: Path, more: str = "") -> Environment:
    files = {
        "services/web.yaml": SERVICE + USES,
        "zones/main.yaml": ZONE,
        "dev.yaml": f"{DEV}domain_name: demo.com\n{more}",
    }
    return environment(tmp_path, files)


def test_its_records_stand_beside_those_of_the_domain(tmp_path: Path) -> None:
    zone = rendered(sending(tmp_path)).files["network/zone-main.tf"]
    assert '"demo.com TXT"' in zone
    assert 'values = ["v=spf1 -all"]' in zone
    assert 'values = ["v=DMARC1; p=reject; rua=mailto:mail@demo.com"]' in zone
    assert 'values = ["10 feedback-smtp.ap-northeast-1.amazonses.com"]' in zone
    assert 'mail_from_domain       = "bounce.demo.com"' in zone


def test_who_uses_it_may_send_as_it_and_with_its_settings_alone(tmp_path: Path) -> None:
    service = rendered(sending(tmp_path)).files["app/service-web.tf"]
    assert 'actions   = ["ses:SendEmail", "ses:SendRawEmail"]' in service
    assert (
        "resources = [local.network.email_identity_main_arn, local.network.email_identity_main_configuration_set_arn]"
    ) in service
    assert 'MAIL_DOMAIN            = "demo.com"' in service
    assert 'MAIL_CONFIGURATION_SET = "demo-dev-main"' in service


def test_people_are_told_when_aws_may_stop_sending(tmp_path: Path) -> None:
    alarms = rendered(sending(tmp_path, "alarm_email: operations@demo.com\n")).files["app/zone-main.tf"]
    assert "threshold   = 0.05" in alarms
    assert "threshold   = 0.001" in alarms
    assert "dimensions  = {}" in alarms


def test_the_sandbox_of_ses_is_left_by_a_command_that_is_shown(tmp_path: Path) -> None:
    shown = [str(one.line.value) for one in draft(sending(tmp_path)).outputs if one.line.about == "next"]
    assert (
        "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL"
        " --website-url https://demo.com --region ap-northeast-1"
    ) in shown
