from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import describe_cluster, make_cluster, make_instance

if TYPE_CHECKING:
    from collections.abc import Callable

DISABLED = "open-source-rds-extended-support-disabled"


def test_a_cluster_keeps_what_it_was_asked_for(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds, EngineLifecycleSupport=DISABLED)
    assert describe_cluster(rds)["EngineLifecycleSupport"] == DISABLED


def test_an_instance_is_enrolled_unless_it_was_asked_for_otherwise(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)
    assert make_instance(rds, "writer")["EngineLifecycleSupport"] == "open-source-rds-extended-support"
