"""What a module's `ignore_changes` leaves to others is no reason to refuse the rest of what was shown."""

from __future__ import annotations

import json
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan_contract import contract_of
from infragen.redaction.decode import OpenPlan, decode_plan
from infragen.workflow.recovery.approval import RESUMED, Resumed, ResumedPlanCheck
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.review import reviewed_plan
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STACK, LABEL = "services-common", "services_common"
SERVICE: Final = "module.service_auth.aws_ecs_service.this[0]"
NEW = {"desired_count": 1, "launch_type": "FARGATE"}
SCALED = {**NEW, "id": "arn", "desired_count": 3}
OTHER = {**NEW, "id": "arn", "launch_type": "EC2"}


def plan(prefix: str, change: dict[str, Any]) -> bytes:
    item = {"address": prefix + SERVICE, "mode": "managed", "type": "aws_ecs_service", "name": "this", "change": change}
    return json.dumps({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [item]}).encode()


def read(content: bytes) -> OpenPlan:
    return OpenPlan(decode_plan(content, "plan.json"), "plan.json")


def creating(prefix: str = "") -> OpenPlan:
    change = {"actions": ["create"], "before": None, "after": NEW, "after_unknown": {"id": True}}
    return read(plan(prefix, change))


def standing(as_it_is: dict[str, Any], prefix: str = "") -> bytes:
    return plan(prefix, {"actions": ["no-op"], "before": as_it_is, "after": as_it_is, "after_unknown": {}})


@pytest.fixture(scope="module")
def session(repository: Path) -> Any:
    project = open_project(repository)
    composed = compose(project, resolve_one(project, "technova/dev")[1], templates_of(project))
    return SimpleNamespace(composed=composed, target="technova/dev", on_sandbox=False, runner=None)


@pytest.mark.parametrize(("as_it_is", "is_news"), [(SCALED, False), (OTHER, True)])
def test_a_service_that_was_scaled_since_is_no_news_to_a_resumed_run(
    session: Any, tmp_path: Path, as_it_is: dict[str, Any], *, is_news: bool
) -> None:
    shown = tmp_path / "plan.json"
    shown.write_bytes(standing(as_it_is, f"module.{LABEL}."))
    token = RESUMED.set(Resumed("run-1", contract_of(creating(f"module.{LABEL}."), labels={LABEL: STACK})))
    try:
        check = ResumedPlanCheck(session, lambda _path: None, yes=True)
        check(shown)
        part = SimpleNamespace(is_planned=True)
        bundle = SimpleNamespace(manifest=SimpleNamespace(stacks={STACK: part}), change_set=SimpleNamespace(changes=()))
        assert bool(check.unshown(bundle)) is is_news  # type: ignore[arg-type]
    finally:
        RESUMED.reset(token)


@pytest.mark.parametrize(("as_it_is", "is_refused"), [(SCALED, False), (OTHER, True)])
def test_the_rest_of_a_saved_plan_is_applied_after_a_service_was_scaled(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_it_is: dict[str, Any], *, is_refused: bool
) -> None:
    shown = tmp_path / "plan.json"
    shown.write_bytes(standing(as_it_is))

    @contextmanager
    def showing(*_: Any) -> Iterator[Path]:
        yield shown

    monkeypatch.setattr(reviewed_plan, "shown_plan", showing)
    session.folders = SimpleNamespace(plan_file=lambda _name: tmp_path / "tfplan")
    reviewed = contract_of(creating(), stack=STACK)
    bundle: Any = SimpleNamespace(contract=reviewed, change_set=SimpleNamespace(changes=()), shown=None)
    with pytest.raises(InfragenError, match="create was reviewed") if is_refused else nullcontext():
        reviewed_plan.conforming_plan(session, bundle, SimpleNamespace(), STACK, partly_applied=True)  # type: ignore[arg-type]


def test_what_was_shown_in_place_of_a_plan_from_elsewhere_binds_as_well(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may have written what that file promises."""
    shown = tmp_path / "plan.json"
    shown.write_bytes(standing(OTHER))

    @contextmanager
    def showing(*_: Any) -> Iterator[Path]:
        yield shown

    monkeypatch.setattr(reviewed_plan, "shown_plan", showing)
    session.folders = SimpleNamespace(plan_file=lambda _name: tmp_path / "tfplan")
    forged, today = contract_of(read(standing(OTHER)), stack=STACK), contract_of(creating(), stack=STACK)
    bundle: Any = SimpleNamespace(contract=forged, change_set=SimpleNamespace(changes=()), shown=None)
    reviewed_plan.conforming_plan(session, bundle, SimpleNamespace(), STACK)  # type: ignore[arg-type]
    bundle.shown = today
    with pytest.raises(InfragenError, match="K010"):
        reviewed_plan.conforming_plan(session, bundle, SimpleNamespace(), STACK)  # type: ignore[arg-type]
