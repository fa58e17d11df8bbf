"""The scratch folders terraform runs in, because it never runs inside `generated/`.

    .infragen/work/<system>/<environment>/
        combined/       stacks as one root (`combined`), the only folder whose providers and modules are installed;
                        while it is planned, also the merged state and the values that the root is given
        <stack>/        a copy of the stack's files; its providers, modules and backend taken over from there
        states/<stack>/ its backend and nothing else: all that a state is read with
        modules/        so that `../modules/<name>` resolves

What `terraform init` would do again for every stack (0.4 to 0.8 s of CPU each, to hash the provider) is derived from
the one that ran: a link to the providers, a copy of the lock file, the list of modules, a record of the backend. The
lock file has no checksums then (`checked_providers.py`).
Terraform checks all four before it plans, and the runner runs a real `init` where it disagrees.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from infragen.diagnostics import Diagnostic, InfragenError, Location, raise_problems
from infragen.diagnostics.hints import unless_full
from infragen.hcl.folders import SUFFIXES, by_folder
from infragen.hcl.index import Block, Index
from infragen.stacks.model import BOOTSTRAP, CONFIGURATION, LOCK_FILE, Stack
from infragen.storage import (
    INTERNAL,
    Confined,
    confined_path,
    files_below,
    internal_folder,
    journal,
    read_internal,
    refuse_links,
    remove_internal,
    text_of,
    write_internal,
)
from infragen.storage.project_files import is_leftover_at
from infragen.terraform.checked_providers import leave_out_checksums, programs, take_over_lock, write_lock
from infragen.terraform.combined import CombinedRoot, Given, combined_root
from infragen.terraform.runner import Folder, left_state
from infragen.terraform.states import State, merge_states

if TYPE_CHECKING:
    from infragen.terraform.adapter import TerraformRunner

SANDBOX_WORK = "sandbox/work"
DATA = ".terraform"
_STAMP = f"{DATA}/infragen-stamp"
MERGED_STATE = "terraform.tfstate"
GIVEN = "infragen.auto.tfvars.json"
_READ = (*CONFIGURATION, ".tfvars", ".tfvars.json")
"""How files end that terraform reads, where they lie in the folder that it works in."""
_CHOSEN = f"{DATA}/environment"  # which workspace terraform works in; infragen knows of none but the usual one
_PLUGINS = "terraform.d"
"""Programs in it are providers for `init` (HashiCorp: "CLI Configuration File", Implied Local Mirror Directories)."""
Tree = Mapping[str, str]  # texts by path, below the folder of an environment
Stacks = Sequence[Stack]
DIFFERENT = 0  # a hash no configuration has, so that terraform compares the backend's settings themselves


class Basis(Struct, frozen=True):
    """What a combined plan stands on: the states of its stacks, and the outputs of stacks that stay out, by stack.

    `offline` is a plan from nothing, by a provider that asks no one.
    """

    states: Mapping[str, State] = field(default_factory=dict)
    given: Given = field(default_factory=dict)
    offline: bool = False


NOTHING = Basis()


class WorkFolders(Struct, frozen=True):
    """The scratch folders of one environment: `root` on disk, `shown` the folder that holds the originals."""

    root: Path
    shown: str

    def stack(self, name: str) -> Folder:
        return Folder(self.root / name, f"{self.shown}/{name}")

    def state(self, name: str) -> Folder:
        return Folder(self.root / "states" / name, f"{self.shown}/{name}")

    @property
    def combined(self) -> Folder:
        return Folder(self.root / "combined", self.shown, disposable=True)

    def plan_file(self, name: str) -> Path:
        return self.root / name / "infragen.tfplan"

    @contextmanager
    def open_combined(
        self, tree: Tree, stacks: Stacks, runner: TerraformRunner, *, every: Stacks = (), basis: Basis
    ) -> Iterator[CombinedRoot]:
        """Remove at the end what was written for the plan: it holds secrets, and only its owner can read it."""
        root = self.write_combined(tree, stacks, runner, every=every, basis=basis)
        folder = self.combined.path
        secret = [folder / MERGED_STATE, folder / f"{MERGED_STATE}.backup", folder / GIVEN, self.plan_file("combined")]
        for path in secret:
            remove_internal(path)
        try:
            states = {one.identifier: basis.states[one.name] for one in stacks if one.name in basis.states}
            if states:
                write_internal(folder / MERGED_STATE, merge_states(states, root))
            if root.values:
                write_internal(folder / GIVEN, root.values)
            yield root
        finally:
            for path in secret:
                remove_internal(path)

    def write_combined(
        self, tree: Tree, stacks: Stacks, runner: TerraformRunner, *, every: Stacks = (), basis: Basis = NOTHING
    ) -> CombinedRoot:
        """`every` stack may be planned in it one day; what is as it should be already is left alone."""
        folder, every = self.combined, every or stacks
        plain = {path: text for path, text in tree.items() if not path.endswith(LOCK_FILE)}
        lock = _shared_lock(tree, every)
        root = combined_root(plain, stacks, offline=basis.offline, given=basis.given)
        whole = root if len(every) == len(stacks) else combined_root(plain, every, offline=basis.offline)
        refuse_links(folder.path, but={})
        # What decides which modules and providers are installed; should some be missed, terraform notices. A changed
        # size must not cost an `init`.
        texts = [(path, text) for path, text in sorted(whole.files.items()) if path.endswith(SUFFIXES)]
        read = [(path, sorted({_installed_by(block) for block in Index(text).blocks})) for path, text in texts]
        wanted = (read, lock, runner.fingerprint())
        if installed_for(folder.path) != _digest(*wanted, programs(folder.path)):
            note_installed(folder.path, "")
            _write_files(folder.path, whole.files)
            if lock is not None:
                write_lock(folder.path, lock)
            else:  # it would hold what another commit's files chose
                remove_internal(folder.path / LOCK_FILE)
            runner.init(folder, backend=False)
            leave_out_checksums(folder.path)
            note_installed(folder.path, _digest(*wanted, programs(folder.path)))
        _write_files(folder.path, root.files)
        return root

    def prepare_states(self, tree: Tree, stacks: Stacks) -> dict[str, Folder]:
        """Write folders without providers to read states in: to check those takes terraform nine times as long.

        A stack whose backend is not all plain values has none: it must be initialised. InfragenError T031, too.
        """
        _refuse_left_states([self.stack(stack.name) for stack in stacks])
        found = {}
        for stack in stacks:
            path = self.state(stack.name).path
            backend = tree.get(f"{stack.name}/backend.tf", "")
            _write_files(path, {"backend.tf": backend})
            _record_backend(path / DATA, backend)
            if (path / DATA / "terraform.tfstate").exists():
                found[stack.name] = self.state(stack.name)
        return found

    def prepare_stacks(
        self, tree: Tree, stacks: Stacks, runner: TerraformRunner, *, every: Stacks = ()
    ) -> dict[str, Folder]:
        """`every` are all stacks of the environment. InfragenError T031 for a state that was never stored."""
        _refuse_left_states([self.stack(stack.name) for stack in stacks])
        self.write_combined(tree, every or stacks, runner)
        shared = _shared_lock(tree, every or stacks)
        folders = by_folder(tree)
        _write_files(self.root, {path: text for path, text in tree.items() if path.startswith("modules/")})
        try:
            installed = list(
                json.loads(read_internal(self.combined.path / DATA / "modules" / "modules.json"))["Modules"]
            )
        except FileNotFoundError:  # no module anywhere
            installed = []
        for stack in stacks:
            folder = self.stack(stack.name).path
            files = dict(folders.get(stack.name, {}))
            own = files.pop(LOCK_FILE, None)
            _write_files(folder, files)
            data = folder / DATA
            _link(data / "providers", self.combined.path / DATA / "providers")
            if own is not None and own != shared:
                write_lock(folder, own)
            else:
                take_over_lock(folder, self.combined.path)
            # Those of the combined root: one name shorter, and seen from one folder deeper.
            modules = [{"Key": "", "Source": "", "Dir": "."}] + [
                one | {"Key": one["Key"].removeprefix(f"{stack.identifier}."), "Dir": f"../{one['Dir']}"}
                for one in installed
                if one["Key"].startswith(f"{stack.identifier}.") and not one["Dir"].startswith(DATA)
            ]
            write_internal(data / "modules" / "modules.json", json.dumps({"Modules": modules}).encode())
            _record_backend(data, files.get("backend.tf", ""))
        return {stack.name: self.stack(stack.name) for stack in stacks}


def work_folders(project: Path, system: str, environment: str, *, sandbox: bool = False) -> WorkFolders:
    root = project.absolute() / INTERNAL / (SANDBOX_WORK if sandbox else "work") / system / environment
    return WorkFolders(root, f"generated/{system}/{environment}")


@contextmanager
def open_work_folders(project: Path, system: str, environment: str, *, sandbox: bool = False) -> Iterator[WorkFolders]:
    """InfragenError T032 when another infragen works on the environment, T033 when nothing can be written."""
    folders = work_folders(project, system, environment, sandbox=sandbox)
    base = project.absolute() / INTERNAL
    try:
        files, root = confined_path(folders.root)
        # Terraform writes states and plans as anyone may read them.
        internal_folder(files.root).make_folder(root, mode=0o700)
        descriptor = files.open(root / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        hint = unless_full(error, "make it writable: terraform runs there")
        raise InfragenError(Diagnostic("T033", f"cannot write {base}: {error.strerror}", hint=hint)) from error
    with os.fdopen(descriptor, "r+"):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 20, 0).decode() or "unknown"
            message = f"another infragen (process {holder}) is working on {system}/{environment}"
            hint = "wait for it, or stop it"
            raise InfragenError(Diagnostic("T032", message, hint=hint)) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield folders


def installed_for(folder: Path) -> str:
    """Terraform runs programs of `.terraform/`: one that this user's infragen did not fill is removed."""
    noted = journal.read_document(folder / _STAMP)
    if noted is None:
        files, place = confined_path(folder / DATA)
        files.remove_tree(place)
    return str(noted["digest"]) if noted else ""


