"""What is found: ways from one end to another, and what was not looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

INTERNET: Final = "internet"
"""The end that is every address outside of the network."""
_HIGHEST: Final = 65535


class Ports(NamedTuple):
    """A range of ports, both ends included; `protocol` is `tcp`, `udp`, another of AWS's words, or `all`."""

    first: int
    last: int
    protocol: str = "tcp"

    def __str__(self) -> str:
        number = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        number = "all" if (self.first, self.last) == (0, _HIGHEST) else number
        return f":{number}" if self.protocol in {"tcp", "all"} else f":{number}/{self.protocol}"

    def shared(self, other: Ports) -> Ports | None:
        if self.protocol != other.protocol and "all" not in {self.protocol, other.protocol}:
            return None
        first, last = max(self.first, other.first), min(self.last, other.last)
        protocol = other.protocol if self.protocol == "all" else self.protocol
        return Ports(first, last, protocol) if first <= last else None


EVERY_PORT: Final = Ports(0, _HIGHEST, "all")


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """One way from `source` to `target`, in the catalogue's words: `services/order`, `databases/order proxy`.

    `port` is the one that the target is reached on; `through` is what the way passes, in order. `identity` says as whom
    the caller is known there, `name` how it finds the target; an empty one says that it has no name for it. `requests`
    are the paths and hosts that a balancer passes on (`/order/*`), `rules` the addresses of the rules of
    security groups that let it through.
    """

    source: str
    target: str
    port: Ports
    through: tuple[str, ...] = ()
    identity: str = ""
    name: str = ""
    requests: str = ""
    rules: tuple[str, ...] = ()

    def __str__(self) -> str:
        through = f", through {', '.join(self.through)}" if self.through else ""
        return f"{self.source} -> {self.target} {self.port}{through}"


class Traffic(Struct, frozen=True):
    """All ways of an environment, sorted; `ends` are where one may begin or end, `unread` what was not looked at."""

    target: str
    ways: tuple[Way, ...]
    ends: tuple[str, ...]
    unread: tuple[str, ...] = ()

    def between(self, is_source: Callable[[str], bool], is_target: Callable[[str], bool]) -> Traffic:
        return replace(self, ways=tuple(way for way in self.ways if is_source(way.source) and is_target(way.target)))
