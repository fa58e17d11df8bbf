from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_vpc_takes_its_network_acl_with_it(aws: Callable[[str], Any]) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    only_its = [{"Name": "vpc-id", "Values": [vpc]}]
    assert len(ec2.describe_network_acls(Filters=only_its)["NetworkAcls"]) == 1

    ec2.delete_vpc(VpcId=vpc)

    assert ec2.describe_network_acls(Filters=only_its)["NetworkAcls"] == []
