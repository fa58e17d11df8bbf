"""What commands print beside their results."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

from infragen.commands.formats import wants_colour
from infragen.commands.sandbox.ls import _kinds
from infragen.diagnostics import Diagnostic
from infragen.workflow.console import announce
from infragen.workflow.runs.execution import _without_cut_short

if TYPE_CHECKING:
    import pytest


def test_only_a_terminal_hears_what_takes_a_while(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    announce("a log has no need of it")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    announce("starting")
    assert capsys.readouterr() == ("", "starting\n")


def test_a_list_of_kinds_stays_in_its_room() -> None:
    found = [{"type": f"aws_{kind}", "id": "x"} for kind in ("subnet", "subnet", "vpc", "eip", "kms_key", "route")]
    assert _kinds(found, 60) == "eip, kms_key, route, 2 subnet and 1 more"
    assert _kinds(found, 30) == "eip, kms_key, route and 2 more"
    assert _kinds(found, 5) == "5 kinds"


def test_a_change_that_a_person_cut_short_is_no_error_of_its_own() -> None:
    real = Diagnostic("T020", "creating the queue: AccessDenied")
    cut = Diagnostic("T020", "waiting for KMS Key (1234) rotation update: context canceled")
    assert _without_cut_short([cut, real, cut]) == ([real], 2)


def test_a_terminal_that_knows_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(terminal)
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour(terminal)
