"""What State Manager does to machines, and when.

AWS: CreateAssociation, DescribeAssociation, UpdateAssociation and DeleteAssociation, and the tags of associations (AWS
Systems Manager API Reference). moto has none of them; here, too, nothing runs on a machine, so that what an
association did stays pending.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.core.exceptions import JsonRESTError
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable

_KIND = "Association"
_SETTINGS = (
    "ApplyOnlyAtCronInterval", "AssociationName", "ComplianceSeverity", "DocumentVersion", "MaxConcurrency",
    "MaxErrors", "OutputLocation", "Parameters", "ScheduleExpression", "Targets",
)  # fmt: skip


def associations(backend: Any) -> dict[str, dict[str, Any]]:
    """Return the associations of an account and region by their ids."""
    found: dict[str, dict[str, Any]] = vars(backend).setdefault("infragen_associations", {})
    return found


def _settings(response: Any) -> dict[str, Any]:
    return {name: value for name in _SETTINGS if (value := parameter(response, name)) is not None}


def _known(response: Any) -> dict[str, Any]:
    found = associations(response.ssm_backend).get(parameter(response, "AssociationId"))
    if found is None:
        raise JsonRESTError("AssociationDoesNotExist", "the association does not exist")
    return found


def _described(association: dict[str, Any]) -> str:
    return json.dumps({"AssociationDescription": association})


def _create(response: Any) -> str:
    own, made = str(uuid4()), time.time()
    fixed = {
        "AssociationId": own, "AssociationVersion": "1", "DocumentVersion": "$DEFAULT", "Date": made,
        "Overview": {"Status": "Pending"},
    }  # fmt: skip
    association = {**fixed, "Name": parameter(response, "Name"), **_settings(response)}
    associations(response.ssm_backend)[own] = association
    tags = {one["Key"]: one["Value"] for one in parameter(response, "Tags") or ()}
    response.ssm_backend.add_tags_to_resource(_KIND, own, tags)
    return _described(association)


def _describe(response: Any) -> str:
    return _described(_known(response))


def _update(response: Any) -> str:
    association = _known(response)
    version = str(int(association["AssociationVersion"]) + 1)
    association.update({**_settings(response), "AssociationVersion": version})
    return _described(association)


def _delete(response: Any) -> str:
    associations(response.ssm_backend).pop(_known(response)["AssociationId"])
    return "{}"


def _validate(original: Callable[..., str], backend: Any, resource_type: str, resource_id: str) -> str:
    if resource_type == _KIND and resource_id in associations(backend):
        return resource_id
    return original(backend, resource_type, resource_id)


def apply() -> None:
    """Install the correction."""
    add(SimpleSystemManagerResponse, "create_association", _create)
    add(SimpleSystemManagerResponse, "describe_association", _describe)
    add(SimpleSystemManagerResponse, "update_association", _update)
    add(SimpleSystemManagerResponse, "delete_association", _delete)
    around(SimpleSystemManagerBackend, "_validate_resource_type_and_id", _validate)
