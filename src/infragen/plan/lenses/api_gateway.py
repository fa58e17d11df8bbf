"""API Gateway: an OpenAPI document by operation, methods, integrations and their responses, stages, limits.

Arguments as in the AWS provider's `aws_api_gateway_*` and `aws_apigatewayv2_*`. Mapping templates are not told here:
they are texts, which the generic differences compare by line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.lenses.table import (
    Fact,
    Keyed,
    Unreadable,
    block,
    by_key,
    entries,
    flag,
    is_empty,
    items,
    known_only,
    lens,
    listed,
    pairs,
    phrased,
    says,
    switch,
    topic,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.plan.lenses.lens import Lens
    from infragen.redaction.values import Value

_METHODS = frozenset({
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method",
})  # fmt: skip
_INTEGRATION_KEY = "x-amazon-apigateway-integration"
_RATES = ("throttling_rate_limit", "throttling_burst_limit")
_SETTINGS: Mapping[str, tuple[str, str]] = {
    "metrics_enabled": ("metrics", "no metrics"),
    "detailed_metrics_enabled": ("detailed metrics", "no detailed metrics"),
    "data_trace_enabled": ("bodies logged", "bodies not logged"),
    "caching_enabled": ("cached", "not cached"),
    "cache_data_encrypted": ("cache encrypted", "cache not encrypted"),
    "require_authorization_for_cache_control": ("cache control authorized", "cache control for all"),
}


def _operations(value: Value) -> Mapping[str, Iterable[str]]:
    """Return what an OpenAPI document says of each operation (`GET /orders`), and of its other parts by their place."""
    if is_empty(value):
        return {}
    document = _document(value)
    if not isinstance(document, dict):
        raise Unreadable
    found: dict[str, Iterable[str]] = {}
    for name, place in (pair for key, part in document.items() for pair in _places(key, part)):
        if name in found:
            raise Unreadable
        found[name] = tuple(_leaves(place))
    return found


def _places(key: str, part: Value) -> Iterator[tuple[str, Value]]:
    """Yield the operations of all paths and what else paths hold, components by kind and name, other parts as one."""
    if key not in {"paths", "components"} or not isinstance(part, dict):
        yield word(key), part
        return
    for name, held in part.items():
        whole = word(name) if key == "paths" else f"components.{word(name)}"
        if not isinstance(held, dict) or not held:
            yield whole, held
            continue
        for inner, place in held.items():
            yield _operation(inner, name) if key == "paths" else f"{whole}.{word(inner)}", place


def _operation(method: str, path: str) -> str:
    if method not in _METHODS:
        return f"{word(path)} {word(method)}"
    return f"{'ANY' if method.startswith('x-') else method.upper()} {word(path)}"


def _leaves(value: Value, place: str = "") -> Iterator[str]:
    """Yield a phrase a plain value: where it is, and what; items of a list by their name, else by their number."""
    if isinstance(value, dict) and value:
        for key, part in value.items():
            name = "integration" if key == _INTEGRATION_KEY else word(key)
            yield from _leaves(part, f"{place}.{name}" if place else name)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            own = item.get("name") if isinstance(item, dict) else None
            inner = word(own) if isinstance(own, str) else str(number)
            yield from _leaves(item, place if not isinstance(item, dict | list) else f"{place}[{inner}]")
    else:
        text = word(value) if value is not None and not isinstance(value, dict | list) else literal(value)
        yield f"{place} = {text}" if place else text


def _document(value: Value) -> Value:
    documents = open_documents(value, value)
    if documents is None:
        raise Unreadable
    return documents.before


def _access_log(value: Value) -> Iterator[str]:
    """Say where the log goes, and each member of a JSON format; another format as it is."""
    log = block(value, "destination_arn", "format")
    yield from phrased(log, {"destination_arn": "to {}"})
    form = log.get("format")
    if is_empty(form):
        return
    documents = open_documents(form, form)
    if documents is None:
        yield f"as {word(form)}"
    else:
        yield from _leaves(documents.before)


def _settings(value: Value) -> Iterator[str]:
    """Say the settings of methods or routes: rates, what is logged and cached."""
    names = ("logging_level", "cache_ttl_in_seconds", "unauthorized_cache_control_header_strategy")
    yield from _setting_phrases(block(value, *_RATES, *_SETTINGS, *names))


def _setting_phrases(settings: Mapping[str, Value]) -> Iterator[str]:
    templates = {
        "throttling_rate_limit": "{}/s",
        "throttling_burst_limit": "burst {}",
        "logging_level": "logs {}",
        "cache_ttl_in_seconds": "cached {} s",
        "unauthorized_cache_control_header_strategy": "{}",
    }
    yield from phrased(settings, templates)
    for key, (on, off) in _SETTINGS.items():
        yield from switch(on, off, settings.get(key))


def _routes(value: Value) -> Mapping[str, Iterable[str]]:
    return by_key(value, "route_key", _route)


def _route(item: Value) -> Iterator[str]:
    yield from _setting_phrases(known_only(item, "route_key", "logging_level", *_RATES, *_SETTINGS))


def _canary(value: Value) -> Iterator[str]:
    canary = block(value, "deployment_id", "percent_traffic", "stage_variable_overrides", "use_stage_cache")
    yield from phrased(canary, {"percent_traffic": "canary gets {}%", "deployment_id": "canary of {}"})
    yield from entries("canary's {} = {}", canary.get("stage_variable_overrides"))
    yield from switch("canary shares the cache", "canary has its own cache", canary.get("use_stage_cache"))


def _quota(value: Value) -> Iterator[str]:
    quota = block(value, "limit", "offset", "period")
    if quota:
        yield f"{word(quota.get('limit'))} a {word(quota.get('period'))}"
        yield from phrased(quota, {"offset": "first less {}"})


def _throttle(value: Value) -> Iterator[str]:
    limit = block(value, "rate_limit", "burst_limit")
    yield from phrased(limit, {"rate_limit": "{}/s", "burst_limit": "burst {}"})


def _api_stages(value: Value) -> Iterator[str]:
    """Say each stage that a plan is for, and the limits of its own of each method there."""
    for item in listed(value):
        stage = known_only(item, "api_id", "stage", "throttle")
        name = f"{word(stage.get('api_id'))}/{word(stage.get('stage'))}"
        yield f"for {name}"
        for limit in listed(stage.get("throttle")):
            rates = known_only(limit, "path", "rate_limit", "burst_limit")
            place = f"{name} {word(rates.get('path'))}"
            yield f"limits of {place}"
            limits = phrased(rates, {"rate_limit": "rate = {}", "burst_limit": "burst = {}"})
            yield from (f"{place} {said}" for said in limits)


def _endpoint(value: Value) -> Iterator[str]:
    endpoint = block(value, "types", "ip_address_type", "vpc_endpoint_ids")
    for key in ("types", "vpc_endpoint_ids"):
        yield from map(word, listed(endpoint.get(key)))
    yield from phrased(endpoint, {"ip_address_type": "{}"})


def _compression(value: Value) -> Iterator[str]:
    if not is_empty(value):
        yield "not compressed" if value == _UNCOMPRESSED else f"compressed from {word(value)} bytes"


def _tls(value: Value) -> Iterator[str]:
    tls = block(value, "insecure_skip_verification", "server_name_to_verify")
    yield from switch("certificate not verified", "certificate verified", tls.get("insecure_skip_verification"))
    yield from phrased(tls, {"server_name_to_verify": "verified as {}"})


def _cors(value: Value) -> Iterator[str]:
    kinds = {"allow_origins": "from", "allow_methods": "with", "allow_headers": "takes", "expose_headers": "shows"}
    cors = block(value, *kinds, "allow_credentials", "max_age")
    for key, words in kinds.items():
        yield from (f"{words} {word(item)}" for item in listed(cors.get(key)))
    yield from switch("with credentials", "without credentials", cors.get("allow_credentials"))
    yield from phrased(cors, {"max_age": "for {} s"})


def _mappings(value: Value) -> Mapping[str, Iterable[str]]:
    """Return how the responses of an HTTP API's integration are rewritten, by status."""
    return by_key(value, "status_code", _mapping)


