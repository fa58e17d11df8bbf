from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def make(rds: Any, name: str, backup: str, maintenance: str) -> Any:
    return rds.create_db_instance(
        DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t3.large", AllocatedStorage=20,
        MasterUsername="administrator", MasterUserPassword="long-enough-here", BackupRetentionPeriod=1,
        PreferredBackupWindow=backup, PreferredMaintenanceWindow=maintenance,
    )["DBInstance"]  # fmt: skip


@pytest.mark.parametrize("maintenance", ["sun:04:00-sun:05:00", "sun:02:00-sun:03:00"])
def test_windows_may_touch(aws: Callable[[str], Any], maintenance: str) -> None:
    made = make(aws("rds"), "touching", "03:00-04:00", maintenance)
    assert made["PreferredMaintenanceWindow"] == maintenance


def test_windows_that_overlap_are_refused(aws: Callable[[str], Any]) -> None:
    with pytest.raises(ClientError, match="must not overlap"):
        make(aws("rds"), "overlapping", "03:00-04:00", "sun:03:59-sun:05:00")
