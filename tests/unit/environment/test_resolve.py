"""Defaults below, overrides above: which layer decides, and what the environment is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Environment, Project, load
from infragen.diagnostics import InfragenError
from infragen.environment import environments, resolve, resolve_system, resolve_unled
from infragen.kinds.bffs import Bff
from infragen.kinds.workloads.model import Service
from tests.unit.catalog.rules.harness import Edit, good

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM = "catalog/shop/system.yaml"
DOMAIN = "catalog/shop/domains/sales.yaml"
STOCK = "catalog/shop/services/stock.yaml"
ORDER = "catalog/shop/services/order.yaml"
TEST = "environments/shop/test.yaml"


def built(root: Path, *edits: Edit, profiles: tuple[str, ...] = (), name: str = "test") -> Environment:
    good(root)
    for edit in edits:
        edit.apply(root)
    project = Project(root)
    return resolve(project, load(project, "shop"), name, profiles=profiles).environment()


def append(file: str, text: str, root: Path) -> None:
    path = root / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


LAYERS = (
    (SYSTEM, "    image: {tag: v1.0.0}\n    scaling", "    image: {tag: v1.0.0}\n    port: 8001\n    scaling"),
    (DOMAIN, "title: Sales", "title: Sales\ndefaults: {services: {port: 8002}}"),
    (STOCK, "database: stock", "database: stock\nport: 8003"),
    (TEST, "title: Test", "title: Test\nevery: {services: {port: 8004}}"),
    (TEST, "title: Test", "title: Test\nservices: {stock: {port: 8005}}"),
)


@pytest.mark.parametrize("count", range(6))
def test_the_strongest_layer_decides(count: int, tmp_path: Path) -> None:
    edits = [Edit(file, new, old) for file, old, new in LAYERS[:count]]
    environment = built(tmp_path, *edits)
    assert environment.all(Service)["stock"].port == (8080 if count == 0 else 8000 + count)


@pytest.mark.parametrize("count", range(1, 6))
def test_a_value_stands_where_the_strongest_layer_gives_it(count: int, tmp_path: Path) -> None:
    edits = [Edit(file, new, old) for file, old, new in LAYERS[:count]]
    environment = built(tmp_path, *edits)
    assert environment.at("services/stock", "port").file == LAYERS[count - 1][0]


def test_maps_merge_and_lists_replace(tmp_path: Path) -> None:
    steps = "steps: [{above: 10 %, change: 20}, {above: 20 %, change: 40}]"
    environment = built(
        tmp_path,
        Edit(SYSTEM, f"    scaling: {{cpu: 70 %, {steps}}}", "    scaling: {cpu: 70 %}"),
        Edit(TEST, "title: Test\nevery: {services: {scaling: {steps: [{above: 15 %, change: 9}]}}}", "title: Test"),
    )
    scaling = environment.all(Service)["order"].scaling
    assert scaling.cpu == Decimal(70)
    assert [step.change for step in scaling.steps] == [9]
    assert list(scaling.schedules) == ["morning"]


def test_null_unsets_what_a_layer_below_gave(tmp_path: Path) -> None:
    environment = built(
        tmp_path, Edit(TEST, "title: Test\nservices: {order: {scaling: {schedules: null}}}", "title: Test")
    )
    assert environment.all(Service)["order"].scaling.schedules == {}
    assert environment.all(Service)["order"].scaling.cpu == Decimal(70)


def test_an_entry_set_to_null_is_not_in_the_environment(tmp_path: Path) -> None:
    environment = built(tmp_path, Edit(TEST, "title: Test\nbffs: {web: null}", "title: Test"))
    assert dict(environment.all(Bff)) == {}
    assert not environment.knows("bffs", "web")


def test_an_environments_settings_have_the_systems_defaults_below_them(tmp_path: Path) -> None:
    environment = built(tmp_path, Edit(TEST, "title: Test\nlog_retention: 7 days", "title: Test"))
    assert environment.settings.log_retention == 7
    assert environment.settings.region == "ap-northeast-1"
    assert environment.at("environment", "log_retention").file == TEST
    assert environment.at("environment", "region").file == SYSTEM


def test_an_environment_leaves_the_catalogue_alone_as_it_is(tmp_path: Path) -> None:
    good(tmp_path)
    project = Project(tmp_path)
    catalogue = load(project, "shop")
    base = resolve_system(catalogue)
    environment = resolve(project, catalogue, "test", base=base).environment()
    assert base.resolved is not None
    assert environment.all(Service)["stock"] is base.resolved.all(Service)["stock"]


def test_an_environment_that_overrides_an_entry_has_another_one_than_the_catalogue_alone(tmp_path: Path) -> None:
    good(tmp_path)
    Edit(TEST, "title: Test\nservices: {stock: {port: 8005}}", "title: Test").apply(tmp_path)
    project = Project(tmp_path)
    catalogue = load(project, "shop")
    environment = resolve(project, catalogue, "test", base=resolve_system(catalogue)).environment()
    assert environment.all(Service)["stock"].port == 8005


def test_an_environment_has_the_name_of_its_file(tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        built(tmp_path, Edit(TEST, "environment: tset", "environment: test"))
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.hint) == ("C007", "write `environment: test`")


def test_an_environment_is_read_as_if_it_did_not_wait(tmp_path: Path) -> None:
    assert built(tmp_path, Edit(TEST, "title: Test\nwaits: true", "title: Test")).settings.waits
    project = Project(tmp_path)
    assert not resolve_unled(project, load(project, "shop"), "test").environment().settings.waits


NO_IMAGE = Edit(SYSTEM, "    scaling", "    image: {tag: v1.0.0}\n    scaling")
"""Services say no image of their own then."""


@pytest.mark.parametrize(
    ("said", "tag"),
    [("", "0000000"), ("\nimage: {keep: 9}", "0000000"), ("\nimage: {tag: v2}", "v2"), ("\nimage: nginx:1.27", "1.27")],
)
def test_what_a_pipeline_deploys_needs_no_first_tag(said: str, tag: str, tmp_path: Path) -> None:
    by_pipeline = Edit(SYSTEM, "    deploy: pipeline\n    scaling", "    scaling")
    own = Edit(STOCK, f"database: stock{said}", "database: stock")
    assert built(tmp_path, NO_IMAGE, by_pipeline, own).all(Service)["stock"].image.tag == tag


@pytest.mark.parametrize("said", ["", "\ndeploy: pipeline\nimage: {name: public.ecr.aws/nginx/nginx}"])
def test_a_tag_is_asked_for_of_what_terraform_deploys_and_of_others_images(said: str, tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        built(tmp_path, NO_IMAGE, Edit(STOCK, f"database: stock{said}", "database: stock"))
    assert {one.code for one in caught.value.diagnostics} == {"C002"}
    assert any("image" in one.message and one.location.file == STOCK for one in caught.value.diagnostics)


PROFILES = (
    (("sale",), "", "sale"),
    ((), "\nprofiles: [sale]", "sale"),
    ((), "\nservices: {order: {profile: sale}}", "sale"),
    (("normal",), "\nprofiles: [sale]", "normal"),
    (("sale",), "\nservices: {order: {profile: normal}}", "normal"),
    (("order=sale",), "\nservices: {order: {profile: normal}}", "sale"),
    (("order=normal", "sale"), "", "normal"),
    ((), "", "normal"),
)


@pytest.mark.parametrize(("given", "written", "active"), PROFILES)
def test_the_nearest_choice_of_a_size_wins(given: tuple[str, ...], written: str, active: str, tmp_path: Path) -> None:
    environment = built(tmp_path, Edit(TEST, f"title: Test{written}", "title: Test"), profiles=given)
    assert environment.all(Service)["order"].active_profile == active
    assert environment.all(Service)["stock"].active_profile == "normal"


def test_a_profile_that_no_service_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        built(tmp_path, profiles=("month-end", "order=peak"))
    assert [found.code for found in caught.value.diagnostics] == ["C009", "C009"]


def test_a_profile_is_not_refused_where_the_entry_that_may_have_it_is_broken(tmp_path: Path) -> None:
    with pytest.raises(InfragenError) as caught:
        built(tmp_path, Edit(STOCK, "tasks: {min: few, max: 4}", "tasks: {min: 2, max: 4}"), profiles=("month-end",))
    assert [found.code for found in caught.value.diagnostics] == ["C003"]


def test_a_broken_entry_is_known_and_hides_no_other(tmp_path: Path) -> None:
    good(tmp_path)
    Edit(STOCK, "tasks: {min: few, max: 4}", "tasks: {min: 2, max: 4}").apply(tmp_path)
    project = Project(tmp_path)
    result = resolve(project, load(project, "shop"), "test")
    assert [found.code for found in result.problems] == ["C003"]
    assert result.resolved is not None
    assert list(result.resolved.all(Service)) == ["order"]
    assert result.resolved.knows("services", "stock")
    with pytest.raises(InfragenError):
        result.environment()


def test_an_entry_whose_file_cannot_be_read_is_known_by_its_files_name(tmp_path: Path) -> None:
    good(tmp_path)
    (tmp_path / STOCK).write_text("name: [", encoding="utf-8")
    project = Project(tmp_path)
    result = resolve_system(load(project, "shop"))
    assert result.resolved is not None
    assert result.resolved.knows("services", "stock")


def test_environments_are_known_by_their_files(tmp_path: Path) -> None:
    project = Project(good(tmp_path))
    assert environments(project, "shop") == ("prod", "test")
    with pytest.raises(InfragenError) as caught:
        resolve(project, load(project, "shop"), "prd")
    assert [(found.code, found.hint) for found in caught.value.diagnostics] == [("P003", "did you mean `prod`?")]


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    one = built(tmp_path / "one")
    moved = tmp_path / "two"
    good(moved)
    (moved / "catalog/shop/services/zone").mkdir()
    (moved / ORDER).rename(moved / "catalog/shop/services/zone/aaa.yaml")
    project = Project(moved)
    two = resolve(project, load(project, "shop"), "test").environment()
    assert one.all(Service) == two.all(Service)
    assert list(one.all(Service)) == list(two.all(Service))


def test_what_is_wrong_in_infragen_toml_is_said_of_an_environment_and_nothing_is_taken_for_granted(
    tmp_path: Path,
) -> None:
    project = Project(good(tmp_path))
    assert resolve(project, load(project, "shop"), "prod").environment().aws_provider == "5"
    (tmp_path / "infragen.toml").write_text('[terraform]\naws_provider = "6"\n')
    assert resolve(project, load(project, "shop"), "prod").environment().aws_provider == "6"
    (tmp_path / "infragen.toml").write_text("[terraform]\naws_provider = 7\n")
    (problem,) = resolve(project, load(project, "shop"), "prod").problems
    assert str(problem).startswith("infragen.toml:2:16: error C003 `terraform.aws_provider`: 7 is not one of")
