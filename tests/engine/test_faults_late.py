"""The second half of the table in test_faults.py: two workers share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.faults import STACK, can_mount, open_world
from tests.engine.test_faults import BETWEEN, EARLY, TABLE, cells, loses_nothing, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.faults import World

__all__ = ["world"]

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

LATE = tuple(phase for phase in TABLE if phase not in (*EARLY, BETWEEN))


@pytest.fixture(scope="module")
def world_of_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What one object more or less is about, AWS has to have."""
    folder = tmp_path_factory.mktemp("objects")
    with open_world(folder, aws=(STACK,), disk=can_mount(folder)) as made:
        yield made


@pytest.mark.parametrize(("phase", "fault"), cells(BETWEEN))
def test_a_fault_between_resources_loses_no_object(world_of_aws: World, phase: str, fault: str) -> None:
    loses_nothing(world_of_aws, phase, fault)


@pytest.mark.parametrize(("phase", "fault"), cells(*LATE))
def test_a_fault_loses_nothing_and_the_next_command_says_the_truth(world: World, phase: str, fault: str) -> None:
    loses_nothing(world, phase, fault)
