"""TN-17: the document's estimate for the databases stands beside infragen's own."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import ROOT

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
