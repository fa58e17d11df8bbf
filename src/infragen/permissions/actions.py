"""What each use needs, as `actions.toml` has it, and the policies that AWS manages, as `managed.toml` has them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping


class Statement(Struct, frozen=True):
    """Actions on resources with places for what the use is of (`{queue}`), and the conditions that may stand there."""

    actions: tuple[str, ...]
    on: tuple[str, ...]
    under: Mapping[str, str] = field(default_factory=dict)
    is_needed: bool = True


class Use(Struct, frozen=True):
    """A use: what it does, AWS's page, whom a role must trust for it, its statements, and AWS's own policy for it.

    `of` is the type of what an entry has, where that is all there is to know: its ARN is `{resource}`, and the key that
    its attribute `key` names is `{key}`.
    """

    name: str
    does: str
    source: str
    principal: str
    statements: tuple[Statement, ...]
    policy: str
    of: str = ""
    key: str = ""


def _uses() -> dict[str, Use]:
    return {name: _use(name, table) for name, table in _read("actions.toml").items()}


def _use(name: str, table: Mapping[str, Any]) -> Use:
    statements = tuple(
        Statement(tuple(one["actions"]), tuple(one["on"]), one.get("under", {}), is_needed=kind == "needs")
        for kind in ("needs", "may")
        for one in table.get(kind, ())
    )
    optional = {word: table.get(word, "") for word in ("principal", "policy", "of", "key")}
    return Use(name, table["does"], table["source"], statements=statements, **optional)


@cache
def managed() -> Mapping[str, str]:
    """Return the documents of policies that AWS manages, as JSON, by their ARNs."""
    return {arn: table["document"] for arn, table in _read("managed.toml").items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("infragen.permissions").joinpath(name).read_text(encoding="utf-8"))


USES: Final[Mapping[str, Use]] = _uses()
"""Every use by its name."""
