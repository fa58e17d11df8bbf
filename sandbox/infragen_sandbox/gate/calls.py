"""A request as AWS reads it: the operation, its parameters under the model's names, and what the model does not know.

The reading is moto's (`moto.core.routing`, `moto.core.parse`); these parsers also note what they had no use for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core import parse
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.core.model import OperationModel
    from moto.core.request import Request

_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/[^/]+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")

_BY_PATH = {
    "apigateway": (("/v2/", "apigatewayv2"), ("", "apigateway")),
    "s3": (("/v20180820/", "s3control"), ("", "s3")),
    "ses": (("/v2/", "sesv2"), ("", "ses")),
}
"""Two services that sign with one name, told apart by how the path begins."""

_BY_VERSION = {"elasticloadbalancing": {"2012-06-01": "elb", "2015-12-01": "elbv2"}}
"""Two services that sign with one name and share the names of operations, told apart by their versions."""

_NAMES = {"monitoring": "cloudwatch", "states": "stepfunctions", "tagging": "resourcegroupstaggingapi"}
"""What a service signs with, where botocore calls it something else."""


class UnreadError(Exception):
    """The request belongs to no service or operation that botocore has a model of."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something in a request that the model does not have: which structure it stood in, and its name."""

    structure: str
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `parameters` has the model's names and Python's types, `unreadable` says why there are none."""

    service: str
    operation: OperationModel
    protocol: str
    parameters: Mapping[str, Any]
    unknown: tuple[Unknown, ...]
    account: str
    region: str
    unreadable: str | None = None


def read(request: Request) -> Call:
    """Read a request; UnreadError if nobody knows whose it is."""
    signed = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    if signed is None:
        raise UnreadError("it is not signed")
    service = _service(request, signed["service"].lower())
    try:
        model = get_service_model(service)
        operation, labels = get_service_router(service).match(request)
        protocol = determine_request_protocol(model, request.content_type)
    except NotFound:
        raise UnreadError(f"botocore has no such operation of {service}") from None
    except Exception as error:
        raise UnreadError(f"botocore has no model of {service}") from error
    parameters, unknown, unreadable = _parameters(request, operation, protocol, labels)
    return Call(service, operation, protocol, parameters, unknown, signed["key"], signed["region"], unreadable)


def _service(request: Request, signed: str) -> str:
    """Return botocore's name of the service that a request was signed for."""
    if signed in _BY_VERSION:
        version = request.values.get("Version", "")
        return _BY_VERSION[signed].get(version, signed)
    for start, name in _BY_PATH.get(signed, ()):
        if request.path.startswith(start):
            return name
    return _NAMES.get(signed, signed)


def _parameters(
    request: Request, operation: OperationModel, protocol: str, labels: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[Unknown, ...], str | None]:
    shape = operation.input_shape
    if shape is None:
        return {}, (), None
    parser = _PARSERS[protocol](operation)
    values = _Read(request.values) if protocol in ("ec2", "query") else request.values
    wanted = {
        "method": request.method,
        "values": values,
        "headers": request.headers,
        "body": request.get_data(),
        "url_path": request.path,
        "url_params": labels,
    }
    try:
        parsed = parser.parse(wanted)
    except (ValueError, TypeError, KeyError, AttributeError, parse.RequestParserError) as error:
        return {}, (), str(error)
    unknown = tuple(parser.unknown)
    if isinstance(values, _Read):
        unknown = tuple(Unknown(shape.name, name) for name in values if name not in values.read | _OF_THE_PROTOCOL)
    return {name: value for name, value in (parsed or {}).items() if value is not None}, unknown, None


_OF_THE_PROTOCOL = frozenset({"Action", "Version"})


class _Read(dict[str, str]):
    """The parameters of a form, which remembers those that somebody asked for."""

    def __init__(self, values: Any) -> None:
        super().__init__(values.items())
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value and take note of its name."""
        if name not in self:
            return default
        self.read.add(name)
        return self[name]


class _Notes(parse.RequestParser):
    """A parser that notes what the model has no member for."""

    def __init__(self, operation: OperationModel) -> None:
        super().__init__(operation)
        self.unknown: list[Unknown] = []


class _Query(_Notes, parse.QueryParser):
    """Query: what nobody asked for is in the form itself."""


class _EC2(_Notes, parse.EC2QueryParser):
    """Query as EC2 has it."""


class _JSONNotes(_Notes):
    def _parse_structure(self, shape: Any, value: Any) -> Any:
        if isinstance(value, dict) and not shape.is_document_type:
            named = {
                member.serialization.get("name", name)
                for name, member in shape.members.items()
                if "location" not in member.serialization
            }
            self.unknown += [Unknown(shape.name, name) for name in value if name not in named and name != "__type"]
        return super()._parse_structure(shape, value)  # type: ignore[misc]


class _JSON(_JSONNotes, parse.JSONParser):
    """JSON 1.0 and 1.1."""


class _RestJSON(_JSONNotes, parse.RestJSONParser):
    """JSON in REST."""


class _RestXML(_Notes, parse.RestXMLParser):
    """XML in REST."""

    def _parse_structure(self, shape: Any, node: Any) -> Any:
        named = {
            self._member_key_name(member, name)  # type: ignore[no-untyped-call]
            for name, member in shape.members.items()
            if "location" not in member.serialization
        }
        self.unknown += [Unknown(shape.name, tag) for tag in self._build_name_to_xml_node(node) if tag not in named]  # type: ignore[no-untyped-call]
        return super()._parse_structure(shape, node)  # type: ignore[no-untyped-call]


_PARSERS: Mapping[str, Any] = {
    "ec2": _EC2,
    "json": _JSON,
    "query": _Query,
    "rest-json": _RestJSON,
    "rest-xml": _RestXML,
}
