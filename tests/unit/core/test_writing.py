"""What a value is written as reads as the same value."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, WithJsonSchema

from infragen.catalog import Project, load
from infragen.core import units
from infragen.core.units import Figure, inner_type, written
from infragen.environment import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

FIGURES = {
    name: found
    for name, found in vars(units).items()
    if any(isinstance(part, Figure) for part in get_args(found)[1:])
}  # fmt: skip


def test_every_unit_can_be_written() -> None:
    spelt = {
        name
        for name, found in vars(units).items()
        if any(isinstance(part, WithJsonSchema) for part in get_args(found)[1:])
    }
    assert spelt - set(FIGURES) == {"Rate"}


@pytest.fixture
def full(depot: Path) -> Environment:
    project = Project(depot)
    return resolve(project, load(project, "depot"), "prod").environment()


def test_every_entry_reads_as_the_same_entry(full: Environment) -> None:
    for owner, entry in full.every():
        data = written(entry, type(entry))
        assert type(entry).model_validate(data) == entry, owner


def test_what_is_as_when_left_out_is_left_out(full: Environment) -> None:
    for _, entry in full.every():
        data = written(entry, type(entry))
        asked = {field.alias or name for name, field in type(entry).model_fields.items() if field.is_required()}
        said = {"generate", "proxy", *asked}
        assert [key for key, item in data.items() if item in (None, [], {}) and key not in said] == []


@pytest.mark.parametrize("name", FIGURES)
@given(data=st.data())
def test_a_figure_reads_as_the_same_figure(name: str, data: st.DataObject) -> None:
    halves = data.draw(st.integers(1, 200))
    value: Any = Decimal(halves) / 2 if name in ("Acu", "Percent") else data.draw(st.integers(1, 10**7))
    text = written(value, FIGURES[name])
    assert TypeAdapter(FIGURES[name]).validate_python(text) == value, text


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (units.CpuUnits, 512, "0.5 vCPU"),
        (units.MebiBytes, 512, "0.5 GB"),
        (units.MebiBytes, 100, "100 MB"),
        (units.Gigabytes, 1500, "1.5 TB"),
        (units.Gigabytes, 150, "150 GB"),
        (units.Days, 1, "1 day"),
        (units.Days, 365, "365 days"),
        (units.Milliseconds, 1500, "1.5 s"),
        (units.Milliseconds, 200, "200 ms"),
        (units.Percent, Decimal(100), "100 %"),
    ],
)
def test_a_figure_is_in_the_unit_that_reads_best(kind: Any, value: Any, text: str) -> None:
    assert written(value, kind) == text
    assert written(value, kind | None) == text


def test_the_type_of_a_part_is_known_at_every_step() -> None:
    from infragen.kinds.workloads.model import Service

    cpu = inner_type(inner_type(inner_type(Service, "sizes"), "normal"), "cpu")
    assert written(256, cpu) == "0.25 vCPU"
    assert written(256, inner_type(Service, "nothing")) == 256
    assert inner_type(Annotated[dict[str, int], "x"], "a") is int
