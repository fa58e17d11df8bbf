"""Fifteen strikes of one seed show that a siege besieges: what it searches for, `make siege` finds.

Strikes fall by the clock, so that another machine lives another life: `make lives` runs this, `make test` does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.siege import hold_out

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]


def test_fifteen_strikes_lose_nothing(tmp_path: Path) -> None:
    hold_out(tmp_path.resolve(), 101, 15)
