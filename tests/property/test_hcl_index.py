"""Our own reader of HCL reads what python-hcl2 reads in every file of the project: blocks, arguments, their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hcl2
import pytest
from tests.conftest import ROOT

from infragen.hcl.index import Block, Index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Item = tuple[str, int, str]


def of_hcl2(body: Any, written: str) -> Iterator[Item]:
    """Yield kind and labels, or name, of what stands in a body at every depth, with its place and its text."""
    for node in body.children:
        if getattr(node, "data", None) in {"attribute", "block"}:
            named = node.children[:1] if node.data == "attribute" else node.children
            words = [text(one) for one in named if getattr(one, "data", None) in {"identifier", "keyword", "string"}]
            start, end = node.meta.start_pos, node.meta.end_pos
            yield " ".join(words), start, written[start:end].rstrip()  # it counts a line's end to some expressions
            for inner in node.children:
                if getattr(inner, "data", None) == "body":
                    yield from of_hcl2(inner, written)


def text(node: Any) -> str:
    return "".join(str(token) for token in node.scan_values(lambda _: True)).strip('"')


def of_index(blocks: tuple[Block, ...], written: str) -> Iterator[Item]:
    for block in blocks:
        yield " ".join((block.kind, *block.labels)), block.start, written[block.start : block.end + 1]
        for one in block.arguments.values():
            yield one.name, one.start, written[one.start : one.end]
        yield from of_index(block.blocks, written)


def differing(path: Path) -> bool:
    written = path.read_text(encoding="utf-8")
    index = Index(written)
    assert index.problem is None, path
    expected = of_hcl2(hcl2.parses_to_tree(written).children[0], written)
    return sorted(of_index(index.blocks, written)) != sorted(expected)


FILES = {
    folder: sorted(path for path in (ROOT / folder).rglob("*.tf") if "_shell" not in path.parts)
    for folder in ("generated/technova/prod", "templates/modules")
}


@pytest.mark.parametrize("folder", FILES)
def test_both_readers_read_every_file_alike(folder: str) -> None:
    once = {path.read_bytes(): path for path in FILES[folder] if b"{% extends" not in path.read_bytes()}
    assert len(once) > 50
    assert [str(path) for path in once.values() if differing(path)] == []
