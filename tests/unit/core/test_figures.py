"""Where figures come from: rows of the document, notes, assumptions, and what none of them speaks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Environment, Project, load
from infragen.core.figures import figures, is_figure, rest_of
from infragen.environment import environments, resolve
from tests.unit.catalog.rules.harness import Edit, good

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SYSTEM = "catalog/shop/system.yaml"
ORDER = "catalog/shop/services/order.yaml"
TEST = "environments/shop/test.yaml"


def all_of(root: Path, *edits: Edit) -> Sequence[Environment]:
    good(root)
    for edit in edits:
        edit.apply(root)
    project = Project(root)
    catalogue = load(project, "shop")
    return [resolve(project, catalogue, name).environment() for name in environments(project, "shop")]


def unmarked(root: Path, *edits: Edit) -> set[str]:
    return {one.name for one in figures(all_of(root, *edits)) if one.reason is None}


def said(file: str, text: str) -> Edit:
    if file == ORDER and text.startswith("assumptions: {"):  # it has some
        return Edit(
            file, f"assumptions:\n  {text.removeprefix('assumptions: {').removesuffix('}')}\n", "assumptions:\n"
        )
    first = {SYSTEM: "title: Shop\n", ORDER: "title: Orders\n", TEST: "title: Test\n"}[file]
    return Edit(file, f"{first}{text}\n", first)


TASKS = "services.order.tasks.max"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (SYSTEM, "figures: {chapter 2: [services.*.tasks]}"),
        (SYSTEM, "figures: {chapter 2: [services.order.tasks.max]}"),
        (ORDER, "assumptions: {tasks: nobody said}"),
        (ORDER, 'assumptions: {"*": nobody said}'),
        (ORDER, "notes: [{id: SH-02, at: tasks.max, says: five, built: four}]"),
        (TEST, "assumptions: {services.order.tasks: nobody said}"),
    ],
)
def test_a_row_a_reason_or_a_note_speaks_about_a_figure(file: str, text: str, tmp_path: Path) -> None:
    assert TASKS not in unmarked(tmp_path, said(file, text))


def test_what_nothing_speaks_about_is_told_where_it_stands(tmp_path: Path) -> None:
    [found] = [one for one in figures(all_of(tmp_path)) if one.name == TASKS]
    assert found.location.file == ORDER
    assert "services.*.scaling.cpu" in unmarked(tmp_path / "again"), "of defaults, as well"


def test_what_the_system_says_of_the_rest_is_of_all_figures(tmp_path: Path) -> None:
    assert unmarked(tmp_path, said(SYSTEM, 'assumptions: {"*": no figures}')) == set()


def test_an_environment_says_its_rest_of_its_own_file_alone(tmp_path: Path) -> None:
    every = said(TEST, 'every: {bffs: {tasks: {min: 1}}}\nassumptions: {"*": small}')
    found = {(one.location.file, one.reason) for one in figures(all_of(tmp_path, every))}
    assert (TEST, "small") in found
    assert (TEST, None) not in found
    assert (SYSTEM, None) in found


def test_a_note_of_the_system_is_about_its_defaults(tmp_path: Path) -> None:
    note = "notes: [{id: SH-02, at: defaults.services.scaling.cpu, says: fast, built: 70 %}]"
    assert "services.*.scaling.cpu" not in unmarked(tmp_path, said(SYSTEM, note))


@pytest.mark.parametrize("at", ["tasks", "title"])
def test_a_note_is_about_the_value_that_it_names_and_no_other_one(at: str, tmp_path: Path) -> None:
    """That something is said about a value is no proof that the document gives the figures in it."""
    rest = said(ORDER, f"notes: [{{id: SH-02, at: {at}, says: some, built: four}}]")
    assert TASKS in unmarked(tmp_path, rest)
    found = all_of(tmp_path / "again", rest, said(SYSTEM, 'assumptions: {"*": no figures}'))[0]
    assert rest_of(found, "services/order", ("tasks", "max")) == ((), "no figures")


def test_a_key_can_be_a_figure(tmp_path: Path) -> None:
    budget = "budget: {monthly: 200 USD, alerts: {80 %: [us@example.com]}}"
    assert {"budget.monthly", "budget.alerts.80 %"} <= unmarked(tmp_path, said(TEST, budget))


@pytest.mark.parametrize("value", [4, "70 %", "0.5 vCPU", "03:00-04:00", "db.r6g.large", "r6g.large.search"])
def test_numbers_and_classes_are_figures(value: object) -> None:
    assert is_figure(value)


@pytest.mark.parametrize("value", [True, None, "v1.0.0", "aurora-mysql", "/health", "index.html", ""])
def test_words_are_none(value: object) -> None:
    assert not is_figure(value)


def test_a_figure_has_a_row_or_else_the_reason_of_the_rest(tmp_path: Path) -> None:
    rows = 'figures: {chapter 2: [services.*.tasks.min]}\nassumptions: {"*": no others}'
    own = said(TEST, 'services: {stock: {tasks: {min: 3}}}\nassumptions: {"*": tests are small}')
    found = {one.name: one for one in all_of(tmp_path, said(SYSTEM, rows), own)}["test"]
    assert rest_of(found, "services/order", ("tasks", "min")) == (("chapter 2",), None)
    assert rest_of(found, "services/order", ("tasks", "max")) == ((), "no others")
    assert rest_of(found, "services/stock", ("tasks", "min")) == ((), "tests are small")
    assert rest_of(found, "services/order", ("title",)) == ((), None)
