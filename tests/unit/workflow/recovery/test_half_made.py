"""What is kept of the half that a state knows, what is waited for, and what is left to terraform."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.states import State, parse_state
from infragen.workflow.recovery import half_made

if TYPE_CHECKING:
    from infragen.workflow.session import Session

ADDRESS = "module.database_main.aws_db_instance.this"


def state(kind: str = "aws_db_instance", *, status: str = "tainted", arn: str | None = None) -> State:
    attributes = {"id": "db-ABC", "identifier": "site-main", "arn": arn, "deletion_protection": True}
    instance: dict[str, Any] = {"attributes": attributes} | ({"status": status} if status else {})
    own = {
        "mode": "managed", "type": kind, "name": "this", "module": "module.database_main", "provider": "p",
        "instances": [instance],
    }  # fmt: skip
    found = parse_state(json.dumps({"version": 4, "serial": 1, "lineage": "a", "resources": [own]}).encode(), "data")
    assert found is not None
    return found


@pytest.fixture
def untainted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    bucket = SimpleNamespace(untaint=lambda stack, address: found.append((stack, address)))
    monkeypatch.setattr(half_made, "StateBucket", lambda _session: bucket)
    monkeypatch.setattr(half_made, "_STEP", 0.0)
    return found


def kept(monkeypatch: pytest.MonkeyPatch, found: State, *answers: str | InfragenError) -> int:
    """Return how many objects are kept, as AWS answers one question after the other: all of them are asked."""
    left = list(answers)

    def status(_aws: object, _kind: str, name: str, region: str) -> str:
        assert (name, region) == ("site-main", "ap-northeast-3")
        answer = left.pop(0)
        if isinstance(answer, InfragenError):
            raise answer
        return answer

    monkeypatch.setattr(half_made, "status", status)
    settings = SimpleNamespace(region="ap-northeast-3")
    session = SimpleNamespace(
        runner=SimpleNamespace(environment={}), environment=SimpleNamespace(settings=settings, target="site/dr"),
        target="site/dr", on_sandbox=False,
    )  # fmt: skip
    count = half_made.keep_half_made(cast("Session", session), {"data": found})
    assert left == []
    return count


def test_what_aws_has_made_is_kept(
    monkeypatch: pytest.MonkeyPatch, untainted: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kept(monkeypatch, state(), "available") == 1
    assert untainted == [("data", ADDRESS)]
    assert f"data: {ADDRESS} {half_made.KEPT}\n" in capsys.readouterr().err


def test_what_aws_is_at_work_on_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, untainted: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kept(monkeypatch, state(), "creating", "backing-up", "available") == 1
    assert untainted == [("data", ADDRESS)]
    said = capsys.readouterr().err
    assert said.count(f"data: {ADDRESS} (site-main) is still creating, since its apply was interrupted; waiting") == 1


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch, untainted: list[tuple[str, str]]) -> None:
    monkeypatch.setattr(half_made, "_PATIENCE", -1.0)
    with pytest.raises(InfragenError) as caught:
        kept(monkeypatch, state(), "creating")
    (told,) = caught.value.diagnostics
    assert (told.code, told.message) == (
        "J008", f"data: {ADDRESS} (site-main) is still creating; nothing was applied",
    )  # fmt: skip
    assert "`infragen apply site/dr" in str(told.hint)
    assert untainted == []


@pytest.mark.parametrize(("status", "said"), [("failed", "AWS has it failed"), ("", "AWS has it no more")])
def test_what_leads_nowhere_is_left_to_terraform(
    monkeypatch: pytest.MonkeyPatch,
    untainted: list[tuple[str, str]],
    capsys: pytest.CaptureFixture[str],
    status: str,
    said: str,
) -> None:
    assert kept(monkeypatch, state(), status) == 0
    assert untainted == []
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "other",
    [
        state(status=""),
        state(arn="arn:aws:rds:ap-northeast-3:111122223333:db:site-main"),  # a person tainted what terraform had read
        state("aws_iam_role"),
    ],
)
def test_nobody_asks_for_anything_else(
    monkeypatch: pytest.MonkeyPatch, untainted: list[tuple[str, str]], other: State
) -> None:
    assert kept(monkeypatch, other) == 0
    assert untainted == []


def test_where_aws_does_not_say_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, untainted: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    refused = InfragenError(Diagnostic("J008", "AWS does not say whether site-main is usable: AccessDenied"))
    refused.__cause__ = ValueError("AccessDenied")
    assert kept(monkeypatch, state(), refused) == 0
    assert untainted == []
    assert f"notice: data: {ADDRESS} is tainted; AWS does not say" in capsys.readouterr().err
