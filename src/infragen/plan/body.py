"""What a change holds inside, worked out from the plan's own bytes each time it is asked for."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import UNSET

from infragen.plan.causes import causes_of
from infragen.plan.decode import reject
from infragen.plan.differences import differences
from infragen.plan.document import opened
from infragen.plan.lenses import LENSES
from infragen.plan.model import Action
from infragen.plan.noise import with_noise
from infragen.plan.paths import steps
from infragen.plan.risks import risks_of
from infragen.plan.side import RawSide, opened_marks
from infragen.plan.view import RawSides, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.document import ChangeBody, PlanDocument, ResourceItem
    from infragen.plan.facts import Facts
    from infragen.plan.model import AttributeChange, Cause, Change, Risk
    from infragen.plan.redact import Taints

__all__ = ["PlanBody"]

_QUIET = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT})


class PlanBody:
    """What all changes of one plan share: what must not be seen, the providers' facts, the configuration."""

    __slots__ = ("document", "facts", "name", "taints")

    def __init__(self, document: PlanDocument, taints: Taints, facts: Facts, name: str) -> None:
        self.document = document
        self.name = name
        self.taints = taints
        self.facts = facts

    def of(self, item: ResourceItem, address: str) -> _ItemBody:
        """Return the body of one item; `address` is the plan's own, as its configuration knows it."""
        return _ItemBody(self, item, address)


class _ItemBody:
    """The body of one change; it holds secrets and shows none."""

    __slots__ = ("_address", "_item", "_plan")

    def __init__(self, plan: PlanBody, item: ResourceItem, address: str) -> None:
        self._plan = plan
        self._item = item
        self._address = address

    def attributes(self, change: Change) -> tuple[AttributeChange, ...]:
        """Return the differences, through the lens of the type where there is one."""
        if change.action in _QUIET:
            return ()
        with self._bounded(change):
            return self._attributes(change)

    def _attributes(self, change: Change) -> tuple[AttributeChange, ...]:
        view = self._view(change)
        lens = LENSES.get(change.type)
        if lens is None:
            return with_noise(view, differences(view))
        return with_noise(view, (*lens.read(view), *differences(view, skip=lens.attributes)))

    def risks(self, change: Change) -> tuple[Risk, ...]:
        """Return what can come of it, worst first."""
        with self._bounded(change):
            return risks_of(self._view(change))

    def causes(self, change: Change) -> tuple[Cause, ...]:
        """Return why it is replaced."""
        with self._bounded(change):
            return causes_of(change, self._view(change)) if change.action.is_replace else ()

    @contextmanager
    def _bounded(self, change: Change) -> Iterator[None]:
        """Turn a value of a thousand levels, which no provider makes, into an error of the plan."""
        try:
            yield
        except RecursionError:
            reject("P202", f"{change.address}: a value is nested too deeply to be compared", self._plan.name)

    def digest(self) -> bytes:
        """Return what tells this change's values from another's, hidden ones too, and nothing else about them."""
        body = self._item.change
        parts = (body.actions, *map(opened, (body.before, body.after, body.after_unknown, body.replace_paths)))
        return self._plan.taints.token(json.dumps(parts, sort_keys=True))

    def _view(self, change: Change) -> View:
        body, plan = self._item.change, self._plan
        facts = plan.facts.of(self._item.type)
        paths = opened(body.replace_paths)
        return View(
            address=self._address,
            type=change.type,
            action=change.action,
            facts=facts,
            replace_paths=tuple(map(steps, paths)) if isinstance(paths, list) else (),
            sides=_sides(body),
            taints=plan.taints,
        )


def _sides(body: ChangeBody) -> RawSides:
    """Return both sides, closed; a side whose marks were left out has those of the other."""
    before_mark = body.after_sensitive if body.before_sensitive is UNSET else body.before_sensitive
    after_mark = body.before_sensitive if body.after_sensitive is UNSET else body.after_sensitive
    return RawSides(
        RawSide(body.before),
        RawSide(body.after),
        opened_marks(before_mark),
        opened_marks(after_mark),
        opened_marks(body.after_unknown),
    )
