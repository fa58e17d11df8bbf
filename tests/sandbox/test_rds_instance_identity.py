from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import make_cluster, make_instance

if TYPE_CHECKING:
    from collections.abc import Callable


def test_two_instances_have_two_resource_ids(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)

    assert make_instance(rds, "writer")["DbiResourceId"] != make_instance(rds, "reader")["DbiResourceId"]
