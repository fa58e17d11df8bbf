"""Errors of form and broken rules are told at once, and nothing that follows from the former."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .harness import Edit, counted, edited, findings

if TYPE_CHECKING:
    from pathlib import Path

SHOP, TEST = "catalog/shop", "environments/shop/test.yaml"
STOCK = f"{SHOP}/services/stock.yaml"


def codes(root: Path, *edits: tuple[str, str, str]) -> list[str]:
    with edited(counted(root), tuple(Edit(file, new, old) for file, old, new in edits)):
        return [one.code for one in findings(root)]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ((f"{SHOP}/system.yaml", "time_zone: Asia/Tokyo", "time_zone: Asia/Tokyo\nlayot: tiers"), "C001"),
        ((f"{SHOP}/system.yaml", "title: Shop", "title: [Shop]"), "C003"),
        ((f"{SHOP}/system.yaml", "schema: 1\n", ""), "C002"),
        ((TEST, '"111122223333"', '"1111"'), "C003"),
        ((TEST, "cidr: 10.1.0.0/16", "cidr: 10.1.0.0"), "C003"),
        ((f"{SHOP}/caches/sessions.yaml", "replicas: 1", "replicas: x"), "C003"),
        ((f"{SHOP}/queues/orders.yaml", "domain: sales", "domain：sales"), "S001"),
    ],
)
def test_rules_look_at_what_is_sound(tmp_path: Path, edit: tuple[str, str, str], code: str) -> None:
    override = "title: Test\nservices: {stock: {tasks: {min: 9}}}"
    broken = ((STOCK, "database: stock", "database: stok"), (TEST, "title: Test", override))
    assert sorted(codes(tmp_path, edit, *broken)) == sorted([code, "R101", "F105"])


@pytest.mark.parametrize(
    "edit",
    [
        (f"{SHOP}/domains/sales.yaml", "title: Sales", "titel: Sales"),
        (f"{SHOP}/databases/stock.yaml", "readers: 1", "readers: x"),
        (f"{SHOP}/gateways/public.yaml", "burst: 20", "burst: x"),
        (f"{SHOP}/bffs/web.yaml", "path: web", "path: [web]"),
        (f"{SHOP}/services/order.yaml", "domain: sales", "domian: sales"),
        (f"{SHOP}/zones/main.yaml", "delegated: true", "delegated: 7"),
        (TEST, "cidr: 10.1.0.0/16", "cidr: 10.1.0.0"),
        (f"{SHOP}/system.yaml", "title: Shop", "title: [Shop]"),
    ],
)
def test_nothing_is_said_that_follows_from_what_is_broken(tmp_path: Path, edit: tuple[str, str, str]) -> None:
    assert len(codes(tmp_path, edit)) == 1
