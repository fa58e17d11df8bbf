"""A program that poses as terraform and says what a recorded plan said, for measuring infragen alone."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Posing", "write_posing"]

_PROGRAM = """\
#!/bin/sh
# Poses as terraform; what it says of a stack lies in files of the stack's name.
here='{here}'
stack=$(basename "$PWD")
began=$(date +%s.%N)
code=0
case "$1" in
version) echo '{{"terraform_version": "{version}"}}' ;;
state) cat "$here/$stack.tfstate" 2> /dev/null ;;
plan)
  for argument; do
    case "$argument" in -out=*) : > "${{argument#-out=}}" ;; esac
  done
  cat "$here/$stack.stream"
  code=2
  ;;
show) cat "$here/$stack.json" ;;
apply)
  sleep "$(cat "$here/$stack.seconds")"
  cat "$here/$stack.applied"
  cp "$here/$stack.after" "$here/$stack.tfstate"
  ;;
esac
echo "$stack $1 $began $(date +%s.%N)" >> "$here/log"
exit $code
"""
_SAID = {"@level": "info", "@module": "terraform.ui", "@timestamp": "2026-01-01T00:00:00.000000Z"}
_AWS = 'provider["registry.terraform.io/hashicorp/aws"]'


@dataclass(frozen=True, slots=True)
class Posing:
    """The program, and the folder of what it says and of the log of what it was asked."""

    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """The variables that make infragen use it."""
        return {"INFRAGEN_TERRAFORM": str(self.folder / "terraform"), "TF_CLI_CONFIG_FILE": os.devnull}

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks that there is anything to say of."""
        return tuple(sorted(file.stem for file in self.folder.glob("*.after")))

    def say_more(self, stack: str, megabytes: int) -> None:
        """Let the plan of a stack begin with so much output."""
        said = (
            json.dumps({**_SAID, "@message": "x" * 1_000, "type": "refresh_complete", "hook": {"resource": {}}}) + "\n"
        )
        file = self.folder / f"{stack}.stream"
        plan = file.read_text("utf-8")
        file.write_text(said * (megabytes * 10**6 // len(said)) + plan, encoding="utf-8")

    def take(self, seconds: float) -> None:
        """Let an apply take so long, and a second more for every hundred resources."""
        for stack in self.stacks:
            lines = (self.folder / f"{stack}.stream").read_text("utf-8").count("\n")
            (self.folder / f"{stack}.seconds").write_text(str(seconds + lines / 100))

    def count(self, command: str) -> int:
        """Return how often a command was run."""
        return sum(call.command == command for call in self._calls())

    def critical_path(self, since: float) -> float:
        """Return how long the longest way through the stacks took, in seconds of terraform alone."""
        took: dict[str, float] = {}
        for call in self._calls():
            if call.began >= since:
                took[call.stack] = took.get(call.stack, 0.0) + call.ended - call.began
        upstreams = json.loads((self.folder / "upstreams").read_text("utf-8"))
        done: dict[str, float] = {}

        def until(stack: str) -> float:
            if stack not in done:
                done[stack] = took.get(stack, 0.0) + max(map(until, upstreams[stack]), default=0.0)
            return done[stack]

        return max(map(until, upstreams))

    def _calls(self) -> Iterator[_Call]:
        for line in (self.folder / "log").read_text("utf-8").splitlines():
            stack, command, began, ended = line.split()
            yield _Call(stack, command, float(began), float(ended))


@dataclass(frozen=True, slots=True)
class _Call:
    """One run of the program; times are those of the clock, in seconds."""

    stack: str
    command: str
    began: float
    ended: float


def write_posing(folder: Path, plan: Path) -> Posing:
    """Write the program below a folder; `plan` is a combined plan's JSON, of which each stack says its part."""
    folder.mkdir()
    document = json.loads(plan.read_bytes())
    program = folder / "terraform"
    program.write_text(_PROGRAM.format(here=folder, version=document["terraform_version"]), encoding="utf-8")
    program.chmod(0o755)
    _write(folder, "combined", document)
    for stack, part in _parts(document):
        _write(folder, stack, part)
        (folder / f"{stack}.after").write_text(json.dumps(_state(part), indent=2) + "\n", encoding="utf-8")
        (folder / f"{stack}.seconds").write_text("0")
    calls = document["configuration"]["root_module"]["module_calls"]
    upstreams = {_stack(label): sorted(map(_stack, _read_of(call))) for label, call in calls.items()}
    (folder / "upstreams").write_text(json.dumps(upstreams), encoding="utf-8")
    return Posing(folder)


def _stack(label: str) -> str:
    return label.replace("_", "-")


def _read_of(call: Mapping[str, Any]) -> set[str]:
    """Return the labels of the stacks that a stack is handed outputs of."""
    expressions = call.get("expressions", {}).values()
    return {name.split(".")[1] for expression in expressions for name in expression["references"]}


def _write(folder: Path, stack: str, document: Mapping[str, Any]) -> None:
    (folder / f"{stack}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
    for name, lines in (("stream", _stream(document)), ("applied", _applied(document))):
        (folder / f"{stack}.{name}").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def _created(document: Mapping[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return what is created, as a stream says it and by its address."""
    return [
        ({"addr": one["address"], "resource_type": one["type"], "resource_name": one["name"]}, one["address"])
        for one in document["resource_changes"]
        if one["change"]["actions"] == ["create"]
    ]


def _applied(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what terraform prints while it applies."""
    for resource, address in _created(document):
        for kind, more in (("apply_start", {}), ("apply_complete", {"id_key": "id", "id_value": address})):
            hook = {"resource": resource, "action": "create", **more}
            yield {**_SAID, "@message": f"{address}: {kind}", "type": kind, "hook": hook}


def _stream(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what terraform prints while it plans."""
    created = _created(document)
    for resource, address in created:
        change = {"resource": resource, "action": "create"}
        yield {**_SAID, "@message": f"{address}: Plan to create", "type": "planned_change", "change": change}
    counts = {"add": len(created), "change": 0, "import": 0, "remove": 0, "operation": "plan"}
    yield {**_SAID, "@message": f"Plan: {len(created)} to add", "type": "change_summary", "changes": counts}


def _parts(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each stack's own plan, as it stands in the combined one."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for one in document["resource_changes"]:
        _, label, address = one["address"].split(".", 2)
        module = one["module_address"].split(".", 2)[2:]
        own = {key: value for key, value in one.items() if key != "module_address"}
        placed = {"module_address": module[0]} if module else {}
        changes.setdefault(label, []).append({**own, **placed, "address": address})
    calls = document["configuration"]["root_module"]["module_calls"]
    for label, inside in changes.items():
        part = {name: document[name] for name in ("format_version", "terraform_version", "complete", "applyable")}
        configuration = {**document["configuration"], "root_module": calls[label]["module"]}
        yield _stack(label), {**part, "resource_changes": inside, "configuration": configuration}


def _state(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state of a stack whose plan was applied; what was unknown is left out."""
    changes: list[dict[str, Any]] = part["resource_changes"]
    resources: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for one in changes:
        key = {"index_key": one["index"]} if "index" in one else {}
        attributes = {"id": one["address"], **(one["change"]["after"] or {})}
        instance = {**key, "schema_version": 0, "attributes": attributes, "dependencies": []}
        resources.setdefault((one.get("module_address", ""), one["type"], one["name"]), []).append(instance)
    return {
        "version": 4,
        "terraform_version": part["terraform_version"],
        "serial": 1,
        "lineage": str(uuid.uuid4()),
        "outputs": {},
        "resources": [
            {"mode": "managed", **({"module": module} if module else {}), "type": kind, "name": name}
            | {"provider": _AWS, "instances": instances}
            for (module, kind, name), instances in resources.items()
        ],
    }
