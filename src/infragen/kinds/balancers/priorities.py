"""The order in which a listener tries its routes: the most specific one wins, whatever the others are."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from infragen.kinds.balancers.model import Balancer, Route

_LENGTHS: Final = 64
"""Characters of a path that count; a longer beginning is no more special."""
_PLACES: Final = 256
"""Priorities for routes that say as much as each other: 3 kinds of hosts x 64 x 256 are less than AWS's 50,000."""


def priorities(balancer: Balancer, blue_green: Collection[str] = ()) -> Mapping[str, int]:
    """Return each route's priority by its name: hosts before wildcards, and those before none; longer paths first.

    The rest is taken from the route's own words, so that a new route moves no other: AWS refuses two of one priority,
    also while they are exchanged. Where two fall on the same number, the later in the alphabet takes the next. A rule
    that leads to one of the services of `blue_green` is another one than that before or after, whose number it may not
    have: it is taken from the service's name as well.
    """
    taken: dict[int, str] = {}
    for name, route in sorted(balancer.routes.items()):
        number = _first(route, (route.service,) if route.service in blue_green else ())
        while number in taken:
            number += 1
        taken[number] = name
    return {name: number for number, name in taken.items()}


def _first(route: Route, said: Sequence[str]) -> int:
    wildcard = any("*" in host for host in route.hosts)
    hosts = 2 if not route.hosts else int(wildcard)
    length = min((_literal(path) for path in route.patterns), default=0)
    words = zlib.crc32(" ".join((*said, *sorted(route.hosts), *sorted(route.patterns))).encode())
    exact = all(not re.search(r"[*?]", path) for path in route.patterns) and bool(route.patterns)
    half = _PLACES // 2
    return 1 + (hosts * _LENGTHS + _LENGTHS - 1 - length) * _PLACES + (0 if exact else half) + words % (half - 8)


def _literal(path: str) -> int:
    return min(len(re.split(r"[*?]", path)[0]), _LENGTHS - 1)
