from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_id_of_a_zone_is_one_that_a_catalogue_takes(aws: Callable[[str], Any]) -> None:
    route53 = aws("route53")
    for number in range(20):
        made = route53.create_hosted_zone(Name=f"shop-{number}.com", CallerReference=str(number))["HostedZone"]["Id"]
        assert re.fullmatch("/hostedzone/Z[A-Z0-9]{1,31}", made)
