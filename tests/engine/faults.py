"""The world that faults happen in: one project, its emulated AWS behind a proxy, and one infragen at a time.

`World.fail` runs an apply of one stack in which a fault strikes at a phase; `World.heal` takes the fault away, goes on
the way infragen says, and `World.check` compares what exists with what the states say.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from tests.engine import proxy, small
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infragen.terraform.sandbox import Sandbox
    from tests.engine.forked import Forked

    Aws = tuple[str, ...]

__all__ = ["Ended", "World", "open_world"]

STACK = "network"
TARGET = f"{small.TARGET}/{STACK}"
MADE = {
    ("aws_cloudwatch_log_group", "/small/dev/vpc-flow-log"),
    ("aws_sns_topic", f"arn:aws:sns:{small.REGION}:{small.ACCOUNT}:small-dev"),
    ("aws_ssm_parameter", "/small/network/cidr"),
}
"""What the stack consists of, where it is of AWS; else of three that have nothing but an id."""

_PLAIN = {
    "kinds/network/main.tf": f"""\
        data "terraform_remote_state" "world" {{
          backend = "s3"

          config = {{
            bucket = "{small.BUCKET}"
            key    = "{small.TARGET}/world.tfstate"
            region = "{small.REGION}"
          }}
        }}

        resource "terraform_data" "base" {{
        }}

        resource "terraform_data" "cidr" {{
        }}

        output "topic_arn" {{
          value = terraform_data.base.id
        }}

        output "cidr" {{
          value = "@{{settings.network.cidr}}"
        }}
        """,
    "kinds/flow_log/main.tf": """\
        resource "terraform_data" "flow" {
        }
        """,
}
"""A stack of which each plan asks AWS something, and of which an id is all that there is to take in again."""

_WORLD = {"version": 4, "serial": 1, "lineage": "world", "outputs": {}, "resources": [], "check_results": None}

SHIM = """\
#!/bin/sh
# The real terraform; where {hold} exists, `init` says that it was reached and waits until that is forgotten.
if [ "$1" = init ] && [ -e {hold} ]; then
    mv {hold} {hold}.reached
    while [ -e {hold}.reached ]; do sleep 0.1; done
fi
exec {terraform} "$@"
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: killed) and all it said."""

    code: int
    said: str


class World:
    """One project and what may be done to it."""

    def __init__(self, project: Path, sandbox: Sandbox, before: proxy.Proxy, outside: Path, aws: Aws) -> None:
        self.project = project
        self.is_of_aws = STACK in aws
        self.sandbox = sandbox
        self.proxy = before
        self.outside = outside
        self.hold = outside / "hold"
        self._running: Forked | None = None
        self._filler = project / "filler"
        self._make_bucket()

    def reset(self) -> None:
        """Make the emulated AWS empty and forget all runs; what init made stays, and what hangs is killed."""
        if self._running is not None and self._running.poll() is None:
            self.kill_both()
            self._running.wait()
        self.kill_terraform()
        self.proxy.forget()
        self.free_disk()
        self.sandbox.reset()
        self._make_bucket()
        for folder in ("runs", "sandbox/applied", f"sandbox/work/{TARGET}"):
            shutil.rmtree(self.project / ".infragen" / folder, ignore_errors=True)
        for left in self.outside.glob("hold*"):
            left.unlink()

    def _make_bucket(self) -> None:
        self.sandbox.create_state_bucket(small.BUCKET, small.ACCOUNT, small.REGION)
        small.put_object(self.project, f"{small.TARGET}/world.tfstate", json.dumps(_WORLD))

    def begin(self, *arguments: str) -> Forked:
        """Start a command."""
        words = arguments or ("apply", TARGET, "--sandbox", "--yes")
        (self.project / "tmp").mkdir(exist_ok=True)
        variables = {
            "INFRAGEN_TERRAFORM": str(self.outside / "terraform"),
            "TMPDIR": str(self.project / "tmp"),
            "USER": os.environ.get("USER", "root"),
        }
        with (self.outside / "said").open("wb") as said:
            self._running = small.begin(self.project, *words, said=said.fileno(), variables=variables)
        return self._running

    def end(self) -> Ended:
        """Wait for the command's end, and for that of a terraform that outlives it."""
        assert self._running is not None
        code = self._running.wait(PATIENCE)
        self.hold.with_name("hold.reached").unlink(missing_ok=True)
        until(lambda: not self.terraforms(), "terraform does not end")
        return Ended(code, self.said())

    def said(self) -> str:
        """Return what the command that was begun last has said so far."""
        return (self.outside / "said").read_text(encoding="utf-8", errors="replace")

    def has_heard(self) -> bool:
        """Whether a run knows the ids of all it made that has no name to be found by: of AWS that is the topic."""
        journals = [path.read_bytes() for path in self.project.glob(".infragen/runs/*/journal.jsonl")]
        if self.is_of_aws:
            return any(f':{small.TARGET.replace("/", "-")}"'.encode() in journal for journal in journals)
        return any(journal.count(b'"kind": "done"') == len(MADE) for journal in journals)

    def run(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        self.begin(*arguments)
        return self.end()

    def resume(self) -> Ended:
        """Resume; and once more, as is said then, where an answer of AWS's was lost, so that the provider asked twice.

        That happens here once in a hundred tries on a busy machine, nobody knows why; what the proxy heard is shown.
        """
        again = self.run("resume")
        if "error T037" in again.said:
            more = self.run("resume")
            again = Ended(more.code, "\n".join((again.said, *self.proxy.log, more.said)))
        return again

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        assert self._running is not None
        os.kill(self._running.pid, signal.SIGINT)

    def interrupt_twice(self) -> None:
        """Press Ctrl-C, and again when the first was answered; it takes a terraform's end for whoever holds it up."""
        self.interrupt()
        until(lambda: "Ctrl-C again" in self.said(), "nobody answered the first")
        self.interrupt()
        until(lambda: not self.terraforms(), "terraform does not end")

    def kill_infragen(self) -> None:
        """Kill infragen as the system does when memory runs out."""
        assert self._running is not None
        os.kill(self._running.pid, signal.SIGKILL)

    def kill_terraform(self) -> None:
        """Kill terraform with its providers."""
        for pid in self.terraforms():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    def kill_both(self) -> None:
        """Let the machine go down, as far as this run is concerned."""
        self.kill_infragen()
        self.kill_terraform()

    def fill_disk(self) -> None:
        """Fill the disk to its last byte."""
        with suppress(OSError), self._filler.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 10, 1):
                with suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass

    def free_disk(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)

    def terraforms(self) -> list[int]:
        """Return every process that runs in a scratch folder of the project."""
        return small.terraforms(self.project)

    def runs(self) -> list[dict[str, object]]:
        """Return what `infragen runs` says."""
        listed = self.run("runs", "--format", "json")
        assert listed.code == 0, listed.said
        found: list[dict[str, object]] = json.loads(listed.said)
        return found

    def is_untouched(self) -> None:
        """Check that nothing exists, no lock is held, and the next command says what there is to do."""
        assert small.locks(self.project) == {}
        assert small.orphans(self.project) == {}
        assert small.recorded(self.project) == set()
        plan = self.run("plan", TARGET, "--sandbox", "--detailed-exitcode")
        assert plan.code == 2, plan.said
        assert "3 to add" in plan.said

    def is_whole(self) -> None:
        """Check that what exists is what the states say and all there should be, and that no lock is left."""
        assert small.locks(self.project) == {}
        assert small.orphans(self.project) == {}
        found = small.recorded(self.project)
        assert found == MADE if self.is_of_aws else [kind for kind, _ in found] == ["terraform_data"] * len(MADE)


