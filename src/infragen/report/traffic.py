"""Who reaches whom, as text of 80 columns, Markdown and JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Final

from infragen.reachability import Traffic, Way
from infragen.report import tables
from infragen.text import counted, first_of

_MOST: Final = 6  # targets that one line names, where not everything is asked for


def text(found: Traffic, *, details: bool = False) -> str:
    by_source = groupby(_rows(found, details=details), lambda row: row[0])
    groups = ((source, ((f"{targets} {port}", how) for _, targets, port, how in rows)) for source, rows in by_source)
    return tables.sections(heading(found), groups, found.unread)


def markdown(found: Traffic, *, details: bool = False) -> str:
    rows = _rows(found, details=details)
    return tables.markdown(heading(found), ("from", "to", "port", "how"), rows, found.unread)


def as_json(found: Traffic) -> str:
    ways = [asdict(way) | {"port": way.port._asdict()} for way in found.ways]
    return tables.as_json(target=found.target, ways=ways, not_looked_at=list(found.unread))


def heading(found: Traffic) -> str:
    return f"{found.target}: {counted(len(found.ways), 'path')}, as planned"


def _rows(found: Traffic, *, details: bool) -> Iterator[tuple[str, str, str, str]]:
    groups: dict[object, list[Way]] = {}
    for way in found.ways:
        like = way.source, str(way.port), way.through, way.identity, bool(way.name)
        groups.setdefault(like, []).append(way)
    for ways in groups.values():
        one, most = ways[0], len(ways) if details else _MOST
        requests = [way.requests for way in ways if way.requests]
        asked = f" for {first_of(requests, most)}" if requests else ""
        through = f"through {', '.join(one.through)}{asked}" if one.through else ""
        names = list(dict.fromkeys(way.name for way in ways if way.name))
        called = f"by {first_of(names, most)}" if names else "without a name for it"
        how = "; ".join(filter(None, (through, one.identity and f"as {one.identity}", called)))
        yield one.source, first_of([way.target for way in ways], most), str(one.port), how
