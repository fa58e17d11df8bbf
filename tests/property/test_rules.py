"""Whatever stands in a catalogue, validation ends in findings at places that exist."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fixtures import SMALL
from tests.unit.catalog.rules.harness import findings

from infragen.core.addresses import parse, problem
from infragen.core.clock import cron_problem
from infragen.kinds.workloads.fargate import SIZES, round_up
from infragen.rules import all_rules
from infragen.source import parse as parse_yaml

FILES = {
    path.relative_to(SMALL).as_posix(): parse_yaml(path.read_text(encoding="utf-8"), path.name)[0]
    for path in sorted(SMALL.rglob("*.yaml"))
}
WORDS = [
    "order",
    "stock",
    "web",
    "public",
    "sales",
    "normal",
    "nowhere",
    "",
    "-",
    "生産",
    "a" * 41,
    "${x}",
    "%{y}",
    '"',
    "\\",
]
FIGURES = [
    *("0.5 vCPU", "32 vCPU", "1 GB", "200 GB", "0 %", "100 %", "7 days", "99 days", "1 req/h", "100000 req/s"),
    *("0.5 ACU", "256 ACU", "10.0.0.0/8", "10.0.0.1/24", "0.0.0.0/0", "23:59-00:01", "30 7 ? * MON *", "? ? ? ? ? ?"),
]
VALUES = st.one_of(
    st.sampled_from([*WORDS, *FIGURES]),
    st.integers(-5, 10_000),
    st.booleans(),
    st.none(),
    st.builds(dict),
    st.builds(list),
    st.just([{"id": "TN-01", "at": "tasks.9", "says": "x", "built": "y"}]),
    st.text(max_size=12),
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*found, *(inner for key, below in items for inner in paths(below, (*path, key)))]


PLACES = [(file, path) for file, data in FILES.items() for path in paths(data)]


def put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
        if not isinstance(data, dict | list):
            return
    if isinstance(data, dict) or (isinstance(path[-1], int) and path[-1] < len(data)):
        data[path[-1]] = value


def written(root: Path, files: dict[str, Any]) -> None:
    for file, data in files.items():
        target = root / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_any_catalogue_gets_findings_at_places_that_exist(edits: list[tuple[tuple[str, tuple[Any, ...]], Any]]) -> None:
    files = copy.deepcopy(FILES)
    for (file, path), value in edits:
        try:
            put(files[file], path, copy.deepcopy(value))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier edit took the place away
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), files)
        for found in findings(Path(folder)):
            assert found.message
            assert found.hint is None or "\n" not in found.hint
            if found.location is not None and found.code != "P002":
                lines = (Path(folder) / found.location.file).read_text(encoding="utf-8").split("\n")
                assert 1 <= found.location.line <= len(lines)
                assert 1 <= found.location.column <= len(lines[found.location.line - 1]) + 1


@given(st.integers(1, 32768), st.integers(1, 244 * 1024))
def test_no_smaller_size_would_do(cpu: int, memory: int) -> None:
    built_cpu, built_memory = round_up(cpu, memory)
    assert built_cpu >= cpu
    assert built_memory >= memory
    enough = [(c, m) for c, memories in SIZES.items() for m in memories if c >= cpu and m >= memory]
    assert (built_cpu, built_memory) == min(enough)


@given(st.text(alphabet="0123456789*?,/-LW#MONFRIJAN ", max_size=40))
def test_any_text_is_a_cron_expression_or_has_a_problem(text: str) -> None:
    found = cron_problem(text)
    assert found is None or found


@given(st.text(alphabet="0123456789./", max_size=20))
def test_a_range_without_a_problem_is_read_as_it_is_written(text: str) -> None:
    if problem(text) is None:
        assert str(parse(text)) == text


FIT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20).map(lambda text: normalize("NFC", text))


@given(st.dictionaries(FIT.filter(lambda key: key not in ("", "<<")), FIT, min_size=1, max_size=4))
def test_quoted_text_is_read_as_it_was(data: dict[str, str]) -> None:
    text = yaml.safe_dump(data, default_style='"', allow_unicode=True)
    assert parse_yaml(text, "a.yaml")[0] == data


def test_rules_are_many() -> None:
    assert len(all_rules()) > 80
