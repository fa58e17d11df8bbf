"""Two rendered trees of an environment: which stacks differ, where, and which others that can reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from infragen.affected.blocks import Folder, is_alike, read_folder
from infragen.affected.impact import Impact, Modules, differing
from infragen.hcl.folders import Folders, by_folder

_MODULES: Final = "modules/"


@dataclass(frozen=True)
class Tree:
    """The files of an environment's folder by path: stacks, and the modules that they share."""

    files: Mapping[str, str]

    @cached_property
    def folders(self) -> Folders:
        return Folders(self.files)

    @cached_property
    def stacks(self) -> Mapping[str, Mapping[str, str]]:
        return {name: files for name, files in by_folder(self.files).items() if f"{name}/" != _MODULES}

    @cached_property
    def modules(self) -> Mapping[str, Folder]:
        inside = {path.removeprefix(_MODULES): text for path, text in self.files.items() if path.startswith(_MODULES)}
        return {name: read_folder(files) for name, files in by_folder(inside).items()}

    def folder(self, stack: str) -> Folder:
        return read_folder(self.stacks.get(stack, {}))


class Difference(Struct, frozen=True):
    """What is different about one stack: `paths` of its own and of its modules' files, and outputs that it reads.

    `outputs` maps each upstream stack to its outputs that can change, each with what can change it.
    """

    stack: str
    in_base: bool
    in_head: bool
    paths: tuple[str, ...] = ()
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def compare(base: Tree, head: Tree, upstreams: Mapping[str, Sequence[str]]) -> tuple[Difference, ...]:
    """Return the stacks that differ or read what may; `upstreams` are those of every stack of `head`, in order.

    Stacks that are in `base` alone come last.
    """
    return _Comparison(base, head, upstreams).differences()


def levels(upstreams: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many stacks must come before each one, on the longest way to it; upstreams come first in the map."""
    found: dict[str, int] = {}
    for stack, before in upstreams.items():
        found[stack] = max((found[name] + 1 for name in before if name in found), default=0)
    return found


class _Comparison:
    """One comparison; a folder that is the same text in both trees is only read when something reaches it."""

    def __init__(self, base: Tree, head: Tree, upstreams: Mapping[str, Sequence[str]]) -> None:
        self._base = base
        self._head = head
        self._upstreams = upstreams
        self._readers = {name for before in upstreams.values() for name in before}
        self._changing: dict[str, Mapping[str, str]] = {}
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted({**base.files, **head.files}):
            if path.startswith(_MODULES) and base.files.get(path) != head.files.get(path):
                name = path.split("/")[1]
                if not is_alike(path, base.files, head.files):
                    found[name] = (*found.get(name, ()), path)
        self._changed_modules = found

    @cached_property
    def _modules(self) -> Modules:
        return Modules(self._base.modules, self._head.modules)

    def differences(self) -> tuple[Difference, ...]:
        found = [self._one(stack) for stack in self._upstreams]
        now = self._head.stacks
        gone = [Difference(name, in_base=True, in_head=False) for name in self._base.stacks if name not in now]
        return (*(one for one in found if one is not None), *gone)

    def _one(self, stack: str) -> Difference | None:
        upstream = {name: self._changing[name] for name in self._upstreams[stack] if self._changing.get(name)}
        same = self._base.stacks.get(stack) == self._head.stacks.get(stack)
        if same and not upstream and not self._changed_modules:
            return None
        head = self._head.folder(stack)
        base = head if same else self._base.folder(stack)
        read = _read_of(base, head, upstream)
        paths = self._own_paths(stack, base, head)
        if self._changed_modules:
            called = {*self._base.folders.modules(stack)}.intersection(self._head.folders.modules(stack))
            paths += tuple(path for name in sorted(called) for path in self._changed_modules.get(name, ()))
        if not paths and not read:
            return None
        if stack in self._readers:
            by_label = {_label(name): outputs for name, outputs in upstream.items()}
            self._changing[stack] = Impact(base, head, self._modules, upstream=by_label).outputs()
        return Difference(stack, stack in self._base.stacks, in_head=True, paths=paths, outputs=read)

    def _own_paths(self, stack: str, base: Folder, head: Folder) -> tuple[str, ...]:
        if not differing(base, head):
            return ()
        before, after = self._base.stacks.get(stack, {}), self._head.stacks.get(stack, {})
        return tuple(f"{stack}/{name}" for name in sorted({**before, **after}) if not is_alike(name, before, after))


def _read_of(base: Folder, head: Folder, upstream: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Return which of the outputs that can change a stack reads, as before: a new reading is its own change."""
    found: dict[str, dict[str, str]] = {}
    if not upstream:
        return {}
    by_label = {_label(name): name for name in upstream}
    for read in sorted(base.reads & head.reads):
        name = by_label.get(read.name) if read.root == "local" else None
        if name is not None:
            outputs = upstream[name]
            wanted = outputs if not read.part else {read.part: outputs[read.part]} if read.part in outputs else {}
            found.setdefault(name, {}).update(wanted)
    return {name: outputs for name, outputs in found.items() if outputs}


def _label(stack: str) -> str:
    """Return the local value that holds a stack's outputs, as `Stack.identifier` has it."""
    return stack.replace("-", "_")
