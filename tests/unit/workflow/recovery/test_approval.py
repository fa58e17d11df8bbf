"""Under which `--yes` a resumed run goes on: that of what it had shown, and no other."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import change_sets
from infragen.plan_contract import contract_of
from infragen.plan_contract.contract import contract_of_each
from infragen.redaction.decode import OpenPlan, decode_plan
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Counts
from infragen.terraform.journal import Journal
from infragen.terraform.run_history import find_run
from infragen.terraform.run_records import Begin, End
from infragen.workflow.recovery import approval
from infragen.workflow.recovery.approval import (
    RESUMED,
    Resumed,
    approved,
    resumed_from,
    unshown_destruction,
    unshown_saved_plan,
)
from infragen.workflow.recovery.orphans import Recovered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infragen.plan_contract import Contract


def destroying(*addresses: str) -> OpenPlan:
    gone = {"actions": ["delete"], "before": {"id": "i"}, "after": None}
    items = [{"address": one, "mode": "managed", "type": "aws_db", "name": "a", "change": gone} for one in addresses]
    content = json.dumps({"format_version": "1.2", "resource_changes": items}).encode()
    return OpenPlan(decode_plan(content, "plan.json"), "plan.json")


SHOWN = contract_of_each({"network": destroying("aws_db.a", "aws_db.b")})


@pytest.fixture
def resumed() -> Iterator[Any]:
    tokens = []

    def resume(shown: Contract | None, why_not: str = "", **since: Any) -> None:
        tokens.append(RESUMED.set(Resumed("run-1", shown, why_not, **since)))

    yield resume
    for token in reversed(tokens):
        RESUMED.reset(token)


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> Any:
    def told(_session: object, _set: object, stack: str, some: Any) -> tuple[Diagnostic, ...]:
        return tuple(Diagnostic("J005", f"{stack}: {one.address}: {one.kind}") for one in some)

    monkeypatch.setattr(approval, "object_messages", told)

    def of(*addresses: str, yes: bool = True) -> list[str]:
        plan = destroying(*addresses)
        (changes,) = change_sets([plan])
        changes = replace(changes, changes=tuple(replace(one, stack="network") for one in changes.changes))
        found = unshown_destruction(cast("Any", None), changes, {"network": plan}, yes=yes)
        return [one.message for one in found]

    return of


def test_what_is_left_of_what_was_shown_is_no_news(resumed: Any, news: Any) -> None:
    assert news("aws_db.a", "aws_db.c") == []  # nothing is resumed
    resumed(SHOWN)
    assert news("aws_db.a", "aws_db.b") == []
    assert news("aws_db.b") == []
    assert news("aws_db.a", "aws_db.c", yes=False) == []  # who is asked anyway


@pytest.mark.parametrize(
    "since", [{"destroyed": frozenset({("network", "aws_db.a")})}, {"unlocked": frozenset({"network"})}]
)
def test_what_a_colleague_made_anew_or_took_over_is_not_destroyed_under_a_former_yes(
    resumed: Any, news: Any, since: dict[str, Any]
) -> None:
    """Its name is the same, and so is its ARN where that is made of it (a bucket); what is in it is somebody else's."""
    resumed(SHOWN, **since)
    (said,) = news("aws_db.a", "aws_db.b")
    assert said == (
        "this differs from what run run-1 had shown: somebody released the lock of network since, or made anew what it "
        "had destroyed there; its `--yes` does not apply"
    )
    assert news("aws_db.a", yes=False) == []
    assert (news("aws_db.b") == []) == ("destroyed" in since)


def test_what_a_person_had_imported_is_not_changed_before_that_was_seen(resumed: Any, news: Any) -> None:
    resumed(SHOWN, on_word=frozenset({("network", "aws_db.a")}))
    assert news("aws_db.a", "aws_db.b") == [
        (
            "this differs from what run run-1 had shown: it changes what was imported because you said so: "
            "aws_db.a of network; its `--yes` does not apply"
        )
    ]
    assert news("aws_db.b") == news("aws_db.a", yes=False) == []


def test_what_was_not_shown_is_named_and_its_yes_does_not_hold(resumed: Any, news: Any) -> None:
    resumed(SHOWN)
    assert news("aws_db.a", "aws_db.c") == [
        "this differs from what run run-1 had shown: network: 1 object differs; its `--yes` does not apply",
        "network: aws_db.c: new",
    ]
    resumed(None, "it had shown nothing yet")
    assert news("aws_db.a")[0].startswith("this differs from what run run-1 had shown: it had shown nothing yet; its")


def test_without_a_terminal_news_is_refused_with_the_command_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert approved("Apply?", (), yes=True)
    with pytest.raises(InfragenError, match="J005 no"):
        approved("Apply?", (Diagnostic("J005", "no"),), yes=True)
    assert not approved("Apply?", (), yes=False)


def test_at_a_terminal_news_is_asked_for_whatever_yes_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(approval, "confirm", lambda question: asked.append(question) or False)
    assert not approved("Apply?", (Diagnostic("J005", "no"),), yes=True)
    assert asked == ["Apply?"]


def test_a_kept_plan_must_be_the_one_that_was_applied(resumed: Any) -> None:
    def bundle() -> Any:
        return SimpleNamespace(contract=contract_of(destroying("aws_db.a"), stack="network"))

    first, other = bundle(), bundle()
    resumed(first.contract)
    assert unshown_saved_plan(first, yes=True) == ()
    (said,) = unshown_saved_plan(other, yes=True)
    assert "the file contains another plan now" in said.message


def run_of(project: Path, verb: str, stack: str = "network", *, done: bool = False) -> str:
    journal = Journal(project, Begin(verb, "small/dev", (verb, "small/dev", "--yes"), (stack,)))
    journal.keep_shown(SHOWN.to_json(), SHOWN.creations)
    journal.started(stack)
    if done:
        journal.finished(StackResult(stack, Status.DONE, Counts()))
        journal.end(End.DONE)
    journal.close()
    return journal.id


def test_what_a_run_had_shown_holds_until_another_kind_of_run_came_after_it(tmp_path: Path) -> None:
    first = run_of(tmp_path, "apply")
    assert resumed_from(tmp_path, find_run(tmp_path, first)).shown == SHOWN
    run_of(tmp_path, "apply")
    assert resumed_from(tmp_path, find_run(tmp_path, first)).shown == SHOWN
    run_of(tmp_path, "destroy", "security")
    assert resumed_from(tmp_path, find_run(tmp_path, first)).shown == SHOWN
    last = run_of(tmp_path, "destroy")
    found = resumed_from(tmp_path, find_run(tmp_path, first))
    assert (found.shown, found.why_not) == (None, f"`destroy small/dev` (run {last}) came after it")


def test_what_a_resume_found_of_locks_and_imports_goes_on_with_what_was_shown(tmp_path: Path) -> None:
    """Also where it put nothing right, and so has nothing to report."""
    run = find_run(tmp_path, run_of(tmp_path, "destroy"))
    found = Recovered(unlocked=["network", "data"], on_word=[("network", "aws_db.a")])
    assert not found
    resumed = resumed_from(tmp_path, run, found)
    assert (resumed.unlocked, resumed.on_word) == ({"network"}, {("network", "aws_db.a")})
    assert resumed_from(tmp_path, run).unlocked == frozenset()


def test_a_run_that_kept_nothing_had_shown_nothing(tmp_path: Path) -> None:
    done = run_of(tmp_path, "apply", done=True)
    assert resumed_from(tmp_path, find_run(tmp_path, done)).shown is None
