"""The second half of the table in test_faults.py: two workers share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.test_faults import EARLY, TABLE, cells, loses_nothing, world

if TYPE_CHECKING:
    from tests.engine.faults import World

__all__ = ["world"]

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

LATE = tuple(phase for phase in TABLE if phase not in EARLY)


@pytest.mark.parametrize(("phase", "fault"), cells(*LATE))
def test_a_fault_loses_nothing_and_the_next_command_says_the_truth(
    world: World,
    phase: str,
    fault: str,
) -> None:
    loses_nothing(world, phase, fault)
