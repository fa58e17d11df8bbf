"""`terraform show -json` of plans, read into change sets.

Two steps, because a secret that one plan marks may stand unmarked in another: `open_plan` decodes a plan's outline,
`change_sets` collects what must not be seen from all of them, and only then is anything put into words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from infragen.plan.address import redact_address, redact_name
from infragen.plan.body import PlanBody
from infragen.plan.differences.look_alikes import look_alike_note, look_alikes
from infragen.plan.display import literal
from infragen.plan.entries import in_order
from infragen.plan.model import Change, ChangeSet, Check, Deferred, Invocation, OutputChange, Summary, UnreadSection
from infragen.plan.references import Imported
from infragen.plan.risk import Action, Level, action_of
from infragen.redaction.decode import Guard, OpenPlan, decode_plan, open_plan, reject
from infragen.redaction.document import ChangeBody, ResourceItem, opened
from infragen.redaction.exact_json import collector_paused, objects_in
from infragen.redaction.log_redaction import redactor_of
from infragen.redaction.paths import steps, value_at
from infragen.redaction.provider_schemas import ProviderSchemas, shipped_schemas
from infragen.redaction.raw_comparison import differs_in_substance
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.values import UNKNOWN_TEXT, Number, holds_unknown, is_hidden

_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_NEWEST_MINOR = 2
_NO_MARKS = (
    "nothing in this plan is marked as sensitive, as before terraform 0.15.1: hidden are only the secrets of resource "
    "types that infragen knows; `report --schema FILE` tells it more"
)


def change_sets(
    plans: Sequence[OpenPlan], schemas: ProviderSchemas | None = None, *, skip_empty_drift: bool = False
) -> tuple[ChangeSet, ...]:
    # What one plan marks as sensitive is hidden in all. `schemas` is what is known of the providers besides what is
    # shipped; `skip_empty_drift` leaves out drift that is empty before and after, or that AWS moves on all the time:
    # terraform counts both. InfragenError: P215 to P218.
    with collector_paused(), Guard(", ".join(plan.name for plan in plans), "a value is nested too deeply to be read"):
        return tuple(one.change_set() for one in readers(plans, schemas, skip_empty_drift=skip_empty_drift))


def readers(
    plans: Sequence[OpenPlan], schemas: ProviderSchemas | None = None, *, skip_empty_drift: bool = False
) -> tuple[Reader, ...]:
    known = [(schemas or shipped_schemas()).with_schemas(opened(plan.document.provider_schemas)) for plan in plans]
    imported = [Imported(plan.document) for plan in plans]
    redactor = redactor_of(plans, known, [text for one in imported for text in one.texts()])
    return tuple(
        Reader(plan, redactor, its, one, skip_empty_drift=skip_empty_drift)
        for plan, its, one in zip(plans, known, imported, strict=True)
    )


def read_plan(
    source: Path | BinaryIO,
    name: str | None = None,
    *,
    files: Mapping[str, str] | None = None,
    skip_empty_drift: bool = False,
) -> ChangeSet:
    return change_sets([open_plan(source, name, files)], skip_empty_drift=skip_empty_drift)[0]


def parse_plan(content: bytes, name: str = "plan.json") -> ChangeSet:
    """Return the change set of `terraform show -json` output, format 0.x or 1.x; errors as in `read_plan`."""
    return change_sets([OpenPlan(decode_plan(content, name), name)])[0]


class Reader:
    """Reads one plan; holds what every step needs: the outline, the file's name and what must not be seen."""

    def __init__(
        self,
        plan: OpenPlan,
        redactor: Redactor,
        schemas: ProviderSchemas,
        imported: Imported,
        *,
        skip_empty_drift: bool,
    ) -> None:
        self._document = plan.document
        self._imported = imported
        self._name = plan.name
        self._redactor = redactor
        self._skip_empty_drift = skip_empty_drift
        self.body = PlanBody(plan.document, redactor, schemas, plan.name, plan.sources)

    def change_set(self) -> ChangeSet:
        found = self._found("resource_changes")
        changes = in_order(self._change(item, action) for item, action in found if action is not Action.NO_OP)
        outputs = tuple(self._outputs())
        drift, hidden = self._drift()
        drifted = len(drift) + len(hidden)
        checks = tuple(self._checks())
        failed = tuple(check for check in checks if check.status != "pass")
        is_empty = not (changes or outputs or drifted)
        waiting = ((one.reason, one.resource_change) for one in self._document.deferred_changes or ())
        deferred = tuple(
            Deferred(self._words(reason) or "unknown", self._change(item, self._action(item)))
            for reason, item in waiting
        )
        invocations = tuple(self._invocations())
        sections = ((name, opened(content)) for name, content in sorted(self._document.unread.items()))
        unread = tuple(
            UnreadSection(self._redactor.redact(name), len(found))
            for name, found in sections
            if found and isinstance(found, dict | list)
        )
        # That it does not list all changes, the plan says, or shows by contradicting itself.
        document = self._document
        summary = replace(
            Summary.of(changes).with_others(invocations, deferred, unread),
            outputs_changed=len(outputs),
            drift=drifted,
            drift_shown=len(drift),
            errored=opened(self._document.errored) not in (None, False),  # any other value says so
            incomplete=opened(document.complete) not in (None, True)
            or bool(document.deferred_changes)
            or bool(opened(document.deferred_action_invocations))
            or (is_empty and self._lists_too_little())
            or (bool(changes or outputs) and opened(document.applyable) is False),
            without_state=self._document.planned_without_state is not UNSET,
        )
        return ChangeSet(
            changes=changes,
            outputs=outputs,
            drift=drift,
            summary=summary,
            unchanged=sum(action is Action.NO_OP for _, action in found),
            hidden_drift=len(hidden),
            hidden=hidden,
            terraform_version=self._optional_text(self._document.terraform_version),
            notices=(
                *self._notices(failed, summary, is_empty=is_empty),
                *(
                    f"{one} and {other} are not the same: {note}"
                    for one, other, note in look_alikes(change.address for change in changes)
                ),
            ),
            checks=failed,
            passed_checks=len(checks) - len(failed),
            deferred=deferred,
            invocations=invocations,
            unread=unread,
        )

    def _found(self, key: str) -> list[tuple[ResourceItem, Action]]:
        """Return the items with their actions, sorted: addresses may be alike once their secrets are out."""
        items: list[ResourceItem] | UnsetType | None = getattr(self._document, key)
        found = items if isinstance(items, list) else []
        ordered = sorted(found, key=lambda item: (self._address(item), item.deposed or ""))
        return [(item, self._action(item)) for item in ordered]

    def _change(self, item: ResourceItem, action: Action) -> Change:
        index = opened(item.index)
        importing = opened(item.change.importing)
        address, previous, mode = self._address(item), item.previous_address, item.mode or "managed"
        return Change(
            address=redact_address(address, self._redactor),
            module_address=redact_address(item.module_address or "", self._redactor),
            type=redact_name(item.type or "", self._redactor),
            name=redact_name(item.name or "", self._redactor),
            index=None if index is None else literal(safe(index, self._redactor)),
            provider=redact_name(item.provider_name or "", self._redactor),
            mode=mode if mode in ("managed", "data", "ephemeral") else self._redactor.redact(mode),
            action=action,
            previous_address=redact_address(previous, self._redactor) if previous else None,
            importing=self._import_id(importing) if importing is not None else None,
            deposed=self._optional_text(item.deposed or None),
            reason=self._words(item.action_reason) or None,
            needs=tuple(redact_address(one, self._redactor) for one in self.body.needs(item)),
            body=self.body.of(item, address),
        )

    def _address(self, item: ResourceItem) -> str:
        """Return the address, or one put together from type and name: some tools leave it out."""
        if item.address:
            return item.address
        if not item.type or not item.name:
            reject("P217", "a resource change has neither an address nor a type and a name", self._name)
        return ".".join(part for part in (item.module_address, item.type, item.name) if part)

    def _action(self, item: ResourceItem) -> Action:
        action = self._action_of(item.change, item.address or "a resource change")
        if action is not Action.NO_OP:
            return action
        if opened(item.change.importing) is not None:
            return Action.IMPORT
        return Action.MOVE if item.previous_address else Action.NO_OP

    def _action_of(self, change: ChangeBody, label: str) -> Action:
        if not change.actions:
            reject("P218", f"{redact_address(label, self._redactor)}: unknown actions []", self._name)
        return action_of(change.actions)

    def _import_id(self, importing: object) -> str:
        if isinstance(importing, dict):
            known = importing.get("id", importing.get("identity", importing.get("unknown")))
            importing = UNKNOWN_TEXT if known is True else known
        if isinstance(importing, str):
            return self._redactor.redact(importing)
        return literal(safe(importing, self._redactor))

    def _outputs(self) -> Iterator[OutputChange]:
        for name, change in sorted((self._document.output_changes or {}).items()):
            action = self._action_of(change, f"output.{name}")
            if action is not Action.NO_OP:
                before_mark, after_mark = opened(change.before_sensitive), opened(change.after_sensitive)
                if self._imported.hides(name):
                    before_mark = after_mark = True
                before = safe(opened(change.before), self._redactor, after_mark if before_mark is None else before_mark)
                after = safe(opened(change.after), self._redactor, after_mark, opened(change.after_unknown))
                old, new = (None if side is None else self._redactor.redact(literal(side)) for side in (before, after))
                yield OutputChange(
                    name=self._redactor.redact(name),
                    action=action,
                    before=old,
                    after=new,
                    note=look_alike_note(old or "", new or ""),
                    sensitive=is_hidden(before) or is_hidden(after),
                    unknown=holds_unknown(after),
                )

    def _drift(self) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        drifted = [
            (item, action)
            for item, action in self._found("resource_drift")
            if item.change.actions != ["no-op"]
            and (not self._skip_empty_drift or differs_in_substance(item.change.before, item.change.after))
        ]
        # Which attributes this plan depends on, by address; in a refresh-only plan, all matter.
        relevant: defaultdict[str, list[tuple[str | int, ...]]] | None = None
        if self._document.resource_changes is not UNSET:
            relevant = defaultdict(list)
            for one in objects_in(opened(self._document.relevant_attributes)):
                relevant[_text(one.get("resource"))].append(steps(one.get("attribute")))
        shown: list[Change] = []
        hidden: list[str] = []
        for item, change in [(item, self._change(item, action)) for item, action in drifted]:
            if self._is_relevant(item, relevant) or change.risks[0].level > Level.LOW:
                shown.append(change)
            else:
                hidden.append(change.address)
        return in_order(shown), tuple(hidden)

    def _is_relevant(self, item: ResourceItem, relevant: Mapping[str, list[tuple[str | int, ...]]] | None) -> bool:
        """Whether an attribute that the plan depends on has changed: terraform's own text lists the same ones."""
        if relevant is None:
            return True
        paths = relevant.get(self._address(item), ())
        if not paths:
            return False
        before, after = opened(item.change.before), opened(item.change.after)
        return any(value_at(before, path) != value_at(after, path) for path in paths)

    def _checks(self) -> Iterator[Check]:
        for item in objects_in(opened(self._document.condition_results)) if self._document.checks is UNSET else ():
            status = "unknown" if item.get("unknown") is True else "pass" if item.get("result") is True else "fail"
            kind = "output_value" if item.get("condition_type") == "OutputPrecondition" else "resource"
            message = self._redactor.redact(_text(item.get("error_message")))
            where = redact_address(_text(item.get("address")), self._redactor)
            yield Check(where, kind, status, (message,) if message else ())
        for check in objects_in(opened(self._document.checks)):
            own = check.get("address")
            kind = _text(own.get("kind")) if isinstance(own, dict) else ""
            for instance in objects_in(check.get("instances")):
                address = instance.get("address")
                where = _text(address.get("to_display")) if isinstance(address, dict) else ""
                problems = tuple(
                    self._redactor.redact(_text(problem.get("message")))
                    for problem in objects_in(instance.get("problems"))
                )
                status = self._redactor.redact(_text(instance.get("status")))
                yield Check(redact_address(where, self._redactor), self._redactor.redact(kind), status, problems)

    def _invocations(self) -> Iterator[Invocation]:
        for item in objects_in(opened(self._document.action_invocations)):
            yield self._invocation(item, None)
        for item in objects_in(opened(self._document.deferred_action_invocations)):
            invocation = item.get("action_invocation")
            if isinstance(invocation, dict):
                yield self._invocation(invocation, self._words(_text(item.get("reason"))) or "unknown")

    def _invocation(self, item: Mapping[str, object], deferred: str | None) -> Invocation:
        trigger = item.get("lifecycle_action_trigger")
        words = "invoked on request"
        if isinstance(trigger, dict):
            event = _CAPITAL.sub(r" \g<0>", _text(trigger.get("action_trigger_event"))).strip().lower()
            event = self._words(event)  # `after create` for `AfterCreate`
            words = f"{event} of {redact_address(_text(trigger.get('triggering_resource_address')), self._redactor)}"
        address = redact_address(_text(item.get("address")), self._redactor)
        return Invocation(address, redact_name(_text(item.get("type")), self._redactor), words.strip(), deferred)

    def _notices(self, failed: Iterable[Check], summary: Summary, *, is_empty: bool) -> Iterator[str]:
        version = opened(self._document.format_version) or opened(self._document.plan_format_version)
        text = version.text if isinstance(version, Number) else _text(version)
        major, _, minor = text.partition(".")
        if major == "1" and minor.isdecimal() and int(minor[:9]) > _NEWEST_MINOR:
            yield f"plan format {text[:20]} is newer than infragen supports (1.{_NEWEST_MINOR}): it may contain more"
        changes = [item.change for item in self._document.resource_changes or ()]
        if changes and all(one.before_sensitive is one.after_sensitive is UNSET for one in changes):
            yield _NO_MARKS
        if summary.partial:
            yield summary.partial
        if opened(self._document.complete) is False and not summary.errored:
            yield "another plan is needed after this one is applied"
        elif is_empty and self._lists_too_little():
            yield "the plan is marked as applicable but lists no changes: a tool may have truncated it"
        for check in failed:
            for problem in check.problems:
                yield f"check failed: {check.address}: {problem}"

    def _lists_too_little(self) -> bool:
        """Except a refresh-only plan of terraform's: it is also for outputs that a removed stack's state still has."""
        document = self._document
        if self._skip_empty_drift and document.resource_changes is UNSET:
            return False
        listed = (document.deferred_changes, document.resource_drift)
        others = (*listed, opened(document.action_invocations), opened(document.relevant_attributes))
        return opened(document.applyable) is True and not any(others)

    def _words(self, keyword: str | None) -> str:
        return self._redactor.redact(keyword or "").replace("_", " ")

    def _optional_text(self, value: str | None) -> str | None:
        return self._redactor.redact(value) if value is not None else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
