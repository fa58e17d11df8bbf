"""What people changed since a revision, at the head of a report."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import ChangeSet, Edit, Edits
from infragen.report import html, markdown, terminal
from infragen.report import json as json_report
from tests.unit.report import sample

FILE = "environments/technova/prod.yaml"
KEYS = Edit(
    f"{FILE}:9 customer_keys: true -> false", Location(FILE, 9, 1), "environment", "customer_keys", "true", "false"
)
HOSTILE = Edit("catalog/technova/system.yaml:3 title: a -> </code>`**@everyone**`")


def since(*edits: Edit) -> ChangeSet:
    return replace(sample.change(), edits=Edits("origin/main", "c0ffee" * 7, edits))


def test_it_stands_before_all_changes_of_objects() -> None:
    found = since(KEYS)
    shown = terminal.render(found, "technova/prod")
    assert (
        shown.index("# changed since origin/main  1 line")
        < shown.index(KEYS.text)
        < shown.index("! database sales-order")
    )
    text = markdown.render(found, "technova/prod")
    assert "<details open><summary><b><code>&#35;</code></b> <code>changed since origin/main</code> 1 line" in text
    assert text.index(KEYS.text) < text.index("<code>database sales-order</code>")
    page = html.render(found, "technova/prod")
    assert page.index('id="edits"') < page.index(KEYS.text.replace(">", "&gt;")) < page.index('id="g1"')
    assert "since origin/main (c0ffeec0ffee)" in page


def test_programs_get_field_values_and_line() -> None:
    report = json.loads(json_report.render(since(KEYS), "technova/prod"))
    assert report["edits"] == {
        "base": "origin/main",
        "commit": "c0ffee" * 7,
        "lines": [
            {
                "text": KEYS.text,
                "location": {"file": FILE, "line": 9, "column": 1},
                "entry": "environment",
                "field": "customer_keys",
                "before": "true",
                "after": "false",
            }
        ],
    }
    assert json.loads(json_report.render(sample.change(), "technova/prod"))["edits"] is None


def test_nothing_changed_is_said_and_who_did_not_ask_is_told_nothing() -> None:
    assert "changed since origin/main  0 lines" in terminal.render(since(), "technova/prod")
    assert "since origin/main (c0ffeec0ffee)" in html.render(since(), "technova/prod")
    assert "changed since" not in terminal.render(sample.change(), "technova/prod")
    assert 'id="edits"' not in html.render(sample.change(), "technova/prod")


def test_a_plan_without_changes_tells_it_too() -> None:
    found = ChangeSet(edits=Edits("HEAD", "c0ffee" * 7, (KEYS,)))
    for text in (terminal.render(found, "x/y"), markdown.render(found, "x/y")):
        assert KEYS.text in text
    assert KEYS.field is not None
    assert KEYS.field in html.render(found, "x/y")


def test_its_text_is_never_markup() -> None:
    assert "</code>`" not in html.render(since(HOSTILE), "technova/prod")
    block = markdown.render(since(HOSTILE), "technova/prod").partition("```diff\n")[2].partition("\n```")[0]
    assert HOSTILE.text in block


@pytest.mark.parametrize("budget", [700, 1_000, 2_000, 5_000])
def test_what_a_comment_has_no_room_for_is_counted(budget: int) -> None:
    many = [replace(KEYS, text=f"{KEYS.text} {number}") for number in range(200)]
    text = markdown.render(since(*many), "technova/prod", budget=budget)
    assert len(text.encode()) <= budget
    assert "not shown" in text
    assert "changed since origin/main" in text
