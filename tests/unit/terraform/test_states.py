"""State files: read as they stand, merged without touching a digit, and never repeated in a message."""

from __future__ import annotations

import json

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.states import merge_states, parse_state, with_attributes

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'


class Placing:
    """A root whose `edge` uses a provider of its own, and that publishes everything but `hidden`."""

    def provider(self, label, source, alias):
        alias = alias or ("us_east_1_1" if label == "edge" else None)
        return f'provider["{source}"]' + (f".{alias}" if alias else "")

    def output(self, label, name):
        return None if name == "hidden" else f"{label}__{name}"

    def is_sensitive(self, output):
        return output == "edge__address"


def resource(**more):
    return {"mode": "managed", "type": "aws_x", "name": "this", "provider": AWS, "instances": []} | more


def state(*resources, outputs=None, **more):
    document = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 7,
        "lineage": "one",
        "outputs": outputs or {},
        "resources": list(resources),
        "check_results": [{"object_kind": "resource"}],
    }
    return parse_state(json.dumps(document | more).encode(), "network")


def merged(**states):
    return json.loads(merge_states(states, Placing()))


def test_a_state_is_known_by_lineage_serial_and_bytes():
    first = parse_state(b'{"version": 4, "serial": 3, "lineage": "a"}', "network").identity
    second = parse_state(b'{"version": 4, "serial": 3, "lineage": "a" }', "network").identity
    assert (first.lineage, first.serial) == (second.lineage, second.serial) == ("a", 3)
    assert first.digest != second.digest


def test_no_state_is_none_and_one_of_nothing_or_of_what_is_only_read_is_empty():
    assert parse_state(b"", "network") is None
    assert parse_state(b" \n", "network") is None
    assert parse_state(b'{"version": 4, "serial": 0, "lineage": "", "outputs": {}, "resources": []}', "network") is None
    assert state().is_empty
    assert state(resource(mode="data", type="terraform_remote_state", instances=[{"attributes": {}}])).is_empty
    assert not state(resource(instances=[{}])).is_empty


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"version": 4, "later": ' + b"[" * 100_000, "not JSON"),
        (b"[]", "object"),
        (b'{"version": 3}', "format is 3"),
        (b'{"version": 5}', "format is 5"),
        (b'{"version": 4, "resources": "hunter2"}', "array"),
        (b'{"version": 4, "outputs": {"a": "hunter2"}}', "object"),
    ],
)
def test_what_is_no_state_is_refused_by_its_stacks_name_and_without_its_values(content, said):
    with pytest.raises(InfragenError, match="T041 the state of network cannot be read") as raised:
        parse_state(content, "network")
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_every_resource_stands_in_its_stacks_module():
    found = merged(
        network=state(resource(), resource(module='module.a["x"].module.b[0]')),
        data_sales=state(resource(mode="data")),
    )
    assert [one["module"] for one in found["resources"]] == [
        "module.network",
        'module.network.module.a["x"].module.b[0]',
        "module.data_sales",
    ]
    assert found["resources"][2]["mode"] == "data"


def test_dependencies_follow_and_those_on_the_shell_go():
    instance = {
        "attributes": {},
        "dependencies": ["aws_y.z", "module.a.aws_b.c", "data.terraform_remote_state.network", "data.aws_d.e"],
    }
    (found,) = merged(edge=state(resource(instances=[instance, {"attributes": {}}])))["resources"]
    assert found["instances"][0]["dependencies"] == [
        "module.edge.aws_y.z",
        "module.edge.module.a.aws_b.c",
        "module.edge.data.aws_d.e",
    ]
    assert "dependencies" not in found["instances"][1]


def test_what_only_the_shell_read_is_left_out():
    remote = resource(mode="data", type="terraform_remote_state", provider='provider["terraform.io/builtin/terraform"]')
    assert merged(edge=state(remote))["resources"] == []


def test_providers_are_those_of_the_root():
    legacy = f"module.a.{AWS}"
    found = merged(
        network=state(resource(), resource(provider=f"{AWS}.west"), resource(provider=legacy)), edge=state(resource())
    )
    assert [one["provider"] for one in found["resources"]] == [
        AWS,
        f"{AWS}.west",
        f"module.network.{legacy}",
        f"{AWS}.us_east_1_1",
    ]


