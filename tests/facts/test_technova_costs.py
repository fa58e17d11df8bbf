"""TN-17: the document's estimate for the databases stands beside infragen's own, and no environment differs unsaid."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

from .told import as_data, diagnostics, said

DEVICES_SEND = 1800
"""テレメトリAPI: 1.8TB/日, in GB."""
DOCUMENT = (15_000, 20_000)
"""月間推定コスト: $15,000-20,000 (東京リージョン), of the databases."""


def test_tn_17_the_document_s_estimate_for_the_databases_stands_beside_the_own_one() -> None:
    told = as_data("cost", "technova/prod")
    [found] = told["environments"]
    [row] = found["document"]["rows"]
    assert (float(row["document"]["least"]), float(row["document"]["most"])) == DOCUMENT
    assert row["here"] == found["kinds"]["databases"]
    assert float(row["here"]["least"]) < DOCUMENT[1] < float(row["here"]["most"])
    assert {owner.partition("/")[0] for owner in row["entries"]} == {"databases"}
    assert told["prices"] > "2024"


def test_tn_17_what_the_databases_may_cost_at_list_prices_is_told_at_the_budget_that_it_exceeds() -> None:
    [told] = [one for one in diagnostics("technova") if one["code"] == "L143"]
    assert "environments/technova/prod.yaml" in str(told)
    assert "its budget is 20,000 USD for Amazon Relational Database Service in" in told["message"]


def test_tn_18_what_the_devices_send_is_worked_out_at_their_load_balancer() -> None:
    lines = as_data("cost", "technova/prod")["environments"][0]["lines"]
    [used] = [line for line in lines if line["used"]]
    assert (used["entry"], used["what"]) == ("balancers/devices", "what the load balancer carries")
    assert float(used["used"]["processed"]) == float(DEVICES_SEND) * 30
    explained = said("explain", "technova/prod", "balancers.devices.usage.processed")
    assert "of the document: TN-18" in explained
    assert "note TN-08: specified: 1.8TB/日" in explained


@pytest.mark.parametrize("other", ["staging", "test", "dev", "osaka"])
def test_tn_01_whatever_else_differs_from_prod_would_have_no_reason(other: str) -> None:
    command = [sys.executable, "-m", "infragen", "parity", "technova", other, "prod"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    assert ", 0 without a reason" in found.stdout
    assert "but nothing differs" not in found.stdout
    assert "excludes: 4 values}" in found.stdout, "a long map in a map is told by its length"
    assert max(map(len, found.stdout.splitlines())) <= 90


def test_tn_17_the_proxies_that_nobody_uses_while_osaka_waits_are_at_the_head_of_its_cost() -> None:
    [osaka] = as_data("cost", "technova/osaka")["environments"]
    dearest = osaka["idle"][0]
    assert (dearest["what"], len(dearest["entries"])) == ("its proxy", 20)
    least = 20 * 8 * 730 * 0.015  # 8 ACU at the least of each, at us-east-1's price
    assert float(dearest["least"]) == pytest.approx(least)
    assert float(dearest["estimated"]) == float(dearest["most"])
    idle = said("cost", "technova/osaka").splitlines()[1]
    whose = "databases/alert, databases/analytics, databases/appointment and 17 more"
    assert f"idle while it waits: its proxy ({whose}), {least:,.2f} to " in idle
    [tokyo] = as_data("cost", "technova/prod")["environments"]
    assert tokyo["idle"] == [], "there they are used"


def test_tn_17_tokyo_and_osaka_stand_apart_and_together_and_osaka_as_it_will_run() -> None:
    [found] = as_data("cost", "technova/prod")["environments"]
    [osaka] = as_data("cost", "technova/osaka")["environments"]
    assert found["standby"]["standing"] == osaka["total"]
    assert float(found["standby"]["taken_over"]["most"]) > float(osaka["total"]["most"])
    together = float(found["total"]["most"]) + float(osaka["total"]["most"])
    assert f" {together:,.2f} USD" in next(
        line for line in said("cost", "technova/prod").splitlines() if "together" in line
    )
    assert found["budget"]["monthly"] == DOCUMENT[1]
