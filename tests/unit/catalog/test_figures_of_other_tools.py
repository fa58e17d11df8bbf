"""Figures and places as other tools have them: the hint is what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.catalog.rules.harness import Edit, findings, good

if TYPE_CHECKING:
    from pathlib import Path

ORDER = "catalog/shop/services/order.yaml"
SIZES = """sizes:
  normal: {cpu: 0.5 vCPU, memory: 1 GB, when: usually}
  sale: {cpu: 1 vCPU, memory: 2 GB, when: during a sale}
"""


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("memory: 1 GB", "memory: 1024Mi", "`1024 MB`"),
        ("memory: 1 GB", "memory: 2g", "`2 GB`"),
        ("cpu: 0.5 vCPU", "cpu: 512", "`0.5 vCPU`"),
        ("title: Orders", "title: Orders\nlog_retention: 2 weeks", "`14 days`"),
        ("  schedules:", "  cpu: 0.7\n  schedules:", "`70 %`"),
    ],
)
def test_a_figure_in_a_unit_of_other_tools_is_converted(tmp_path: Path, old: str, new: str, meant: str) -> None:
    Edit(ORDER, new, old).apply(good(tmp_path))
    [problem] = [one for one in findings(tmp_path) if one.code == "C003"]
    assert problem.hint is not None
    assert problem.hint.endswith(f"such as {meant}")


def test_a_size_beside_sizes_belongs_in_them(tmp_path: Path) -> None:
    Edit(ORDER, "cpu: 0.5 vCPU\n", SIZES).apply(good(tmp_path))
    [problem] = [one for one in findings(tmp_path) if one.code == "C001"]
    assert problem.hint == "it belongs in `scaling: {cpu: ...}` or `sizes: {NAME: {cpu: ...}}`"
