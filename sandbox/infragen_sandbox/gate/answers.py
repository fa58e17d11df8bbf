"""A refusal as AWS gives it: in the service's own protocol, with the service's own code for it.

The protocols are moto's (`moto.core.serialize`). A model says which errors an operation may answer, and of a request
that breaks the model itself often nothing: those codes stand here, each with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from moto.core.exceptions import ServiceException
from moto.core.serialize import get_serializer_class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen_sandbox.gate.calls import Call
    from infragen_sandbox.gate.constraints import Kind, Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, and what it says in one line."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    text: str


@dataclass(frozen=True, slots=True)
class _Codes:
    missing: str
    value: str
    unknown: str
    source: str

    def of(self, kind: Kind) -> str:
        return {"missing": self.missing, "value": self.value, "unknown": self.unknown}[kind]


_EC2 = _Codes("MissingParameter", "InvalidParameterValue", "UnknownParameter", "Amazon EC2 API Reference: Error codes")
_COMMON = "InvalidParameterValue"

CODES: Final[Mapping[str, _Codes]] = {
    "ec2": _EC2,
    "rds": _Codes("MissingParameter", _COMMON, "ValidationError", "Amazon RDS API Reference: Common Errors"),
    "elasticache": _Codes(
        "MissingParameter", _COMMON, "ValidationError", "Amazon ElastiCache API Reference: Common Errors"
    ),
    "s3": _Codes("MalformedXML", "MalformedXML", "MalformedXML", "Amazon S3 API Reference: Error responses"),
    "sns": _Codes("InvalidParameter", "InvalidParameter", "ValidationError", "Amazon SNS API Reference: Common Errors"),
    "sqs": _Codes("MissingParameter", _COMMON, _COMMON, "Amazon SQS API Reference: Common Errors"),
}
"""What a service answers to a request that its model does not allow, where its model has no such error."""

_QUERY = _Codes(
    "ValidationError", "ValidationError", "ValidationError", "IAM and Elastic Load Balancing: Common Errors"
)

MODELLED: Final = (
    "ValidationException",
    "InvalidParameterValueException",
    "InvalidParameterException",
    "WAFInvalidParameterException",
    "InvalidRequestException",
    "BadRequestException",
    "InvalidInput",
    "InvalidArgument",
    "InvalidInputException",
    "InvalidArgumentException",
)
"""Errors of models that mean a wrong parameter, the most exact first."""

_UNMODELLED: Final = "ValidationException"
"""Common to all services that speak JSON ("Common Errors" of each API Reference)."""


def code_of(call: Call, problem: Problem) -> str:
    """Return the code in which the service refuses a request for this."""
    if call.service == "s3" and problem.kind == "value" and not _in_body(call, problem.path):
        return "InvalidArgument"
    if call.service in CODES:
        return CODES[call.service].of(problem.kind)
    if call.protocol == "query":
        return _QUERY.of(problem.kind)
    names = {shape.name for shape in call.operation.error_shapes}
    return next((name for name in MODELLED if name in names), _UNMODELLED)


def _in_body(call: Call, path: str) -> bool:
    members = call.operation.input_shape.members if call.operation.input_shape else {}
    member = members.get(path.partition(".")[0])
    return member is not None and "location" not in member.serialization


def of_problems(call: Call, found: Sequence[Problem], source: str) -> Answer:
    """Refuse a call for all that its model does not allow."""
    word = "error" if len(found) == 1 else "errors"
    text = f"{len(found)} validation {word} detected: {'; '.join(one.text for one in found)}"
    return refusal(call, code_of(call, found[0]), text, source)


class _Refused(ServiceException):
    """A code and a message; of this module, so that moto looks the code up in the model of the call's own service."""


def refusal(call: Call, code: str, text: str, source: str) -> Answer:
    """Refuse a call; the message ends with who said it, and on whose authority."""
    message = f"{text} (infragen's gate, {call.operation.name}; source: {source})"
    serializer = get_serializer_class(call.service, call.protocol)(call.operation)
    answer = serializer.serialize(_Refused(code, message))
    body = answer["body"]
    content = body.encode() if isinstance(body, str) else bytes(body)
    headers = {**answer["headers"], "Content-Length": str(len(content))}
    pairs = tuple((name, str(value)) for name, value in headers.items())
    return Answer(int(answer["status_code"]), pairs, content, f"{code}: {message}")
