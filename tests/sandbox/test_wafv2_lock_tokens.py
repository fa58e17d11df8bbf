from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"


def test_a_set_of_addresses_is_locked_by_a_token_of_aws_s_form(aws: Callable[[str], Any]) -> None:
    waf = aws("wafv2")
    asked = {"Name": "checkers", "Scope": "REGIONAL"}
    made = waf.create_ip_set(**asked, IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"])["Summary"]
    assert re.fullmatch(TOKEN, made["LockToken"])

    changed = waf.update_ip_set(**asked, Id=made["Id"], LockToken=made["LockToken"], Addresses=["198.51.100.0/24"])
    assert re.fullmatch(TOKEN, changed["NextLockToken"])

    waf.delete_ip_set(**asked, Id=made["Id"], LockToken=changed["NextLockToken"])
    assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []
