"""What `state moves` does with the journal of an interrupted move when nothing is left to move."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.move_journal import open_journal, unfinished
from infragen.terraform.moves import StackMove
from infragen.terraform.workfolder import WorkFolders
from infragen.workflow.state_moves.move import _are_others, _nothing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("apply", [False, True], ids=["looked", "applied"])
def test_only_apply_ends_a_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str], *, apply: bool) -> None:
    folders = WorkFolders(tmp_path / ".infragen/work/small/dev", "")
    open_journal(folders, {"network": b"{}"}, ())
    environment = SimpleNamespace(target="small/dev")
    session: Any = SimpleNamespace(environment=environment, target="small/dev", on_sandbox=True)
    assert _nothing(session, unfinished(folders), apply=apply) == (0 if apply else 2)
    assert (unfinished(folders) == ()) is apply
    told = "to do it: infragen state moves small/dev --apply --sandbox" in capsys.readouterr().err
    assert told is not apply


@pytest.mark.parametrize("known", [True, False], ids=["its own", "another"])
def test_only_what_a_command_was_to_move_is_told_as_what_it_was_interrupted_in(tmp_path: Path, *, known: bool) -> None:
    """Another checkout finished it: by an older catalogue, to "finish" it here would take everything back."""
    folders = WorkFolders(tmp_path / ".infragen/work/small/dev", "")
    there, back = StackMove("data-a", "data-b", "x.this", "x.this"), StackMove("data-b", "data-a", "x.this", "x.this")
    open_journal(folders, {"data-a": b"{}"}, [there])
    journals = unfinished(folders)
    assert _are_others([there if known else back], journals) is not known
