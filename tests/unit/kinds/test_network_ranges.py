"""Hints on ranges, followed to the letter: after one round nothing is left to say about them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.catalog.rules.harness import findings, good

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = "environments/shop/test.yaml"
WRITTEN = """  subnets:
    public: {ap-northeast-1a: 10.1.0.0/24, ap-northeast-1c: 10.1.1.0/24}
    app: {ap-northeast-1a: 10.1.16.0/24, ap-northeast-1c: 10.1.17.0/24}
    data: {ap-northeast-1a: 10.1.8.0/24, ap-northeast-1c: 10.1.9.0/24}
"""
RANGES = (
    "10.0.0.0/8", "10.0.0.0/15", "10.2.0.0/15", "10.2.0.0/16", "10.2.64.0/18", "10.1.0.0/25", "10.2.0.16/28",
    "10.1.0.0/30", "10.1.0.7/8", "10.2.3.4/16", "10.1.0.300/16", "10.2.300.0/40", "0.0.0.0/0", "11.0.0.0/16",
    "8.0.0.0/7", "010.1.0.0/16", "192.168.0.0/15", "100.64.0.0/9", "255.255.255.255/32",
)  # fmt: skip
SUBNETS = (
    "10.1.16.0/12",
    "10.1.0.0/16",
    "10.1.16.9/24",
    "10.1.17.0/30",
    "10.1.0.128/25",
    "10.9.0.0/24",
    "10.1.999.0/24",
)


def follow_hints(root: Path) -> int:
    """Write what each hint says where its finding is; return how many there were."""
    path = root / ENVIRONMENT
    lines = path.read_text("utf-8").splitlines()
    found = [one for one in findings(root) if one.code in {"W101", "W102", "W103", "W104", "W105", "W114"}]
    for one in found:
        mend = re.match(r"write `([\d./]+)`(?:;|$)", one.hint or "")
        assert mend, one
        assert one.location
        assert one.location.file == ENVIRONMENT
        line = lines[one.location.line - 1]
        start = one.location.column - 1
        lines[one.location.line - 1] = line[:start] + re.sub(r"^[\d./]+", mend[1], line[start:])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(found)


@pytest.mark.parametrize("cidr", RANGES)
def test_one_round_mends_a_vpc(tmp_path: Path, cidr: str) -> None:
    root = good(tmp_path)
    path = root / ENVIRONMENT
    text = path.read_text("utf-8").replace(WRITTEN, "").replace("cidr: 10.1.0.0/16", f"cidr: {cidr}")
    path.write_text(text, encoding="utf-8")
    assert follow_hints(root) == 1
    assert findings(root) == ()


@pytest.mark.parametrize("cidr", SUBNETS)
def test_one_round_mends_a_subnet(tmp_path: Path, cidr: str) -> None:
    root = good(tmp_path)
    path = root / ENVIRONMENT
    path.write_text(path.read_text("utf-8").replace("10.1.17.0/24", cidr), encoding="utf-8")
    assert follow_hints(root) >= 1
    assert [one for one in findings(root) if one.code not in {"W109", "W110"}] == []  # a size that one chose oneself
