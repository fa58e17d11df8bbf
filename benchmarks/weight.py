"""What the house weighs, beside what it may: `python -m benchmarks.weight`, `--write` to write it anew.

Lines of Python of each room below `src/infragen`, words of what people read, and the longest file. Whoever needs more
writes the budget anew in the same commit, whose message says why.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

from benchmarks.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BUDGET: Final = ROOT / "benchmarks/weight.json"
PAGES: Final = ("*.md", "docs/**/*.md")
_FILES: Final = "(files)"


def weigh() -> dict[str, int]:
    """Return lines by room, `words` of the pages at the top and in `docs/`, and `longest`, the lines of a file."""
    source, rooms, longest = ROOT / "src/infragen", Counter[str](), 0
    for file in sorted(source.rglob("*.py")):
        lines = file.read_bytes().count(b"\n")
        inside = file.relative_to(source).parts
        rooms[inside[0] if len(inside) > 1 else _FILES] += lines
        longest = max(longest, lines)
    words = sum(len(page.read_text(encoding="utf-8").split()) for pattern in PAGES for page in ROOT.glob(pattern))
    return {**dict(sorted(rooms.items())), "src": rooms.total(), "words": words, "longest": longest}


def heavier(found: Mapping[str, int], budget: Mapping[str, int]) -> Iterator[str]:
    """Yield what weighs more than it may."""
    for name, weight in found.items():
        may = budget.get(name, 0)
        if weight > may:
            yield f"{name}: {weight:,} of {may:,}"


def main() -> None:
    found = weigh()
    if "--write" in sys.argv[1:]:
        BUDGET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return
    if over := [*heavier(found, json.loads(BUDGET.read_text(encoding="utf-8")))]:
        raise SystemExit("\n".join((*over, "take it out elsewhere, or `make golden` and say why in the commit")))


if __name__ == "__main__":
    main()
