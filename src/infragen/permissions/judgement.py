"""What is allowed, held against what is needed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

from infragen.hcl.addresses import without_keys
from infragen.hcl.later import Known, Later, marked
from infragen.permissions.actions import USES, Use, managed
from infragen.permissions.declared import DeclaredUses
from infragen.permissions.machines import unread_states
from infragen.permissions.model import Declared, Missing, Permission, Permissions, Setting, Subject, Used
from infragen.permissions.objects import BUCKET, FUNCTION, KEY, QUEUE, ROLE, SECRET, TOPIC, Object, Objects
from infragen.permissions.policies import ALL_BUT, Statement, is_within, statements_of
from infragen.permissions.tasks import unread_tasks
from infragen.permissions.uses import planned_uses
from infragen.redaction.decode import OpenPlan
from infragen.text import first_of

_BOUNDARY: Final = " (a permissions boundary that is not in this plan)"
_OF_RESOURCES: Final[Mapping[str, str]] = {
    "aws_api_gateway_rest_api_policy": "rest_api_id",
    "aws_ecr_repository_policy": "repository",
    "aws_kms_key_policy": "key_id",
    "aws_s3_bucket_policy": "bucket",
    "aws_secretsmanager_secret_policy": "secret_arn",
    "aws_sns_topic_policy": "arn",
    "aws_sqs_queue_policy": "queue_url",
}
"""Types that are the policy of a resource, and the attribute that names that."""
_UNDER: Final[Mapping[str, tuple[str, str]]] = {
    "event_source_token": ("StringEquals", "lambda:EventSourceToken"),
    "function_url_auth_type": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "principal_org_id": ("StringEquals", "aws:PrincipalOrgID"),
    "source_account": ("StringEquals", "aws:SourceAccount"),
    "source_arn": ("ArnLike", "aws:SourceArn"),
}
"""What becomes a condition of a function's policy (AWS Lambda API: AddPermission)."""
_WITH_POLICY: Final = (
    KEY, "aws_api_gateway_rest_api", "aws_ecr_repository", BUCKET, SECRET, TOPIC, QUEUE,
)  # fmt: skip
"""Types of resources that have a policy, as an attribute too."""
CLOSED: Final = (FUNCTION, BUCKET)
"""Types that no service is let in to without a policy; a topic has one that SNS makes, an API without one is open."""


@dataclass(slots=True)
class Held:
    """A role or a resource with the statements of its policies, and what of them could not be read.

    `trust` says who may take a role; `boundary` is what a role never gets beyond, None without one or if it is unread.
    """

    object: Object
    statements: list[Statement] = field(default_factory=list)
    trust: list[Statement] = field(default_factory=list)
    boundary: list[Statement] | None = None
    unread: list[str] = field(default_factory=list)

    @property
    def is_role(self) -> bool:
        return self.object.type == ROLE


