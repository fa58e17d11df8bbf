"""What somebody changed by hand on the emulated AWS is told by entry, and nothing is stored."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from . import small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

IAM = "arn:aws:iam::aws:policy/IAMFullAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
DRIFT = ("drift", small.TARGET, "--sandbox")


ATTACHED = f"""\
resource "aws_iam_role_policy_attachment" "administrator" {{
  role       = aws_iam_role.reader.name
  policy_arn = "{ADMINISTRATOR}"
}}

locals {{
  topics = {{ Effect = "Allow", Action = "sns:*", Resource = "*" }}
}}

resource "aws_iam_role_policy" "topics" {{
  name   = "topics"
  role   = aws_iam_role.reader.name
  policy = jsonencode({{ Version = "2012-10-17", Statement = [local.topics] }})
}}
"""
"""What AWS adds to the role by itself: a policy that is attached, and one within it."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    project = small.small_project(
        tmp_path_factory.mktemp("drift"), aws=("network", "security", "data-plant", "data-sales")
    )
    (project / "catalog/small/databases/plant/parts.yaml").unlink()
    (project / "infragen.toml").unlink()
    extra = project / "catalog/small/extra/security/attached.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(ATTACHED, encoding="utf-8")
    small.render(project)
    try:
        yield project
    finally:
        small.stop(project)


def test_a_life_with_hands_in_it(project: Path) -> None:
    nothing = small.run(project, *DRIFT)
    assert nothing.returncode == 0, nothing.stderr
    assert "nothing is applied, so nothing can drift" in nothing.stderr
    applied = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
    assert applied.returncode == 0, applied.stderr
    assert "since it was last applied" not in applied.stderr
    assert small.locks(project) == {}
    again = small.run(project, "plan", small.TARGET, "--sandbox", "--detailed-exitcode", variables={"COLUMNS": "200"})
    assert again.returncode == 0, again.stdout

    clean = small.run(project, *DRIFT)
    assert clean.returncode == 0, clean.stdout
    assert "everything is as Terraform left it" in clean.stdout
    assert "changed outside" not in clean.stdout

    before = small.states(project)
    client(project, "logs").put_retention_policy(logGroupName="/small/aurora-dev-sales-order", retentionInDays=90)
    client(project, "ssm").delete_parameter(Name="/small/network/cidr")
    client(project, "iam").attach_role_policy(RoleName="small-reader", PolicyArn=IAM)
    found = small.run(project, *DRIFT, variables={"COLUMNS": "140"})
    assert found.returncode == 2
    said = [line.strip() for line in found.stdout.splitlines() if line.strip()]
    assert "risk: HIGH (data loss: " in said[0]
    assert said[1].startswith("| HIGH (data loss): stack network: aws_ssm_parameter.cidr: ")
    by_hand = "it may grant itself any permission (IAMFullAccess)"
    assert said[2] == f"| HIGH (privilege): stack security: aws_iam_role.reader: {by_hand}"
    assert "everything is as Terraform left it" not in found.stdout
    assert "databases/order: 1 changed outside of Terraform" in found.stdout
    assert "stack network: 1 deleted outside of Terraform" in found.stdout
    assert "retention_in_days  30 -> 90" in found.stdout
    told = json.loads(small.run(project, *DRIFT, "--format", "json").stdout)
    assert {one["address"].split(".")[-2] for one in told["drift"]["shown"]} == {
        "aws_cloudwatch_log_group",
        "aws_iam_role",
        "aws_ssm_parameter",
    }
    assert small.states(project) == before
    assert small.locks(project) == {}
    assert not list((project / ".infragen").rglob("combined/terraform.tfstate*")), "a merged state holds secrets"
    assert small.run(project, "drift", f"{small.TARGET}/observability", "--sandbox").returncode == 0

    planned = small.run(project, "plan", small.TARGET, "--sandbox", "--all")
    assert by_hand in planned.stdout, "an apply would store it and say nothing more"

    since = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    held = {"ID": "1", "Operation": "OperationTypeApply", "Info": "", "Who": "ann@laptop", "Version": "1.11.4"}
    for stack in ("network", "security"):
        key = f"{small.TARGET}/{stack}.tfstate"
        lock = {**held, "Created": f"{since.replace(' ', 'T')}:00Z", "Path": f"{small.BUCKET}/{key}"}
        small.put_object(project, f"{key}.tflock", json.dumps(lock))
    locked = small.run(project, *DRIFT, variables={"COLUMNS": "400"})
    assert (locked.returncode, "1 deleted outside of Terraform" in locked.stdout) == (2, False)
    assert "stack security: 1 changed outside of Terraform" in locked.stdout, "a risk stays"
    whose = rf"perhaps by the run that holds the lock, ann@laptop since {since}:00 UTC.* \(apply, terraform .*\)"
    assert re.search(f"{whose}, so no drift yet; .*: aws_ssm_parameter.cidr of network", locked.stdout)
    assert re.search(f"{whose}; .*: aws_iam_role.reader of security", locked.stdout)
    assert small.locks(project).keys() == {"network", "security"}, "nothing was released"
    for stack in ("network", "security"):
        client(project, "s3").delete_object(Bucket=small.BUCKET, Key=f"{small.TARGET}/{stack}.tfstate.tflock")


@pytest.mark.long
def test_a_state_that_is_gone_is_missed_and_one_that_is_none_is_named(project: Path) -> None:
    applied = small.run(project, "apply", small.TARGET, "--sandbox", "--yes")
    assert applied.returncode == 0, applied.stderr
    bucket = client(project, "s3")
    place = {"Bucket": small.BUCKET, "Key": f"{small.TARGET}/data-sales.tfstate"}
    lock = place | {"Key": f"{small.TARGET}/data-sales.tfstate.tflock"}
    whole = bucket.get_object(**place)["Body"].read()
    wide = {"COLUMNS": "400"}

    bucket.delete_object(**place)
    missed = "the state of data-sales is gone, but an apply from here stored one"
    for verb, more in (("drift", ()), ("apply", ("--yes",)), ("destroy", ("--yes",))):
        refused = small.run(project, verb, small.TARGET, "--sandbox", *more, variables=wide)
        assert (refused.returncode, f"error T046 {missed}" in refused.stderr) == (1, True), (verb, refused.stderr)
    assert f"s3://{small.BUCKET}/{place['Key']}" in refused.stderr

    bucket.put_object(**place, Body=whole[:900])
    unread = small.run(project, "plan", small.TARGET, "--sandbox", variables=wide)
    assert "error T041 the state of generated/small/dev/data-sales cannot be read" in unread.stderr

    bucket.put_object(**place, Body=whole)
    bucket.put_object(**lock, Body=b"not JSON")
    held = small.run(project, "unlock", f"{small.TARGET}/data-sales", "--sandbox", variables=wide)
    assert held.returncode == 1
    assert "error T047 the lock of the state of generated/small/dev/data-sales cannot be read" in held.stderr
    bucket.delete_object(**lock)


def client(project: Path, service: str) -> Any:
    """Return a client of the project's emulated AWS."""
    import boto3

    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.running(project)
    assert sandbox is not None
    variables = sandbox.environment(small.ACCOUNT, small.REGION)
    return boto3.client(
        service,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name=small.REGION,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
