"""The folders of an environment, stacks and the modules in `modules/` that they share: what calls and declares what.

Instances (`for_each`, `count`) are not told apart.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from infragen.hcl.index import OVERRIDE, Block, Index

SUFFIXES: Final = (".tf", ".tofu")  # how files end that are configuration in HCL


@lru_cache(maxsize=1024)
def _blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text: four of five modules are those of another environment, too."""
    return Index(text).blocks


@dataclass(frozen=True, slots=True)
class Folders:
    """The files of an environment: `files` maps `<stack>/<file>` and `modules/<module>/<file>` to their texts."""

    files: Mapping[str, str]
    _paths: list[str] = field(default_factory=list, repr=False)
    _texts: dict[str, list[str]] = field(default_factory=dict, repr=False)
    _blocks: dict[str, tuple[Block, ...]] = field(default_factory=dict, repr=False)
    _resources: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _declared: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    _called: dict[str, tuple[Block, ...]] = field(default_factory=dict, repr=False)
    _overridden: set[str] = field(default_factory=set, repr=False)

    def __post_init__(self) -> None:
        self._paths.extend(sorted(self.files))
        self._overridden.update(path.rpartition("/")[0] for path in self.files if OVERRIDE.search(path))
        for path, text in self.files.items():
            if path.endswith(SUFFIXES):
                self._texts.setdefault(path.rpartition("/")[0], []).append(text)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def below(self, folder: str) -> Sequence[str]:
        return self._paths[bisect_left(self._paths, f"{folder}/") : bisect_left(self._paths, f"{folder}0")]

    def blocks(self, folder: str) -> tuple[Block, ...]:
        if folder not in self._blocks:
            self._blocks[folder] = tuple(block for text in self._texts.get(folder, ()) for block in _blocks_of(text))
        return self._blocks[folder]

    def is_overridden(self, folder: str) -> bool:
        return folder in self._overridden

    def calls(self, folder: str) -> tuple[Block, ...]:
        if folder not in self._called:
            calls = (block for block in self.blocks(folder) if block.kind == "module" and block.module)
            self._called[folder] = tuple(calls)
        return self._called[folder]

    def outputs_read(self, folder: str) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        tops = (top for top in self.blocks(folder) if top.kind != "moved")  # it names addresses, and reads nothing
        arguments = (one for top in tops for block in top.walk() for one in block.arguments.values())
        for read in (one for argument in arguments for one in argument.references if one.root == "module"):
            if len(read.names) > 1:
                found.setdefault(f"module.{read.names[0]}", set()).add(read.names[1])
        return found

    def modules(self, folder: str) -> tuple[str, ...]:
        found: set[str] = set()
        waiting = [folder]
        while waiting:
            called = {call.module for call in self.calls(waiting.pop())} - found
            found |= called
            waiting += (f"modules/{name}" for name in called)
        return tuple(sorted(found))

    def resources(self, stack: str) -> Mapping[str, str]:
        if stack not in self._declared:
            self._declared[stack] = {one: ".".join(one.split(".")[:2]) for one in self._below(stack, frozenset())}
        return self._declared[stack]

    def _below(self, folder: str, above: frozenset[str]) -> Iterator[str]:
        yield from (block.address for block in self.blocks(folder) if block.kind == "resource")
        for call in self.calls(folder):
            if call.module not in above:
                name = call.module
                if name not in self._resources:
                    self._resources[name] = tuple(self._below(f"modules/{name}", above | {name}))
                yield from (f"{call.address}.{inner}" for inner in self._resources[name])

    def has(self, folder: str, kind: str) -> bool:
        return any(block.kind == "resource" and block.labels[:1] == (kind,) for block in self.blocks(folder))


def by_folder(tree: Mapping[str, str]) -> dict[str, dict[str, str]]:
    folders: dict[str, dict[str, str]] = defaultdict(dict)
    for path, text in tree.items():
        folder, _, rest = path.partition("/")
        if rest:
            folders[folder][rest] = text
    return folders
