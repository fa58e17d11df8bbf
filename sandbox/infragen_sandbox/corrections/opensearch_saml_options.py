"""A domain that gets SAML options keeps its other security options, and says nothing of who is master.

AWS: UpdateDomainConfig changes what it is given, and SAMLOptionsOutput has neither MasterBackendRole nor MasterUserName
(Amazon OpenSearch Service API Reference: UpdateDomainConfig, AdvancedSecurityOptionsInput, SAMLOptionsOutput). moto
forgets that fine-grained access control is on, for which Terraform would replace the domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.opensearch.models import OpenSearchServiceBackend

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_MASTER = ("MasterBackendRole", "MasterUserName")


def _update(original: Callable[..., Any], backend: Any, **given: Any) -> Any:
    if wanted := given.get("advanced_security_options"):
        saml = {name: value for name, value in wanted.get("SAMLOptions", {}).items() if name not in _MASTER}
        had = backend.domains[given["domain_name"]].advanced_security_options
        given["advanced_security_options"] = {**had, **wanted, **({"SAMLOptions": saml} if saml else {})}
    return original(backend, **given)


def apply() -> None:
    """Install the correction."""
    around(OpenSearchServiceBackend, "update_domain_config", _update)