class _Gathered:
    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.held = {one.address: Held(one) for one in objects.of_type(ROLE, KEY)}
        for role in objects.of_type(ROLE):
            held = self.held[role.address]
            held.trust = self._statements(held, role, role.value("assume_role_policy"), role.address)
            for arn in Objects.list_of(role.value("managed_policy_arns")):
                held.statements += self._document(held, role, arn)
            for block in role.blocks("inline_policy"):
                held.statements += self._statements(held, role, block.get("policy"), role.address)
            if boundary := role.value("permissions_boundary"):
                held.boundary = self._document(held, role, boundary, _BOUNDARY) or None
        for one in objects.of_type("aws_iam_role_policy"):
            self._add(self._meant(one, "role"), one)
        for kind, name in (("aws_iam_role_policy_attachment", "role"), ("aws_iam_policy_attachment", "roles")):
            for one in objects.of_type(kind):
                for held in self._meant(one, name):
                    held.statements += self._document(held, one, one.value("policy_arn"))
        self._of_resources()

    def _of_resources(self) -> None:
        objects = self._objects
        for kind, attribute in _OF_RESOURCES.items():
            for one in objects.of_type(kind):
                self._add(self._meant(one, attribute, makes=True), one)
        for one in objects.of_type(*_WITH_POLICY):
            if one.has("policy") and not isinstance(one.value("policy"), Later):
                self._add([self.held.setdefault(one.address, Held(one))], one)
        for one in objects.of_type("aws_lambda_permission"):
            if (function := objects.meant_by(one, "function_name", FUNCTION)) is not None:
                self._invoking(self.held.setdefault(function.address, Held(function)), one)

    def _invoking(self, held: Held, one: Object) -> None:
        under = {name: one.text(name) for name in _UNDER if one.has(name)}
        texts = (one.text("action"), one.text("principal"), *under.values())
        if not all(texts):
            held.unread.append(one.address)
            return
        condition: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, value in under.items():
            test, key = _UNDER[name]
            condition.setdefault(test, {})[key] = (self._objects.canonical(value),)
        version = f":{one.text('qualifier')}" if one.has("qualifier") else ""
        on = (f"{held.object.arn}{version}",)
        held.statements.append(Statement(one.address, True, texts[:1], (), on, (), texts[1:2], condition))

    def _document(self, held: Held, one: Object, arn: object, what: str = "") -> list[Statement]:
        if isinstance(arn, str) and (text := managed().get(arn)):
            return self._statements(held, one, text, arn)
        policy = self._objects.meant(arn, "aws_iam_policy")
        if policy is None:
            held.unread.append(f"{arn}{what}" if isinstance(arn, str) and arn.startswith("arn:") else one.address)
            return []
        return self._statements(held, policy, policy.value("policy"), policy.address)

    def _meant(self, one: Object, attribute: str, *, makes: bool = False) -> list[Held]:
        value = one.value(attribute)
        types = _WITH_POLICY if makes else (ROLE,)
        found = [self._objects.meant(text, *types) for text in (value if isinstance(value, list) else [value])]
        if makes:
            return [self.held.setdefault(other.address, Held(other)) for other in found if other]
        return [self.held[other.address] for other in found if other and other.address in self.held]

    def _add(self, helds: list[Held], one: Object) -> None:
        for held in helds:
            held.statements += self._statements(held, one, one.value("policy"), one.address)

    def _statements(self, held: Held, one: Object, text: object, origin: str) -> list[Statement]:
        try:
            if isinstance(text, str):
                return list(statements_of(text, origin, self._objects.canonical))
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        held.unread.append(one.address)
        return []


ALWAYS: Final = (
    "permissions of people and of releases: users, groups, the role of CI that releases code, service control policies",
    "service-linked roles, whose permissions AWS writes",
    "what code calls: uses come from the catalogue, not from the program",
    "policies of resources that are not in this plan, and grants of keys (kms:CreateGrant)",
    "tags that a condition asks for, and variables in policies (${aws:PrincipalTag/team})",
)
"""What no answer looks at."""
_OTHERS: Final = re.compile(
    r"aws_(iam_(user|group|openid|saml|instance_profile)|kms_grant"
    r"|codebuild|codepipeline|firehose|kinesis_firehose|glue_(?!catalog_(?:database|table)\Z)|eks_|batch_|backup_selection|dms_"
    r"|sagemaker|apprunner|transfer_|appsync|iot_|cloudtrail|ssm_maintenance|efs_file_system_policy"
    r"|opensearch_domain_policy|vpc_endpoint_policy|s3_access_point)[a-z0-9_]*\Z"
)
"""Types that use roles or have policies, and that are not looked at."""
_ROLES: Final[Mapping[str, str]] = {"aws_cloudtrail": "cloud_watch_logs_role_arn"}
"""Attributes with a role whose use is not looked at, of types that are."""


def unread_in(objects: Objects, held: Iterable[Held], declared: Iterable[Declared]) -> Iterator[str]:
    unknown = {f"{one.owner} ({one.use})" for one in declared if not one.actions and one.use not in USES}
    types = {name for name in objects.other_types if _OTHERS.match(name)}
    types |= {one.type for kind, role in _ROLES.items() for one in objects.of_type(kind) if one.has(role)}
    found = {
        "uses whose permissions `actions.toml` does not list": unknown,
        "resources of this plan that use roles or have policies": types,
        "policies that could not be read": {address for one in held for address in one.unread},
        "task definitions whose containers could not be read": {*unread_tasks(objects)},
        "states of workflows that need what their `permissions` say": {*unread_states(objects)},
    }
    for what, names in found.items():
        if names:
            yield f"{what}: {first_of(sorted(names), len(names) if names is types else 3)}"
    yield from ALWAYS


_TAKE: Final = "sts:AssumeRole"
_THE_ROLE: Final = "the role"
_ANY: Final = (("*", "*"),)  # every condition: a permission that a catalogue writes out has its own


class _Need(NamedTuple):
    action: str
    resource: str
    by: str
    under: tuple[tuple[str, str], ...]
    is_needed: bool
    said: str
    source: str


