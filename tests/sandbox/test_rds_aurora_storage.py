from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import describe_cluster, make_cluster

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_cluster_may_use_storage_without_charges_for_io(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds, StorageType="aurora-iopt1")

    assert describe_cluster(rds)["StorageType"] == "aurora-iopt1"


def test_standard_storage_is_not_named(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)

    assert "StorageType" not in describe_cluster(rds)
