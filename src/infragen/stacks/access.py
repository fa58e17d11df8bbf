"""What the roles of CI may do: what the AWS provider asks of AWS for the types of resources that stacks have."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.provider_actions import PASSED_TO, asked_of, is_named, named_arns, own_arns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

POLICY_CHARACTERS: Final = 6144
"""Characters of a managed policy, without white space (IAM User Guide: IAM and AWS STS quotas)."""
POLICIES_OF_A_ROLE: Final = 10
"""Managed policies that a role may have, unless the account's quota was raised to 20 (same page)."""

_USES_KEYS: Final = frozenset(
    f"kms:{name}" for name in ("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "RetireGrant", "RevokeGrant")
)
"""What services do with a key on the caller's behalf."""
_APART: Final = frozenset({"iam:CreateServiceLinkedRole", "iam:PassRole"})
"""What hands rights over: statements of their own say to whom."""


class Grant(Struct, frozen=True):
    """A statement that allows something: actions, the ARNs that they are for, and IAM's conditions."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, object]]

    @property
    def characters(self) -> int:
        """How much of a policy it takes, with the comma after it."""
        said = {"Sid": self.sid, "Effect": "Allow", "Action": self.actions, "Resource": self.resources}
        whole = {**said, "Condition": self.condition} if self.condition else said
        return len(json.dumps(whole, separators=(",", ":"))) + 1


class Policy(Struct, frozen=True):
    """A managed policy of a role, by the end of its name."""

    name: str
    grants: tuple[Grant, ...]


class Access(Struct, frozen=True):
    """What some types need of AWS: the actions, and what in services Terraform reads besides configuration.

    `object_buckets` are those that Terraform puts objects into, none when that is not known; `replicas` are secrets of
    a primary whose values it reads, by their names. `unknown` are types that
    the table does not have; `services` are those that somebody named for them. `regions` are those of the stacks.
    """

    reads: tuple[str, ...]
    changes: tuple[str, ...]
    passed_to: tuple[str, ...]
    services: tuple[str, ...]
    reads_secrets: bool
    reads_objects: bool
    reads_parameters: bool
    unknown: tuple[str, ...]
    object_buckets: tuple[str, ...] = ()
    replicas: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()

    @property
    def boundary(self) -> tuple[str, ...]:
        """Every action of each service that is asked for: what a boundary allows."""
        of_types = (action.partition(":")[0] for action in (*self.reads, *self.changes))
        return tuple(sorted(f"{one}:*" for one in {*of_types, *self.services, "iam", "kms", "s3"}))


def access_of(types: Iterable[str], more: Iterable[str] = (), object_buckets: Iterable[str] = ()) -> Access:
    """Return what `types` of resources and folders of modules need; `more` are services that somebody named besides."""
    known = {*types}
    asked, services = asked_of(known), tuple(sorted(more))
    return Access(
        reads=tuple(
            sorted(asked.reads | {f"{name}:{verb}*" for name in services for verb in ("Describe", "Get", "List")})
        ),
        changes=tuple(sorted(asked.changes - _APART)),
        passed_to=tuple(sorted({principal for kind in known for principal in PASSED_TO.get(kind, ())})),
        services=services,
        reads_secrets="aws_secretsmanager_secret_version" in known,
        reads_objects="aws_s3_object" in known,
        reads_parameters="aws_ssm_parameter" in known,
        unknown=asked.unknown,
        object_buckets=tuple(sorted(object_buckets)),
    )


def read_grants(access: Access) -> Iterator[Grant]:
    """Yield what reads how things are configured: lists and descriptions have no narrower resource."""
    yield Grant("ReadConfiguration", access.reads, ("*",), {})


class Scope(Struct, frozen=True):
    """How an environment's names begin, the names that begin otherwise, by what they are of, and its regions."""

    account: str
    prefixes: tuple[str, ...]
    path: str
    others: tuple[tuple[str, str], ...]
    regions: tuple[str, ...]

    def arns(self, service: str) -> tuple[str, ...]:
        """Return the ARNs of what the environment names in a service."""
        usual = own_arns(service, self.account, self.prefixes, self.path)
        named = (arn for limit, name in self.others for arn in named_arns(limit, name, self.account))
        others = (one for one in named if one.startswith(f"arn:aws:{service}:"))
        return (*usual, *(one for one in others if not any(fnmatchcase(one, form) for form in usual)))


def change_grants(access: Access, scope: Scope) -> Iterator[Grant]:
    """Yield what changes things: of services whose things have names, those of the environment alone."""
    within: dict[str, Mapping[str, object]] = {"StringEquals": {"aws:RequestedRegion": list(scope.regions)}}
    rest = [f"{name}:*" for name in access.services]
    for service, of_service in groupby(access.changes, lambda action: action.partition(":")[0]):
        actions = [*of_service]
        uses = tuple(one for one in actions if one in _USES_KEYS)
        named = tuple(one for one in actions if is_named(one) and one not in uses)
        rest += [one for one in actions if one not in named and one not in uses]
        if uses:
            yield Grant(
                "UseKeysByServices", uses, ("*",), {**within, "StringLike": {"kms:ViaService": "*.amazonaws.com"}}
            )
        if named:
            sid = f"ChangeOwn{service.title().replace('-', '')}"
            yield Grant(sid, named, scope.arns(service), {} if service == "iam" else within)
    networks = tuple(one for one in rest if one.startswith("ec2:"))
    others = tuple(one for one in rest if one not in networks)
    for sid, some in (("ChangeNetworks", networks), ("ChangeWithoutNames", others)):
        if some:
            yield Grant(sid, some, ("*",), within)


def packed(name: str, grants: Iterable[Grant]) -> tuple[Policy, ...]:
    """Return policies that hold all grants and that IAM takes; InfragenError V007 when a role cannot have so many."""
    room = POLICY_CHARACTERS - len('{"Version":"2012-10-17","Statement":[]}')
    bins: list[list[Grant]] = []
    for grant in sorted((part for one in grants for part in _fitting(one, room)), key=lambda one: -one.characters):
        free = (some for some in bins if sum(one.characters for one in some) + grant.characters <= room)
        found = next(free, None)
        if found is None:
            bins.append([grant])
        else:
            found.append(grant)
    if len(bins) > POLICIES_OF_A_ROLE:
        message = f"the permissions to {name} fill {len(bins)} policies, and a role may have {POLICIES_OF_A_ROLE}"
        hint = "divide the environment into several systems; each has roles of its own"
        raise InfragenError(Diagnostic("V007", message, hint=hint))
    every = (sorted(some, key=lambda one: one.sid) for some in bins)
    return tuple(Policy(f"{name}-{number}", tuple(some)) for number, some in enumerate(every, 1))


def _fitting(grant: Grant, room: int) -> Iterator[Grant]:
    """Yield a grant, or parts of it that fit into a policy each."""
    if grant.characters <= room:
        yield grant
        return
    middle = len(grant.actions) // 2
    for end, actions in (("A", grant.actions[:middle]), ("B", grant.actions[middle:])):
        yield from _fitting(Grant(f"{grant.sid}{end}", actions, grant.resources, grant.condition), room)
