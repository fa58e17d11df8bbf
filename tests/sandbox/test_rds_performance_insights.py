from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import describe_cluster, make_cluster, make_instance

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "arn:aws:kms:ap-northeast-1:111111111111:key/a"


def test_an_instance_says_that_insights_are_kept_and_how_long(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)
    instance = make_instance(rds, "writer", EnablePerformanceInsights=True, PerformanceInsightsKMSKeyId=KEY)

    assert instance["PerformanceInsightsEnabled"] is True
    assert instance["PerformanceInsightsKMSKeyId"] == KEY
    assert instance["PerformanceInsightsRetentionPeriod"] == 7


def test_insights_can_be_changed(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)
    assert make_instance(rds, "writer")["PerformanceInsightsEnabled"] is False

    rds.modify_db_instance(
        DBInstanceIdentifier="writer", EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=31
    )

    instance = rds.describe_db_instances(DBInstanceIdentifier="writer")["DBInstances"][0]
    assert instance["PerformanceInsightsEnabled"] is True
    assert instance["PerformanceInsightsRetentionPeriod"] == 31


def test_a_cluster_keeps_its_insights(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(
        rds, EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=465, DatabaseInsightsMode="advanced"
    )

    cluster = describe_cluster(rds)
    assert cluster["PerformanceInsightsEnabled"] is True
    assert cluster["PerformanceInsightsRetentionPeriod"] == 465
    assert cluster["DatabaseInsightsMode"] == "advanced"
