"""What `resume` notes of a bootstrap that it looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import STACKS, rendered_project

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.bootstrap_state import StateLocation
from infragen.terraform.journal import Journal
from infragen.terraform.run_history import list_runs
from infragen.terraform.run_records import Begin
from infragen.workflow.bootstrap import session as bootstrap_session
from infragen.workflow.bootstrap.session import committed_files
from infragen.workflow.recovery import repair
from infragen.workflow.recovery.orphans import LeftBehind, Recovered, _OrphanImport
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome


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
    foundation = SimpleNamespace(
        folder=None, connect_to_bucket=lambda: False, former=list, find=lambda: StateLocation.FOREIGN_BUCKET
    )
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
        _OrphanImport(Any, left, Any, found)._print_nameless({key, rules}, set(), {})

    monkeypatch.setattr(bootstrap_session, "import_orphans", name_them)
    for name in ("end_idle_providers", "await_terraforms"):
        monkeypatch.setattr(repair, name, lambda *_: None)
    files = {
        "providers.tf": 'provider "aws" {\n  default_tags {\n    tags = {\n      System = "small"\n    }\n  }\n}\n'
    }
    root = SimpleNamespace(
        folder=None, connect_to_bucket=lambda: False, former=list, find=lambda: StateLocation.LOCAL, files=files
    )
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
        "_is_in_bucket": True,
        "_planned": None,
        "change_sets": (SimpleNamespace(is_empty=False),),
        "unshown_destruction": (),
        "console": shown,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(bootstrap_session, name, lambda *_, answer=answer, **__: answer)
    monkeypatch.setattr("infragen.workflow.recovery.repair.refuse_while_running", lambda *_: None)
    monkeypatch.setattr(bootstrap_session, "note_placeholders", lambda _session: order.append("examples"))
    monkeypatch.setattr(bootstrap_session, "approved", lambda *_, **__: bool(order.append("asked")))
    session = SimpleNamespace(environment=SimpleNamespace(target="demo/prod"))
    opened: Any = SimpleNamespace(session=session, root=SimpleNamespace(folder=SimpleNamespace(path=tmp_path)))
    assert bootstrap_session._apply(opened, Any, yes=False, adopt=False, output="terminal") == 1  # type: ignore[arg-type]
    assert order == ["shown", "examples", "asked"]


BACKEND = """terraform {
  backend "s3" {
    bucket              = "elsewhere"
    key                 = "x"
    region              = "ap-northeast-1"
    shared_config_files = ["./config.ini"]
  }
}
"""


@pytest.mark.parametrize("name", ["backend.tf", "more.tf"])
def test_what_a_checkout_has_in_a_bootstrap_s_folder_is_not_believed(
    infragen: Callable[..., Outcome], tmp_path: Path, name: str
) -> None:
    """`unlock` and `resume` read it from there: a configuration of AWS can name a program."""
    root = rendered_project(tmp_path, aws=STACKS)
    assert infragen("bootstrap", "small/dev", "--no-github", "-C", root).code == 0
    project = open_project(root)
    environment = resolve_one(project, "small/dev")[1]
    usual = committed_files(project, environment)
    assert {"backend.tf", "main.tf"} <= usual.keys()
    (root / "generated/small/dev/bootstrap" / name).write_text(BACKEND)
    if name == "backend.tf":
        assert committed_files(project, environment) == usual
    else:
        with pytest.raises(InfragenError, match="G015"):
            committed_files(project, environment)
