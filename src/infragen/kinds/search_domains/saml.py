"""The metadata of an identity provider that speaks SAML 2.0: who it is, and what is wrong with it."""

import re
from functools import lru_cache
from typing import Final
from xml.etree import ElementTree as ET

from msgspec import Struct

_OF: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE: Final = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"


class Metadata(Struct, frozen=True):
    """What a document says of the provider; `wrong` is why AWS would not take it, where it would not."""

    entity_id: str = ""
    wrong: str = ""


@lru_cache(maxsize=64)
def read(text: str) -> Metadata:
    """OASIS: Metadata for SAML 2.0, EntityDescriptor, IDPSSODescriptor."""
    if "<!DOCTYPE" in text:
        return Metadata(wrong="it declares a document type, which metadata has none of")
    try:
        root = ET.fromstring(text.strip())  # noqa: S314  # without a DOCTYPE there are no entities
    except (ET.ParseError, ValueError) as error:
        return Metadata(wrong=f"it is no XML: {error}")
    if root.tag != f"{_OF}EntityDescriptor":
        return Metadata(wrong=f"it is no `EntityDescriptor`, but `{root.tag.rpartition('}')[2]}`")
    entity_id, provider = root.get("entityID", ""), root.find(f"{_OF}IDPSSODescriptor")
    if not entity_id:
        return Metadata(wrong="its `EntityDescriptor` has no `entityID`")
    if provider is None:
        return Metadata(entity_id, "it has no `IDPSSODescriptor`: it is of no identity provider")
    if provider.find(f"{_OF}SingleSignOnService") is None:
        return Metadata(entity_id, "it has no `SingleSignOnService`, where a browser signs in")
    keys = [one.text or "" for one in provider.iter(_CERTIFICATE)]
    if not keys or not all(re.fullmatch(r"\s*+MII[A-Za-z0-9+/\s]++={0,2}+\s*+", key) for key in keys):
        return Metadata(entity_id, "it has no `X509Certificate` with which the provider signs")
    return Metadata(entity_id)
