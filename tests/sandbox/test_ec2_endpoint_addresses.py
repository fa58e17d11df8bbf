from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "com.amazonaws.ap-northeast-1.logs"


def _address(ec2: Any, endpoint: dict[str, Any], subnet: str) -> str:
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])
    by_subnet = {one["SubnetId"]: one["PrivateIpAddress"] for one in interfaces["NetworkInterfaces"]}
    return by_subnet[subnet]


def test_an_endpoint_has_the_addresses_it_was_given(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc["id"],
        ServiceName=SERVICE,
        VpcEndpointType="Interface",
        SubnetIds=[vpc["subnet"]],
        SubnetConfigurations=[{"SubnetId": vpc["subnet"], "Ipv4": "10.0.0.10"}],
    )["VpcEndpoint"]

    assert _address(ec2, endpoint, vpc["subnet"]) == "10.0.0.10"


def test_an_endpoint_without_wishes_lies_within_its_subnet(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    made = ec2.create_vpc_endpoint(
        VpcId=vpc["id"], ServiceName=SERVICE, VpcEndpointType="Interface", SubnetIds=[vpc["subnet"]]
    )
    endpoint = made["VpcEndpoint"]

    address = ipaddress.ip_address(_address(ec2, endpoint, vpc["subnet"]))
    assert address in ipaddress.ip_network("10.0.0.0/20")


def test_a_subnet_added_later_gets_an_interface(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    made = ec2.create_vpc_endpoint(
        VpcId=vpc["id"], ServiceName=SERVICE, VpcEndpointType="Interface", SubnetIds=[vpc["subnet"]]
    )
    endpoint_id = made["VpcEndpoint"]["VpcEndpointId"]

    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, AddSubnetIds=[vpc["other_subnet"]])

    endpoint = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    address = ipaddress.ip_address(_address(ec2, endpoint, vpc["other_subnet"]))
    assert address in ipaddress.ip_network("10.0.16.0/20")
