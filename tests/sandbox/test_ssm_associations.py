from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

WEEKLY: dict[str, Any] = {
    "Name": "AWS-RunPatchBaseline",
    "ScheduleExpression": "cron(0 18 ? * SUN *)",
    "Parameters": {"Operation": ["Install"]},
    "Targets": [{"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]}],
}


def test_what_is_done_to_machines_is_kept_changed_and_deleted(aws: Callable[[str], Any]) -> None:
    ssm = aws("ssm")
    made = ssm.create_association(**WEEKLY, Tags=[{"Key": "System", "Value": "shop"}])["AssociationDescription"]
    own = made["AssociationId"]
    assert made["Overview"] == {"Status": "Pending"}  # the provider takes an association without one for none
    assert {name: made[name] for name in WEEKLY} == WEEKLY

    ssm.update_association(AssociationId=own, ScheduleExpression="rate(7 days)")
    found = ssm.describe_association(AssociationId=own)["AssociationDescription"]
    assert (found["ScheduleExpression"], found["AssociationVersion"]) == ("rate(7 days)", "2")
    tags = ssm.list_tags_for_resource(ResourceType="Association", ResourceId=own)["TagList"]
    assert tags == [{"Key": "System", "Value": "shop"}]

    ssm.delete_association(AssociationId=own)
    with pytest.raises(ssm.exceptions.AssociationDoesNotExist):
        ssm.describe_association(AssociationId=own)
