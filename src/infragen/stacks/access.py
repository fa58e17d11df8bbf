"""What the roles of CI may do: what the AWS provider asks of AWS for the types of resources that stacks have."""

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.provider_actions import PASSED_TO, TAGGED, Tagged, asked_of, is_named, named_arns, own_arns

POLICY_CHARACTERS: Final = 6144
"""Characters of a managed policy, without white space (IAM User Guide: IAM and AWS STS quotas)."""
POLICIES_OF_A_ROLE: Final = 10
"""Managed policies that a role may have, unless the account's quota was raised to 20 (same page)."""

_USES_KEYS: Final = frozenset(
    f"kms:{name}" for name in ("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "RetireGrant", "RevokeGrant")
)
"""What services do with a key on the caller's behalf."""
_READS_OBJECTS: Final = frozenset({"s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion"})
"""What returns objects: of the buckets alone that Terraform puts some into, or that Lambda takes code from."""


class Grant(Struct, frozen=True):
    """A statement that allows something: actions, the ARNs that they are for, and IAM's conditions."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, object]]

    @property
    def characters(self) -> int:
        said = {"Sid": self.sid, "Effect": "Allow", "Action": self.actions, "Resource": self.resources}
        whole = {**said, "Condition": self.condition} if self.condition else said
        return len(json.dumps(whole, separators=(",", ":"))) + 1


class Policy(Struct, frozen=True):
    """A managed policy of a role, by the end of its name."""

    name: str
    grants: tuple[Grant, ...]


class Access(Struct, frozen=True):
    """What some types need of AWS: the actions, and what in services Terraform reads besides configuration.

    `object_buckets` are those that Terraform puts objects into, none when that is not known; `code_buckets` those, and
    the ones that Lambda takes code from, by the caller's permission, None when not known. `replicas` are secrets of a
    primary whose values it reads, by their names. With `manages_passwords` some are in secrets of RDS's own.
    `notifying_copies` are buckets that the primary makes here, and that tell of new objects. `unknown` are types that
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
    code_buckets: tuple[str, ...] | None = None
    manages_passwords: bool = False
    replicas: tuple[str, ...] = ()
    notifying_copies: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()

    @property
    def boundary(self) -> tuple[str, ...]:
        of_types = (action.partition(":")[0] for action in (*self.reads, *self.changes))
        return tuple(sorted(f"{one}:*" for one in {*of_types, *self.services, "iam", "kms", "s3"}))


def access_of(
    types: Iterable[str],
    more: Iterable[str] = (),
    object_buckets: Iterable[str] = (),
    code_buckets: Iterable[str] | None = None,
) -> Access:
    known, code = {*types}, None if code_buckets is None else tuple(sorted(code_buckets))
    unread = _READS_OBJECTS if code == () else frozenset[str]()
    asked, services = asked_of(known), tuple(sorted(more))
    return Access(
        reads=tuple(
            sorted(asked.reads | {f"{name}:{verb}*" for name in services for verb in ("Describe", "Get", "List")})
        ),
        changes=tuple(sorted(asked.changes - frozenset({"iam:CreateServiceLinkedRole", "iam:PassRole"}) - unread)),
        passed_to=tuple(sorted({principal for kind in known for principal in PASSED_TO.get(kind, ())})),
        services=services,
        reads_secrets="aws_secretsmanager_secret_version" in known,
        reads_objects="aws_s3_object" in known,
        reads_parameters="aws_ssm_parameter" in known,
        unknown=asked.unknown,
        object_buckets=tuple(sorted(object_buckets)),
        code_buckets=code,
    )


_OF_SERVICE_ROLES: Final = ("iam:DeleteServiceLinkedRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole")
"""Changes to the only service-linked role that a module creates, OpenSearch's; AWS chooses its name (Amazon OpenSearch
Service Developer Guide: Using service-linked roles)."""


def read_grants(access: Access) -> Iterator[Grant]:
    """Yield what reads how things are configured: lists and descriptions have no narrower resource."""
    yield Grant("ReadConfiguration", access.reads, ("*",), {})


class Scope(Struct, frozen=True):
    """How an environment's names begin, the names that begin otherwise, by what they are of, its regions and tags."""

    account: str
    prefixes: tuple[str, ...]
    path: str
    others: tuple[tuple[str, str], ...]
    regions: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    """The tags that no other environment's things have, both together."""

    def arns(self, service: str) -> tuple[str, ...]:
        usual = own_arns(service, self.account, self.prefixes, self.path)
        named = (arn for limit, name in self.others for arn in named_arns(limit, name, self.account))
        others = (one for one in named if one.startswith(f"arn:aws:{service}:"))
        return (*usual, *(one for one in others if not any(fnmatchcase(one, form) for form in usual)))


def change_grants(access: Access, scope: Scope) -> Iterator[Grant]:
    within: dict[str, dict[str, object]] = {"StringEquals": {"aws:RequestedRegion": list(scope.regions)}}
    rest = [f"{name}:*" for name in access.services]
    tagged: dict[Tagged, list[str]] = {}
    for service, of_service in groupby(access.changes, lambda action: action.partition(":")[0]):
        actions = []
        for action in of_service:
            tagged.setdefault(TAGGED[action], []).append(action) if action in TAGGED else actions.append(action)
        uses = tuple(one for one in actions if one in _USES_KEYS)
        objects = tuple(one for one in actions if one in _READS_OBJECTS)
        named = tuple(one for one in actions if is_named(one) and one not in {*uses, *objects})
        rest += [one for one in actions if one not in {*named, *uses, *objects}]
        if uses:
            yield Grant(
                "UseKeysByServices", uses, ("*",), {**within, "StringLike": {"kms:ViaService": "*.amazonaws.com"}}
            )
        if objects:
            buckets = tuple(f"{one}*" for one in scope.prefixes) if access.code_buckets is None else access.code_buckets
            yield Grant("ReadObjects", objects, tuple(f"arn:aws:s3:::{one}/*" for one in buckets), within)
        service_roles = _OF_SERVICE_ROLES if _OF_SERVICE_ROLES[0] in named else ()
        if named := tuple(one for one in named if one != _OF_SERVICE_ROLES[0]):
            sid = f"ChangeOwn{service.title().replace('-', '')}"
            yield Grant(sid, named, scope.arns(service), {} if service == "iam" else within)
        if service_roles:
            roles = f"arn:aws:iam::{scope.account}:role/aws-service-role/opensearchservice.amazonaws.com/*"
            yield Grant("ChangeServiceRoles", service_roles, (roles,), {})
    networks = tuple(one for one in rest if one.startswith("ec2:"))
    others = tuple(one for one in rest if one not in networks)
    for sid, some in (("ChangeNetworks", networks), ("ChangeWithoutNames", others)):
        if some:
            yield Grant(sid, some, ("*",), within)
    yield from _by_tags(tagged, scope)


def _by_tags(tagged: Mapping[Tagged, list[str]], scope: Scope) -> Iterator[Grant]:
    """Yield what is told apart by its tags: what has the environment's, and what may get them.

    Tags are given to what is new: EC2 says so (`ec2:CreateAction`); elsewhere that has no tags, and a key no alias. A
    network's default group exists before anybody can tag it (Amazon EC2 User Guide: Grant permission to tag resources
    during creation; AWS KMS Developer Guide: Controlling access to tags).
    """
    has, gets = ({f"aws:{of}Tag/{key}": value for key, value in scope.tags} for of in ("Resource", "Request"))
    region: dict[str, object] = {"aws:RequestedRegion": list(scope.regions)}
    untagged = dict.fromkeys(has, "true")
    adds = tagged.get("adds", [])
    networks = [one for one in adds if one == "ec2:CreateTags"]
    groups = f"arn:aws:ec2:*:{scope.account}:security-group/*"
    keeps = {"ForAllValues:StringNotEquals": {"aws:TagKeys": [key for key, _ in scope.tags]}}
    rows: tuple[tuple[str, list[str], str, dict[str, Mapping[str, object]]], ...] = (
        ("ChangeTagged", tagged.get("own", []), "*", {"StringEquals": region | has}),
        ("ChangeNotOthers", tagged.get("not_others", []), "*",
         {"StringEquals": region, "StringEqualsIfExists": has}),
        ("TagOwn", adds, "*", {"StringEquals": region | has, "StringEqualsIfExists": gets}),
        ("TagNew", [one for one in adds if one not in networks], "*",
         {"StringEquals": region, "StringEqualsIfExists": gets, "Null": untagged | {"kms:ResourceAliases": "true"}}),
        ("TagNewNetworks", networks, "*", {"StringEquals": region, "Null": {"ec2:CreateAction": "false"}}),
        ("TagDefaultGroups", networks, groups,
         {"StringEquals": region, "StringEqualsIfExists": gets, "Null": untagged}),
        ("UntagOwn", tagged.get("removes", []), "*",
         {"StringEquals": region | has, **keeps, "Null": {"aws:TagKeys": "false"}}),
    )  # fmt: skip
    for sid, actions, resource, condition in rows:
        if actions:
            yield Grant(sid, tuple(actions), (resource,), condition)


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
    if grant.characters <= room:
        yield grant
        return
    middle = len(grant.actions) // 2
    for end, actions in (("A", grant.actions[:middle]), ("B", grant.actions[middle:])):
        yield from _fitting(Grant(f"{grant.sid}{end}", actions, grant.resources, grant.condition), room)
