"""Reads `catalog/technova` with plain PyYAML and merges it by the documented rules, without infragen.

Every scalar stays the text that was written, so that `2.0 vCPU` is compared with what the document writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "catalog" / "technova"
ENVIRONMENTS = ROOT / "environments" / "technova"
NULL = "null"


def read(path: Path) -> dict[str, Any]:
    """Return a file's mapping; every scalar is text."""
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    assert isinstance(data, dict), path
    return data


def system() -> dict[str, Any]:
    """Return `system.yaml`."""
    return read(CATALOGUE / "system.yaml")


def environment(name: str) -> dict[str, Any]:
    """Return an environment's file."""
    return read(ENVIRONMENTS / f"{name}.yaml")


def written(kind: str) -> dict[str, dict[str, Any]]:
    """Return every entry of a kind as it is written, by name: each is called as its file."""
    paths = sorted((CATALOGUE / kind).rglob("*.yaml"))
    assert len({path.stem for path in paths}) == len(paths), f"{kind}: a name stands twice"
    return {path.stem: read(path) for path in paths}


def resolved(kind: str, environment_name: str | None = None) -> dict[str, dict[str, Any]]:
    """Return every entry of a kind with the defaults below it and an environment's overrides above it."""
    defaults = system()["defaults"].get(kind, {})
    domains = written("domains")
    overrides = environment(environment_name) if environment_name else {}
    every, named = overrides.get("every", {}).get(kind, {}), overrides.get(kind, {})
    result = {}
    for name, entry in written(kind).items():
        domain = domains.get(entry.get("domain", ""), {}).get("defaults", {}).get(kind, {})
        result[name] = merged(defaults, domain, entry, every, named.get(name, {}))
    return result


def merged(*layers: dict[str, Any]) -> dict[str, Any]:
    """Return the layers in one, the weakest first: maps merge, anything else replaces, `null` unsets."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            if value == NULL:
                result.pop(key, None)
            elif isinstance(value, dict):
                below = result.get(key)
                result[key] = merged(below if isinstance(below, dict) else {}, value)
            else:
                result[key] = value
    return result


def reaches(value: Any, path: str) -> bool:
    """Say whether a dotted path leads to a value."""
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
