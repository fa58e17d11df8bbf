"""A question before anything is changed: only a person's `yes` is a yes."""

from __future__ import annotations

import io
import sys

import pytest

from infragen.workflow.console import confirm


class Terminal(io.StringIO):
    """A terminal at which somebody typed something."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "YES\n", "no\n", "yes please\n"])
def test_anything_but_yes_is_a_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert not confirm("Apply?")
    assert "nothing was done" in capsys.readouterr().err


def test_yes_is_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    assert confirm("Apply?")


@pytest.mark.parametrize("stdin", [None, io.StringIO("yes\n")], ids=["closed", "a pipe"])
def test_without_a_terminal_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert not confirm("Apply?")
    assert "add --yes" in capsys.readouterr().err
