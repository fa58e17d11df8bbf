"""Writing a tree of rendered files: all of it or nothing, and only what changed.

New contents are staged in `.<environment>.infragen/` beside the environment's folder. A folder that does not exist
yet is staged whole and renamed into place. Otherwise a journal says what is about to happen, what it replaces is kept,
and a failure or Ctrl-C puts everything back; after a kill the next run does, before anything else. Without a journal
the staging folder means nothing, and one whose journal this user's infragen did not write here is refused. Git ignores
the folder, and no link is followed to it, in it or in the tree.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.stacks.model import CONFIGURATION
from infragen.storage import Confined, Held
from infragen.workspace.tree import TreeChanges, compare, unusable

_JOURNAL = "journal"
_HCL = "move it away; HCL of your own belongs in catalog/<system>/extra/<stack>/"


def write(root: Path, files: Mapping[str, str], *, within: Path) -> TreeChanges:
    """Make the folder `root` hold `files` (text by path) and return what was done; a file that is right is not touched.

    Generated files that no one asks for any more are removed, with the folders that this empties. `root` lies below
    `within`, the project. Raises InfragenError, with the tree as it was, when a file that infragen did not write or a
    link is in the way, when the folder cannot be written, and when another infragen is writing it.
    """
    recover(root, within=within)
    changes = _checked(root, files)
    if not changes:
        return changes
    try:
        with _staging(_Place.of(root, within)) as place:
            changes = _checked(root, files)
            place.write(changes, files)
    except OSError as error:
        raise unusable(error, "write") from error
    return changes


def recover(root: Path, *, within: Path) -> bool:
    """Return False where there was none. InfragenError when it still runs, is not believed, or cannot be undone."""
    place = _Place.of(root, within)
    try:
        if place.files.look(place.staging) is None:
            return False
        with _staging(place):
            interrupted = place.is_begun
            if interrupted:
                from infragen.storage import journal

                content = journal.read(place.files, place.journal)
                if content.doubt is not None:
                    message = f"an interrupted write left a journal that cannot be trusted: {content.doubt}"
                    hint = f"restore the generated files with git, then remove the folder {place.shown}"
                    where = Location(os.fspath(place.files.root / place.journal))
                    raise InfragenError(Diagnostic("W004", message, where, hint=hint))
                place.undo([_Operation(*step) for line in content.lines for step in line["operations"]])
    except OSError as error:
        raise unusable(error, "write") from error
    return interrupted


class _Place(Struct, frozen=True):
    files: Confined
    root: str
    staging: str

    @classmethod
    def of(cls, root: Path, within: Path) -> _Place:
        path = root.relative_to(within)
        return cls(Confined(within), path.as_posix(), (path.parent / f".{path.name}.infragen").as_posix())

    @property
    def journal(self) -> str:
        return f"{self.staging}/{_JOURNAL}"

    @property
    def is_begun(self) -> bool:
        return self.files.look(self.journal) is not None

    @property
    def shown(self) -> str:
        return os.fspath(self.files.root / self.staging)

    def write(self, changes: TreeChanges, files: Mapping[str, str]) -> None:
        if self.files.look(self.root) is None:
            new = f"{self.staging}/tree"
            with self.files.hold(new, make=True) as tree:
                for path, text in files.items():
                    tree.create(path, text.encode())
            self.files.rename(new, self.root)
            return
        groups = {"create": changes.created, "change": changes.changed, "remove": changes.removed}
        steps = ((kind, path) for kind, paths in groups.items() for path in paths)
        operations = [_Operation(kind, number, path) for number, (kind, path) in enumerate(steps)]
        self.files.make_folder(f"{self.staging}/old")
        with self.files.hold(f"{self.staging}/new", make=True) as staged:
            for operation in operations:
                if operation.kind != "remove":
                    staged.create(str(operation.number), files[operation.path].encode())
        from infragen.storage import journal  # a new tree needs none of what makes a seal

        planned = [[operation.kind, operation.number, operation.path] for operation in operations]
        journal.append(self.files, self.journal, {"operations": planned}, sync=False)
        try:
            with self._both() as (tree, staging):
                for operation in operations:
                    _do(operation, tree, staging)
            self.files.remove(self.journal)  # from here on the new tree is the tree
        except BaseException:
            self.undo(operations)
            raise
        self._prune(changes.removed)

    def undo(self, operations: list[_Operation]) -> None:
        """Put back what `operations` did so far; doing it twice is the same as once."""
        try:
            with self._both() as (tree, staging):
                for operation in reversed(operations):
                    if staging.has(operation.old):
                        staging.move(operation.old, tree, operation.path)
                    elif operation.kind == "create" and not staging.has(operation.new) and tree.has(operation.path):
                        tree.remove(operation.path)
            self._prune([operation.path for operation in operations if operation.kind == "create"])
            self.files.remove(self.journal)
        except OSError as error:
            message = f"a write failed halfway and cannot be undone yet: {error.filename}: {error.strerror or error}"
            hint = "make the folder writable, then run the command again: it restores everything first"
            place = Location(os.fspath(self.files.root / self.root))
            raise InfragenError(Diagnostic("W004", message, place, hint=hint)) from error

    @contextmanager
    def _both(self) -> Iterator[tuple[Held, Held]]:
        with self.files.hold(self.root, make=True) as tree, self.files.hold(self.staging) as staging:
            yield tree, staging

    def _prune(self, paths: Iterable[str]) -> None:
        for path in paths:
            folder = os.path.dirname(f"{self.root}/{path}")
            while len(folder) >= len(self.root):
                try:
                    self.files.remove_folder(folder)
                except OSError:
                    break
                folder = os.path.dirname(folder)


def _checked(root: Path, files: Mapping[str, str]) -> TreeChanges:
    changes = compare(root, files)
    if changes.blocking:
        message = "a generated file belongs here, but infragen did not write the existing one; nothing was written"
        hints = {path: _HCL if path.endswith(CONFIGURATION) else "give it another name" for path in changes.blocking}
        places = ((Location(os.fspath(root / path)), hint) for path, hint in hints.items())
        raise InfragenError(*(Diagnostic("W002", message, place, hint=hint) for place, hint in places))
    return changes


class _Operation(Struct, frozen=True):
    kind: str
    number: int
    path: str

    @property
    def new(self) -> str:
        return f"new/{self.number}"

    @property
    def old(self) -> str:
        return f"old/{self.number}"


def _do(operation: _Operation, tree: Held, staging: Held) -> None:
    if operation.kind == "remove":
        tree.move(operation.path, staging, operation.old)
        return
    if operation.kind == "change":
        try:
            tree.link(operation.path, staging, operation.old)
        except OSError:  # the disk has no second names
            tree.copy(operation.path, staging, f"{operation.old}.copy")
            staging.move(f"{operation.old}.copy", staging, operation.old)
    staging.move(operation.new, tree, operation.path)


@contextmanager
def _staging(place: _Place) -> Iterator[_Place]:
    place.files.make_folder(place.staging)
    descriptor = _locked(place)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            message = "files are staged here before they are written, but the folder belongs to another user"
            hint = "remove the folder, or use your own checkout"
            raise InfragenError(Diagnostic("W005", message, Location(place.shown), hint=hint))
        if not place.is_begun:
            for name in place.files.names(place.staging):
                place.files.remove_tree(f"{place.staging}/{name}")
            place.files.create(f"{place.staging}/.gitignore", b"*\n")
        yield place
    finally:
        with suppress(OSError):
            if not place.is_begun:
                place.files.remove_tree(place.staging)
        os.close(descriptor)


def _locked(place: _Place) -> int:
    import fcntl

    descriptor = place.files.open_folder(place.staging)
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = place.files.look(place.staging)  # removed by its holder in this very moment, perhaps
        if found is not None and os.path.samestat(os.fstat(descriptor), found):
            return descriptor
    os.close(descriptor)
    message = "another infragen is writing this environment"
    hint = "wait until it has finished, then run the command again"
    raise InfragenError(Diagnostic("W003", message, Location(place.shown), hint=hint))
