"""What holds for every lens, whatever a plan holds where the provider's schema says what it should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infragen.plan import lenses, parse_plan
from infragen.plan.differences.engine import differences
from infragen.plan.lenses import LENSES
from tests.unit.plan.lenses.mutants import mutants, objects, update_of
from tests.unit.plan.lenses.proof import lens_text, lost_facts, printed, view_of
from tests.unit.plan.plans import all_of

if TYPE_CHECKING:
    from infragen.plan.view import View

SECRET = "s3cr3t-of-a-lens"
FAMILIES = {name: frozenset(part.LENSES) for name, part in vars(lenses).items() if hasattr(part, "LENSES")}


def generic(view: View) -> str:
    """Return what the generic differences, documents opened, would say of the attributes that the lens tells."""
    skip = frozenset(view.names) - LENSES[view.type].attributes
    return "\n".join(map(printed, differences(view, skip)))


@pytest.mark.parametrize("family", sorted(FAMILIES))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_lens_fails_on_no_shape_and_drops_no_difference(family: str, data: st.DataObject) -> None:
    kind, before = data.draw(objects(FAMILIES[family]))
    after = data.draw(mutants(kind, before))
    sides = data.draw(st.sampled_from([(before, after), (after, before), (None, after), (after, None)]))
    view = view_of(update_of(kind, *sides))
    said, without = lens_text(view), generic(view)
    assert bool(said) >= bool(without), without
    assert set(lost_facts(view, said)) <= set(lost_facts(view, without)), said


@pytest.mark.parametrize("family", sorted(FAMILIES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_unknown_anywhere_is_told_as_unknown(family: str, data: st.DataObject) -> None:
    kind, before = data.draw(objects(FAMILIES[family]))
    name = data.draw(st.sampled_from(sorted(LENSES[kind].attributes)))
    after = {key: value for key, value in before.items() if key != name}
    view = view_of(update_of(kind, before, after, after_unknown={name: True}))
    assert "(known after apply)" in lens_text(view)


@pytest.mark.parametrize("family", sorted(FAMILIES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_lens_shows_a_secret(family: str, data: st.DataObject) -> None:
    kind, before = data.draw(objects(FAMILIES[family]))
    name = data.draw(st.sampled_from(sorted(LENSES[kind].attributes)))
    after = {**before, name: with_secret(data, before.get(name))}
    marked = data.draw(st.sampled_from([{"before_sensitive": {}, "after_sensitive": {name: True}}, {}]))
    beside = {"output_changes": {"o": {"actions": ["create"], "after": SECRET, "after_sensitive": True}}}
    change = json.loads(update_of(kind, before, after, **marked))
    shown = all_of(parse_plan(json.dumps({**change, **beside}).encode()))
    assert SECRET not in shown


def with_secret(data: st.DataObject, value: Any) -> Any:
    """Return a value with one of its scalars replaced by the secret, inside JSON texts too."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        return json.dumps(with_secret(data, json.loads(value)))
    if isinstance(value, dict) and value:
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: with_secret(data, value[key])}
    if isinstance(value, list) and value:
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], with_secret(data, value[place]), *value[place + 1 :]]
    return data.draw(st.sampled_from([SECRET, f"x {SECRET}, y"]))
