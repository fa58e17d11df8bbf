"""The second half of the table in test_faults.py: two workers share it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.engine.faults import STACK, TARGET, can_mount, open_world
from tests.engine.proxy import EXPIRED, state_is_written
from tests.engine.test_faults import BETWEEN, EARLY, TABLE, act_of, cells, loses_nothing, world

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


@pytest.mark.parametrize("is_moved", [True, False], ids=["is stored then", "or what was made is found"])
def test_a_state_that_terraform_can_write_nowhere_is_kept(world: World, *, is_moved: bool) -> None:
    """The credentials end, and the disk is full: terraform leaves an empty file, and prints the state."""
    if not world.project.parent.is_mount():
        pytest.skip("only a user who may mount a file system can have a small disk")
    world.reset()
    fill = act_of(world, "full disk", "while writing state")
    world.proxy.on(state_is_written(STACK), answer=EXPIRED, act=fill, times=100)
    world.begin()
    ended = world.end()
    world.proxy.settle()
    world.proxy.forget()
    world.free_disk()
    left = world.project / f".infragen/sandbox/work/{TARGET}/errored.tfstate"
    assert ended.code == 1, ended.said
    assert not any(words in ended.said for words in ("are in the state", "printed above")), ended.said
    assert left.stat().st_size == 0
    kept = re.search(
        r"T031 the state of \S+ was not stored; it is in (\S+/infragen-errored-\S+\.tfstate), ", ended.said
    )
    assert kept is not None, ended.said
    shutil.move(kept[1], left if is_moved else world.outside / "lost.tfstate")
    again = world.resume()
    assert again.code == 0, again.said
    words = "could not be stored is stored now" if is_moved else "is empty or cut off, so it is errored.unusable now"
    assert words in " ".join(again.said.split()), again.said
    assert not left.exists()
    world.is_whole()
