"""A backup is asked for with what AWS knows: botocore checks requests and answers against the API's own model."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from infragen.aws.releases import Finished, finished, start_backup
from infragen.aws.session import Aws
from infragen.core.delivery import Backup
from infragen.diagnostics import InfragenError

REGION = "ap-northeast-1"
BACKUP = Backup(
    region=REGION,
    vault="demo-prod-backups",
    resource=f"arn:aws:rds:{REGION}:111122223333:db:demo-prod-main",
    role="arn:aws:iam::111122223333:role/demo-prod-main-backup",
    keep_days=30,
)
JOB = "1a2b3c4d"


class Stubbed:
    """AWS Backup, with answers that were written before."""

    def __init__(self) -> None:
        session = Session()
        session.set_credentials("test", "test")
        self.made = session.create_client("backup", region_name=REGION)
        self.stub = Stubber(self.made)
        self.aws = Aws({}, {("backup", REGION): self.made})


@pytest.fixture
def stubbed() -> Any:
    found = Stubbed()
    with found.stub:
        yield found
        found.stub.assert_no_pending_responses()


def test_it_goes_into_the_vault_and_is_kept_as_long_as_is_said(stubbed: Stubbed) -> None:
    expected = {
        "BackupVaultName": BACKUP.vault,
        "ResourceArn": BACKUP.resource,
        "IamRoleArn": BACKUP.role,
        "Lifecycle": {"DeleteAfterDays": 30},
    }
    stubbed.stub.add_response("start_backup_job", {"BackupJobId": JOB}, expected)
    assert start_backup(stubbed.aws, BACKUP) == JOB


def test_a_refusal_says_what_was_not_started(stubbed: Stubbed) -> None:
    stubbed.stub.add_client_error("start_backup_job", "ResourceNotFoundException", "no such vault")
    with pytest.raises(InfragenError, match=r"T057 the backup of .*demo-prod-main was not started: .*no such vault"):
        start_backup(stubbed.aws, BACKUP)


@pytest.mark.parametrize("state", ["CREATED", "PENDING", "RUNNING"])
def test_it_goes_on(stubbed: Stubbed, state: str) -> None:
    stubbed.stub.add_response("describe_backup_job", {"State": state}, {"BackupJobId": JOB})
    assert finished(stubbed.aws, BACKUP, JOB) is None


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ({"State": "COMPLETED"}, Finished(is_there=True, reason="COMPLETED")),
        ({"State": "FAILED", "StatusMessage": "no space"}, Finished(is_there=False, reason="no space")),
        ({"State": "EXPIRED"}, Finished(is_there=False, reason="EXPIRED")),
        ({"State": "ABORTED"}, Finished(is_there=False, reason="ABORTED")),
        ({"State": "PARTIAL"}, Finished(is_there=False, reason="PARTIAL")),
    ],
)
def test_it_is_there_once_it_is_complete_and_not_otherwise(
    stubbed: Stubbed, answer: dict[str, str], end: Finished
) -> None:
    stubbed.stub.add_response("describe_backup_job", answer, {"BackupJobId": JOB})
    assert finished(stubbed.aws, BACKUP, JOB) == end
