"""From which files each stack's state was made: what distinguishes a stack that needs no plan from one that does.

    .infragen/applied/<system>/<environment>.json

A record holds for one state alone: terraform raises a state's serial with every change, whoever makes it, so a record
whose lineage or serial is not the state's says nothing, nor does one that this user's infragen did not write here. It
is written after the apply, and replaced as a whole: a run that is killed in between leaves an old record, and the stack
is planned once more than it had to be.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import asdict

from infragen.storage import journal, remove_internal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.hcl.folders import Folders
    from infragen.stacks.model import Stack

_VERSION: Final = 1


class Applied(Struct, frozen=True):
    """What stood after an apply: the digest of the stack's files, and terraform's own name of the state."""

    digest: str
    lineage: str
    serial: int


class AppliedRecords:
    """The records of an environment; safe to share between threads."""

    def __init__(self, project: Path, system: str, environment: str, *, sandbox: bool = False) -> None:
        """Name the records; those of what stands on the emulated AWS lie beside it."""
        base = project / ".infragen"
        self.file = (base / "sandbox" if sandbox else base) / "applied" / system / f"{environment}.json"
        self._lock = threading.Lock()

    def all(self) -> Mapping[str, Applied]:
        """Return the records by stack; what cannot be read is as good as none."""
        try:
            content = journal.read_document(self.file) or {}
            if content["version"] != _VERSION:
                return {}
            return {str(name): Applied(**record) for name, record in content["stacks"].items()}
        except (ValueError, LookupError, TypeError, AttributeError):
            return {}

    def put(self, stack: str, applied: Applied | None) -> None:
        """Record a stack, or that it was destroyed; where that cannot be written there is no record of any stack."""
        self.put_all({stack: applied})

    def put_all(self, stacks: Mapping[str, Applied | None]) -> None:
        """Record several stacks at once, unless they all are already."""
        with self._lock:
            before = self.all()
            both = {**before, **stacks}
            records = {name: record for name, record in both.items() if record is not None}
            if records == before:
                return
            try:
                written = {name: asdict(record) for name, record in sorted(records.items())}
                journal.write_document(self.file, {"version": _VERSION, "stacks": written})
            except OSError:  # a full disk: without a record, everything is planned
                with suppress(OSError):
                    remove_internal(self.file)


def stack_digest(folders: Folders, stack: Stack) -> str:
    """Return the digest of everything a stack is made of: its files, shell and lock file included, and its modules."""
    made_of = (stack.name, *(f"modules/{name}" for name in folders.modules(stack.name)))
    digest = hashlib.sha256()
    for path in sorted(path for folder in made_of for path in folders.below(folder)):
        text = folders.files[path]
        digest.update(f"{path}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()
