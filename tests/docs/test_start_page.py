"""The page for beginners begins in an empty folder, and each of its commands is typed there, one after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infragen.workflow.new.system import templates

from .pages import START, blocks, prose
from .test_commands import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.terraform
@pytest.mark.sandbox
def test_its_commands_lead_from_an_empty_folder_to_a_system_that_runs(tmp_path: Path) -> None:
    commands = [command for block in blocks(START) for command in block.commands]
    assert [command.split()[1] for command in commands] == ["init", "render", "plan", "apply", "destroy", "sandbox"]
    try:
        said = {command: run(command, tmp_path) for command in commands}
    finally:
        run("infragen sandbox stop", tmp_path)
    assert {command: one.stdout + one.stderr for command, one in said.items() if one.returncode} == {}
    shown = said[commands[0]].stdout
    for command in commands[1:4]:
        assert command.removesuffix(" --yes") in shown


def test_it_names_every_template_and_every_file_that_init_writes(tmp_path: Path) -> None:
    assert set(re.findall(r"^`([a-z]+)` is ", prose(START), re.MULTILINE)) == set(templates())
    [line] = [command for block in blocks(START) for command in block.commands if " init " in command]
    assert run(line, tmp_path).returncode == 0
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    named = [name for name in re.findall(r"^\| `([^`]+)` \|", prose(START), re.MULTILINE) if name != "infragen.toml"]
    assert [name for name in written if not any(name.startswith(known) for known in named)] == []
