from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_rule_that_names_a_group_keeps_its_description(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    pair = {"GroupId": vpc["group"], "Description": "planning reads its database"}
    permission = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "UserIdGroupPairs": [pair]}
    made = ec2.authorize_security_group_ingress(GroupId=vpc["group"], IpPermissions=[permission])

    rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    seen = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
    assert seen["Description"] == "planning reads its database"
    assert seen["ReferencedGroupInfo"]["GroupId"] == vpc["group"]
    group = ec2.describe_security_groups(GroupIds=[vpc["group"]])["SecurityGroups"][0]
    assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["Description"] == "planning reads its database"


def test_a_rule_that_names_a_prefix_list_keeps_its_description(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    prefix_list = {"PrefixListId": "pl-0123456789abcdef0", "Description": "image layers from S3"}
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [prefix_list]}
    made = ec2.authorize_security_group_egress(GroupId=vpc["group"], IpPermissions=[permission])

    assert made["SecurityGroupRules"][0]["Description"] == "image layers from S3"
    permissions = ec2.describe_security_groups(GroupIds=[vpc["group"]])["SecurityGroups"][0]["IpPermissionsEgress"]
    assert prefix_list in [one for permission in permissions for one in permission["PrefixListIds"]]


def test_a_description_can_be_changed(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    ec2 = aws("ec2")
    ranges = [{"CidrIp": "10.0.0.0/8", "Description": "old"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}
    made = ec2.authorize_security_group_ingress(GroupId=vpc["group"], IpPermissions=[permission])
    rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    wanted = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "10.0.0.0/8", "Description": "new"}
    changes = [{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}]
    ec2.modify_security_group_rules(GroupId=vpc["group"], SecurityGroupRules=changes)

    seen = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
    assert seen["Description"] == "new"
