"""The JSON Schemas: as strict as the reader about keys and forms, as lenient as the layers about what is left out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import pytest
from annotated_types import Le, Lt
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from infragen.catalog.schema import schema_of_compose, schemas
from infragen.core.system import Settings, System
from infragen.core.units import Figure
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeSettings
from infragen.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
SCHEMAS = {**schemas(), "compose": schema_of_compose()}
OF_CATALOGUES = (path for path in ROOT.glob("catalog/*/**/*.yaml") if path.parts[len(ROOT.parts) + 2] != "contracts")
FILES = sorted((*OF_CATALOGUES, *ROOT.glob("environments/*/*.yaml")))


def kind_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if parts[0] == "environments":
        return "compose" if "platform: compose" in path.read_text(encoding="utf-8") else "environment"
    return "system" if path.name == "system.yaml" else kinds()[parts[2]].model.SINGULAR


def complaints(kind: str, data: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema_itself(name: str) -> None:
    Draft202012Validator.check_schema(dict(SCHEMAS[name]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_committed_catalogue_keeps_them(path: Path) -> None:
    assert complaints(kind_of(path), read(path, path.name).data) == []


def numbers_without_a_most(annotation: Any, path: str, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """Yield the numbers of a model that may be as large as one likes; figures with a unit have a most of their own."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from numbers_without_a_most(arguments[0], path, (*metadata, *arguments[1:]))
    elif get_origin(annotation) in {dict, tuple}:
        for one in arguments:
            yield from numbers_without_a_most(one, path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from numbers_without_a_most(field.annotation, f"{path}.{name}", tuple(field.metadata))
    elif arguments:
        for one in arguments:
            yield from numbers_without_a_most(one, path, metadata)
    elif annotation in {int, float, Decimal} and not any(isinstance(one, Figure) for one in metadata):
        bounds = [part for one in metadata for part in (one, *getattr(one, "metadata", ()))]
        if not any(isinstance(one, Le | Lt) for one in bounds):
            yield path


OTHERS = {"compose": ComposeSettings, "environment": Settings, "system": System}
MODELS = {**{kind: one.model for kind, one in kinds().items()}, **OTHERS}


@pytest.mark.parametrize("kind", MODELS)
def test_no_number_is_without_a_most(kind: str) -> None:
    free = {path for path in numbers_without_a_most(MODELS[kind], kind) if not path.endswith(".environment")}
    assert free == set()


def test_nothing_is_required_of_a_layer_and_a_name_is_not_unset() -> None:
    assert complaints("service", {"title": "Orders"}) == []
    assert complaints("environment", {"title": "Production"}) == []
    assert complaints("system", {"schema": 1, "title": "Shop"}) == []
    assert complaints("system", {"title": "Shop"}) == ["'schema' is a required property"]
    assert complaints("service", {"name": None}) != []


def test_null_unsets_at_every_depth() -> None:
    data = {"name": "order", "calls": {"auth": None}, "scaling": {"cpu": None, "schedules": {"evening": None}}}
    assert complaints("service", data) == []
    assert complaints("environment", {"environment": "dev", "databases": {"order": None}}) == []


def test_unknown_keys_are_refused_at_every_depth() -> None:
    assert complaints("service", {"name": "order", "task": {}})
    assert complaints("service", {"name": "order", "tasks": {"minimum": 1}})
    assert complaints("environment", {"environment": "dev", "every": {"services": {"taks": {}}}})
    assert complaints("environment", {"environment": "dev", "services": {"order": {"taks": {}}}})
    assert complaints("domain", {"name": "sales", "defaults": {"services": {"taks": {}}}})
    assert complaints("system", {"schema": 1, "name": "a", "title": "A", "time_zone": "UTC", "defaults": {"x": {}}})


def test_figures_need_their_unit() -> None:
    assert complaints("service", {"name": "order", "sizes": {"normal": {"cpu": "2 vCPU"}}}) == []
    assert complaints("service", {"name": "order", "sizes": {"normal": {"cpu": 2}}})
    assert complaints("gateway", {"name": "external", "limit": "1000 req/min"}) == []
    assert complaints("gateway", {"name": "external", "limit": "1000 per minute"})


def test_what_stands_in_a_list_is_whole() -> None:
    assert complaints("service", {"name": "order", "scaling": {"steps": [{"above": "15 %", "change": 50}]}}) == []
    assert complaints("service", {"name": "order", "scaling": {"steps": [{"above": "15 %"}]}})
    assert complaints("service", {"name": "order", "notes": [{"id": "TN-01", "says": None, "built": "x"}]})


def test_fields_are_explained_in_the_words_of_their_models() -> None:
    service = SCHEMAS["service"]
    assert (
        service["properties"]["profile"]["description"] == "The active size; `normal`, or the only one, when left out."
    )
    assert "six fields" in service["$defs"]["ScheduleLayer"]["properties"]["cron"]["description"]
