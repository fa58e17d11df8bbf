from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("is_protected", [True, False])
def test_a_host_is_protected_from_termination_as_it_was_made(
    aws: Callable[[str], Any], vpc: dict[str, str], *, is_protected: bool
) -> None:
    ec2 = aws("ec2")
    image = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t4g.nano", "MinCount": 1, "MaxCount": 1}
    made = ec2.run_instances(**image, SubnetId=vpc["subnet"], DisableApiTermination=is_protected)["Instances"][0]
    host = made["InstanceId"]

    asked = ec2.describe_instance_attribute(InstanceId=host, Attribute="disableApiTermination")
    assert asked["DisableApiTermination"]["Value"] is is_protected
    if is_protected:
        with pytest.raises(ClientError, match="OperationNotPermitted"):
            ec2.terminate_instances(InstanceIds=[host])
        ec2.modify_instance_attribute(InstanceId=host, DisableApiTermination={"Value": False})
    ec2.terminate_instances(InstanceIds=[host])
