"""A change set that was kept is told in the same words in every format."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from infragen.commands.formats import FORMATS, present
from infragen.diagnostics import Location
from infragen.plan import Entry, Origin, assign_entries, merge, read_plan
from infragen.plan.shown_address import names_of
from infragen.plan_contract.saved_plan import dump_change_set, load_change_set
from tests.plans.corpus import CASES, Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan import Change


class Lines:
    """Lines that are made up, one for each object and attribute."""

    def place(self, change: Change) -> Location | None:
        return Location("catalog/a.yaml", len(change.address))

    def is_by_hand(self, _change: Change) -> bool:
        return False

    def origin(self, change: Change, attribute: str, arguments: object, _sides: object = None) -> Origin | None:
        return Origin(f"field.{attribute}", Location("catalog/b.yaml", len(attribute)))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_format_says_the_same(case: Case) -> None:
    change_set = read_plan(case.path)
    found = load_change_set(dump_change_set(change_set, names_of))
    for output in FORMATS:
        assert present(found, "t", output) == present(change_set, "t", output)


def test_stacks_entries_lines_and_likenesses_survive() -> None:
    one = read_plan(next(case.path for case in CASES if "everything" in case.name))
    entries = {
        ("s", f"{change.type}.{change.name}"): Entry(f"services/{change.name}", "名前") for change in one.changes
    }
    change_set = replace(merge([assign_entries(one, entries, "s", sources=Lines())]), notices=("a notice",))
    found = load_change_set(dump_change_set(change_set, names_of))
    for output in FORMATS:
        assert present(found, "t", output) == present(change_set, "t", output)
    assert [change.location for change in found.changes] == [change.location for change in change_set.changes]
    assert [change.attributes for change in found.changes] == [change.attributes for change in change_set.changes]
    assert found == change_set


EVERYTHING = json.loads(
    dump_change_set(read_plan(next(case.path for case in CASES if "everything" in case.name)), names_of)
)
HOSTILE = st.sampled_from(["", "\x1b[2J", "module.", 'a["', "](", "<b>", None, -1, 10**30, [], {}, True])


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_somebody_wrote_into_one_is_told_or_refused(data: st.DataObject) -> None:
    content = copy.deepcopy(EVERYTHING)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(content))))
        holder[key] = data.draw(HOSTILE)
    try:
        found = load_change_set(json.dumps(content).encode())
    except ValueError:
        return
    assert all("\x1b[2J" not in present(found, "t", output) for output in FORMATS)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]"])
def test_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        load_change_set(content)
