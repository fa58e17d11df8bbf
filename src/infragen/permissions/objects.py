"""What a plan will make, with what its attributes come to where the plan itself does not know them yet.

A plan has a policy as one text, and none at all of it where an ARN in it is known after apply. The configuration says
what the text will be but for that ARN, and whose it is: it is evaluated as Terraform would (`hcl.modules`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from infragen.hcl import addresses
from infragen.hcl.later import Known, Later, UnevaluatedError, is_marked, marked
from infragen.hcl.modules import Instance, Module, key_of
from infragen.permissions.actions import USES
from infragen.permissions.model import Parts, Setting, Used
from infragen.plan.address import split_address
from infragen.plan.objects import Planned, PlannedObjects
from infragen.redaction.decode import OpenPlan
from infragen.redaction.values import Number, Value, holds_unknown, is_hidden
from infragen.secret_forms import ARN_END, SECOND_USER

ROLE: Final = "aws_iam_role"
KEY: Final = "aws_kms_key"
TASKS: Final = "aws_ecs_task_definition"
FUNCTION: Final = "aws_lambda_function"
BUCKET: Final = "aws_s3_bucket"
QUEUE: Final = "aws_sqs_queue"
TOPIC: Final = "aws_sns_topic"
SECRET: Final = "aws_secretsmanager_secret"  # noqa: S105 - a type
COPIES: Final = "aws_s3_bucket_replication_configuration"
LOGS: Final = "aws_cloudwatch_log_group"
_TYPES: Final = frozenset(
    f"aws_{name}"
    for words in (
        "acm_certificate acmpca_certificate_authority api_gateway_account api_gateway_api_key api_gateway_authorizer",
        "api_gateway_integration",
        "api_gateway_method api_gateway_rest_api api_gateway_rest_api_policy api_gateway_stage backup_vault",
        "budgets_budget cloudfront_distribution cloudtrail cloudwatch_composite_alarm cloudwatch_event_rule",
        "cloudwatch_event_bus config_configuration_recorder config_delivery_channel",
        "cloudwatch_event_target cloudwatch_log_group cloudwatch_log_subscription_filter cloudwatch_metric_alarm",
        "codedeploy_deployment_group db_instance db_proxy db_proxy_endpoint db_proxy_target docdb_cluster",
        "ecr_repository ecr_repository_policy ecs_cluster ecs_service ecs_task_definition",
        "elasticache_replication_group elasticache_user flow_log iam_instance_profile iam_policy iam_policy_attachment",
        "grafana_workspace",
        "iam_role iam_role_policy iam_role_policy_attachment instance kinesis_firehose_delivery_stream kms_key",
        "kms_key_policy lambda_event_source_mapping lambda_function lambda_function_event_invoke_config",
        "lambda_permission lb lb_listener lb_listener_rule lb_target_group rds_cluster rds_cluster_instance s3_bucket",
        "s3_bucket_policy s3_bucket_replication_configuration s3_bucket_server_side_encryption_configuration",
        "scheduler_schedule scheduler_schedule_group secretsmanager_secret secretsmanager_secret_policy",
        "secretsmanager_secret_rotation secretsmanager_secret_version sesv2_configuration_set sesv2_email_identity",
        "sns_topic sns_topic_policy sns_topic_subscription sqs_queue sqs_queue_policy timestreamwrite_table",
    )
    for name in words.split()
) | {use.of for use in USES.values() if use.of}
_NAMED: Final[Mapping[str, tuple[str, str]]] = {
    "aws_cloudwatch_log_group": ("arn:aws:logs:{region}:{account}:log-group:{}", "name"),
    "aws_kinesis_firehose_delivery_stream": ("arn:aws:firehose:{region}:{account}:deliverystream/{}", "name"),
    "aws_ecr_repository": ("arn:aws:ecr:{region}:{account}:repository/{}", "name"),
    "aws_s3_bucket": ("arn:aws:s3:::{}", "bucket"),
    "aws_sns_topic": ("arn:aws:sns:{region}:{account}:{}", "name"),
    "aws_sqs_queue": ("arn:aws:sqs:{region}:{account}:{}", "name"),
    "aws_iam_role": ("arn:aws:iam::{account}:role/{}", "name"),
    "aws_cloudwatch_event_bus": ("arn:aws:events:{region}:{account}:event-bus/{}", "name"),
    "aws_cloudwatch_event_rule": ("arn:aws:events:{region}:{account}:rule/{}", "name"),
    "aws_lambda_function": ("arn:aws:lambda:{region}:{account}:function:{}", "function_name"),
    "aws_cloudtrail": ("arn:aws:cloudtrail:{region}:{account}:trail/{}", "name"),
    "aws_db_instance": ("arn:aws:rds:{region}:{account}:db:{}", "identifier"),
    "aws_rds_cluster": ("arn:aws:rds:{region}:{account}:cluster:{}", "cluster_identifier"),
    "aws_opensearch_domain": ("arn:aws:es:{region}:{account}:domain/{}", "domain_name"),
    "aws_sesv2_configuration_set": ("arn:aws:ses:{region}:{account}:configuration-set/{}", "configuration_set_name"),
    "aws_sesv2_email_identity": ("arn:aws:ses:{region}:{account}:identity/{}", "email_identity"),
    "aws_sfn_state_machine": ("arn:aws:states:{region}:{account}:stateMachine:{}", "name"),
    "aws_ecs_task_definition": ("arn:aws:ecs:{region}:{account}:task-definition/{}", "family"),
    "aws_docdb_cluster": ("arn:aws:rds:{region}:{account}:cluster:{}", "cluster_identifier"),
    "aws_elasticache_user": ("arn:aws:elasticache:{region}:{account}:user:{}", "user_id"),
}
"""ARNs that are made of a name (Service Authorization Reference, resource types), and the attribute with that name."""
_OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    SECRET: ("id",),
    "aws_secretsmanager_secret_version": ("arn", "secret_id"),
    "aws_db_proxy": ("id", "name"),
    "aws_rds_cluster": ("cluster_resource_id",),
    "aws_db_instance": ("resource_id",),
    ROLE: ("id", "name"),
    "aws_iam_instance_profile": ("id", "name"),
    "aws_iam_policy": ("id",),
    KEY: ("id", "key_id"),
    BUCKET: ("id", "bucket"),
    TOPIC: ("id",),
    QUEUE: ("id", "url"),
    TASKS: ("arn_without_revision",),
    FUNCTION: ("id", "function_name"),
    "aws_scheduler_schedule_group": ("id", "name"),
    "aws_ecr_repository": ("repository_url", "name"),
    "aws_kinesis_firehose_delivery_stream": ("id",),
    LOGS: ("id", "name"),
    "aws_cloudwatch_event_bus": ("id", "name"),
}
"""Attributes that mean the object itself (the provider's documentation), beside its ARN."""
_MEAN_ANOTHER: Final[Mapping[str, str]] = {"aws_secretsmanager_secret_version": "secret_id"}
"""Types whose names are those of the object that another attribute says."""
_PART: Final = re.compile(r"(?:\w+\()+arn(?:\)|\[\d+\])*\Z")
"""What is made of an ARN and stands for the object itself: the id in a proxy's, a secret's without the key."""
_DEEPEST: Final = 8
_SECRET_ARN: Final = re.compile(r"arn:aws[\w-]*:secretsmanager:[^:]+:\d+:secret:[^:]+")


class Object:
    """One planned resource."""

    __slots__ = ("_instance", "_objects", "_planned", "address", "type")

    def __init__(self, objects: Objects, planned: Planned) -> None:
        self.address = planned.address
        self.type = planned.type
        self._objects = objects
        self._planned = planned
        self._instance: Instance | None = None

    @property
    def arn(self) -> str:
        return self.mark("arn")

    @property
    def region(self) -> str:
        return self._objects.region_of(self.address)

    def mark(self, attribute: str) -> str:
        return Later(self.address, attribute)

    def has(self, name: str) -> bool:
        return self._planned.value(name) is not None

    def value(self, name: str) -> Any:
        """Return an attribute: as planned, or as evaluated where that is not known; None where it cannot be told."""
        planned = self._planned.value(name)
        if planned is None or is_hidden(planned):
            return None
        if not holds_unknown(planned):
            return _plain(planned)
        try:
            return self._evaluated.value(name)
        except UnevaluatedError:
            return None

    def text(self, name: str) -> str:
        found = self.value(name)
        return found if isinstance(found, str) else ""

    def blocks(self, *path: str) -> list[Mapping[str, Any]]:
        found: list[Any] = [{path[0]: self.value(path[0])}]
        for name in path:
            found = [one for block in found for one in _listed(block.get(name)) if isinstance(one, dict)]
        return found

    def environment(self) -> Iterator[tuple[str, str]]:
        for block in self.blocks("environment") if self.type == FUNCTION else ():
            variables = block.get("variables")
            for name, value in variables.items() if isinstance(variables, dict) else ():
                if isinstance(value, str):
                    yield name, value
        for container in self.containers() or ():
            for one in container.get("environment") or ():
                if isinstance(one.get("value"), str):
                    yield one["name"], one["value"]

    def containers(self) -> Sequence[Mapping[str, Any]] | None:
        found = Objects.json_of(self.value("container_definitions"))
        return found if isinstance(found, list) else None

    def logins(self) -> Iterator[tuple[str, str]]:
        """Yield addresses and users of those that sign in without a password."""
        variables = dict(self.environment())
        given = {one["name"] for container in self.containers() or () for one in container.get("secrets") or ()}
        for name, value in variables.items():
            beginning = name.removesuffix("_READER_HOST").removesuffix("_HOST")
            has_password = f"{beginning}_PASSWORD" in given or f"{beginning}_PASSWORD_ARN" in variables
            user = variables.get(f"{beginning}_USER")
            if name.endswith("_HOST") and user and not has_password:
                yield value, user

    @property
    def _evaluated(self) -> Instance:
        if self._instance is None:
            module = self._objects.module(self._planned.module)
            self._instance = module.instance(self._planned.block, key_of(self._planned.key))
        return self._instance

    def __repr__(self) -> str:
        return f"Object({self.address!r})"


class Objects:
    """The planned resources of some types, and the configuration that they are planned from."""

    def __init__(self, plan: OpenPlan, files: Mapping[str, str], setting: Setting) -> None:
        planned = PlannedObjects(plan, _TYPES)
        self.other_types = planned.other_types
        self.redact = planned.redact
        self.setting = setting
        self._root = Module.root(files)
        self._modules: dict[str, Module] = {"": self._root}
        self._types = {name: [Object(self, one) for one in planned.of_type(name)] for name in sorted(_TYPES)}
        self._by_address = {one.address: one for many in self._types.values() for one in many}

    def of_type(self, *types: str) -> Sequence[Object]:
        """Return the objects of some types, in the plan's order. KeyError for a type that is not looked at."""
        return [one for name in types for one in self._types[name]]

    def at(self, address: str) -> Object | None:
        return self._by_address.get(address)

    def region_of(self, address: str) -> str:
        kind, label, *_ = split_address(address)
        elsewhere = self.setting.regions.get(label) if kind == "module" else None
        return elsewhere or self.setting.region

    def meant(self, text: object, *types: str) -> Object | None:
        """Return the object of some types that a whole text is a name, the id or the ARN of."""
        if not isinstance(text, str) or not text:
            return None
        found = list(marked(self.canonical(text)))
        one = self.at(found[0].address) if len(found) == 1 and isinstance(found[0], Known) else None
        if one is None:
            one = next((self._called[kind, text] for kind in types if (kind, text) in self._called), None)
        return one if one is not None and one.type in types else None

    @cached_property
    def _called(self) -> Mapping[tuple[str, str], Object]:
        names = [(kind, name) for kind, (_, name) in _NAMED.items()]
        names += [(kind, name) for kind, others in _OTHER_NAMES.items() for name in others]
        return {
            (kind, text): one for kind, name in names for one in self._types[kind] if (text := _known_text(one, name))
        }

    def module(self, address: str) -> Module:
        """Return an instance of a module by its address. UnevaluatedError where its files are not there."""
        if address not in self._modules:
            *above, _, name = split_address(address)
            label = name.partition("[")[0]
            key = addresses.KEY.search(name)
            self._modules[address] = self.module(".".join(above)).called(label, key_of(key[0] if key else ""))
        return self._modules[address]

    def canonical(self, text: str) -> str:
        """Return a text in which each object has one name: the mark of its ARN, whatever else it is called."""
        parts = [one if isinstance(one, str) else self._same(one) for one in marked(text)]
        whole = "".join(parts)
        return _WHOLE.sub(lambda found: self._arns.get(found[0], found[0]), whole) if "arn:aws" in text else whole

    def _same(self, known: Known, depth: int = 0) -> str:
        one = self.at(known.address)
        attribute = "arn" if _PART.fullmatch(known.attribute) else known.attribute
        if one is None or depth > _DEEPEST:
            return Later(*known)
        if (one.type, attribute) == ("aws_api_gateway_stage", "execution_arn"):
            api = self.meant_by(one, "rest_api_id", "aws_api_gateway_rest_api")
            return f"{api.mark('execution_arn')}/{one.text('stage_name')}" if api else one.mark("execution_arn")
        if attribute not in _OTHER_NAMES.get(one.type, ()):
            return Later(one.address, attribute)
        if one.type not in _MEAN_ANOTHER:
            return one.arn
        found = list(marked(one.text(_MEAN_ANOTHER[one.type])))
        return self._same(found[0], depth + 1) if found and isinstance(found[0], Known) else Later(*known)

    def meant_by(self, one: Object, name: str, *types: str) -> Object | None:
        found = [part for part in marked(one.text(name)) if isinstance(part, Known)]
        of_mark = next((other for part in found if (other := self.at(part.address)) and other.type in types), None)
        return of_mark or self.meant(one.value(name), *types)

    def role_of(self, one: Object | None, name: str) -> str:
        """Return the address of the role that an attribute names, or "": what a use of that is of is no subject."""
        found = self.meant(one.value(name), ROLE) if one is not None else None
        return found.address if found is not None else ""

    def arns_of(self, named: object, kind: str) -> list[str]:
        texts = named if isinstance(named, list) else [named]
        return [found.arn for text in texts if (found := self.meant(text, kind)) is not None]

    def key_of(self, one: Object, name: str) -> list[str]:
        """Return the key of the account's that something is encrypted with; AWS's own key needs nothing."""
        return self.arns_of(one.text(name), KEY)

    def secret_parts(self, secret: Object, named: object = None) -> Parts:
        """Return a secret, with its key; the replica's own where it is named by an ARN with another region in it."""
        found = marked(named) if isinstance(named, str) else ()
        if any(isinstance(one, Known) and one.attribute.startswith("replace(") for one in found):
            keys = [block.get("kms_key_id") for block in secret.blocks("replica")]
            return {"secret": [secret.arn], "key": self.arns_of(keys, KEY)}
        return {"secret": [secret.arn], "key": self.key_of(secret, "kms_key_id")}

    def secrets_in_turn(self, secret: Object) -> Iterator[Object]:
        yield secret
        before, _, key = secret.address.rpartition('["')
        user = _other(key.removesuffix('"]'))
        other = self.at(f'{before}["{user}"]')
        if before and other is not None:
            yield other

    def queue_parts(self, queue: Object) -> Parts:
        return {"queue": [queue.arn], "key": self.key_of(queue, "kms_master_key_id")}

    def bucket_keys_of(self, bucket: Object) -> list[Object]:
        for one in self.of_type("aws_s3_bucket_server_side_encryption_configuration"):
            if self.meant(one.value("bucket"), BUCKET) is bucket:
                blocks = one.blocks("rule", "apply_server_side_encryption_by_default")
                found = [self.meant(block.get("kms_master_key_id"), KEY) for block in blocks]
                return [key for key in found if key is not None]
        return []

    def copies_of(self, replication: Object) -> list[str]:
        return [self.canonical(str(to.get("bucket"))) for to in replication.blocks("rule", "destination")]

    def told(self, topic: Object, who: str) -> Iterator[Used]:
        yield Used(f"topic-{who}", topic.address, {"topic": [topic.arn]})
        if (key := self.meant(topic.value("kms_master_key_id"), KEY)) is not None:
            yield Used(f"key-{who}", key.address, {})

    def scheduled(self) -> Iterator[tuple[str, Mapping[str, Any], Parts]]:
        """Yield what the clock starts: the role that does, by its address, the target, and who takes that role."""
        for schedule in self.of_type("aws_scheduler_schedule"):
            source = {"source": self.arns_of(schedule.value("group_name"), "aws_scheduler_schedule_group")}
            for target in schedule.blocks("target"):
                role = self.meant(target.get("role_arn"), ROLE)
                if role is not None:
                    yield role.address, target, source

    def bucket_at(self, domain: object) -> Object | None:
        found = next(iter(marked(domain)), "") if isinstance(domain, str) else ""
        if isinstance(found, Known):
            one = self.at(found.address)
            return one if one is not None and one.type == BUCKET else None
        return self.meant(found.partition(".s3.")[0], BUCKET)

    @staticmethod
    def in_turn(user: str, secrets: Iterable[Object]) -> list[str]:
        """Return a database's user, and the one that it alternates with if `secrets` have that one's password."""
        other = _other(user)
        has_other = user.endswith(SECOND_USER) or any(one.address.endswith(f'["{other}"]') for one in secrets)
        return [user, other] if has_other else [user]

    @staticmethod
    def spelled_secret(text: object) -> Parts | None:
        """Return another environment's secret by its ARN; a replica's ARN is also listed with a suffix. Else None."""
        found = _SECRET_ARN.match(text) if isinstance(text, str) else None
        if found is None:
            return None
        return {"secret": [found[0], *([] if ARN_END.search(found[0]) else [f"{found[0]}-??????"])], "key": []}

    @staticmethod
    def json_of(text: object) -> Any:
        try:
            return json.loads(text) if isinstance(text, str) else None
        except ValueError:
            return None

    @staticmethod
    def list_of(value: object) -> list[object]:
        return value if isinstance(value, list) else []

    @cached_property
    def _arns(self) -> Mapping[str, str]:
        return {
            pattern.format(name, region=one.region, account=self.setting.account): one.arn
            for kind, (pattern, attribute) in _NAMED.items()
            for one in self._types[kind]
            if (name := _known_text(one, attribute) if kind != "aws_cloudwatch_event_rule" else _on_bus(one))
        }


_WHOLE: Final = re.compile(
    r"arn:aws[\w-]*:(?:s3:::[\w.-]+|logs:[\w-]*:\d*:log-group:[\w./#-]+|rds:[\w-]*:\d*:(?:db|cluster):[\w-]+"
    r"|lambda:[\w-]*:\d*:function:[\w-]+|states:[\w-]*:\d*:stateMachine:[\w-]+|[\w-]+:[\w-]*:\d*:[\w./-]+)"
)
"""An ARN as far as it names an object that has a name."""


def _known_text(one: Object, name: str) -> str:
    text = one.text(name)
    return "" if is_marked(text) else text


def _on_bus(rule: Object) -> str:
    bus, name = rule.text("event_bus_name") or "default", _known_text(rule, "name")
    return name if bus == "default" or not name or is_marked(bus) else f"{bus}/{name}"


def _plain(value: Value) -> object:
    if isinstance(value, Number):
        return int(value.text) if value.text.lstrip("-").isdigit() else float(value.text)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if isinstance(value, str | bool) else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _other(user: str) -> str:
    return user.removesuffix(SECOND_USER) if user.endswith(SECOND_USER) else f"{user}{SECOND_USER}"
