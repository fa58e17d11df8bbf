"""`terraform show -json` of a plan, read into a change set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.plan.address import clean_address
from infragen.plan.decode import Number, decode_plan, reject
from infragen.plan.differences import Sides, differences, value_texts
from infragen.plan.display import literal
from infragen.plan.model import Action, AttributeChange, Change, ChangeSet, OutputChange, Summary
from infragen.plan.redact import find_taints, is_marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

__all__ = ["parse_plan", "read_plan"]

_ACTIONS: dict[tuple[str, ...], Action] = {
    ("no-op",): Action.NO_OP,
    ("create",): Action.CREATE,
    ("read",): Action.READ,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("forget",): Action.FORGET,
    ("delete", "create"): Action.REPLACE_DELETE_FIRST,
    ("create", "delete"): Action.REPLACE_CREATE_FIRST,
    ("create", "forget"): Action.REPLACE_FORGET,
    ("forget", "create"): Action.REPLACE_FORGET,
}
_NEWEST_MINOR = 2


def read_plan(source: Path | BinaryIO, name: str | None = None) -> ChangeSet:
    """Read a plan from a file or an open binary stream; errors as in `parse_plan`, P214 when it cannot be read."""
    shown = name or (source.name if isinstance(source, Path) else "<stdin>")
    try:
        content = source.read_bytes() if isinstance(source, Path) else source.read()
    except OSError as error:
        reject("P214", f"cannot read the plan: {error.strerror or error}", name or str(source), "name another file")
    return parse_plan(content, shown)


def parse_plan(content: bytes, name: str = "plan.json") -> ChangeSet:
    """Return the change set of `terraform show -json` output, format 0.x or 1.x.

    `name` is what errors call it. Raises InfragenError (codes P201 to P218) that says what was found instead.
    """
    plan = decode_plan(content, name)
    try:
        return _Reader(plan, name).change_set()
    except RecursionError:
        reject("P202", "a value is nested too deeply to be compared", name)


@dataclass(frozen=True, slots=True)
class _Drift:
    """What changed outside of terraform: what matters to this plan, and how many there are at all."""

    shown: tuple[Change, ...]
    total: int


class _Reader:
    """Reads one plan; holds what every step needs: the data, the file's name and what must not be seen."""

    __slots__ = ("_name", "_plan", "_taints")

    def __init__(self, plan: dict[str, object], name: str) -> None:
        self._plan = plan
        self._name = name
        self._taints = find_taints(plan)

    def change_set(self) -> ChangeSet:
        """Return everything the plan says, sorted."""
        items = tuple(self._resource_items("resource_changes"))
        changes = _in_order(self._change(item) for item in items)
        outputs = tuple(self._outputs())
        drift = self._drift()
        return ChangeSet(
            changes=tuple(change for change in changes if not change.is_quiet),
            outputs=outputs,
            drift=drift.shown,
            summary=_summary(changes, outputs, drift, errored=self._plan.get("errored") is True),
            unchanged=sum(change.is_quiet for change in changes),
            hidden_drift=drift.total - len(drift.shown),
            terraform_version=self._optional_text(self._plan.get("terraform_version")),
            notices=tuple(self._notices()),
        )

    def _resource_items(self, key: str) -> Iterator[dict[str, object]]:
        items = self._plan.get(key)
        if items is None:
            return
        if not isinstance(items, list):
            reject("P215", f"{key} is not a list", self._name)
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                reject("P215", f"{key}[{index}] is not an object", self._name)
            yield item

    def _change(self, item: dict[str, object]) -> Change:
        change = self._change_member(item)
        action = self._action(item, change)
        address = clean_address(self._address(item), self._taints)
        index = item.get("index")
        importing = change.get("importing")
        return Change(
            address=address,
            module_address=clean_address(_text(item.get("module_address")), self._taints),
            type=_text(item.get("type")),
            name=_text(item.get("name")),
            index=None if index is None else literal(index, clean=self._taints.clean),
            provider=_text(item.get("provider_name")),
            mode=_text(item.get("mode")) or "managed",
            action=action,
            attributes=self._attributes(change, action),
            previous_address=self._previous_address(item),
            importing=self._import_id(importing) if importing is not None else None,
            deposed=_text(item.get("deposed")) or None,
            reason=_text(item.get("action_reason")).replace("_", " ") or None,
        )

    def _change_member(self, item: dict[str, object]) -> dict[str, object]:
        change = item.get("change")
        if not isinstance(change, dict):
            reject("P216", f"{self._label(item)} has no `change`", self._name)
        return change

    def _address(self, item: dict[str, object]) -> str:
        """Return the address, or one put together from type and name: some tools leave it out."""
        address = item.get("address")
        if isinstance(address, str) and address:
            return address
        parts = [_text(item.get(key)) for key in ("module_address", "type", "name")]
        if not parts[1] or not parts[2]:
            reject("P217", "a resource change has neither an address nor a type and a name", self._name)
        return ".".join(part for part in parts if part)

    def _label(self, item: dict[str, object]) -> str:
        return clean_address(_text(item.get("address")) or "a resource change", self._taints)

    def _action(self, item: dict[str, object], change: dict[str, object]) -> Action:
        actions = change.get("actions")
        words = tuple(actions) if isinstance(actions, list) and all(isinstance(a, str) for a in actions) else None
        action = _ACTIONS.get(words) if words is not None else None
        if action is None:
            shown = literal(actions, clean=self._taints.clean)[:80]
            reject("P218", f"{self._label(item)}: no terraform has the actions {shown}", self._name)
        if action is not Action.NO_OP:
            return action
        if change.get("importing") is not None:
            return Action.IMPORT
        return Action.MOVE if item.get("previous_address") else Action.NO_OP

    def _attributes(self, change: dict[str, object], action: Action) -> tuple[AttributeChange, ...]:
        if action in {Action.NO_OP, Action.MOVE, Action.IMPORT}:
            return ()
        return differences(_sides(change), _replace_paths(change), self._taints)

    def _previous_address(self, item: dict[str, object]) -> str | None:
        previous = _text(item.get("previous_address"))
        return clean_address(previous, self._taints) if previous else None

    def _import_id(self, importing: object) -> str:
        """Name what is imported: an id, or since Terraform 1.12 an identity of several attributes."""
        if isinstance(importing, dict):
            known = importing.get("id", importing.get("identity", importing.get("unknown")))
            importing = "(known after apply)" if known is True else known
        clean = self._taints.clean
        return clean(importing) if isinstance(importing, str) else literal(importing, clean=clean)

    def _outputs(self) -> Iterator[OutputChange]:
        outputs = self._plan.get("output_changes")
        if outputs is not None and not isinstance(outputs, dict):
            reject("P215", "output_changes is not an object", self._name)
        for name in sorted(outputs or {}):
            change = (outputs or {})[name]
            if not isinstance(change, dict):
                reject("P215", f"output_changes.{name} is not an object", self._name)
            action = self._action({"address": f"output.{name}"}, change)
            if action is not Action.NO_OP:
                yield self._output(name, action, _sides(change))

    def _output(self, name: str, action: Action, sides: Sides) -> OutputChange:
        before, after = value_texts(sides, self._taints)
        return OutputChange(
            name=name,
            action=action,
            before=before,
            after=after,
            sensitive=sides.is_marked,
            unknown=is_marked(sides.unknown),
        )

    def _drift(self) -> _Drift:
        drifted = tuple(
            item
            for item in self._resource_items("resource_drift")
            if self._action(item, self._change_member(item)) not in {Action.NO_OP, Action.MOVE}
        )
        relevant = self._relevant_attributes()
        shown = [item for item in drifted if self._is_relevant(item, relevant)]
        return _Drift(_in_order(map(self._change, shown)), len(drifted))

    def _relevant_attributes(self) -> dict[str, list[tuple[str | int, ...]]] | None:
        """Return which attributes this plan depends on, by address; None in a refresh-only plan, where all matter."""
        if "resource_changes" not in self._plan:
            return None
        relevant: dict[str, list[tuple[str | int, ...]]] = {}
        items = self._plan.get("relevant_attributes")
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict):
                relevant.setdefault(_text(item.get("resource")), []).append(_steps(item.get("attribute")))
        return relevant

    def _is_relevant(self, item: dict[str, object], relevant: Mapping[str, list[tuple[str | int, ...]]] | None) -> bool:
        """Whether an attribute that the plan depends on has changed: terraform's own text lists the same ones."""
        if relevant is None:
            return True
        change = self._change_member(item)
        return any(
            _at(change.get("before"), path) != _at(change.get("after"), path)
            for path in relevant.get(self._address(item), ())
        )

    def _notices(self) -> Iterator[str]:
        yield from self._version_notice()
        if self._plan.get("errored") is True:
            yield "planning failed: this plan holds only a part of what would change"
        elif self._plan.get("complete") is False:
            yield "this plan is not complete: another one is needed after it was applied"
        for key, what in (("deferred_changes", "deferred"), ("action_invocations", "invoked actions")):
            items = self._plan.get(key)
            if isinstance(items, list) and items:
                yield f"{len(items)} {what}: not part of the counts"
        yield from self._failed_checks()

    def _version_notice(self) -> Iterator[str]:
        version = self._plan.get("format_version")
        text = version.text if isinstance(version, Number) else _text(version)
        major, _, minor = text.partition(".")
        if major == "1" and minor.isdecimal() and int(minor) > _NEWEST_MINOR:
            yield f"plan format {text[:20]} is newer than infragen knows (1.{_NEWEST_MINOR}): it may say more than this"

    def _failed_checks(self) -> Iterator[str]:
        checks = self._plan.get("checks")
        for check in checks if isinstance(checks, list) else ():
            for instance in _objects(check, "instances"):
                address = instance.get("address")
                where = _text(address.get("to_display")) if isinstance(address, dict) else ""
                for problem in _objects(instance, "problems"):
                    message = self._taints.clean(_text(problem.get("message")))
                    yield f"check failed: {clean_address(where, self._taints)}: {message}"

    def _optional_text(self, value: object) -> str | None:
        return self._taints.clean(value) if isinstance(value, str) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _objects(parent: object, key: str) -> Iterator[dict[str, object]]:
    items = parent.get(key) if isinstance(parent, dict) else None
    if isinstance(items, list):
        yield from (item for item in items if isinstance(item, dict))


