"""What is a terraform's process, where it works, and which of those that a dead one left behind may be ended."""

from __future__ import annotations

import dataclasses
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from infragen.terraform import running_processes as module
from infragen.terraform.child_process import Command, Stopper, run
from infragen.terraform.running_processes import (
    Process,
    Started,
    all_processes,
    at_work_elsewhere,
    at_work_in,
    end_left_behind,
    left_alone_in,
    ours_left_behind,
)
from tests.waiting import until

HERE = Path("/a/.infragen/work/small/dev/network")
ELSEWHERE = Path("/b/.infragen/work/small/dev/network")
TERRAFORM = Process(100, 50, 100, 1000, 7, "terraform", ("terraform", "apply"), HERE, terminal=False)
PROVIDER = Process(
    101, 100, 100, 1010, 7, "terraform-provider-aws_v5.100.0_x5", ("terraform-provider-aws",), HERE, terminal=False
)
ALONE = replace(PROVIDER, parent=1)
STARTED = Started(100, 1000, "boot")


def pids(found: tuple[Process, ...]) -> list[int]:
    return [process.pid for process in found]


@pytest.mark.parametrize(
    ("program", "words", "is_terraform"),
    [
        ("terraform", ("terraform", "apply"), True),
        ("tofu", ("tofu", "apply"), True),
        ("terraform-1.11.4", ("terraform-1.11.4",), True),
        ("terraform_v1.11", ("x",), True),
        ("dash", ("/bin/sh", "/tools/terraform", "plan"), True),
        ("python3.12", ("python3", "-m", "infragen.terraform.launcher", "plan"), True),
        ("bash", ("-bash",), False),
        ("vim", ("vim", "terraform"), False),
        ("python3.12", ("python3", "-m", "infragen", "plan"), False),
        ("terraform-ls", ("terraform-ls", "serve"), False),
        ("terraform-provider-aws_v5.100.0_x5", ("x",), False),
    ],
)
@pytest.mark.parametrize("terminal", [True, False])
def test_what_it_is_decides_and_not_its_terminal(
    program: str, words: tuple[str, ...], is_terraform: bool, terminal: bool
) -> None:
    one = replace(TERRAFORM, program=program, words=words, terminal=terminal)
    assert pids(at_work_in(HERE, [one])) == ([100] if is_terraform else [])
    assert at_work_in(ELSEWHERE, [one]) == ()
    assert pids(at_work_elsewhere(ELSEWHERE, 3, [one])) == ([100] if is_terraform else [])
    assert at_work_elsewhere(HERE, 3, [one]) == ()


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        (("b", "k"), ("b", "k"), True),
        (("b", "k"), ("another account's", "k"), False),
        (("b", "k"), None, False),  # nothing is known of it but its path
    ],
)
def test_who_stores_the_same_state_works_on_it_wherever_that_is(
    tmp_path: Path, here: tuple[str, str], there: tuple[str, str] | None, same: bool
) -> None:
    folders = tmp_path / "a/small/dev/network", tmp_path / "b/by-hand"
    for folder, stored in zip(folders, (here, there), strict=True):
        (folder / ".terraform").mkdir(parents=True)
        if stored is not None:
            noted = {"backend": {"type": "s3", "config": {"bucket": stored[0], "key": stored[1]}}}
            (folder / ".terraform/terraform.tfstate").write_text(json.dumps(noted))
    one = replace(TERRAFORM, folder=folders[1])
    assert at_work_elsewhere(folders[0], 3, [one]) == ((one,) if same else ())


def test_whoever_has_a_provider_for_a_child_is_a_terraform_whatever_its_name() -> None:
    assert pids(at_work_in(HERE, [replace(TERRAFORM, program="tf"), PROVIDER])) == [100]
    reaper = replace(TERRAFORM, pid=50, program="systemd", folder=Path("/"))
    assert at_work_in(HERE, [reaper, replace(PROVIDER, parent=50)]) == ()


def test_a_provider_alone_is_one_whose_terraform_is_gone() -> None:
    assert left_alone_in(HERE, [TERRAFORM, PROVIDER]) == ()
    assert pids(left_alone_in(HERE, [ALONE])) == [101]
    assert left_alone_in(ELSEWHERE, [ALONE]) == ()


