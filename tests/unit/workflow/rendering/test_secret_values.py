"""When a plan needs the values of secrets, and who may read them then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.workflow.bootstrap.files import environment_of, render_bootstrap
from infragen.workflow.rendering.composition import reads_secret_values
from infragen.workflow.target import open_project

if TYPE_CHECKING:
    from pathlib import Path

READ_BACK = 'ephemeral "aws_secretsmanager_secret_version" "this" {\n  secret_id = "a"\n}\n'
WRITTEN = 'resource "aws_secretsmanager_secret_version" "this" {\n  secret_id = "a"\n  %s = "b"\n}\n'


@pytest.mark.parametrize(
    ("path", "text", "reads"),
    [
        ("modules/rds_proxy/main.tf", READ_BACK, False),
        ("data-sales/extra-login.tf", READ_BACK, True),
        ("modules/secret/main.tf", WRITTEN % "secret_string_wo", False),
        ("modules/secret/main.tf", WRITTEN % "secret_string", True),
        ("modules/secret/main.tf", WRITTEN % "secret_binary", True),
        ("network/extra-login.tf", READ_BACK.replace("ephemeral", "data"), True),
        ("modules/login/main.tf", READ_BACK.replace("ephemeral", "data").replace("version", "versions"), True),
        ("modules/custom_header_replica/main.tf", READ_BACK.replace("ephemeral", "data"), False),
        ("network/main.tf", 'resource "aws_secretsmanager_secret" "this" {\n  name = "a"\n}\n', False),
        ("network/main.tf", 'locals {\n  a = "aws_secretsmanager_secret_version"\n}\n', False),
    ],
)
def test_a_value_is_read_where_something_is_made_of_it(path: str, text: str, reads: bool) -> None:
    assert reads_secret_values({path: text}) is reads


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_role_of_plans_reads_secrets_only_then(project: Path, *, by_hand: bool) -> None:
    if by_hand:
        extra = project / "catalog/technova/extra/network/login.tf"
        extra.parent.mkdir(parents=True)
        extra.write_text('data "aws_secretsmanager_secret_version" "login" {\n  secret_id = "a"\n}\n', encoding="utf-8")
        with (project / "infragen.toml").open("a", encoding="utf-8") as settings:
            settings.write('[programs]\nallow = ["technova/network/data.aws_secretsmanager_secret_version.login"]\n')
    opened = open_project(project)
    files = render_bootstrap(opened, environment_of(opened, "technova/prod"), "technova/infra", no_github=False)
    of_plans, change, of_applies = files["policies.tf"].partition("  change = {")
    assert ("secretsmanager:GetSecretValue" in of_plans) is by_hand
    assert "secretsmanager:DescribeSecret" in of_plans
    assert change
    assert "secretsmanager:GetSecretValue" in of_applies  # it makes the users of databases


def test_the_role_of_a_standby_s_plans_reads_the_value_that_its_balancer_requires_and_no_other(project: Path) -> None:
    opened = open_project(project)
    files = render_bootstrap(opened, environment_of(opened, "delivery-tracking/dr"), "technova/infra", no_github=False)
    read = files["policies.tf"].partition("ReadOwnSecrets")[2].partition("}")[0]
    name = "/delivery-tracking/prod/balancers/public/custom-header-value"
    assert f"arn:aws:secretsmanager:ap-northeast-3:123456789012:secret:{name}-??????" in read
    assert read.count("arn:aws:") == 1
