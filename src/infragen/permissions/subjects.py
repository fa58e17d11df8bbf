"""Whom policies are of: roles with all that is attached to them, and resources that have a policy of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from infragen.hcl.later import Later
from infragen.permissions.actions import managed
from infragen.permissions.objects import BUCKET, FUNCTION, KEY, QUEUE, ROLE, SECRET, TOPIC, Object, Objects, list_of
from infragen.permissions.policies import Statement, statements_of

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


def held_policies(objects: Objects) -> Mapping[str, Held]:
    return _Gathered(objects).held


class _Gathered:
    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.held = {one.address: Held(one) for one in objects.of_type(ROLE, KEY)}
        for role in objects.of_type(ROLE):
            held = self.held[role.address]
            held.trust = self._statements(held, role, role.value("assume_role_policy"), role.address)
            for arn in list_of(role.value("managed_policy_arns")):
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