def test_numbers_and_whatever_is_unknown_stay_as_they_are():
    text = (
        '{"version":4,"serial":1,"lineage":"x","resources":[{"mode":"managed","type":"aws_x","name":"n","provider":'
        + json.dumps(AWS)
        + ',"later":{"a":1.0},"instances":[{"index_key":0,"deposed":"abc","schema_version":2,"attributes":'
        '{"big":123456789012345678901234567890,"fine":0.10000000000000000000000000000001,"far":1e400,"whole":2.0,'
        '"text":"\\u00e9\\ud83d\\ude00"},"sensitive_attributes":[[{"type":"get_attr","value":"big"}]],'
        '"private":"bnVsbA==","create_before_destroy":true,"identity":{"id":1e2}}]}]}'
    )
    found = merge_states({"network": parse_state(text.encode(), "network")}, Placing()).decode()
    begin, end = text.index('[{"index_key"'), text.rindex("]}]}") + 1
    assert text[begin:end] in found
    assert '"later":{"a":1.0}' in found


def test_outputs_have_the_roots_names_and_keep_type_and_mark():
    secret = {"value": ["s"], "type": ["list", "string"], "sensitive": True}
    outputs = {"a": {"value": 1, "type": "number"}, "b": secret, "hidden": secret}
    assert merged(network=state(outputs=outputs))["outputs"] == {
        "network__a": {"value": 1, "type": "number", "sensitive": False},
        "network__b": secret,
    }


def test_the_merged_state_is_a_new_one_and_no_older_than_its_parts():
    parts = {"network": state(terraform_version="1.9.12"), "edge": state(terraform_version="1.11.2")}
    first, second = merged(**parts), merged(**parts)
    assert first["lineage"] != second["lineage"] != "one"
    assert first["serial"] == 1
    assert first["terraform_version"] == "1.11.2"
    assert first["check_results"] is None


def test_what_a_stack_read_is_in_its_state():
    outputs = {"value": {"vpc_id": "vpc-1", "cidr": "10.0.0.0/16"}, "type": ["object", {}]}
    remote = {"mode": "data", "type": "terraform_remote_state", "provider": "x", "instances": []}
    read = state(
        remote | {"name": "network", "instances": [{"attributes": {"outputs": outputs}}]},
        remote | {"name": "security"},
        remote | {"name": "edge", "instances": [{"attributes": {"outputs": None}}]},
    )
    assert {name: bytes(value) for name, value in read.read_of("network").items()} == {
        "vpc_id": b'"vpc-1"',
        "cidr": b'"10.0.0.0/16"',
    }
    assert [read.read_of(label) for label in ("security", "edge", "other")] == [None, None, None]


def test_a_state_shows_none_of_its_values():
    found = state(
        resource(instances=[{"attributes": {"p": "hunter2"}}]), outputs={"a": {"value": "hunter2", "type": "string"}}
    )
    assert "hunter2" not in repr(found) + repr(found.outputs)


def test_what_was_created_before_its_predecessor_went_is_known_by_its_address():
    first = {"create_before_destroy": True}
    found = state(
        resource(name="a", instances=[first]),
        resource(name="b", module='module.m["x"]', instances=[first | {"index_key": 'k"${}'}, {"index_key": "other"}]),
        resource(name="c", instances=[first | {"index_key": 0}, {"index_key": 1, "create_before_destroy": False}]),
    )
    assert list(found.created_first("data_sales")) == [
        "module.data_sales.aws_x.a",
        'module.data_sales.module.m["x"].aws_x.b["k\\"$${}"]',
        "module.data_sales.aws_x.c[0]",
    ]


def test_a_state_tells_by_what_an_object_would_be_imported():
    known = state(
        resource(instances=[{"index_key": "a", "attributes": {"id": "x-1"}}, {"index_key": "b"}]),
        resource(module="module.m", type="aws_iam_role_policy_attachment",
                 instances=[{"attributes": {"id": "z", "role": "r", "policy_arn": "p"}}]),
        resource(mode="data", type="aws_y", instances=[{"attributes": {"id": "no"}}]),
    )  # fmt: skip
    assert known.import_id_of('aws_x.this["a"]') == "x-1"
    assert known.import_id_of("module.m.aws_iam_role_policy_attachment.this") == "r/p"
    for address in ("aws_x.this", 'aws_x.this["b"]', 'aws_x.this["c"]', "aws_y.this", "aws_x.that"):
        assert known.import_id_of(address) is None


def topic(**attributes):
    return resource(type="aws_sns_topic", instances=[{"index_key": "a", "attributes": attributes}], module="module.m")


