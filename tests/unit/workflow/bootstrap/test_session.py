"""What `resume` notes of a bootstrap that it looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import Diagnostic
from infragen.terraform.bootstrap_state import StateLocation
from infragen.terraform.journal import Begin, Journal, list_runs
from infragen.workflow.bootstrap import session as bootstrap_session
from infragen.workflow.recovery import repair
from infragen.workflow.recovery.orphans import Recovered

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("refused", "left"), [(True, ("bootstrap",)), (False, ())])
def test_what_nobody_took_in_is_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: bool, left: tuple[str, ...]
) -> None:
    journal = Journal(tmp_path, Begin("bootstrap", "small/dev/bootstrap", (), ("bootstrap",)))
    journal.started("bootstrap")
    journal.close()

    def take_in(_session: object, _left: object, _folder: object, found: Recovered) -> None:
        if refused:
            found.unanswered.append(Diagnostic("J007", "the bucket exists, and nothing proves whose it is"))

    monkeypatch.setattr(bootstrap_session, "import_orphans", take_in)
    for name in ("end_idle_providers", "await_terraforms"):
        monkeypatch.setattr(repair, name, lambda *_: None)
    session = SimpleNamespace(project=SimpleNamespace(root=tmp_path), folders=None)
    foundation = SimpleNamespace(folder=None, is_connected_to_bucket=False, find=lambda: StateLocation.FOREIGN_BUCKET)
    opened: Any = SimpleNamespace(session=session, root=foundation)
    bootstrap_session._recover(opened, list_runs(tmp_path)[0], Recovered())
    assert list_runs(tmp_path)[0].left_behind == left
