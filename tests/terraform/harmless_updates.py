"""Which edits of an argument of AWS's provider are harmless by our judges: a table that people read.

    python -m tests.terraform.harmless_updates

Each argument of each type gets every edit of its kind, alone. Those that are LOW with nothing "not judged" form
`harmless_updates.txt`: a line for each argument and edit, with the risk where one is told, and the types.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infragen.plan import parse_plan
from infragen.plan.risk import Level
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.provider_mirror import find_mirror
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE: Final = Path(__file__).with_suffix(".txt")
_STRINGS: Final = {
    "more": (["aa"], ["aa", "bb"]),
    "fewer": (["aa", "bb"], ["aa"]),
    "others": (["aa"], ["bb"]),
    "first": ([], ["bb"]),
    "none left": (["aa"], []),
}
_EDITS: Final[dict[str, dict[str, tuple[Any, Any]]]] = {
    "bool": {"on": (False, True), "off": (True, False)},
    "number": {"up": (5, 50), "down": (50, 5), "set": (None, 5), "unset": (5, None), "zero": (5, 0)},
    "string": {"another": ("aa", "bb"), "set": (None, "bb"), "unset": ("aa", None)},
    "list": _STRINGS,
    "set": _STRINGS,
    "map": {
        "more": ({"k": "a"}, {"k": "a", "m": "b"}),
        "others": ({"k": "a"}, {"k": "b"}),
        "none left": ({"k": "a"}, {}),
    },
}
_DESCRIBE: Final = frozenset({"alarm_description", "comment", "description", "id", "tags", "tags_all", "timeouts"})
"""`harmless_attributes` of `types.toml` that many types have."""
_DEEPEST: Final = 2
_TOGETHER: Final = 800


class _Edit(NamedTuple):
    type: str
    argument: str
    name: str
    before: Any
    after: Any


def harmless() -> str:
    """Return the table; it takes terraform and the provider, and some 20 s."""
    found: dict[str, list[str]] = defaultdict(list)
    edits = [
        _Edit(name, ".".join(path), edit, *(_within(path, side) for side in sides))
        for name, schema in sorted(_schemas().items())
        for path, kind in _arguments(schema["block"], ())
        for edit, sides in _EDITS.get(kind, {}).items()
    ]
    for first in range(0, len(edits), _TOGETHER):
        part = edits[first : first + _TOGETHER]
        items = [resource(f"{one.type}.a{at}", ["update"], one.before, one.after) for at, one in enumerate(part)]
        changes = {change.address: change for change in parse_plan(plan(*items)).changes}
        for at, one in enumerate(part):
            risks = changes[f"{one.type}.a{at}"].risks
            if all(risk.level <= Level.LOW and "not judged" not in risk.reason for risk in risks):
                said = "; ".join(risk.reason for risk in risks if risk.reason != "nothing will be lost")
                found[f"{one.argument}, {one.name}: {said or '-'}"].append(one.type.removeprefix("aws_"))
    return "".join(f"{line}\n    {' '.join(types)}\n" for line, types in sorted(found.items()))


def _arguments(block: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, attribute in block.get("attributes", {}).items():
        kind = attribute["type"]
        is_of_text = isinstance(kind, str) or kind[0] == "map" or kind[1] == "string"
        if (attribute.get("optional") or attribute.get("required")) and is_of_text and name not in _DESCRIBE:
            yield (*path, name), kind if isinstance(kind, str) else kind[0]
    for name, nested in block.get("block_types", {}).items() if len(path) < _DEEPEST else ():
        if name not in _DESCRIBE:
            yield from _arguments(nested["block"], (*path, name))


def _within(path: tuple[str, ...], value: Any) -> Any:
    *blocks, name = path
    value = {name: value}
    for block in reversed(blocks):
        value = {block: [value]}
    return {"id": "x", **value}


def _schemas() -> dict[str, Any]:
    mirror = find_mirror(None, os.environ, Path.home())
    with tempfile.TemporaryDirectory() as folder:
        needed = {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}
        Path(folder, "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": needed}}))

        def run(*arguments: str) -> bytes:
            environment = child_environment(os.environ, {})
            line = ["terraform", *arguments]
            return subprocess.run(line, cwd=folder, env=environment, check=True, capture_output=True).stdout

        run("init", *([f"-plugin-dir={mirror.path}"] if mirror.flag else []))
        (provider,) = json.loads(run("providers", "schema", "-json"))["provider_schemas"].values()
    schemas: dict[str, Any] = provider["resource_schemas"]
    return schemas


if __name__ == "__main__":
    TABLE.write_text(harmless(), encoding="utf-8")
