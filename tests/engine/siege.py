"""Strike every process of every command at random moments; nothing may be lost, taken, or done that was not shown.

    python -m tests.engine.siege --rounds 10 --seed 7 [--keep-going] [--findings FOLDER]

A seed is a life: an empty AWS, and rounds until the catalogue and AWS have gone apart. In a round a command is struck,
the catalogue may change, a second checkout may work, a stranger may make an object of the same name; then what infragen
says is done until all is done, and struck again on the way. Then somebody who asks AWS itself, never infragen, looks
whether an object is in no state, a lock is held, a stranger's object has changed, something was applied that was not
shown, or a process is left. The same seed gives the same life again: the same commands, struck as many seconds after
the same things.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine import small, strikes
from tests.engine.besieged import ORDER, SALES, Besieged, Stranger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Finding", "Siege", "besiege", "hold_out", "main"]

MOST_STRIKES = 7
"""Strikes in one round."""

MOST_ROUNDS = 6
"""Rounds in one life."""

MOST_COMMANDS = 12
"""Commands after which a round should be at its end: one for each strike, one for what it asks for, and the last."""

LONGEST_COMMAND = 400.0
FROM_NOTHING = ("apply", "apply", "apply", "import", "bootstrap")
ON_WHAT_STANDS = ("change", "change", "destroy", "destroy", "file", "moves", "push", "drift")
"""Verbs, those with more at stake more than once."""

EDITS = ("none", "none", "size", "size", "entry removed", "domain removed", "other domain")
SIZES = (4, 8, 12, 16, 24, 32)
FLAGS = ("--sandbox", "--yes")
_HINT = re.compile(r"`infragen ((?:resume|unlock|state moves)[^`]*)`")
_GO_ON = re.compile(r"to go on: infragen (.+)")
_WISH = re.compile(r"if it is what you want: `infragen ([^`]+)`")
_REFUSED_PLAN = re.compile(r"\bK0(?:06|07|08|10|11|12)\b")
_UNKNOWN_TARGET = re.compile(r"\b(?:P00[1-9]|I002)\b")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a round found: the seed repeats it."""

    seed: int
    what: str
    said: str

    def __str__(self) -> str:
        return f"FOUND (seed {self.seed}): {self.what}"


class FoundError(AssertionError):
    """Something is wrong."""


@dataclass(slots=True)
class Life:
    """What is known since AWS was empty: what was said, which sizes a person was shown, who else made something."""

    seed: int
    chance: random.Random
    said: list[str] = field(default_factory=list)
    errors: list[tuple[Path, int, str]] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)
    size: int = 8
    strangers: list[Stranger] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    stands: bool = False
    goes_on: bool = True
    alone: bool = False
    left: int = 0
    may_destroy: bool = False


