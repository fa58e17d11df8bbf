"""Bad catalogues as edits of a good one, and what validation says about them."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infragen.catalog import Project
from infragen.diagnostics import InfragenError, sort_diagnostics
from infragen.workflow.target import choose
from infragen.workflow.validation import findings as all_findings
from tests.fixtures import COMPOSE, SMALL

if TYPE_CHECKING:
    from infragen.diagnostics import Diagnostic

CASES = Path(__file__).parents[3] / "cases" / "validate"
TODAY = date(2026, 11, 20)
"""The day the cases were written on: ends of life depend on it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a file of a project; without `old`, the file is created or removed."""

    file: str
    new: str | None
    old: str | None = None

    def apply(self, root: Path) -> None:
        path = root / self.file
        if self.old is None:
            if self.new is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self.new, encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times in {self.file}"
        path.write_text(text.replace(self.old, self.new or ""), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Case:
    """A code, the edits that break its rule, what is said then, and the edits that mend it."""

    name: str
    bad: tuple[Edit, ...]
    fixed: tuple[Edit, ...]
    expected: str
    left: str
    also: frozenset[str]
    """Other codes that the bad catalogue cannot do without."""
    on_compose: bool = False
    """Whether the good catalogue has an environment of Docker Compose as well."""

    @property
    def code(self) -> str:
        return self.name.partition("-")[0]


def read(path: Path) -> Case:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))

    def edits(key: str) -> tuple[Edit, ...]:
        return tuple(Edit(edit["file"], edit.get("new"), edit.get("old")) for edit in data.get(key, ()))

    return Case(
        path.stem,
        edits("bad"),
        edits("fixed"),
        data["expected"],
        data.get("left", ""),
        frozenset(data.get("also", ())),
        data.get("on_compose", False),
    )


def all_cases() -> tuple[Case, ...]:
    return tuple(read(path) for path in sorted(CASES.glob("*.toml")))


def good(root: Path, *, on_compose: bool = False) -> Path:
    """Put the good catalogue below `root` and return it."""
    shutil.copytree(SMALL, root, dirs_exist_ok=True)
    if on_compose:
        shutil.copytree(COMPOSE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("everything*"))
    return root


def findings(root: Path) -> tuple[Diagnostic, ...]:
    """Return what validation says about all systems, schema and rules together."""
    project = Project(root)
    try:
        chosen = choose(project, None, may_be_empty=True)
        systems = tuple((one.catalogue, one.names) for one in chosen)
        composed = {one.catalogue.name: one.composed for one in chosen}
        return all_findings(project, systems, (), composed=composed, today=TODAY)
    except InfragenError as error:
        return sort_diagnostics(error.diagnostics)


def text(found: tuple[Diagnostic, ...]) -> str:
    """Return findings as the cases hold them: one a line, its hint below it."""
    return "".join(f"{one}\n" + (f"  hint: {one.hint}\n" if one.hint else "") for one in found)
