"""The table of origins against the stacks themselves: every field is changed, one at a time, to see what follows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from infragen.stacks.origins import FIELDS, IDENTITY, origin_of, paths_of
from pydantic import BaseModel

from infragen.core.units import RequestRate
from infragen.hcl.index import Index
from infragen.kinds import kinds
from infragen.kinds.services import ResponseScaling, Service
from infragen.render.templates import Templates, shipped_templates
from infragen.stacks.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.landscape import Environment
    from infragen.stacks.model import StackFile

    Argument = tuple[str, str, str]
    """Kind of the owning entry, module, argument."""
    Calls = dict[tuple[str, str, str, str], tuple[str, str]]
    """Stack, label, module and argument, to the owning entry and the argument's text."""

SERVICES = {"planning", "auth", "master", "inventory", "notification"}
CHANGED = {"services": ("planning", "notification"), "bffs": ("web",), "databases": ("planning",)}
OTHER_TEXTS = {
    r"\d\d:\d\d-\d\d:\d\d": "01:00-02:00",
    r"[\d.]+/\d+": "172.16.0.0/16",
    r"(\S+ ){5}\S+": "5 3 ? * TUE *",
    r"\w+/\w+": "Europe/Berlin",
    r"[a-z]+-[a-z]+-\d": "eu-west-1",
}
EXAMPLES: dict[str, Any] = {
    "physical_name": "other-name",
    "schema_name": "other",
    "abbreviation": "tnv",
    "limit": RequestRate(100, 60),
    "latency_p90": 300,
    "promise.response_time": 300,
    "scaling.response_time": ResponseScaling(target="300 ms"),
    "scaling.cpu": Decimal(66),
    "scaling.memory": Decimal(66),
    "deletion_protection": False,
}
"""What a field is set to that has no value."""

REFERENCES = {"name", "renamed_from", "domain", "database", "gateway", "routes"}
WORDS = {"title", "notes", "assumptions", "reason", "volumes", "defaults", "declared"}
NAMES = {"environment:environment", "system:abbreviation"}


def landscapes(prod: Environment, dev: Environment) -> Iterator[Environment]:
    """Yield a production of few services, and an environment with everything that is unusual."""
    yield few(prod)
    small = few(dev)
    planning = small.all(Service)["planning"]
    schedules = prod.all(Service)["planning"].scaling.schedules
    ranges = {name: one.model_copy(update={"max": 8, "min": 3}) for name, one in schedules.items()}
    unusual = {
        "deploy": "pipeline",
        "exec": True,
        "scaling": planning.scaling.model_copy(update={"schedules": ranges}),
        "image": planning.image.model_copy(update={"repository": "shared"}),
    }
    small = with_entry(small, "services/planning", planning.model_copy(update=unusual))
    network = small.settings.network.model_copy(update={"nat": "single"})
    settings = small.settings.model_copy(update={"alarm_email": "x@y.example", "network": network})
    yield replace(small, settings=settings)


def few(environment: Environment) -> Environment:
    """Keep a handful of services, and what they and the gateways need."""
    entries: dict[str, dict[str, Any]] = {kind: dict(named) for kind, named in environment.entries.items()}
    for kind in ("services", "databases"):
        entries[kind] = {name: one for name, one in entries[kind].items() if name in SERVICES}
    for kind in ("services", "bffs"):
        for name, one in entries[kind].items():
            calls = {callee: call for callee, call in one.calls.items() if callee in SERVICES}
            entries[kind][name] = one.model_copy(update={"calls": calls})
    for name, one in entries["gateways"].items():
        routes = {path: service for path, service in one.routes.items() if service in SERVICES}
        entries["gateways"][name] = one.model_copy(update={"routes": routes})
    return replace(environment, entries=entries)


def with_entry(environment: Environment, owner: str, entry: Any) -> Environment:
    kind, _, name = owner.partition("/")
    return replace(environment, entries={**environment.entries, kind: {**environment.entries[kind], name: entry}})


def variations(environment: Environment) -> Iterator[tuple[str, str, Environment]]:
    """Yield owner, field and the environment in which just that field has another value."""
    for owner, entry in environment.every():
        kind, _, name = owner.partition("/")
        if name in CHANGED.get(kind, (name,)):
            for path, other in models(entry):
                yield owner, path, with_entry(environment, owner, other)
    for path, settings in models(environment.settings):
        yield "environment", path, replace(environment, settings=settings)
    for path, system in models(environment.system):
        yield "system", path, replace(environment, system=system)


