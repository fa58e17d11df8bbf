"""What git knows: the commit that two lines of work have in common, and the files of a commit.

Git is asked as a program, because it is there wherever a project is checked out. Nothing is changed, and no work tree
is made.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.environment_variables import without_repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TIMEOUT: Final = 300
"""Seconds; a partial clone fetches what is asked for."""

_FILE_MODES: Final = frozenset({"100644", "100755"})
_LINK_MODE: Final = "120000"
_MOST_LINKS: Final = 40
"""How many links in a row the kernel follows (path_resolution(7))."""

_FULL_HISTORY: Final = "check out the full history: `fetch-depth: 0` for actions/checkout, else `git fetch --unshallow`"


class _Tree(Struct, frozen=True):
    """A commit's files with their objects, and its symbolic links with the paths that they lead to."""

    files: Mapping[str, str]
    links: Mapping[str, str]

    def inside(self, place: str, way: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        """Yield what follows a place in the path of each file that is reached by it, and the file's object.

        `way` are the places that links led to so far.
        """
        steps = place.split("/")
        link = next((one for at in range(len(steps)) if (one := "/".join(steps[: at + 1])) in self.links), None)
        if link is not None:
            target = self.links[link] + place[len(link) :]
            if target not in way and len(way) < _MOST_LINKS:
                yield from self.inside(target, (*way, target))
            return
        if place in self.files:
            yield "", self.files[place]
        yield from ((path[len(place) :], name) for path, name in self.files.items() if path.startswith(f"{place}/"))
        for path in self.links:
            if path.startswith(f"{place}/"):
                yield from ((path[len(place) :] + rest, name) for rest, name in self.inside(path, way))


class Git:
    """The repository that a folder lies in, in a hook of another one's, too; every path is relative to that folder.

    InfragenError X020 when git is missing or refuses, X021 when a revision is not known, X022 when the history that is
    here does not reach back far enough.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def merge_base(self, revision: str) -> str:
        """Return the newest commit that both the revision and what is checked out go back to."""
        commit = self.commit(revision)
        code, out, _ = self._try("merge-base", commit, "HEAD")
        if code == 0:
            return out.decode().strip()
        message, hint = f"{revision} and HEAD have no common ancestor", "give the branch that this work started from"
        if self.is_shallow():
            message, hint = f"this clone is shallow: it has no common ancestor of {revision} and HEAD", _FULL_HISTORY
        raise InfragenError(Diagnostic("X022", message, hint=hint))

    def commit(self, revision: str) -> str:
        """Return the commit that a revision stands for."""
        code, out, _ = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if code == 0:
            return out.decode().strip()
        self._run("rev-parse", "--git-dir")  # no repository at all is another error
        shallow = f"; {_FULL_HISTORY}" if self.is_shallow() else ""
        hint = f"run `git fetch origin`, and give a branch, a tag or a commit: --base origin/main{shallow}"
        raise InfragenError(Diagnostic("X021", f"git has no revision {revision!r}", hint=hint))

    def is_shallow(self) -> bool:
        """Whether only the last part of the history is here."""
        return self._run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def uncommitted(self) -> tuple[str, ...]:
        """Return the paths below the folder that are not as the commit has them, new ones included."""
        listed = self._run("status", "--porcelain", "-z", "--no-renames", "--", ".")
        return tuple(os.fsdecode(entry[3:]) for entry in listed.split(b"\0") if entry)

    def tracked(self, *patterns: str) -> tuple[str, ...]:
        """Return the paths in the index that match git's patterns; none where git cannot say."""
        listed = self._asked("ls-files", "-z", "--", *patterns).split(b"\0")
        return tuple(os.fsdecode(path) for path in listed if path)

    def had(self, path: str) -> bool:
        """Whether a commit that HEAD goes back to has or had something at a path; no where git cannot say."""
        return bool(self._asked("--literal-pathspecs", "rev-list", "-1", "HEAD", "--", path))

    def versions(self, path: str, most: int) -> tuple[str, ...]:
        """Return the newest commits up to HEAD that changed something at a path; none where git cannot say."""
        return tuple(
            self._asked("--literal-pathspecs", "rev-list", f"--max-count={most}", "HEAD", "--", path).decode().split()
        )

    def _asked(self, *arguments: str) -> bytes:
        """Return an answer, none where git cannot say; no program that the checkout's configuration names is run."""
        try:
            code, out, _ = self._try("-c", "core.fsmonitor=false", "-c", "safe.directory=*", *arguments)
        except InfragenError:
            return b""
        return out if code == 0 else b""

    def files(self, commit: str, folders: Sequence[str]) -> dict[str, bytes]:
        """Return the files of a commit below some folders, sorted by path; submodules are left out.

        What a symbolic link leads to stands at its path, wherever in this folder it lies; as in a checkout, there is
        nothing at one that leads out of it, or round in a circle.
        """
        found = self._tree(commit, folders)
        if found.links:  # may lead anywhere
            found = self._tree(commit, ())
        objects = {f"{folder}{rest}": name for folder in folders for rest, name in found.inside(folder)}
        contents = self._contents(sorted(set(objects.values())))
        return {path: contents[name] for path, name in sorted(objects.items())}

    def _tree(self, commit: str, folders: Sequence[str]) -> _Tree:
        listed = list(_listed(self._run("ls-tree", "-r", "-z", commit, "--", *folders)))
        links = {path: name for mode, name, path in listed if mode == _LINK_MODE}
        targets = self._contents(sorted(set(links.values())))
        top = os.path.realpath(self._folder)
        return _Tree(
            {path: name for mode, name, path in listed if mode in _FILE_MODES},
            {path: _target(top, path, os.fsdecode(targets[name])) for path, name in links.items()},
        )

    def _contents(self, names: Sequence[str]) -> dict[str, bytes]:
        if not names:
            return {}
        answer = self._run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
        found: dict[str, bytes] = {}
        at = 0
        for name in names:
            end = answer.index(b"\n", at)
            _, _, size = answer[at:end].partition(b" blob ")
            if not size:
                message = f"git cannot read {name}: {answer[at:end].decode(errors='replace')}"
                raise InfragenError(Diagnostic("X020", message, hint="`git fsck` shows details"))
            at = end + 1 + int(size)
            found[name] = answer[end + 1 : at]
            at += 1
        return found

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        code, out, error = self._try(*arguments, stdin=stdin)
        if code == 0:
            return out
        said = error.decode(errors="replace").strip().removeprefix("fatal: ")[:500]
        hint = "work in a clone of the project's repository" if "not a git repository" in said else None
        raise InfragenError(Diagnostic("X020", f"git {arguments[0]}: {said or f'exit code {code}'}", hint=hint))

    def _try(self, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
        """Run git; its messages in English, its locks not taken, and no one asked for a password."""
        environment = {
            **without_repository(os.environ),
            "LC_ALL": "C",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self._folder,
                env=environment,
                input=stdin,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except FileNotFoundError as error:
            raise InfragenError(Diagnostic("X020", "git is not on PATH", hint="install git")) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InfragenError(Diagnostic("X020", f"git cannot be run: {error}")) from error
        return done.returncode, done.stdout, done.stderr


def _listed(answer: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield mode, object and path of `ls-tree -z`."""
    for line in answer.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if path:
            mode, _, name = head.decode().split(" ")
            yield mode, name, os.fsdecode(path)


def _target(top: str, link: str, target: str) -> str:
    """Return where a link leads, as seen from the folder `top`."""
    return os.path.relpath(Path(top, link).parent / target, top)
