from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_host_has_the_groups_of_its_interface(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    group = ec2.create_security_group(GroupName="hosts", Description="hosts", VpcId=vpc["id"])["GroupId"]
    interface = {"DeviceIndex": 0, "SubnetId": vpc["subnet"], "Groups": [group], "AssociatePublicIpAddress": True}
    made = ec2.run_instances(
        ImageId="ami-0123456789abcdef0", InstanceType="t4g.nano", MinCount=1, MaxCount=1, NetworkInterfaces=[interface]
    )["Instances"][0]

    (reservation,) = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    (host,) = reservation["Instances"]
    assert [one["GroupId"] for one in host["SecurityGroups"]] == [group]


def test_an_interface_goes_with_the_host_that_it_came_with(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    made = ec2.run_instances(
        ImageId="ami-0123456789abcdef0", InstanceType="t4g.nano", MinCount=1, MaxCount=1, SubnetId=vpc["subnet"]
    )["Instances"][0]
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])

    of_subnet = [{"Name": "subnet-id", "Values": [vpc["subnet"]]}]
    assert ec2.describe_network_interfaces(Filters=of_subnet)["NetworkInterfaces"] == []