def _sides(change: dict[str, object]) -> Sides:
    return Sides(
        before=change.get("before"),
        after=change.get("after"),
        before_mark=change.get("before_sensitive", False),
        after_mark=change.get("after_sensitive", False),
        unknown=change.get("after_unknown", False),
    )


def _replace_paths(change: dict[str, object]) -> tuple[tuple[str | int, ...], ...]:
    paths = change.get("replace_paths")
    return tuple(map(_steps, paths)) if isinstance(paths, list) else ()


def _steps(path: object) -> tuple[str | int, ...]:
    """Return a path of strings and numbers; what is neither ends it."""
    steps: list[str | int] = []
    for step in path if isinstance(path, list) else ():
        if isinstance(step, Number) and step.text.isdecimal() and len(step.text) < 10:
            steps.append(int(step.text))
        elif isinstance(step, str):
            steps.append(step)
        else:
            break
    return tuple(steps)


def _at(value: object, path: Iterable[str | int]) -> object:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (change.address, change.deposed or "")))


def _summary(
    changes: tuple[Change, ...], outputs: tuple[OutputChange, ...], drift: _Drift, *, errored: bool
) -> Summary:
    actions = [change.action for change in changes]
    return Summary(
        add=sum(action.creates for action in actions),
        change=actions.count(Action.UPDATE),
        destroy=sum(action.destroys for action in actions),
        imported=sum(change.importing is not None for change in changes),
        forget=actions.count(Action.FORGET) + actions.count(Action.REPLACE_FORGET),
        move=sum(change.previous_address is not None for change in changes),
        replace=sum(action.is_replace for action in actions),
        read=actions.count(Action.READ),
        outputs_changed=len(outputs),
        drift=drift.total,
        drift_shown=len(drift.shown),
        errored=errored,
    )
