"""A tree of rendered files beside the one on disk: what would change, without touching anything."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.secret_forms import without_secrets
from infragen.stacks.model import BOOTSTRAP
from infragen.storage.project_files import PLAIN, is_leftover_at, refuse_opened_outside
from infragen.text import changed_lines, counted, visible

_HUNK: Final = re.compile(r"^@@ .* @@$", re.MULTILINE)


@dataclass(frozen=True)
class FileDifference:
    """A file of an environment's folder before and after, None where it is not there; `folder` is the one it is in."""

    folder: str
    path: str
    before: str | None
    after: str | None

    @property
    def text(self) -> str:
        shown = f"{self.folder}/{self.path}" if self.folder else self.path
        old = "/dev/null" if self.before is None else f"a/{shown}"
        new = "/dev/null" if self.after is None else f"b/{shown}"
        return f"--- {visible(old)}\n+++ {visible(new)}\n{without_secrets(self._body)}"

    @property
    def same(self) -> str:
        return _HUNK.sub("@@", self._body)

    @property
    def lines(self) -> int:
        return sum(line[:1] in {"+", "-"} for line in self._body.split("\n"))

    @cached_property
    def _body(self) -> str:
        found = changed_lines(_lines(self.before or ""), _lines(self.after or ""))
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found)


def differences(before: Mapping[str, str], after: Mapping[str, str], folder: str = "") -> tuple[FileDifference, ...]:
    paths = sorted(path for path in {**before, **after} if before.get(path) != after.get(path))
    return tuple(FileDifference(folder, path, before.get(path), after.get(path)) for path in paths)


def shown_once(found: Iterable[FileDifference]) -> str:
    """Show a difference that several files share for the first one; the end tells how many lines are left."""
    alike: dict[str, list[FileDifference]] = {}
    for one in found:
        alike.setdefault(one.same, []).append(one)
    if not alike:
        return ""
    every = [one for group in alike.values() for one in group]
    parts = [part for group in alike.values() for part in (*_others(group[1:]), group[0].text)]
    read, lines = sum(group[0].lines for group in alike.values()), sum(one.lines for one in every)
    if read < lines:
        files = counted(len(every), "file")
        parts.append(f"# {counted(lines, 'changed line')} in {files}, of which {read:,} are different ones: these\n")
    return "".join(parts)


def _others(alike: Iterable[FileDifference]) -> Iterator[str]:
    ordered = sorted(alike, key=lambda one: (_above(one.folder), one.path, one.folder))
    for (above, path), some in groupby(ordered, key=lambda one: (_above(one.folder), one.path)):
        names = [one.folder.rpartition("/")[2] for one in some]
        shown = f"{{{','.join(names)}}}" if len(names) > 1 else names[0]
        yield visible(f"# the same in {above}/{shown}/{path}") + "\n"


def _above(folder: str) -> str:
    return folder.rpartition("/")[0]


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: text may hold other characters that Python takes for line ends."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


_HEAD: Final = 1024  # bytes of a file that hold its header
_ALONE: Final = re.compile(
    r"(?!\.)(?:terraform|.+\.auto)\.tfvars(?:\.json)?|(?!\.)(?:.*_)?override\.(?:tf|tofu)(?:\.json)?", re.DOTALL
)
"""Names of files that say more in a root than in a module (Terraform's documentation: "Assigning values to root module
variables", "Override files"): values of its variables, and other settings of its backend and providers."""
_PROVIDERS: Final = "terraform.d"
"""The folder that `init` takes providers from (Terraform's documentation: "Implied local mirror directories")."""


class _Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    OTHER = "a symbolic link or something special"


