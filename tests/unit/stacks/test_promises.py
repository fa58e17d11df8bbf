"""What entries give each other, what is watched, and what things are called: golden files hold it for every kind.

Where one differs, read the difference: `make golden` writes them anew.
"""

from __future__ import annotations

import re

import pytest

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import resolve_system
from infragen.kinds import kinds
from tests.fixtures import FULL
from tests.unit.stacks.packaged import installed
from tests.unit.stacks.promises import FOLDER, blocks, every_module, golden, shipped_and_brought


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return golden()


def test_there_is_a_golden_file_for_every_environment(made: dict[str, str]) -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(made)


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_what_entries_are_given_and_watched_for_is_as_it_was(made: dict[str, str], name: str) -> None:
    assert made[name].splitlines() == (FOLDER / name).read_text(encoding="utf-8").splitlines()


def test_every_variable_of_a_module_is_read_there() -> None:
    with installed():
        templates = shipped_and_brought()
        for module in every_module(templates):
            every = list(blocks(templates, module))
            declared = {one.labels[0] for one in every if one.kind == "variable"}
            read = {name for one in every if one.kind != "variable" for name in re.findall(r"\bvar\.(\w+)", one.body)}
            assert declared - read == set(), module


def test_every_way_to_use_an_entry_is_in_the_full_system() -> None:
    """Else the golden files would hold nothing of it; a package's own are in the system that is made for it."""
    of = resolve_system(load(Project(FULL), "depot")).resolved
    assert of is not None
    uses = [
        (used.partition("/")[0], use) for _, entry in of.every() for used, use in getattr(entry, "uses", {}).items()
    ]
    for name, kind in kinds().items():
        if kind.is_usable:
            assert {use.access for used, use in uses if used == name} >= set(kind.permissions.access or (None,)), name
