"""What the provider's upgrade guide says that changed, and where a tree writes what it means: rows of `guide.toml`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from infragen.diagnostics import Severity
from infragen.hcl.index import Argument, Block
from infragen.tables import own_table

_OF_TERRAFORM: Final = frozenset({"lifecycle", "provisioner", "connection"})
"""Blocks in a resource that no provider knows."""
_ALL: Final = ("*",)


class Change(Struct, frozen=True):
    """One change of `types`: of resources, of data sources (`data.aws_ami`), or of the `provider` itself.

    It is about a resource's block at the path `at`, or itself, that has all of `writes` with such values, one of
    `either`, and none of `lacks`. Instead, `reads` is an attribute that something reads of a resource, and `gone` are
    names that are no longer known (`*`: the types themselves), which the schema finds in the types that it has.
    `stays` says why nothing that is written differs.
    """

    types: tuple[str, ...]
    what: str
    severity: Severity
    at: tuple[str, ...]
    writes: tuple[tuple[str, re.Pattern[str]], ...]
    either: tuple[str, ...]
    lacks: tuple[str, ...]
    reads: str | None
    gone: tuple[str, ...]
    stays: str | None

    def found(self, block: Block) -> Iterator[Block | Argument]:
        if self.gone:
            paths = (name.split(".") for name in self.gone if self.gone != _ALL)
            yield from (one for path in paths for inner in _at(block, path[:-1]) for one in _written(inner, path[-1]))
        elif self.reads is None and self.stays is None:
            yield from (place for inner in _at(block, self.at) for place in self._place(inner))

    def _place(self, block: Block) -> Iterator[Block | Argument]:
        matching = [
            [one for one in _written(block, name) if isinstance(one, Block) or form.fullmatch(one.value)]
            for name, form in self.writes
        ]
        others = [one for name in self.either for one in _written(block, name)]
        lacking = not any(True for name in self.lacks for _ in _written(block, name))
        if all(matching) and lacking and (others or not self.either):
            yield next((one for found in (others, *matching) for one in found), block)


def own(block: Block) -> Iterator[tuple[str, Block]]:
    for inner in block.blocks:
        if inner.kind == "dynamic" and inner.labels:
            yield from ((inner.labels[0], content) for content in inner.nested("content"))
        elif inner.kind not in _OF_TERRAFORM:
            yield inner.kind, inner


def _at(block: Block, path: Sequence[str]) -> list[Block]:
    found = [block]
    for name in path:
        found = [inner for one in found for kind, inner in own(one) if kind == name]
    return found


def _written(block: Block, name: str) -> Iterator[Block | Argument]:
    if name in block.arguments:
        yield block.arguments[name]
    yield from (inner for kind, inner in own(block) if kind == name)


def _change(said: Mapping[str, Any]) -> Change:
    return Change(
        types=tuple(said["types"].split()),
        what=said["what"],
        severity=Severity(said.get("is", "error")),
        at=tuple(said["at"].split(".")) if "at" in said else (),
        writes=tuple((name, re.compile(form, re.DOTALL)) for name, form in said.get("writes", {}).items()),
        either=tuple(said.get("either", "").split()),
        lacks=tuple(said.get("lacks", "").split()),
        reads=said.get("reads"),
        gone=tuple(said.get("gone", "").split()),
        stays=said.get("stays"),
    )


CHANGES: Final = tuple(map(_change, own_table(__file__)["change"]))
"""In the order of the guide."""
