"""The resources that rendered stacks declare, by address: what a plan can hold, known without terraform.

Reads the rendered text, whose layout is infragen's own; instances (`for_each`, `count`) are not told apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Declared", "without_keys"]

_BLOCK = re.compile(r'^(module|resource) "([^"]+)"(?: "([^"]+)")? \{(.*?)^\}', re.MULTILINE | re.DOTALL)
_SOURCE = re.compile(r'^\s*source\s*=\s*"\.\./(?:modules/)?([^"/]+)"', re.MULTILINE)
_KEY = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[[0-9]+\]')


def without_keys(address: str) -> str:
    """Return an address without the keys of instances: `a.b["x"]` as `a.b`."""
    return _KEY.sub("", address)


@dataclass(frozen=True, slots=True)
class Declared:
    """What an environment's files declare; `files` maps `<stack>/<file>`, `modules/<module>/<file>` to texts."""

    files: Mapping[str, str]
    _folders: dict[str, list[str]] = field(default_factory=dict)
    _modules: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, text in self.files.items():
            if path.endswith(".tf"):
                self._folders.setdefault(path.rpartition("/")[0], []).append(text)

    def resources(self, stack: str) -> Mapping[str, str]:
        """Return each managed resource of a stack, with the top-level block it stands in."""
        return {address: ".".join(address.split(".")[:2]) for address in self._below(stack, frozenset())}

    def _below(self, folder: str, above: frozenset[str]) -> Iterator[str]:
        """Yield the addresses that a folder's files declare, modules opened; `above` guards against circles."""
        for text in self._folders.get(folder, ()):
            for kind, first, second, body in _BLOCK.findall(text):
                if kind == "resource":
                    yield f"{first}.{second}"
                    continue
                source = _SOURCE.search(body)
                if source and source[1] not in above:
                    yield from (f"module.{first}.{inner}" for inner in self._module(source[1], above))

    def _module(self, name: str, above: frozenset[str]) -> tuple[str, ...]:
        if name not in self._modules:
            self._modules[name] = tuple(self._below(f"modules/{name}", above | {name}))
        return self._modules[name]
