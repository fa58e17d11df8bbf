"""A header's value hides itself, and not the set of blocks that it stands in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from infragen.report import terminal
from tests.unit.plan.plans import resource

SECRET = "0b5f3c1e-8f0a-4d0b-9d57-3f2f6f1d9a42"
PLACES = {
    "aws_lb_listener_rule.r": ("condition", "path_pattern", {"http_header": [{"values": [SECRET]}]}),
    "aws_cloudfront_distribution.d": ("origin", "custom_origin_config", {"custom_header": [{"value": SECRET}]}),
}


def shown(address: str, name: str, before: list[Any], after: list[Any]) -> str:
    item = resource(address, ["update"], {name: before}, {name: after})
    item["change"] |= {"before_sensitive": {name: True}, "after_sensitive": {name: True}}
    values = {"address": address, "mode": "managed", "type": address.partition(".")[0], "name": "x"}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [item],
        "planned_values": {
            "root_module": {"resources": [values | {"values": {name: after}, "sensitive_values": {name: True}}]}
        },
    }
    return terminal.render(parse_plan(json.dumps(document).encode()), "x", width=200, details=True)


@pytest.mark.parametrize("address", PLACES)
def test_what_stands_beside_a_header_is_shown_and_its_value_is_not(address: str) -> None:
    name, beside, header = PLACES[address]
    sides = [[header, {beside: [{"x": text}]}] for text in ("/old-orders", "/new-orders")]
    text = shown(address, name, *sides)
    assert "/old-orders" in text
    assert "/new-orders" in text
    assert SECRET not in text


@pytest.mark.parametrize("address", PLACES)
def test_without_a_header_something_else_is_the_secret(address: str) -> None:
    name, beside, _ = PLACES[address]
    text = shown(address, name, *([{beside: [{"x": text}]}] for text in ("/old-orders", "/new-orders")))
    assert "orders" not in text


@pytest.mark.parametrize("address", PLACES)
def test_a_value_that_appears_is_hidden_as_well(address: str) -> None:
    name, beside, header = PLACES[address]
    plain = {beside: [{"x": "/orders"}]}
    text = shown(address, name, [plain], [plain, header])
    assert SECRET not in text
