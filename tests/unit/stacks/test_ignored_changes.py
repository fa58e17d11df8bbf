from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.render.render import render_stacks
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.model import Stack
from tests.shipped import NO_STANDBY
from tests.unit.stacks.promises import every_module

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(r"ignore_changes = \[(.*?)\]", re.DOTALL)
_ARGUMENT = re.compile(r"^ +(\w+), +# ", re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \|", re.MULTILINE)


def test_modules_ignore_exactly_what_the_table_says(repository: Path) -> None:
    templates = Templates([shipped_templates()])
    everything = Stack("all", (), (), every_module(templates))
    files = render_stacks(templates, (everything,), NO_STANDBY)
    ignored = {
        (path.split("/")[1], argument)
        for path, text in files.items()
        for block in _BLOCK.findall(text)
        for argument in _ARGUMENT.findall(block)
    }

    assert ignored == set(_ROW.findall((repository / "docs" / "ignored-changes.md").read_text(encoding="utf-8")))
    assert not any("ignore_changes = all" in text for text in files.values())
