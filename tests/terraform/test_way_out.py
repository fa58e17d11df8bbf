"""Private subnets keep their way to the internet while their NAT gateways become others: routes change, in place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.stacks.systems import DEV, write

from .lives import stopped_afterwards

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

NETWORK = "demo/dev/network"


def test_routes_lead_to_other_gateways_and_are_neither_deleted_nor_made(tmp_path: Path) -> None:
    def files(nat: str) -> dict[str, str]:
        network = f"10.0.0.0/16, nat: {nat}, zones: [ap-northeast-1a, ap-northeast-1c]}}"
        return {"dev.yaml": DEV.replace("10.0.0.0/16}", network)}

    with stopped_afterwards(write(tmp_path, files("per-zone"))) as life:
        life.run("render", "demo")
        life.run("apply", NETWORK, "--sandbox", "--yes")
        write(tmp_path, files("single"))
        life.run("render", "demo")
        planned = json.loads(life.run("plan", NETWORK, "--sandbox", "--format", "json").out)
        changes = {one["address"].removeprefix("module.network."): one["action"] for one in planned["changes"]}
        assert changes == {
            'module.nat_routes.aws_route.internet["ap-northeast-1c"]': "update",
            "module.nat_gateway_ap_northeast_1c.aws_nat_gateway.this": "delete",
            "module.nat_gateway_ap_northeast_1c.aws_eip.this": "delete",
        }
        life.run("apply", NETWORK, "--sandbox", "--yes")
        assert "no changes" in life.run("plan", NETWORK, "--sandbox").out
