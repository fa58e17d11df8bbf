"""Hand-written Terraform on the emulated AWS: what it knows, what is used of it, and entries that were ejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DATABASE, SERVICE, write

from .lives import stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .lives import Life

pytestmark = [pytest.mark.terraform, pytest.mark.usefixtures("kept_plans")]

ONE = SERVICE.replace("max: 2", "max: 1") + "deploy: terraform\n"
WEB = ONE + "database: main\n"
API = ONE.replace("name: web", "name: api") + (
    "calls:\n  web: {access: api, why: it asks}\nenvironment:\n  BUCKET: {output: data.bucket}\n"
)
BUCKET = """\
data "aws_caller_identity" "me" {
}

resource "aws_s3_bucket" "own" {
  bucket = "${local.system}-${local.environment}-own-${data.aws_caller_identity.me.account_id}"
}

output "bucket" {
  value = aws_s3_bucket.own.bucket
}
"""


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A rendered system of two services, a database and a hand-written bucket; its sandbox is stopped afterwards."""
    files = {"services/web.yaml": WEB, "services/api.yaml": API, "databases/main.yaml": DATABASE}
    with stopped_afterwards(write(tmp_path, {**files, "extra/data/own.tf": BUCKET})) as life:
        life.run("render", "demo")
        yield life


@pytest.mark.sandbox
@pytest.mark.long
def test_an_ejected_entry_has_nothing_to_change_also_after_a_rename(life: Life) -> None:
    """The files that terraform reads are the same before and after: tests/unit/commands/test_eject.py."""
    applied = life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert "aws_s3_bucket" not in applied.err
    nothing_to_change(life)

    life.edit("catalog/demo/services/api.yaml", "name: api\n", "name: front\nrenamed_from: api\n")
    api = life.project / "catalog/demo/services/api.yaml"
    api.rename(api.with_name("front.yaml"))
    life.run("render", "demo")
    life.run("apply", "demo/dev", "--sandbox", "--yes")

    life.run("eject", "services/front", "--security-group")
    life.run("eject", "services/web")
    life.run("eject", "databases/main", "--security-group")
    life.run("render", "demo")
    nothing_to_change(life)

    life.edit(
        "catalog/demo/extra/app/dev/service-web.tf", "log_retention_in_days     = 30", "log_retention_in_days     = 90"
    )
    life.run("render", "demo")
    planned = life.run("plan", "demo/dev", "--sandbox", "--detailed-exitcode", code=2)
    assert "0 to add, 1 to change, 0 to destroy" in planned.out
    assert "catalog/demo/extra/app/dev/service-web.tf" in planned.out + planned.err or "services/web" in planned.out


def nothing_to_change(life: Life) -> None:
    life.run("plan", "demo/dev", "--sandbox", "--all", "--detailed-exitcode")


def test_a_data_source_is_not_read_offline_and_that_is_said(life: Life) -> None:
    planned = life.run("plan", "demo/dev", "--offline")
    assert "data.aws_caller_identity.me in data" in " ".join(planned.out.replace("|", " ").split())
    assert "not_read_offline" not in planned.out
    assert "aws_s3_bucket" not in planned.err


def test_what_terraform_says_of_a_hand_written_file_stands_at_the_file_that_was_written(life: Life) -> None:
    life.edit("catalog/demo/extra/data/own.tf", "  bucket = ", "  bucktet = ")
    life.run("render", "demo")

    planned = life.run("plan", "demo/dev", "--offline", code=1)

    assert "catalog/demo/extra/data/own.tf:5:" in planned.err
    assert "bucktet" in planned.err
