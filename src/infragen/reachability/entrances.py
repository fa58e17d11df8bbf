"""What stands before a network: CloudFront and API Gateway, how each is found, and what it passes on to what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from infragen.plan.objects import Planned, PlannedObjects
from infragen.plan.risks.lookups import block, blocks, texts
from infragen.reachability.names import AWS_NAME, RECORD
from infragen.redaction.values import Value

_DISTRIBUTION: Final = "aws_cloudfront_distribution"
_BUCKET: Final = "aws_s3_bucket"
_BALANCER: Final = "aws_lb"
_API: Final = "aws_api_gateway_rest_api"
_METHOD: Final = "aws_api_gateway_method"
_INTEGRATION: Final = "aws_api_gateway_integration"
_AUTHORIZER: Final = "aws_api_gateway_authorizer"
_LINK: Final = "aws_api_gateway_vpc_link"
_FUNCTION: Final = "aws_lambda_function"
_POLICY: Final = "aws_api_gateway_rest_api_policy"
_DOMAIN: Final = "aws_api_gateway_domain_name"
_MAPPING: Final = "aws_api_gateway_base_path_mapping"
_STAGE: Final = "aws_api_gateway_stage"
_WEB_ACL: Final = "aws_wafv2_web_acl"
_GUARD: Final = "aws_wafv2_web_acl_association"
TYPES: Final = (
    _DISTRIBUTION, "aws_cloudfront_origin_access_control", _BUCKET, RECORD, _BALANCER,
    _API, _METHOD, _INTEGRATION, _AUTHORIZER, _LINK, _FUNCTION, _POLICY, _DOMAIN, _MAPPING, _STAGE, _WEB_ACL, _GUARD,
)  # fmt: skip
EXECUTE_API: Final = ".execute-api"
"""How the service name of the endpoint ends that leads to private APIs."""


class Fetched(NamedTuple):
    """An origin: the bucket, the balancers or the APIs that it is, on which port, and which paths come from there."""

    bucket: Planned | None
    balancers: tuple[Planned, ...]
    port: int
    paths: tuple[str, ...]
    apis: tuple[Planned, ...] = ()


class Distribution(NamedTuple):
    """A distribution; `name` is how the internet finds it: by the first name of its own, else by AWS's."""

    object: Planned
    name: str
    fetched: Sequence[Fetched]


class Passed(NamedTuple):
    """What a gateway passes on: to which balancers, on which port, for which path."""

    balancers: tuple[Planned, ...]
    port: int
    path: str


class Gateway(NamedTuple):
    """A REST API: `endpoints` are those that a private one is reached through; none names all of the VPC's.

    `identity` says as whom a caller is known, `name` how the internet finds it: by a record of its own name, else by
    AWS's, or an empty text. `invoked` are the functions that it hands requests to. With `asks_for_header` its firewall
    blocks who does not send a header, by which it knows its distributions.
    """

    api: Planned
    is_private: bool
    endpoints: frozenset[str]
    identity: str
    passed: Sequence[Passed]
    name: str
    invoked: Sequence[Planned] = ()
    asks_for_header: bool = False


def distributions_of(objects: PlannedObjects) -> Sequence[Distribution]:
    """Return the distributions of a plan; an origin that is no bucket, balancer or API of it is left out."""
    named: dict[str, set[Planned]] = {}
    for mapping, domain in objects.leading(_MAPPING, ("domain_name",), _DOMAIN):
        named.setdefault(domain.text("domain_name"), set()).update(mapping.leads_to(("api_id",), _API))
    for record, balancer in objects.leading(RECORD, ("alias", "name"), _BALANCER):
        named.setdefault(record.text("name"), set()).add(balancer)
    return [
        Distribution(one, min(texts(one.value("aliases")), default=AWS_NAME), tuple(_fetched(objects, one, named)))
        for one in objects.of_type(_DISTRIBUTION)
    ]


