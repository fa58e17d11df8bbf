"""The mark of a state move as a state stores it, and what is said of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infragen.terraform.move_marks import OUTPUT, declaration, new_mark, unfinished_move, with_mark, without_mark
from infragen.terraform.move_steps import marks_of

MARK = new_mark(
    ["data-b", "data-a"],
    [("data-a", "data-b", 'module.m["${x}"].aws_sns_topic.this', "aws_sns_topic.this")],
    by="ann@laptop",
    backups=Path("/home/ann/e\u0301"),
    before=(),
)
STATE = (
    b'{"version":4,"serial":7,"lineage":"l","outputs":{"kept":{"value":1.50,"type":"number"}},"resources":[],"new":[1]}'
)


def test_a_state_is_the_same_after_its_mark_has_come_and_gone_but_for_its_serial() -> None:
    marked = with_mark(STATE, MARK, version="1.11.4")
    assert marks_of({"data-a": marked}) == {"data-a": MARK}
    assert json.loads(marked)["serial"] == 8
    assert without_mark(marked) == STATE.replace(b'"serial":7', b'"serial":9')


def test_a_stack_without_a_state_is_marked_by_a_state_of_nothing_else() -> None:
    marked = json.loads(with_mark(b"", MARK, version="1.11.4"))
    assert (marked["serial"], marked["resources"], list(marked["outputs"])) == (1, [], [OUTPUT])
    assert marked["terraform_version"] == "1.11.4"


def test_what_declares_a_mark_is_the_very_text_that_is_stored() -> None:
    """In HCL `${` begins an expression, and composed letters are one."""
    text = declaration(MARK)
    assert "$${x}" in text
    assert "\u00e9" in text
    stored = json.loads(with_mark(b"", MARK, version=""))["outputs"][OUTPUT]["value"]
    assert json.loads(text.partition("value = ")[2].rpartition("\n}")[0].replace("$${", "${")) == stored


@pytest.mark.parametrize("value", ['"no JSON"', '"{}"', "7", json.dumps('{"id": "1", "stacks": ["../../victim"]}')])
def test_a_mark_that_cannot_be_read_is_a_mark_of_its_stack(value: str) -> None:
    state = STATE.replace(b'"value":1.50', b'"value":' + value.encode()).replace(b"kept", OUTPUT.encode())
    (mark,) = marks_of({"data-a": state}).values()
    assert mark.stacks == ("data-a",)
    assert "state move of data-a is not finished: begun by somebody" in unfinished_move([mark], "x").message


def test_who_goes_on_with_a_move_keeps_where_the_states_as_they_were_lie() -> None:
    after = new_mark(["data-b"], [], by="bob@elsewhere", backups=Path("/other"), before=[MARK])
    assert (after.by, after.backups, after.moves) == ("bob@elsewhere", MARK.backups, MARK.moves)
    assert after.id != MARK.id
    said = unfinished_move([after], "infragen state moves small/dev --apply")
    assert "begun by bob@elsewhere on " in said.message
    assert "previous states: ann@laptop:/home/ann/" in said.message
    assert "`infragen state moves small/dev --apply`" in str(said.hint)
