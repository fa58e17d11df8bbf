from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_namespaces_zone_has_its_name_and_goes_with_it(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    discovery, route53 = aws("servicediscovery"), aws("route53")
    discovery.create_private_dns_namespace(Name="prod.technova.internal", Vpc=vpc["id"])
    namespace = discovery.list_namespaces()["Namespaces"][0]
    assert [zone["Name"] for zone in route53.list_hosted_zones()["HostedZones"]] == ["prod.technova.internal."]

    discovery.delete_namespace(Id=namespace["Id"])
    assert route53.list_hosted_zones()["HostedZones"] == []
