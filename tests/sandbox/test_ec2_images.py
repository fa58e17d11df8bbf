from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_image_that_moto_never_heard_of_is_there_with_its_root_device(aws: Callable[[str], Any]) -> None:
    (image,) = aws("ec2").describe_images(ImageIds=["ami-0123456789abcdef0"])["Images"]
    assert (image["RootDeviceName"], image["RootDeviceType"]) == ("/dev/xvda", "ebs")
    assert (image["Architecture"], image["ImageOwnerAlias"]) == ("arm64", "amazon")


def test_what_is_no_id_is_no_image(aws: Callable[[str], Any]) -> None:
    with pytest.raises(ClientError, match="InvalidAMIID"):
        aws("ec2").describe_images(ImageIds=["ami-bastion"])


def test_a_disk_without_a_size_is_as_large_as_its_image(aws: Callable[[str], Any]) -> None:
    ec2, disk = aws("ec2"), {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "Encrypted": True}}
    made = ec2.run_instances(
        ImageId="ami-0123456789abcdef0", InstanceType="t4g.nano", MinCount=1, MaxCount=1, BlockDeviceMappings=[disk]
    )["Instances"][0]
    of_host = [{"Name": "attachment.instance-id", "Values": [made["InstanceId"]]}]
    (volume,) = ec2.describe_volumes(Filters=of_host)["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (8, "gp3", True)
