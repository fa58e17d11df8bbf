"""Who plans gets no secret's value: a plan asks AWS for none, and says the same as one that would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from . import small
from .proxy import Proxy
from .small_templates import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

LOGIN = """\
ephemeral "aws_secretsmanager_random_password" "this" {
}

locals {
  drawn = ephemeral.aws_secretsmanager_random_password.this.random_password
}

resource "aws_secretsmanager_secret" "this" {
  name = "small-login"
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = jsonencode({ password = local.drawn })
  secret_string_wo_version = 1
}

ephemeral "aws_secretsmanager_secret_version" "this" {
  secret_id = aws_secretsmanager_secret_version.this.secret_id
}

resource "aws_ssm_parameter" "this" {
  name             = "/small/login"
  type             = "SecureString"
  value_wo         = jsondecode(ephemeral.aws_secretsmanager_secret_version.this.secret_string).password
  value_wo_version = 1
}
"""
"""As the modules of databases do it: what is drawn lies in a secret, and is read back for the server."""

MASTER = '"small/modules/login/ephemeral.aws_secretsmanager_secret_version.this"'
BY_HAND = """\
data "aws_secretsmanager_secret_version" "login" {
  secret_id = "small-login"
}
"""
VALUE = "secretsmanager.GetSecretValue"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    project = small.small_project(tmp_path_factory.mktemp("unread"), aws=("network",))
    module = project / "templates/modules/login"
    module.mkdir()
    (module / "main.tf").write_text(LOGIN, encoding="utf-8")
    (module / "versions.tf").write_text(VERSIONS, encoding="utf-8")
    (project / "infragen.toml").write_text(f"[programs]\nallow = [{MASTER}]\n", encoding="utf-8")
    with (project / "templates/kinds/flow_log/main.tf").open("a", encoding="utf-8") as file:
        file.write('\nmodule "login" {\n  source = "../modules/login"\n}\n')
    small.render(project)
    try:
        yield project
    finally:
        small.stop(project)


def asked(proxy: Proxy) -> bool:
    """Whether AWS was asked for a value since this was asked last."""
    found = any(VALUE in line for line in proxy.log)
    proxy.forget()
    return found


def test_a_plan_asks_for_no_value(project: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.plan"
    with Proxy(small.start(project)) as proxy:
        applied = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
        assert applied.returncode == 0, applied.stderr
        assert asked(proxy)  # the value that was drawn went on to the parameter

        plan = ("plan", small.TARGET, "--sandbox", "--detailed-exitcode")
        again = small.run(project, *plan)
        assert again.returncode == 0, again.stdout + again.stderr
        assert not asked(proxy)
        drift = small.run(project, "drift", small.TARGET, "--sandbox")
        assert drift.returncode == 0, drift.stdout + drift.stderr
        assert not asked(proxy)

        small.edit(project, "catalog/small/system.yaml", "flow_log_retention: 30 days", "flow_log_retention: 60 days")
        small.render(project)
        changed = small.run(project, *plan, "--out", str(kept), "--format", "json")
        assert changed.returncode == 2, changed.stderr
        assert [one["type"] for one in json.loads(changed.stdout)["changes"]] == ["aws_cloudwatch_log_group"]
        assert not asked(proxy)
        done = small.run(project, "apply", small.TARGET, "--sandbox", "--yes", "--plan", str(kept))
        assert done.returncode == 0, done.stderr
        proxy.forget()

        extra = project / "catalog/small/extra/network/login.tf"
        extra.parent.mkdir(parents=True, exist_ok=True)
        extra.write_text(BY_HAND, encoding="utf-8")
        allowed = f'[programs]\nallow = [{MASTER}, "small/network/data.aws_secretsmanager_secret_version.login"]\n'
        (project / "infragen.toml").write_text(allowed, encoding="utf-8")
        small.render(project)
        by_hand = small.run(project, *plan)
        assert by_hand.returncode == 0, by_hand.stdout + by_hand.stderr
        assert asked(proxy)  # what is made of it is part of the plan
