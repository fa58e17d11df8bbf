"""Values that differ and look the same, or are hidden on both sides: the difference is told in words."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource, update

SAME = [
    ("a b", "a\u00a0b", "U+0020 space -> U+00A0 no-break space"),
    ("a b", "a\u3000b", "U+0020 space -> U+3000 ideographic space"),
    ("\u304c", "\u304b\u3099", "the form of Unicode differs, NFC -> NFD"),
    ("e\u0301", "\u00e9", "the form of Unicode differs, NFD -> NFC"),
    ("admin", "\u0430dmin", "U+0061 latin small letter a -> U+0430 cyrillic small letter a"),
    ("TOKEN", "\u03a4OKEN", "U+0054 latin capital letter t -> U+03A4 greek capital letter tau"),
    ("80", "\uff18\uff10", "U+0038 digit eight -> U+FF18 fullwidth digit eight, U+0030 digit zero -> U+FF10"),
    ("a-b", "a\u2011b", "U+002D hyphen-minus -> U+2011 non-breaking hyphen"),
    ("\u30ac", "\uff76\uff9e", "other characters stand for the same signs"),
]


@pytest.mark.parametrize(("before", "after", "words"), SAME)
def test_a_text_that_only_looks_the_same_is_told_in_words(before: str, after: str, words: str) -> None:
    (change,) = parse_plan(update({"description": before}, {"description": after})).changes
    assert words in (change.attributes[0].note or "")


@pytest.mark.parametrize(("before", "after", "words"), SAME[:5])
def test_so_is_one_in_a_list_in_a_document_in_a_text_of_lines_and_in_an_output(
    before: str, after: str, words: str
) -> None:
    values: list[tuple[Any, Any]] = [
        ([before], [after]),
        ({"inner": {"deep": before}}, {"inner": {"deep": after}}),
        (f"one\ntwo {before}\n", f"one\ntwo {after}\n"),
        (f'{{"key": "{before}"}}', f'{{"key": "{after}"}}'),
    ]
    for old, new in values:
        (change,) = parse_plan(update({"a": old}, {"a": new})).changes
        assert words in " ".join(one.note or "" for one in change.attributes)
    (output,) = parse_plan(
        plan(output_changes={"o": {"actions": ["update"], "before": before, "after": after}})
    ).outputs
    assert words in (output.note or "")


@pytest.mark.parametrize(("before", "after", "words"), SAME[:5])
def test_a_key_that_only_looks_the_same_is_told_in_words(before: str, after: str, words: str) -> None:
    (change,) = parse_plan(update({"tags": {before: "x"}}, {"tags": {after: "x"}})).changes
    assert [words in (one.note or "") for one in change.attributes] == [True, True]


@pytest.mark.parametrize(("before", "after", "words"), SAME[:1] + SAME[4:])
def test_objects_whose_addresses_look_the_same_are_told_apart(before: str, after: str, words: str) -> None:
    gone, come = (resource(f'aws_x.a["{key}"]', [word]) for key, word in ((before, "delete"), (after, "create")))
    (notice,) = parse_plan(plan(gone, come)).notices
    assert "are not the same: they look the same" in notice
    assert words in notice


@pytest.mark.parametrize(
    ("before", "after"), [("a", "b"), ("\u65e5", "\u672c"), ("\u00e9t\u00e9", "hiver"), ("1", "l")]
)
def test_a_text_that_looks_different_has_no_such_words(before: str, after: str) -> None:
    (change,) = parse_plan(update({"a": before}, {"a": after})).changes
    assert change.attributes[0].note is None


def _marked(*texts: str) -> dict[str, Any]:
    """Return what marks texts as sensitive anywhere in a plan."""
    return {
        "configuration": {
            "root_module": {
                "variables": {f"v{place}": {"default": text, "sensitive": True} for place, text in enumerate(texts)}
            }
        }
    }


OLD, NEW = "Gheim+Wort/99", "Neues&Wort=77"


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ({OLD: "as key"}, {NEW: "as key"}, "input"),
        ({"inner": {OLD: 1}}, {"inner": {NEW: 1}}, "input.inner"),
        ([{"a": 1, "m": {OLD: 1}}], [{"a": 1, "m": {NEW: 1}}], "input[0].m"),
        ({f"db-{OLD}": 1, "same": 2}, {f"db-{NEW}": 1, "same": 2}, "input"),
        (f'{{"{OLD}": 1}}', f'{{"{NEW}": 1}}', "input"),
    ],
)
def test_a_hidden_key_that_changes_is_told(before: Any, after: Any, path: str) -> None:
    content = plan(resource("aws_x.a", ["update"], {"input": before}, {"input": after}), **_marked(OLD, NEW))
    (change,) = parse_plan(content).changes
    assert [(one.path, one.before, one.after) for one in change.attributes] == [(path, "(sensitive)", "(sensitive)")]


def test_a_hidden_key_that_stays_is_no_change_and_one_that_comes_is_told_alone() -> None:
    before, after = {OLD: 1, "n": 1}, {OLD: 1, NEW: 2, "n": 2}
    content = plan(resource("aws_x.a", ["update"], {"input": before}, {"input": after}), **_marked(OLD, NEW))
    (change,) = parse_plan(content).changes
    assert [(one.before, one.after) for one in change.attributes] == [(None, "2"), ("1", "2")]
