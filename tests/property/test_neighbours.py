"""A new neighbour moves nobody, whatever entry, or item of a map in an entry, comes, is renamed, goes or comes back.

No address of a module call and no plain value of one (priority, port, range, zone, name) is another one than before,
but what tells of the neighbours themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from pydantic import BaseModel
from tests.fixtures import FULL, SMALL

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.core.written import plain_values
from infragen.environment import resolve
from infragen.environment.written import written_in
from infragen.hcl.index import Index
from infragen.kinds.workloads.versions import Version
from infragen.render.draft import bodies
from infragen.stacks.build import draft
from infragen.workflow.rendering.composition import templates_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.core.resolved_system import Environment

PLACES = [(FULL, "depot/dev"), (FULL, "depot/prod"), (SMALL, "shop/prod")]
FIRST, LAST = "aaa", "zzz"
NUMBERS = {FIRST: "0.9.0", LAST: "999.0.0"}
"""The same of versions, which have numbers for names."""
TELLS = re.compile(rf"{FIRST}|{LAST}|(?<![a-z0-9])v(0|999)(?![a-z0-9.])", re.IGNORECASE)
"""A value that tells of the neighbours themselves."""


def files_of(root: Path, of: Environment) -> dict[str, str]:
    made = bodies(templates_of(Project(root)), draft(of))
    return {f"{stack}/{path}": text for (stack, path), text in made.items()}


def values_of(files: Mapping[str, str]) -> dict[tuple[str, ...], object]:
    return {
        (path, call.address, name, *below): value
        for path, text in files.items()
        for call in Index(text).calls
        for name, argument in call.arguments.items()
        for below, value in plain_values(argument)
        if isinstance(value, str | int)
    }


def entries(of: Environment, *names: str, renamed_from: str | None = None) -> Environment:
    """Return an environment with one more entry of each kind for each name."""
    every, origins = {}, dict(of.origins)
    for kind, named in of.entries.items():
        first = next(iter(named.values()), None)
        more = {}
        for name in names if first is not None else ():
            update = {"name": name, "path": name, "renamed_from": renamed_from, "physical_name": None}
            known = {one: value for one, value in update.items() if one in type(first).model_fields}
            more[name] = first.model_copy(update=known)
            origins[f"{kind}/{name}"] = of.origins[f"{kind}/{first.name}"]
        every[kind] = dict(sorted({**named, **more}.items()))
    return replace(of, entries=every, origins=origins)


def items(of: Environment, *names: str, renamed_from: str | None = None) -> Environment:
    """Return an environment with one more item for each name in each map within each entry."""
    every = {kind: {one: beside(entry, names) for one, entry in named.items()} for kind, named in of.entries.items()}
    return replace(of, entries=every)


def beside(model: BaseModel, names: tuple[str, ...]) -> Any:
    changed: dict[str, Any] = {}
    for field in type(model).model_fields:
        value = getattr(model, field)
        if isinstance(value, BaseModel):
            changed[field] = beside(value, names)
        elif isinstance(value, dict) and value and all(isinstance(one, BaseModel) for one in value.values()):
            first = next(iter(value.values()))
            own = [NUMBERS[name] for name in names] if isinstance(first, Version) else names
            changed[field] = {**value, **dict.fromkeys(own, first)}
    return model.model_copy(update=changed)


@pytest.mark.parametrize("more", [entries, items])
@pytest.mark.parametrize(("root", "target"), PLACES, ids=[target for _, target in PLACES])
def test_neighbours_come_and_go_and_nobody_moves(root: Path, target: str, more: Any) -> None:
    project, (system, name) = Project(root), target.split("/")
    of = resolve(project, load(project, system), name).environment()
    steps = {
        "from nothing": of,
        "the first comes": more(of, FIRST),
        "the last comes": more(of, FIRST, LAST),
        "the first goes": more(of, LAST),
        "the first comes back": more(of, FIRST, LAST),
        "the last goes": more(of, FIRST),
        "it is renamed": more(of, LAST, renamed_from=FIRST),
        "all go": of,
    }
    before: dict[str, str] = {}
    moved = []
    for step, made in steps.items():
        after = files_of(root, replace(made, written=written_in(before)))
        now = values_of(after)
        for path, value in values_of(before).items():
            told = f"{path} {value} {now.get(path)}"
            if now.get(path) != value and not TELLS.search(told):
                moved.append(f"{step}: {told}")
        before = after
    assert moved == []


def keys_of(files: Mapping[str, str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return in which zones an argument names subnets, as far as it names them."""
    return {
        (path, call.address, name): keys
        for path, text in files.items()
        for call in Index(text).calls
        for name in ("subnet_id", "subnet_ids")
        if name in call.arguments and (keys := tuple(re.findall(r'\["([^"]+)"\]', call.arguments[name].value)))
    }


@pytest.mark.parametrize("target", [target for _, target in PLACES])
def test_zones_come_and_go_and_no_range_and_no_writer_moves(target: str) -> None:
    root = dict(map(reversed, PLACES))[target]
    project, (system, name) = Project(root), target.split("/")
    of = resolve(project, load(project, system), name).environment()
    before: dict[str, str] = {}
    moved, places = [], {}
    for letters in ("bc", "abc", "ac", "acd", "abcd", "bd", "bcd"):
        network = of.settings.network.model_copy(
            update={"subnets": None, "nat": "single", "zones": tuple(of.settings.region + one for one in letters)}
        )
        made = replace(of, settings=of.settings.model_copy(update={"network": network}), written=written_in(before))
        after = files_of(root, made)
        now = values_of(after)
        gone = {f"{of.settings.region}{one}" for one in "abcd" if one not in letters}
        stands = keys_of(after)
        for path, keys in keys_of(before).items():
            if not set(keys) & gone and stands[path] != keys:
                moved.append(f"{letters}: {path} {keys} {stands[path]}")
        places.update(stands)
        for path, value in values_of(before).items():
            told = f"{path} {value}"
            if now.get(path) != value and not any(zone in told or zone.replace("-", "_") in told for zone in gone):
                moved.append(f"{letters}: {told} {now.get(path)}")
        ranges = [value for path, value in now.items() if path[-1] == "cidr_block" and "module.vpc" in path]
        assert len({*ranges}) == len(ranges)
        before = after
    assert moved == []
    assert root is SMALL or any(path[1].startswith(("module.bastion_", "module.proxy_")) for path in places)
