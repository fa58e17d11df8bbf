"""A domain's identity has DKIM tokens, a MAIL FROM domain and tags; a configuration set says whether it sends.

AWS: with Easy DKIM an identity has three tokens; PutEmailIdentityMailFromAttributes; SendingEnabled is a boolean; tags
belong to the ARN `identity/<name>` (Amazon SES API v2 Reference: DkimAttributes, PutEmailIdentityMailFromAttributes,
SendingOptions; Service Authorization Reference: Amazon SES v2, resource types). moto has none of it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from moto.ses.models import ConfigurationSet
from moto.sesv2 import urls
from moto.sesv2.models import SESV2Backend
from moto.sesv2.responses import SESV2Response

from infragen_sandbox.corrections.patching import add, around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _identity(original: Callable[..., Any], backend: Any, email_identity: str, **named: Any) -> Any:
    identity = original(backend, email_identity=email_identity, **named)
    seed = f"{backend.account_id} {backend.region_name} {email_identity}"
    identity.dkim_attributes["Tokens"] = [sha256(f"{seed} {one}".encode()).hexdigest()[:32] for one in range(3)]
    identity.dkim_attributes.pop("LastKeyGenerationTimestamp", None)  # moto has text, AWS a number
    identity.dkim_attributes["CurrentSigningKeyLength"] = identity.dkim_attributes["NextSigningKeyLength"]
    _tag(backend, f"identity/{email_identity}", named.get("tags"))
    return identity


def _set(original: Callable[..., None], backend: Any, configuration_set_name: str, **named: Any) -> None:
    original(backend, configuration_set_name=configuration_set_name, **named)
    _tag(backend, f"configuration-set/{configuration_set_name}", named.get("tags"))


def _tag(backend: Any, resource: str, tags: Any) -> None:
    if tags:
        arn = f"arn:{backend.partition}:ses:{backend.region_name}:{backend.account_id}:{resource}"
        backend.core_backend.tagger.tag_resource(arn=arn, tags=tags)


def _of_identity(original: Callable[..., str], response: Any) -> str:
    name = parameter(response, "EmailIdentity")
    identity = response.sesv2_backend.get_email_identity(email_identity=name)
    found = {"MailFromDomainStatus": "PENDING", "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
    return json.dumps(
        json.loads(original(response)) | {"MailFromAttributes": getattr(identity, "mail_from_attributes", found)}
    )


def _mail_from(response: Any) -> str:
    name = response.path.split("/")[-2]
    identity = response.sesv2_backend.get_email_identity(email_identity=name)
    identity.mail_from_attributes = {
        "MailFromDomain": parameter(response, "MailFromDomain", ""),
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": parameter(response, "BehaviorOnMxFailure", "USE_DEFAULT_VALUE"),
    }
    return json.dumps({})


def _sends(original: Callable[..., dict[str, Any]], configuration_set: Any) -> dict[str, Any]:
    given = configuration_set.enabled
    enabled = given.get("SendingEnabled", True) if isinstance(given, dict) else True
    found = original(configuration_set) | {"SendingOptions": {"SendingEnabled": enabled}}
    return {key: value for key, value in found.items() if value != {}}  # what nobody set is not there


def apply() -> None:
    """Install the correction."""
    around(SESV2Backend, "create_email_identity", _identity)
    around(SESV2Backend, "create_configuration_set", _set)
    around(SESV2Response, "get_email_identity", _of_identity)
    urls.url_paths["{0}/v2/email/identities/(?P<EmailIdentity>[^/]+)/mail-from$"] = SESV2Response.dispatch
    add(SESV2Response, "put_email_identity_mail_from_attributes", _mail_from)
    around(ConfigurationSet, "to_dict_v2", _sends)
