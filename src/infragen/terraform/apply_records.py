"""From which files each stack's state was made: so a plan may leave out a stack of which nothing changed since.

    .infragen/applied/<system>/<environment>.json
                               <environment>.owners.json    which entry each applied block belongs to

A record holds for one state alone: terraform raises a state's serial with every change, whoever makes it, so a record
whose lineage or serial is not the state's says nothing, nor does one that this user's infragen did not write here. It
is written after the apply, and replaced as a whole. An apply that is killed may have changed what its state does not
know yet: before it begins the record loses its files, and who releases the lock that it left raises the serial, so that
other machines' records hold no more either.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.json import format as reformat
from msgspec.structs import asdict, replace

from infragen.hcl.folders import Folders, by_folder
from infragen.stacks.model import Stack
from infragen.storage import InTheWayError, journal, remove_internal
from infragen.terraform.combined import body_of

if TYPE_CHECKING:
    from infragen.terraform.states import State

_VERSION: Final = 1


class Applied(Struct, frozen=True):
    """What stood after an apply: the digest of the stack's files, and terraform's own name of the state.

    The digest is empty while another apply is at work, and once that was killed.
    """

    digest: str
    lineage: str
    serial: int


class AppliedRecords:
    """The records of an environment; safe to share between threads."""

    def __init__(self, project: Path, system: str, environment: str, *, sandbox: bool = False) -> None:
        base = project / ".infragen"
        self.file = (base / "sandbox" if sandbox else base) / "applied" / system / f"{environment}.json"
        self._owners_file = self.file.with_name(f"{environment}.owners.json")
        self._lock = threading.Lock()

    def all(self) -> Mapping[str, Applied]:
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            content = journal.read_document(self.file) or {}
            if content["version"] != _VERSION:
                return {}
            return {str(name): Applied(**record) for name, record in content["stacks"].items()}
        return {}

    def owners(self) -> Mapping[str, Mapping[str, str]]:
        content = journal.read_document(self._owners_file) or {}
        return {str(stack): dict(found) for stack, found in content.items() if isinstance(found, dict)}

    def own(self, owners: Mapping[tuple[str, str], str]) -> None:
        with self._lock:
            before = self.owners()
            known = {stack: dict(found) for stack, found in before.items()}
            for (stack, block), entry in owners.items():
                known.setdefault(stack, {})[block] = entry
            if known != before:
                with suppress(OSError, InTheWayError):
                    journal.write_document(self._owners_file, known)

    def put(self, stack: str, applied: Applied | None) -> None:
        self.put_all({stack: applied})

    def begin(self, stack: str) -> None:
        if (record := self.all().get(stack)) is not None:
            self.put(stack, replace(record, digest=""))

    def put_unchanged(self, stacks: Mapping[str, Applied]) -> None:
        known = self.all()
        both = ((name, known.get(name, one), one) for name, one in stacks.items())
        same = {name: one for name, was, one in both if was.lineage == one.lineage and was.serial <= one.serial}
        self.put_all(same)

    def put_all(self, stacks: Mapping[str, Applied | None]) -> None:
        with self._lock:
            before = self.all()
            both = {**before, **stacks}
            records = {name: record for name, record in both.items() if record is not None}
            if records == before:
                return
            try:
                written = {name: asdict(record) for name, record in sorted(records.items())}
                journal.write_document(self.file, {"version": _VERSION, "stacks": written})
            except (OSError, InTheWayError):  # a full disk: without a record, everything is planned
                with suppress(OSError, InTheWayError):
                    remove_internal(self.file)


def stack_digest(folders: Folders, stack: Stack) -> str:
    made_of = (stack.name, *(f"modules/{name}" for name in folders.modules(stack.name)))
    digest = hashlib.sha256()
    for path in sorted(path for folder in made_of for path in folders.below(folder)):
        text = folders.files[path]
        digest.update(f"{path}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()


def unchanged_stacks(
    tree: Mapping[str, str], stacks: Sequence[Stack], states: Mapping[str, State], records: Mapping[str, Applied]
) -> frozenset[str]:
    """Compare state, files, what was read, and the same of upstreams, which come first."""
    folders = by_folder(tree)
    digests = stack_digests(tree, [stack for stack in stacks if stack.name in records])
    found: set[str] = set()
    for stack in stacks:
        state, record = states.get(stack.name), records.get(stack.name)
        if state is None or record is None or not found.issuperset(stack.upstreams):
            continue
        if (record.lineage, record.serial) != (state.identity.lineage, state.identity.serial):
            continue
        if record.digest == digests[stack.name] and _reads_as_applied(stack, folders.get(stack.name, {}), states):
            found.add(stack.name)
    return frozenset(found)


def stack_digests(tree: Mapping[str, str], stacks: Iterable[Stack]) -> dict[str, str]:
    folders = Folders(tree)
    return {stack.name: stack_digest(folders, stack) for stack in stacks}


def unpublished_upstreams(stack: Stack, files: Mapping[str, str], states: Mapping[str, State]) -> tuple[str, ...]:
    body = body_of(files)
    read = {name: set(body.outputs_read(name) or ()) for name in stack.upstreams}
    return tuple(name for name, one in read.items() if name not in states or not states[name].outputs.keys() >= one)


def _reads_as_applied(stack: Stack, files: Mapping[str, str], states: Mapping[str, State]) -> bool:
    body = body_of(files)
    mine = states[stack.name]
    for upstream in stack.upstreams:
        then = mine.read_of(upstream.replace("-", "_"))
        now = {name: output.value for name, output in states[upstream].outputs.items()}
        read = body.outputs_read(upstream)
        if then is None or not all(_same(then, now, name) for name in (then.keys() | now if read is None else read)):
            return False
    return True


def _same(then: Mapping[str, bytes], now: Mapping[str, bytes], name: str) -> bool:
    before, after = then.get(name), now.get(name)
    if before is None or after is None:
        return False
    return reformat(before, indent=-1) == reformat(after, indent=-1)
