"""What the provider imports a resource by, from its state: the id for most types, a text of attributes for some.

A wrong one is harmless: whoever uses it plans first, and the provider refuses, or finds another object.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from infragen.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPOSED: Final = {
    "aws_api_gateway_deployment": "{rest_api_id}/{id}",
    "aws_api_gateway_gateway_response": "{rest_api_id}/{response_type}",
    "aws_api_gateway_integration": "{rest_api_id}/{resource_id}/{http_method}",
    "aws_api_gateway_method": "{rest_api_id}/{resource_id}/{http_method}",
    "aws_api_gateway_method_settings": "{rest_api_id}/{stage_name}/{method_path}",
    "aws_api_gateway_resource": "{rest_api_id}/{id}",
    "aws_api_gateway_stage": "{rest_api_id}/{stage_name}",
    "aws_api_gateway_usage_plan_key": "{usage_plan_id}/{key_id}",
    "aws_appautoscaling_policy": "{service_namespace}/{resource_id}/{scalable_dimension}/{name}",
    "aws_appautoscaling_target": "{service_namespace}/{resource_id}/{scalable_dimension}",
    "aws_backup_selection": "{plan_id}|{id}",
    "aws_cloudwatch_event_target": "{rule}/{target_id}",
    "aws_codedeploy_app": "{name}",
    "aws_codedeploy_deployment_group": "{app_name}:{deployment_group_name}",
    "aws_ecs_service": "{cluster!name}/{name}",
    "aws_ecs_task_definition": "{arn}",
    "aws_iam_group_policy_attachment": "{group}/{policy_arn}",
    "aws_iam_role_policy_attachment": "{role}/{policy_arn}",
    "aws_iam_user_policy_attachment": "{user}/{policy_arn}",
    "aws_lambda_permission": "{function_name}/{statement_id}",
    "aws_lb_target_group_attachment": "",
    "aws_route": "{route_table_id}_{destination_cidr_block}",
    "aws_route_table_association": "{subnet_id}/{route_table_id}",
    "aws_s3_object": "{bucket}/{key}",
    "aws_secretsmanager_secret_version": "{secret_id}|{version_id}",
    "aws_service_discovery_instance": "{service_id}/{instance_id}",
    "aws_service_discovery_private_dns_namespace": "{id}:{vpc}",
    "aws_wafv2_web_acl": "{id}/{name}/{scope}",
    "aws_wafv2_web_acl_association": "{web_acl_arn},{resource_arn}",
}
"""Types whose import is not by `id` (AWS provider 5, the section Import of each page); empty where there is none."""

_FIELD: Final = re.compile(r"\{(\w+)(!name)?\}")


@cache
def _composed() -> Mapping[str, str]:
    """Return the same with what packages say of their kinds' types."""
    return dict(chain(_COMPOSED.items(), *(kind.operations.import_ids.items() for kind in kinds().values())))


@cache
def fields() -> frozenset[str]:
    """Return the attributes of which ids are composed."""
    return frozenset(name for template in _composed().values() for name, _ in _FIELD.findall(template))


def is_composed(kind: str) -> bool:
    """Whether a type is imported by something else than its `id`."""
    return kind in _composed()


def import_id(kind: str, attributes: Mapping[str, Any]) -> str | None:
    """Return what a resource of a type is imported by; None where its attributes do not say it."""
    template = _composed().get(kind, "{id}")
    values = {field: attributes.get(field) for field, _ in _FIELD.findall(template)}
    if not template or not all(isinstance(value, str) and value for value in values.values()):
        return None
    return _FIELD.sub(lambda match: _last(values[match[1]]) if match[2] else str(values[match[1]]), template)


def _last(arn: object) -> str:
    """Return the name at the end of an ARN."""
    return str(arn).rpartition("/")[2]
