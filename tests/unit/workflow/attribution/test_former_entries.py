from __future__ import annotations

import pytest

from infragen.diagnostics import Location
from infragen.plan import Entry
from infragen.workflow.attribution.change_sets import FormerEntries

MAIN = Entry("services/main", "Main", Location("catalog/x/services/main.yaml", 2))
OWNERS = {
    ("compute", "module.service_main"): "services/main",
    ("compute", "module.scaling_service_main"): "services/main",
    ("security", "module.security_group_service_main"): "services/main",
    ("edge", "module.stage_web_front"): "gateways/web-front",
    ("edge", "module.gateway_web_front"): "gateways/web-front",
    ("network", "module.vpc"): "network",
}
GONE = [
    "module.data.module.database_orders.aws_x.a",
    "module.proxy_database_bills.aws_x.a",
    "module.database_bills.aws_x.a",
]
FORMER = FormerEntries.of({"services/main": MAIN}, OWNERS | {("data", "module.proxy_old"): "databases/old"}, GONE)


@pytest.mark.parametrize(
    ("block", "owner"),
    [
        ("module.service_order_desk", "services/order-desk"),
        ("module.security_group_service_order_desk", "services/order-desk"),
        ("module.gateway_back", "gateways/back"),
        ("module.stage_back", None),
        ("module.proxy_orders", "databases/orders"),
        ("module.proxy_bills", "databases/bills"),
        ("module.proxy_database", None),
        ("module.database_main", "databases/main"),
        ("module.nat_gateway_a", None),
        ("module.vpc", None),
        ("module.service_", None),
        ("aws_rds_cluster.database_main", None),
    ],
)
def test_a_label_tells_whose_it_was(block: str, owner: str | None) -> None:
    found = FORMER.of_block(block)
    assert (found and found.id) == owner


def test_what_goes_of_an_entry_that_stays_is_still_its_own() -> None:
    assert FORMER.of_block("module.scaling_service_main") is MAIN
