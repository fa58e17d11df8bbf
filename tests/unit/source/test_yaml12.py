"""Files are read as YAML 1.2 says: nothing is guessed, nothing is lost, every problem is told at its place."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.source import parse, yaml12


def data(text: str) -> dict[str, Any]:
    return parse(text, "a.yaml")[0]


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InfragenError) as caught:
        parse(text, "a.yaml")
    return [(found.code, str(found.location)) for found in caught.value.diagnostics]


def only_problem(text: str) -> Diagnostic:
    with pytest.raises(InfragenError) as caught:
        parse(text, "a.yaml")
    assert len(caught.value.diagnostics) == 1
    return caught.value.diagnostics[0]


GUESSED_AT_ELSEWHERE = """
-0 no on off yes y N 012345671234 12:30 1.50 0x1F 0o17 1e3 1_000 2026-11-20 .5 +7 nan -0x1 00
"""


@pytest.mark.parametrize("text", GUESSED_AT_ELSEWHERE.split())
def test_what_other_readers_guess_at_stays_text(text: str) -> None:
    assert data(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("17", 17), ("-3", -3), ("444455556666", 444455556666)])
def test_plain_decimal_integers_are_numbers(text: str, value: int) -> None:
    assert data(f"a: {text}") == {"a": value}


def test_a_number_too_long_to_be_sure_of_stays_text() -> None:
    assert data("a: 12345678901234567890") == {"a": "12345678901234567890"}


@pytest.mark.parametrize("text", ["true", "True", "TRUE"])
def test_true_is_true_in_the_three_spellings_of_the_core_schema(text: str) -> None:
    assert data(f"a: {text}")["a"] is True


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_null(text: str) -> None:
    assert data(f"a: {text}") == {"a": None}


@pytest.mark.parametrize("quoted", ['"17"', "'17'", '"true"', "'null'", '"~"'])
def test_quotes_make_text(quoted: str) -> None:
    assert data(f"a: {quoted}") == {"a": quoted[1:-1]}


def test_block_text_keeps_its_lines() -> None:
    assert data("a: |\n  one\n  2\n") == {"a": "one\n2\n"}


def test_maps_and_lists_nest() -> None:
    assert data("a: {b: [1, {c: x}]}\n") == {"a": {"b": [1, {"c": "x"}]}}


def test_an_anchor_is_read_at_each_place_it_is_used() -> None:
    assert data("a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


def test_a_scalar_anchor_may_be_used_often() -> None:
    assert data("a: &x 7\nb: [*x, *x]\n") == {"a": 7, "b": [7, 7]}


def test_every_key_given_twice_is_told_in_one_go() -> None:
    assert problems("a: 1\nb: {c: 1, c: 2}\na: 3\n") == [("S002", "a.yaml:2:11"), ("S002", "a.yaml:3:1")]


def test_an_alias_inside_itself_is_refused() -> None:
    assert problems("a: &x [*x]\n") == [("S003", "a.yaml:1:4")]


def test_a_billion_laughs_are_refused_at_once() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert {code for code, _ in problems("\n".join(lines))} == {"S003"}


def test_a_deep_nest_is_refused() -> None:
    found = only_problem("a: " + "[" * 100 + "]" * 100)
    assert found.code == "S003"
    assert "levels" in found.message


def test_the_merge_key_of_yaml_1_1_is_refused_with_what_to_do() -> None:
    found = only_problem("a: &x {b: 1}\nc:\n  <<: *x\n")
    assert (found.code, str(found.location)) == ("S004", "a.yaml:3:3")
    assert found.hint == "put shared values into `defaults`"


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!secret", "!!int", "!!binary"])
def test_a_tag_that_makes_a_type_is_refused(tag: str) -> None:
    assert problems(f"a: {tag} 'x'\n") == [("S004", "a.yaml:1:4")]


def test_a_key_that_is_no_word_is_refused() -> None:
    assert problems("? [a, b]\n: 1\n") == [("S004", "a.yaml:1:3")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1, 2\n", "a.yaml:1:4"),
        ("a: b: c\n", "a.yaml:1:5"),
        ("a:\n\t- b\n", "a.yaml:2:1"),
        ("a: 'open\n", "a.yaml:2:1"),
        ("a: *nowhere\n", "a.yaml:1:4"),
        ("a: 1\n b: 2\n", "a.yaml:2:3"),
    ],
)
def test_broken_yaml_is_told_where_it_breaks(text: str, place: str) -> None:
    assert problems(text) == [("S001", place)]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a\n- b\n", "just words\n", "---\n"])
def test_a_file_is_a_mapping(text: str) -> None:
    assert only_problem(text).code == "S001"


def test_a_second_document_is_refused() -> None:
    assert only_problem("a: 1\n---\nb: 2\n").code == "S001"


def test_a_character_that_yaml_does_not_allow_is_refused() -> None:
    assert only_problem("a: \x01\n").code == "S001"


def test_a_character_that_only_looks_like_yamls_is_not_looked_for_without_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def goes_on(text: str, _line: int) -> bool:
        tried.append(text)
        return False

    monkeypatch.setattr(yaml12, "_goes_on", goes_on)
    with pytest.raises(InfragenError, match="invalid YAML"):
        yaml12.parse("a: [\n" + "  “x”,\n" * 3000 + "]]\n", "a.yaml")
    assert 0 < len(tried) <= 20
    tried.clear()
    with pytest.raises(InfragenError, match="invalid YAML"):
        yaml12.parse("a: [\n" + "  “x”,\n" * 100_000 + "]]\n", "a.yaml")
    assert not tried


def test_a_file_of_more_values_than_a_catalogue_has_is_refused_before_all_of_it_is_composed() -> None:
    with pytest.raises(yaml.MarkedYAMLError):
        yaml12.node_of("a: [" + "b," * 500_000 + "]\n")
    with pytest.raises(InfragenError, match="S003 the file expands to more than 200,000 values"):
        yaml12.parse("a: [" + "b," * 500_000 + "]\n", "a.yaml")


def test_five_hundred_problems_are_enough_of_a_file() -> None:
    text = "a: 1\n" + "? [b]\n: 1\n" * 20_000
    with pytest.raises(InfragenError) as caught:
        parse(text, "x.yaml")
    assert len(caught.value.diagnostics) == 501
    assert str(caught.value.diagnostics[-1]) == "x.yaml:1002:3: error S004 more errors from here on are not shown"