class TreeChanges(Struct, frozen=True):
    """What writing a tree does, each a sorted tuple of paths relative to the tree's folder.

    `foreign` are files that infragen did not write and leaves alone; `blocking` are the rendered files that have
    something foreign in their place, because of which nothing at all is written.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed or self.blocking)


def compare(root: Path, files: Mapping[str, str]) -> TreeChanges:
    """Return how the folder `root` differs from `files` (text by path); reads only, and follows no symbolic link.

    How lines end makes no difference. Not looked at is what terraform keeps in a stack's folder (`.terraform/`,
    `.terraform.lock.hcl`), what editors leave there, and the folder `bootstrap/` right below `root`, a tree of its own.
    Raises InfragenError for a folder or file that cannot be read, W006 for what only a stack's apply would read.
    """
    try:
        changes = _compare(os.fspath(root), files)
    except OSError as error:
        raise unusable(error, "read") from error
    _refuse_read_alone(root, changes.foreign, files)
    return changes


def foreign_files(root: Path) -> tuple[str, ...]:
    top = os.fspath(root)
    try:
        on_disk = _kinds(top)
        files = [
            path for path, kind in on_disk.items() if path and kind is not _Kind.FOLDER and not is_leftover_at(path)
        ]
        others = {path for path in files if on_disk[path] is _Kind.OTHER}
        found = [path for path in files if path in others or not _is_generated(_read(top, path, _HEAD))]
    except OSError as error:
        raise unusable(error, "read") from error
    _refuse_read_alone(root, found, on_disk)
    return tuple(sorted(found))


def _refuse_read_alone(root: Path, foreign: Iterable[str], files: Collection[str]) -> None:
    alone = [path for path in foreign if _is_read_alone(path, files)]
    if alone:
        message = "terraform reads this file when it applies the stack, but not when it plans all stacks together"
        hint = "move it away; HCL of your own belongs in catalog/<system>/extra/<stack>/"
        places = (Location(f"{os.fspath(root)}/{path}") for path in alone)
        raise InfragenError(*(Diagnostic("W006", message, place, hint=hint) for place in places))


def file_differences(root: Path, files: Mapping[str, str], shown: str = "") -> tuple[FileDifference, ...]:
    changes = compare(root, files)
    old, top = (*changes.changed, *changes.removed), os.fspath(root)
    before = {path: _read(top, path).decode(errors="replace") for path in old}
    after = {path: files[path] for path in (*changes.created, *changes.changed)}
    return differences(before, after, shown)


def unified_diff(root: Path, files: Mapping[str, str], shown: str = "") -> str:
    return "".join(one.text for one in file_differences(root, files, shown))


def unusable(error: OSError, verb: str) -> InfragenError:
    message = f"cannot {verb} {error.filename or 'a file'}: {error.strerror or error}; nothing was changed"
    hint = "make the folder readable and writable, or free disk space"
    return InfragenError(Diagnostic("W001", message, hint=hint))


def _compare(root: str, files: Mapping[str, str]) -> TreeChanges:
    on_disk = _kinds(root)
    if not on_disk:
        return TreeChanges(created=tuple(sorted(files)))
    hidden = _hidden_folders(files, on_disk)
    created: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    blocking: list[str] = []
    for path, text in files.items():
        kind = on_disk.get(path)
        if os.path.dirname(path) in hidden or kind not in {None, _Kind.FILE}:
            blocking.append(path)
        elif kind is None:
            created.append(path)
        elif (content := _read(root, path)) == text.encode():
            unchanged.append(path)
        else:
            (changed if _is_generated(content) else blocking).append(path)
    rest = [path for path, kind in on_disk.items() if path not in files and kind is not _Kind.FOLDER and path]
    rest = [path for path in rest if not is_leftover_at(path)]
    removed = {path for path in rest if on_disk[path] is _Kind.FILE and _is_generated(_read(root, path))}
    foreign = [path for path in rest if path not in removed]
    groups = (created, changed, removed, unchanged, foreign, blocking)
    return TreeChanges(*(tuple(sorted(group)) for group in groups))


def _is_read_alone(path: str, files: Collection[str]) -> bool:
    """Tofu reads a `.tofu` file in place of the `.tf` file of its name (OpenTofu: "Files and Directories")."""
    folder, _, name = path.rpartition("/")
    if f"{path}/".split("/")[1] == _PROVIDERS:
        return True
    is_twin = name.endswith((".tofu", ".tofu.json")) and f"{folder}/{name.replace('.tofu', '.tf')}" in files
    return folder not in {"", "modules"} and "/" not in folder and (is_twin or _ALONE.fullmatch(name) is not None)


def _kinds(root: str) -> dict[str, _Kind]:
    if os.path.islink(root) or (os.path.exists(root) and not os.path.isdir(root)):
        return {"": _Kind.OTHER}
    return {"": _Kind.FOLDER, **dict(_walk(root, ""))} if os.path.isdir(root) else {}


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, _Kind]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in {".terraform", ".terraform.lock.hcl"} or (entry.name == BOOTSTRAP and not prefix):
                continue
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield path, _Kind.FOLDER
                yield from _walk(entry.path, f"{path}/")
            else:
                yield path, _Kind.FILE if entry.is_file(follow_symlinks=False) else _Kind.OTHER


def _hidden_folders(files: Mapping[str, str], on_disk: Mapping[str, _Kind]) -> set[str]:
    hidden = set()
    for folder in {os.path.dirname(path) for path in files}:
        above = folder
        while above:
            if on_disk.get(above, _Kind.FOLDER) is not _Kind.FOLDER:
                hidden.add(folder)
            above = os.path.dirname(above)
        if on_disk[""] is not _Kind.FOLDER:
            hidden.add(folder)
    return hidden


def _read(root: str, path: str, most: int = -1) -> bytes:
    place = f"{root}/{path}"
    descriptor = os.open(place, PLAIN | os.O_NOFOLLOW)
    refuse_opened_outside(root, place, descriptor)
    with open(descriptor, "rb", buffering=0) as file:
        return file.read(most).replace(b"\r\n", b"\n")


def _is_generated(content: bytes) -> bool:
    return any(b"Generated by infragen from " in line for line in content.split(b"\n", 2)[:2])
