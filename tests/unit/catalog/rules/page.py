"""The tables of docs/rules.md that rules and quotas write themselves: `python -m tests.unit.catalog.rules.page`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from infragen.rules import all_rules
from infragen.rules.quotas import quotas

PAGE: Final = Path(__file__).parents[4] / "docs" / "rules.md"
_RULES: Final = re.compile(r"^(?:\| ([A-Z])(?:1|(?<=D)2)\d\d \|.*\n)+", re.MULTILINE)
_QUOTAS: Final = re.compile(
    r"(?<=\| service \| code \| quota \| default \| source \|\n\|---\|---\|---\|---\|---\|\n)(\|.*\n)+"
)


def written(page: str) -> str:
    """Return the page with the rows of today's rules and quotas: a letter's rules stand in the table of that letter."""
    rows = [(one.code[0], f"| {one.code} | {one.severity} | {one.title} | {one.source} |\n") for one in all_rules()]
    page = _RULES.sub(lambda table: "".join(row for letter, row in rows if letter == table[1]), page)
    needed = sorted(quotas(), key=lambda one: (one.service.lower(), one.name))
    counted = (
        f"| {one.service} | {one.code or '(fixed)'} | {one.name} | {one.default:,} | {one.source} |\n" for one in needed
    )
    return _QUOTAS.sub("".join(counted).replace("\\", r"\\"), page)


def main(arguments: list[str]) -> int:
    """Write the page, or say that it is out of date with `--check`."""
    before = PAGE.read_text(encoding="utf-8")
    after = written(before)
    if "--check" not in arguments:
        PAGE.write_text(after, encoding="utf-8")
    elif after != before:
        sys.stderr.write("docs/rules.md is not what the rules say: `make golden` writes its tables\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
