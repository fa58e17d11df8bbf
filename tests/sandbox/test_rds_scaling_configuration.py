from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import describe_cluster, make_cluster

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_serverless_v2_cluster_has_no_v1_scaling(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds, ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 16})

    cluster = describe_cluster(rds)
    assert "ScalingConfigurationInfo" not in cluster
    assert cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 16


def test_a_serverless_v1_cluster_keeps_it(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds, EngineMode="serverless")

    assert describe_cluster(rds)["ScalingConfigurationInfo"]["MaxCapacity"] == 16
