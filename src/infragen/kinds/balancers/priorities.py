"""Priorities of a listener's rules: longer paths first, and existing rules keep theirs."""

import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from infragen.core.written import kept_numbers
from infragen.kinds import load_balancer
from infragen.kinds.balancers.model import Balancer, Route

_LENGTHS: Final = 64
"""Characters of a path that count; a longer beginning is no more special."""
_PLACES: Final = 256
"""Priorities for routes that say as much as each other: 3 kinds of hosts x 64 x 256 are less than AWS's 50,000."""


def priorities(
    balancer: Balancer, blue_green: Collection[str] = (), given: Mapping[tuple[str, ...], object] | None = None
) -> Mapping[str, int]:
    """Return each route's priority by its name: hosts before wildcards, and those before none; longer paths first.

    The rest is taken from the route's own words, so that a new route moves no other: AWS refuses two of one priority,
    also while they are exchanged. Where two fall on the same number, it stays with whoever has it by what was rendered
    last (`given`), else with the first in the alphabet; the other one takes the next. A rule that leads to one of the
    services of `blue_green` is another one than that before or after, whose number it may not have: it is taken from
    the service's name as well.
    """
    first, before = {}, {}
    for name, route in sorted(balancer.routes.items()):
        is_blue_green = route.service in blue_green
        first[name] = _first(route, (route.service,) if is_blue_green else ())
        rule = f"{route.service}-{name}" if is_blue_green else name
        before[name] = (given or {}).get((rule, "priority"))
    return kept_numbers(first, before, load_balancer.MOST_PRIORITIES)


def _first(route: Route, said: Sequence[str]) -> int:
    wildcard = any("*" in host for host in route.hosts)
    hosts = 2 if not route.hosts else int(wildcard)
    literal = min((len(re.split(r"[*?]", path)[0]) for path in route.patterns), default=0)
    length = min(literal, _LENGTHS - 1)
    words = zlib.crc32(" ".join((*said, *sorted(route.hosts), *sorted(route.patterns))).encode())
    exact = all(not re.search(r"[*?]", path) for path in route.patterns) and bool(route.patterns)
    half = _PLACES // 2
    return 1 + (hosts * _LENGTHS + _LENGTHS - 1 - length) * _PLACES + (0 if exact else half) + words % (half - 8)
