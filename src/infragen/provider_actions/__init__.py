"""What the AWS provider asks of AWS for each type of resource, as actions of IAM; and what of a service can be named.

`actions.json` is a dated extract (`make provider-actions`): what provider 5.100 was seen to ask for in lives on the
emulated AWS, and what AWS's own handlers of the same resource need. `written.toml` has what neither shows, with AWS's
page, and `scopes.toml` the ARNs of what is named after an environment.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct, convert, json

from infragen.tables import own_table

__all__ = [
    "FILE", "PASSED_TO", "TAGGED", "Asked", "Tagged", "asked_of", "is_named", "is_read", "named_arns", "own_arns",
]  # fmt: skip

FILE: Final = Path(__file__).with_name("actions.json")
_SCOPES: Final = own_table(__file__, "scopes.toml")
PASSED_TO: Final[Mapping[str, tuple[str, ...]]] = {kind: tuple(some) for kind, some in _SCOPES["passes"].items()}
"""The principals that take the roles which resources hand over, by type."""
Tagged = Literal["own", "not_others", "adds", "removes"]
TAGGED: Final[Mapping[str, Tagged]] = {action: how for how, some in _SCOPES["tagged"].items() for action in some}
"""How an action is limited by the tags of what it is about, where that has but an id of AWS's."""

_READS: Final = re.compile(r"\w[\w-]*:(?:BatchGet|Describe|Get|Head|List|Validate|View)")
"""What changes nothing. The provider validates definitions of workflows while it plans, and AWS asks for
`states:ValidateStateMachineDefinition` on every state machine (terraform-provider-aws issue 39472)."""
_TAKES_VALUES: Final = frozenset({
    "s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "secretsmanager:GetSecretValue", "ssm:GetParameter",
    "ssm:GetParameters",
})  # fmt: skip
"""Actions that return what is stored, and not how something is configured."""


class _Row(Struct, frozen=True):
    observed: dict[str, tuple[str, ...]] = {}
    documented: dict[str, tuple[str, ...]] = {}


class _Written(Struct, frozen=True):
    source: str
    reads: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


class _Extract(Struct, frozen=True):
    read: str
    provider: str
    schemas: str
    types: dict[str, _Row]
    anything: frozenset[str]
    """Actions that AWS authorises on no resource of its own: `*`."""


class Asked(Struct, frozen=True):
    """The actions that some types need: `reads` return how things are configured, `changes` are all others."""

    reads: frozenset[str]
    changes: frozenset[str]
    unknown: tuple[str, ...]
    """AWS's types that the table does not have."""


def asked_of(types: Iterable[str]) -> Asked:
    """`types` may contain folders of modules: some run a program that calls AWS itself."""
    every, unknown = set[str](), list[str]()
    for kind in sorted(types):
        row, written = _extract().types.get(kind, _Row()), _written().get(kind, _Written(""))
        lists = (*row.observed.values(), *row.documented.values(), written.reads, written.changes)
        if not any(lists) and kind.startswith("aws_"):
            unknown.append(kind)
        every.update(action for some in lists for action in some)
    reads = {one for one in every if is_read(one)}
    return Asked(frozenset(reads), frozenset(every - reads), tuple(unknown))


def is_read(action: str) -> bool:
    return (_READS.match(action) is not None or action == "apigateway:GET") and action not in _TAKES_VALUES


def own_arns(service: str, account: str, prefixes: Iterable[str], path: str) -> tuple[str, ...]:
    forms = _SCOPES["own"].get(service, ())
    filled = [
        form.format(name=name, bare=name.rstrip("-"), words=name.replace("-", "_"), path=path, account=account)
        for name in prefixes for form in forms
    ]  # fmt: skip
    return tuple(dict.fromkeys(f"arn:aws:{one}" for one in filled))


def named_arns(limit: str, name: str, account: str) -> tuple[str, ...]:
    """Return the ARNs of a thing that has a name, by what its name is of (`log_group`); none where it needs none."""
    forms = _SCOPES["named"].get(limit, ())
    return tuple(f"arn:aws:{form.format(name=name, account=account)}" for form in forms)


def is_named(action: str) -> bool:
    return action.partition(":")[0] in _SCOPES["own"] and action not in _extract().anything


@cache
def _extract() -> _Extract:
    return json.decode(FILE.read_bytes(), type=_Extract)


@cache
def _written() -> Mapping[str, _Written]:
    return convert(own_table(__file__, "written.toml"), dict[str, _Written])
