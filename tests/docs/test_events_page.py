"""The page on events: its samples are files about which nothing is to be said, and what it says of them is so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pages import blocks, prose
from .test_api_versions_page import FILES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

PAGE = "docs/events.md"


def test_its_samples_are_told_to_both_sides_and_tried_again_by_the_commands(
    tmp_path: Path, infragen: Callable[..., Outcome]
) -> None:
    samples = [one.text for one in blocks(PAGE) if one.language == "yaml"]
    for name, text in (FILES | {text.splitlines()[0].removeprefix("# "): f"{text}\n" for text in samples}).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    outcome = infragen("validate", "-C", tmp_path)
    said = outcome.out + outcome.err
    assert "0 errors" in said, said
    assert not re.findall(r" ([BG]1[06]\d|R12[45]) ", said), said
    assert infragen("render", "-C", tmp_path).code == 0
    stacks = tmp_path / "generated/demo/dev"
    told = {
        name: re.findall(r"^ +(\w*EVENT\w+) +=", (stacks / f"app/service-{name}.tf").read_text("utf-8"), re.MULTILINE)
        for name in ("orders", "reports")
    }
    assert told["orders"] == ["REPORTS_EVENTS_URL", "REPORTS_EVENT_SCHEMA_ORDER_PLACED"]
    assert told["reports"] == ["EVENTS_URL", "EVENT_SCHEMA_ORDER_PLACED"]
    assert all(f"`{name}`" in prose(PAGE) for names in told.values() for name in names)
    readme = (stacks / "README.md").read_text("utf-8")
    assert re.search(r"start-message-move-task --source-arn \S+:demo-dev-reports-events-dlq ", readme)
