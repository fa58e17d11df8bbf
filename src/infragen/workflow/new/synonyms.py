"""What people look for under another word than infragen's, and what infragen has no kind for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from infragen.kinds.workloads.model import HOURS

_BY_HAND: Final = "docs/catalogue.md, Terraform of your own"

_TABLE: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
KINDS_BY_WORD: Final[dict[str, list[str]]] = _TABLE["kinds"]
TYPES_BY_WORD: Final[dict[str, list[str]]] = _TABLE["types"]
TIMED: Final[list[str]] = _TABLE["timed"]


def elsewhere(word: str) -> str | None:
    """Return where to find what people call `word`; None where nothing is known of it."""
    asked = word.lower().replace("_", "-")
    for one in (asked, asked.removesuffix("s")):
        if one in TIMED:
            return (
                "what runs and ends is a job, `infragen new job NAME`, started by its `schedules` or by hand; "
                "what works at certain hours is a worker, `infragen new worker NAME`, with "
                f"`tasks: {{min: 0, max: 1}}` and `scaling: {{schedules: {HOURS}}}`"
            )
        for kind, words in KINDS_BY_WORD.items():
            if one in words:
                return f"infragen calls it {kind}: `infragen new {kind} NAME`"
        for type_, words in TYPES_BY_WORD.items():
            if one in words:
                return (
                    f"infragen has no such kind yet; write `{type_}` in Terraform, in "
                    f"`catalog/SYSTEM/extra/STACK/{one}.tf`: {_BY_HAND}"
                )
    return None
