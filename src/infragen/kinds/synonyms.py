"""What people look for under another word than infragen's, and where they find it."""

from typing import Final

from infragen.kinds.workloads.model import HOURS
from infragen.tables import own_table

_BY_HAND: Final = "docs/catalogue.md, Terraform of your own"

_TABLE: Final = own_table(__file__, "synonyms.toml")
KINDS_BY_WORD: Final[dict[str, list[str]]] = _TABLE["kinds"]
TYPES_BY_WORD: Final[dict[str, list[str]]] = _TABLE["types"]
TIMED: Final[list[str]] = _TABLE["timed"]


def kind_by(word: str) -> str | None:
    """Return infragen's word for another one, `cache` for `redis`."""
    return next((kind for kind, words in KINDS_BY_WORD.items() if word in words), None)


def elsewhere(word: str) -> str | None:
    asked = word.lower().replace("_", "-")
    for one in (asked, asked.removesuffix("s")):
        if one in TIMED:
            return (
                "what runs to completion is a job, `infragen new job NAME`, started by `schedules` or by hand; "
                "what runs at certain hours is a worker, `infragen new worker NAME`, with "
                f"`tasks: {{min: 0, max: 1}}` and `scaling: {{schedules: {HOURS}}}`"
            )
        if kind := kind_by(one):
            return f"infragen calls it {kind}: `infragen new {kind} NAME`"
        for type_, words in TYPES_BY_WORD.items():
            if one in words:
                return (
                    f"infragen has no such kind yet; write `{type_}` in Terraform, in "
                    f"`catalog/SYSTEM/extra/STACK/{one}.tf`: {_BY_HAND}"
                )
    return None
