"""What git knows: the commit that two lines of work have in common, and the files of a commit.

Git is asked as a program, because it is there wherever a project is checked out. Nothing is changed, and no work tree
is made. A repository can be somebody else's: its configuration can name programs and addresses, its trees any path.
So git reads a configuration that infragen writes, fetches nothing, and paths that no checkout can have are refused.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.environment_variables import git_environment
from infragen.text import first_of

_TIMEOUT: Final = 120  # seconds; nothing is fetched
_AT_ONCE: Final = 15  # seconds for what reads no object: a pipe in place of a file of `.git` never answers
_GUARDED: Final = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",  # git 2.45; for older ones: no protocol, and no remote is configured
    "GIT_ALLOW_PROTOCOL": "none",
}
_NOT_BARE: Final = ("-c", "safe.bareRepository=explicit")
"""A folder of a checkout can look like a repository without a work tree: its files are ordinary ones."""
_CONFIGURING: Final = frozenset({"config", "config.worktree", "commondir", "gitdir", "hooks", "head"})
"""What of a repository names programs, or leads to another configuration; git wants HEAD to be no link."""
_HARMLESS: Final = re.compile(
    r"core\.(?:filemode|symlinks|ignorecase|precomposeunicode|autocrlf|eol)|branch\..*\.(?:remote|merge)"
    r"|remote\..*\.fetch",
    re.DOTALL,
)
"""The settings of a repository that decide whether a file differs, and which commit `@{upstream}` is."""
_PARTIAL: Final = re.compile(r"extensions\.partialclone|remote\..*\.(?:promisor|partialclonefilter)", re.DOTALL)
_FILE_MODES: Final = frozenset({"100644", "100755"})
_LINK_MODE: Final = "120000"
_MOST_LINKS: Final = 40  # how many links in a row the kernel follows (path_resolution(7))
_MOST_FOLLOWED: Final = 1_000
_MOST_FILES: Final = 100_000  # links in folders that links lead to multiply
_WHOLE: Final = (
    "infragen lets git fetch nothing: clone without `--filter` (actions/checkout: `filter`), or complete this clone: "
    "`git fetch --refetch --no-filter origin`"
)
_FULL_HISTORY: Final = "check out the full history: `fetch-depth: 0` for actions/checkout, else `git fetch --unshallow`"
_KINDS_OF_REFS: Final = ("refs/tags", "refs/heads", "refs/remotes")
"""Where git looks for a short name; of several it takes the first (gitrevisions, "<refname>")."""
_NO_NAMES: Final = frozenset({"", ".", ".."})
_GITS: Final = frozenset({".git", "git~1"})


class _Tree(Struct, frozen=True):
    files: Mapping[str, str]
    links: Mapping[str, str]

    def inside(self, place: str, way: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        """Each file with its object, which a link that is followed has not; `way` is where links led to so far."""
        steps = place.split("/")
        link = next((one for at in range(len(steps)) if (one := "/".join(steps[: at + 1])) in self.links), None)
        if link is not None:
            target = self.links[link] + place[len(link) :]
            if target not in way and len(way) < _MOST_LINKS:
                yield "", ""
                yield from self.inside(target, (*way, target))
            return
        if place in self.files:
            yield "", self.files[place]
        yield from ((path[len(place) :], name) for path, name in self.files.items() if path.startswith(f"{place}/"))
        for path in self.links:
            if path.startswith(f"{place}/"):
                yield from ((path[len(place) :] + rest, name) for rest, name in self.inside(path, way))


class NoRepositoryError(InfragenError):
    """There is no git, or no repository."""


class Git:
    """The repository that a folder lies in, in a hook of another one's, too; every path is relative to that folder.

    InfragenError X020 when git is missing or refuses, X021 when a revision is not known, X022 when the history that is
    here does not reach back far enough, X023 when a commit's paths are none of a checkout, X024 when a partial clone
    lacks its files, X030 when git distrusts the repository.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def merge_base(self, revision: str) -> str:
        code, out, _ = self._try("merge-base", self.commit(revision), "HEAD")
        if code == 0:
            return out.decode().strip()
        message, hint = f"{revision} and HEAD have no common ancestor", "give the branch that this work started from"
        if self.is_shallow():
            message, hint = f"this clone is shallow: it has no common ancestor of {revision} and HEAD", _FULL_HISTORY
        raise InfragenError(Diagnostic("X022", message, hint=hint))

    def commit(self, revision: str) -> str:
        names = [f"{kind}/{revision}" for kind in _KINDS_OF_REFS]
        listed = self._run("for-each-ref", "--format=%(refname)", *names).decode(errors="replace").split()
        if len(named := [one for one in names if one in listed]) > 1:
            message, hint = f"{revision!r} is the name of {' and '.join(named)}", "give one of them in full"
            raise InfragenError(Diagnostic("X021", message, hint=hint))
        code, out, _ = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if code == 0:
            return out.decode().strip()
        self._run("rev-parse", "--git-dir")  # no repository at all is another error
        shallow = f"; {_FULL_HISTORY}" if self.is_shallow() else ""
        hint = f"run `git fetch origin`, and give a branch, a tag or a commit: --base origin/main{shallow}"
        raise InfragenError(Diagnostic("X021", f"git has no revision {revision!r}", hint=hint))

    def is_shallow(self) -> bool:
        return self._run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def refuse_submodule(self, asked: str) -> None:
        """Raise InfragenError X021 where another repository checks this one out, at whatever commit that names."""
        if self._guarded("rev-parse", "--show-superproject-working-tree").strip():
            message = (
                f"{asked} names no commit to trust in a submodule: whoever changes the repository around it chooses"
            )
            raise InfragenError(Diagnostic("X021", message, hint="plan it in a clone of its own repository"))

    def uncommitted(self) -> tuple[str, ...]:
        """Leave out a submodule's own files: asking for them would run git with its configuration."""
        listed = self._run("status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=dirty", "--", ".")
        return tuple(os.fsdecode(entry[3:]) for entry in listed.split(b"\0") if entry)

    def tracked(self, *patterns: str) -> tuple[str, ...]:
        try:
            listed = self._run("ls-files", "-z", "--", *patterns)
        except NoRepositoryError:
            return ()
        return tuple(os.fsdecode(path) for path in listed.split(b"\0") if path)

    def had(self, path: str) -> bool:
        return bool(self.versions(path, 1))

    def versions(self, path: str, most: int) -> tuple[str, ...]:
        try:
            listed = self._run("--literal-pathspecs", "rev-list", f"--max-count={most}", "HEAD", "--", path)
        except InfragenError:
            return ()
        return tuple(listed.decode().split())

    def files(self, commit: str, folders: Sequence[str]) -> dict[str, bytes]:
        """Put what a link leads to in its place, where that is in the folder and no circle; leave out submodules."""
        found = self._tree(commit, folders)
        if found.links:  # may lead anywhere
            found = self._tree(commit, ())
        objects: dict[str, str] = {}
        followed = 0
        for folder, (rest, name) in ((place, one) for place in folders for one in found.inside(place)):
            followed += not name
            if name:
                objects[f"{folder}{rest}"] = name
            if followed > _MOST_FOLLOWED or len(objects) > _MOST_FILES:
                message = f"the commit {commit[:12]} has links to folders with links: too many files to read"
                raise InfragenError(Diagnostic("X023", message, hint="replace the links with what they lead to"))
        contents = self._contents(sorted(set(objects.values())))
        return {path: contents[name] for path, name in sorted(objects.items())}

    def _tree(self, commit: str, folders: Sequence[str]) -> _Tree:
        listed = list(_listed(self._run("ls-tree", "-r", "-z", commit, "--", *folders)))
        # Raise InfragenError X023 for paths that git itself would not check out
        paths = [path for _, _, path in listed]
        names = set(paths)
        wrong = [
            path
            for path in paths
            if "\\" in path
            or any(part in _NO_NAMES or part.lower().rstrip(". ") in _GITS for part in path.split("/"))
            or any(str(above) in names for above in PurePosixPath(path).parents)
        ]
        if len(names) < len(paths) or wrong:
            found = first_of([repr(path) for path in wrong]) or "a path that is there twice"
            message = f"the commit {commit[:12]} has paths that no checkout can have: {found}"
            raise InfragenError(Diagnostic("X023", message, hint="somebody forged it: find out who pushed it"))
        links = {path: name for mode, name, path in listed if mode == _LINK_MODE}
        targets = self._contents(sorted(set(links.values())))
        top = os.path.realpath(self._folder)
        places = ((path, Path(top, path).parent / os.fsdecode(targets[name])) for path, name in links.items())
        files = {path: name for mode, name, path in listed if mode in _FILE_MODES}
        return _Tree(files, {path: os.path.relpath(place, top) for path, place in places})

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
                raise self._error(f"git cannot read {name}: {answer[at:end].decode(errors='replace')}")
            at = end + 1 + int(size)
            found[name] = answer[end + 1 : at]
            at += 1
        return found

    def _error(self, message: str) -> InfragenError:
        if self._settings and any(_PARTIAL.fullmatch(key) for key, _ in self._settings):
            return InfragenError(Diagnostic("X024", f"this clone lacks files of the commit: {message}", hint=_WHOLE))
        return InfragenError(Diagnostic("X020", message, hint="`git fsck` shows details"))

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        code, out, error = self._try(*arguments, stdin=stdin)
        if code == 0:
            return out
        raise self._error(f"git {arguments[0]}: {_said(error) or f'exit code {code}'}")

    def _try(self, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
        """Run git on the repository, without a setting of its own that names a program or an address."""
        try:
            environment = self._environment
        except OSError as error:
            raise InfragenError(Diagnostic("X020", f"the repository cannot be read: {error}")) from error
        return self.call(environment, *arguments, stdin=stdin)

    def _guarded(self, *arguments: str) -> bytes:
        base = {**git_environment(os.environ), **_GUARDED}
        code, out, error = self.call(base, *_NOT_BARE, *arguments, timeout=_AT_ONCE)
        if code == 0:
            return out
        said = _said(error)
        if "safe.directory" in said:
            place = next((one for one in self._above() if os.path.lexists(one / ".git")), self._folder)
            message = f"git distrusts {place}: the repository belongs to another user"
            trust = f"`git config --global --add safe.directory {shlex.quote(str(place))}`"
            hint = f"if you trust it, its configuration included: {trust}, also in a container of CI before infragen"
            raise InfragenError(Diagnostic("X030", message, hint=hint))
        message = f"git {arguments[0]}: {said or f'exit code {code}'}"
        if "not a git repository" in said:
            clone = "work in a clone of the project's repository"
            raise NoRepositoryError(Diagnostic("X020", message, hint=clone))
        bare = "`HEAD`, `objects` and `refs` form a repository: remove them" if "bareRepository" in said else None
        raise InfragenError(Diagnostic("X020", message, hint=bare))

    def _above(self) -> tuple[Path, ...]:
        whole = Path(os.path.realpath(self._folder))
        return whole, *whole.parents

    @cached_property
    def _settings(self) -> tuple[tuple[str, str], ...]:
        listed = self._guarded("config", "--local", "--list", "-z").split(b"\0")
        pairs = (os.fsdecode(entry).partition("\n") for entry in listed if entry)
        return tuple((key, value if is_said else "true") for key, is_said, value in pairs)

    @cached_property
    def _environment(self) -> Mapping[str, str]:
        asked = ("--path-format=absolute", "--git-dir", "--git-common-dir", "--show-object-format")
        place, common, form = os.fsdecode(self._guarded("rev-parse", *asked)).rstrip("\n").split("\n")
        # Its `.git` is the repository's folder, or the file that git follows to one.
        links = ((one, one / ".git") for one in self._above())
        whole = os.path.realpath(place)
        top = next((one for one, link in links if link.is_file() or os.path.realpath(link) == whole), None)
        if top is None:
            raise InfragenError(Diagnostic("X020", f"{place} is not the repository of a folder above {self._folder}"))
        own = Path(tempfile.mkdtemp(prefix="infragen-git-"))
        weakref.finalize(self, shutil.rmtree, own, ignore_errors=True)
        parts = {one.name: one for folder in dict.fromkeys((common, place)) for one in os.scandir(folder)}
        for name, entry in parts.items():
            if name.lower() not in _CONFIGURING:
                (own / name).symlink_to(entry.path)
        reftable = "\trefStorage = reftable\n" if "reftable" in parts else ""
        format_ = f"[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = {form}\n{reftable}"
        (own / "config").write_text(format_, encoding="ascii")
        (own / "HEAD").write_bytes(Path(place, "HEAD").read_bytes())
        base = {**git_environment(os.environ), **_GUARDED, "GIT_DIR": str(own), "GIT_WORK_TREE": str(top)}
        settings = [*(one for one in self._settings if _HARMLESS.fullmatch(one[0])), ("core.fsmonitor", "false")]
        count = int(base.get("GIT_CONFIG_COUNT") or 0)
        for at, (key, value) in enumerate(settings, count):
            base |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
        return {**base, "GIT_CONFIG_COUNT": str(count + len(settings))}

    def call(
        self, env: Mapping[str, str], *arguments: str, stdin: bytes = b"", timeout: float = _TIMEOUT
    ) -> tuple[int, bytes, bytes]:
        try:
            line = ["git", *arguments]
            done = subprocess.run(
                line, cwd=self._folder, env=env, input=stdin, capture_output=True, timeout=timeout, check=False
            )
        except FileNotFoundError as error:
            raise NoRepositoryError(Diagnostic("X020", "git is not on PATH", hint="install git")) from error
        except subprocess.TimeoutExpired as error:
            hint = "look at what .git holds: a pipe never answers"
            raise InfragenError(Diagnostic("X020", f"git gave no answer in {timeout:g} s", hint=hint)) from error
        except OSError as error:
            raise InfragenError(Diagnostic("X020", f"git cannot be run: {error}")) from error
        return done.returncode, done.stdout, done.stderr


def trusts(folder: Path) -> bool:
    environment = {**git_environment(os.environ), **_GUARDED}
    with suppress(InfragenError):
        out = Git(Path("/")).call(environment, "config", "--includes", "--get-all", "safe.directory")[1]
        *_, named = os.fsdecode(out).split("\n\n") if out else ("",)  # an empty value takes back those before it
        own = {str(one) for one in (folder, *folder.parents) if one == folder or (one / ".git").exists()}
        above = {f"{one}/*" for place in own for one in Path(place).parents}
        return not ({"*", *own, *above}).isdisjoint(named.splitlines())
    return False


def _said(error: bytes) -> str:
    return error.decode(errors="replace").strip().removeprefix("fatal: ")[:500]


def _listed(answer: bytes) -> Iterator[tuple[str, str, str]]:
    for line in answer.split(b"\0"):
        head, _, path = line.partition(b"\t")
        if path:
            mode, _, name = head.decode().split(" ")
            yield mode, name, os.fsdecode(path)