def permissions_of(
    plan: OpenPlan, files: Mapping[str, str], setting: Setting, owner_of: Callable[[str], str | None]
) -> Permissions:
    """Return who may do what once a plan is applied, and what of that no use needs or is missing.

    `files` are those of the root that was planned, by path; `setting` is what neither says; `owner_of` says whose an
    address is, in the catalogue's words. InfragenError: P215 to P218.
    """
    objects = Objects(plan, files, setting)
    held = _Gathered(objects).held
    found: dict[str, list[Used]] = {}
    for one in (*planned_uses(objects), *DeclaredUses(objects, owner_of).of(setting.declared)):
        if one.subject:
            found.setdefault(one.subject, []).append(one)
    for address in found.keys() - held.keys():
        if (bare := objects.at(address)) is not None and bare.type in CLOSED:
            held[address] = Held(bare)
    words = _Words(objects, owner_of)
    judged = [_Judge(words, setting, one, found.get(address, ())).subject() for address, one in held.items()]
    judged = [one for one in judged if one.is_role or one.permissions or one.missing]
    return Permissions(
        setting.target,
        tuple(sorted(judged, key=lambda one: (not one.is_role, one.name, one.address))),
        tuple(unread_in(objects, held.values(), setting.declared)),
    )


class _Words:
    def __init__(self, objects: Objects, owner_of: Callable[[str], str | None]) -> None:
        self._objects = objects
        self._owner_of = owner_of

    def owner(self, address: str) -> str:
        return self._owner_of(address) or address

    def name(self, address: str) -> str:
        kind, label = without_keys(address).rsplit(".", 2)[-2:]
        owner = self.owner(address)
        is_said = label in {"this", "main"} or owner.rpartition("/")[2] == label.replace("_", "-")
        which = "" if is_said else f" {label.replace('_', ' ')}"
        words = "role" if kind == ROLE else kind.removeprefix("aws_").replace("_", " ")
        return self._objects.redact(f"{owner}{which} {words}")

    def text(self, text: str) -> str:
        """Return a text with its marks as what they stand for: `[queues/orders sqs queue]/*`."""
        return self._objects.redact("".join(one if isinstance(one, str) else self._known(one) for one in marked(text)))

    def _known(self, known: Known) -> str:
        attribute = "" if known.attribute == "arn" else f" {known.attribute}"
        one = self._objects.at(known.address)
        return f"[{self.name(one.address) if one else known.address}{attribute}]"


