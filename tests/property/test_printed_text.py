"""Whatever is printed is lines of text: for a terminal, for a log, and for the runner that reads it."""

from __future__ import annotations

import ast
import json
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.unit.report.hostile import LINE_ENDS, MARKUP, RUNNER_COMMANDS, UNPRINTED, WICKED, forged, forged_markdown

from infragen.commands import formats
from infragen.commands.formats import print_diff, print_findings
from infragen.diagnostics import Diagnostic, Location
from infragen.markdown import code, fenced, in_markdown, plain
from infragen.report import tables
from infragen.text import printed
from infragen.workflow.console import ask, note, note_text, out, out_text

if TYPE_CHECKING:
    from pathlib import Path

PIECES = [
    *LINE_ENDS,
    *RUNNER_COMMANDS,
    *MARKUP,
    *WICKED,
    " ",
    "\t",
    "\u3000",
    "a",
    "\x1b[31m",
    "\x9b8m",
    "\x1b]8;;http://x\x07",
]
texts = st.lists(st.sampled_from(PIECES) | st.sampled_from(UNPRINTED) | st.text(max_size=5), max_size=6).map("".join)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
OURS = "::(?:error|warning|notice) "
WRITES = {"cli/app.py", "workflow/console.py", "report/progress/__init__.py", "redaction/provider_schemas.py"}
"""What may name the process's streams: the line that starts the process, the console, its progress; and a script."""


@SLOW
@given(text=texts)
def test_a_text_that_is_printed_is_one_line_that_commands_nothing(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    for write in (out, note):
        capsys.readouterr()
        write(text, text)
        said = "".join(capsys.readouterr())
        assert said.count("\n") == 2
        assert not forged(said)


@SLOW
@given(text=texts)
def test_lines_of_a_format_end_at_line_feeds_alone(capsys: pytest.CaptureFixture[str], text: str) -> None:
    for write in (out_text, note_text, print_diff):
        capsys.readouterr()
        write(text)
        said = "".join(capsys.readouterr())
        assert said.count("\n") == (text.removesuffix("\n").count("\n") + 1 if text else 0)
        assert not forged(said)


@SLOW
@given(text=texts)
def test_a_diff_on_a_terminal_has_the_colours_of_its_lines_alone(text: str) -> None:
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "wants_colour", lambda _stream: True)
        patch.setattr(sys.stdout, "write", shown.append)
        print_diff(f"+{text}")
    line = "".join(shown).partition("\n")[0]
    assert line.startswith("\x1b[32m+")
    assert line.endswith("\x1b[0m")
    assert not forged(line[5:-4])


def test_no_character_that_does_not_print_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    out(UNPRINTED, *UNPRINTED, *(f"a{command}" for command in RUNNER_COMMANDS), *RUNNER_COMMANDS)
    said = capsys.readouterr().out
    assert said.count("\n") == 1 + len(UNPRINTED) + 2 * len(RUNNER_COMMANDS)
    assert not forged(said)


@given(texts)
def test_json_that_is_printed_means_what_it_meant(text: str) -> None:
    assert json.loads(printed(json.dumps({text: [text]}, ensure_ascii=False))) == {text: [text]}


@pytest.mark.parametrize("name", formats.FINDINGS_FORMATS)
@SLOW
@given(texts=st.lists(texts, min_size=5, max_size=5))
def test_a_finding_is_ours_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, texts: list[str]
) -> None:
    """Its message, its hint, its file, and the line of the file that it quotes."""
    message, hint, file, before, after = texts
    (tmp_path / "a").write_text(f"{before}\n{after}", encoding="utf-8", errors="replace", newline="")
    capsys.readouterr()
    print_findings([Diagnostic("X001", message, Location(file, 1), hint=hint)], name, tmp_path)
    print_findings([Diagnostic("X001", message, Location("a", 2, 3), hint=hint)], name, tmp_path)
    assert not forged(capsys.readouterr().out, OURS if name == "github" else "(?!)")


@given(st.lists(texts, min_size=2, max_size=4))
def test_text_in_markdown_is_text(given_texts: list[str]) -> None:
    first, second, *_ = given_texts
    rows = [(first, code(second)), (second, code(first)), (plain(first), in_markdown(second))]
    page = tables.markdown(first, ("a", "b"), rows, given_texts)
    assert not forged_markdown(page)
    assert page.count("\n") == 6 + len(rows) + len(given_texts)
    assert not forged_markdown(fenced("diff", given_texts))


def test_a_judge_that_finds_nothing_would_be_found_out() -> None:
    assert all(forged(f"  {one}") for one in RUNNER_COMMANDS)
    assert all(forged(f"a{one}b") for one in LINE_ENDS[1:])
    assert all(
        map(forged_markdown, ("[a](http://x)", "![a](http://x)", "<img src=http://x>", "@team", "http://x.test"))
    )


def test_a_question_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.readline", str, raising=False)
    ask("a\r\x1b[2J##[error]b ")
    assert not forged(capsys.readouterr().err)


def test_no_module_prints_but_through_the_console() -> None:
    """What a new command prints cannot leave its line, unless this is forgotten here."""
    found = set()
    for path in (ROOT / "src/infragen").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in {"print", "typer.echo", "echo"} or name.startswith(("sys.stdout.write", "sys.stderr.write")):
                found.add(path.relative_to(ROOT / "src/infragen").as_posix())
    assert found <= WRITES
