"""What a refresh-only plan says, in words; the worst first."""

from __future__ import annotations

import json

from msgspec.structs import replace

from infragen.commands.drift import _in_words
from infragen.plan import Action, AttributeChange, Change, ChangeSet, Entry, KnownBody, Level, Risk, RiskKind, Summary
from infragen.report import json as as_json
from infragen.report import terminal


def changed(name: str, action: Action = Action.UPDATE, **attributes: tuple[str | None, str | None]) -> Change:
    told = tuple(AttributeChange(path, before, after) for path, (before, after) in attributes.items())
    return Change(
        address=f"aws_sns_topic.{name}", module_address="", type="aws_sns_topic", name=name, index=None,
        provider="aws", mode="managed", action=action, stack="data-sales",
        entry=Entry("databases/order") if name == "order" else None, body=KnownBody(told),
    )  # fmt: skip


def found(*drift: Change) -> ChangeSet:
    return ChangeSet(drift=drift, summary=Summary(drift=len(drift), drift_shown=len(drift)))


def test_the_report_says_whose_it_is_and_what_was_not_looked_at() -> None:
    drift = found(changed("order", retention=("30", "90")), changed("lost", Action.DELETE))
    text = terminal.render(_in_words(drift, "small/dev", ["edge"]), "drift of small/dev", width=100, color=False)
    assert "no changes, 2 drifted" in text
    assert "databases/order: 1 changed outside of Terraform" in text
    assert "stack data-sales: 1 deleted outside of Terraform" in text
    assert "in no state, so not checked: edge" in text
    assert "retention  30 -> 90" in text


def test_the_worst_that_was_done_by_hand_is_said_first() -> None:
    admin = Risk(Level.HIGH, RiskKind.PRIVILEGE, "full access (AdministratorAccess)")
    role = replace(changed("order", managed_policy_arns=("[]", "[AdministratorAccess]")), type="aws_iam_role")
    role = replace(role, address="aws_iam_role.z", body=replace(role.body, known_risks=(admin,)))
    quiet = changed("lost", retention=("30", "90"))
    said = _in_words(found(quiet, role), "small/dev", [])
    assert said.notices[0] == "HIGH (privilege): databases/order: aws_iam_role.z: full access (AdministratorAccess)"
    assert said.notices[1].startswith("databases/order: 1 changed")
    text = terminal.render(said, "drift of small/dev", width=140, color=False)
    assert "risk: HIGH (privilege: full access (AdministratorAccess): aws_iam_role of database order)" in text
    assert text.index("aws_iam_role.z  has changed") < text.index("aws_sns_topic.lost  has changed")
    first, _ = json.loads(as_json.render(said, "x"))["drift"]["shown"]
    assert first["address"] == "aws_iam_role.z"


def test_infragen_s_own_changes_are_no_drift() -> None:
    own = replace(found(), notices=("changed by infragen itself (run 1 was cut off before it stored that)",))
    said = _in_words(own, "small/dev", [])
    assert said.notices == ("small/dev: nothing has drifted", *own.notices)
    assert "changed outside" not in terminal.render(said, "drift of small/dev", width=140, color=False)


def test_no_drift_is_said_in_words_too() -> None:
    assert _in_words(found(), "small/dev", []).notices == ("small/dev: everything is as Terraform left it",)
