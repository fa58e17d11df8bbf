"""What each use needs, as `actions.toml` has it, and the policies that AWS manages, as `managed.toml` has them."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from msgspec import Struct, convert

from infragen.tables import own_table


class NeededStatement(Struct, frozen=True):
    """Actions on resources with places for what the use is of (`{queue}`), and the conditions that may stand there."""

    actions: tuple[str, ...]
    on: tuple[str, ...]
    under: dict[str, str] = {}


class Use(Struct, frozen=True):
    """A use: what it does, AWS's page, its statements, whom a role must trust for it, and AWS's own policy for it.

    `of` is the type of what an entry has, where that is all there is to know: its ARN is `{resource}`, and the key that
    its attribute `key` names is `{key}`.
    """

    does: str
    source: str
    needs: tuple[NeededStatement, ...] = ()
    may: tuple[NeededStatement, ...] = ()
    principal: str = ""
    policy: str = ""
    of: str = ""
    key: str = ""


@cache
def managed() -> Mapping[str, str]:
    return {arn: table["document"] for arn, table in own_table(__file__, "managed.toml").items()}


USES: Final[Mapping[str, Use]] = convert(own_table(__file__, "actions.toml"), dict[str, Use])
