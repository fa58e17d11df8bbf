"""The cases of the corpus, for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


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
    def counts(self) -> dict[str, Any]:
        return json.loads((FOLDER / self.name / "counts.json").read_bytes())

    @property
    def secrets(self) -> list[str]:
        listed = json.loads((FOLDER / self.name / "secrets.json").read_bytes())
        return listed["masked"] + listed["printed"]

    def __str__(self) -> str:
        return self.name


CASES = tuple(Case(path.parent.name) for path in sorted(FOLDER.glob("*/plan.json")))


def case(start: str) -> Case:
    """Return the one case whose name starts so."""
    (found,) = [one for one in CASES if one.name.startswith(start)]
    return found
