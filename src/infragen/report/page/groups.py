"""Groups of changes as HTML, in as much detail as a page can hold and stay usable.

Every change is in an element with `data-n`, the number of changes that it stands for; their sum is that of the plan.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from msgspec.structs import replace

from infragen.plan import LOOKS, Action, Change, ChangeSet, Level, Risk
from infragen.report.change_details import details_of
from infragen.report.groups import Group, natural, relative_address
from infragen.report.labels import action_counts, counted_types, type_words
from infragen.report.page import markup
from infragen.report.page.markup import plain
from infragen.report.similar_changes import COMPARED, in_ranges, is_counted
from infragen.text import counted

COMFORTABLE = 20_000_000
"""Characters of a page that browsers still open at once; a larger one says less of what matters less."""
_OPEN_CHANGES = 40
_OPEN_GROUPS = 30
_FOLD_COUNTED_FROM = 4
_MEMBERS = 60
_FEW = 5


class _Item(NamedTuple):
    """One change of a group, the number of changes that it stands for, and those that are like it."""

    change: Change
    risk: Risk
    times: int
    like: Sequence[Change]

    @property
    def is_counted(self) -> bool:
        return is_counted(self.change, self.risk)


class GroupWriter:
    """Writes groups, and says less once the page is larger than is comfortable.

    `entries` and `stacks` are the numbers by which the filters know them.
    """

    def __init__(self, change_set: ChangeSet, comfortable: int) -> None:
        self.pieces: list[str] = []
        self._changes = change_set.changes
        self._comfortable = comfortable
        self._brief = False
        self._like: Sequence[Change] = ()
        self._belongs_to = ""
        self._choices: list[tuple[int, str]] = []
        self._size = 0
        self._left_out = 0
        entries = {change.entry.id for change in change_set.changes if change.entry}
        stacks = {change.stack for change in change_set.changes if change.stack}
        self.entries = {entry: number for number, entry in enumerate(sorted(entries), 1)}
        self.stacks = {stack: number for number, stack in enumerate(sorted(stacks), 1)}

    def group(self, number: int, group: Group) -> None:
        opened = " open" if group.is_destructive or number <= _OPEN_GROUPS else ""
        title = f' <span class="title">{what_of(group)}</span>' if what_of(group) else ""
        place = markup.place_of(group.location)
        where = f'<code class="where">{place}</code>' if place else ""
        counts = plain(action_counts(group.changes))
        alike = "Same change in " if group.members else ""
        grade = markup.risk_badge(group.risk, with_reason=True)
        wide = " wide" if group.risk.level > Level.LOW else ""
        headline = (
            f'<span class="head"><h2>{alike}{plain(group.label, 300)}</h2>{title}</span>'
            f'<span class="counts">{counts}</span><span class="grade{wide}">{grade}</span>{where}'
        )
        self._add(f'<section class="group" id="g{number}"><details{opened}><summary>{headline}</summary>\n')
        risks = {id(change): risk for change, risk in group.rated}
        if not group.members:
            items = [_Item(change, risks[id(change)], 1, (change,)) for change in group.shown]
        else:
            like = group.like
            items = [_Item(change, risks[id(change)], len(like) // len(group.shown), like) for change in group.shown]
            ranges = in_ranges(sorted(group.members, key=natural))
            names = [f"<code>{plain(member, 300)}</code>" for member in ranges[:_MEMBERS]]
            hidden = len(ranges) - len(names)
            more = f" and {hidden:,} more" if hidden else ""
            addresses = "\n".join(plain(_whole_address(change), 600) for change in like)
            every = f"<summary>All {counted(len(like), 'address')}</summary>"
            self._add(
                f'<div class="members"><p>{", ".join(names)}{more}</p>'
                f'<details>{every}<pre class="list">{addresses}</pre></details></div>\n'
            )
        for item in items:
            if not item.is_counted:
                self._add(self._change(group, item))
        for action in (Action.CREATE, *LOOKS):
            if same := [item for item in items if item.is_counted and item.change.action is action]:
                self._counted(group, action, same)
        if group.exceptions:
            count = counted(len(group.exceptions), "exception")
            self._add(f'<h3 class="sub">{count}: the same attributes, other values</h3>\n')
            for change in group.exceptions:
                self._add(self._change(group, _Item(change, risks[id(change)], 1, (change,))))
        self._add("</details></section>\n")

    def left_out(self) -> Iterator[str]:
        said = []
        if self._brief:
            said.append("creations and reads are listed by type, without their values")
        if self._left_out:
            said.append(f"{counted(self._left_out, 'change')} of the least risk without the values that differ")
        if said:
            yield f"To keep this page usable: {'; '.join(said)}. The JSON report has everything."

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._size += len(text)
        if self._size > self._comfortable and not self._brief:
            self._brief = True
            for index, brief in self._choices:
                self._size += len(brief) - len(self.pieces[index])
                self.pieces[index] = brief
            self._choices.clear()

    def _change(self, group: Group, item: _Item) -> str:
        change, risk = item.change, item.risk
        is_said = item.times > 1 and risk == group.risk  # by the headline just above
        shown = markup.risk_badge(risk, with_reason=True) if risk.level > Level.LOW and not is_said else ""
        address = plain(relative_address(change) if item.times == 1 else group.address(change), 600)
        times = f' <span class="fact">{item.times:,} times</span>' if item.times > 1 else ""
        summary = f"{markup.change_badge(change)} <code>{address}</code>{times}{markup.change_facts(change)} {shown}"
        data = self._data(item)
        if self._size > 2 * self._comfortable:
            self._left_out += item.times
            return markup.collapsible(data, summary, "")
        details = details_of(change)
        if item.times > 1 and not group.has_one_origin:
            details = replace(details, attributes=tuple(replace(one, origin=None) for one in details.attributes))
        place = markup.place_of(change.location) if item.times == 1 and change.location != group.location else ""
        one = markup.one_liner(details, place, group.location)
        if one:
            return markup.collapsible(data, summary + one, "")
        limits = markup.FULL if self._size <= self._comfortable else markup.SHORT
        whose = f"As in <code>{plain(_whole_address(change), 600)}</code>; the others may have other values."
        note = whose if item.times > 1 and change.action not in COMPARED else ""
        body = markup.change_body(details, place, limits, home=group.location, note=note)
        # It says what differs; all values of what goes or comes as a whole stay folded.
        is_short = change.action is Action.UPDATE or change.action.is_replace or len(details.attributes) <= _FEW
        is_open = len(self._changes) <= _OPEN_CHANGES or (risk.level > Level.LOW and is_short)
        return markup.collapsible(data, summary, body, is_open=is_open and self._size < self._comfortable // 10)

    def _counted(self, group: Group, action: Action, same: Sequence[_Item]) -> None:
        brief = "".join(map(self._list, _by_type(same)))
        details = brief if self._brief else "".join(self._change(group, item) for item in same)
        is_folded = len(same) >= _FOLD_COUNTED_FROM
        if is_folded:
            total = sum(item.times for item in same)
            each = "" if total == len(same) else "each "
            types = ", ".join(words for words, _ in counted_types(item.change for item in same))
            what = f'<span class="fact">{each}{plain(types)}</span>'
            self._add(
                f'<details class="fold"><summary class="row">{markup.action_badge(action)} {total:,} {what}</summary>'
            )
        if not self._brief:
            self._choices.append((len(self.pieces), brief))
        self._add(details)
        self._add("</details>\n" if is_folded else "")

    def _list(self, item: _Item) -> str:
        rows = "\n".join(plain(relative_address(change), 600) for change in item.like)
        summary = f"{markup.action_badge(item.change.action)} {item.times:,} {plain(type_words(item.change.type))}"
        return markup.collapsible(self._data(item), summary, f'<div class="body"><pre class="list">{rows}</pre></div>')

    def _data(self, item: _Item) -> str:
        if item.like is not self._like:  # the items of a folded group share one long list
            self._like, self._belongs_to = item.like, self._owners(item.like)
        level = int(item.risk.level)
        return f' data-n="{item.times}" data-a="{markup.word_in_page(item.change)}" data-r="{level}"{self._belongs_to}'

    def _owners(self, changes: Sequence[Change]) -> str:
        entries = sorted({self.entries[change.entry.id] for change in changes if change.entry})
        stacks = sorted({self.stacks[change.stack] for change in changes if change.stack})
        of_entries = f' data-e="{" ".join(map(str, entries))}"' if entries else ""
        return of_entries + (f' data-s="{" ".join(map(str, stacks))}"' if stacks else "")


def _by_type(items: Sequence[_Item]) -> Iterator[_Item]:
    action, risk = items[0].change.action, items[0].risk
    likes = {id(item.like): item.like for item in items}.values()
    types: dict[str, list[Change]] = {}
    for change in chain.from_iterable(likes):
        if change.action is action:
            types.setdefault(change.type, []).append(change)
    for _, changes in sorted(types.items()):
        yield _Item(changes[0], risk, len(changes), changes)


def what_of(group: Group) -> str:
    is_one = bool(group.members) and len(group.shown) == 1
    return plain(type_words(group.shown[0].type) if is_one else group.advice or group.title, 200)


def _whole_address(change: Change) -> str:
    return f"{change.stack}: {relative_address(change)}" if change.stack else change.address
