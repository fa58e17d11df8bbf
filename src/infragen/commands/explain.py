"""`infragen explain`: a value and the chain of files that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.commands.show import out
from infragen.commands.target import open_project, resolve_one
from infragen.environment import explain as explain_value

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Environment

__all__ = ["explain"]


def explain(folder: Path, target: str, path: str, *, profiles: tuple[str, ...]) -> int:
    """Print one value with its origins, or every assumption of the environment when no path is given."""
    project = open_project(folder)
    _, environment = resolve_one(project, target, profiles)
    out(_value(environment, path) if path else _assumptions(environment))
    return 0


def _value(environment: Environment, path: str) -> str:
    found = explain_value(environment, path)
    lines = [f"{found.path} = {_shown(found.value)}"]
    for index, origin in enumerate(found.origins):
        mark = "set by  " if index == 0 else "over    "
        said = "unset" if origin.value is None else _shown(origin.value)
        lines.append(f"  {mark}{origin.location}  {said}" if path.count(".") else f"  {mark}{origin.location}")
    if not found.origins:
        lines.append("  set by  infragen's own default")
    if found.assumption:
        lines.append(f"  assumption: {found.assumption}")
    lines.extend(f"  note {note}" for note in found.notes)
    return "\n".join(lines)


def _assumptions(environment: Environment) -> str:
    lines: list[str] = []
    owners: list[tuple[str, Any]] = [("environment", environment.settings), ("system", environment.system)]
    owners.extend(environment.every())
    for owner, model in owners:
        for path, why in model.assumptions.items():
            place = environment.at(owner, *path.split("."))
            lines.append(f"{place}: {owner}.{path}: {why}".replace("/", ".", 0))
    return "\n".join(
        [f"{environment.target}: {len(lines)} values that no document gives", *(f"  {line}" for line in lines)]
    )


def _shown(value: Any) -> str:
    """Return a value as it would stand in YAML, on one line."""
    from pydantic import BaseModel

    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
