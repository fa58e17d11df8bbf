"""Finds what terraform plans to exist, in the output of `terraform show -json PLAN`.

Knows nothing of infragen: resources are found by the names AWS would see, which are stated here once more.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PREFIX = "technova-prod"
"""What the names of TechNova's production start with."""


class Resource(NamedTuple):
    """A managed resource as it will be: `values` lacks what is only known after apply."""

    address: str
    type: str
    values: dict[str, Any]


def planned_resources(plan_json: Path) -> list[Resource]:
    """Return every managed resource of a plan, modules included, in the plan's order."""
    plan = json.loads(plan_json.read_text(encoding="utf-8"))
    return list(_resources(plan["planned_values"]["root_module"]))


def _resources(module: dict[str, Any]) -> Iterator[Resource]:
    for resource in module.get("resources", []):
        if resource["mode"] == "managed":
            # A resource of which nothing is known yet, such as a policy made of ARNs alone, has no values at all.
            yield Resource(resource["address"], resource["type"], resource.get("values", {}))
    for child in module.get("child_modules", []):
        yield from _resources(child)


def of_type(resources: Iterable[Resource], kind: str) -> list[Resource]:
    """Return the resources of one type."""
    return [resource for resource in resources if resource.type == kind]


def by_value(resources: Iterable[Resource], kind: str, key: str) -> dict[str, Resource]:
    """Return the resources of one type by a value that no two of them share."""
    found: dict[str, Resource] = {}
    for resource in of_type(resources, kind):
        name = resource.values[key]
        assert name not in found, f"{resource.address} and {found[name].address} are both called {name}"
        found[name] = resource
    return found


def task_size(task_definition: Resource) -> tuple[int, int]:
    """Return CPU units and MB of a task definition."""
    return int(task_definition.values["cpu"]), int(task_definition.values["memory"])


def one(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the only block of a list."""
    (block,) = values
    return block


def waited_for(plan_json: Path, kind: str) -> list[set[str]]:
    """Return, for each block of a type, the types of what terraform makes before it: its arguments followed through
    the variables and outputs of modules, an output's `depends_on` included.
    """
    root = json.loads(plan_json.read_text(encoding="utf-8"))["configuration"]["root_module"]
    return [
        {source.split(".")[0] for source in _sources(root, path, [*_references(block["expressions"])], set())}
        for path, block in _blocks(root)
        if block["type"] == kind
    ]


def _blocks(module: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    yield from ((path, block) for block in module.get("resources", []))
    for name, call in module.get("module_calls", {}).items():
        yield from _blocks(call["module"], (*path, name))


def _references(expression: Any) -> Iterator[str]:
    if isinstance(expression, dict):
        yield from expression.get("references", [])
        expression = [value for key, value in expression.items() if key not in ("constant_value", "references")]
    if isinstance(expression, list):
        for part in expression:
            yield from _references(part)


def _sources(root: dict[str, Any], path: tuple[str, ...], names: list[str], seen: set[object]) -> Iterator[str]:
    """Yield the resources behind references that stand in the module at a path."""
    modules = [root]
    for name in path:
        modules.append(modules[-1]["module_calls"][name]["module"])
    for name in names:
        first, *rest = name.split(".")
        if (path, name) in seen:
            continue
        seen.add((path, name))
        if first == "var" and path:
            given = modules[-2]["module_calls"][path[-1]]["expressions"].get(rest[0], {})
            yield from _sources(root, path[:-1], [*_references(given)], seen)
        elif first == "module" and len(rest) > 1:
            output = modules[-1]["module_calls"][rest[0]]["module"]["outputs"][rest[1].split("[")[0]]
            awaited = [*_references(output["expression"]), *output.get("depends_on", [])]
            yield from _sources(root, (*path, rest[0]), awaited, seen)
        elif first not in ("module", "var"):
            yield name
