"""What types are imported by."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.terraform.import_ids import import_id


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("aws_sns_topic", {"id": "arn:aws:sns:x"}, "arn:aws:sns:x"),
        (
            "aws_ecs_service",
            {"id": "arn", "cluster": "arn:aws:ecs:r:1:cluster/sales", "name": "order"},
            "sales/order",
        ),
        ("aws_iam_role_policy_attachment", {"id": "r-2", "role": "r", "policy_arn": "arn:p"}, "r/arn:p"),
        (
            "aws_appautoscaling_target",
            {
                "service_namespace": "ecs",
                "resource_id": "service/a/b",
                "scalable_dimension": "ecs:service:DesiredCount",
            },
            "ecs/service/a/b/ecs:service:DesiredCount",
        ),
        ("aws_lb_target_group_attachment", {"id": "x"}, None),
        ("aws_sns_topic", {"id": None}, None),
        ("aws_sns_topic", {}, None),
    ],
)
def test_each_type_by_what_the_provider_takes(kind: str, attributes: dict[str, Any], expected: str | None) -> None:
    assert import_id(kind, attributes) == expected
