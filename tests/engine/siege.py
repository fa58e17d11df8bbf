"""Strike every process of every command at random moments; nothing may be lost, taken, or done that was not shown.

    python -m tests.engine.siege --rounds 10 --seed 7 [--keep-going] [--findings FOLDER]

A seed is a life: an empty AWS, and rounds until the catalogue and AWS have gone apart. In a round a command is struck,
the catalogue may change, a second checkout may work and be struck, a stranger may make an object of the same name; then
what infragen says is done until all is done, and struck again on the way. Then somebody who asks AWS itself and heard
every request (`recorder`), never infragen, looks whether an object is in no state, a lock is held, a stranger's object
has changed, something was done that was not shown or taken from under what stands (`judge`), or a process is left. In
some rounds the catalogue loses all that stands, or has it again, and all of the environment is applied or destroyed:
what is said to be done then has to be. The same seed gives the same life
again: the same commands, struck as many seconds after the same things, as far as the machine is as fast.
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
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine import judge, small, strikes
from tests.engine.besieged import ORDER, Besieged, Stranger
from tests.engine.recorder import Command, Record
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Finding", "Siege", "besiege", "hold_out", "main"]

MOST_STRIKES = 14
"""Strikes in one round; the second checkout has a third of them."""

MOST_ROUNDS = 8
"""Rounds in one life."""

MOST_COMMANDS = 30
"""Commands after which a round should be at its end: one for each strike, one for what it asks for, and the last."""

LONGEST_END = 300.0
"""Seconds until what was struck has ended; what is left then is left for good."""

FROM_NOTHING = ("apply", "apply", "apply", "apply", "import", "bootstrap")
ON_WHAT_STANDS = ("change", "change", "destroy", "file", "moves", "moves", "moves", "push", "push", "drift")
"""Verbs, those with more at stake more than once."""

GROWING = ("grow",) * 4
SHRINKING = ("shrink", "shrink", "shrink", "shrink", "shrink file", "shrink file", "clear", "clear")
"""Verbs of the whole environment, whose catalogue has lost what stands, or has it again."""

EDITS = ("none", "none", "none", "size", "size", "entry removed", "domain removed", "other domain", "back")
SIZES = (4, 8, 12, 16, 24, 32)
FLAGS = ("--sandbox", "--yes")
WHOLE = ("apply", small.TARGET, *FLAGS)
_HINT = re.compile(r"`infragen ((?:resume|unlock|state moves)[^`]*)`")
_GO_ON = re.compile(r"to continue: infragen (.+)")
_NOTICE = re.compile("notice: a run (?:was interrupted|failed)")
_WISH = re.compile(r"if it is what you want: `infragen ([^`]+)`")
_FIRST = re.compile(r"`infragen ([^`]+)`(?=(?:, then `[^`]+`)* first| keeps it)")
_UNAPPLIED = re.compile(r"apply the stack it reads first|must be applied first")
_REFUSED_PLAN = re.compile(r"\bK0(?:06|07|08|10|11|12)\b")
_UNKNOWN_TARGET = re.compile(r"\b(?:P00[1-9]|I002)\b")
_LOCK = re.compile("lock")
_AS_IT_WAS = "restore the catalogue to what it was when the move began"
_MOVE_BEGAN = "method: "


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
class Hand:
    """Who works in a checkout: what the catalogue there says, and how many strikes are left."""

    checkout: Path
    chance: random.Random
    left: int = 0
    size: int = 8
    domain: str = "sales"
    without: str = ""
    heard: tuple[int, str] = (0, "")
    typed: str = ""

    @property
    def stack(self) -> str:
        """The stack that the database stands in."""
        return f"{small.TARGET}/data-{self.domain}"


@dataclass(slots=True)
class Life:
    """What is known since AWS was empty: what was done, what was said, who else made something."""

    seed: int
    chance: random.Random
    first: Hand
    second: Hand
    record: Record
    said: list[str] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    judged: int = 0
    stands: bool = False
    goes_on: bool = True
    alone: bool = False
    bare: bool = False
    whole: bool = False


class Siege:
    """Lives on one world; `say` hears what happens."""

    def __init__(self, world: Besieged, say: Callable[[str], None]) -> None:
        self.world = world
        self.say = say
        self.struck: Counter[tuple[str, str, str]] = Counter()
        """How many strikes there were, by verb, by process, and by signals."""
        self._turn = threading.Lock()

    @property
    def strikes(self) -> int:
        """How many strikes hit."""
        return self.struck.total()

    def counts(self) -> str:
        """Say how many strikes there were, by verb, by process and by signals."""
        lines = [f"{self.strikes} strikes"]
        for place, words in enumerate(("verb", "process", "signals")):
            by: Counter[str] = Counter()
            for key, count in self.struck.items():
                by[key[place]] += count
            lines.append(f"  by {words}: " + ", ".join(f"{name} {count}" for name, count in by.most_common()))
        return "\n".join(lines)

    def life(self, seed: int, *, until: int = 1_000_000) -> Finding | None:
        """Live one life from an empty AWS, or until there were so many strikes."""
        chance = random.Random(seed)
        self.world.reset()
        hands = [Hand(checkout, random.Random(chance.random())) for checkout in self.world.checkouts]
        now = Life(seed, chance, *hands, Record({one: self.world.sandbox_of(one) for one in self.world.checkouts}))
        try:
            for number in range(MOST_ROUNDS):
                if now.goes_on and self.strikes < until:
                    self._note(now, f"--- seed {seed}, round {number + 1}; {self.strikes} strikes so far")
                    self._round(now, until - self.strikes)
        except (FoundError, AssertionError, subprocess.TimeoutExpired) as error:
            return Finding(seed, str(error).split("\n", 1)[0][:400], "\n".join(now.said) + f"\n\n{error}")
        finally:
            for checkout in self.world.checkouts:
                strikes.end_all(checkout)
            now.record.close()
        return None

    def _round(self, now: Life, most: int) -> None:
        now.second.left = min(MOST_STRIKES // 3, most // 2)
        now.first.left = min(MOST_STRIKES, most - now.second.left)
        verb = now.chance.choice(ON_WHAT_STANDS + SHRINKING if now.stands else FROM_NOTHING + GROWING)
        verb = "grow" if now.bare else verb
        now.whole = verb in {*GROWING, *SHRINKING}
        words = self._prepare(now, verb)
        with self._beside(now):
            self._struck(now, now.first, words)
        self._meanwhile(now)
        self._go_on(now, now.first, words)
        if verb == "import":
            self._go_on(now, now.first, ("apply", now.first.stack, *FLAGS), at_once=True)
        if now.whole:
            self._finish(now, ("destroy" if verb == "clear" else "apply", small.TARGET, *FLAGS))
        self._judge(now)
        if now.goes_on:
            self._restore(now)

    def _prepare(self, now: Life, verb: str) -> tuple[str, ...]:
        """Bring the world to where the verb has work, and return the command."""
        self._note(now, f"verb {verb}")
        hand = now.first
        if verb == "bootstrap" and not now.record.commands:
            now.goes_on, now.alone = False, True
            self.world.remove_bucket()
            return ("bootstrap", small.TARGET, "--no-github", *FLAGS)
        if verb in {"apply", "change", "file", "grow"}:
            self._size(now)
        if now.whole:
            return self._prepare_whole(now, verb)
        if verb == "file":
            kept = str(hand.checkout.parent / f"{now.seed}-{len(now.record.commands)}.plan")
            self._run(now, hand, ("plan", hand.stack, "--sandbox", "--out", kept), must=True)
            return ("apply", kept, *FLAGS)
        if verb in {"moves", "push"}:
            hand.domain = "plant" if hand.domain == "sales" else "sales"
            self.world.say(hand.checkout, hand.size, hand.domain)
            return ("state", "moves", small.TARGET, "--apply", *FLAGS, *(("--push",) if verb == "push" else ()))
        if verb == "import":
            made = self.world.make_stranger("aws_cloudwatch_log_group")
            if made is not None:
                now.known.add((made.kind, made.name))
                address = f"aws_cloudwatch_log_group.this={made.name}"
                return ("import", small.TARGET, "databases/order", address, "--sandbox")
        if verb in {"drift", "bootstrap"}:
            return ("drift", hand.stack, "--sandbox")
        return ("destroy" if verb == "destroy" else "apply", hand.stack, *FLAGS)

    def _prepare_whole(self, now: Life, verb: str) -> tuple[str, ...]:
        hand = now.first
        if verb in SHRINKING:
            if not self.world.base():
                self._run(now, hand, WHOLE, must=True)
            self._edit(now, now.chance.choice(["entry removed", "domain removed"]))
        if verb == "shrink file":
            kept = str(hand.checkout.parent / f"{now.seed}-{len(now.record.commands)}.plan")
            self._run(now, hand, ("plan", small.TARGET, "--sandbox", "--out", kept), must=True)
            return ("apply", kept, *FLAGS)
        if verb == "clear" and now.chance.random() < 0.6:
            self._edit(now, now.chance.choice(["size", "back"]))
        return ("destroy", small.TARGET, *FLAGS) if verb == "clear" else WHOLE

    def _finish(self, now: Life, words: tuple[str, ...]) -> None:
        """Finish what the round was about, unstruck, and look whether it is what the catalogue says."""
        hand = now.first
        hand.left = 0
        for _ in range(4):
            if now.goes_on and not now.strangers:
                self._go_on(now, hand, words, at_once=True)
                if (hand.heard[0], hand.typed) == (0, words[0]):
                    break
        if not now.goes_on or now.strangers:
            return
        if (hand.heard[0], hand.typed) != (0, words[0]):
            raise FoundError(f"stuck: {shlex.join(words)} is never done")
        there = {(one.type, one.identifier) for one in self.world.existing()}  # what is gone, a state may still have
        held = {
            stack: left
            for stack, pairs in self.world.recorded().items()
            if (left := pairs if "data-" in stack else pairs & there) and stack != "bootstrap"
        }
        wanted = {"network", "security", f"data-{hand.domain}"}
        if words[0] == "destroy" or hand.without:
            wanted = set()
        if held.keys() != wanted:
            raise FoundError(f"{shlex.join(words)} is done, and there stands {held}")

    def _size(self, now: Life) -> None:
        """Change the database's size in the catalogue."""
        hand = now.first
        hand.size = now.chance.choice([one for one in SIZES if one != hand.size])
        self.world.say(hand.checkout, hand.size, hand.domain, hand.without)
        self._note(now, f"the catalogue says {hand.size} ACU")

    @contextmanager
    def _beside(self, now: Life) -> Iterator[None]:
        """Let the second checkout work at the same time, more often than not, and be struck, too."""
        if now.alone or now.chance.random() > 0.6:
            yield
            return
        hand = now.second
        apply, moves = ("apply", hand.stack, *FLAGS), ("state", "moves", small.TARGET, "--apply", *FLAGS)
        there = (("destroy", hand.stack, *FLAGS), ("plan", hand.stack, "--sandbox"), moves) if now.stands else ()
        if now.whole:
            clear = ("destroy", small.TARGET, *FLAGS)
            there = (*there, WHOLE, WHOLE, ("plan", small.TARGET, "--sandbox"), *((clear,) if now.stands else ()))
            if hand.chance.random() < 0.5:
                self._pull(now)
        words = hand.chance.choice([apply, *there])
        self._note(now, f"the second checkout: {shlex.join(words)}")
        wrong: list[BaseException] = []

        def work() -> None:
            try:
                self._struck(now, hand, words)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                wrong.append(error)

        beside = threading.Thread(target=work)
        beside.start()
        try:
            yield
        finally:
            beside.join()
        if wrong:
            raise wrong[0]
        self._go_on(now, hand, words)

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
        if edit == "none" or now.first.heard[0] == 0:
            return
        self._note(now, f"meanwhile: {edit}")
        self._edit(now, edit)

    def _edit(self, now: Life, edit: str) -> None:
        """Change the first checkout's catalogue."""
        hand, project = now.first, now.first.checkout
        if edit == "size":
            self._size(now)
        elif edit != "other domain":
            hand.without = {"entry removed": "entry", "domain removed": "domain", "back": ""}[edit]
            self.world.say(project, hand.size, hand.domain, hand.without)
        elif not hand.without and not now.whole:
            (project / "catalog/small/imports/dev.yaml").unlink(missing_ok=True)
            text = (project / ORDER).read_text(encoding="utf-8")
            moved = text.replace("domain: plant\nmoved_from: sales\n", "domain: sales\n")
            other = moved if moved != text else text.replace("domain: sales\n", "domain: plant\n")
            (project / ORDER).write_text(other, encoding="utf-8")
            small.render(project)

    def _pull(self, now: Life) -> None:
        """Bring the second checkout to the catalogue of the first one."""
        self.world.pull()
        now.second.size, now.second.domain, now.second.without = now.first.size, now.first.domain, now.first.without

    def _restore(self, now: Life) -> None:
        """Bring the world to where another round can begin: what stands is what both catalogues say, and no more."""
        for stranger in now.strangers:
            self.world.remove(stranger.kind, stranger.name)
        held = self.world.recorded()
        for kind, name in now.known - held["data-sales"] - held["data-plant"]:
            self.world.remove(kind, name)
        now.strangers, now.known = [], set()
        where = [domain for domain in ("sales", "plant") if held[f"data-{domain}"]]
        now.stands, now.goes_on = bool(where), len(where) < 2
        now.bare = self.world.is_bare()
        hand = now.first
        hand.domain, hand.without = where[0] if where else hand.domain, ""
        hand.size = judge.size_of(now.record) or hand.size
        self.world.say(hand.checkout, hand.size, hand.domain)
        self._pull(now)

    def _go_on(self, now: Life, hand: Hand, words: tuple[str, ...], *, at_once: bool = False) -> None:
        """Type what infragen says until all is done; what is typed is struck, too, while strikes are left.

        `at_once` begins with the command itself.
        """
        for number in range(MOST_COMMANDS):
            wanted = words if at_once and not number else self._next(now, hand, words)
            if wanted is None:
                return
            wanted = _typed_there(wanted, hand.checkout)
            if wanted[0] == "unlock":
                self._await_end(LONGEST_END)  # whose lock it is was asked, and is dead
            if hand.left and hand.chance.random() < 0.9:
                self._struck(now, hand, wanted)
            else:
                self._run(now, hand, wanted)
        raise FoundError(f"no way on: after {MOST_COMMANDS} commands {shlex.join(words)} is not done")

    def _next(self, now: Life, hand: Hand, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return what a person would type now, reading what the last command said; None when all is done."""
        code, errors = hand.heard
        if _AS_IT_WAS in errors:
            self._say_as_it_was(now, hand)
            return ("state", "moves", small.TARGET, "--apply", *FLAGS)
        demanded = _demanded(code, errors)
        if demanded:
            return demanded
        if code == 1 and ("J007" in errors or (now.strangers and "T037" in errors)):
            now.goes_on = False
            return None  # a person looks whose it is
        is_told = _NOTICE.search(errors) and (code == 1 or hand.typed == "unlock")
        if self._is_cut_off(hand.checkout) or is_told:
            return self._resume_or_unlock(hand)
        if hand.typed == "resume" and code not in {0, 1} and hand.chance.random() < 0.6:
            return ("resume",)  # some do, some begin with what they wanted
        found_drift = hand.typed == "drift" and code == 2
        if code == 0 or found_drift or (code == 1 and _UNKNOWN_TARGET.search(errors)):
            return None
        whole = small.TARGET in words or (now.whole and hand is now.first)
        return _again(words, errors, small.TARGET if whole else hand.stack)

    def _say_as_it_was(self, now: Life, hand: Hand) -> None:
        """Give a catalogue what it had when the move began that is not finished, in whichever checkout that was."""
        begun = next(one for one in reversed(now.record.commands) if _MOVE_BEGAN in one.said)
        mover = now.first if begun.checkout == now.first.checkout else now.second
        hand.size, hand.domain, hand.without = begun.size, mover.domain, ""
        self.world.say(hand.checkout, hand.size, hand.domain)
        self._note(now, f"the catalogue says {hand.size} ACU in {hand.domain}, as it did when the move began")

    def _resume_or_unlock(self, hand: Hand) -> tuple[str, ...]:
        """Go on with what was cut off, now and then by hand: its lock first."""
        if hand.chance.random() < 0.25 and self.world.locks().keys() - {"bootstrap"}:
            return ("unlock", small.TARGET, *FLAGS)
        return ("resume",)

    def _is_cut_off(self, checkout: Path) -> bool:
        """Whether `infragen runs` says that a run was cut off, and nobody has put it right."""
        listed = small.run(checkout, "runs", "--format", "json")
        if listed.returncode:
            raise FoundError(f"runs: {listed.stderr}")
        runs: list[dict[str, object]] = json.loads(listed.stdout)
        return any(run["end"] == "cut off" and not run.get("recovered") for run in runs)

    def _judge(self, now: Life) -> None:
        """Ask AWS, the bucket, the process table and the record of requests what is true."""
        self._judge_processes(now)
        now.record.settle()
        wrong = [*judge.torn(now.record, now.judged), *judge.undeclared(now.record, now.judged)]
        now.judged = len(now.record.deeds)
        if wrong:
            raise FoundError("done, and it should not have been: " + "; ".join(wrong[:4]))
        known = now.known | {(one.kind, one.name) for one in now.strangers}
        for kind, name in sorted(self.world.unknown() - known):
            self._judge_object(now, kind, name)
        for stack, lock in self.world.locks().items():
            _, taken_by = now.record.locks.get(stack, (0.0, 0))
            if not judge.is_told(now.record, taken_by, judge.names_lock(stack), _LOCK):
                raise FoundError(f"the lock of {stack} is held ({lock}), and no message names it")
            self._run(now, now.first, ("unlock", f"{small.TARGET}/{stack}", *FLAGS))
            if stack in self.world.locks():
                raise FoundError(f"the lock of {stack} ({lock}) cannot be released")
        for stranger in now.strangers:
            if not self.world.is_untouched(stranger):
                raise FoundError(f"a stranger's {stranger.name} was changed")
            if any((stranger.kind, stranger.name) in pairs for pairs in self.world.recorded().values()):
                raise FoundError(f"a stranger's {stranger.name} was taken into a state")

    def _judge_processes(self, now: Life) -> None:
        """Ask whether nothing works; a provider whose terraform and infragen are dead is ended by the next command."""
        if self._await_end(PATIENCE):
            for hand in (now.first, now.second):
                self._run(now, hand, ("plan", small.TARGET, "--sandbox"))
        if left := self._await_end(LONGEST_END):
            raise FoundError(f"processes are left: {left}")

    def _judge_object(self, now: Life, kind: str, name: str) -> None:
        """Ask whether what is in no state is named by whoever left it, and to the end."""
        by = [
            one for one in now.record.deeds if one.pair == (kind, name) and one.kind in {"create", "leave"} and one.done
        ]
        if not by:
            raise FoundError(f"{kind} {name} is in no state, and no command made it")
        now.goes_on = False  # somebody has to look
        if not judge.is_told(now.record, by[-1].command, judge.names_object(kind, name)):
            command = now.record.commands[by[-1].command]
            raise FoundError(
                f"{kind} {name} is in no state since command {command.number} ({shlex.join(command.words)}), "
                "and the last message that speaks of that does not name it"
            )

    def _await_end(self, seconds: float) -> list[int]:
        """Wait until nothing works in either checkout, and return what still does."""
        deadline = time.monotonic() + seconds
        while True:
            left = [pid for checkout in self.world.checkouts for pid in small.terraforms(checkout)]
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.2)

    def _struck(self, now: Life, hand: Hand, words: tuple[str, ...]) -> None:
        """Run a command that is struck."""
        now.record.settle()
        command = now.record.begin(hand.checkout, words, hand.size)
        happened = {
            "start": lambda: True,
            "terraform": lambda: bool(small.terraforms(hand.checkout)),
            "lock": lambda: command.locked,
            "object": lambda: command.changed,
            **dict.fromkeys(strikes.HELD, command.held.is_set),
        }
        process = self._start(command)
        how = []
        while process.poll() is None and hand.left:
            wanted = strikes.choose(hand.chance, words[0], whole=now.whole)
            command.hold_back(wanted.after if wanted.after in strikes.HELD else None)
            hit = strikes.strike(hand.checkout, process, wanted, happened)
            command.hold_back(None)
            if hit:
                with self._turn:
                    self.struck[" ".join(words[: 2 if words[0] == "state" else 1]), hit, wanted.signals] += 1
            hand.left -= bool(hit)
            came = "" if happened[wanted.after]() else ", which did not come"
            how.append(f"{wanted}{came}" + ("" if hit == wanted.at else f" ({hit or 'too late'})"))
            if hand.chance.random() < 0.2:
                break
        self._end(now, hand, command, process, f"   [{'; '.join(how)}]")

    def _run(self, now: Life, hand: Hand, words: tuple[str, ...], *, must: bool = False) -> None:
        now.record.settle()
        command = now.record.begin(hand.checkout, words, hand.size)
        self._end(now, hand, command, self._start(command))
        assert not must or command.code == 0, f"unstruck, {shlex.join(words)} fails: {command.said}"

    def _start(self, command: Command) -> subprocess.Popen[bytes]:
        with command.output.open("wb") as file:
            return subprocess.Popen(
                small.command(command.checkout, *command.words),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self.world.settings({"COLUMNS": "1000"}),
                start_new_session=True,
            )

    def _end(self, now: Life, hand: Hand, command: Command, process: subprocess.Popen[bytes], how: str = "") -> None:
        """Wait for a command and hear what it said."""
        command.code = process.wait(PATIENCE)
        command.said = command.output.read_text(encoding="utf-8", errors="replace")
        hand.heard, hand.typed = (command.code, command.said), command.words[0]
        who = "" if hand is now.first else "second: "
        with self._turn:
            self._note(now, f"{who}{command.number} $ infragen {shlex.join(command.words)}{how} -> {command.code}")
            now.said.append("\n".join(f"    {line.rstrip()}" for line in command.said.splitlines()))
            for line in command.said.splitlines():
                if line.strip().startswith("error "):
                    self.say(f"    {line.strip()[:200]}")

    def _note(self, now: Life, text: str) -> None:
        now.said.append(f"{time.strftime('%H:%M:%S')} {text}")
        self.say(text)


def _typed_there(words: tuple[str, ...], checkout: Path) -> tuple[str, ...]:
    """Return a command without the `-C` that every command of the siege has; it must not name another checkout."""
    while "-C" in words:
        place = words.index("-C")
        if Path(words[place + 1]) != checkout:
            raise FoundError(f"in {checkout}, infragen says to type {shlex.join(words)}")
        words = (*words[:place], *words[place + 2 :])
    return words


def _again(words: tuple[str, ...], errors: str, target: str) -> tuple[str, ...]:
    """Return the command that goes on with what was wanted."""
    if "M001" in errors:
        return ("plan", target, "--sandbox")  # whether it was refused in the middle
    if _REFUSED_PLAN.search(errors):
        return ("apply", target, *FLAGS)
    on = _GO_ON.search(errors)
    return tuple(shlex.split(on[1])) if on else words


def _demanded(code: int, errors: str) -> tuple[str, ...] | None:
    """Return the command without which infragen says that nothing goes on, with the answer to its question."""
    hints = [shlex.split(one) for one in _HINT.findall(errors) if "TARGET" not in one]
    for verb, words_of_it in (("state", "M002"), ("unlock", "T022")):
        found = next((one for one in hints if one[0] == verb and words_of_it in errors), None)
        if found:
            return (*found, "--yes")
    if code != 1:
        return None
    if wish := _WISH.search(errors):
        return tuple(shlex.split(wish[1]))
    if first := _FIRST.search(errors):
        return (*shlex.split(first[1]), *(() if "--yes" in first[1] else ("--yes",)))
    return WHOLE if _UNAPPLIED.search(errors) else None


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
        _say(f"{siege.counts()}\n{found} findings (seeds {chosen.seed} to {seed})")
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