@pytest.mark.parametrize(
    ("beside", "started", "boot", "owner", "ours"),
    [
        ((), (STARTED,), "boot", 7, True),
        ((), (), "boot", 7, False),  # no run knows of it
        ((), (dataclasses.replace(STARTED, pid=99),), "boot", 7, False),  # of another terraform
        ((), (STARTED,), "another boot", 7, False),
        ((), (STARTED,), "boot", 8, False),
        ((), (dataclasses.replace(STARTED, started=1011),), "boot", 7, False),  # older than the terraform
        ((TERRAFORM,), (STARTED,), "boot", 7, False),  # it lives
        ((replace(TERRAFORM, pid=102),), (STARTED,), "boot", 7, False),  # one that the dead one had started
        ((replace(TERRAFORM, pid=102, session=102),), (STARTED,), "boot", 7, True),  # that is somebody else's
    ],
)
def test_only_what_is_provably_ours_is_ended(
    beside: tuple[Process, ...], started: tuple[Started, ...], boot: str, owner: int, ours: bool
) -> None:
    found = ours_left_behind(started, [ALONE, *beside], boot=boot, owner=owner)
    assert pids(found) == ([101] if ours else [])


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Make a folder with a `terraform` and a provider which are both `sleep` by another name."""
    sleep = shutil.which("sleep")
    assert sleep is not None
    for name in ("terraform", "terraform-provider-aws_v5"):
        shutil.copy(sleep, tmp_path / name)
    return tmp_path


def test_a_real_terraform_is_found_with_a_terminal_and_without_and_a_persons_shell_is_not(programs: Path) -> None:
    folder, same = programs / "one/mine/dev/network", programs / "two/mine/dev/network"
    folder.mkdir(parents=True)
    same.mkdir(parents=True)
    alone = subprocess.Popen([programs / "terraform", "600"], cwd=folder, start_new_session=True)
    children = []
    for words in ([str(programs / "terraform"), "600"], ["sleep", "600"]):
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            os.execvp(words[0], words)
        children.append((child, terminal))
    try:
        until(lambda: all(Path(f"/proc/{child}/exe").readlink().name != Path(sys.executable).resolve().name
                          for child, _ in children))  # fmt: skip
        found = all_processes()
        assert sorted(pids(at_work_in(folder, found))) == sorted([alone.pid, children[0][0]])
        assert {one.terminal for one in at_work_in(folder, found)} == {True, False}
        assert at_work_elsewhere(folder, 3, found) == ()
        assert len(at_work_elsewhere(same, 3, found)) == 2
    finally:
        for pid in (alone.pid, *(child for child, _ in children)):
            os.kill(pid, signal.SIGKILL)
        alone.wait()
        for child, terminal in children:
            os.waitpid(child, 0)
            os.close(terminal)


@pytest.mark.parametrize("listens", [True, False])
def test_the_provider_of_a_killed_terraform_is_ended_at_once(
    programs: Path, monkeypatch: pytest.MonkeyPatch, listens: bool
) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    deaf = "" if listens else "trap '' TERM; "
    is_one = "until grep -q ^terraform-provi /proc/$!/comm; do sleep 0.05; done"
    script = f"{deaf}{programs}/terraform-provider-aws_v5 600 & echo $! > provider; {is_one}; kill -9 $$"
    started: list[Started] = []
    ended = run(Command(["/bin/sh", "-c", script], programs, dict(os.environ)), Stopper(), on_start=started.append)
    provider = int((programs / "provider").read_text())
    assert ended.code == -signal.SIGKILL
    assert ended.left_behind == (provider,)
    until(lambda: provider not in pids(all_processes()))
    assert end_left_behind(started) == ()


def test_a_provider_is_left_alone_while_its_terraform_lives(programs: Path) -> None:
    script = f"{programs}/terraform-provider-aws_v5 600 & echo $! > provider; wait"
    terraform = subprocess.Popen(["/bin/sh", "-c", script], cwd=programs, start_new_session=True)
    try:
        until((programs / "provider").exists)
        known = Started.of(terraform.pid)
        assert known is not None
        assert end_left_behind([known]) == ()
        terraform.kill()
        terraform.wait()
        assert len(end_left_behind([known])) == 1
    finally:
        terraform.kill()
        terraform.wait()


def test_a_provider_that_is_written_to_death_is_not_waited_for(programs: Path) -> None:
    assert run(Command(["/bin/sh", "-c", "kill -9 $$"], programs, dict(os.environ)), Stopper()).left_behind == ()
