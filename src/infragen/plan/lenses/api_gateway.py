"""API Gateway: an OpenAPI document by operation, methods, integrations and their responses, stages, limits.

Arguments as in the AWS provider's `aws_api_gateway_*` and `aws_apigatewayv2_*`. Mapping templates are not told here:
they are texts, which the generic differences compare by line.
"""

from collections.abc import Iterable, Iterator, Mapping

from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.lenses.phrases import is_empty
from infragen.plan.lenses.table import Unreadable, block, known_only, lenses, listed, phrased, word
from infragen.redaction.values import Value

_METHODS = frozenset({
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method",
})  # fmt: skip
_INTEGRATION_KEY = "x-amazon-apigateway-integration"


def _operations(value: Value) -> Mapping[str, Iterable[str]]:
    """Return what an OpenAPI document says of each operation (`GET /orders`), and of its other parts by their place."""
    if is_empty(value):
        return {}
    documents = open_documents(value, value)
    if documents is None or not isinstance(documents.before, dict):
        raise Unreadable
    found: dict[str, Iterable[str]] = {}
    for name, place in (pair for key, part in documents.before.items() for pair in _places(key, part)):
        if name in found:
            raise Unreadable
        found[name] = tuple(_leaves(place))
    return found


def _places(key: str, part: Value) -> Iterator[tuple[str, Value]]:
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


def _access_log(value: Value) -> Iterator[str]:
    log = block(value, "destination_arn", "format")
    yield from phrased(log, {"destination_arn": "to {}"})
    form = log.get("format")
    if is_empty(form):
        return
    documents = open_documents(form, form)
    yield from _leaves(documents.before) if documents else (f"as {word(form)}",)


def _api_stages(value: Value) -> Iterator[str]:
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


def _compression(value: Value) -> Iterator[str]:
    """-1 is no size ("Resource: aws_api_gateway_rest_api" of the provider, `minimum_compression_size`)."""
    if not is_empty(value):
        yield "not compressed" if value == "-1" else f"compressed from {word(value)} bytes"


LENSES = lenses(
    __file__, access_log=_access_log, api_stages=_api_stages, compression=_compression, operations=_operations
)
