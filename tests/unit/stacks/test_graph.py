"""The graph of an environment: its entries, who leads to whom, and what the internet reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.part import INTERNET, Link
from infragen.stacks.graph import Graph, graph
from tests.unit.stacks.systems import BFF, DATABASE, DEV, GATEWAY, SERVICE, environment, service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def of(root: Path, files: Mapping[str, str] | None = None) -> Graph:
    return graph(environment(root, files))


def ends(found: Graph) -> set[tuple[str, str]]:
    return {(link.source, link.target) for link in found.links}


def test_calls_uses_and_an_own_database_are_links_with_their_reasons(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        {
            **service("shop"),
            "databases/main.yaml": DATABASE,
            "services/web.yaml": SERVICE + "database: main\ncalls: {shop: {access: api, why: it asks}}\n",
        },
    )
    assert found.links == (
        Link("services/web", "databases/main", "its own database"),
        Link("services/web", "services/shop", "it asks"),
    )
    assert not found.has_internet


def test_an_event_is_told_from_a_call(tmp_path: Path) -> None:
    calls = "calls: {shop: {access: event, why: it is told}}\n"
    found = of(tmp_path, {**service("shop"), "services/web.yaml": SERVICE + calls})
    assert found.links == (Link("services/web", "services/shop", "it is told", is_event=True),)


def test_what_is_received_leads_from_the_queue_to_who_receives_it(tmp_path: Path) -> None:
    queue = {"queues/orders.yaml": "name: orders\ntitle: Orders\n"}
    sends = "uses: {queues/orders: {access: send, why: orders come}}\n"
    takes = "uses: {queues/orders: {access: receive, why: orders go}}\n"
    found = of(tmp_path, {**queue, "services/web.yaml": SERVICE + sends, **service("desk", takes)})
    assert found.links == (
        Link("queues/orders", "services/desk", "orders go", is_event=True),
        Link("services/web", "queues/orders", "orders come", is_event=True),
    )


def test_the_internet_reaches_a_public_gateway_and_what_is_behind_it(tmp_path: Path) -> None:
    files = {"gateways/public.yaml": GATEWAY + "routes: {prices: web}\n", "bffs/shop.yaml": BFF}
    assert ends(of(tmp_path / "public", files)) == {
        (INTERNET, "gateways/public"),
        ("gateways/public", "services/web"),
        ("gateways/public", "bffs/shop"),
    }
    inner = {**files, "gateways/public.yaml": GATEWAY.replace("reach: internet", "reach: vpc")}
    assert ends(of(tmp_path / "inner", inner)) == {("gateways/public", "bffs/shop")}


def test_an_entry_that_an_environment_leaves_out_is_not_in_its_picture(tmp_path: Path) -> None:
    calls = "calls: {shop: {access: api, why: it asks}}\n"
    without = f"{DEV}services: {{shop: null, web: {{calls: {{shop: null}}}}}}\n"
    found = of(tmp_path, {**service("shop"), "services/web.yaml": SERVICE + calls, "dev.yaml": without})
    assert [node.id for node in found.nodes] == ["services/web"]
    assert found.links == ()


def test_a_domain_is_a_colour_and_no_box(tmp_path: Path) -> None:
    files = {"domains/sales.yaml": "name: sales\ntitle: Sales\n", "services/web.yaml": SERVICE + "domain: sales\n"}
    found = of(tmp_path, files)
    assert [(node.id, node.domain, node.role) for node in found.nodes] == [("services/web", "sales", "runs")]
    assert found.domains == ("sales",)


def test_a_balancer_leads_from_the_internet_and_its_zone_to_its_services(tmp_path: Path) -> None:
    balancer = (
        "name: front\ntitle: Front\nreach: internet\nzone: main\nroutes: {web: {service: web, paths: [/api/*]}}\n"
    )
    zone = "name: main\ntitle: Main\ndomain_name: demo.example\n"
    found = of(tmp_path, {"balancers/front.yaml": balancer, "zones/main.yaml": zone})
    assert found.links == (
        Link("balancers/front", "services/web", "/api/*"),
        Link(INTERNET, "balancers/front"),
        Link("zones/main", "balancers/front", "its names"),
    )
    assert {node.id: node.role for node in found.nodes}["balancers/front"] == "edge"
