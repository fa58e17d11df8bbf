"""How far a saved plan came: an apply that did not come to its end goes on, and a second one does not begin.

.infragen/[sandbox/]reviewed/<plan>.json    the stacks whose apply began, and those that are done with their states

A stack is done in exactly the state that its apply left: where that is another one by now, nothing is known of it.
The plan's own secret seals it: it may go from one machine of CI to the next, and only who can open the plan writes it.
"""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import journal
from infragen.terraform.findings import LOCKED
from infragen.workflow.review.bundle import Bundle, StateName


class ApplyProgress:
    """The stacks of one plan that began and that are done; safe to share between threads."""

    def __init__(self, project: Path, bundle: Bundle) -> None:
        """Read it; that of another plan is never taken for this one's."""
        base = project / ".infragen"
        folder = (base / "sandbox" if bundle.manifest.sandbox else base) / "reviewed"
        self._secret = bundle.contract.key
        self._file = folder / f"{hashlib.sha256(bundle.contract.key).hexdigest()[:32]}.json"
        self._lock = threading.Lock()
        found = journal.read_document(self._file, secret=self._secret) or {}
        self._stacks = {name: _state(one) for name, one in found.items() if one is None or isinstance(one, dict)}

    @property
    def done(self) -> Mapping[str, StateName]:
        return {name: state for name, state in self._stacks.items() if state is not None}

    @property
    def begun(self) -> frozenset[str]:
        return frozenset(name for name, state in self._stacks.items() if state is None)

    def begin(self, stack: str) -> None:
        """Note, before anything is applied, that it may be from now on; InfragenError K002 where that is impossible."""
        self._note(stack, None)

    @contextmanager
    def begins(self, stack: str) -> Iterator[None]:
        """Note the same for what follows, and take it back if a lock of the state kept it from beginning."""
        was_begun = stack in self._stacks
        self.begin(stack)
        try:
            yield
        except InfragenError as error:
            if not was_begun and all(one.code == LOCKED for one in error.diagnostics):
                with self._lock:
                    del self._stacks[stack]
                    self._write()
            raise

    def end(self, stack: str, state: StateName) -> None:
        self._note(stack, state)

    def _note(self, stack: str, state: StateName | None) -> None:
        with self._lock:
            self._stacks[stack] = state
            self._write()

    def _write(self) -> None:
        try:
            noted = {name: one and msgspec.structs.asdict(one) for name, one in self._stacks.items()}
            journal.write_document(self._file, noted, secret=self._secret)
        except OSError as error:
            message = f"cannot record in {self._file.parent} what starts: {error.strerror or error}"
            hint = "free some disk space; without that record, an interrupted apply could not continue"
            raise InfragenError(Diagnostic("K002", message, hint=hint)) from None


def _state(noted: object) -> StateName | None:
    try:
        return None if noted is None else msgspec.convert(noted, StateName)
    except msgspec.ValidationError:
        return None
