"""What a plan will make, with what its attributes come to where the plan itself does not know them yet.

A plan has a policy as one text, and none at all of it where an ARN in it is known after apply. The configuration says
what the text will be but for that ARN, and whose it is: it is evaluated as Terraform would (`hcl.modules`).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from infragen.hcl.addresses import KEY
from infragen.hcl.expressions import Later, UnevaluatedError
from infragen.hcl.later import Known, is_marked, marked
from infragen.hcl.modules import Module, key_of
from infragen.plan.address import split_address
from infragen.plan.objects import PlannedObjects
from infragen.redaction.values import Number, holds_unknown, is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from infragen.hcl.modules import Instance
    from infragen.permissions.model import Setting
    from infragen.plan.objects import Planned
    from infragen.redaction.decode import OpenPlan
    from infragen.redaction.values import Value

_NAMED: Final[Mapping[str, tuple[str, str]]] = {
    "aws_cloudwatch_log_group": ("arn:aws:logs:{region}:{account}:log-group:{}", "name"),
    "aws_kinesis_firehose_delivery_stream": ("arn:aws:firehose:{region}:{account}:deliverystream/{}", "name"),
    "aws_ecr_repository": ("arn:aws:ecr:{region}:{account}:repository/{}", "name"),
    "aws_s3_bucket": ("arn:aws:s3:::{}", "bucket"),
    "aws_sns_topic": ("arn:aws:sns:{region}:{account}:{}", "name"),
    "aws_sqs_queue": ("arn:aws:sqs:{region}:{account}:{}", "name"),
    "aws_iam_role": ("arn:aws:iam::{account}:role/{}", "name"),
    "aws_cloudwatch_event_rule": ("arn:aws:events:{region}:{account}:rule/{}", "name"),
    "aws_cloudtrail": ("arn:aws:cloudtrail:{region}:{account}:trail/{}", "name"),
    "aws_db_instance": ("arn:aws:rds:{region}:{account}:db:{}", "identifier"),
    "aws_rds_cluster": ("arn:aws:rds:{region}:{account}:cluster:{}", "cluster_identifier"),
    "aws_docdb_cluster": ("arn:aws:rds:{region}:{account}:cluster:{}", "cluster_identifier"),
}
"""ARNs that are made of a name (Service Authorization Reference, resource types), and the attribute with that name."""

_OTHER_NAMES: Final[Mapping[tuple[str, str], str]] = {
    ("aws_secretsmanager_secret", "id"): "arn",
    ("aws_secretsmanager_secret_version", "arn"): "secret_id",
    ("aws_secretsmanager_secret_version", "secret_id"): "secret_id",
    ("aws_rds_cluster", "cluster_resource_id"): "arn",
    ("aws_db_instance", "resource_id"): "arn",
    ("aws_iam_role", "id"): "arn",
    ("aws_iam_role", "name"): "arn",
    ("aws_iam_instance_profile", "id"): "arn",
    ("aws_iam_instance_profile", "name"): "arn",
    ("aws_iam_policy", "id"): "arn",
    ("aws_kms_key", "id"): "arn",
    ("aws_kms_key", "key_id"): "arn",
    ("aws_s3_bucket", "id"): "arn",
    ("aws_s3_bucket", "bucket"): "arn",
    ("aws_sns_topic", "id"): "arn",
    ("aws_sqs_queue", "id"): "arn",
    ("aws_sqs_queue", "url"): "arn",
    ("aws_ecs_task_definition", "arn_without_revision"): "arn",
    ("aws_lambda_function", "id"): "arn",
    ("aws_lambda_function", "function_name"): "arn",
    ("aws_scheduler_schedule_group", "id"): "arn",
    ("aws_scheduler_schedule_group", "name"): "arn",
    ("aws_ecr_repository", "repository_url"): "arn",
    ("aws_ecr_repository", "name"): "arn",
    ("aws_kinesis_firehose_delivery_stream", "id"): "arn",
    ("aws_cloudwatch_log_group", "id"): "arn",
    ("aws_cloudwatch_log_group", "name"): "arn",
}
"""Attributes that mean the object itself (the provider's documentation), and the one that says which that is."""

_PART: Final = re.compile(r"(?:\w+\()+arn(?:\)|\[\d+\])*\Z")
"""What is made of an ARN and stands for the object itself: the id in a proxy's, a secret's without the key."""

_DEEPEST: Final = 8


class Object:
    """One planned resource."""

    __slots__ = ("_instance", "_objects", "_planned", "address", "type")

    def __init__(self, objects: Objects, planned: Planned) -> None:
        """Take it as it is planned."""
        self.address = planned.address
        self.type = planned.type
        self._objects = objects
        self._planned = planned
        self._instance: Instance | None = None

    @property
    def arn(self) -> str:
        """What stands for its ARN in texts."""
        return self.mark("arn")

    @property
    def region(self) -> str:
        """The region that it will stand in."""
        return self._objects.region_of(self.address)

    def mark(self, attribute: str) -> str:
        """Return what stands for one of its attributes in texts."""
        return Later(self.address, attribute)

    def has(self, name: str) -> bool:
        """Whether it will have an attribute, told or not."""
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
        """Return an attribute that is a text, nothing where it is none."""
        found = self.value(name)
        return found if isinstance(found, str) else ""

    def blocks(self, *path: str) -> list[Mapping[str, Any]]:
        """Return the blocks at a path of names."""
        found: list[Any] = [{path[0]: self.value(path[0])}]
        for name in path:
            found = [one for block in found for one in _listed(block.get(name)) if isinstance(one, dict)]
        return found

    @property
    def _evaluated(self) -> Instance:
        if self._instance is None:
            module = self._objects.module(self._planned.module)
            self._instance = module.instance(self._planned.block, key_of(self._planned.key))
        return self._instance

    def __repr__(self) -> str:
        """Return its address."""
        return f"Object({self.address!r})"


class Objects:
    """The planned resources of some types, and the configuration that they are planned from."""

    def __init__(self, plan: OpenPlan, files: Mapping[str, str], types: Iterable[str], setting: Setting) -> None:
        """Take a plan and the files of its root, by path. InfragenError: P215 to P218."""
        wanted = frozenset((*types, *_NAMED, *(kind for kind, _ in _OTHER_NAMES)))
        planned = PlannedObjects(plan, wanted)
        self.other_types = planned.other_types
        self.redact = planned.redact
        self.setting = setting
        self._root = Module.root(files)
        self._modules: dict[str, Module] = {"": self._root}
        self._types: dict[str, list[Object]] = {}
        for one in planned.of_type(*sorted(wanted)):
            self._types.setdefault(one.type, []).append(Object(self, one))
        self._by_address = {one.address: one for many in self._types.values() for one in many}

    def of_type(self, *types: str) -> Sequence[Object]:
        """Return the objects of some types, in the plan's order."""
        return [one for name in types for one in self._types.get(name, ())]

    def at(self, address: str) -> Object | None:
        """Return the object at an address."""
        return self._by_address.get(address)

    def region_of(self, address: str) -> str:
        """Return the region of an address: its stack's."""
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
        """Objects by their types and the names that are known now."""
        names = {*((kind, name) for kind, (_, name) in _NAMED.items()), *_OTHER_NAMES}
        return {
            (kind, text): one
            for kind, name in names
            for one in self._types.get(kind, ())
            if (text := _known_text(one, name))
        }

    def module(self, address: str) -> Module:
        """Return an instance of a module by its address. UnevaluatedError where its files are not there."""
        if address not in self._modules:
            *above, _, name = split_address(address)
            label = name.partition("[")[0]
            key = KEY.search(name)
            self._modules[address] = self.module(".".join(above)).called(label, key_of(key[0] if key else ""))
        return self._modules[address]

    def canonical(self, text: str) -> str:
        """Return a text in which each object has one name: the mark of its ARN, whatever else it is called."""
        parts = [one if isinstance(one, str) else self._same(one) for one in marked(text)]
        return _WHOLE.sub(self._named, "".join(parts)) if "arn:aws" in text else "".join(parts)

    def _same(self, known: Known, depth: int = 0) -> str:
        one = self.at(known.address)
        attribute = "arn" if _PART.fullmatch(known.attribute) else known.attribute
        if one is None or depth > _DEEPEST:
            return Later(*known)
        if (one.type, attribute) == ("aws_api_gateway_stage", "execution_arn"):
            return self._stage(one)
        onward = _OTHER_NAMES.get((one.type, attribute))
        if onward is None or onward == "arn":
            return Later(one.address, "arn" if onward else attribute)
        found = list(marked(one.text(onward)))
        return self._same(found[0], depth + 1) if found and isinstance(found[0], Known) else Later(*known)

    def _stage(self, one: Object) -> str:
        """Return the ARN of a stage's methods: its API's, and its name."""
        api = self.meant_by(one, "rest_api_id", "aws_api_gateway_rest_api")
        return (
            f"{Later(api.address, 'execution_arn')}/{one.text('stage_name')}"
            if api
            else Later(one.address, "execution_arn")
        )

    def meant_by(self, one: Object, name: str, *types: str) -> Object | None:
        """Return the object of some types that an attribute is of, whichever of its attributes or names that has."""
        found = [part for part in marked(one.text(name)) if isinstance(part, Known)]
        of_mark = next((other for part in found if (other := self.at(part.address)) and other.type in types), None)
        return of_mark or self.meant(one.value(name), *types)

    def _named(self, found: re.Match[str]) -> str:
        return self._arns.get(found[0], found[0])

    @cached_property
    def _arns(self) -> Mapping[str, str]:
        return dict(self._spelled())

    def _spelled(self) -> Iterator[tuple[str, str]]:
        for kind, (pattern, attribute) in _NAMED.items():
            for one in self._types.get(kind, ()):
                if name := _known_text(one, attribute):
                    yield pattern.format(name, region=one.region, account=self.setting.account), one.arn


_WHOLE: Final = re.compile(
    r"arn:aws[\w-]*:(?:s3:::[\w.-]+|logs:[\w-]*:\d*:log-group:[\w./#-]+|rds:[\w-]*:\d*:(?:db|cluster):[\w-]+"
    r"|[\w-]+:[\w-]*:\d*:[\w./-]+)"
)
"""An ARN as far as it names an object that has a name."""


def _known_text(one: Object, name: str) -> str:
    text = one.text(name)
    return "" if is_marked(text) else text


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
