"""The systems that tests work on have what they say they have: every kind, and every field of every kind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog.schema import schema_of_compose, schemas
from infragen.diagnostics import Severity
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeSettings
from infragen.source import read
from tests.fixtures import COMPOSE, FULL, SMALL
from tests.property.catalogue_fields import Fields
from tests.unit.catalog.rules.harness import findings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYERS = frozenset({"defaults", "every", *kinds()})
"""What repeats the fields of entries in the files above them."""

_KEY = (
    "cache_key",
    *(f"cache_key.{part}{each}" for part in ("headers", "cookies", "query_strings") for each in ("", ".*")),
)
IMPOSSIBLE = {
    "distribution": {f"default.{field}" for field in (*_KEY, "shared")},
    "environment": {
        "follows",
        "holds",
        "holds.*",
        "holds.*.until",
        "holds.*.why",
        "standby_of",
        "waits",
        "names.databases",
        "names.target_groups",
    },
    **{kind: {"log_route.pattern", "log_route.router.image.name"} for kind in ("bff", "job", "worker")},
    "gateway": {"authorizer.function"},
    "service": {
        "blue_green",
        *(f"blue_green.{field}" for field in ("shift", "percent", "interval", "keep")),
        "static_files",
        *(f"static_files.{field}" for field in ("path", "bucket", "prefix")),
    },
}
"""Fields of a kind that a rule refuses: a hold, where nothing is generated yet (tests/unit/commands/test_holds.py),
what takes an environment more or stops all that runs (tests/unit/stacks/test_standbys.py), one name for the target
groups that a service has at several balancers, and names of databases beside the system's (for both,
tests/facts/test_delivery_tracking.py), a second source of the image
of a router and its pattern beside it (tests/unit/stacks/test_log_routers.py), a key for what a bucket answers
(tests/unit/stacks/test_kinds_distributions.py), a function that checks tokens beside user pools
(tests/unit/stacks/test_kinds_gateways.py), deliveries of what gateways lead to, as they do to each service here
(tests/unit/stacks/test_kinds_blue_green.py), and files of images that no pipeline releases
(tests/unit/stacks/test_release_role.py)."""


def fields_of(fields: Fields, schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every field of a schema; free keys and places in lists are a star."""
    schema = fields.resolved(schema)
    yield ".".join(path)
    for name, inner in schema.get("properties", {}).items():
        if path or name not in LAYERS:
            yield from fields_of(fields, inner, (*path, name))
    for inner in _of_any(schema):
        yield from fields_of(fields, inner, (*path, "*"))


def given(fields: Fields, schema: dict[str, Any], data: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the fields that a file gives a value."""
    schema = fields.resolved(schema)
    if data is None:
        return
    yield ".".join(path)
    known = schema.get("properties", {})
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        inner = (key, known[key]) if key in known else ("*", next(_of_any(schema), None))
        if inner[1] is not None:
            yield from given(fields, inner[1], value, (*path, inner[0]))


def _of_any(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from schema.get("patternProperties", {}).values()
    yield from (schema[name] for name in ("additionalProperties", "items") if isinstance(schema.get(name), dict))


def files_of(root: Path, name: str) -> list[Path]:
    """Return the files that a schema is for."""
    if name == "environment":
        return sorted(root.glob("environments/*/*.yaml"))
    if name == "system":
        return sorted(root.glob("catalog/*/system.yaml"))
    (folder,) = (kind for kind, what in kinds().items() if name == what.model.SINGULAR)
    return sorted(root.glob(f"catalog/*/{folder}/**/*.yaml"))


SCHEMAS = {name: Fields(schema) for name, schema in schemas().items() if "properties" in schema and name != "project"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_of_every_kind_is_given_somewhere(name: str) -> None:
    fields = SCHEMAS[name]
    files = [read(file, file.name).data for file in files_of(FULL, name)]
    found = {field for data in files for field in given(fields, fields.top, data)}
    known = set(fields_of(fields, fields.top))
    rows = {f"document_costs.rows.*.{one}" for one in shared() if one.startswith("usage.")}
    assert known - found - shared() - rows == IMPOSSIBLE.get(name, {"usage"} if name in WITHOUT_USAGE else set())


WITHOUT_USAGE = {"bastion", "cache", "domain", "google-project", "load-test", "metric"}
"""No line of their bill depends on usage (T114)."""


@cache
def shared() -> frozenset[str]:
    """Return the fields of `alarms` and `usage` that some kind gives: they are the same everywhere, not their words."""
    every = ((SCHEMAS[name], read(file, file.name).data) for name in SCHEMAS for file in files_of(FULL, name))
    found = (field for fields, data in every for field in given(fields, fields.top, data))
    return frozenset(field for field in found if field.startswith(("alarms.*.", "usage.")))


def test_every_field_of_an_environment_of_docker_compose_is_given_somewhere() -> None:
    fields = Fields(schema_of_compose()).only(*ComposeSettings.model_fields)
    files = [read(file, file.name).data for file in files_of(COMPOSE, "environment")]
    found = {field for data in files for field in given(fields, fields.top, data)}
    assert set(fields_of(fields, fields.top)) - found == set()


@pytest.mark.parametrize("root", [SMALL, FULL], ids=lambda root: root.name)
def test_every_kind_is_there(root: Path) -> None:
    assert {kind for kind in kinds() if list(root.glob(f"catalog/*/{kind}/**/*.yaml"))} == set(kinds())


def test_nothing_of_the_full_system_is_an_error() -> None:
    found = findings(FULL)
    assert [one for one in found if one.severity is Severity.ERROR] == []
