"""An apply that has nothing to change still looks after what an earlier one left in AWS."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.plan import ChangeSet
from infragen.workflow import apply
from infragen.workflow.review import reviewed_plan

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.workflow.session import Session


@pytest.mark.parametrize("code", [0, 1])
def test_where_nothing_changes_deployments_are_looked_at_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    looked: list[Any] = []

    def look(_session: object, contract: object, stacks: object) -> int:
        looked.append((contract, stacks))
        return code

    bundle = SimpleNamespace(change_set=ChangeSet(changes=()), manifest=SimpleNamespace(stacks={}), contract="contract")
    planned = SimpleNamespace(change_set=bundle.change_set, missing_states=())
    for name in ("refuse_placeholders", "await_terraforms"):
        monkeypatch.setattr(apply, name, lambda *_: None)
    monkeypatch.setattr(apply, "PolicyCheck", lambda _session: SimpleNamespace(tell=lambda: False))
    monkeypatch.setattr(apply, "ResumedPlanCheck", lambda *_, **__: None)
    monkeypatch.setattr(reviewed_plan, "plan_to_review", lambda *_, **__: (planned, bundle))
    monkeypatch.setattr(apply, "console", lambda: SimpleNamespace(changes=lambda *_: None))
    monkeypatch.setattr(apply, "watch_rollouts", look)
    about = {"project": SimpleNamespace(root=tmp_path), "environment": SimpleNamespace(target="demo/dev")}
    session = cast("Session", SimpleNamespace(stacks=(), removed=(), target="demo/dev", on_sandbox=False, **about))
    assert apply.apply_target(session, (), yes=True, jobs=None, output="terminal") == code
    assert looked == [("contract", ())]