class Siege:
    """Lives on one world; `say` hears what happens."""

    def __init__(self, world: Besieged, say: Callable[[str], None]) -> None:
        self.world = world
        self.say = say
        self.strikes = 0

    def life(self, seed: int, *, until: int = 1_000_000) -> Finding | None:
        """Live one life from an empty AWS, or until there were so many strikes."""
        now = Life(seed, random.Random(seed))
        self.world.reset()
        try:
            for number in range(MOST_ROUNDS):
                if now.goes_on and self.strikes < until:
                    self._note(now, f"--- seed {seed}, round {number + 1}")
                    self._round(now)
        except (FoundError, AssertionError, subprocess.TimeoutExpired) as error:
            return Finding(seed, str(error).split("\n", 1)[0][:400], "\n".join(now.said) + f"\n\n{error}")
        finally:
            for checkout in self.world.checkouts:
                strikes.end_all(checkout)
        return None

    def _round(self, now: Life) -> None:
        now.left, now.may_destroy = MOST_STRIKES, False
        verb = now.chance.choice(ON_WHAT_STANDS if now.stands else FROM_NOTHING)
        words = self._prepare(now, verb)
        with self._beside(now):
            self._struck(now, self.world.project, words)
        self._meanwhile(now)
        self._go_on(now, self.world.project, words)
        if verb == "import":
            self._go_on(now, self.world.project, ("apply", SALES, *FLAGS), at_once=True)
        self._judge(now)
        now.stands = bool(self.world.recorded()["data-sales"])

    def _prepare(self, now: Life, verb: str) -> tuple[str, ...]:
        """Bring the world to where the verb has work, and return the command."""
        self._note(now, f"verb {verb}")
        project = self.world.project
        if verb == "bootstrap" and not now.errors:
            now.goes_on, now.alone = False, True
            self.world.remove_bucket()
            return ("bootstrap", small.TARGET, "--no-github", *FLAGS)
        if verb in {"apply", "change", "file"}:
            self._size(now)
        if verb == "file":
            kept = str(project.parent / f"{now.seed}.plan")
            self._run(now, project, ("plan", SALES, "--sandbox", "--out", kept), must=True)
            now.sizes.add(now.size)
            return ("apply", kept, *FLAGS)
        if verb in {"moves", "push"}:
            now.goes_on = False
            small.edit(project, ORDER, "domain: sales\n", "domain: plant\nmoved_from: sales\n")
            small.render(project)
            return ("state", "moves", small.TARGET, "--apply", *FLAGS, *(("--push",) if verb == "push" else ()))
        if verb == "import":
            now.goes_on = False
            made = self.world.make_stranger("aws_cloudwatch_log_group")
            if made is not None:
                now.known.add((made.kind, made.name))
                address = f"aws_cloudwatch_log_group.this={made.name}"
                return ("import", small.TARGET, "databases/order", address, "--sandbox")
        if verb in {"drift", "bootstrap"}:
            return ("drift", SALES, "--sandbox")
        now.sizes.add(now.size)
        now.may_destroy = verb == "destroy"
        return ("destroy" if verb == "destroy" else "apply", SALES, *FLAGS)

    def _size(self, now: Life) -> None:
        """Change the database's size in the catalogue."""
        size = now.chance.choice([one for one in SIZES if one != now.size])
        small.edit(self.world.project, ORDER, f"max: {now.size} ACU", f"max: {size} ACU")
        small.render(self.world.project)
        now.size = size
        self._note(now, f"the catalogue says {size} ACU")

    @contextmanager
    def _beside(self, now: Life) -> Iterator[None]:
        """Let the second checkout work at the same time, now and then."""
        if now.alone or now.chance.random() > 0.25:
            yield
            return
        verb = now.chance.choice([("apply", SALES, *FLAGS), ("destroy", SALES, *FLAGS), ("plan", SALES, "--sandbox")])
        if verb[0] != "plan":
            now.sizes.add(8)  # the second checkout's catalogue
            now.may_destroy |= verb[0] == "destroy"
        self._note(now, f"the second checkout: {shlex.join(verb)}")
        with tempfile.TemporaryFile() as file:
            process = self._start(self.world.second, verb, file)
            try:
                yield
            finally:
                code = process.wait(LONGEST_COMMAND)
                file.seek(0)
                self._heard(
                    now, self.world.second, f"second: {shlex.join(verb)}", code, file.read().decode(errors="replace")
                )
        self._go_on(now, self.world.second, verb, strike=False)

    def _meanwhile(self, now: Life) -> None:
        """Change the catalogue between a strike and what comes after it, and let a stranger make something."""
        if now.alone:
            return
        if now.chance.random() < 0.25:
            kind = now.chance.choice(["aws_ssm_parameter", "aws_cloudwatch_log_group"])
            stranger = self.world.make_stranger(kind)
            if stranger is not None:
                now.strangers.append(stranger)
                self._note(now, f"a stranger makes {stranger.name}")
        edit = now.chance.choice(EDITS)
        done = next(code for place, code, _ in reversed(now.errors) if place == self.world.project) == 0
        if edit == "none" or done:
            return
        now.goes_on &= edit == "size"
        self._note(now, f"meanwhile: {edit}")
        if edit != "size":
            (self.world.project / "catalog/small/imports/dev.yaml").unlink(missing_ok=True)
        text = (self.world.project / ORDER).read_text(encoding="utf-8")
        if edit == "size":
            self._size(now)
        elif edit == "other domain":
            moved = text.replace("domain: plant\nmoved_from: sales\n", "domain: sales\n")
            other = moved if moved != text else text.replace("domain: sales\n", "domain: plant\n")
            (self.world.project / ORDER).write_text(other, encoding="utf-8")
            small.render(self.world.project)
        else:
            (self.world.project / ORDER).unlink()
            if edit == "domain removed":
                (self.world.project / "catalog/small/domains/sales.yaml").unlink()
            small.render(self.world.project)

    def _go_on(
        self, now: Life, checkout: Path, words: tuple[str, ...], *, strike: bool = True, at_once: bool = False
    ) -> None:
        """Type what infragen says until all is done; what is typed is struck, too, while strikes are left.

        `at_once` begins with the command itself.
        """
        for number in range(MOST_COMMANDS):
            wanted = words if at_once and not number else self._next(now, checkout, words)
            if wanted is None:
                return
            if wanted[0] == "unlock":
                self._await_end(60)  # whose lock it is was asked, and is dead
            if wanted[0] == "apply" and checkout == self.world.project:
                now.sizes.add(now.size)
            now.may_destroy |= wanted[0] == "destroy"
            before = self._pairs()
            if strike and now.left and now.chance.random() < 0.5:
                self._struck(now, checkout, wanted)
            else:
                self._run(now, checkout, wanted)
            self._compare(now, wanted, before)
        raise FoundError(f"no way on: after {MOST_COMMANDS} commands {shlex.join(words)} is not done")

    def _next(self, now: Life, checkout: Path, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return what a person would type now, reading what the last command said; None when all is done."""
        code, errors = next(((code, said) for place, code, said in reversed(now.errors) if place == checkout), (0, ""))
        hints = [shlex.split(one) for one in _HINT.findall(errors) if "TARGET" not in one]
        for verb, words_of_it in (("state", "M002"), ("unlock", "T022")):
            found = next((one for one in hints if one[0] == verb and words_of_it in errors), None)
            if found:
                return (*found, "--yes")
        wish = _WISH.search(errors)
        if code == 1 and wish:
            return tuple(shlex.split(wish[1]))
        if code == 1 and ("J007" in errors or (now.strangers and "T037" in errors)):
            now.goes_on = False
            return None  # a person looks whose it is
        if self._is_cut_off(checkout):
            return ("resume",)
        if code == 0 or (code == 1 and _UNKNOWN_TARGET.search(errors)):
            return None
        if "M001" in errors:
            return ("plan", SALES, "--sandbox")  # whether it was refused in the middle
        if _REFUSED_PLAN.search(errors):
            return ("apply", SALES, *FLAGS)
        on = _GO_ON.search(errors)
        return tuple(shlex.split(on[1])) if on else words

    def _is_cut_off(self, checkout: Path) -> bool:
        """Whether `infragen runs` says that a run was cut off, and nobody has put it right."""
        listed = small.run(checkout, "runs", "--format", "json")
        if listed.returncode:
            raise FoundError(f"runs: {listed.stderr}")
        runs: list[dict[str, object]] = json.loads(listed.stdout)
        return any(run["end"] == "cut off" and not run.get("recovered") for run in runs)

    def _compare(self, now: Life, words: tuple[str, ...], before: set[tuple[str, str]]) -> None:
        """Look whether a command did what nobody was shown."""
        size = self.world.capacity()
        if size is not None and size.isdigit() and int(size) not in now.sizes:
            raise FoundError(f"{words[0]} applied {size} ACU, which nobody was shown (shown: {sorted(now.sizes)})")
        lost = before - self._pairs()
        if words[0] == "resume" and lost and not now.may_destroy:
            raise FoundError(f"resume destroyed {sorted(lost)}, which nobody was shown")

    def _pairs(self) -> set[tuple[str, str]]:
        return {(one.type, one.identifier) for one in self.world.existing()}

    def _seen(self) -> tuple[object, ...]:
        """Return what tells that something was done: what exists, how large it is, which states have it."""
        return self._pairs(), self.world.capacity(), self.world.recorded()

    def _judge(self, now: Life) -> None:
        """Ask AWS, the bucket and the process table what is true."""
        left = self._await_end(30)
        if left:
            raise FoundError(f"processes are left: {left}")
        text = "\n".join(said for _, _, said in now.errors)
        known = now.known | {(one.kind, one.name) for one in now.strangers}
        for kind, name in sorted(self.world.unknown() - known):
            if not any(_names(line, kind, name) for line in text.splitlines()):
                raise FoundError(f"{kind} {name} is in no state, and no message names it")
        for stack, lock in self.world.locks().items():
            if not re.search(rf"{stack}.*lock|lock.*{stack}", text):
                raise FoundError(f"the lock of {stack} is held ({lock}), and no message names it")
            self._run(now, self.world.project, ("unlock", f"{small.TARGET}/{stack}", *FLAGS))
            if stack in self.world.locks():
                raise FoundError(f"the lock of {stack} ({lock}) cannot be released")
        for stranger in now.strangers:
            if not self.world.is_untouched(stranger):
                raise FoundError(f"a stranger's {stranger.name} was changed")
            if any((stranger.kind, stranger.name) in pairs for pairs in self.world.recorded().values()):
                raise FoundError(f"a stranger's {stranger.name} was taken into a state")

    def _await_end(self, seconds: float) -> list[int]:
        """Wait until nothing works in either checkout, and return what still does."""
        deadline = time.monotonic() + seconds
        while True:
            left = [pid for checkout in self.world.checkouts for pid in small.terraforms(checkout)]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.2)

    def _struck(self, now: Life, checkout: Path, words: tuple[str, ...]) -> None:
        """Run a command that is struck."""
        wanted = strikes.choose(now.chance)
        held, there = set(self.world.locks()), self._seen()
        works = {"terraform": lambda: bool(small.terraforms(checkout))}
        if words[0] in {"import", "drift", "plan"}:  # these take no lock and make nothing
            works |= {"lock": works["terraform"], "object": works["terraform"]}
        happened = {
            "start": lambda: True,
            "lock": lambda: bool(set(self.world.locks()) - held),
            "object": lambda: self._seen() != there,
            **works,
        }
        with tempfile.TemporaryFile() as file:
            process = self._start(checkout, words, file)
            how = []
            while process.poll() is None and now.left:
                hit = strikes.strike(checkout, process, wanted, happened)
                self.strikes += hit
                now.left -= hit
                how.append(f"{wanted}{'' if hit else ', too late'}")
                if now.chance.random() < 0.3:
                    break
                wanted = strikes.choose(now.chance)
            code = process.wait(LONGEST_COMMAND)
            file.seek(0)
            said = file.read().decode(errors="replace")
            self._heard(now, checkout, f"{shlex.join(words)}   [{'; '.join(how)}]", code, said)

    def _run(self, now: Life, checkout: Path, words: tuple[str, ...], *, must: bool = False) -> None:
        with tempfile.TemporaryFile() as file:
            code = self._start(checkout, words, file).wait(LONGEST_COMMAND)
            file.seek(0)
            said = file.read().decode(errors="replace")
            self._heard(now, checkout, shlex.join(words), code, said)
        assert not must or code == 0, f"unstruck, {shlex.join(words)} fails: {said}"

    def _start(self, checkout: Path, words: tuple[str, ...], file: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            small.command(checkout, *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if "--format" in words else file,  # type: ignore[call-overload]
            stderr=file,
            env=self.world.settings({"COLUMNS": "1000"}),
            start_new_session=True,
        )

    def _heard(self, now: Life, checkout: Path, command: str, code: int, said: str) -> None:
        now.errors.append((checkout, code, said))
        self._note(now, f"$ infragen {command} -> {code}")
        now.said.append("\n".join(f"    {line}" for line in said.splitlines()))
        for line in said.splitlines():
            if line.strip().startswith("error "):
                self.say(f"    {line.strip()[:200]}")

    def _note(self, now: Life, text: str) -> None:
        now.said.append(f"{time.strftime('%H:%M:%S')} {text}")
        self.say(text)


def _names(line: str, kind: str, name: str) -> bool:
    """Whether a line tells a person to look at an object: by its id, or by its type with the words for it."""
    if name in line:
        return True
    return f"{kind}." in line and any(word in line for word in ("look", "under way", "exist", "perhaps"))


def hold_out(folder: Path, seed: int, count: int) -> None:
    """Live lives from a seed on until there were so many strikes; AssertionError with the seed of what is found."""
    with besiege(folder, _say) as siege:
        while siege.strikes < count:
            finding = siege.life(seed, until=count)
            assert finding is None, f"{finding}\n{finding.said}"
            seed += 1


@contextmanager
def besiege(folder: Path, say: Callable[[str], None]) -> Iterator[Siege]:
    """Open a world below a folder."""
    world = Besieged(folder)
    try:
        yield Siege(world, say)
    finally:
        world.stop()


def main() -> int:
    """Do rounds until there are enough, or one finds something."""
    parser = argparse.ArgumentParser(description="Strike every process of every command at random moments.")
    parser.add_argument("--rounds", type=int, default=25, help="lives, each of up to six rounds")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000), help="of the first")
    parser.add_argument("--keep-going", action="store_true", help="also after a finding")
    parser.add_argument("--findings", type=Path, default=Path(".siege"), help="folder for what was found, with logs")
    chosen = parser.parse_args()
    found = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the emulated AWS ends with the siege
    with (
        tempfile.TemporaryDirectory(prefix="infragen-siege-") as folder,
        besiege(Path(folder).resolve(), _say) as siege,
    ):
        for seed in range(chosen.seed, chosen.seed + chosen.rounds):
            finding = siege.life(seed)
            if finding is None:
                continue
            found += 1
            _keep(chosen.findings, finding)
            _say(str(finding))
            if not chosen.keep_going:
                break
        _say(f"{siege.strikes} strikes, {found} findings (seeds {chosen.seed} to {seed})")
    return int(found > 0)


def _keep(folder: Path, finding: Finding) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{finding.seed}.txt").write_text(f"{finding}\n\n{finding.said}\n", encoding="utf-8")


def _say(text: str) -> None:
    """Say something at once: whoever stops a siege wants to have read the seed."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
