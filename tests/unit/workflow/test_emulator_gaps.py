"""What the emulated AWS cannot read blocks no plan, and is told as what it is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infragen.diagnostics import Diagnostic, InfragenError, Severity
from infragen.terraform.findings import finding
from infragen.terraform.runner import Folder, PlanOptions, silent
from infragen.workflow.session import plan_in

FOLDER = Folder(Path("x"), "generated/demo/dev/app")
GAP = finding(
    {
        "severity": "error",
        "summary": "reading Synthetics Group (x)",
        "detail": "StatusCode: 501, api error NotImplemented: GET /group/x: NotImplementedError: no such operation",
        "address": "aws_synthetics_group.x",
    },
    FOLDER.shown,
)
OTHER = Diagnostic("T020", "something else")
WARNED = Diagnostic("T020", "a warning beside it", severity=Severity.WARNING)


def session(*problems: Diagnostic) -> tuple[Any, list[PlanOptions]]:
    asked: list[PlanOptions] = []

    def plan(_folder: object, _out: object, options: PlanOptions, _on_event: object) -> str:
        asked.append(options)
        if options.refresh:
            raise InfragenError(*problems)
        return "planned"

    return SimpleNamespace(runner=SimpleNamespace(plan=plan)), asked


def planned(about: Any, options: PlanOptions) -> object:
    return plan_in(about, FOLDER, Path("out"), options, silent)


def test_a_gap_says_that_it_is_the_emulators() -> None:
    assert GAP.code == "T050"
    assert GAP.message.startswith("the emulated AWS cannot do this: reading Synthetics Group (x)")
    assert GAP.hint is not None
    assert GAP.hint.startswith("a limit of the emulator")


def test_what_the_emulator_cannot_read_is_planned_on_what_its_state_says(capsys: pytest.CaptureFixture[str]) -> None:
    about, asked = session(GAP, WARNED)
    assert planned(about, PlanOptions(parallelism=7)) == "planned"
    assert asked == [PlanOptions(parallelism=7), PlanOptions(parallelism=7, refresh=False)]
    assert "the emulated AWS cannot read aws_synthetics_group.x" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problems", "options"),
    [((GAP, OTHER), PlanOptions()), ((OTHER,), PlanOptions()), ((GAP,), PlanOptions(refresh_only=True))],
    ids=["another error beside it", "another error", "whoever asks what exists"],
)
def test_every_other_error_stops_the_plan(problems: tuple[Diagnostic, ...], options: PlanOptions) -> None:
    about, asked = session(*problems)
    with pytest.raises(InfragenError) as caught:
        planned(about, options)
    assert caught.value.diagnostics == problems
    assert len(asked) == 1
