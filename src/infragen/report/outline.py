"""A change set as sections of lines: what terminal and Markdown have in common.

The sections come worst first. A section's lines are written when they are asked for, so that a report of fifty
thousand changes costs what it shows.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from msgspec import Struct

from infragen.plan import Action, Change, ChangeSet, Check, Deferred, Invocation, Level, Risk, RiskKind, UnreadSection
from infragen.plan.shown_address import relative_address
from infragen.report.change_lines import LineWriter, T, first, place_text, role_of
from infragen.report.cost_difference import cost_difference
from infragen.report.groups import Group, verdict_of
from infragen.report.headlines import risk_words
from infragen.report.labels import SYMBOLS, action_counts, action_word, counted_types, full_names, symbol_of, word_of
from infragen.report.lines import EVERYTHING, SHORT, Limits, Line, Part, Role, muted, with_change_count
from infragen.report.severity import destroys_something, drifted, severity, unseen_drift, urgency
from infragen.report.similar_changes import NAME, in_ranges, is_counted
from infragen.text import counted, visible

__all__ = ["EVERYTHING", "SHORT", "Limits", "Line", "Outline", "Part", "Role", "Section", "notices_of", "outline"]
STAR = "*"


@dataclass(frozen=True)
class Section:
    """A headline with its lines. `place` is the catalogue line, `changes` what it stands for.

    `risk` is empty where it is low. `types` are the types of the changes with their counts, when those say all there
    is to say; else it is None. `subject` is what a headline alone should add.
    """

    symbol: str
    role: Role
    label: str
    counts: str
    write: Callable[[], Iterable[Line]]
    title: str = ""
    risk: str = ""
    place: str = ""
    changes: tuple[Change, ...] = ()
    is_destructive: bool = False
    types: tuple[tuple[str, int], ...] | None = None
    subject: str = ""
    is_open: bool = False
    """Whether its lines are shown where those of others are folded."""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(self.write())


class Outline(Struct, frozen=True):
    """What a report says: its risk in words of several lengths, a summary of a few lines, and the sections."""

    risk: Risk
    risk_words: tuple[str, ...]
    glance: tuple[Line, ...]
    sections: tuple[Section, ...]


def outline(change_set: ChangeSet, width: int, limits: Limits = SHORT) -> Outline:
    writer = _SectionWriter(width, limits)
    verdict = verdict_of(change_set)
    checks = [*writer.checks(change_set)]
    sections = [*map(writer.group, verdict.groups)]
    sections = [*checks, *sections] if any(one.is_destructive for one in checks) else [*sections, *checks]
    sections[:0] = writer.edits(change_set)
    sections += writer.besides(change_set)
    return Outline(verdict.risk, risk_words(verdict), tuple(writer.glance(verdict.groups)), tuple(sections))


def notices_of(change_set: ChangeSet) -> tuple[str, ...]:
    details = {f"check failed: {check.address}: {problem}" for check in change_set.checks for problem in check.problems}
    details.add(change_set.partial)
    said = tuple(visible(notice) for notice in change_set.notices if notice not in details)
    cost = cost_difference(change_set)
    return said if cost is None else (cost.words, *said)


class _SectionWriter:
    def __init__(self, width: int, limits: Limits) -> None:
        self._lines = LineWriter(width, limits)
        self._limits = limits

    def group(self, group: Group) -> Section:
        worst = min(group.changes, key=lambda change: (change.is_revision, change.action.rank))
        is_low = group.risk.level <= Level.LOW
        is_told = self._limits.creations or group.members or len({change.action for change in group.changes}) > 1
        return Section(
            symbol=symbol_of(worst),
            role=role_of(worst),
            label=visible(group.label),
            title=visible(group.title),
            counts=action_counts(group.changes),
            risk="" if is_low else f"{group.risk.level.name} ({group.risk.kind})",
            place=place_text(group.location),
            changes=group.changes,
            is_destructive=group.is_destructive,
            types=None
            if is_told or not all(map(is_counted, group.changes, group.risks))
            else counted_types(group.changes),
            subject=visible(group.star or ""),
            write=lambda: self._group_lines(group),
        )

    def glance(self, groups: Sequence[Group]) -> Iterator[Line]:
        by_word: dict[str, list[tuple[Change, Risk]]] = {}
        by_risk: dict[tuple[int, int], list[tuple[Change, Risk]]] = {}
        for one in chain.from_iterable(group.rated for group in groups):
            by_word.setdefault(word_of(one[0]), []).append(one)
            if one[1].level > Level.LOW:
                by_risk.setdefault(severity(one[1]), []).append(one)
        high = sum(-level == Level.HIGH for level, _ in by_risk)
        for _, found in sorted(by_risk.items()):
            limit = max(6 // max(high, 1), 2)
            its = [change for change, _ in sorted(found, key=lambda one: urgency(one[0].type, one[1]))]
            risk = found[0][1]
            text = f"{risk.level.name} {risk.kind} {len(found)}"
            yield self._lines.counts(" ", Role.WARNING, text, counted_types(its))
            if risk.level is Level.HIGH:
                yield from self._lines.names(full_names(its), 2, limit)
        for word, found in sorted(by_word.items(), key=lambda item: min(one.action.rank for one, _ in item[1])):
            changes = [change for change, _ in found]
            role = role_of(found[0][0])
            yield self._lines.counts(symbol_of(changes[0]), role, f"{word} {len(found)}", counted_types(changes))

    def edits(self, change_set: ChangeSet) -> Iterator[Section]:
        if (edits := change_set.edits) is None:
            return

        def write() -> Iterator[Line]:
            return _most(
                edits.all, self._limits.other, lambda one: self._lines.wrapped(visible(one.text), 1), "more lines"
            )

        label, counts = visible(f"changed since {edits.base}"), counted(len(edits.all), "line")
        yield Section("#", Role.OTHER, label, counts, write, is_open=True)

    def checks(self, change_set: ChangeSet) -> Iterator[Section]:
        if not change_set.checks:
            return
        counts = Counter(check.status for check in change_set.checks)
        parts = [f"{count} {_status(status)}" for status, count in sorted(counts.items())]
        parts += [f"{change_set.passed_checks} passed"] if change_set.passed_checks else []
        failed = any(check.status in {"fail", "error"} for check in change_set.checks)
        yield Section(
            "x" if failed else "?", Role.WARNING, "checks", ", ".join(parts),
            lambda: self._check_lines(change_set.checks), is_destructive=failed,
        )  # fmt: skip

    def _check_lines(self, checks: Sequence[Check]) -> Iterator[Line]:
        ordered = sorted(
            checks, key=lambda check: (_STATUS_ORDER.get(check.status, 1), check.stack or "", check.address)
        )
        waiting = [check for check in ordered if check.status == "unknown" and not check.problems]
        ordered = [check for check in ordered if check not in waiting]
        yield from _most(ordered, self._limits.destructive, self._check, "more checks")
        if waiting:
            yield self._lines.fit(f"{len(waiting)} {_status('unknown')}:")
            yield from self._lines.names([visible(_in_stack(check.stack, check.address)) for check in waiting], 2)

    def _check(self, check: Check) -> Iterator[Line]:
        kind = visible(check.kind).replace("_", " ")
        where = visible(_in_stack(check.stack, check.address))
        text = f"{_status(check.status)}  {where}{f'  ({kind})' if kind else ''}"
        yield self._lines.fit(text, role=Role.WARNING)
        for problem in check.problems:
            yield from self._lines.wrapped(visible(problem), 2)

    def besides(self, plan: ChangeSet) -> Iterator[Section]:
        other = self._limits.other
        if plan.deferred:
            counts = f"{action_counts(one.change for one in plan.deferred)}, not part of this apply"
            yield Section("…", Role.WARNING, "deferred", counts, lambda: _most(plan.deferred, other, self._waiting))
        if plan.invocations:
            ordered = sorted(plan.invocations, key=lambda one: (one.stack or "", one.address, one.trigger))
            waiting = sum(one.deferred is not None for one in ordered)
            counts = f"{len(ordered) - waiting} to invoke{f', {waiting} deferred' if waiting else ''}"
            yield Section("*", Role.OTHER, "actions", counts, lambda: _most(ordered, other, self._invocation))
        if plan.unread:
            counts = f"{counted(len(plan.unread), 'section')} that infragen does not know"
            yield Section("?", Role.WARNING, "not read", counts, lambda: _most(plan.unread, other, self._unread))
        if plan.outputs:
            found, most, write = plan.outputs, self._limits.outputs, self._lines.output
            counts = f"{len(found)} change{'s' * (len(found) > 1)}"
            yield Section("~", Role.OTHER, "outputs", counts, lambda: _most(found, most, write, "outputs"))
        if plan.drift or plan.hidden_drift:
            counts = f"{len(plan.drift) + plan.hidden_drift} changed outside of terraform"
            drift = drifted(plan)
            risk = f"{drift[0][1].level.name} ({drift[0][1].kind})" if drift and drift[0][1].level > Level.LOW else ""
            yield Section("?", Role.WARNING, "drift", counts, lambda: self._drift_lines(plan, drift), risk=risk)

    def _waiting(self, one: Deferred) -> Iterator[Line]:
        text = f"{word_of(one.change)} {visible(relative_address(one.change))}"
        return self._lines.heading(one.change, Role.OTHER, text, f"  (waits: {visible(one.reason)})")

    def _invocation(self, one: Invocation) -> Iterator[Line]:
        judged = one.risk.reason if one.risk.kind is not RiskKind.UNKNOWN else ""
        said = f"waits: {one.deferred}" if one.deferred else judged
        text = f"{_in_stack(one.stack, one.address)}  {one.trigger}{f'  ({said})' if said else ''}"
        yield self._lines.fit(visible(text), role=Role.OTHER, symbol="*")

    def _unread(self, one: UnreadSection) -> Iterator[Line]:
        text = f"{visible(_in_stack(one.stack, one.name))}  {counted(one.items, 'item')}"
        yield self._lines.fit(text, role=Role.WARNING, symbol="?")

    def _drift_lines(self, change_set: ChangeSet, found: Sequence[tuple[Change, Risk]]) -> Iterator[Line]:
        yield from _most(found, self._limits.other, lambda one: self._lines.outside(*one))
        if change_set.hidden_drift:
            yield muted(f"not shown: {unseen_drift(change_set)}")

    def _group_lines(self, group: Group) -> Iterator[Line]:
        details = [one for one in group.rated if not is_counted(*one)]
        counted = [change for change, risk in group.rated if is_counted(change, risk)]
        if group.members and details:
            yield from with_change_count(len(group.changes), self._same_lines(group))
            return
        if group.members:
            yield from self._lines.names([visible(member) for member in group.members])
        if group.advice:
            yield from self._lines.wrapped(visible(group.advice), 1, Role.WARNING)
        destructive = [change for change, risk in details if destroys_something(change)]
        other = [change for change, risk in details if not destroys_something(change)]
        yield from self._destructive_lines(group, destructive)
        shown = first(other, self._limits.other)
        yield from chain.from_iterable(self._change(group, change) for change in shown)
        if rest := other[len(shown) :]:
            line = self._lines.fit(f"not shown: {action_counts(rest)}, to keep this short")
            yield from with_change_count(len(rest), [line])
        for action in Action:
            same = [change for change in counted if change.action is action]
            if same and self._limits.creations:
                yield from chain.from_iterable(self._change(group, change) for change in same)
            elif same:
                role = Role.CREATE if action is Action.CREATE else Role.OTHER
                each = [change for change in group.shown if change.action is action] if group.members else same
                text = f"{action_word(action)} {len(each)}{' each' if group.members else ''}"
                lines = self._lines.all_counts(SYMBOLS[action], role, text, counted_types(each))
                yield from with_change_count(len(same), lines)

    def _destructive_lines(self, group: Group, changes: Sequence[Change]) -> Iterator[Line]:
        shown = written = 0
        for change in changes:
            if written >= self._limits.destructive:
                break
            lines = tuple(self._change(group, change))
            yield from lines
            shown += 1
            written += len(lines)
        if rest := changes[shown:]:
            line = self._lines.fit(f"{action_counts(rest)} more, by address only:", role=Role.WARNING)
            yield from with_change_count(len(rest), [line])
            yield from self._lines.names(full_names(rest), 2, self._limits.addresses)

    def _change(self, group: Group, change: Change) -> Iterator[Line]:
        return with_change_count(1, self._lines.change(change, visible(group.address(change)), group.location))

    def _same_lines(self, group: Group) -> Iterator[Line]:
        like = group.like
        yield from self._lines.alike(group, visible(group.address(group.shown[0])))
        if self._limits.creations:
            yield from chain.from_iterable(self._lines.address(change, group.location) for change in group.changes)
        elif group.is_tags:
            yield from self._lines.names([words for words, _ in counted_types(like)], 2)
        elif group.is_destructive:
            limit = self._limits.addresses
            whole = tuple(self._lines.names(full_names(group.like), 2, sys.maxsize))
            if 2 * len(whole) <= limit or group.members == tuple(map(relative_address, group.like)):
                yield from whole if len(whole) <= limit else self._lines.names(full_names(group.like), 2, limit)
            else:
                yield from self._lines.names(_labels(group, STAR), 2, limit)
        else:
            names = _labels(group)
            if len(tuple(self._lines.names(names, 2, sys.maxsize))) > self._limits.names:
                stacks = Counter(change.stack for change in group.like if change.stack)
                if len(stacks) > 1:
                    counts = [f"{visible(stack)} ({count})" for stack, count in sorted(stacks.items())]
                    yield from self._lines.names(counts, 2)
            yield from self._lines.names(names, 2)
        if group.exceptions:
            yield from self._lines.exceptions(group)


def _most(items: Sequence[T], limit: int, write: Callable[[T], Iterable[Line]], what: str = "more") -> Iterator[Line]:
    shown = first(items, limit)
    yield from chain.from_iterable(map(write, shown))
    if len(shown) < len(items):
        yield muted(f"not shown: {len(items) - len(shown)} {what}, to keep this short")


def _in_stack(stack: str | None, address: str) -> str:
    return f"{stack}: {address}" if stack else address


def _status(status: str) -> str:
    """Return a check's status in our own words: a headline is no place for a plan's."""
    return _STATUS.get(status, "of another status")


def _labels(group: Group, sign: str = "") -> list[str]:
    names = [visible(member) for member in in_ranges(group.members)]
    sign = sign or (NAME if group.is_pattern else "")
    return [f"{sign} is {names[0]}", *names[1:]] if sign else names


_STATUS = {"fail": "FAILED", "error": "ERROR", "unknown": "known after apply"}
_STATUS_ORDER = {"fail": 0, "error": 0, "unknown": 2}
