"""The JSON Schemas: as strict as the reader about keys and forms, as lenient as the layers about what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infragen.catalog.schema import schemas
from infragen.kinds import kinds
from infragen.source import read

ROOT = Path(__file__).parents[3]
SCHEMAS = schemas()
FILES = sorted((*ROOT.glob("catalog/*/**/*.yaml"), *ROOT.glob("environments/*/*.yaml")))


def kind_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    if parts[0] == "environments":
        return "environment"
    return "system" if path.name == "system.yaml" else kinds()[parts[2]].model.__name__.lower()


def complaints(kind: str, data: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema_itself(name: str) -> None:
    Draft202012Validator.check_schema(dict(SCHEMAS[name]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_committed_catalogue_keeps_them(path: Path) -> None:
    assert complaints(kind_of(path), read(path, path.name).data) == []


def test_only_the_name_is_required() -> None:
    assert complaints("service", {"name": "order"}) == []
    assert complaints("service", {"title": "Orders"}) == ["'name' is a required property"]
    assert complaints("environment", {"environment": "prod"}) == []


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
