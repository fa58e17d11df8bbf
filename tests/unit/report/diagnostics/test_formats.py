from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from infragen.diagnostics import Diagnostic, Location, Severity
from infragen.report.diagnostics import github, sarif, text
from infragen.report.diagnostics import json as json_format
from infragen.text import cells
from tests.waiting import calls

SIZE = Diagnostic("C012", "3 vCPU is no size of Fargate", Location("a/b.yaml", 2, 6), hint="write `cpu: 4 vCPU`")
NOTE = Diagnostic("T101", "the totals differ", severity=Severity.NOTICE)
HOSTILE = Diagnostic("X001", "100%,\n::error::x \x1b[31m", Location("a,b:c%.yaml", 3, 4), hint="x\r\ny")
SOURCE = "name: planning\ncpu: 3 vCPU\n\t計画: {サイズ: 3}\n" + "x" * 500 + "here" + "y" * 500


def read(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_a_finding_quotes_its_line_and_says_how_to_mend_it() -> None:
    assert text.render([NOTE, SIZE], source={"a/b.yaml": SOURCE}.get) == read(
        """
        notice T101 the totals differ
        a/b.yaml:2:6: error C012 3 vCPU is no size of Fargate
            2 | cpu: 3 vCPU
              |      ^
              hint: write `cpu: 4 vCPU`
        """
    )


@pytest.mark.parametrize("source", [None, lambda name: None, lambda name: "one line"])
def test_without_the_line_there_is_no_quotation(source: object) -> None:
    shown = text.render([SIZE], source=source)  # type: ignore[arg-type]
    assert shown == ("a/b.yaml:2:6: error C012 3 vCPU is no size of Fargate\n      hint: write `cpu: 4 vCPU`\n")


def test_the_caret_stands_under_its_column_behind_wide_characters_and_tabs() -> None:
    finding = Diagnostic("C001", "x", Location("f", 3, 7))
    lines = text.render([finding], source=lambda name: SOURCE).splitlines()
    assert lines[1] == "    3 | \\t計画: {サイズ: 3}"
    assert lines[2] == "      | " + " " * cells("\\t計画: {") + "^"


def test_of_a_long_line_the_part_around_the_column_is_quoted() -> None:
    finding = Diagnostic("C001", "x", Location("f", 4, 501))
    _, quoted, caret = text.render([finding], source=lambda name: SOURCE).splitlines()
    assert len(quoted) < 180
    assert quoted[caret.index("^") :].startswith("here")


@pytest.mark.parametrize("letter", ["x", "\t", "型"])
def test_of_a_long_line_no_more_is_measured_than_is_quoted(letter: str) -> None:
    def spent(length: int) -> int:
        findings = [Diagnostic("C001", "x", Location("f", 1, column)) for column in range(1, length, length // 20)]
        return calls(lambda: text.render(findings, source=lambda name: letter * length))

    assert spent(20_000) < 1.1 * spent(2_000)


@pytest.mark.parametrize("column", [1, 20, 60, 118])
@pytest.mark.parametrize("line", ["x" * 120, "型" * 120])
def test_on_a_terminal_the_quoted_line_is_never_folded(line: str, column: int) -> None:
    finding = Diagnostic("C003", "too much", Location("a/b.yaml", 1, column))
    _, quoted, caret = text.render([finding], source=lambda name: line, width=80).splitlines()
    assert cells(quoted) <= 80
    assert len(caret) <= cells(quoted)
    assert quoted.startswith("    1 | …") == (column > 30)


def test_each_file_is_read_once() -> None:
    asked: list[str] = []
    text.render([SIZE, SIZE, NOTE], source=asked.append)  # type: ignore[func-returns-value]
    assert asked == ["a/b.yaml"]


def test_colour_is_only_added() -> None:
    assert text.render([SIZE], colour=True).count("\x1b[") == 6
    assert "\x1b" not in text.render([SIZE, HOSTILE])


def test_text_needs_no_slow_library() -> None:
    check = "import sys, infragen.report.diagnostics.text; sys.exit('rich' in sys.modules or 'pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_json_has_counts_and_every_member() -> None:
    report = json.loads(json_format.render([SIZE, NOTE]))
    assert report["summary"] == {"error": 1, "warning": 0, "notice": 1}
    assert report["diagnostics"][0] == {
        "code": "C012",
        "severity": "error",
        "message": "3 vCPU is no size of Fargate",
        "hint": "write `cpu: 4 vCPU`",
        "location": {"file": "a/b.yaml", "line": 2, "column": 6},
    }
    assert report["diagnostics"][1]["location"] is None


def test_github_gets_one_escaped_command_a_finding() -> None:
    assert github.render([SIZE, NOTE, HOSTILE]).splitlines() == [
        "::error file=a/b.yaml,line=2,col=6,title=C012::3 vCPU is no size of Fargate%0Ahint: write `cpu: 4 vCPU`",
        "::notice title=T101::the totals differ",
        "::error file=a%2Cb%3Ac%25.yaml,line=3,col=4,title=X001::100%25,%0A::error::x \\u001b[31m%0Ahint: x%0Ay",
    ]


def test_sarif_names_rules_levels_and_places() -> None:
    log = json.loads(sarif.render([SIZE, NOTE, HOSTILE]))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["C012", "T101", "X001"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("C012", 0, "error"),
        ("T101", 1, "note"),
        ("X001", 2, "error"),
    ]
    place = run["results"][2]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%2Cb%3Ac%25.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 4}
    assert "locations" not in run["results"][1]


def test_no_findings_is_an_empty_report() -> None:
    assert text.render([]) == github.render([]) == ""
    assert json.loads(json_format.render([]))["diagnostics"] == []
    assert json.loads(sarif.render([]))["runs"][0]["results"] == []
