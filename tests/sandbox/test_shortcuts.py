"""The shortcuts change no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_a_rule_is_found_by_its_id_as_by_its_group(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    tags = [{"ResourceType": "security-group-rule", "Tags": [{"Key": "Name", "Value": "all"}]}]
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    made = ec2.authorize_security_group_ingress(
        GroupId=vpc["group"], IpPermissions=[everything], TagSpecifications=tags
    )["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    by_id = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made])["SecurityGroupRules"]
    of_group = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [vpc["group"]]}])
    assert by_id == [rule for rule in of_group["SecurityGroupRules"] if rule["SecurityGroupRuleId"] == made]
    assert (by_id[0]["FromPort"], by_id[0]["ToPort"]) == (-1, -1)
    assert by_id[0]["Tags"] == [{"Key": "Name", "Value": "all"}]


def test_a_rule_that_does_not_exist_is_said(aws: Callable[[str], Any]) -> None:
    ec2 = aws("ec2")
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidSecurityGroupRuleId\.NotFound"):
        ec2.describe_security_group_rules(SecurityGroupRuleIds=["sgr-0123456789abcdef0"])


def test_tags_belong_to_one_resource(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    ec2.create_tags(Resources=[vpc["id"]], Tags=[{"Key": "Name", "Value": "technova"}])
    ec2.create_tags(Resources=[vpc["subnet"]], Tags=[{"Key": "Name", "Value": "app"}])

    assert ec2.describe_vpcs(VpcIds=[vpc["id"]])["Vpcs"][0]["Tags"] == [{"Key": "Name", "Value": "technova"}]
    assert ec2.describe_subnets(SubnetIds=[vpc["subnet"]])["Subnets"][0]["Tags"] == [{"Key": "Name", "Value": "app"}]


def test_who_attached_a_policy_of_aws_is_known_per_account(aws: Callable[[str], Any], server: Any) -> None:
    import boto3

    iam = aws("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
    iam.attach_role_policy(RoleName="reader", PolicyArn=READ_ONLY)
    keys = {"aws_access_key_id": "999900000001", "aws_secret_access_key": "sandbox"}
    other = boto3.client("iam", endpoint_url=server.url, region_name="us-east-1", **keys)

    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["AttachmentCount"] == 1
    assert other.get_policy(PolicyArn=READ_ONLY)["Policy"]["AttachmentCount"] == 0
