"""Layers merge as they are documented, and know where each value stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.core.layers import Layer, Layers
from infragen.source import read

if TYPE_CHECKING:
    from pathlib import Path


def layers(folder: Path, *texts: str) -> Layers:
    found = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.yaml"
        path.write_text(text, encoding="utf-8")
        document = read(path, path.name)
        found.append(Layer(document, (), document.data))
    return Layers.of(found, found[0])


def merged(folder: Path, *texts: str) -> dict[str, Any]:
    return layers(folder, *texts).merged()


def test_maps_merge_at_every_depth(tmp_path: Path) -> None:
    assert merged(tmp_path, "a: {b: {c: 1, d: 2}}", "a: {b: {d: 3, e: 4}}") == {"a": {"b": {"c": 1, "d": 3, "e": 4}}}


def test_lists_and_words_replace(tmp_path: Path) -> None:
    assert merged(tmp_path, "a: [1, 2]\nb: x", "a: [3]\nb: {c: 1}") == {"a": [3], "b": {"c": 1}}


def test_null_unsets_and_a_later_layer_may_set_again(tmp_path: Path) -> None:
    assert merged(tmp_path, "a: {b: 1, c: 2}", "a: {b: null}") == {"a": {"c": 2}}
    assert merged(tmp_path, "a: {b: 1}", "a: null", "a: {c: 3}") == {"a": {"c": 3}}


def test_merging_changes_no_file(tmp_path: Path) -> None:
    found = layers(tmp_path, "a: {b: 1}", "a: {b: null, c: {d: 1}}")
    found.merged()
    found.merged()["a"]["c"]["d"] = 2
    assert [layer.data for layer in found.layers] == [{"a": {"b": 1}}, {"a": {"b": None, "c": {"d": 1}}}]


def test_a_value_stands_in_the_strongest_layer_that_gives_it(tmp_path: Path) -> None:
    found = layers(tmp_path, "a: {b: 1, c: 2}", "a: {b: 3}")
    assert str(found.locate(("a", "b"))) == "1.yaml:1:8"
    assert str(found.locate(("a", "c"))) == "0.yaml:1:14"
    assert [layer.document.file for layer in found.setting(("a", "b"))] == ["1.yaml", "0.yaml"]


def test_what_nobody_wrote_stands_at_its_nearest_ancestor(tmp_path: Path) -> None:
    found = layers(tmp_path, "z: 1\na: {b: 1}", "y: 1\na: {c: 1}")
    assert str(found.locate(("a", "d"))) == "1.yaml:2:4"
    assert str(found.locate(("q",))) == "0.yaml:1:1"
