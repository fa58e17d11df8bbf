"""The extract has what templates render, and is what the package says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.provider_schema import FOLDER, PROVIDERS, has_region, known
from tests.provider_schema import Assembly, rendered, text


def documented(name: str, type_: dict[str, Any], label: str, *, optional: bool = True, block: bool = False) -> Any:
    link = f"Docs at: {{@link https://registry.terraform.io/x/docs/resources/thing#{label} Thing#{label}}}"
    docs = {"summary": f"{label} block.", "remarks": link} if block else {"summary": link}
    return {"name": name, "type": type_, "docs": docs, **({"optional": True} if optional else {})}


def listed(inner: dict[str, Any]) -> dict[str, Any]:
    of = {"collection": {"kind": "array", "elementtype": inner}}
    return of if "primitive" in inner else {"union": {"types": [{"fqn": "cdktf.IResolvable"}, of]}}


STRING = {"primitive": "string"}
PACKAGE: dict[str, Any] = {
    "p.Thing": {
        "kind": "class",
        "docs": {"summary": "Represents a {@link https://registry.terraform.io/x/docs/resources/thing aws_thing}."},
        "initializer": {"parameters": [{"type": STRING}, {"type": {"fqn": "p.ThingAConfig"}}]},
        "properties": [
            {"name": "tfResourceType", "immutable": True, "type": STRING},
            {"name": "hostedZoneId", "immutable": True, "type": STRING},
            {"name": "ipv6CidrBlock", "immutable": True, "type": STRING},
            {"name": "nameInput", "immutable": True, "type": STRING},
            {"name": "rule", "immutable": True, "type": STRING},
            {"name": "thingName", "type": STRING},
        ],
    },
    "p.DataThing": {
        "kind": "class",
        "docs": {"summary": "Represents a {@link https://registry.terraform.io/x/docs/data-sources/thing aws_thing}."},
    },
    "p.ThingAConfig": {
        "kind": "interface",
        "properties": [
            documented("thingName", STRING, "name", optional=False),
            documented("on", {"union": {"types": [{"primitive": "boolean"}, {"fqn": "cdktf.IResolvable"}]}}, "on"),
            documented("zones", listed(STRING), "zones"),
            documented("tags", {"collection": {"kind": "map", "elementtype": STRING}}, "tags"),
            documented("rule", listed({"fqn": "p.ThingRule"}), "rule", optional=False, block=True),
            documented("timeouts", {"fqn": "p.ThingTimeouts"}, "timeouts", block=True),
            documented("ingress", listed({"fqn": "p.ThingTimeouts"}), "ingress"),
            documented("statement", {"primitive": "any"}, "statement", block=True),
        ],
    },
    "p.ThingRule": {"kind": "interface", "properties": [documented("to", {"primitive": "number"}, "to")]},
    "p.ThingTimeouts": {"kind": "interface"},
}


def test_a_type_is_read_with_what_is_required_what_nests_and_what_can_only_be_read() -> None:
    assembly = Assembly(PACKAGE)
    assert assembly.resources() == {"aws_thing": "p.Thing"}
    assert assembly.type("p.Thing") == {
        "arguments": {
            "ingress[]=": {},
            "name!": "string",
            "on": "bool",
            "rule[]!": {"to": "number"},
            "statement": None,
            "tags": "map(string)",
            "timeouts": {},
            "zones": "list(string)",
        },
        "reads": "hosted_zone_id ipv6_cidr_block",
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_type_that_a_template_has_is_in_the_extract_and_no_other(provider: str) -> None:
    file = FOLDER / f"{provider}.json"
    found = json.loads(file.read_text())
    assert rendered(provider) == found["resources"].keys() != set()
    assert all(known(provider).resource(name) for name in rendered(provider))
    assert text(found) == file.read_text()


def test_what_has_a_region_is_what_provider_6_lets_one_be_chosen_of() -> None:
    every = ("aws_ecr_lifecycle_policy", "aws_kms_alias", "aws_iam_role", "aws_route53_record", "aws_quantum_thing")
    assert [kind for kind in every if has_region(kind)] == ["aws_ecr_lifecycle_policy", "aws_kms_alias"]
