"""Differences of generated files as a reader wants them: what is the same in many files is shown once."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final

from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HUNK: Final = re.compile(r"^@@ .* @@$", re.MULTILINE)


@dataclass(frozen=True)
class FileDifference:
    """A file of an environment's folder before and after, None where it is not there; `folder` is the one it is in."""

    folder: str
    path: str
    before: str | None
    after: str | None

    @property
    def text(self) -> str:
        """The difference as a unified diff."""
        return self._head + self._body

    @property
    def same(self) -> str:
        """What is equal for all files that change alike, wherever in them."""
        return _HUNK.sub("@@", self._body)

    @property
    def lines(self) -> int:
        """How many lines are new or gone."""
        return sum(line[:1] in {"+", "-"} for line in self._body.split("\n"))

    @property
    def _head(self) -> str:
        shown = f"{self.folder}/{self.path}" if self.folder else self.path
        old = "/dev/null" if self.before is None else f"a/{shown}"
        new = "/dev/null" if self.after is None else f"b/{shown}"
        return f"--- {old}\n+++ {new}\n"

    @cached_property
    def _body(self) -> str:
        found = difflib.unified_diff(_lines(self.before or ""), _lines(self.after or ""))
        made = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found]
        return "".join(made[2:])


def differences(before: Mapping[str, str], after: Mapping[str, str], folder: str = "") -> tuple[FileDifference, ...]:
    """Return how two versions of a folder's files differ, by path."""
    paths = sorted(path for path in {**before, **after} if before.get(path) != after.get(path))
    return tuple(FileDifference(folder, path, before.get(path), after.get(path)) for path in paths)


def shown_once(found: Iterable[FileDifference]) -> str:
    """Return differences as a unified diff in which each is shown for its first file, above it the others that have it.

    How many lines that leaves of how many is said at the end.
    """
    alike: dict[str, list[FileDifference]] = {}
    for one in found:
        alike.setdefault(one.same, []).append(one)
    if not alike:
        return ""
    every = [one for group in alike.values() for one in group]
    parts = [part for group in alike.values() for part in (*_others(group[1:]), group[0].text)]
    read, lines = sum(group[0].lines for group in alike.values()), sum(one.lines for one in every)
    if read < lines:
        files = counted(len(every), "file")
        parts.append(f"# {counted(lines, 'changed line')} in {files}, of which {read:,} are different ones: these\n")
    return "".join(parts)


def _others(alike: Iterable[FileDifference]) -> Iterator[str]:
    """Yield a line for each path at which environments have the same difference."""
    ordered = sorted(alike, key=lambda one: (_above(one.folder), one.path, one.folder))
    for (above, path), some in groupby(ordered, key=lambda one: (_above(one.folder), one.path)):
        names = [one.folder.rpartition("/")[2] for one in some]
        yield f"# the same in {above}/{'{' + ','.join(names) + '}' if len(names) > 1 else names[0]}/{path}\n"


def _above(folder: str) -> str:
    return folder.rpartition("/")[0]


def _lines(text: str) -> list[str]:
    """Split at line feeds alone: text may hold other characters that Python takes for line ends."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])
