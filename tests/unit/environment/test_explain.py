"""Why a value is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project, load
from infragen.diagnostics import InfragenError
from infragen.environment import Explanation, explain, resolve
from tests.unit.catalog.rules.harness import Edit, good

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    good(tmp_path)
    Edit(
        "environments/shop/test.yaml",
        "title: Test\nevery: {services: {tasks: {max: 3}}}\nservices: {order: {tasks: {max: 5}}}",
        "title: Test",
    ).apply(tmp_path)
    Edit(
        "catalog/shop/services/order.yaml",
        "notes: [{id: TN-03, at: tasks.max, says: four and five, built: four}]\nassumptions:\n  tasks: nobody said\n",
        "assumptions:\n",
    ).apply(tmp_path)
    return tmp_path


def explained(root: Path, path: str) -> Explanation:
    project = Project(root)
    return explain(resolve(project, load(project, "shop"), "test").environment(), path)


def test_the_chain_starts_with_what_decides(root: Path) -> None:
    found = explained(root, "services.order.tasks.max")
    assert found.value == 5
    assert [(origin.location.file, origin.value) for origin in found.origins] == [
        ("environments/shop/test.yaml", 5),
        ("environments/shop/test.yaml", 3),
        ("catalog/shop/services/order.yaml", 4),
    ]


def test_what_following_sets_names_the_line_that_means_it(root: Path) -> None:
    Edit("environments/shop/test.yaml", "title: Test\nfollows: prod", "title: Test").apply(root)
    overridden = explained(root, "services.stock.tasks.max").origins
    assert [origin.brought_by for origin in overridden[:2]] == [None, "follows: prod"]
    found = explained(root, "workers.mailer.tasks.max")
    assert [(origin.value, origin.brought_by) for origin in found.origins] == [(0, "follows: prod"), (0, None)]
    assert str(found.origins[0].location) == "environments/shop/test.yaml:3:10"


def test_what_the_catalogue_says_about_a_value_is_told(root: Path) -> None:
    found = explained(root, "services.order.tasks.max")
    assert found.assumption == "nobody said"
    assert found.notes == ("TN-03: specified: four and five; built: four",)


def test_what_an_environment_s_file_says_about_a_value_of_an_entry_is_told(root: Path) -> None:
    note = "notes: [{id: TN-18, at: services.order.tasks.max, says: many, built: five}]"
    Edit("environments/shop/test.yaml", f"title: Test\n{note}\n", "title: Test\n").apply(root)
    said = "TN-18: specified: many; built: five"
    assert said in explained(root, "services.order.tasks.max").notes
    assert said in explained(root, "services.order.tasks").notes
    assert said not in explained(root, "services.order.tasks.min").notes
    assert said not in explained(root, "services.stock.tasks.max").notes


def test_a_default_of_the_program_has_no_origin(root: Path) -> None:
    found = explained(root, "services.order.port")
    assert (found.value, found.origins) == (8080, ())


def test_settings_and_the_system_are_explained_too(root: Path) -> None:
    assert explained(root, "network.nat").value == "per-zone"
    assert explained(root, "system.time_zone").value == "Asia/Tokyo"


def test_slashes_do_for_dots(root: Path) -> None:
    assert explained(root, "services/order/tasks/max").value == 5


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("services.oder.tasks", "did you mean `order`?"),
        ("services.order.task", "did you mean `tasks`?"),
        ("service.order", "did you mean `services`?"),
        ("services.order.tasks.max.more", "the value has no parts"),
        ("services.order.sizes.peak", "known here: normal, sale"),
        ("services", "known here: order, stock"),
    ],
)
def test_a_path_to_nothing_gets_the_nearest_name(path: str, hint: str, root: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        explained(root, path)
    assert [(found.code, found.hint) for found in caught.value.diagnostics] == [("X001", hint)]
