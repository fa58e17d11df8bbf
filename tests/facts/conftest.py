"""TechNova's production, planned offline twice: as on an ordinary day, and with every peak at once.

No service has more than one peak, so two plans hold every size of the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.offline_plans import offline_plan

from . import technova as t
from .planned import Resource, planned_resources

if TYPE_CHECKING:
    from pathlib import Path

PEAKS = tuple(sorted({size.profile for size in t.SIZES} - {"normal", "fixed"}))


@pytest.fixture(scope="session")
def ordinary_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan with no profile, as terraform shows it."""
    return offline_plan(tmp_path_factory, "technova/prod")


@pytest.fixture(scope="session")
def ordinary_day(ordinary_plan: Path) -> list[Resource]:
    """What is planned with no profile."""
    return planned_resources(ordinary_plan)


@pytest.fixture(scope="session")
def every_peak(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned with every profile in force."""
    return planned_resources(offline_plan(tmp_path_factory, "technova/prod", *PEAKS))
