"""Apply, change and destroy the small system again and again while something is killed at a random moment.

    python -m tests.engine.soak --rounds 50 --seed 7

A round: a change of the catalogue (or a destruction), carried out by an infragen that is struck at a random moment or
left alone; then infragen's own way on until all is done; then what exists is what the states say, no lock is left, and
a plan has nothing to do. Every seed is printed, and gives the same rounds again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.engine import small

__all__ = ["Soak", "main", "say"]

STRIKES = ("nothing", "Ctrl-C", "Ctrl-C twice", "terraform killed", "infragen killed", "both killed")
ORDER = "catalog/small/databases/sales/order.yaml"
MOST_ATTEMPTS = 3
"""Resumes that a round may need: one for what was struck, and more would be a fault of infragen's."""


@dataclass(frozen=True, slots=True)
class Round:
    """What happens in a round: `capacity` is None for a destruction, `moment` is seconds after the first change."""

    number: int
    seed: int
    capacity: int | None
    strike: str
    moment: float


class Soak:
    """One project that is soaked; `say` hears what happens."""

    def __init__(self, project: Path, seed: int) -> None:
        self.project = project
        self.seed = seed
        self._random = random.Random(seed)
        self._capacity = 8

    def rounds(self, count: int) -> None:
        """Do so many rounds and destroy what stands; AssertionError with the seed where anything is wrong."""
        for number in range(1, count + 1):
            self._round(self._choose(number))
        self._whole("destroy")
        assert not small.recorded(self.project), f"seed {self.seed}: something still stands"

    def _choose(self, number: int) -> Round:
        destroys = number > 1 and self._random.random() < 0.2
        capacity = None if destroys else self._random.choice([4, 8, 12, 16, 24, 32])
        strike = self._random.choice(STRIKES)
        return Round(number, self.seed, capacity, strike, self._random.uniform(0, 12))

    def _round(self, what: Round) -> None:
        say(f"{what}")
        if what.capacity is not None and what.capacity != self._capacity:
            small.edit(self.project, ORDER, f"max: {self._capacity} ACU", f"max: {what.capacity} ACU")
            self._capacity = what.capacity
            small.render(self.project)
        self._whole("destroy" if what.capacity is None else "apply", what)

    def _whole(self, verb: str, what: Round | None = None) -> None:
        """Carry out one verb, struck or not, go on until it is done, and check everything."""
        arguments = (verb, small.TARGET, "--sandbox", "--yes")
        code, said = self._struck(arguments, what)
        for _ in range(MOST_ATTEMPTS):
            if code == 0:
                break
            runs = json.loads(small.run(self.project, "runs", "--format", "json").stdout)
            begun = bool(runs) and runs[0]["end"] != "done"
            ended = small.run(self.project, *(("resume",) if begun else arguments))
            code, said = ended.returncode, said + ended.stdout + ended.stderr
        assert code == 0, f"{what}: {said}"
        assert small.locks(self.project) == {}, f"{what}: {small.locks(self.project)}"
        assert small.orphans(self.project) == {}, f"{what}: {small.orphans(self.project)}\n{said}"
        if verb == "apply":
            plan = small.run(self.project, "plan", small.TARGET, "--sandbox", "--detailed-exitcode")
            assert plan.returncode == 0, f"{what}: {plan.stdout}{plan.stderr}"

    def _struck(self, arguments: tuple[str, ...], what: Round | None) -> tuple[int, str]:
        """Run a command that is struck at the round's moment, and let a terraform that outlives it end."""
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                small.command(self.project, *arguments),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=small.environment(),
                start_new_session=True,
            )
            if what is not None:
                self._wait_for_changes(process)
                self._strike(process, what)
            code = process.wait(600)
            while small.terraforms(self.project):
                time.sleep(0.2)
            said.seek(0)
            return code, said.read().decode(errors="replace")

    def _wait_for_changes(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until a run is journalled: before that nothing is at stake."""
        before = set(self.project.glob(".infragen/runs/*"))
        while process.poll() is None and set(self.project.glob(".infragen/runs/*")) == before:
            time.sleep(0.1)

    def _strike(self, process: subprocess.Popen[bytes], what: Round) -> None:
        deadline = time.monotonic() + what.moment
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if process.poll() is not None or what.strike == "nothing":
            return
        if "terraform" in what.strike or "both" in what.strike:
            for pid in small.terraforms(self.project):
                _kill(pid, signal.SIGKILL)
        if "infragen" in what.strike or "both" in what.strike:
            _kill(process.pid, signal.SIGKILL)
        if "Ctrl-C" in what.strike:
            _kill(process.pid, signal.SIGINT)
        if "twice" in what.strike:
            time.sleep(0.5)
            _kill(process.pid, signal.SIGINT)


def say(text: str) -> None:
    """Say something at once: whoever kills a soak wants to have read the seed."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _kill(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def main() -> int:
    """Soak a project of its own."""
    parser = argparse.ArgumentParser(description="Apply, change, destroy and kill at random; nothing may be lost.")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    chosen = parser.parse_args()
    say(f"seed {chosen.seed}")
    with tempfile.TemporaryDirectory(prefix="infragen-soak-") as folder:
        project = small.rendered_project(Path(folder).resolve())
        small.start(project)
        try:
            Soak(project, chosen.seed).rounds(chosen.rounds)
        finally:
            small.stop(project)
    say(f"{chosen.rounds} rounds, no orphan, no lock, nothing lost (seed {chosen.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
