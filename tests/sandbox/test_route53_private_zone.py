from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_zone_with_a_vpc_is_private(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    route53 = aws("route53")
    where = {"VPCRegion": "ap-northeast-1", "VPCId": vpc["id"]}
    made = route53.create_hosted_zone(Name="technova.internal", CallerReference="a", VPC=where)

    zone = route53.get_hosted_zone(Id=made["HostedZone"]["Id"])
    assert zone["HostedZone"]["Config"]["PrivateZone"] is True
    assert [one["VPCId"] for one in zone["VPCs"]] == [vpc["id"]]


def test_a_zone_without_a_vpc_is_public(aws: Callable[[str], Any]) -> None:
    zone = aws("route53").create_hosted_zone(Name="technova.example", CallerReference="b")
    assert zone["HostedZone"]["Config"]["PrivateZone"] is False
