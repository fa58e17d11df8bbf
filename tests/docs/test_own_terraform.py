"""What docs/catalogue.md shows of Terraform of one's own joins the page's smallest system."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import blocks
from .test_pages import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = "docs/catalogue.md"


def test_what_the_page_shows_is_published_and_used(tmp_path: Path, infragen: Callable[..., Outcome]) -> None:
    shown = files(PAGE)
    for block in blocks(PAGE):
        if found := re.match(r"# in (catalog/\S+)\n", block.text):
            shown[found[1]] = f"{shown.get(found[1], '')}\n{block.text}"
    assert "catalog/demo/extra/network/search.tf" in shown
    for name, text in shown.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")

    assert infragen("validate", "-C", tmp_path).code == 0
    assert infragen("render", "-C", tmp_path).code == 0

    tree = tmp_path / "generated/demo/dev"
    assert "SEARCH_HOST = local.network.search_host" in " ".join((tree / "app/service-web.tf").read_text().split())
    known = (tree / "network/extra.tf").read_text()
    assert [line.split()[0] for line in known.splitlines() if " = " in line] == ["environment", "system"]
