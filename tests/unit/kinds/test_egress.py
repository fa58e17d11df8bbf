"""Which endpoints tasks without a way out need, by the actions that they are permitted."""

from __future__ import annotations

import pytest

from infragen.kinds.workloads.egress import _services


@pytest.mark.parametrize(
    ("action", "endpoint"),
    [
        ("sqs:SendMessage", "sqs"),
        ("cloudwatch:PutMetricData", "monitoring"),
        ("ecr:DescribeImages", "ecr.api"),
        ("kinesis:PutRecord", "kinesis-streams"),
    ],
)
def test_an_api_is_reached_through_the_endpoint_of_its_name_there(action: str, endpoint: str) -> None:
    assert _services([action]) == {endpoint}


@pytest.mark.parametrize("action", ["rds-db:connect", "kafka-cluster:Connect", "neptune-db:connect", "s3:GetObject"])
def test_what_is_asked_inside_the_vpc_needs_no_endpoint(action: str) -> None:
    assert _services([action]) == set()
