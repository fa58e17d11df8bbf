"""Real objects that have a lens, with something in them changed at random."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from infragen.plan.lenses import LENSES
from tests.plans.corpus import CASES
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = st.sampled_from(["", "x", "-1", "tcp", "all", "*", "a, b", "{", "ü\n"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 70000), TEXTS)
KEYS = st.sampled_from(["name", "a", "Sid"])
ANY_JSON = st.recursive(SCALARS, lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part), max_leaves=4)


@cache
def real_objects() -> tuple[tuple[str, str], ...]:
    """Return the type and the values (as JSON) of every object of the corpus that has a lens, one of each kind."""
    found = {
        (one["type"], json.dumps(side, sort_keys=True))
        for case in CASES
        for one in case.plan.get("resource_changes", [])
        if one["type"] in LENSES
        for side in (one["change"]["before"], one["change"]["after"])
        if side
    }
    return tuple(sorted(found))


@st.composite
def objects(draw: st.DrawFn, types: frozenset[str]) -> tuple[str, dict[str, Any]]:
    """Return the type of an object that has a lens, and its values."""
    kind, values = draw(st.sampled_from([one for one in real_objects() if one[0] in types]))
    return kind, json.loads(values)


@st.composite
def mutants(draw: st.DrawFn, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of which one attribute that the lens tells is another: a part of it replaced, gone or twice."""
    changed = copy.deepcopy(dict(values))
    name = draw(st.sampled_from(sorted(LENSES[kind].attributes)))
    changed[name] = draw(_changed(changed.get(name)))
    return changed


def update_of(kind: str, before: Any, after: Any, **more: Any) -> bytes:
    """Return a plan that updates an object; creates or deletes it when one side is None."""
    actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    return plan(resource(f"{kind}.a", actions, before, after, **more))


@st.composite
def _changed(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("{", "[")) and draw(st.integers(0, 9)):
        return json.dumps(draw(_changed(json.loads(value))), ensure_ascii=False)
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        return draw(st.sampled_from([{**value, key: draw(_changed(value[key]))}, _without(value, key)]))
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(value) - 1))
        item = draw(_changed(value[place]))
        ways = [
            [*value[:place], item, *value[place + 1 :]],
            [*value, item],
            [*value[:place], *value[place + 1 :]],
            value[::-1],
        ]
        return draw(st.sampled_from(ways))
    return draw(ANY_JSON)


def _without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name != key}
