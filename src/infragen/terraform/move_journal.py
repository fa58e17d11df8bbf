"""The journal of a state move: what was stored before, what is done, and whether it came to its end.

It is written before the first state is stored. While one has no end, every other command refuses: an apply would
destroy what the old stack still has.

    .infragen/moves/<system>/<environment>/<id>/
        journal.jsonl              begun, each state that was stored, ended
        <stack>.before.tfstate     the backup; not there for a stack that had no state
    .infragen/moves/<system>/<environment>/done/<id>/
        the same of a move that came to its end; no one asks it any more
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import confined_path, internal_folder, journal
from infragen.terraform.locks import LOCK_TIMEOUT
from infragen.terraform.moves import StackMove
from infragen.terraform.runner import Folder
from infragen.terraform.running_processes import Started
from infragen.terraform.workfolder import WorkFolders

_DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class MoveJournal:
    """What is known of one state move; `folder` also holds the states as they were. Safe to share between threads."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @property
    def file(self) -> Path:
        return self.folder / "journal.jsonl"

    def write(self, event: str, **more: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._lock:
            journal.append(*confined_path(self.file), {"event": event, "time": now, **more})

    def events(self) -> list[Mapping[str, Any]]:
        """Return every whole line; a torn one was never acted on. InfragenError M009 when they are not believed."""
        try:
            content = journal.read(*confined_path(self.file))
        except FileNotFoundError:
            return []
        if content.doubt is None:
            return list(content.lines)
        message = f"{self.file} records a state move, but cannot be trusted: {content.doubt}"
        hint = (
            "check that each of its stacks has the resources it should (`terraform state list`), then move the folder "
            f"{self.folder} elsewhere: it contains the previous states"
        )
        raise InfragenError(Diagnostic("M009", message, hint=hint))

    @property
    def ended(self) -> bool:
        """Believe any line: whoever could write it could remove the folder; marks in the states tell the rest."""
        with suppress(FileNotFoundError):
            if any(one.get("event") == "ended" for one in journal.read(*confined_path(self.file)).lines):
                return True
        return all(one["event"] != "begun" for one in self.events())

    def end(self) -> None:
        self.write("ended")
        files, path = confined_path(self.folder)
        with suppress(OSError):  # it has ended all the same
            files.make_folder(path.parent / _DONE, mode=0o700)
            files.rename(path, path.parent / _DONE / path.name)

    @property
    def location(self) -> Path:
        done = self.folder.parent / _DONE / self.folder.name
        files, path = confined_path(done)
        return self.folder if files.look(path) is None else done

    def process(self, folder: Folder, started: Started) -> None:
        self.write("process", place=folder.shown, **asdict(started))

    @property
    def processes(self) -> tuple[Started, ...]:
        return tuple(msgspec.convert(one, Started) for one in self.events() if one["event"] == "process")

    @property
    def began(self) -> datetime:
        return min(datetime.fromisoformat(one["time"]) for one in self.events())

    @property
    def lock_windows(self) -> tuple[tuple[datetime, datetime], ...]:
        started = (one["time"] for one in self.events() if one["event"] in {"begun", "process"})
        return tuple((one, one + timedelta(seconds=LOCK_TIMEOUT)) for one in map(datetime.fromisoformat, started))

    @property
    def stacks(self) -> tuple[str, ...]:
        return tuple(stack for one in self.events() if one["event"] == "begun" for stack in one["stacks"])

    @property
    def moves(self) -> frozenset[tuple[str, str, str]]:
        """What it was to move: from which stack to which, and the address in the first."""
        begun = (one for one in self.events() if one["event"] == "begun")
        return frozenset((each["from"], each["to"], each["address"]) for one in begun for each in one["moves"])

    @property
    def pushed(self) -> tuple[str, ...]:
        return tuple(one["stack"] for one in self.events() if one["event"] == "pushed")

    def backup(self, stack: str) -> Path:
        return self.folder / f"{stack}.before.tfstate"

    def backups(self) -> tuple[Path, ...]:
        files, folder = confined_path(self.folder)
        return tuple(self.folder / name for name in files.names(folder) if name.endswith(".before.tfstate"))


def open_journal(folders: WorkFolders, states: Mapping[str, bytes], moves: Iterable[StackMove]) -> MoveJournal:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    folder = _home(folders) / f"{now}-{secrets.token_hex(3)}"
    files, path = confined_path(folder)
    internal_folder(files.root).make_folder(path, mode=0o700)
    move = MoveJournal(folder)
    for stack, content in states.items():
        if content.strip():
            files.create(path / move.backup(stack).name, content, mode=0o600, sync=True)
    said = [{"from": one.source, "to": one.target, "address": one.address, "becomes": one.to} for one in moves]
    move.write("begun", stacks=sorted(states), moves=said)
    return move


def unfinished(folders: WorkFolders) -> tuple[MoveJournal, ...]:
    home = _home(folders)
    files, path = confined_path(home)
    found = [MoveJournal(home / name) for name in files.names(path) if name != _DONE and not files.is_file(path / name)]
    return tuple(move for move in found if not move.ended)


def refuse_unfinished(folders: WorkFolders, target: str, *, sandbox: bool) -> None:
    """Raise InfragenError M002 where a state move was interrupted: an apply now could destroy what is half moved."""
    journals = unfinished(folders)
    if not journals:
        return
    first = journals[0]
    begun = next(one for one in first.events() if one["event"] == "begun")
    pushed = ", ".join(stack for one in journals for stack in one.pushed) or "none"
    flag = " --sandbox" if sandbox else ""
    message = (
        f"a state move of {', '.join(begun['stacks'])} was interrupted; confirmed as stored: {pushed}. "
        f"Previous states: {', '.join(map(str, first.backups()))}"
    )
    hint = f"finish it first: `infragen state moves {target} --apply{flag}`"
    raise InfragenError(Diagnostic("M002", message, hint=hint))


def _home(folders: WorkFolders) -> Path:
    """Return the folder of an environment's moves, beside the scratch folders: those may be thrown away."""
    environment, system = folders.root, folders.root.parent
    return system.parent.parent / "moves" / system.name / environment.name
