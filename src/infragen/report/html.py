"""The report as one HTML file that needs nothing else: no network, and no script to be read.

Everything is in the markup, folded; the script only adds search, filters and keys. The page's own policy allows
nothing but its one style and its one script, by their hashes. What comes from a plan is text and never markup.

Every change is in an element with `data-n`, the number of changes that it stands for; their sum is that of the plan.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from infragen.plan import Action, Level
from infragen.report.groups import group_changes, natural, relative_address
from infragen.report.html_change import (
    FULL,
    SHORT,
    action_badge,
    change_body,
    change_facts,
    details,
    one_liner,
    place_of,
    plain,
    risk_badge,
    values,
)
from infragen.report.outline import notices_of
from infragen.report.risk import no_change_risk, severity, worst_risk
from infragen.report.same import in_ranges, is_counted
from infragen.report.told import Told, tell, worth_telling
from infragen.report.words import (
    SYMBOLS,
    action_counts,
    headline_counts,
    plan_line,
    type_counts,
    type_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.plan import Change, ChangeSet, Check, Deferred, Invocation, OutputChange, Risk
    from infragen.report.groups import Group

__all__ = ["COMFORTABLE", "render"]

COMFORTABLE = 20_000_000
"""Characters of a page that browsers still open at once; a larger one says less of what matters less."""
_OPEN_CHANGES = 40
_LARGE = 400  # changes from which a browser draws only what is near the window
_OPEN_GROUPS = 30
_FOLD_COUNTED_FROM = 4
_IN_CONTENTS = 500
_MEMBERS = 60
_NOTICES = 500
_ITEMS = 5_000
_WORDS = ("delete", "replace", "forget", "update", "create", "import", "move", "read")


def render(change_set: ChangeSet, target: str, *, comfortable: int = COMFORTABLE) -> str:
    """Return the whole page.

    Where it would have more than `comfortable` characters, creations are listed by type instead of told, then the
    changes that are less bad are told in less; what is left out is counted.
    """
    groups = group_changes(change_set)
    writer = _Writer(change_set, comfortable)
    for number, group in enumerate(groups, 1):
        writer.group(number, group)
    sections = _sections(change_set)
    risk = worst_risk(group.risk for group in groups) or no_change_risk(change_set)
    return "".join(
        [
            *_head(change_set, target, risk, groups),
            *_notices(change_set, writer),
            writer.tools(),
            '<div class="columns">',
            *_contents(groups, sections),
            f'<main id="changes" class="{"large" if len(change_set.changes) > _LARGE else "small"}" tabindex="-1">',
            *writer.pieces,
            *sections.values(),
            *([] if groups or sections else ['<p class="nothing">Nothing changes.</p>']),
            '<p class="nothing" id="none" hidden>No change matches. Press Esc to clear the filters.</p>',
            "</main></div>",
            _foot(change_set),
        ]
    )


class _Writer:
    """Writes groups, and says less once the page is larger than is comfortable."""

    __slots__ = (
        "_brief",
        "_changes",
        "_choices",
        "_comfortable",
        "_entries",
        "_left_out",
        "_size",
        "_stacks",
        "pieces",
    )

    def __init__(self, change_set: ChangeSet, comfortable: int) -> None:
        self.pieces: list[str] = []
        self._changes = change_set.changes
        self._comfortable = comfortable
        self._brief = False
        self._choices: list[tuple[int, str]] = []
        self._size = 0
        self._left_out = 0
        entries = {change.entry.id for change in change_set.changes if change.entry}
        self._entries = {entry: number for number, entry in enumerate(sorted(entries), 1)}
        self._stacks = {stack: number for number, stack in enumerate(sorted(_stacks_of(change_set)), 1)}

    def group(self, number: int, group: Group) -> None:
        """Add one group."""
        opened = " open" if group.is_destructive or number <= _OPEN_GROUPS else ""
        self._add(
            f'<section class="group" id="g{number}"><details{opened}><summary>{_group_headline(group)}</summary>\n'
        )
        items = _items(group)
        if group.members:
            self._add(_members(group, items))
        for item in items:
            if not item.is_counted:
                self._add(self._change(group, item))
        for action in (Action.CREATE, Action.READ):
            same = [item for item in items if item.is_counted and item.change.action is action]
            if same:
                self._counted(group, action, same)
        if group.exceptions:
            self._exceptions(group)
        self._add("</details></section>\n")

    def tools(self) -> str:
        """Return what the script turns on: search, filters, folding."""
        actions = Counter(change.action.word for change in self._changes)
        symbols = {action.word: SYMBOLS[action] for action in Action}
        chips = [
            _chip("a", word, f"{html.escape(symbols[word])} {word}", actions[word]) for word in _WORDS if actions[word]
        ]
        return (
            '<div class="tools" id="tools" role="search" aria-label="Filter the changes" hidden>'
            '<input type="search" id="q" placeholder="Search addresses, attributes, values" autocomplete="off" '
            'spellcheck="false" aria-label="Search" aria-keyshortcuts="/">'
            f'<fieldset><legend class="said">Action</legend>{"".join(chips)}</fieldset>'
            f'<fieldset id="risks"><legend class="said">Risk</legend>{self._risk_chips()}</fieldset>'
            f"{_select('e', 'entries', self._entries)}{_select('s', 'stacks', self._stacks)}"
            '<span class="buttons"><button type="button" id="unfold">Unfold all</button>'
            '<button type="button" id="fold">Fold all</button>'
            '<button type="button" id="clear" aria-keyshortcuts="Escape">Clear</button></span>'
            f'<output id="count" aria-live="polite">{_several(len(self._changes), "change")}</output>'
            '<p class="keys"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next, previous '
            "<kbd>Enter</kbd> fold <kbd>Esc</kbd> clear</p></div>\n"
        )

    def left_out(self) -> str:
        """Say what the size of the page left out; empty when it is all there."""
        said = []
        if self._brief:
            said.append("creations and reads are listed by type, without their values")
        if self._left_out:
            said.append(f"{_several(self._left_out, 'change')} of the least risk without the values that differ")
        return f"To keep this page usable: {'; '.join(said)}. The JSON report has everything." if said else ""

    def _risk_chips(self) -> str:
        names = (
            (Level.HIGH, "●●● high"),
            (Level.MEDIUM, "●●○ medium"),
            (Level.LOW, "●○○ low"),
            (Level.NONE, "○○○ none"),
        )
        return "".join(_chip("r", str(int(level)), name, None) for level, name in names)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._size += len(text)
        if self._size > self._comfortable and not self._brief:
            self._be_brief()

    def _be_brief(self) -> None:
        """Put the list of addresses in the place of every creation that was told."""
        self._brief = True
        for index, brief in self._choices:
            self._size += len(brief) - len(self.pieces[index])
            self.pieces[index] = brief
        self._choices.clear()

    def _change(self, group: Group, item: _Item) -> str:
        """Return one change, which may stand for many that are the same."""
        change, risk = item.change, item.risk
        shown = risk_badge(risk) if risk.level > Level.LOW else ""
        address = plain(relative_address(change) if item.times == 1 else group.address(change), 600)
        summary = f"{action_badge(change.action)} <code>{address}</code>{_times(item)}{change_facts(change)} {shown}"
        data = self._data(item)
        if self._size > 2 * self._comfortable:
            self._left_out += item.times
            return details("c", data, summary, "")
        told = tell(change)
        if item.times > 1 and not group.has_one_origin:
            told = replace(told, attributes=tuple(replace(one, origin=None) for one in told.attributes))
        place = place_of(change.location) if item.times == 1 and change.location != group.location else ""
        one = one_liner(told, place, group.location)
        if one:
            return details("c", data, summary + one, "")
        room = FULL if self._size <= self._comfortable else SHORT
        body = change_body(told, place, room, home=group.location, note=_not_compared(item))
        is_open = len(self._changes) <= _OPEN_CHANGES or risk.level > Level.LOW
        return details("c", data, summary, body, is_open=is_open and self._size < self._comfortable // 10)

    def _counted(self, group: Group, action: Action, same: Sequence[_Item]) -> None:
        """Add the creations (or reads) in which nobody sees a risk: folded, or as a list when the page is large."""
        brief = "".join(map(self._list, _by_type(same)))
        told = brief if self._brief else "".join(self._change(group, item) for item in same)
        is_folded = len(same) >= _FOLD_COUNTED_FROM
        if is_folded:
            total = sum(item.times for item in same)
            each = "" if total == len(same) else "each "
            what = f'<span class="fact">{each}{plain(type_counts(item.change for item in same))}</span>'
            self._add(f'<details class="fold"><summary class="row">{action_badge(action)} {total:,} {what}</summary>')
        if not self._brief:
            self._choices.append((len(self.pieces), brief))
        self._add(told)
        self._add("</details>\n" if is_folded else "")

    def _list(self, item: _Item) -> str:
        """Return the addresses of one type."""
        rows = "\n".join(plain(relative_address(change), 600) for change in item.like)
        summary = f"{action_badge(item.change.action)} {item.times:,} {plain(type_words(item.change.type))}"
        return details("c", self._data(item), summary, f'<div class="body"><pre class="list">{rows}</pre></div>')

    def _exceptions(self, group: Group) -> None:
        count = _several(len(group.exceptions), "exception")
        self._add(f'<h3 class="sub">{count}: the same attributes, other values</h3>\n')
        risks = _risks_of(group)
        for change in group.exceptions:
            self._add(self._change(group, _Item(change, risks[id(change)], 1, (change,))))

    def _data(self, item: _Item) -> str:
        """Return what the filters need to know of an item."""
        entries = sorted({self._entries[change.entry.id] for change in item.like if change.entry})
        stacks = sorted({self._stacks[change.stack] for change in item.like if change.stack})
        of = f' data-e="{" ".join(map(str, entries))}"' if entries else ""
        of += f' data-s="{" ".join(map(str, stacks))}"' if stacks else ""
        return f' data-n="{item.times}" data-a="{item.change.action.word}" data-r="{int(item.risk.level)}"{of}'


class _Item(NamedTuple):
    """One change of a group, the number of changes that it stands for, and those that are like it."""

    change: Change
    risk: Risk
    times: int
    like: Sequence[Change]

    @property
    def is_counted(self) -> bool:
        """Whether other formats only count it: a creation or a read in which nobody sees a risk."""
        return is_counted(self.change, self.risk)


def _items(group: Group) -> list[_Item]:
    """Return the changes that are shown; of a folded group, each stands for one of every member."""
    risks = _risks_of(group)
    if not group.members:
        return [_Item(change, risks[id(change)], 1, (change,)) for change in group.shown]
    exceptions = set(map(id, group.exceptions))
    like = [change for change in group.changes if id(change) not in exceptions]
    each = len(like) // len(group.shown)
    return [_Item(change, risks[id(change)], each, like) for change in group.shown]


def _by_type(items: Sequence[_Item]) -> Iterator[_Item]:
    """Yield one item for all changes of one type, in the order of the types."""
    action, risk = items[0].change.action, items[0].risk
    found: dict[int, Change] = {id(change): change for item in items for change in item.like}
    types: dict[str, list[Change]] = {}
    for change in found.values():
        if change.action is action:
            types.setdefault(change.type, []).append(change)
    for _, changes in sorted(types.items()):
        yield _Item(changes[0], risk, len(changes), changes)


def _risks_of(group: Group) -> dict[int, Risk]:
    return {id(change): risk for change, risk in group.weighed}


def _not_compared(item: _Item) -> str:
    """Say whose values are shown where the others may have other ones: only updates and replacements are compared."""
    if item.times == 1 or item.change.action is Action.UPDATE or item.change.action.is_replace:
        return ""
    return f"As in <code>{plain(_whole_address(item.change), 600)}</code>; the others may have other values."


def _times(item: _Item) -> str:
    return f' <span class="fact">{item.times:,} times</span>' if item.times > 1 else ""


def _group_headline(group: Group) -> str:
    title = f' <span class="title">{plain(group.title, 200)}</span>' if group.title else ""
    place = place_of(group.location)
    where = f'<code class="where">{place}</code>' if place else ""
    counts = plain(action_counts(group.changes))
    same = "Same change in " if group.members else ""
    grade = risk_badge(group.risk, with_reason=True)
    wide = " wide" if group.risk.level > Level.LOW else ""
    return (
        f'<span class="head"><h2>{same}{plain(group.label, 300)}</h2>{title}</span>'
        f'<span class="counts">{counts}</span><span class="grade{wide}">{grade}</span>{where}'
    )


def _members(group: Group, items: Sequence[_Item]) -> str:
    """Name the places of a folded group, and every address."""
    ranges = in_ranges(sorted(group.members, key=natural))
    names = [f"<code>{plain(member, 300)}</code>" for member in ranges[:_MEMBERS]]
    hidden = len(ranges) - len(names)
    more = f" and {hidden:,} more" if hidden else ""
    addresses = "\n".join(plain(_whole_address(change), 600) for change in items[0].like)
    every = f"<summary>All {_several(len(items[0].like), 'address', 'addresses')}</summary>"
    return (
        f'<div class="members"><p>{", ".join(names)}{more}</p>'
        f'<details>{every}<pre class="list">{addresses}</pre></details></div>\n'
    )


def _whole_address(change: Change) -> str:
    return f"{change.stack}: {relative_address(change)}" if change.stack else change.address


def _head(change_set: ChangeSet, target: str, risk: Risk, groups: Sequence[Group]) -> Iterator[str]:
    counts = headline_counts(change_set.summary)
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(target, 200)}: {plain(counts)}</title>\n"
        f"<style>{style}</style>\n<script>{script}</script>\n</head>\n<body>\n"
    )
    yield '<a class="skip" href="#changes">Skip to the changes</a>\n<header>'
    yield f'<p class="brand">Terraform plan</p><h1>{plain(target, 300)}</h1>'
    least = "at least " if change_set.errored else ""
    yield f'<p class="verdict">{least}{risk_badge(risk, with_reason=True)}{_worst(groups)}</p>'
    yield f'<ul class="tiles">{"".join(_tiles(change_set))}</ul>'
    unchanged = f" {change_set.unchanged:,} unchanged." if change_set.unchanged else ""
    yield f'<p class="line"><code>{plain(plan_line(change_set.summary))}</code>{unchanged}</p>'


def _worst(groups: Sequence[Group]) -> str:
    """Say where the worst is, when it is worth a look."""
    if not groups or groups[0].risk.level <= Level.LOW:
        return ""
    worst = severity(groups[0].risk)
    alike = sum(severity(risk) == worst for group in groups for risk in group.risks)
    more = f", and {alike - 1:,} more like it" if alike > 1 else ""
    return f' <span class="fact">in <a href="#g1">{plain(groups[0].label, 200)}</a>{more}</span>'


def _tiles(change_set: ChangeSet) -> Iterator[str]:
    """Yield what the headline counts, a tile for each."""
    counts = Counter(change.action.word for change in change_set.changes)
    symbols = {action.word: SYMBOLS[action] for action in Action}
    for word in _WORDS:
        if counts[word]:
            symbol = f'<span aria-hidden="true">{html.escape(symbols[word])}</span>'
            yield f'<li class="{word}"><b>{counts[word]:,}</b> {symbol} {word}</li>'
    if change_set.outputs:
        yield f"<li><b>{len(change_set.outputs):,}</b> outputs</li>"
    if change_set.deferred:
        yield f"<li><b>{len(change_set.deferred):,}</b> deferred</li>"
    drift = len(change_set.drift) + change_set.hidden_drift
    if drift:
        yield f"<li><b>{drift:,}</b> changed outside of terraform</li>"


def _notices(change_set: ChangeSet, writer: _Writer) -> Iterator[str]:
    left_out = writer.left_out()
    texts = [*([left_out] if left_out else []), *notices_of(change_set)]
    if texts:
        rows = "".join(f"<li>{plain(text, 2_000)}</li>" for text in texts[:_NOTICES])
        hidden = len(texts) - _NOTICES
        more = f'<li class="more">not shown: {_several(hidden, "notice")}</li>' if hidden > 0 else ""
        yield f'<ul class="notices" aria-label="Notices">{rows}{more}</ul>'
    yield "</header>\n"


def _contents(groups: Sequence[Group], sections: dict[str, str]) -> Iterator[str]:
    """Yield the table of contents."""
    total = len(groups) + len(sections)
    yield f'<nav aria-label="Contents"><details open><summary>{_several(total, "group")}</summary><ol>'
    for number, group in enumerate(groups[:_IN_CONTENTS], 1):
        counts = f"{len(group.changes):,}"
        yield (
            f'<li><a href="#g{number}">{_mark_of(group)} <span class="name">{plain(group.label, 100)}</span> '
            f'<span class="counts">{counts}</span></a></li>\n'
        )
    if len(groups) > _IN_CONTENTS:
        yield f'<li class="more">and {_several(len(groups) - _IN_CONTENTS, "more group")}</li>'
    for name in sections:
        yield f'<li><a href="#{name}"><span class="name">{_TITLES[name]}</span></a></li>\n'
    yield "</ol></details></nav>\n"


def _mark_of(group: Group) -> str:
    action = group.changes[0].action
    word = action.value.partition(" ")[0]
    return f'<b class="act {word}" aria-hidden="true">{html.escape(SYMBOLS[action])}</b>'


_TITLES = {
    "checks": "Checks",
    "deferred": "Deferred",
    "invocations": "Actions that apply invokes",
    "outputs": "Outputs",
    "drift": "Changed outside of terraform",
}


def _sections(change_set: ChangeSet) -> dict[str, str]:
    """Return what is not a change of an object, by the anchors of `_TITLES`."""
    rows = {
        "checks": [*map(_check, change_set.checks[:_ITEMS])],
        "deferred": [*map(_deferred, change_set.deferred[:_ITEMS])],
        "invocations": [*map(_invocation, change_set.invocations[:_ITEMS])],
        "outputs": [*map(_output, change_set.outputs[:_ITEMS])],
        "drift": [*map(_drift, change_set.drift[:_ITEMS])],
    }
    totals = {name: len(getattr(change_set, name)) for name in rows}
    after = {"checks": change_set.passed_checks, "drift": change_set.hidden_drift}
    words = {"checks": "passed", "drift": "without effect on this plan, not shown"}
    found: dict[str, str] = {}
    for name, inside in rows.items():
        more = [f"{after[name]:,} {words[name]}"] if after.get(name) else []
        hidden = totals[name] - len(inside)
        more += [f"not shown: {hidden:,} more"] if hidden else []
        if inside or more:
            foot = f'<p class="more">{"; ".join(more)}</p>' if more else ""
            found[name] = (
                f'<section class="group other" id="{name}"><details open><summary><span class="head">'
                f'<h2>{_TITLES[name]}</h2></span><span class="counts">{totals[name]:,}</span></summary>\n'
                f"{''.join(inside)}{foot}</details></section>\n"
            )
    return found


def _check(check: Check) -> str:
    problems = "".join(f"<p>{plain(problem)}</p>" for problem in check.problems[:50])
    hidden = len(check.problems) - 50
    more = f'<p class="more">not shown: {hidden:,} more problems</p>' if hidden > 0 else ""
    symbol = {"pass": "✓", "fail": "✗", "error": "✗"}.get(check.status, "?")
    kind = check.status if check.status in {"pass", "fail", "error"} else "unknown"
    badge = f'<b class="act {kind}"><span aria-hidden="true">{symbol}</span> {plain(check.status, 20)}</b>'
    summary = f'{badge} <code>{plain(check.address)}</code> <span class="fact">{plain(check.kind, 100)}</span>'
    body = f'<div class="body">{problems}{more}</div>' if problems else ""
    return details("c", _stack_of(check.stack), summary, body, is_open=True)


def _deferred(deferred: Deferred) -> str:
    change = deferred.change
    summary = f"{action_badge(change.action)} <code>{plain(change.address)}</code>{change_facts(change)}"
    summary += f' <span class="fact">waits: {plain(deferred.reason, 300)}</span>'
    return details("c", _stack_of(change.stack), summary, change_body(tell(change), place_of(change.location), SHORT))


def _invocation(invocation: Invocation) -> str:
    waits = f' <span class="fact">waits: {plain(invocation.deferred, 300)}</span>' if invocation.deferred else ""
    summary = (
        f'<b class="act">{plain(invocation.type, 200)}</b> <code>{plain(invocation.address)}</code> '
        f'<span class="fact">{plain(invocation.trigger)}</span>{waits}'
    )
    return details("c", _stack_of(invocation.stack), summary, "")


def _output(output: OutputChange) -> str:
    stack = f'<span class="fact">{plain(output.stack, 200)}</span> ' if output.stack else ""
    shown = values(output, FULL.columns)
    return details(
        "c",
        _stack_of(output.stack),
        f'{action_badge(output.action)} {stack}<code class="path">{plain(output.name, 300)}</code> {shown}',
        "",
    )


def _drift(change: Change) -> str:
    verb = "was deleted" if change.action is Action.DELETE else "has changed"
    summary = f'<b class="act">{verb}</b> <code>{plain(change.address)}</code>'
    attributes = Told(change, *worth_telling(change.attributes), (), ())
    return details("c", _stack_of(change.stack), summary, change_body(attributes, "", SHORT), is_open=True)


def _stack_of(stack: str | None) -> str:
    return f' data-stack="{plain(stack, 200)}"' if stack else ""


def _foot(change_set: ChangeSet) -> str:
    version = f"Terraform {plain(change_set.terraform_version, 50)} · " if change_set.terraform_version else ""
    total = _several(len(change_set.changes), "change")
    return f"<footer><p>{version}{total}, all of them on this page · infragen</p></footer>\n</body>\n</html>\n"


def _stacks_of(change_set: ChangeSet) -> set[str]:
    return {change.stack for change in change_set.changes if change.stack}


def _chip(name: str, value: str, words: str, count: int | None) -> str:
    number = f" <span>{count:,}</span>" if count else ""
    return f'<label class="chip {value}"><input type="checkbox" name="{name}" value="{value}">{words}{number}</label>'


def _select(name: str, words: str, options: dict[str, int]) -> str:
    if len(options) < 2:
        return ""
    rows = "".join(f'<option value="{number}">{plain(option, 120)}</option>' for option, number in options.items())
    return f'<select id="{name}" aria-label="Filter by {words}"><option value="">all {words}</option>{rows}</select>'


def _several(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


@cache
def _asset(name: str) -> str:
    """Return a file that is shipped with this package."""
    return files("infragen.report").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return what a content security policy knows an inline style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
