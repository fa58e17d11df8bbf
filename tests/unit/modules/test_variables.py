"""What a call hands to a module is used there, in every variant that is rendered."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_DECLARED = re.compile(r'^variable "(\w+)"', re.MULTILINE)
_READ = re.compile(r"\bvar\.(\w+)")


def unread(module: Path) -> set[str]:
    """Return the variables that a rendered module declares, and of which nothing in it reads any."""
    text = "\n".join(file.read_text("utf-8") for file in module.glob("*.tf"))
    return {*_DECLARED.findall(text)} - {*_READ.findall(text)}


def test_every_variable_of_a_rendered_module_is_read() -> None:
    found = defaultdict(set)
    modules = [*(ROOT / "generated").glob("*/*/modules/*")]
    for module in modules:
        found[module.name] |= unread(module)
    assert {name: names for name, names in found.items() if names} == {}
    assert len(modules) > 500


def test_a_variable_that_is_passed_and_never_read_is_found(tmp_path: Path) -> None:
    (tmp_path / "variables.tf").write_text('variable "read" {}\n\nvariable "rebalance" {\n  type = bool\n}\n')
    (tmp_path / "main.tf").write_text("locals {\n  own = var.read.rebalance\n}\n")
    assert unread(tmp_path) == {"rebalance"}
