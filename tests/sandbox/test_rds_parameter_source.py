from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETER = {"ParameterName": "long_query_time", "ParameterValue": "1", "ApplyMethod": "immediate"}
GROUP = {"DBParameterGroupFamily": "aurora-mysql8.0", "Description": "planning"}


def test_a_parameter_that_was_set_says_so(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    rds.create_db_parameter_group(DBParameterGroupName="planning", **GROUP)
    rds.modify_db_parameter_group(DBParameterGroupName="planning", Parameters=[PARAMETER])

    seen = rds.describe_db_parameters(DBParameterGroupName="planning")["Parameters"]
    assert [(one["ParameterName"], one["Source"]) for one in seen] == [("long_query_time", "user")]


def test_so_does_a_clusters_parameter(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="planning", **GROUP)
    rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName="planning", Parameters=[PARAMETER])

    seen = rds.describe_db_cluster_parameters(DBClusterParameterGroupName="planning")["Parameters"]
    assert [(one["ParameterName"], one["Source"]) for one in seen] == [("long_query_time", "user")]