def _mapping(item: Value) -> Iterator[str]:
    yield from entries("{} = {}", known_only(item, "status_code", "mappings").get("mappings"))


def _route_parameters(value: Value) -> Iterator[str]:
    for item in listed(value):
        parameter = known_only(item, "request_parameter_key", "required")
        yield f"{word(parameter.get('request_parameter_key'))} = {word(parameter.get('required'))}"


_STAGE_LOG = topic("access log", Fact(("access_log_settings",), _access_log))

_UNCOMPRESSED: Final = "-1"
"""What the provider takes for no size ("Resource: aws_api_gateway_rest_api", `minimum_compression_size`)."""
_REST_API = lens(
    topic(
        "api",
        says("name"),
        says("description", "description {}"),
        Fact(("endpoint_configuration",), _endpoint),
        flag("disable_execute_api_endpoint", "only by its own domains", "by its default endpoint too"),
        says("api_key_source", "key in {}"),
        Fact(("minimum_compression_size",), _compression, _UNCOMPRESSED),
        items("binary_media_types", "binary {}"),
        pairs("parameters"),
        says("put_rest_api_mode", "body by {}"),
        flag("fail_on_warnings", "warnings fail", "warnings pass"),
    ),
    Keyed("", "body", _operations),
)

_METHOD = lens(
    topic(
        "method",
        says("http_method"),
        says("authorization", "authorization {}"),
        says("authorizer_id", "authorizer {}"),
        items("authorization_scopes", "scope {}"),
        flag("api_key_required", "with an API key", "without an API key"),
        says("operation_name", "operation {}"),
        says("request_validator_id", "validator {}"),
        pairs("request_models"),
    ),
    topic("required", pairs("request_parameters")),
)

_INTEGRATION = lens(
    topic(
        "integration",
        says("http_method", "for {}"),
        says("type"),
        says("integration_http_method", "by {}"),
        says("uri", "to {}"),
        says("connection_type", "over {}"),
        says("connection_id", "link {}"),
        says("credentials", "as {}"),
        says("timeout_milliseconds", "within {} ms"),
        says("passthrough_behavior", "passes {}"),
        says("content_handling"),
        items("cache_key_parameters", "cached by {}"),
        says("cache_namespace", "cache {}"),
        pairs("request_parameters"),
        Fact(("tls_config",), _tls),
    ),
)

