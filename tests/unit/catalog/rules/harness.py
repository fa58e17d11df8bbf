"""Bad catalogues as edits of a good one, and what validation says about them."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog import Project
from infragen.diagnostics import InfragenError, sort_diagnostics
from infragen.kinds import kinds
from infragen.rules import all_rules, run
from infragen.workflow import validation
from infragen.workflow.target import choose
from infragen.workflow.validation import findings as all_findings
from tests.fixtures import COMPOSE, SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from infragen.diagnostics import Diagnostic

CASES = Path(__file__).parents[3] / "cases" / "validate"
TODAY = date(2026, 11, 20)
"""The day the cases were written on: ends of life depend on it."""
COUNTED = frozenset(
    {
        "balancers/front",
        "bastions/main",
        "bffs/web",
        "buckets/pictures",
        "caches/sessions",
        "databases/order",
        "databases/stock",
        "distributions/pages",
        "document-databases/events",
        "domains/sales",
        "functions/receipt",
        "gateways/admin",
        "gateways/public",
        "jobs/migrate",
        "metrics/sold",
        "queues/orders",
        "secrets/payment",
        "services/order",
        "services/stock",
        "workers/mailer",
        "workgroups/logs",
        "zones/main",
    }
)
"""The entries of `shop` that the cases were written with.

Many cases count them: what is billed at night, begins empty in a standby, or needs an address. So an entry that `shop`
gets later is there only for the cases that edit its file, and for who is counted with it: add it here where one of
these refers to it.
"""


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
        text = (path if path.exists() else SMALL / self.file).read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times in {self.file}"
        path.parent.mkdir(parents=True, exist_ok=True)
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
    def spoken(self) -> frozenset[str]:
        """Every code that is said of it, before and after."""
        return frozenset(re.findall(r"^\S+ \w+ ([A-Z]\d{3}) ", self.expected + self.left, re.MULTILINE)) | {self.code}

    @property
    def code(self) -> str:
        return self.name.partition("-")[0]

    def told(self, found: tuple[Diagnostic, ...]) -> str:
        """Return findings as the case holds them: where kinds are listed, without those that came after it."""
        counted, said = {entry.partition("/")[0] for entry in COUNTED}, self.expected + self.left
        newer = "|".join(kind for kind in kinds() if kind not in counted and kind not in said)
        return re.sub(rf"\b({newer}), |, ({newer})\b", "", text(found)) if newer else text(found)


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


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(read(path) for path in sorted(CASES.glob("*.toml")))


def good(root: Path, *, on_compose: bool = False) -> Path:
    """Put the good catalogue below `root` and return it."""
    shutil.copytree(SMALL, root, dirs_exist_ok=True)
    if on_compose:
        shutil.copytree(COMPOSE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("everything*"))
    return root


def counted(root: Path, *, on_compose: bool = False) -> Path:
    """Put the good catalogue below `root`, without entries that the cases do not count, and return it."""
    for path in [*(good(root, on_compose=on_compose) / "catalog" / "shop").glob("*/*.yaml")]:
        if f"{path.parent.name}/{path.stem}" not in COUNTED:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
    return root


@contextmanager
def edited(root: Path, edits: Iterable[Edit]) -> Iterator[None]:
    """Apply edits to a project for a while, and put its files back afterwards: a copy each would cost more."""
    before: dict[Path, bytes | None] = {}
    try:
        for edit in edits:
            path = root / edit.file
            before.setdefault(path, path.read_bytes() if path.exists() else None)
            edit.apply(root)
        yield
    finally:
        for path, content in before.items():
            if content is not None:
                path.write_bytes(content)
                continue
            path.unlink(missing_ok=True)
            for folder in path.parents:  # those that were made for it, the innermost first
                if folder == root or any(folder.iterdir()):
                    break
                folder.rmdir()


def findings(root: Path, only: AbstractSet[str] | None = None) -> tuple[Diagnostic, ...]:
    """Return what validation says about all systems, schema and rules together.

    `only` are codes: no other rules are asked then, and files are drafted only where a code is about those.
    """
    if only is not None:
        rules = tuple(rule for rule in all_rules() if rule.code in only)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys.modules[run.__module__], "all_rules", lambda: rules)
            if only <= {rule.code for rule in rules}:
                patch.setattr(validation, "of_files", lambda project, environment: ())
            return findings(root)
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
