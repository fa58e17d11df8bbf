from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("said", [{}, {"DeletionProtection": False}, {"DeletionProtection": True}])
def test_a_copy_is_protected_where_its_restore_says_so(aws: Callable[[str], Any], said: dict[str, bool]) -> None:
    rds = aws("rds")
    rds.create_db_instance(DBInstanceIdentifier="main", Engine="postgres", DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20, MasterUsername="administrator", MasterUserPassword="password",
        DeletionProtection=True)  # fmt: skip

    restored = rds.restore_db_instance_to_point_in_time(SourceDBInstanceIdentifier="main",
        TargetDBInstanceIdentifier="copy", UseLatestRestorableTime=True, **said)["DBInstance"]  # fmt: skip

    assert restored["DeletionProtection"] == bool(said.get("DeletionProtection"))
