"""Terraform's findings stand at the catalogue's lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import Diagnostic, Location
from infragen.terraform.findings import Finding
from infragen.workflow.attribution.findings import FindingLocator
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project, resolve_one
from tests.engine import small

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.workflow.rendering.composition import Composed

ORDER = "catalog/small/databases/sales/order.yaml"
HERE = "generated/small/dev"


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    folder: Path = small.small_project(tmp_path_factory.mktemp("blame"), aws=small.STACKS)
    extra = folder / "catalog/small/extra/network/dns.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text('resource "aws_sns_topic" "extra" {\n  name = "extra"\n}\n')
    project = open_project(folder)
    _, environment = resolve_one(project, small.TARGET)
    return compose(project, environment, templates_of(project))


def at(composed: Composed, found: Diagnostic, stack: str | None = None) -> Diagnostic:
    (said,) = FindingLocator(composed).locate([found], stack)
    return said


def line_of(composed: Composed, path: str, words: str) -> int:
    return composed.files[path].splitlines().index(next(x for x in composed.files[path].splitlines() if words in x)) + 1


def test_an_argument_of_a_generated_call_is_the_field_it_comes_from(composed: Composed) -> None:
    line = line_of(composed, "data-sales/database-order.tf", "max_capacity")
    said = at(composed, Diagnostic("T020", "too much", Location(f"{HERE}/data-sales/database-order.tf", line, 5)))
    assert said.location is not None
    assert (said.location.file, said.location.line) == (ORDER, 5)
    assert said.message == f"too much\n(in {HERE}/data-sales/database-order.tf:{line}:5)"


def test_a_call_as_a_whole_is_its_entry(composed: Composed) -> None:
    said = at(composed, Diagnostic("T020", "no", Location(f"{HERE}/data-sales/database-order.tf", 1)))
    assert said.location is not None
    assert (said.location.file, said.location.line) == (ORDER, 1)


def test_an_object_that_a_module_makes_is_its_calls_entry(composed: Composed) -> None:
    place = Location(f"{HERE}/modules/aurora_cluster_managed_password/main.tf", 1)
    found = Finding("T020", "AWS says no", place, address="module.database_order.aws_ssm_parameter.capacity")
    for one in (at(composed, found, "data-sales"), at(composed, _in_combined(found))):
        assert one.location is not None
        assert one.location.file == ORDER


def test_an_argument_inside_a_module_is_the_field_that_it_is_made_of(composed: Composed) -> None:
    module = "modules/aurora_cluster_managed_password/main.tf"
    place = Location(f"{HERE}/{module}", line_of(composed, module, "name  ="))
    found = Finding("T020", "a bad name", place, address="module.database_order.aws_ssm_parameter.capacity")
    said = at(composed, found, "data-sales")
    assert said.location is not None
    assert said.location.file == ORDER


def test_what_belongs_to_no_entry_is_the_environments(composed: Composed) -> None:
    said = at(composed, Diagnostic("T020", "no", Location(f"{HERE}/network/network.tf", 1)))
    assert said.location is not None
    assert said.location.file == "environments/small/dev.yaml"


def test_hand_written_hcl_is_shown_in_the_catalogues_copy(composed: Composed) -> None:
    line = line_of(composed, "network/extra_dns.tf", 'name = "extra"')
    said = at(composed, Diagnostic("T020", "no", Location(f"{HERE}/network/extra_dns.tf", line)))
    assert said.location == Location("catalog/small/extra/network/dns.tf", 2)


@pytest.mark.parametrize(
    "place",
    [None, Location("main.tf", 3), Location("generated/other/dev/network/network.tf"), Location(f"{HERE}/no/such.tf")],
)
def test_what_infragen_did_not_generate_stays_where_it_is(composed: Composed, place: Location | None) -> None:
    found = Diagnostic("T020", "no", place)
    assert at(composed, found) == found


def _in_combined(found: Finding) -> Finding:
    return Finding(found.code, found.message, found.location, address=f"module.data_sales.{found.address}")
