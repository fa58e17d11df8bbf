"""TN-17: the document's estimate for the databases stands beside infragen's own, and no environment differs unsaid."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

from .told import diagnostics

DOCUMENT = (15_000, 20_000)
"""月間推定コスト: $15,000-20,000 (東京リージョン), of the databases."""


def test_tn_17_the_document_s_estimate_for_the_databases_stands_beside_the_own_one() -> None:
    command = [sys.executable, "-m", "infragen", "cost", "technova/prod", "--format", "json"]
    said = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    [found] = said["environments"]
    [row] = found["document"]["rows"]
    assert (float(row["document"]["least"]), float(row["document"]["most"])) == DOCUMENT
    assert row["here"] == found["kinds"]["databases"]
    assert float(row["here"]["least"]) < DOCUMENT[1] < float(row["here"]["most"])
    assert {owner.partition("/")[0] for owner in row["entries"]} == {"databases"}
    assert said["prices"] > "2024"


def test_tn_17_what_the_databases_may_cost_at_list_prices_is_told_at_the_budget_that_it_exceeds() -> None:
    [told] = [one for one in diagnostics("technova") if one["code"] == "L143"]
    assert "environments/technova/prod.yaml" in str(told)
    assert "its budget is 20,000 USD for Amazon Relational Database Service and Amazon Timestream in" in told["message"]


@pytest.mark.parametrize("other", ["staging", "test", "dev", "osaka"])
def test_tn_01_whatever_else_differs_from_prod_would_have_no_reason(other: str) -> None:
    command = [sys.executable, "-m", "infragen", "parity", "technova", other, "prod"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    assert ", 0 without a reason" in found.stdout
    assert "but nothing differs" not in found.stdout
