"""A terraform that was killed alone and its provider; one that a person runs by hand: which is ended, and which is not.

A provider whose terraform is gone often dies of its next word. Those here are held still, so that they cannot say any.
"""

from __future__ import annotations

import os
import pty
import shutil
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.running_processes import all_processes
from tests.engine import proxy, small
from tests.engine.faults import TARGET, open_world
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infragen.terraform.running_processes import Process
    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

WORK = ".infragen/sandbox/work"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Only what is of AWS has a provider."""
    with open_world(tmp_path_factory.mktemp("processes"), aws=("network",)) as made:
        yield made


@pytest.fixture
def plain_world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as made:
        yield made


def at_work(world: World) -> list[Process]:
    folder = world.project / WORK
    return [process for process in all_processes() if folder in process.folder.parents]


def any_lives(world: World, pids: list[int]) -> bool:
    return not {process.pid for process in at_work(world)}.isdisjoint(pids)


def kill_alone(world: World) -> list[int]:
    """Kill terraform, hold its providers still, and return these."""
    found = at_work(world)
    for one in sorted(found, key=lambda process: not process.is_provider):
        os.kill(one.pid, signal.SIGSTOP if one.is_provider else signal.SIGKILL)
    return [one.pid for one in found if one.is_provider]


def test_a_provider_whose_terraform_was_killed_is_ended_and_resume_does_not_wait(world: World) -> None:
    world.reset()
    let_go = threading.Event()
    providers: list[int] = []

    def strike() -> None:
        until(world.has_heard)
        providers.extend(kill_alone(world))
        let_go.wait(PATIENCE)

    world.proxy.on(proxy.parameter_is_put, act=strike)
    world.begin()
    try:
        ended = world.end()
        assert providers
        assert not any_lives(world, providers)
    finally:
        let_go.set()
    world.proxy.settle()
    world.proxy.forget()
    assert ended.code == 1
    assert "T035" in ended.said
    assert f"a provider process that terraform left running (process {providers[0]}) was terminated" in ended.said
    again = world.run("resume")  # it waits for ten minutes where something works, and `run` does not
    assert again.code == 0, again.said
    world.is_whole()


@pytest.mark.long
def test_what_a_run_that_is_dead_too_left_behind_is_ended_by_the_next_session(world: World) -> None:
    world.reset()
    let_go = threading.Event()
    providers: list[int] = []

    def strike() -> None:
        until(world.has_heard)
        world.kill_infragen()
        providers.extend(kill_alone(world))
        let_go.wait(PATIENCE)

    world.proxy.on(proxy.parameter_is_put, act=strike)
    running = world.begin()
    try:
        running.wait(PATIENCE)
        until(lambda: providers)
        assert any_lives(world, providers)
        next_one = world.run("unlock", TARGET, "--sandbox", "--yes")
        assert (
            f"network: a provider that terraform left behind (process {providers[0]}) was terminated" in next_one.said
        )
        assert not any_lives(world, providers)
    finally:
        let_go.set()
        world.proxy.settle()


@contextmanager
def by_hand(folder: Path, program: str, *words: str, says: str) -> Iterator[int]:
    """Run a terraform in a terminal, wait until it says something there, and end it."""
    variables = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, **VARIABLES}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(program, [program, *words], variables)
    said = b""
    try:
        while says.encode() not in said:
            try:
                said += os.read(terminal, 4096)
            except OSError:
                pytest.fail(said.decode())
        yield child
    finally:
        os.kill(child, signal.SIGINT)
        with suppress(OSError):
            while os.read(terminal, 4096):
                pass
        os.waitpid(child, 0)
        os.close(terminal)


VARIABLES: dict[str, str] = {}


def test_the_live_lock_of_a_terraform_at_a_prompt_is_left_alone(plain_world: World) -> None:
    world = plain_world
    world.proxy.on(proxy.state_is_written("network"), act=world.kill_both)
    assert world.run().code == -9
    world.proxy.settle()
    world.proxy.forget()
    small_lock = small.locks(world.project)
    assert set(small_lock) == {"network"}
    terraform = shutil.which("terraform")
    assert terraform is not None
    account = world.sandbox.environment(small.ACCOUNT, small.REGION)
    VARIABLES.update(account)
    released = world.run("unlock", TARGET, "--sandbox", "--yes")
    assert released.code == 0, released.said
    folder = world.project / WORK / TARGET
    with by_hand(folder, terraform, "destroy", says="Enter a value") as pid:
        before = small.locks(world.project)
        assert set(before) == {"network"}
        for words in (("unlock", TARGET, "--sandbox", "--yes"), ("resume",)):
            ended = world.begin(*words).wait(PATIENCE)
            said = (world.outside / "said").read_text(encoding="utf-8")
            assert ended == 1, said
            assert f"T038 terraform (process {pid}, in a terminal) is working on small/dev/network" in said
        assert small.locks(world.project) == before
