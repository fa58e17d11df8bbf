"""R106: services that call each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    graph = {
        name: [callee for callee in service.calls if callee != name and callee in landscape.all(Service)]
        for name, service in landscape.all(Service).items()
    }
    for group in _groups(graph):
        circle = _shortest_circle(graph, min(group))
        message = f"services call each other in a cycle: {' -> '.join((*circle, circle[0]))}"
        others = sorted(group - set(circle))
        if others:
            message += f" (also in cycles with them: {', '.join(others)})"
        place = landscape.at(f"services/{circle[0]}", "calls", circle[1], key=True)
        yield Finding(message, place, "nothing to do if it is intended; an event instead of a call removes the wait")


def _groups(graph: Mapping[str, list[str]]) -> Iterator[set[str]]:
    """Yield the strongly connected groups of more than one (Kosaraju's two passes, without recursion)."""
    backwards: dict[str, list[str]] = {name: [] for name in graph}
    for name, callees in graph.items():
        for callee in callees:
            backwards[callee].append(name)
    seen: set[str] = set()
    finished = [name for start in graph for name in _postorder(graph, start, seen)]
    seen.clear()
    for start in reversed(finished):
        group = set(_postorder(backwards, start, seen))
        if len(group) > 1:
            yield group


def _postorder(graph: Mapping[str, list[str]], start: str, seen: set[str]) -> list[str]:
    if start in seen:
        return []
    seen.add(start)
    finished: list[str] = []
    stack = [(start, iter(graph[start]))]
    while stack:
        name, rest = stack[-1]
        following = next((callee for callee in rest if callee not in seen), None)
        if following is None:
            finished.append(name)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(graph[following])))
    return finished


def _shortest_circle(graph: Mapping[str, list[str]], start: str) -> list[str]:
    """Return the services of a shortest way from `start` back to itself."""
    ways = [[start]]
    seen = {start}
    for way in ways:
        for callee in graph[way[-1]]:
            if callee == start:
                return way
            if callee not in seen:
                seen.add(callee)
                ways.append([*way, callee])
    return [start]


RULE = Rule(
    "R106",
    "services call each other in a cycle",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "TN-12",
)
