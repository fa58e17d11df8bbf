"""`infragen sandbox`: the emulated AWS on this machine."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.composition import compose, templates_of
from infragen.workflow.console import out, to_stderr
from infragen.workflow.target import open_project, resolve_all, resolve_one, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infragen.catalog import Project
    from infragen.terraform.sandbox import Existing
    from infragen.workflow.composition import Composed

__all__ = ["env", "ls", "reset", "start", "status", "stop"]

_UNMANAGED = "(not in any state)"
_LOST = "(in a state, but gone)"
_INVENTED_IDS = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_lb_target_group_attachment": ("target_group_arn", "target_id"),
}
"""Types whose ids are the provider's own, by the attributes that tell which one it is."""


def start(folder: Path, port: int | None) -> int:
    """Start it, or say that it runs already."""
    project = open_project(folder)
    Sandbox.start(project.root, port)
    to_stderr(Sandbox.status(project.root).detail)
    return 0


def status(folder: Path) -> int:
    """Say whether it runs; 1 when it does not."""
    found = Sandbox.status(open_project(folder).root)
    out(found.detail)
    return 0 if found.running else 1


def stop(folder: Path) -> int:
    """Stop it, answering or not."""
    stopped = Sandbox.stop_any(open_project(folder).root)
    to_stderr("stopped" if stopped else "it was not running")
    return 0


def reset(folder: Path) -> int:
    """Empty it."""
    _running(open_project(folder)).reset()
    to_stderr("emptied; every state in it is gone too")
    return 0


def env(folder: Path, target: str) -> int:
    """Print `export` lines for a shell."""
    project = open_project(folder)
    _, environment = resolve_one(project, target)
    settings = environment.settings
    variables = _running(project).environment(settings.account, settings.region)
    accounts = sorted(name for name in os.environ if name.startswith("AWS_") and name not in variables)
    forgotten = [f"unset {' '.join(accounts)}"] if accounts else []
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items())]
    first = "# Nothing but 127.0.0.1 is reachable from this shell any more; end it to go back."
    out("\n".join([first, *forgotten, *lines]))
    return 0


def ls(folder: Path, target: str | None, output: str) -> int:
    """List what exists in the accounts of some environments, by catalogue entry."""
    project = open_project(folder)
    sandbox = _running(project)
    listed = {one.environment.target: _by_entry(sandbox, one) for one in _composed(project, target)}
    if output == "json":
        out(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    width = shutil.get_terminal_size((120, 24)).columns
    for name, entries in listed.items():
        things = sum(len(found) for found in entries.values())
        out(f"{name}: {things} resource{'' if things == 1 else 's'}" if things else f"{name}: nothing")
        for entry, found in entries.items():
            out(f"  {entry:<28} {len(found):>4}  {_kinds(found, width - 37)}")
    return 0


def _running(project: Project) -> Sandbox:
    sandbox = Sandbox.running(project.root)
    if sandbox is None:
        hint = "`infragen sandbox start`, or any command with --sandbox, starts it"
        raise InfragenError(Diagnostic("E007", Sandbox.status(project.root).detail, hint=hint))
    return sandbox


def _composed(project: Project, target: str | None) -> Iterator[Composed]:
    templates = templates_of(project)
    for catalogue, names in select(project, target):
        _, resolved = resolve_all(project, catalogue, names, ())
        for one in resolved:
            yield compose(project, one.environment(), templates)


def _by_entry(sandbox: Sandbox, composed: Composed) -> dict[str, list[dict[str, str]]]:
    """Return what exists in an environment's account, by the entry whose state holds it."""
    settings = composed.environment.settings
    owners = _owners(sandbox, composed)
    found: dict[str, list[dict[str, str]]] = {}
    seen: set[tuple[str, str]] = set()
    for thing in sandbox.inventory(settings.account, settings.region):
        known = next((owners[key] for key in _keys(thing) if key in owners), None)
        found.setdefault(known.owner if known else _UNMANAGED, []).append({"type": thing.type, "id": thing.identifier})
        seen.update(known.keys if known else ())
    lost = {known for known in owners.values() if not seen.intersection(known.keys)}
    for kind, identifier in sorted(min(known.keys) for known in lost):
        found.setdefault(_LOST, []).append({"type": kind, "id": identifier})
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Known:
    """A resource in a state: the entry it belongs to, and what it may be called, its type with its id or ARN."""

    owner: str
    keys: frozenset[tuple[str, str]]


def _owners(sandbox: Sandbox, composed: Composed) -> Mapping[tuple[str, str], _Known]:
    """Return everything in the stacks' states by (type, id) and (type, ARN)."""
    settings = composed.environment.settings
    system, name = composed.environment.system.name, composed.environment.name
    blocks = composed.owners()
    owners: dict[tuple[str, str], _Known] = {}
    for stack in composed.stacks:
        text = sandbox.read_object(
            composed.environment.state_bucket,
            f"{system}/{name}/{stack.name}.tfstate",
            settings.account,
            settings.region,
        )
        for resource in json.loads(text or b"{}").get("resources", ()):
            module = resource.get("module", f"{resource['type']}.{resource['name']}").split(".")
            block = f"{module[0]}.{module[1].split('[')[0]}"
            owner = blocks.get((stack.name, block), f"stack {stack.name}")
            for instance in resource["instances"] if resource["mode"] == "managed" else ():
                names = _names(resource["type"], instance.get("attributes") or {})
                known = _Known(owner, frozenset((resource["type"], name) for name in names))
                owners.update(dict.fromkeys(known.keys, known))
    return owners


def _names(kind: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the sandbox may call a resource; an id that the provider invents is not among it."""
    parts = _INVENTED_IDS.get(kind)
    if parts:
        yield "|".join(str(attributes[part]) for part in parts)
        return
    for key in ("id", "arn"):
        if isinstance(attributes.get(key), str):
            yield attributes[key]


def _keys(thing: Existing) -> Iterator[tuple[str, str]]:
    if thing.arn:  # first, because some ids are plain names that many resources share
        yield thing.type, thing.arn
    yield thing.type, thing.identifier


def _kinds(found: list[dict[str, str]], room: int) -> str:
    """Return the types that something is made of: as many of the first four as fit, and how many more there are."""
    counts: dict[str, int] = {}
    for thing in found:
        kind = thing["type"].removeprefix("aws_")
        counts[kind] = counts.get(kind, 0) + 1
    said = [f"{count} {kind}" if count > 1 else kind for kind, count in sorted(counts.items())]
    for shown in range(min(len(said), 4), 0, -1):
        text = ", ".join(said[:shown]) + (f" and {len(said) - shown} more" if len(said) > shown else "")
        if len(text) <= room:
            return text
    return f"{len(said)} kinds"
