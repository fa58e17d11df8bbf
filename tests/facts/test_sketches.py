"""The sketched catalogues are valid YAML and leave no demanded row without a place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

SKETCHES = Path(__file__).parents[2] / "docs" / "contributing" / "catalogue-sketches.md"
SYSTEMS = ("technova", "webapp", "multicloud", "delivery-tracking", "dandori-portal")
ROWS = {"TN": 18, "WA": 15, "MC": 11, "DT": 23, "DP": 10}


class StrictLoader(yaml.BaseLoader):
    """Every scalar a string, as in the catalogue's own reading, and a key twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: a key stands twice"
        return super().construct_mapping(node, deep)


def sketched_files() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for block in re.findall(r"```yaml\n(.*?)```", SKETCHES.read_text(encoding="utf-8"), re.DOTALL):
        for text in block.split("---\n"):
            path = text.splitlines()[0].removeprefix("# ")
            assert path not in found, f"{path} is sketched twice"
            found[path] = yaml.load(text, StrictLoader)
    return found


FILES = sketched_files()


@pytest.mark.parametrize("path", FILES)
def test_a_sketched_file_says_where_it_lives_and_is_called_so(path: str) -> None:
    assert re.fullmatch(r"(catalog|environments)/[a-z-]+/([a-z-]+/)*[a-z0-9-]+\.yaml", path)


@pytest.mark.parametrize("path", FILES)
def test_every_note_and_assumption_points_at_a_value(path: str) -> None:
    entry = FILES[path]
    notes = [note["at"] for note in entry.get("notes", [])]  # type: ignore[attr-defined]
    for at in [*notes, *entry.get("assumptions", {})]:  # type: ignore[misc]
        assert reaches(entry, at.split(".")), f"{path}: {at}"


def reaches(value: object, steps: list[str]) -> bool:
    if not steps:
        return True
    return isinstance(value, dict) and steps[0] in value and reaches(value[steps[0]], steps[1:])


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_is_sketched(system: str) -> None:
    assert any(path.startswith(f"catalog/{system}/") for path in FILES)
    assert any(path.startswith(f"environments/{system}/") for path in FILES)


def test_every_kind_in_use_stands_in_the_table_of_kinds() -> None:
    text = SKETCHES.read_text(encoding="utf-8")
    table = text.partition("## The kinds")[2].partition("Not kinds:")[0]
    named = {
        kind
        for row in table.splitlines()
        for kind in re.findall(r"`([a-z]+)`", row.split("|")[1] if "|" in row else "")
    }
    used = {path.split("/")[2] for path in FILES if path.startswith("catalog/") and path.count("/") > 2}
    assert used - {"domains"} <= named


@pytest.mark.parametrize("prefix", ROWS)
def test_every_demanded_row_has_a_place(prefix: str) -> None:
    table = SKETCHES.read_text(encoding="utf-8").partition("## Where each row lives")[2]
    found: set[int] = set()
    for line in table.splitlines():
        cell = line.split("|")[1] if line.startswith("|") else ""
        numbers = [int(n) for n in re.findall(rf"{prefix}-(\d+)", cell)]
        found |= set(range(numbers[0], numbers[-1] + 1)) if " to " in cell and numbers else set(numbers)
    assert found == set(range(1, ROWS[prefix] + 1))