def note_installed(folder: Path, digest: str) -> None:
    with suppress(OSError):
        journal.write_document(folder / _STAMP, {"digest": digest}, sync=False)


def read_tree(folder: Path) -> dict[str, str]:
    """`bootstrap/` is a tree of its own and is left out. InfragenError S005 where a file is no text."""
    if not folder.is_dir():
        return {}
    files = (path for path in files_below(folder, os.fspath(folder), every=True) if path.is_symlink() or path.is_file())
    return read_files(folder, (path.relative_to(folder).as_posix() for path in files))


def read_files(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    read = (path for path in paths if path.split("/")[0] != BOOTSTRAP and not is_unread(path))
    with Confined(folder.parent).hold(folder.name) as tree:
        return {path: _text(folder / path, tree.read(path)) for path in read}


def is_unread(path: str) -> bool:
    *folders, name = path.split("/")
    is_hidden = any(one.startswith(".") for one in folders) or (name.startswith(".") and name != LOCK_FILE)
    return is_hidden or is_leftover_at(path)


def _text(path: Path, content: bytes) -> str:
    try:
        return text_of(content)
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 (byte {error.start}); terraform runs on copies of text files only"
        hint = "move it elsewhere, or save it as UTF-8"
        raise InfragenError(Diagnostic("S005", message, Location(os.fspath(path)), hint=hint)) from None


def _refuse_left_states(folders: Sequence[Folder]) -> None:
    raise_problems(found for folder in folders if (found := left_state(folder)) is not None)


def _shared_lock(tree: Mapping[str, str], stacks: Sequence[Stack]) -> str | None:
    locks = (tree.get(f"{stack.name}/{LOCK_FILE}") for stack in stacks)
    return next((lock for lock in locks if lock is not None), None)


def _installed_by(block: Block) -> str:
    if block.kind == "module":
        return f"{block.address} {block.source} {block.text('version')}"
    if block.kind in {"resource", "data", "ephemeral"}:
        return block.labels[0].partition("_")[0] if block.labels else ""
    return block.body if block.kind == "terraform" else ""


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _write_files(folder: Path, files: Mapping[str, str]) -> None:
    project, place = confined_path(folder)
    with project.hold(place, make=True) as held:
        for path, text in files.items():
            held.bring(path, text.encode())
        for inside in sorted({path.rpartition("/")[0] for path in files}):
            for name in held.names(inside):
                path = f"{inside}/{name}" if inside else name
                if name.endswith(_READ) and path not in files:
                    held.remove(path)
            chosen = f"{inside}/{_CHOSEN}" if inside else _CHOSEN
            if held.has(chosen):
                held.remove(chosen)
    project.remove_tree(place / _PLUGINS)


def _link(link: Path, target: Path) -> None:
    """Make it relative: the project's folder may be moved."""
    files, place = confined_path(link)
    files.make_folder(place.parent)
    if target.is_dir():
        files.put_link(place, os.path.relpath(target, link.parent))
    else:
        files.remove_tree(place)


def _record_backend(data: Path, text: str) -> None:
    record = data / "terraform.tfstate"
    blocks = [one for block in Index(text).blocks if block.kind == "terraform" for one in block.nested("backend")]
    if len(blocks) != 1 or blocks[0].blocks or len(blocks[0].labels) != 1:
        backend = None
    else:
        said = {name: argument.plain for name, argument in blocks[0].arguments.items()}
        backend = None if None in said.values() else (blocks[0].labels[0], said)
    if backend is None:
        remove_internal(record)
        return
    kind, settings = backend
    saved = {"type": kind, "config": settings, "hash": DIFFERENT}
    write_internal(record, json.dumps({"version": 3, "backend": saved}).encode())
