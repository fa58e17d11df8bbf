"""API Gateway: who comes in where, how a caller is proved, and what a gateway leads to through its VPC link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from infragen.plan.risks.lookups import texts
from infragen.reachability.names import AWS_NAME, RECORD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen.plan.objects import Planned, PlannedObjects

_API: Final = "aws_api_gateway_rest_api"
_METHOD: Final = "aws_api_gateway_method"
_INTEGRATION: Final = "aws_api_gateway_integration"
_LINK: Final = "aws_api_gateway_vpc_link"
_POLICY: Final = "aws_api_gateway_rest_api_policy"
_DOMAIN: Final = "aws_api_gateway_domain_name"
_MAPPING: Final = "aws_api_gateway_base_path_mapping"
TYPES: Final = (_API, _METHOD, _INTEGRATION, _LINK, _POLICY, _DOMAIN, _MAPPING)

EXECUTE_API: Final = ".execute-api"
"""How the service name of the endpoint ends that leads to private APIs."""


class Passed(NamedTuple):
    """What a gateway passes on: to which balancers, on which port, for which path."""

    balancers: tuple[Planned, ...]
    port: int
    path: str


class Gateway(NamedTuple):
    """A REST API: `endpoints` are those that a private one is reached through; none names all of the VPC's.

    `name` is how the internet finds it: by a record of its own name, else by AWS's, or an empty text.
    """

    api: Planned
    is_private: bool
    endpoints: frozenset[str]
    identity: str
    passed: Sequence[Passed]
    name: str


def gateways_of(objects: PlannedObjects) -> Sequence[Gateway]:
    """Return the REST APIs of a plan."""
    passed: dict[str, set[Passed]] = {}
    for one in objects.of_type(_INTEGRATION):
        if one.text("connection_type") != "VPC_LINK":
            continue
        target = urlsplit(one.text("uri"))
        links = one.leads_to(("connection_id",), _LINK)
        balancers = tuple(lb for link in links for lb in link.leads_to(("target_arns",), "aws_lb"))
        port = _port(target.netloc) or (443 if target.scheme == "https" else 80)
        for api in one.leads_to(("rest_api_id",), _API):
            passed.setdefault(api.address, set()).add(Passed(balancers, port, target.path or "/"))
    proofs: dict[str, set[str]] = {}
    for one in objects.of_type(_METHOD):
        for api in one.leads_to(("rest_api_id",), _API):
            if one.text("http_method") != "OPTIONS":
                proofs.setdefault(api.address, set()).add(_proof(one))
    names = _names(objects)
    limited = {api.address for one in objects.of_type(_POLICY) for api in one.leads_to(("rest_api_id",), _API)}
    return [
        Gateway(
            api,
            "PRIVATE" in texts(api.value("endpoint_configuration", "types")),
            frozenset(
                one.address for one in api.leads_to(("endpoint_configuration", "vpc_endpoint_ids"), "aws_vpc_endpoint")
            ),
            " or ".join(sorted(proofs.get(api.address, {"anybody"})))
            + (", where its resource policy allows" if api.address in limited else ""),
            sorted(passed.get(api.address, ()), key=lambda one: (one.port, one.path)),
            names.get(api.address, "" if api.value("disable_execute_api_endpoint") is True else AWS_NAME),
        )
        for api in objects.of_type(_API)
    ]


def _names(objects: PlannedObjects) -> Mapping[str, str]:
    """Return the first name of each API that a record leads from: its own, by a domain name that is mapped to it."""
    recorded: dict[str, set[str]] = {}
    for one in objects.of_type(RECORD):
        for domain in one.leads_to(("alias", "name"), _DOMAIN):
            recorded.setdefault(domain.address, set()).add(one.text("name"))
    found: dict[str, set[str]] = {}
    for one in objects.of_type(_MAPPING):
        names = {
            name for domain in one.leads_to(("domain_name",), _DOMAIN) for name in recorded.get(domain.address, ())
        }
        for api in one.leads_to(("api_id",), _API) if names else ():
            found.setdefault(api.address, set()).update(names)
    return {api: min(names) for api, names in found.items()}


def _proof(method: Planned) -> str:
    """Return as whom a method knows its caller."""
    key = " with an API key" if method.value("api_key_required") is True else ""
    words = {"NONE": "anybody", "AWS_IAM": "its role (signature)"}
    return words.get(method.text("authorization"), "whom an authorizer knows") + key


def _port(host: str) -> int | None:
    number = host.rpartition(":")[2]
    return int(number) if number.isdigit() and ":" in host else None
