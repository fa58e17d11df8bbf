"""The whole life of an environment on the emulated AWS: apply, clean plan, one changed line, apply, destroy."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from infragen.terraform.offline import UNREAD
from tests.ci_calls import APPLIES, Role, denials

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

_LOG = logging.getLogger(__name__)
"""How long each command took: `--log-level=INFO` shows it."""
_PATIENCE = 3 * 3600
"""Seconds for one command: nothing comes so late but what never comes, however busy the machine is."""
UNMANAGED = "(in no environment's state)"
LOST = "(in a state, but gone)"
_SETTING = re.compile(r'^ +(bucket|key|region|allowed_account_ids) += \[?"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Life:
    """A scratch project with a sandbox of its own."""

    project: Path
    looked: dict[Path, set[int]] = field(default_factory=dict)
    """Lines of calls that `sandbox ls` made, which is no job of CI's: it reads other environments' states, too."""

    def run(self, *arguments: str, code: int = 0) -> Done:
        """Run infragen as a user does; the code is what the test expects."""
        command = [sys.executable, "-m", "infragen", *arguments, "-C", str(self.project)]
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        began = monotonic()
        finished = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        _LOG.info("%5.0f s  infragen %s", monotonic() - began, " ".join(arguments))
        assert finished.returncode == code, f"{arguments}\n{finished.stdout[-3000:]}\n{finished.stderr[-6000:]}"
        return Done(finished.returncode, finished.stdout, finished.stderr)

    def edit(self, file: str, old: str, new: str) -> None:
        """Change one line of the catalogue."""
        path = self.project / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def calls(self) -> dict[Path, int]:
        """Return the files of the calls that AWS was asked for, and how many lines each has."""
        found = (self.project / ".infragen/sandbox").glob("calls-*.jsonl")
        return {path: len(path.read_text("utf-8").splitlines()) for path in found}

    def denied(self, target: str, before: Mapping[Path, int]) -> list[str]:
        """Return what the role of CI that applies would not have been allowed of the calls since then."""
        self.run("bootstrap", target, "--github", "technova/infrastructure")
        files = {
            one.name: one.read_text("utf-8") for one in (self.project / "generated" / target / "bootstrap").glob("*.tf")
        }
        role = Role(files, *APPLIES)
        account = dict(_SETTING.findall(files["backend.tf"]))["allowed_account_ids"]
        return sorted(
            one
            for path in self.calls()
            for one in denials(path, role, account, after=before.get(path, 0), but=self.looked.get(path, ()))
        )

    def existing(self, target: str) -> dict[str, list[dict[str, str]]]:
        """Return what exists, by catalogue entry."""
        before = self.calls()
        listed: dict[str, dict[str, list[dict[str, str]]]] = json.loads(
            self.run("sandbox", "ls", target, "--format", "json").out
        )
        for path, count in self.calls().items():
            self.looked.setdefault(path, set()).update(range(before.get(path, 0), count))
        return listed[target]

    def made(self, target: str) -> set[str]:
        """Return the addresses of all resources in the stacks' states, as the one plan of all stacks calls them."""
        from infragen.terraform.sandbox import Sandbox

        sandbox = Sandbox.running(self.project)
        assert sandbox is not None, "the emulated AWS does not run"
        found: set[str] = set()
        for backend in (self.project / "generated" / target).glob("*/backend.tf"):
            if 'provider "google"' in backend.with_name("providers.tf").read_text(encoding="utf-8"):
                continue  # which the emulated AWS has not
            said = dict(_SETTING.findall(backend.read_text(encoding="utf-8")))
            state = sandbox.read_object(said["bucket"], said["key"], said["allowed_account_ids"], said["region"])
            assert state is not None, f"{backend.parent.name} has no state"
            label = backend.parent.name.replace("-", "_")
            found.update(f"module.{label}.{address}" for address in _addresses(json.loads(state)))
        return found


