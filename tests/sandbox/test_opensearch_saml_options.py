from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PROVIDER = {"EntityId": "urn:demo:people", "MetadataContent": "<EntityDescriptor/>"}


def test_a_domain_at_which_people_sign_in_keeps_its_other_security_options(aws: Callable[[str], Any]) -> None:
    search = aws("opensearch")
    master = {"MasterUserARN": "arn:aws:iam::123456789012:role/master"}
    search.create_domain(DomainName="people", AdvancedSecurityOptions={"Enabled": True, "MasterUserOptions": master})
    saml = {"Enabled": True, "Idp": PROVIDER, "RolesKey": "groups", "SessionTimeoutMinutes": 480}
    search.update_domain_config(
        DomainName="people", AdvancedSecurityOptions={"SAMLOptions": {**saml, "MasterBackendRole": "search-admins"}}
    )
    options = search.describe_domain(DomainName="people")["DomainStatus"]["AdvancedSecurityOptions"]
    assert options["Enabled"]
    assert options["SAMLOptions"] == saml
