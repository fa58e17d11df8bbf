"""The folders of an environment, stacks and the modules in `modules/` that they share: what calls and declares what.

Instances (`for_each`, `count`) are not told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infragen.hcl.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SUFFIXES", "Folders"]

SUFFIXES: Final = (".tf", ".tofu")
"""How files end that are configuration in HCL."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The files of an environment: `files` maps `<stack>/<file>` and `modules/<module>/<file>` to their texts."""

    files: Mapping[str, str]
    _by_folder: dict[str, list[str]] = field(default_factory=dict, repr=False)
    _indexes: dict[str, tuple[Index, ...]] = field(default_factory=dict, repr=False)
    _resources: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for path, text in self.files.items():
            if path.endswith(SUFFIXES):
                self._by_folder.setdefault(path.rpartition("/")[0], []).append(text)

    def indexes(self, folder: str) -> tuple[Index, ...]:
        """Return the indexes of the files right in a folder."""
        if folder not in self._indexes:
            self._indexes[folder] = tuple(map(Index, self._by_folder.get(folder, ())))
        return self._indexes[folder]

    def modules(self, folder: str) -> tuple[str, ...]:
        """Return the names of the modules that a folder calls, and of those that they call, sorted."""
        found: set[str] = set()
        waiting = [folder]
        while waiting:
            called = {call.module for index in self.indexes(waiting.pop()) for call in index.calls} - found - {""}
            found |= called
            waiting += (f"modules/{name}" for name in called)
        return tuple(sorted(found))

    def resources(self, stack: str) -> Mapping[str, str]:
        """Return each managed resource of a stack, with the top-level block it stands in."""
        return {address: ".".join(address.split(".")[:2]) for address in self._below(stack, frozenset())}

    def _below(self, folder: str, above: frozenset[str]) -> Iterator[str]:
        """Yield the addresses that a folder's files declare, modules opened; `above` guards against circles."""
        for block in (block for index in self.indexes(folder) for block in index.blocks):
            if block.kind == "resource":
                yield block.address
            elif block.kind == "module" and block.module and block.module not in above:
                yield from (f"{block.address}.{inner}" for inner in self._module(block.module, above))

    def _module(self, name: str, above: frozenset[str]) -> tuple[str, ...]:
        if name not in self._resources:
            self._resources[name] = tuple(self._below(f"modules/{name}", above | {name}))
        return self._resources[name]
