from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import describe_cluster, make_cluster

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_cluster_has_the_data_api_where_it_is_asked_for(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds, EnableHttpEndpoint=True)
    make_cluster(rds, "plain")
    assert describe_cluster(rds)["HttpEndpointEnabled"] is True
    assert describe_cluster(rds, "plain")["HttpEndpointEnabled"] is False


def test_it_is_turned_on_and_off_later(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    arn = make_cluster(rds)["DBClusterArn"]
    assert rds.enable_http_endpoint(ResourceArn=arn)["HttpEndpointEnabled"] is True
    assert describe_cluster(rds)["HttpEndpointEnabled"] is True
    assert rds.disable_http_endpoint(ResourceArn=arn)["HttpEndpointEnabled"] is False
    assert describe_cluster(rds)["HttpEndpointEnabled"] is False
