"""What docs/compose.md shows renders, and is what the page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from infragen.compose.engines import ENGINES
from tests.unit.stacks.systems import DATABASE, SERVICE, write

from .pages import ROOT, blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = (ROOT / "docs/compose.md").read_text(encoding="utf-8")


def test_the_page_s_environment_is_sound_and_renders(tmp_path: Path, infragen: Callable[..., Outcome]) -> None:
    (sample,) = (block.text for block in blocks("docs/compose.md") if block.language == "yaml")
    files = {"services/web.yaml": SERVICE + "database: main\n", "databases/main.yaml": DATABASE, "dev.yaml": sample}
    write(tmp_path, files)
    (shown,) = (block.commands for block in blocks("docs/compose.md") if block.language == "console")
    for command in shown:
        done = infragen(*command.replace("delivery-tracking/dev", "demo/dev").split()[1:], "-C", tmp_path)
        assert done.code == 0, done.err
        assert "error" not in done.out
    made = yaml.safe_load((tmp_path / "generated/demo/dev/compose.yaml").read_text("utf-8"))["services"]
    assert list(made) == ["db", "web", "mail"]
    assert made["web"]["environment"]["DATABASE_URL"].endswith("@db:3306/main")
    assert made["web"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_the_page_names_every_engine() -> None:
    assert [engine for engine in ENGINES if f"`{engine}`" not in PAGE] == []
