"""The gate reads every request that AWS's own SDK writes, as what it is, and finds nothing wrong with it."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto.core.request import Request

from infragen_sandbox.gate.calls import UnreadError, read
from infragen_sandbox.gate.constraints import problems
from tests.sandbox.conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = (
    "acm-pca", "apigateway", "apigatewayv2", "application-autoscaling", "cloudfront", "ecs", "elasticache", "elbv2",
    "iam", "rds", "route53", "s3", "secretsmanager", "servicediscovery", "sqs", "wafv2",
)  # fmt: skip

SAMPLES = (
    "abc", "123456789012", "arn:aws:iam::123456789012:role/x", "10.0.0.0/16", "https://example.com/a", "1", "/a",
    "a@b.de", "key", "00000000-0000-0000-0000-000000000000", "ABCDEFGHIJKLMNOPQRST",
    "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/12345678-1234-1234-1234-123456789012",
)  # fmt: skip
"""Values of which one satisfies most patterns."""

DEPTH = 6


class NoSampleError(Exception):
    """No sample satisfies a pattern."""


class WrittenError(Exception):
    """Carries a request out of the SDK before it is sent."""


def sample(shape: Any, around: tuple[str, ...] = ()) -> Any:
    """Make a value that the model allows, with all members that are no recursion and not deep."""
    size = shape.metadata
    inside = (*around, shape.name)
    match shape.type_name:
        case "structure":
            return _members(shape, inside)
        case "list":
            return [sample(shape.member, inside) for _ in range(size.get("min", 1) or 1)]
        case "map":
            return {sample(shape.key, inside): sample(shape.value, inside)}
        case "string":
            return _text(shape)
        case "blob":
            return b"x" * size.get("min", 1)
        case "boolean":
            return True
        case "timestamp":
            return dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        case kind:
            number = max(size.get("min", 1), min(1, size.get("max", 1)))
            return float(number) if kind in ("float", "double") else number


def _members(shape: Any, inside: tuple[str, ...]) -> dict[str, Any]:
    if shape.is_document_type:
        return {"a": 1}
    made = {}
    for name, member in shape.members.items():
        needed = name in shape.required_members or shape.is_tagged_union
        if not needed and (len(inside) > DEPTH or member.name in inside):
            continue
        try:
            made[name] = sample(member, inside)
        except NoSampleError:
            if needed:
                raise
        if shape.is_tagged_union:
            break
    return made


def _text(shape: Any) -> str:
    from infragen_sandbox.gate.constraints import _matches

    size = shape.metadata
    if size.get("enum"):
        return str(size["enum"][0])
    least = size.get("min", 1)
    for text in (*SAMPLES, "a"):
        long = text.ljust(least, text[-1])
        if len(long) <= size.get("max", len(long)) and _matches(size.get("pattern", ".*"), long):
            return long
    raise NoSampleError(shape.name)


def written(client: Any, operation: str, parameters: Mapping[str, Any]) -> Request:
    """Let the SDK write a request, and keep it."""
    found: list[Any] = []

    def keep(request: Any, **_: Any) -> None:
        found.append(request)
        raise WrittenError

    client.meta.events.register("before-send", keep)
    method = next(name for name, of in client.meta.method_to_api_mapping.items() if of == operation)
    with suppress(WrittenError):
        getattr(client, method)(**parameters)
    client.meta.events.unregister("before-send", keep)
    sent = found[0]
    body = sent.body.read() if hasattr(sent.body, "read") else sent.body
    headers = {name: text.decode() if isinstance(text, bytes) else text for name, text in sent.headers.items()}
    return Request.from_primitives(sent.method, sent.url, headers, body)


@pytest.mark.parametrize("service", SERVICES)
def test_what_the_sdk_writes_is_read_and_taken(service: str) -> None:
    session = boto3.Session(aws_access_key_id="123456789012", aws_secret_access_key="x", region_name=REGION)
    settings = Config(parameter_validation=False, s3={"addressing_style": "path"}, inject_host_prefix=False)
    client = session.client(service, endpoint_url="http://127.0.0.1:5000", config=settings)
    model = client.meta.service_model
    tried, wrong = 0, []
    names = [name for name in model.operation_names if not model.operation_model(name).deprecated]
    for name in names:
        shape = model.operation_model(name).input_shape
        try:
            request = written(client, name, sample(shape) if shape else {})
            call = read(request)
        except (NoSampleError, IndexError):
            continue
        except UnreadError as why:
            if "s3express" not in str(why) and "s3-object-lambda" not in str(why):
                wrong.append(f"{name}: {why}")
            continue
        tried += 1
        if (call.service, call.operation.name) != (service, name):
            wrong.append(f"{name} was read as {call.service} {call.operation.name}")
        wrong += [f"{name}: {problem.text}" for problem in problems(call)]

    assert wrong == []
    assert tried > 0.75 * len(names)
