"""Code that sends mail names the domain that it sends as; what people do before AWS sends it is told with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.stacks.build import draft
from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

MAIL = """
permissions:
  mail:
    actions: [{}]
    resources: ["arn:aws:ses:{{region}}:{{account}}:identity/{}"]
"""


def told(tmp_path: Path, action: str, identity: str) -> list[str]:
    files = {"services/web.yaml": SERVICE + MAIL.format(action, identity), "dev.yaml": DEV + "domain_name: demo.com\n"}
    outputs = draft(environment(tmp_path, files)).outputs
    return [str(one.line.value) for one in outputs if "aws sesv2 " in str(one.line.value)]


def test_the_identity_is_made_and_the_sandbox_left_by_commands_that_are_shown(tmp_path: Path) -> None:
    assert told(tmp_path, "ses:SendEmail", "{domain_name}") == [
        "aws sesv2 create-email-identity --email-identity demo.com --region ap-northeast-1",
        (
            "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL"
            " --website-url https://demo.com --region ap-northeast-1"
        ),
    ]


@pytest.mark.parametrize(("action", "identity"), [("ses:GetAccount", "{domain_name}"), ("ses:SendEmail", "*")])
def test_who_sends_nothing_or_as_anybody_names_no_identity(tmp_path: Path, action: str, identity: str) -> None:
    assert told(tmp_path, action, identity) == []


def test_the_permission_is_for_the_domain_of_the_environment(tmp_path: Path) -> None:
    files = {
        "services/web.yaml": SERVICE + MAIL.format("ses:SendEmail", "{domain_name}"),
        "dev.yaml": DEV + "domain_name: demo.com\n",
    }
    found = rendered(environment(tmp_path, files)).files["app/service-web.tf"]
    assert '"arn:aws:ses:ap-northeast-1:111122223333:identity/demo.com"' in found
