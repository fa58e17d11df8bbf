"""Our own reader of HCL reads what python-hcl2 reads in every file of the project: blocks, arguments, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hcl2
import pytest
from tests.conftest import ROOT
from tests.shipped import NO_STANDBY
from tests.unit.stacks.promises import every_module

from infragen.hcl.index import Block, Index
from infragen.render.render import render_modules
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Item = tuple[str, int, str]


def of_hcl2(body: Any, written: str) -> Iterator[Item]:
    """Yield kind and labels, or name, of what stands in a body at every depth, with its place and its text."""
    for node in body.children:
        if getattr(node, "data", None) in {"attribute", "block"}:
            named = node.children[:1] if node.data == "attribute" else node.children
            words = [text(one) for one in named if getattr(one, "data", None) in {"identifier", "keyword", "string"}]
            start, end = node.meta.start_pos, max(one.end_pos for one in node.scan_values(means_something))
            yield " ".join(words), start, written[start:end].rstrip()  # a heredoc has its line's end
            for inner in node.children:
                if getattr(inner, "data", None) == "body":
                    yield from of_hcl2(inner, written)


def means_something(token: Any) -> bool:
    """Leave out the line's end and the comment there, which python-hcl2 counts to some expressions."""
    return bool(token.type != "NL_OR_COMMENT")


def text(node: Any) -> str:
    return "".join(str(token) for token in node.scan_values(lambda _: True)).strip('"')


def items_of_loops(body: Any) -> set[str]:
    """Return what `for` expressions and dynamic blocks call their items."""
    names = {text(name) for intro in body.find_data("for_intro") for name in intro.find_data("identifier")}
    return names | {text(one) for block in body.find_data("block") for one in block.children[1:2] if is_dynamic(block)}


def is_dynamic(block: Any) -> bool:
    return text(block.children[0]) == "dynamic"


def references_of_hcl2(body: Any) -> set[tuple[str, str]]:
    """Return root and first step of what is referred to."""
    found = set()
    for node in body.find_data("get_attr_expr_term"):
        base = node.children[0]
        while getattr(base, "data", None) == "expr_term" and len(base.children) == 1:
            base = base.children[0]
        if getattr(base, "data", None) == "identifier":
            found.add((text(base), text(node.children[1]).removeprefix(".")))
    return found


def of_index(blocks: tuple[Block, ...], written: str) -> Iterator[Item]:
    for block in blocks:
        yield " ".join((block.kind, *block.labels)), block.start, written[block.start : block.end + 1]
        for one in block.arguments.values():
            yield one.name, one.start, written[one.start : one.end]
        yield from of_index(block.blocks, written)


def differing(written: str) -> bool:
    index = Index(written)
    assert index.problem is None, written
    body = hcl2.parses_to_tree(written).children[0]
    referred = {(one.root, one.steps[0]) for one in index.references}
    loops = items_of_loops(body)
    return (
        sorted(of_index(index.blocks, written)) != sorted(of_hcl2(body, written))
        or {one for one in referred ^ references_of_hcl2(body) if one[0] not in loops} != set()
    )


def generated() -> dict[str, str]:
    """Return the files of all environments, of equal ones one, by their texts."""
    paths = sorted(path for path in (ROOT / "generated").rglob("*.tf") if "_shell" not in path.parts)
    return {path.read_text(encoding="utf-8"): str(path) for path in paths}


def modules() -> dict[str, str]:
    """Return the files of modules that no environment has as they are."""
    templates = Templates([shipped_templates()])
    rendered = render_modules(templates, every_module(templates), NO_STANDBY)
    known = generated()
    return {text: name for name, text in rendered.items() if name.endswith(".tf") and text not in known}


@pytest.mark.parametrize("texts", [generated, modules])
def test_both_readers_read_every_file_alike(texts: Callable[[], dict[str, str]]) -> None:
    once = texts()
    assert len(once) > 50
    assert [path for text, path in once.items() if differing(text)] == []
