"""Every command that the manual shows is typed here as it stands, and ends with the code that the text promises."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.waiting import PATIENCE

from .pages import ROOT, START, TOUR, Block, blocks, manual, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCEPTIONS = {
    "make demo": "takes minutes; tests/terraform/test_lives.py lives whole lives, and below stand its steps",
    "make test": "would start itself",
    "make install": "installs into .venv, which is what these tests run in",
    "make check": "checks the clone itself, beside the tests in .ci/run",
    "make bench": "measures for minutes and asserts nothing",
    "python -m benchmarks cdktf": "installs CDKTF and its 60 MB of provider from PyPI",
}
"""Commands that are shown and not typed, with the reason."""

CODES = {
    ("README.md", "infragen render technova --check --diff"): 2,
}
"""Where the text promises something else than 0: `--check` after an edit."""

RUN = "make "


def shown() -> tuple[Block, ...]:
    """The blocks with commands, in the manual's order."""
    return tuple(block for page in manual() for block in blocks(page) if block.language == "console")


def typed(block: Block) -> tuple[str, ...]:
    return tuple(command for command in block.commands if command not in EXCEPTIONS)


def marks(block: Block) -> list[pytest.MarkDecorator]:
    """What the block needs: nothing, terraform, or the emulated AWS too."""
    commands = " ; ".join(typed(block))
    sandbox = "sandbox" in commands
    terraform = sandbox or any(
        word in commands for word in ("doctor", " plan ", " paths ", " permissions ", " apply ", " destroy ")
    )
    return [
        *([pytest.mark.terraform] if terraform else []),
        *([pytest.mark.sandbox] if sandbox else []),
    ]


RUNS = [
    pytest.param(block, id=block.name, marks=marks(block))
    for block in shown()
    if block.page not in (*TOUR, START) and typed(block)
]


@pytest.fixture
def clone(rendered: Path) -> Iterator[Path]:
    """What commands work on; its sandbox is stopped afterwards, whatever happened."""
    try:
        yield rendered
    finally:
        if (rendered / ".infragen").exists():
            run("infragen sandbox stop", rendered)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as the reader's shell would, with the environment of these tests activated."""
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((scripts, os.environ.get("PATH", ""))),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        shlex.split(command), cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip


@pytest.mark.usefixtures("kept_plans")
@pytest.mark.parametrize("block", RUNS)
def test_a_block_s_commands_end_as_the_text_says(block: Block, clone: Path) -> None:
    for command in typed(block):
        done = run(command, clone)
        expected = CODES.get((block.page, command), 0)
        assert done.returncode == expected, (
            f"{block.name}: {command}\nexited with {done.returncode}, not {expected}\n"
            f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
        assert "Traceback" not in done.stderr


def test_every_exception_is_still_shown() -> None:
    commands = {command for page in pages() for block in blocks(page) for command in block.commands}
    assert set(EXCEPTIONS) <= commands


def test_every_promised_exit_code_belongs_to_a_command_that_is_typed() -> None:
    assert set(CODES) <= {(block.page, command) for block in shown() for command in typed(block)}


def test_prompts_stand_in_console_blocks_only() -> None:
    strays = [
        block.name for page in manual() for block in blocks(page) if block.commands and block.language != "console"
    ]
    assert strays == []


def test_a_console_block_holds_commands_and_nothing_else() -> None:
    """Output would have to be kept true by hand; the text says what to look for instead."""
    lines = {(block.name, line) for block in shown() for line in block.text.splitlines()}
    assert {(name, line) for name, line in lines if not line.startswith("$ ")} == set()


def test_what_make_offers_is_what_the_pages_name() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {command for page in pages() for block in blocks(page) for command in block.commands}
    goals = {command.removeprefix(RUN).split()[0] for command in named if command.startswith(RUN)}
    assert {goal for goal in goals if f"\n{goal}:" not in makefile} == set()
