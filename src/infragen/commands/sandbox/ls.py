"""List what exists in the emulated AWS, by catalogue entry."""

import json
import shutil
from collections import Counter

from infragen.commands import flags
from infragen.workflow.console import out, out_text
from infragen.workflow.states.sandbox_inventory import by_entry
from infragen.workflow.target import open_project


def ls(
    target: flags.AnyTarget = None, output: flags.ListFormat = "text", folder: flags.ProjectFolder = flags.HERE
) -> int:
    listed = by_entry(open_project(folder), target)
    if output == "json":
        out_text(json.dumps(listed, ensure_ascii=False, indent=2))
        return 0
    width = shutil.get_terminal_size((120, 24)).columns
    for name, entries in listed.items():
        things = sum(len(found) for found in entries.values())
        out(f"{name}: {things} resource{'' if things == 1 else 's'}" if things else f"{name}: nothing")
        for entry, found in entries.items():
            out(f"  {entry:<28} {len(found):>4}  {_kinds(found, width - 37)}")
    return 0


def _kinds(found: list[dict[str, str]], room: int) -> str:
    """Return the types that something is made of: as many of the first four as fit, and how many more there are."""
    counts = Counter(thing["type"].removeprefix("aws_") for thing in found)
    said = [f"{count} {kind}" if count > 1 else kind for kind, count in sorted(counts.items())]
    for shown in range(min(len(said), 4), 0, -1):
        text = ", ".join(said[:shown]) + (f" and {len(said) - shown} more" if len(said) > shown else "")
        if len(text) <= room:
            return text
    return f"{len(said)} kinds"
