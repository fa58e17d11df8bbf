"""A backup of one resource by AWS Backup, and how it stands (AWS Backup API, StartBackupJob and DescribeBackupJob)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.aws.releases import REFUSED
from infragen.aws.session import answering

if TYPE_CHECKING:
    from infragen.aws.session import Aws
    from infragen.core.delivery import Backup

_GOING_ON: Final = frozenset({"CREATED", "PENDING", "RUNNING"})
_DONE: Final = "COMPLETED"


class Finished(Struct, frozen=True):
    """How a backup came to its end."""

    is_there: bool
    reason: str


def start_backup(aws: Aws, backup: Backup) -> str:
    """Start a backup and return its job's id; InfragenError T057 when AWS does not."""
    named = f"the backup of {backup.resource}"
    unsure = f"AWS did not say whether {named} was started, and it may have been: "
    with answering(REFUSED, f"{named} was not started: ", unsure=unsure, what="a backup's id"):
        client = aws.client("backup", backup.region)
        answer = client.start_backup_job(
            BackupVaultName=backup.vault,
            ResourceArn=backup.resource,
            IamRoleArn=backup.role,
            Lifecycle={"DeleteAfterDays": backup.keep_days},
        )
        return str(answer["BackupJobId"])


def finished(aws: Aws, backup: Backup, job: str) -> Finished | None:
    """Return how a backup ended; None while it is taken. InfragenError T057 when AWS does not say."""
    with answering(REFUSED, f"AWS did not say how the backup of {backup.resource} stands: ", what="a backup"):
        client = aws.client("backup", backup.region)
        answer = client.describe_backup_job(BackupJobId=job)
        state = answer["State"]
        if state in _GOING_ON:
            return None
        return Finished(state == _DONE, answer.get("StatusMessage") or state)
