"""The cases of the corpus, for tests."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

FOLDER = Path(__file__).parent
NEGATIVES = FOLDER / "negatives"


@dataclass(frozen=True, slots=True)
class Case:
    """One plan with what is known about it."""

    name: str

    @property
    def path(self) -> Path:
        return FOLDER / self.name / "plan.json"

    @property
    def plan(self) -> dict[str, Any]:
        return json.loads(self.path.read_bytes())

    @property
    def files(self) -> dict[str, str]:
        """The files that were planned, by path; none where the generator has no folder of them."""
        planned = FOLDER / "generator" / "cases" / self.name / "after"
        return {path.relative_to(planned).as_posix(): path.read_text("utf-8") for path in planned.rglob("*.tf")}

    @property
    def counts(self) -> dict[str, Any]:
        return json.loads((FOLDER / self.name / "counts.json").read_bytes())

    @property
    def secrets(self) -> list[str]:
        listed = json.loads((FOLDER / self.name / "secrets.json").read_bytes())
        return listed["masked"] + listed["printed"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Negative:
    """An input that is not a sound plan; `expect` is the corpus' own judgement of what a reader does with it."""

    name: str
    expect: Literal["reject", "accept", "careful"]
    why: str

    @property
    def content(self) -> bytes:
        return (NEGATIVES / self.name).read_bytes()

    def __str__(self) -> str:
        return self.name


def _negatives() -> tuple[Negative, ...]:
    with (NEGATIVES / "EXPECT.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(Negative(row["file"], cast("Any", row["expect"]), row["why"]) for row in rows)


CASES = tuple(Case(path.parent.name) for path in sorted(FOLDER.glob("*/plan.json")))
NEGATIVE_CASES = _negatives()


def case(start: str) -> Case:
    """Return the one case whose name starts so."""
    (found,) = [one for one in CASES if one.name.startswith(start)]
    return found
