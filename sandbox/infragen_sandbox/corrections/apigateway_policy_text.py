r"""A REST API's resource policy comes back escaped, and with its resources written out.

AWS: the policy of a RestApi is "a stringified JSON policy document", in which quotes arrive as `\"`, and the short
form `execute-api:/stage/GET/path` is replaced by the complete ARN when the policy is saved (API Gateway API
Reference, RestApi; Developer Guide, API Gateway resource policy examples). moto returns the text it was given, which
the provider cannot read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.apigateway.models import RestAPI

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT = "execute-api:/"


def _complete(api: Any, policy: Any) -> Any:
    if isinstance(policy, dict):
        return {key: _complete(api, value) for key, value in policy.items()}
    if isinstance(policy, list):
        return [_complete(api, value) for value in policy]
    if isinstance(policy, str) and policy.startswith(_SHORT):
        return f"arn:aws:execute-api:{api.region_name}:{api.account_id}:{api.id}/{policy.removeprefix(_SHORT)}"
    return policy


def _to_dict(original: Callable[[Any], dict[str, Any]], api: Any) -> dict[str, Any]:
    answer = original(api)
    if api.policy:
        text = json.dumps(_complete(api, json.loads(api.policy)), separators=(",", ":"))
        answer["policy"] = json.dumps(text)[1:-1]
    return answer


def apply() -> None:
    """Install the correction."""
    around(RestAPI, "to_dict", _to_dict)
