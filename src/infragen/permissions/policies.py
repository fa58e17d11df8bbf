"""Documents of policies: their statements, and what a statement covers."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from infragen.wildcards import fits

ALL_BUT: Final = "all but "
"""How what `NotAction` and `NotResource` leave begins."""


class Statement(Struct, frozen=True):
    """One statement, as it stands in a policy; `origin` says where that is.

    `not_actions` and `not_resources` are those of `NotAction` and `NotResource`: then it is about everything else.
    """

    origin: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[str, ...]
    condition: Mapping[str, Mapping[str, tuple[str, ...]]]

    def covers(self, action: str, resource: str, principal: str = "") -> bool:
        return (
            _covers(self.actions, self.not_actions, action, lowers=True)
            and _covers(self.resources, self.not_resources, resource)
            and (not principal or any(is_within(principal, one) for one in self.principals))
        )

    def parts(self) -> Iterator[tuple[str, str, str]]:
        """Yield each action on each resource by each principal; what `Not...` leaves is written with `all but`."""
        for action in _said(self.actions, self.not_actions):
            for resource in _said(self.resources, self.not_resources):
                for principal in self.principals or ("",):
                    yield action, resource, principal


def statements_of(text: str, origin: str, canonical: Callable[[str], str]) -> tuple[Statement, ...]:
    """`canonical` renames objects. ValueError, TypeError, KeyError or AttributeError for what is no policy."""
    document = json.loads(text)
    if not isinstance(document, dict):
        raise TypeError("a policy is a JSON object")
    found = document.get("Statement", [])
    many = found if isinstance(found, list) else [found]
    return tuple(_statement(one, origin, canonical) for one in many)


def is_within(part: str, whole: str) -> bool:
    """Whether all that a text with IAM's wildcards (`*`, `?`) stands for is in what another one stands for."""
    return fits(part, whole)


def _statement(one: Mapping[str, Any], origin: str, canonical: Callable[[str], str]) -> Statement:
    condition = {
        test: {key: tuple(map(canonical, _texts(values))) for key, values in keys.items()}
        for test, keys in one.get("Condition", {}).items()
    }
    resources = _texts(one.get("Resource", [] if "NotResource" in one else "*"))
    return Statement(
        origin,
        one["Effect"] == "Allow",
        _texts(one.get("Action", [])),
        _texts(one.get("NotAction", [])),
        tuple(map(canonical, resources)),
        tuple(map(canonical, _texts(one.get("NotResource", [])))),
        tuple(_principals(one)),
        condition,
    )


def _principals(one: Mapping[str, Any]) -> Iterator[str]:
    if "NotPrincipal" in one:
        yield "*"
    found = one.get("Principal", {})
    for values in (found,) if isinstance(found, str) else found.values():
        yield from _texts(values)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _covers(given: tuple[str, ...], but: tuple[str, ...], wanted: str, *, lowers: bool = False) -> bool:
    fold = str.lower if lowers else str
    wanted = fold(wanted)
    if but:
        return not any(is_within(wanted, fold(one)) or is_within(fold(one), wanted) for one in but)
    return any(is_within(wanted, fold(one)) for one in given)


def _said(given: tuple[str, ...], but: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{ALL_BUT}{', '.join(but)}",) if but else given or ("*",)