def _fetched(objects: PlannedObjects, one: Planned, named: Mapping[str, set[Planned]]) -> Iterator[Fetched]:
    paths: dict[str, list[str]] = {}
    for behaviour in blocks(one.value("ordered_cache_behavior")):
        paths.setdefault(str(behaviour.get("target_origin_id")), []).append(str(behaviour.get("path_pattern")))
    for behaviour in blocks(one.value("default_cache_behavior")):
        paths.setdefault(str(behaviour.get("target_origin_id")), []).append("/*")
    for origin in blocks(one.value("origin")):
        custom = block(origin.get("custom_origin_config"))
        found = tuple(paths.get(str(origin.get("origin_id")), ()))
        host = origin.get("domain_name")
        if custom:
            port = 80 if custom.get("origin_protocol_policy") == "http-only" else 443
            known = named.get(host, set()) if isinstance(host, str) else set()
            # The name that AWS gives one is not known yet: it is one of those that the module is given.
            given = (each for kind in (_BALANCER, _API) for each in one.leads_to(("origin", "domain_name"), kind))
            led = sorted(known or set(given), key=lambda each: each.address)
            balancers, apis = (tuple(each for each in led if each.type == kind) for kind in (_BALANCER, _API))
            yield Fetched(None, balancers, port, found, apis)
        else:
            yield Fetched(_bucket(objects, one, host), (), 443, found)


def _bucket(objects: PlannedObjects, one: Planned, host: Value) -> Planned | None:
    name = host.partition(".s3.")[0] if isinstance(host, str) else ""
    for bucket in objects.of_type(_BUCKET):
        if name and bucket.text("bucket") == name:
            return bucket
    given = one.leads_to(("origin", "domain_name"), _BUCKET)
    return given[0] if len(given) == 1 else None


_PROOFS: Final = {"NONE": "anybody", "AWS_IAM": "its role (signature)"}


def gateways_of(objects: PlannedObjects) -> Sequence[Gateway]:
    passed: dict[str, set[Passed]] = {}
    invoked: dict[str, dict[str, Planned]] = {}
    functions = {name: one for one in objects.of_type(_FUNCTION) if (name := one.text("function_name"))}
    for one, api in objects.leading(_INTEGRATION, ("rest_api_id",), _API):
        if one.text("connection_type") == "VPC_LINK":
            target = urlsplit(one.text("uri"))
            links = one.leads_to(("connection_id",), _LINK)
            balancers = tuple(lb for link in links for lb in link.leads_to(("target_arns",), _BALANCER))
            _, colon, number = target.netloc.rpartition(":")
            given = int(number) if colon and number.isdigit() else None
            port = given or (443 if target.scheme == "https" else 80)
            passed.setdefault(api.address, set()).add(Passed(balancers, port, target.path or "/"))
    for kind, uri in ((_INTEGRATION, "uri"), (_AUTHORIZER, "authorizer_uri")):
        for one, api in objects.leading(kind, ("rest_api_id",), _API):
            called = re.search(r":function:([\w-]+)", one.text(uri))
            if called is not None and (function := functions.get(called[1])) is not None:
                invoked.setdefault(api.address, {})[function.address] = function
    proofs: dict[str, set[str]] = {}
    for one, api in objects.leading(_METHOD, ("rest_api_id",), _API):
        if one.text("http_method") != "OPTIONS":
            key = " with an API key" if one.value("api_key_required") is True else ""
            proof = _PROOFS.get(one.text("authorization"), "whom an authorizer knows")
            proofs.setdefault(api.address, set()).add(proof + key)
    names = _names(objects)
    guarded = {
        api.address
        for one, acl in objects.leading(_GUARD, ("web_acl_arn",), _WEB_ACL)
        if any(map(_blocks_without_header, blocks(acl.value("rule"))))
        for stage in one.leads_to(("resource_arn",), _STAGE)
        for api in stage.leads_to(("rest_api_id",), _API)
    }
    limited = {api.address for _, api in objects.leading(_POLICY, ("rest_api_id",), _API)}
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
            [one for _, one in sorted(invoked.get(api.address, {}).items())],
            api.address in guarded,
        )
        for api in objects.of_type(_API)
    ]


def _names(objects: PlannedObjects) -> Mapping[str, str]:
    recorded: dict[str, set[str]] = {}
    for record, domain in objects.leading(RECORD, ("alias", "name"), _DOMAIN):
        recorded.setdefault(domain.address, set()).add(record.text("name"))
    found: dict[str, set[str]] = {}
    for one, domain in objects.leading(_MAPPING, ("domain_name",), _DOMAIN):
        for api in one.leads_to(("api_id",), _API) if domain.address in recorded else ():
            found.setdefault(api.address, set()).update(recorded[domain.address])
    return {api: min(names) for api, names in found.items()}


def _blocks_without_header(rule: Mapping[str, Value]) -> bool:
    negated = block(block(block(rule.get("statement")).get("not_statement")).get("statement"))
    fields = (block(block(one).get("field_to_match")) for one in negated.values())
    return bool(block(rule.get("action")).get("block")) and any(one.get("single_header") for one in fields)
