"""What is called as its file or its folder, and what says another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project, load
from infragen.environment import resolve
from infragen.kinds.workloads.model import Service
from infragen.workflow.new.entry import wrong_words
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


def test_an_environment_with_a_long_name_is_told_both_lengths(tmp_path: Path) -> None:
    long = "the-environment-that-everybody-tries-things-in"
    path = good(tmp_path) / "environments/shop/test.yaml"
    text = path.read_text("utf-8").replace("environment: test\n", "")
    path.with_name(f"{long}.yaml").write_text(text, "utf-8")
    [problem] = [one for one in findings(tmp_path) if one.code == "C003"]
    assert problem.message == f"`environment`: the text has {len(long)} characters, more than 40"
    assert problem.hint == "write at most 40; rename the file"


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a-name-of-a-service-that-is-far-too-long-x", "it has 42 characters, and a name has at most 40"),
        ("Order", "a name has only lower case letters, digits and single hyphens, a letter first"),
    ],
)
def test_a_new_name_is_refused_with_the_rule_that_it_breaks(name: str, rule: str) -> None:
    [problem] = wrong_words(name, None)
    assert problem.message == f"{name!r} cannot be a name: {rule}"
