"""TechNova's production: planned offline as on an ordinary day, and rendered with every peak at once.

No service has more than one peak, so the two hold every size of the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project, resolve_one
from tests.offline_plans import ROOT, offline_plan

from . import technova as t
from .planned import Resource, planned_resources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TARGET = "technova/prod"
PEAKS = tuple(sorted({size.profile for size in t.SIZES} - {"normal", "fixed"}))


@pytest.fixture(scope="session")
def ordinary_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan with no profile, as terraform shows it."""
    return offline_plan(tmp_path_factory, TARGET)


@pytest.fixture(scope="session")
def ordinary_day(ordinary_plan: Path) -> list[Resource]:
    """What is planned with no profile."""
    return planned_resources(ordinary_plan)


@pytest.fixture(scope="session")
def ordinary_files() -> Mapping[str, str]:
    """What that plan is made of: the committed files."""
    folder = ROOT / "generated" / TARGET
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.tf")}


@pytest.fixture(scope="session")
def every_peak() -> Mapping[str, str]:
    """The same files with every profile in force."""
    project = open_project(ROOT)
    composed = compose(project, resolve_one(project, TARGET, PEAKS)[1], templates_of(project))
    return {path: text for path, text in composed.files.items() if path.endswith(".tf")}
