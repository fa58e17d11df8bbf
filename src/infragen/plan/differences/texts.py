"""Long texts compared by line.

The cost grows with the length of the texts, not with its square: lines that occur once on both sides hold the two
together (a "patience" difference), only what is short between two of those is compared line by line with line, and what
nothing holds together is shown as removed and added.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, pairwise
from typing import NamedTuple

from infragen.redaction.values import Redacted, Value

_CONTEXT = 2
_SMALL = 1024
_DEEPEST = 12


class TextDifference(NamedTuple):
    """The lines that differ, with two lines around each difference, and what they do not show."""

    lines: tuple[str, ...] = ()
    note: str | None = None


class _Range(NamedTuple):
    old: int
    old_end: int
    new: int
    new_end: int
    depth: int = 0


def text_difference(before: Value, after: Value) -> TextDifference:
    old, new = (side.text if isinstance(side, Redacted) else side for side in (before, after))
    if not isinstance(old, str) or not isinstance(new, str) or ("\n" not in old and "\n" not in new):
        return TextDifference()
    if old == new:
        return TextDifference(note="a hidden part differs")
    if _unix(old) == _unix(new):
        return TextDifference(note="only the line endings differ")
    is_added = new.endswith("\n")
    words = "a newline is added at the end" if is_added else "the newline at the end is removed"
    ending = words if old and new and old.endswith("\n") != is_added else None
    old_lines, new_lines = _lines(old, new)
    hunks: list[_Range] = []
    at_old = at_new = 0
    for i, j in (*matching_lines(old_lines, new_lines), (len(old_lines), len(new_lines))):
        if i > at_old or j > at_new:
            hunks.append(_Range(at_old, i, at_new, j))
        at_old, at_new = i + 1, j + 1
    removed, added = sum(h.old_end - h.old for h in hunks), sum(h.new_end - h.new for h in hunks)
    if not removed and not added:
        return TextDifference(note=ending)
    counts = f"{removed} line{'' if removed == 1 else 's'} removed, {added} added" if removed + added > 40 else None
    note = "; ".join(part for part in (counts, ending) if part)
    return TextDifference(tuple(_count_note(old_lines, new_lines, hunks)), note or None)


def matching_lines(old_lines: Sequence[str], new_lines: Sequence[str]) -> list[tuple[int, int]]:
    """Compare numbers of equal lines: the texts of long lines lie far apart in memory, and numbers do not."""
    numbers = defaultdict[str, int](count().__next__)
    old, new = (list(map(numbers.__getitem__, lines)) for lines in (old_lines, new_lines))
    found: list[tuple[int, int]] = []
    todo = [_Range(0, len(old), 0, len(new))]
    while todo:
        start, old_end, new_start, new_end, depth = todo.pop()
        while start < old_end and new_start < new_end and old[start] == new[new_start]:
            found.append((start, new_start))
            start, new_start = start + 1, new_start + 1
        while start < old_end and new_start < new_end and old[old_end - 1] == new[new_end - 1]:
            old_end, new_end = old_end - 1, new_end - 1
            found.append((old_end, new_end))
        part = _Range(start, old_end, new_start, new_end, depth)
        lengths = (part.old_end - part.old) * (part.new_end - part.new)
        if lengths == 0:
            continue
        if lengths <= _SMALL:
            found.extend(_longest_common(old, new, part))
        elif part.depth < _DEEPEST:
            anchors = _anchors(old, new, part)
            found.extend(anchors)
            for i, j in (*anchors, (old_end, new_end)) if anchors else ():
                if i > start and j > new_start:
                    todo.append(_Range(start, i, new_start, j, depth + 1))
                start, new_start = i + 1, j + 1
    found.sort()
    return found


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n") if "\r" in text else text


def _lines(old: str, new: str) -> tuple[list[str], list[str]]:
    r"""Return the lines of both; a carriage return at the end of a line is shown as `\r` where not all have one."""
    if "\r" in old or "\r" in new:
        if all(text.count("\n") == text.count("\r\n") for text in (old, new)):
            old, new = _unix(old), _unix(new)
        else:
            old, new = (text.replace("\r\n", "\\r\n") for text in (old, new))
    return _split(old), _split(new)


def _split(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _count_note(old: Sequence[str], new: Sequence[str], hunks: Sequence[_Range]) -> Iterator[str]:
    shown = 0
    for place, hunk in enumerate(hunks):
        start = max(shown, hunk.old - _CONTEXT)
        if start > shown:
            yield "@"
        yield from (f" {line}" for line in old[start : hunk.old])
        yield from (f"-{line}" for line in old[hunk.old : hunk.old_end])
        yield from (f"+{line}" for line in new[hunk.new : hunk.new_end])
        following = hunks[place + 1].old if place + 1 < len(hunks) else len(old)
        shown = min(hunk.old_end + _CONTEXT, following)
        yield from (f" {line}" for line in old[hunk.old_end : shown])
    if shown < len(old):
        yield "@"


def _anchors(old: Sequence[int], new: Sequence[int], part: _Range) -> list[tuple[int, int]]:
    """Return lines that hold two parts together: those that occur once on both sides, else equally often."""
    old_counts, new_counts = Counter(old[part.old : part.old_end]), Counter(new[part.new : part.new_end])
    new_places = enumerate(new[part.new : part.new_end], part.new)
    place_of = {line: j for j, line in new_places if new_counts[line] == 1 and old_counts.get(line) == 1}
    if place_of:
        old_places = enumerate(old[part.old : part.old_end], part.old)
        return _longest_rising([(i, place_of[line]) for i, line in old_places if line in place_of])
    common = {line for line, count in old_counts.items() if new_counts.get(line) == count}
    places: dict[int, list[int]] = {}
    for j in range(part.new_end - 1, part.new - 1, -1):
        if new[j] in common:
            places.setdefault(new[j], []).append(j)
    return _longest_rising([(i, places[old[i]].pop()) for i in range(part.old, part.old_end) if old[i] in common])


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest choice of pairs in which both places rise; the first places rise already."""
    if all(one[1] < other[1] for one, other in pairwise(pairs)):  # nothing was moved
        return pairs
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j) if ends and j < ends[-1] else len(ends)
        previous.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(j)
            last.append(index)
        else:
            ends[place], last[place] = j, index
    found: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = previous[at]
    return found[::-1]


def _longest_common(old: Sequence[int], new: Sequence[int], part: _Range) -> Iterator[tuple[int, int]]:
    rows, columns = part.old_end - part.old, part.new_end - part.new
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            same = old[part.old + i] == new[part.new + j]
            best[i][j] = best[i + 1][j + 1] + 1 if same else max(best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < rows and j < columns:
        if old[part.old + i] == new[part.new + j]:
            yield part.old + i, part.new + j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
