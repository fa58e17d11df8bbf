from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_nat_gateway_lies_in_its_subnet_and_leaves_nothing(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=vpc["subnet"], AllocationId=address)["NatGateway"]

    in_subnet = [{"Name": "subnet-id", "Values": [vpc["subnet"]]}]
    interface = ec2.describe_network_interfaces(Filters=in_subnet)["NetworkInterfaces"][0]
    assert ipaddress.ip_address(interface["PrivateIpAddress"]) in ipaddress.ip_network("10.0.0.0/20")

    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert ec2.describe_network_interfaces(Filters=in_subnet)["NetworkInterfaces"] == []
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]
