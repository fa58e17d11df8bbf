"""The bare script: C-speed YAML, Pydantic, the same data and models, no positions, no rules."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from infragen.core.system import Settings, System
from infragen.kinds import kinds


class Loader(yaml.CSafeLoader):
    """As in YAML 1.2, a date is text."""


Loader.yaml_implicit_resolvers = {
    first: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path, field: str = "name") -> dict:
    return {field: path.stem, **yaml.load(path.read_bytes(), Loader)}


def merge(below: dict, above: dict | None) -> dict:
    result = dict(below)
    for key, value in (above or {}).items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merge(result.get(key) or {}, value)
        else:
            result[key] = value
    return result


def main(root: Path, name: str) -> None:
    system = load(root / "catalog" / name / "system.yaml")
    System.model_validate({**system, "name": name})
    models = {kind: found.model for kind, found in kinds().items()}
    entries = {
        kind: [load(path) for path in sorted((root / "catalog" / name / kind).rglob("*.yaml"))] for kind in models
    }
    defaults = system["defaults"]
    for path in sorted((root / "environments" / name).glob("*.yaml")):
        environment = load(path, "environment")
        every = environment.get("every", {})
        own = {key: value for key, value in environment.items() if key not in ("every", *models)}
        Settings.model_validate(merge(defaults.get("environments", {}), own))
        for kind, model in models.items():
            named = environment.get(kind, {})
            for entry in entries[kind]:
                merged = merge(merge(defaults.get(kind, {}), entry), every.get(kind, {}))
                model.model_validate(merge(merged, named.get(entry["name"], {})))


main(Path(sys.argv[1]), sys.argv[2])
