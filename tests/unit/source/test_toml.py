"""Positions in TOML: every path of the data has one, and it is the right one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infragen.diagnostics import InfragenError
from infragen.source.toml import parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = '''# first
title = "a # b" # and a comment
"quoted key".inner . 'x.y' = 1979-05-27 07:32:32
empty = []
multi = """
a "" quote = [x]
end""""
raw = \'\'\'it's # raw\'\'\'

[a.b] # a table
list = [ 1, [2, "]"], # inside
  {x = 1, y.z = "}"},
]

[[a.c]]
one = 1
[[a.c]]
two = 2
  [[a.c.d]]
  three = 3
[a.c.e]
four = 4
'''


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if path:
        yield path, data
    for step, inner in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from paths(inner, (*path, step))


def test_every_path_has_its_place() -> None:
    document = parse_toml(TEXT, "x.toml")
    assert {path for path, _ in paths(document.data)} == set(document.offsets)
    lines = TEXT.split("\n")
    for path, value in paths(document.data):
        place = document.locate(path)
        if isinstance(value, int):
            assert lines[place.line - 1][place.column - 1 :].startswith(str(value)), path
        key = document.locate(path, key=True)
        if isinstance(path[-1], str) and path[-1].isalpha():
            assert lines[key.line - 1][key.column - 1 :].startswith(path[-1]), path


def test_a_path_that_goes_too_deep_ends_at_what_is_there() -> None:
    document = parse_toml("[a]\nb = 1\n", "x.toml")
    assert str(document.locate(("a", "b", "c", 4))) == "x.toml:2:5"
    assert str(document.locate(("z",))) == "x.toml:1:1"


def test_a_key_of_very_many_parts_is_refused_before_it_is_read() -> None:
    for text in ("a = 1\n" + "a." * 40_000 + "a = 1\n", "x = 1\ny = {" + "a . " * 40_000 + "a = 1}\n"):
        with pytest.raises(InfragenError) as refused:
            parse_toml(text, "x.toml")
        (found,) = refused.value.diagnostics
        assert (found.code, found.message, str(found.location)) == (
            "S008",
            "a key has more than 100 parts",
            "x.toml:2:1",
        )
    assert parse_toml(f"a = [{'1.5, ' * 500}]\n", "x.toml").data


def test_lines_are_counted_alike_with_windows_line_ends() -> None:
    assert str(parse_toml("a = 1\r\nb = 2\r\n", "x.toml").locate(("b",))) == "x.toml:2:5"


KEYS = st.text(max_size=6)
VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[ " + ", # ]\n ".join(map(written, value)) + " \n]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    escaped = "".join(
        letter if letter.isprintable() and letter not in '"\\' else f"\\U{ord(letter):08X}" for letter in text
    )
    return f'"{escaped}"'


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_written_is_found(data: dict[str, Any]) -> None:
    if "\\U0000D" in (text := "".join(f"{quoted(key)} = {written(value)}\n" for key, value in data.items())):
        return  # half of a character
    document = parse_toml(text, "x.toml")
    assert document.data == data
    assert {path for path, _ in paths(data)} == set(document.offsets)
    for path, value in paths(data):
        assert text[document.offsets[path][1] :].startswith(written(value))
