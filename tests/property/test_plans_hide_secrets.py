"""What a plan marks as sensitive anywhere is in no report, however it is written."""

from __future__ import annotations

import importlib
import io
import json
import pkgutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans.strategy import FORMS, MARKED, SHOWN, Secretive, empty_plan, secretive_plans
from tests.unit.plan.plans import all_of

import infragen.report
from infragen.plan import change_sets, open_plan, parse_plan

if TYPE_CHECKING:
    from infragen.plan import ChangeSet

MODULES = [
    importlib.import_module(f"infragen.report.{found.name}") for found in pkgutil.iter_modules(infragen.report.__path__)
]
REPORTS = {module.__name__.rpartition(".")[2]: module for module in MODULES if hasattr(module, "render")}
SECRET, CORE = 'a"/<QZXVJ0123>\\n+é', "QZXVJ0123"


def everything(change_set: ChangeSet) -> dict[str, str]:
    """Return all that is ever told of a plan, by format."""
    return {"change set": all_of(change_set)} | {
        name: report.render(change_set, "technova/dev") for name, report in REPORTS.items()
    }


def test_every_format_is_covered() -> None:
    assert {"github", "html", "json", "junit", "markdown", "sarif", "terminal"} <= set(REPORTS)


@settings(max_examples=60, deadline=None)
@given(secretive_plans())
def test_no_secret_is_in_any_report(made: Secretive) -> None:
    for name, told in everything(parse_plan(made.content())).items():
        assert not [hidden for hidden in made.hidden if hidden in told], name


@pytest.mark.parametrize("mark", MARKED, ids=lambda mark: mark.__name__)
@pytest.mark.parametrize("show", SHOWN, ids=lambda show: show.__name__)
def test_every_kind_of_mark_hides_every_form_at_every_place(mark, show) -> None:  # type: ignore[no-untyped-def]
    plan = empty_plan()
    mark(plan, SECRET)
    for form in FORMS.values():
        show(plan, form(SECRET))
    assert CORE not in all_of(parse_plan(json.dumps(plan).encode()))


@settings(max_examples=60, deadline=None)
@given(secretive_plans(), st.randoms(use_true_random=False))
def test_a_secret_of_one_plan_is_hidden_in_another(made: Secretive, chance) -> None:  # type: ignore[no-untyped-def]
    open_text = empty_plan()
    for secret in made.secrets:
        chance.choice(SHOWN)(open_text, FORMS[chance.choice(sorted(FORMS))](secret))
    plans = [open_plan(io.BytesIO(json.dumps(plan).encode())) for plan in (made.plan, open_text)]
    for change_set in change_sets(plans):
        assert not [hidden for hidden in made.hidden if hidden in all_of(change_set)]
