"""Every name that a stack gives to AWS comes from one place, which the rules on names read."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog import Environment, Project, load
from infragen.core.names import LIMITS, Names, derived
from infragen.environment import resolve
from infragen.kinds.bffs import Bff
from infragen.kinds.databases import Database
from infragen.kinds.services import Service
from infragen.stacks.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
FIELDS = {
    "repository_name": "repository",
    "target_group_name": "target_group",
    "trust_store_name": "trust_store",
    "trust_store_bucket_name": "bucket",
    "bucket_name": "bucket",
    "logging_role_name": "role",
    "execution_role_name": "role",
    "role_name": "role",
    "mesh_role_name": "role",
    "dead_letter_name": "queue",
    "step_alarm_name": "alarm",
    "identifier": "database",
    "final_snapshot_identifier": "database",
}
"""Fields of the stacks' values whose text is a name in AWS, by what limits it."""


@pytest.fixture(scope="module")
def environment() -> Environment:
    project = Project(ROOT)
    return resolve(project, load(project, "technova"), "prod").environment()


def named(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind and text of every name among a stack's values."""
    if dataclasses.is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in FIELDS and isinstance(inner, str):
                yield FIELDS[key], inner
            yield from named(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from named(inner)


def test_no_stack_gives_a_name_longer_than_the_rule_reckons_with(environment: Environment) -> None:
    longest: dict[str, int] = {}
    for name in derived(environment):
        longest[name.kind] = max(longest.get(name.kind, 0), len(name.name))
    found = [name for stack in build(environment) for file in stack.files for name in named(file.context)]
    assert {kind for kind, _ in found} >= {"role", "database", "bucket", "queue"}
    assert [(kind, text) for kind, text in found if len(text) > longest[kind]] == []


def test_every_derived_name_has_a_limit_with_a_source(environment: Environment) -> None:
    for name in derived(environment):
        assert name.limit is LIMITS[name.kind]
        assert name.limit.source


def test_names_are_those_of_the_document_and_of_the_system(environment: Environment) -> None:
    names = Names.of(environment)
    assert names.database(environment.all(Database)["planning"]) == "aurora-prod-manufacturing-planning"
    assert names.container(environment.all(Service)["planning"], "services") == "technova-prod-planning"
    assert names.container(environment.all(Bff)["web"], "bffs") == "technova-prod-bff-web"
    assert names.path("planning") == "/technova/prod/planning"


def test_a_renamed_entry_keeps_its_name_in_aws(environment: Environment) -> None:
    planning = environment.all(Service)["planning"]
    renamed = planning.model_copy(update={"name": "scheduling", "renamed_from": "planning"})
    pinned = planning.model_copy(update={"name": "scheduling", "physical_name": "plans", "renamed_from": "planning"})
    names = Names.of(environment)
    assert names.container(renamed, "services") == "technova-prod-planning"
    assert names.container(pinned, "services") == "technova-prod-plans"