_METHOD_RESPONSE = lens(
    topic("response", says("status_code"), says("http_method", "for {}"), pairs("response_models")),
    topic("required", pairs("response_parameters")),
)

_INTEGRATION_RESPONSE = lens(
    topic(
        "response",
        says("status_code"),
        says("http_method", "for {}"),
        says("selection_pattern", "when {}"),
        says("content_handling"),
        pairs("response_parameters"),
    ),
)

_DEPLOYMENT = lens(
    topic(
        "deployment",
        pairs("triggers"),
        says("description", "description {}"),
        says("stage_name", "stage {}"),
        says("stage_description", "stage description {}"),
        pairs("variables", "variable {} = {}"),
    ),
)

_STAGE = lens(
    topic(
        "stage",
        says("stage_name"),
        says("name"),
        says("deployment_id", "deployment {}"),
        flag("auto_deploy", "deploys by itself", "deployed by hand"),
        says("description", "description {}"),
        says("documentation_version", "documentation {}"),
        says("client_certificate_id", "client certificate {}"),
        flag("cache_cluster_enabled", "cache", "no cache"),
        says("cache_cluster_size", "cache of {} GB"),
        flag("xray_tracing_enabled", "traced", "not traced"),
        Fact(("canary_settings",), _canary),
    ),
    topic("variables", pairs("variables"), pairs("stage_variables")),
    _STAGE_LOG,
    topic("all routes", Fact(("default_route_settings",), _settings)),
    Keyed("route", "route_settings", _routes),
)

_METHOD_SETTINGS = lens(topic("settings", says("method_path", "of {}"), Fact(("settings",), _settings)))

_USAGE_PLAN = lens(
    topic(
        "usage plan",
        says("name"),
        says("description", "description {}"),
        Fact(("throttle_settings",), _throttle),
        Fact(("quota_settings",), _quota),
        Fact(("api_stages",), _api_stages),
        says("product_code", "product {}"),
    ),
)

_HTTP_API = lens(
    topic(
        "api",
        says("name"),
        says("protocol_type"),
        says("description", "description {}"),
        says("version", "version {}"),
        says("route_key", "route {}"),
        says("target", "to {}"),
        says("credentials_arn", "as {}"),
        says("route_selection_expression", "route by {}"),
        says("api_key_selection_expression", "key by {}"),
        says("ip_address_type"),
        flag("disable_execute_api_endpoint", "only by its own domains", "by its default endpoint too"),
        flag("fail_on_warnings", "warnings fail", "warnings pass"),
    ),
    topic("cors", Fact(("cors_configuration",), _cors)),
    Keyed("", "body", _operations),
)

_HTTP_ROUTE = lens(
    topic(
        "route",
        says("route_key"),
        says("target", "to {}"),
        says("authorization_type", "authorization {}"),
        says("authorizer_id", "authorizer {}"),
        items("authorization_scopes", "scope {}"),
        flag("api_key_required", "with an API key", "without an API key"),
        says("operation_name", "operation {}"),
        says("model_selection_expression", "model by {}"),
        says("route_response_selection_expression", "response by {}"),
        pairs("request_models"),
    ),
    topic("required", Fact(("request_parameter",), _route_parameters)),
)

_HTTP_INTEGRATION = lens(
    topic(
        "integration",
        says("integration_type"),
        says("integration_subtype"),
        says("integration_method", "by {}"),
        says("integration_uri", "to {}"),
        says("description", "description {}"),
        says("connection_type", "over {}"),
        says("connection_id", "link {}"),
        says("credentials_arn", "as {}"),
        says("payload_format_version", "payload {}"),
        says("timeout_milliseconds", "within {} ms"),
        says("passthrough_behavior", "passes {}"),
        says("content_handling_strategy"),
        says("template_selection_expression", "template by {}"),
        pairs("request_parameters"),
        Fact(("tls_config",), _tls),
    ),
    Keyed("response", "response_parameters", _mappings),
)

LENSES: Mapping[str, Lens] = {
    "aws_api_gateway_rest_api": _REST_API,
    "aws_api_gateway_method": _METHOD,
    "aws_api_gateway_integration": _INTEGRATION,
    "aws_api_gateway_method_response": _METHOD_RESPONSE,
    "aws_api_gateway_integration_response": _INTEGRATION_RESPONSE,
    "aws_api_gateway_deployment": _DEPLOYMENT,
    "aws_api_gateway_stage": _STAGE,
    "aws_api_gateway_method_settings": _METHOD_SETTINGS,
    "aws_api_gateway_usage_plan": _USAGE_PLAN,
    "aws_apigatewayv2_api": _HTTP_API,
    "aws_apigatewayv2_route": _HTTP_ROUTE,
    "aws_apigatewayv2_integration": _HTTP_INTEGRATION,
    "aws_apigatewayv2_stage": _STAGE,
}