def test_an_object_is_found_by_each_name_an_import_may_have():
    known = state(topic(id="arn:t", name="t"), resource(type="aws_iam_role", instances=[{"attributes": {"id": "r"}}]))
    address = 'module.m.aws_sns_topic.this["a"]'
    assert known.has(address)
    assert not known.has("module.m.aws_sns_topic.this")
    assert known.holder_of("aws_sns_topic", "arn:t") == address
    assert known.holder_of("aws_sns_topic", "t") is None, "its name alone is no id of it"
    assert known.holder_of("aws_iam_role", "arn:t") is None
    assert known.values_of(address) == [{"id": "arn:t", "name": "t"}]


def test_in_another_region_an_id_is_another_object_s():
    arn = "arn:aws:ecr:ap-northeast-3:111122223333:repository/r"
    both = (("aws_ecr_repository", {"id": "r", "arn": arn}), ("aws_ecr_lifecycle_policy", {"id": "r"}))
    known = state(*(resource(type=kind, instances=[{"attributes": attributes}]) for kind, attributes in both))
    for kind, _ in both:
        assert known.holder_of(kind, "r", "ap-northeast-3") == known.holder_of(kind, "r") == f"{kind}.this"
        assert known.holder_of(kind, "r", "ap-northeast-1") is None
    untold = state(resource(type="aws_ecr_lifecycle_policy", instances=[{"attributes": {"id": "r"}}]))
    assert untold.holder_of("aws_ecr_lifecycle_policy", "r", "ap-northeast-1")


def test_other_attributes_make_the_next_state_and_touch_nothing_else():
    text = json.dumps(
        {
            "version": 4,
            "serial": 7,
            "lineage": "one",
            "outputs": {"x": {"value": 1.10, "type": "number"}},
            "resources": [topic(id="arn:t", policy=None), resource(name="other", instances=[{"attributes": {}}])],
            "check_results": None,
            "later": 3,
        }
    ).encode()
    address = 'module.m.aws_sns_topic.this["a"]'
    after = {"id": "arn:t", "policy": "p"}
    before = json.dumps({"policy": None, "id": "arn:t"}).encode()
    stored, taken = with_attributes(text, {address: (before, json.dumps(after).encode())})
    assert taken == (address,)
    expected = json.loads(text)
    expected["serial"] = 8
    expected["resources"][0]["instances"][0]["attributes"] = after
    assert json.loads(stored) == expected

    meanwhile = json.dumps({"policy": "of another", "id": "arn:t"}).encode()
    same, none = with_attributes(text, {address: (meanwhile, b"{}")})
    assert none == ()
    assert json.loads(same)["resources"] == json.loads(text)["resources"]


@pytest.mark.parametrize(
    ("provider", "arns", "found"),
    [
        (AWS, ["arn:aws:sns:us-east-1:1:a"], {}),  # no alias: it is configured
        (f"{AWS}.us", ["arn:aws:sns:us-east-1:1:a", "arn:aws:sns:us-east-1:1:b"], {"us": {("us-east-1", "1")}}),
        (f"{AWS}.us", ["arn:aws:sns:us-east-1:1:a", "arn:aws:iam::1:role/b"], {"us": {("us-east-1", "1")}}),
        (f"{AWS}.us", ["arn:aws:sns:us-east-1:1:a", "arn:aws:sns:eu-west-1:1:b"],
         {"us": {("us-east-1", "1"), ("eu-west-1", "1")}}),
        (f"{AWS}.us", ["arn:aws:iam::1:role/b", None, "b"], {"us": set()}),
        (f"module.a.{AWS}.us", ["arn:aws:sns:us-east-1:1:a"], {}),  # a module's own
        ('provider["registry.terraform.io/some/thing"].us', ["arn:aws:sns:us-east-1:1:a"], {}),
    ],
)  # fmt: skip
def test_the_region_of_an_alias_is_what_arns_say(provider, arns, found):
    instances = [{"index_key": number, "attributes": {"arn": arn}} for number, arn in enumerate(arns)]
    assert state(resource(provider=provider, instances=instances)).regions_by_alias() == found


def test_an_output_that_the_root_declares_as_sensitive_is_so_in_its_state():
    """Terraform would plan to change it otherwise, each time: what a stack reads of another is sensitive here alone."""
    value = {"value": "a", "type": "string"}
    states = {"edge": state(outputs={"address": value, "name": value, "key": {**value, "sensitive": True}})}
    found = json.loads(merge_states(states, Placing()))["outputs"]
    said = {name: one["sensitive"] for name, one in found.items()}
    assert said == {"edge__address": True, "edge__name": False, "edge__key": True}