def models(model: BaseModel, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        if name not in WORDS | REFERENCES:
            for inner, value in values(getattr(model, name), f"{path}{name}", field.annotation):
                yield inner, model.model_copy(update={name: value})


def values(value: Any, path: str, annotation: Any = None) -> Iterator[tuple[str, Any]]:
    """Yield the path inside of `value` and the value with another one there."""
    if isinstance(value, BaseModel):
        yield from models(value, f"{path}.")
    elif isinstance(value, dict):
        yield from items(value, path)
    elif isinstance(value, tuple):
        yield from parts(value, path)
    elif value is not None or path in EXAMPLES:
        yield path, EXAMPLES[path] if value is None else other_than(value, annotation)


def items(value: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if len(value) > 1:
            yield f"{path}.{key}", {name: one for name, one in value.items() if name != key}
        yield from ((inner, {**value, key: other}) for inner, other in values(item, f"{path}.{key}"))


def parts(value: tuple[Any, ...], path: str) -> Iterator[tuple[str, Any]]:
    if value:
        yield path, value[:-1]
    for place, item in enumerate(value):
        for inner, other in models(item, f"{path}.{place}.") if isinstance(item, BaseModel) else ():
            yield inner, (*value[:place], other, *value[place + 1 :])


def other_than(value: Any, annotation: Any) -> Any:
    choices = [
        one for part in (annotation, *get_args(annotation)) if get_origin(part) is Literal for one in get_args(part)
    ]
    if choices:
        return next((choice for choice in choices if choice != value), value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value * 2 or 1
    if isinstance(value, Decimal):
        return value / 2
    if isinstance(value, RequestRate):
        return RequestRate(value.requests * 2, value.seconds)
    known = (other for pattern, other in OTHER_TEXTS.items() if re.fullmatch(pattern, value))
    return next(known, f"{value}x")


class Seeing:
    """Renders what differs from one environment, and keeps what was rendered of it."""

    def __init__(self, environment: Environment) -> None:
        self._templates = Templates([shipped_templates()])
        self._files = {key: (file, self._calls(key[0], file)) for key, file in files(environment)}

    def arguments(self) -> Iterator[tuple[Argument, str]]:
        for _, calls in self._files.values():
            for (_, _, module, argument), (owner, text) in calls.items():
                yield (owner.partition("/")[0], module, argument), text

    def changed(self, environment: Environment) -> Iterator[tuple[Argument, str]]:
        """Yield the arguments that are not what they were, and whose they are."""
        for key, file in files(environment):
            before = self._files.get(key)
            if before is None or before[0].context == file.context:
                continue
            after = self._calls(key[0], file)
            for (stack, label, module, argument), (owner, text) in before[1].items():
                if after.get((stack, label, module, argument), (owner, text))[1] != text:
                    yield (owner.partition("/")[0], module, argument), owner

    def _calls(self, stack: str, file: StackFile) -> Calls:
        return {
            (stack, call.labels[0], call.module, name): (file.entry or "stack", argument.value)
            for call in Index(self._templates.render(file.template, file.context)).calls
            for name, argument in call.arguments.items()
            if name != "source"
        }


def files(environment: Environment) -> Iterator[tuple[tuple[str, str], StackFile]]:
    for stack in build(environment):
        yield from (((stack.name, file.path), file) for file in stack.files if file.path.endswith(".tf"))


@pytest.fixture(scope="module")
def drivers(prod: Environment, dev: Environment) -> Mapping[Argument, set[str]]:
    """Return the fields that change each argument: `tasks.max` of the same entry, else `services:tasks.max`.

    What other modules return is no field; where an argument holds some, `*` is among the fields.
    """
    found: dict[Argument, set[str]] = defaultdict(set)
    for environment in landscapes(prod, dev):
        seeing = Seeing(environment)
        for owner, path, other in variations(environment):
            for argument, whose in seeing.changed(other):
                found[argument].add(path if whose == owner else f"{owner.partition('/')[0]}:{path}")
        for argument, text in seeing.arguments():
            if re.fullmatch(r'(module|local)\.[\w.\[\]"-]+', text):
                found.pop(argument, None)
            elif argument in found and re.search(r"\b(module|local)\.", text):
                found[argument].add("*")
    return found


def matches(path: str, driver: str) -> bool:
    """Whether a field of the table is, or holds, the one that was changed."""
    pattern = re.sub(r"\\\{\w+\\\}", "[^.]+", re.escape(path))
    return re.fullmatch(rf"{pattern}(\..*)?", driver) is not None


def test_every_field_in_the_table_changes_its_argument(drivers: Mapping[Argument, set[str]]) -> None:
    wrong = []
    for table, rows in FIELDS.items():
        for row, paths in rows.items():
            *kind, module = table.split("/")
            seen = {
                driver
                for (owner, its_module, argument), fields in drivers.items()
                for driver in fields
                if argument == row.partition(".")[0] and module in (its_module, "*") and owner in (kind or [owner])
            }
            if paths and not any(matches(paths[0], driver) for driver in seen):
                wrong.append((table, row, paths[0], sorted(seen)))
    assert wrong == []


def test_every_argument_that_a_field_changes_is_in_the_table(drivers: Mapping[Argument, set[str]]) -> None:
    missing = []
    for (kind, module, argument), fields in drivers.items():
        values = fields - NAMES - {"physical_name"} or fields - NAMES
        paths = paths_of(None if kind == "stack" else f"{kind}/x", module, argument)
        is_one = len(values) == 1 and next(iter(values)).partition(":")[0] not in {*kinds(), "*"}
        if values and (paths is None or (is_one and not any(matches(path, *values) for path in paths))):
            missing.append((kind, module, argument, sorted(values)))
    assert missing == []


def test_a_value_stands_where_the_strongest_layer_wrote_it(prod: Environment) -> None:
    found = {
        (owner, module, argument, key): origin_of(prod, owner, module, [(argument, key)])
        for owner, module, argument, key in (
            ("services/planning", "ecs_scaling_target", "max_tasks", None),
            ("services/planning", "ecs_task", "cpu", None),
            ("services/planning", "ecs_scaling_tracking", "target_percent", "cpu"),
            ("databases/planning", "aurora_cluster", "deletion_protection", None),
            ("databases/planning", "aurora_cluster", "log_exports", "audit"),
            (None, "vpc", "cidr_block", None),
        )
    }
    assert {
        argument: (origin.field, origin.location.file) for (_, _, argument, _), origin in found.items() if origin
    } == {
        "max_tasks": ("tasks.max", prod.source("services/planning")),
        "cpu": ("sizes.normal.cpu", prod.source("services/planning")),
        "target_percent": ("scaling.cpu", "catalog/technova/system.yaml"),
        "deletion_protection": ("deletion_protection", "environments/technova/prod.yaml"),
        "log_exports": ("audit.retention", "catalog/technova/system.yaml"),
        "cidr_block": ("network.cidr", "environments/technova/prod.yaml"),
    }


def test_of_several_arguments_the_one_that_people_change_counts(prod: Environment) -> None:
    def of(*arguments: str) -> str | None:
        found = origin_of(prod, "services/planning", "ecs_task", [(argument, None) for argument in arguments])
        return found.field if found else None

    assert of("account_id", "region", "name", "port") == "port"
    assert of("account_id", "name") == "name"
    assert of("account_id", "region") is None
    assert of("port", "log_retention_in_days") is None
    assert of("port", "environment") is None
    assert of("container_name") is None


def test_fields_on_one_line_are_what_holds_them(prod: Environment) -> None:
    found = origin_of(prod, "databases/planning", "aurora_cluster", [("min_capacity", None), ("max_capacity", None)])
    least = origin_of(prod, "databases/planning", "aurora_cluster", [("min_capacity", None)])
    assert found is not None
    assert least is not None
    assert (found.field, found.location) == ("capacity", least.location)


def test_a_key_that_is_no_field_names_none(prod: Environment) -> None:
    def of(key: str) -> str | None:
        found = origin_of(prod, "services/planning", "security_group", [("egress", key)])
        return found.field if found else None

    assert of("service-auth") == "calls.auth"
    assert of("proxy-planning") is None


def test_a_name_comes_from_the_first_field_that_sets_it(prod: Environment) -> None:
    assert IDENTITY[-1] == "name"
    planning = prod.all(Service)["planning"]
    renamed = with_entry(prod, "services/planning", planning.model_copy(update={"physical_name": "plans"}))
    origins = [origin_of(one, "services/planning", "ecs_task", [("name", None)]) for one in (prod, renamed)]
    assert [origin.field for origin in origins if origin] == ["name", "physical_name"]