def _addresses(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of a state's objects."""
    for one in state["resources"]:
        if one["mode"] == "managed":
            block = ".".join(part for part in (one.get("module"), one["type"], one["name"]) if part)
            for instance in one["instances"]:
                key = instance.get("index_key")
                yield block if key is None else f"{block}[{json.dumps(key, ensure_ascii=False)}]"


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed line, and the only entries that may change with it."""

    file: str
    old: str
    new: str
    entries: frozenset[str]
    """Entries alone: what a stack has for itself is not counted."""
    snapshots: tuple[str, ...] = ()
    """The types of the final snapshots that destroying leaves behind, as the catalogue wants it."""


_TYPE = re.compile(r"\.(aws_\w+|terraform_data)\.")
_NO_OBJECTS = ("terraform_data", "aws_acm_certificate_validation")
"""What runs something or waits for something: nothing else exists of it."""


@contextmanager
def stopped_afterwards(project: Path) -> Iterator[Life]:
    """Hand out a project; its sandbox is stopped afterwards, whatever happened."""
    try:
        yield Life(project)
    finally:
        command = [sys.executable, "-m", "infragen", "sandbox", "stop", "-C", str(project)]
        subprocess.run(command, capture_output=True, check=False)


def live(life: Life, target: str, edit: Edit) -> None:
    """Apply an environment, plan it clean, change a line, apply that, and take it down again, with CI's permissions."""
    before = life.calls()
    life.run("render", target)
    plan = life.project / "first.json"
    first = life.run("plan", target, "--offline", "--format", "json", "--json-out", str(plan))
    planned = json.loads(first.out)["summary"]["add"]

    applied = life.run("apply", target, "--sandbox", "--yes")
    assert f"{planned} added, 0 changed, 0 destroyed" in applied.err
    things = json.loads(plan.read_bytes())["resource_changes"]
    told = {one["address"] for one in things if one["mode"] == "managed" and (one["type"], one["name"]) != UNREAD}
    made = life.made(target)
    assert told == made, f"told only: {sorted(told - made)}; made only: {sorted(made - told)}"
    others = _standing(life, target, made)

    _write(life, target, edit)
    changes = life.run("plan", target, "--sandbox", "--detailed-exitcode", "--format", "json", code=2)
    _told(changes, edit)
    life.run("apply", target, "--sandbox", "--yes")
    assert "no changes" in life.run("plan", target, "--sandbox", "--detailed-exitcode").out
    _end(life, target, edit, made, others)
    _allowed(life, target, before)


def live_shortly(life: Life, target: str, edit: Edit) -> None:
    """Do the same with half the plans: none offline before, and of the changed line the one that is applied."""
    before = life.calls()
    life.run("render", target)
    applied = life.run("apply", target, "--sandbox", "--yes")
    made = life.made(target)
    assert f"{len(made)} added, 0 changed, 0 destroyed" in applied.err
    others = _standing(life, target, made)
    _write(life, target, edit)
    _told(life.run("apply", target, "--sandbox", "--yes", "--format", "json"), edit)
    _end(life, target, edit, made, others)
    _allowed(life, target, before)


def _standing(life: Life, target: str, made: Collection[str]) -> list[dict[str, str]]:
    """Ask that a second plan is empty and that what was made exists; return what exists of others beside it."""
    clean = life.run("plan", target, "--sandbox", "--detailed-exitcode")
    assert "no changes" in clean.out
    existing = life.existing(target)
    assert LOST not in existing, existing[LOST]
    managed = Counter(one["type"] for owner, found in existing.items() if owner != UNMANAGED for one in found)
    objects = Counter(_TYPE.findall(f".{address}")[-1] for address in made)
    for kind in _NO_OBJECTS:
        del objects[kind]
    assert managed == objects, f"nobody made: {managed - objects}; not there: {objects - managed}"
    return existing.get(UNMANAGED, [])  # of another environment in the same account and region


def _write(life: Life, target: str, edit: Edit) -> None:
    life.edit(edit.file, edit.old, edit.new)
    life.run("render", target)


def _told(done: Done, edit: Edit) -> None:
    """Ask that nothing else changes with a line than the entries it is of."""
    entries = {change["entry"]["id"] for change in json.loads(done.out)["changes"] if change["entry"]}
    assert entries == edit.entries, (
        f"not told: {sorted(edit.entries - entries)}; too many: {sorted(entries - edit.entries)}"
    )


def _end(life: Life, target: str, edit: Edit, made: Collection[str], others: Collection[dict[str, str]]) -> None:
    """Take it down, and ask that nothing is left but revisions, which are kept, and the snapshots that are wanted."""
    destroyed = life.run("destroy", target, "--sandbox", "--yes")
    tasks = sum(".aws_ecs_task_definition." in address for address in made)
    if tasks:
        assert f"kept in AWS because of `skip_destroy`: {tasks} aws_ecs_task_definition" in destroyed.err
    left = [thing["type"] for found in life.existing(target).values() for thing in found if thing not in others]
    revisions = [kind for kind in left if kind == "aws_ecs_task_definition"]
    assert len(revisions) >= tasks  # with those that the changed line replaced
    kept = sorted(kind for kind in left if kind not in revisions)
    assert kept == sorted(edit.snapshots), f"left: {kept}"


def _allowed(life: Life, target: str, before: Mapping[Path, int]) -> None:
    denied = life.denied(target, before)
    assert not denied, "the role of CI may not: " + "; ".join(denied)
