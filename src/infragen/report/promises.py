"""What is promised, what tells when it is broken and what limits it, as text of 80 columns, Markdown and JSON."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from infragen.markdown import Markdown
from infragen.report import tables
from infragen.stacks.promises import Promise, Promises
from infragen.text import counted

_UNREAD: Final = (
    "whether the limits that a test of load would find are higher: those of code, of tables and of queries",
    "promises that no field has, in `reason`, `title` and notes",
)


def text(found: Promises) -> str:
    groups = (
        ("Watched" if is_watched else "Nothing tells when it is broken", map(_row, some))
        for is_watched, some in groupby(_unwatched_first(found), lambda one: one.is_watched)
    )
    return tables.sections(heading(found), groups, _UNREAD)


def markdown(found: Promises) -> str:
    rows = [
        (one.owner, one.promised.says, _told(one) or Markdown("**nothing**"), "; ".join(one.promised.limits))
        for one in _unwatched_first(found)
    ]
    head = ("of", "promises", "what tells when it is broken", "limited by")
    return tables.markdown(heading(found), head, rows, _UNREAD)


def as_json(found: Promises) -> str:
    promises = [
        {
            "owner": one.owner,
            "field": ".".join(one.promised.field),
            "at": str(one.location),
            "promises": one.promised.says,
            "told_by": [{"owner": t.owner, "what": t.signal.what, "hears": list(t.signal.hears)} for t in one.told],
            "limits": list(one.promised.limits),
        }
        for one in found.promises
    ]
    return tables.as_json(target=found.target, promises=promises, not_looked_at=list(_UNREAD))


def heading(found: Promises) -> str:
    silent = sum(not one.is_watched for one in found.promises)
    return f"{found.target}: {counted(len(found.promises), 'promise')}; {silent} of them without anybody who is told"


def _unwatched_first(found: Promises) -> list[Promise]:
    return sorted(found.promises, key=lambda one: one.is_watched)


def _row(one: Promise) -> tuple[str, str]:
    told, limits = _told(one), "; ".join(one.promised.limits)
    behind = filter(None, (told and f"told by {told}", limits and f"limited by {limits}"))
    return f"{one.owner} {'.'.join(one.promised.field)}: {one.promised.says}", "; ".join(behind)


def _told(one: Promise) -> str:
    words: dict[str, dict[str, list[str]]] = {}
    for told in one.told:
        who = ", ".join(told.signal.hears) or "nobody"
        words.setdefault(who, {}).setdefault(told.owner, []).append(told.signal.what)
    return "; ".join(f"{_of_owners(whats, one.owner)} to {who}" for who, whats in words.items())


def _of_owners(whats: Mapping[str, Sequence[str]], own: str) -> str:
    return ", ".join(
        ", ".join(named) if owner == own else f"{' and '.join(named)} of {owner}" for owner, named in whats.items()
    )
