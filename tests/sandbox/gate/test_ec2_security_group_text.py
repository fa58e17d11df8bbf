"""What a security group and its rules are described with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_description_beyond_the_set_is_refused(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    code, message = refused(ec2.create_security_group, VpcId=vpc["id"], GroupName="web", Description="web, München")

    assert code == "InvalidParameterValue"
    assert "Value (web, München) for parameter Description is invalid" in message
    assert ec2.create_security_group(VpcId=vpc["id"], GroupName="web", Description="web: $1 (a/b) [c]")["GroupId"]


def test_a_name_that_looks_like_an_id_is_refused(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    code, message = refused(aws("ec2").create_security_group, VpcId=vpc["id"], GroupName="sg-web", Description="web")

    assert code == "InvalidParameterValue"
    assert "begins with sg-" in message


def test_a_rule_is_described_with_the_same(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [
        {"CidrIp": "10.0.0.0/8", "Description": "from <anywhere>"}
    ]}  # fmt: skip
    code, message = refused(
        aws("ec2").authorize_security_group_ingress, GroupId=vpc["group"], IpPermissions=[permission]
    )

    assert code == "InvalidParameterValue"
    assert "parameter IpRanges.Description" in message
