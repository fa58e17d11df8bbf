"""A file knows where each of its values stands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.source import Document, node_of, read

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
name: planning
sizes:
  normal: {cpu: 2 vCPU, memory: 4 GB}
steps:
  - above: 15
  - {above: 25}
"""


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "planning.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read(path, "catalog/planning.yaml")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "1:1"),
        (("name",), "1:7"),
        (("sizes",), "3:3"),
        (("sizes", "normal"), "3:11"),
        (("sizes", "normal", "memory"), "3:33"),
        (("steps", 0, "above"), "5:12"),
        (("steps", 1), "6:5"),
    ],
)
def test_a_value_is_found(document: Document, path: tuple[str | int, ...], place: str) -> None:
    assert str(document.locate(path)) == f"catalog/planning.yaml:{place}"
    assert document.has(path)


def test_a_key_is_found_beside_its_value(document: Document) -> None:
    assert str(document.locate(("sizes", "normal"), key=True)) == "catalog/planning.yaml:3:3"


@pytest.mark.parametrize(
    "path", [("sizes", "peak"), ("sizes", "normal", "gpu"), ("steps", 7), ("name", "x"), ("steps", "x")]
)
def test_a_path_that_goes_too_deep_ends_at_what_there_is(document: Document, path: tuple[str | int, ...]) -> None:
    assert not document.has(path)
    assert document.locate(path) == document.locate(path[:-1])


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("name: a\n".encode("utf-8-sig"))
    assert read(path, "a.yaml").data == {"name": "a"}


def test_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("title: 生産\n".encode("shift_jis"))
    with pytest.raises(InfragenError) as caught:
        read(path, "a.yaml")
    assert [(found.code, found.hint) for found in caught.value.diagnostics] == [("S005", "save it as UTF-8")]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        read(tmp_path, "a.yaml")
    assert [found.code for found in caught.value.diagnostics] == ["S006"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.touch(mode=0)
    with pytest.raises(InfragenError) as caught:
        read(path, "a.yaml")
    assert [found.code for found in caught.value.diagnostics] == ["S006"]


def test_each_of_many_keys_is_found_without_reading_all_others() -> None:
    class Pairs(list[Any]):
        read = 0

        def __iter__(self) -> Any:
            return self.counted(super().__iter__())

        def __reversed__(self) -> Any:
            return self.counted(super().__reversed__())

        def counted(self, pairs: Any) -> Any:
            for pair in pairs:
                Pairs.read += 1
                yield pair

    text = "".join(f"k{number}: {number}\n" for number in range(300))
    document = Document("many.yaml", {}, text)
    node = node_of(text)
    node.value = Pairs(node.value)
    assert [document.locate((f"k{number}",)).line for number in range(300)] == [*range(1, 301)]
    assert Pairs.read == 300


def test_of_a_key_that_is_there_twice_the_first_is_found() -> None:
    assert Document("twice.yaml", {}, "a: 1\nb: 2\na: 3\n").locate(("a",)).line == 1
