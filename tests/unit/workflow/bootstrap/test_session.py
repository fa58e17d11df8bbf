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
from infragen.workflow.recovery.orphans import LeftBehind, Recovered, _OrphanImport

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
    runner = SimpleNamespace(state_list=lambda _folder: ())
    session = SimpleNamespace(project=SimpleNamespace(root=tmp_path), folders=None, runner=runner)
    foundation = SimpleNamespace(folder=None, is_connected_to_bucket=False, find=lambda: StateLocation.FOREIGN_BUCKET)
    opened: Any = SimpleNamespace(session=session, root=foundation)
    bootstrap_session._recover(opened, list_runs(tmp_path)[0], Recovered())
    assert list_runs(tmp_path)[0].left_behind == left


def test_only_what_has_tags_is_found_by_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal(tmp_path, Begin("bootstrap", "small/dev/bootstrap", (), ("bootstrap",)))
    journal.started("bootstrap")
    journal.close()
    key, rules = "module.state_bucket.aws_kms_key.this", "module.b.aws_s3_bucket_lifecycle_configuration.this"

    def name_them(_session: object, left: LeftBehind, _folder: object, found: Recovered) -> None:
        _OrphanImport(Any, left, Any, found)._print_nameless({key, rules}, set())

    monkeypatch.setattr(bootstrap_session, "import_orphans", name_them)
    for name in ("end_idle_providers", "await_terraforms"):
        monkeypatch.setattr(repair, name, lambda *_: None)
    files = {
        "providers.tf": 'provider "aws" {\n  default_tags {\n    tags = {\n      System = "small"\n    }\n  }\n}\n'
    }
    root = SimpleNamespace(folder=None, is_connected_to_bucket=False, find=lambda: StateLocation.LOCAL, files=files)
    runner = SimpleNamespace(state_list=lambda _folder: ())
    session = SimpleNamespace(project=SimpleNamespace(root=tmp_path), folders=None, runner=runner)
    opened: Any = SimpleNamespace(session=session, root=root)
    bootstrap_session._recover(opened, list_runs(tmp_path)[0], Recovered())
    said = capsys.readouterr().err
    assert f"  the Tag Editor in the console finds {key} by the tags System = small\n" in said
    assert f"  look at what it is set on or belongs to, for it has no tags: {rules}\n" in said


def test_before_anybody_agrees_it_is_told_what_apply_will_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    shown = SimpleNamespace(changes=lambda *_: order.append("shown"))
    answers: dict[str, Any] = {
        "refuse_while_running": None,
        "_is_in_bucket": True,
        "_planned": None,
        "change_sets": (SimpleNamespace(is_empty=False),),
        "unshown_destruction": (),
        "console": shown,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(bootstrap_session, name, lambda *_, answer=answer, **__: answer)
    monkeypatch.setattr(bootstrap_session, "note_placeholders", lambda _session: order.append("examples"))
    monkeypatch.setattr(bootstrap_session, "approved", lambda *_, **__: bool(order.append("asked")))
    session = SimpleNamespace(environment=SimpleNamespace(target="demo/prod"))
    opened: Any = SimpleNamespace(session=session, root=SimpleNamespace(folder=SimpleNamespace(path=tmp_path)))
    assert bootstrap_session._apply(opened, Any, yes=False, adopt=False, output="terminal") == 1  # type: ignore[arg-type]
    assert order == ["shown", "examples", "asked"]
