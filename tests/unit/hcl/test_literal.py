"""Values become HCL that means the same and looks as `terraform fmt` leaves it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest

from infragen.hcl.layout import align
from infragen.hcl.literal import Reference, Remarked, UnrenderableError, literal, without_remarks


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("planning", '"planning"'),
        ("生産計画管理API", '"生産計画管理API"'),
        ('say "hi"', r'"say \"hi\""'),
        ("C:\\", r'"C:\\"'),
        ("two\nlines\tand a tab\r", r'"two\nlines\tand a tab\r"'),
        ("${local.secret}", '"$${local.secret}"'),
        ("$${a} and %{ if b }", '"$$${a} and %%{ if b }"'),
        ("costs 5$, 50%", '"costs 5$, 50%"'),
        ("\x00\x1b\x7f", r'"\u0000\u001b\u007f"'),
        ("admin\u202etxt.exe", r'"admin\u202etxt.exe"'),
        ("\U000e0041", r'"\U000e0041"'),
        (Colour.RED, '"red"'),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (0, "0"),
        (-7, "-7"),
        (10**40, "1" + "0" * 40),
        (0.1, "0.1"),
        (16.0, "16"),
        (1e21, "1000000000000000000000"),
        (Decimal("16.670"), "16.67"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0"),
        (Reference("local.network.vpc_id"), "local.network.vpc_id"),
        ([], "[]"),
        ((), "[]"),
        ({}, "{}"),
        (["a"], '["a"]'),
        (("a", 1), '["a", 1]'),
        (frozenset({"b", "a"}), '["a", "b"]'),
    ],
)
def test_a_value_becomes_the_literal_that_means_it(value: object, written: str) -> None:
    assert literal(value) == written


def test_a_list_of_more_than_two_has_one_item_a_line() -> None:
    assert align(literal(["a", "b", "c"])) == '[\n  "a",\n  "b",\n  "c",\n]\n'


def test_a_map_is_sorted_and_aligned_and_breaks_its_alignment_at_values_of_several_lines() -> None:
    value = MappingProxyType(
        {
            "zone": Reference("local.zone"),
            "a": 1,
            "long_name": 2,
            "nested": {"b": None, "aws:SourceArn": "x"},
            "of-two": [{"id": 1}],
        }
    )
    assert align(literal(value)) == (
        "{\n"
        "  a         = 1\n"
        "  long_name = 2\n"
        "  nested = {\n"
        '    "aws:SourceArn" = "x"\n'
        "    b               = null\n"
        "  }\n"
        "  of-two = [\n"
        "    {\n"
        "      id = 1\n"
        "    },\n"
        "  ]\n"
        "  zone = local.zone\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("plain-name_1", "plain-name_1"),
        ("for", '"for"'),
        ("null", '"null"'),
        ("1st", '"1st"'),
        ("a.b", '"a.b"'),
        ("在庫", '"在庫"'),
        ("か\u0303", '"か\\u0303"'),
        ("👍🏽", '"\\U0001f44d\\U0001f3fd"'),
        (7, '"7"'),
        (Reference("local.key"), "(local.key)"),
    ],
)
def test_a_key_is_bare_only_where_hcl_reads_it_as_a_name(key: object, written: str) -> None:
    assert literal({key: 1}) == f"{{\n{written} = 1\n}}"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("\ud800", "surrogate"),
        ("e\u0301", "NFC"),
        (float("nan"), "not a number"),
        (float("inf"), "not a number"),
        (Decimal("1e999999"), "digits"),
        (10**200, "digits"),
        (object(), "object"),
        ({True: 1}, "bool"),
        ({"1": 1, 1: 2}, "twice"),
        ([b"bytes"], "bytes"),
    ],
)
def test_what_hcl_cannot_carry_is_refused(value: object, why: str) -> None:
    with pytest.raises(UnrenderableError, match=why):
        literal(value)


def test_a_remark_becomes_a_comment_at_the_end_of_its_line_wherever_the_value_stands() -> None:
    window = Remarked("18:00-19:00", "03:00-04:00 Asia/Tokyo")
    assert align(f"window = {literal(window)}") == 'window = "18:00-19:00" # 03:00-04:00 Asia/Tokyo\n'
    assert align(literal({"a": window, "longer": 1})) == (
        '{\n  a      = "18:00-19:00" # 03:00-04:00 Asia/Tokyo\n  longer = 1\n}\n'
    )
    assert align(f"both = [{literal(window)}, {literal(Remarked('1', 'one'))}]") == (
        'both = ["18:00-19:00", "1"] # 03:00-04:00 Asia/Tokyo # one\n'
    )
    assert without_remarks(literal(window)) == '"18:00-19:00"'


def test_a_remark_cannot_leave_its_line_and_an_empty_one_is_none() -> None:
    hostile = Remarked("a", "one\ntwo = 2\x02\x03")
    assert align(f"b = {literal(hostile)}") == 'b = "a" # one two = 2\n'
    assert align(f"b = {literal(Remarked('a', ''))}") == 'b = "a"\n'
    assert align('b = "a" # \x02') == 'b = "a" # \x02\n'
