"""What is called as its file or its folder, and what says another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project, load
from infragen.environment import resolve
from infragen.kinds.workloads.model import Service
from tests.unit.catalog.rules.harness import Edit, findings, good

if TYPE_CHECKING:
    from pathlib import Path

NAMED = {
    "catalog/shop/system.yaml": "name: shop\n",
    "environments/shop/test.yaml": "environment: test\n",
    "catalog/shop/services/order.yaml": "name: order\n",
    "catalog/shop/domains/sales.yaml": "name: sales\n",
}


@pytest.fixture
def unnamed(tmp_path: Path) -> Path:
    """A project in which these files say no names, and others do."""
    good(tmp_path)
    for file, line in NAMED.items():
        Edit(file, "", line).apply(tmp_path)
    return tmp_path


def test_a_name_that_the_place_says_need_not_be_written(unnamed: Path) -> None:
    project = Project(unnamed)
    environment = resolve(project, load(project, "shop"), "test").environment()
    assert environment.target == "shop/test"
    assert environment.all(Service)["order"].name == "order"
    assert environment.knows("domains", "sales")
    assert [one for one in findings(unnamed) if one.code.startswith(("C", "N"))] == []


def test_what_is_said_of_a_name_stands_where_its_file_begins(unnamed: Path) -> None:
    project = Project(unnamed)
    environment = resolve(project, load(project, "shop"), "test").environment()
    assert str(environment.at("services/order", "name")) == "catalog/shop/services/order.yaml:1:1"
    assert str(environment.at("services/stock", "name")) == "catalog/shop/services/stock.yaml:1:7"


def test_who_renames_a_file_renames_the_entry(unnamed: Path) -> None:
    old = unnamed / "catalog/shop/services/order.yaml"
    old.rename(old.with_name("orders.yaml"))
    assert "orders" in load(Project(unnamed), "shop").entries["services"]
    assert any("order" in one.message and one.location for one in findings(unnamed)), "others refer to it"


def test_one_name_in_two_folders_is_no_name(unnamed: Path) -> None:
    text = (unnamed / "catalog/shop/services/order.yaml").read_text("utf-8")
    Edit("catalog/shop/services/more/order.yaml", text).apply(unnamed)
    [problem] = load(Project(unnamed), "shop").problems
    assert (problem.code, str(problem.location)) == ("C005", "catalog/shop/services/order.yaml:1:1")