@contextmanager
def open_world(folder: Path, *, aws: Aws = (), disk: bool = False) -> Iterator[World]:
    """Make the project, apply nothing, and initialise once; with `disk` it lies on a small disk of its own.

    `aws` names the stacks that are of AWS; the others need no provider.
    """
    place = folder / "disk"
    place.mkdir()
    if disk:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)], check=True)
    try:
        project = small.small_project(place / "project", aws=aws)
        for path, text in ({} if STACK in aws else _PLAIN).items():
            (project / "templates" / path).write_text(dedent(text), encoding="utf-8")
        if STACK not in aws:
            allowed = f'[programs]\nallow = ["small/{STACK}/data.terraform_remote_state.world"]\n'
            settings = project / "infragen.toml"
            settings.write_text(settings.read_text(encoding="utf-8") + allowed, encoding="utf-8")
        _give_up_soon(project)
        small.render(project)
        shim = folder / "terraform"
        terraform = shutil.which("terraform")
        shim.write_text(dedent(SHIM).format(terraform=terraform, hold=folder / "hold"), encoding="utf-8")
        shim.chmod(0o755)
        sandbox = small.start(project)
        try:
            with proxy.Proxy(sandbox) as before:
                world = World(project, sandbox, before, folder, aws)
                first = world.run("plan", TARGET, "--sandbox")
                assert first.code == 0, first.said
                yield world
        finally:
            small.stop(project)
    finally:
        if disk:
            subprocess.run(["umount", "-l", str(place)], check=False)


def _give_up_soon(project: Path) -> None:
    """Let the provider try three times, as an operator without patience does: 25 times take a quarter of an hour."""
    begin = 'provider "aws" {\n'
    for path in (project / "templates/kinds").rglob("*.tf"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(begin, f"{begin}  max_retries = 3\n"), encoding="utf-8")


def can_mount(folder: Path) -> bool:
    """Whether this user may make a small disk."""
    place = folder / "probe"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode == 0:
        subprocess.run(["umount", str(place)], check=False)
    return mounted.returncode == 0


def after(*acts: Callable[[], None]) -> Callable[[], None]:
    """Return one act made of several."""

    def act() -> None:
        for one in acts:
            one()

    return act
