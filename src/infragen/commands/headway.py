"""How far a kept plan came: an apply that did not come to its end goes on, and a second one does not begin.

.infragen/[sandbox/]reviewed/<plan>.json    the stacks whose apply began, and those that are done
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import journal

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.commands.bundle import Bundle

__all__ = ["Headway"]


class Headway:
    """The stacks of one plan that began and that are done; safe to share between threads."""

    def __init__(self, project: Path, bundle: Bundle) -> None:
        """Read it; that of another plan is never taken for this one's."""
        base = project / ".infragen"
        folder = (base / "sandbox" if bundle.manifest.sandbox else base) / "reviewed"
        self._file = folder / f"{hashlib.sha256(bundle.contract.key).hexdigest()[:32]}.json"
        self._lock = threading.Lock()
        self._stacks: dict[str, str] = self._read()

    @property
    def done(self) -> frozenset[str]:
        """The stacks that are done."""
        return frozenset(name for name, how_far in self._stacks.items() if how_far == "done")

    @property
    def begun(self) -> frozenset[str]:
        """The stacks of which a part may be done."""
        return frozenset(self._stacks) - self.done

    def begin(self, stack: str) -> None:
        """Note, before anything is applied, that it may be from now on; InfragenError K002 where that is impossible."""
        self._note(stack, "begun")

    def end(self, stack: str) -> None:
        """Note that a stack is done."""
        self._note(stack, "done")

    def _note(self, stack: str, how_far: str) -> None:
        with self._lock:
            self._stacks[stack] = how_far
            try:
                journal.write_document(self._file, self._stacks)
            except OSError as error:
                message = f"cannot note in {self._file.parent} what begins: {error.strerror or error}"
                hint = "make room; without that note, an apply that is cut off could not go on"
                raise InfragenError(Diagnostic("K002", message, hint=hint)) from None

    def _read(self) -> dict[str, str]:
        found = journal.read_document(self._file) or {}
        return {str(name): str(how_far) for name, how_far in found.items() if how_far in {"begun", "done"}}