class _Judge:
    def __init__(self, words: _Words, setting: Setting, held: Held, used: Sequence[Used]) -> None:
        self._words = words
        self._setting = setting
        self._held = held
        self._used = used
        self._needs = tuple(dict.fromkeys(need for one in used for need in self._of(one)))

    def subject(self) -> Subject:
        held = self._held
        permissions = [*self._trusted(), *self._permitted(held.statements)]
        missing = [one for need in self._needs if need.is_needed for one in self._lacking(need)]
        for need in self._takers():
            trusting = [one for one in held.trust if one.allows and one.covers(need.action, "*", need.by)]
            if not any(_may_stand(one, need) for one in trusting):
                why = f"trusted only if {self._condition(trusting[0])}" if trusting else "the role does not trust it"
                missing.append(Missing(need.action, need.resource, need.said, need.source, need.by, why))
        return Subject(
            self._words.name(held.object.address),
            self._words.owner(held.object.address),
            held.object.address,
            held.is_role,
            tuple(dict.fromkeys(USES[one.use].does if one.use in USES else one.use for one in self._used)),
            tuple(sorted(dict.fromkeys(permissions))),
            tuple(sorted(dict.fromkeys(missing))),
        )

    def _of(self, used: Used) -> Iterator[_Need]:
        if used.actions:
            said = f"declared: {used.use}"
            for kind in ("resource", "any"):
                for action, resource in product(used.actions, used.parts[kind]):
                    yield _Need(action, resource, "", _ANY, kind == "resource", said, "the catalogue")
            return
        use = USES[used.use]
        by = "" if self._held.is_role else next(self._filled(use.principal, used), "")
        statements = [*((one, True) for one in use.needs), *((one, False) for one in use.may)]
        for statement, is_needed in statements:
            for on in statement.on:
                for resource in self._filled(on, used):
                    under = tuple(
                        (key, value) for key, text in statement.under.items() for value in self._filled(text, used)
                    )
                    for action in statement.actions:
                        yield _Need(action, resource, by, under, is_needed, use.does, use.source)
        if use.policy:
            yield from self._of_managed(use)

    def _of_managed(self, use: Use) -> Iterator[_Need]:
        for statement in statements_of(managed()[use.policy], use.policy, str):
            for action, resource in product(statement.actions, statement.resources):
                under = tuple((key, "*") for keys in statement.condition.values() for key in keys)
                yield _Need(action, resource, "", under, True, use.does, use.source)

    def _filled(self, text: str, used: Used) -> Iterator[str]:
        """Yield a text with each combination of the parts of a use in its places; none where one of them is absent."""
        own = {"account": (self._setting.account,), "region": (self._held.object.region,)}
        values = {name: found for name, found in {**used.parts, **own}.items() if f"{{{name}}}" in text}
        for chosen in product(*values.values()):
            filled = text
            for name, value in zip(values, chosen, strict=True):
                filled = filled.replace(f"{{{name}}}", value)
            yield filled

    def _takers(self) -> Iterator[_Need]:
        account = self._setting.account
        for one in self._used:
            source = next(iter(one.parts.get("source", ())), f"arn:aws:*:{account}:*")
            external = (("sts:ExternalId", found) for found in one.parts.get("external", ()))
            under = (("aws:SourceAccount", account), ("aws:SourceArn", source), *external)
            use = USES.get(one.use)
            if use is None or not use.principal or not self._held.is_role:
                continue
            for principal in self._filled(use.principal, one):
                yield _Need(_TAKE, _THE_ROLE, principal, under, True, use.does, use.source)

    def _trusted(self) -> Iterator[Permission]:
        takers = tuple(self._takers())
        for statement in self._held.trust:
            for action, _, principal in statement.parts():
                fitting = (need for need in takers if need.by == principal and _may_stand(statement, need))
                by = tuple(dict.fromkeys(need.said for need in fitting if statement.covers(need.action, "*")))
                wider = bool(by) and action.lower() != _TAKE.lower()
                yield Permission(
                    action, _THE_ROLE, principal, self._condition(statement), statement.origin, by, wider,
                    not statement.allows,
                )  # fmt: skip

    def _permitted(self, statements: Iterable[Statement]) -> Iterator[Permission]:
        for statement in statements:
            condition = self._condition(statement)
            for action, resource, by in statement.parts():
                exact, part = self._needing(statement, action, resource, by) if statement.allows else ((), ())
                yield Permission(
                    action, self._words.text(resource), by, condition, statement.origin,
                    tuple(dict.fromkeys(exact or part)), bool(part) and not exact, not statement.allows,
                )  # fmt: skip

    def _needing(self, statement: Statement, action: str, resource: str, by: str) -> tuple[list[str], list[str]]:
        exact, part = [], []
        for need in self._needs:
            if need.by != by or not _may_stand(statement, need):
                continue
            if is_within(action.lower(), need.action.lower()) and is_within(resource, need.resource):
                exact.append(need.said)
            elif statement.covers(need.action, need.resource) and _holds(action, resource, need):
                part.append(need.said)
        return exact, part

    def _lacking(self, need: _Need) -> Iterator[Missing]:
        allowed = [
            one for one in self._held.statements if one.allows and one.covers(need.action, need.resource, need.by)
        ]
        why = ""
        if not any(_may_stand(one, need) for one in allowed):
            why = f"allowed only if {self._condition(allowed[0])}" if allowed else "nothing allows it"
        elif any(
            not one.allows and not one.condition and one.covers(need.action, need.resource, need.by)
            for one in self._held.statements
        ):
            why = "denied"
        elif self._held.boundary is not None and not any(
            one.allows and one.covers(need.action, need.resource) for one in self._held.boundary
        ):
            why = "outside of the role's boundary"
        if why:
            yield Missing(need.action, self._words.text(need.resource), need.said, need.source, need.by, why)

    def _condition(self, statement: Statement) -> str:
        said = [
            f"{test} {key} {' or '.join(values)}"
            for test, keys in statement.condition.items()
            for key, values in keys.items()
        ]
        return self._words.text(" and ".join(said))


def _holds(action: str, resource: str, need: _Need) -> bool:
    """Whether a permission has all of a need in it; what is said with `all but` has what its statement covers."""
    return (action.startswith(ALL_BUT) or is_within(need.action.lower(), action.lower())) and (
        resource.startswith(ALL_BUT) or is_within(need.resource, resource)
    )


def _may_stand(statement: Statement, need: _Need) -> bool:
    under: dict[str, list[str]] = {}
    for key, value in need.under:
        under.setdefault(key, []).append(value)
    for test, keys in statement.condition.items():
        for key, values in keys.items():
            allowed = under.get(key, under.get("*"))
            if allowed is None or ("Not" in test and allowed != ["*"]):
                return False
            if not any(is_within(value, one) or is_within(one, value) for value in values for one in allowed):
                return False
    return True
