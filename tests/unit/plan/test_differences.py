from __future__ import annotations

import base64
import gzip
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infragen.plan import AttributeChange, parse_plan
from infragen.plan.differences.documents import read_yaml
from infragen.plan.differences.texts import matching_lines, text_difference
from infragen.plan.risk import Action
from infragen.redaction.values import Number
from tests.unit.plan.plans import plan, resource, update


def attributes(content: bytes) -> tuple[AttributeChange, ...]:
    (change,) = parse_plan(content).changes
    return change.attributes


def told(content: bytes) -> list[tuple[str, str | None, str | None]]:
    return [(a.path, a.before, a.after) for a in attributes(content)]


def only(before: Any, after: Any, **more: Any) -> AttributeChange:
    """Return the one difference of an attribute `x`."""
    (found,) = attributes(update({"x": before}, {"x": after}, **more))
    return found


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("b", "2", "3")]),
        ({"a": {"b": {"c d": 1}}}, {"a": {"b": {"c d": 2}}}, [('a.b["c d"]', "1", "2")]),
        ({"a": "1"}, {"a": 1}, [("a", '"1"', "1")]),
        ({"a": True}, {"a": "true"}, [("a", "true", '"true"')]),
        ({"a": None}, {"a": ""}, [("a", None, '""')]),
        ({"a": ["x", "y"]}, {"a": ["x", "z"]}, [("a", '["x", "y"]', '["x", "z"]')]),
        ({"a": list("abcdefgh")}, {"a": list("abcdefgx")}, [("a", '["h"]', '["x"]')]),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 0}, {"n": 1}, {"n": 2}]}, [("a[0]", None, "{n = 0}")]),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 2}, {"n": 1}]}, [("a", None, None)]),
        ({"p": '{"S": [{"A": 1}]}'}, {"p": '{"S": [{"A": 2}]}'}, [("p.S[0].A", "1", "2")]),
        ({"p": '{"a": 1'}, {"p": '{"a": 2'}, [("p", r'"{\"a\": 1"', r'"{\"a\": 2"')]),
    ],
)
def test_the_smallest_difference_is_told(before: Any, after: Any, expected: list[tuple[str, str, str]]) -> None:
    assert told(update(before, after)) == expected


def test_the_items_of_a_list_are_matched_by_what_names_them() -> None:
    before = [{"name": "x", "v": 1}, {"name": "y", "v": 1}]
    after = [{"name": "z", "v": 1}, {"name": "x", "v": 2}]
    assert told(update({"a": before}, {"a": after})) == [
        ('a["z"]', None, '{name = "z", v = 1}'),
        ('a["x"].v', "1", "2"),
        ('a["y"]', '{name = "y", v = 1}', None),
    ]


def test_a_name_that_two_items_share_names_neither() -> None:
    before = [{"name": "x", "id": 1, "v": 1}, {"name": "x", "id": 2, "v": 1}]
    after = [{"name": "x", "id": 2, "v": 9}, {"name": "x", "id": 1, "v": 1}]
    assert ('a["2"].v', "1", "9") in told(update({"a": before}, {"a": after}))


def test_rules_are_matched_by_protocol_and_ports_together() -> None:
    ssh = {"from_port": 22, "to_port": 22, "protocol": "tcp", "d": "ssh"}
    web = {"from_port": 80, "to_port": 80, "protocol": "tcp", "d": "web"}
    assert told(update({"r": [ssh, web]}, {"r": [web, {**ssh, "d": "admin"}]}))[0] == (
        'r["tcp/22/22"].d',
        '"ssh"',
        '"admin"',
    )


def test_the_only_item_of_a_list_changes_even_when_its_name_does() -> None:
    assert told(update({"b": [{"name": "x", "v": 1}]}, {"b": [{"name": "y", "v": 1}]})) == [("b[0].name", '"x"', '"y"')]


def test_an_order_that_changes_beside_a_value_is_told_too() -> None:
    before = [{"name": n, "v": 1} for n in "abc"]
    after = [{"name": "b", "v": 1}, {"name": "a", "v": 2}, {"name": "c", "v": 1}]
    found = attributes(update({"l": before}, {"l": after}))
    assert [(a.path, a.note) for a in found] == [('l["a"].v', None), ("l", "the order of 3 items")]


def test_items_without_names_are_paired_by_what_they_are_like() -> None:
    before = [{"p": 1, "q": 1, "r": 1}, {"p": 2, "q": 2, "r": 2}]
    after = [{"p": 2, "q": 2, "r": 9}, {"p": 3, "q": 3, "r": 3}]
    assert ("l[0].r", "2", "9") in told(update({"l": before}, {"l": after}))


def _of_group(before: Any, after: Any) -> tuple[AttributeChange, ...]:
    item = resource("aws_iam_group_membership.a", ["update"], {"users": before}, {"users": after})
    return attributes(plan(item))


def test_a_set_tells_its_members_and_no_order() -> None:
    (found,) = _of_group(["a", "b", "c"], ["c", "d", "a"])
    assert (found.path, found.before, found.after, found.note) == ("users", '["b"]', '["d"]', "2 others unchanged")
    assert _of_group(["a", "b"], ["b", "a"]) == ()


def test_a_member_of_a_set_of_objects_has_no_place() -> None:
    def filters(*texts: str) -> list[dict[str, Any]]:
        return [{"criteria": text, "more": [1, 2], "eq": ["x", text]} for text in texts]

    item = resource(
        "aws_accessanalyzer_archive_rule.a", ["update"], {"filter": filters("a", "b")}, {"filter": filters("b", "c")}
    )
    assert {a.path.split(".")[0] for a in attributes(plan(item))} == {"filter"}


def test_json_written_in_another_way_is_no_difference_in_what_it_says() -> None:
    found = only('{"a": 1, "b": [1, 2]}', '{"b":[1,2],"a":1}')
    assert (found.before, found.after, found.note) == (None, None, "the same JSON, formatted differently")


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_policy_is_compared_by_statement_whatever_their_order() -> None:
    read = {"Sid": "R", "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["a", "b"]}
    write = {"Sid": "W", "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "a"}
    after = _policy({**write, "Action": ["s3:PutObject", "s3:*"]}, {**read, "Resource": ["b", "a"]})
    found = only(_policy(read, write), after)
    assert (found.path, found.before, found.after, found.note) == (
        'x.Statement["W"].Action',
        None,
        '["s3:*"]',
        "1 other unchanged",
    )


def test_a_policy_with_lists_where_there_were_single_values_is_the_same_policy() -> None:
    one = {"Effect": "Allow", "Action": "a", "Resource": "*", "Principal": {"AWS": "x"}}
    other = {"Resource": ["*"], "Action": ["a"], "Effect": "Allow", "Principal": {"AWS": ["x"]}}
    assert only(_policy(one), json.dumps({"Statement": other, "Version": "2012-10-17"})).note == (
        "the same policy, formatted differently"
    )


def test_statements_without_a_name_are_paired_by_what_they_allow() -> None:
    one = {"Effect": "Allow", "Action": ["a", "b", "c"], "Resource": "x"}
    two = {"Effect": "Deny", "Action": "z", "Resource": "y"}
    found = only(_policy(one, two), _policy(two, {**one, "Action": ["a", "b", "d"]}))
    assert (found.path, found.before, found.after) == ("x.Statement[1].Action", '["c"]', '["d"]')


def test_yaml_is_opened_and_its_types_are_kept() -> None:
    found = only("a: 1\nb:\n  - x\n  - yes: no\n", "a: '1'\nb:\n  - x\n  - yes: no\n")
    assert (found.path, found.before, found.after) == ("x.a", "1", '"1"')


def test_yaml_that_differs_in_its_first_comment_is_compared_by_line() -> None:
    assert only("#cloud-config\na: 1\n", "a: 1\nb: 2\n").lines[0] == "-#cloud-config"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        "a: 1\na: 2\n",
        "#!/bin/sh\nset -e\necho: x\n",
        "one line: 1",
        "a:\n" + "\n".join(" " * n + "- b:" for n in range(1, 200)),
        "a: [" * 5000 + "\n",
        "plain text\nof two lines\n",
        "a: 1\n" * 100_000,
    ],
)
def test_what_is_not_plain_yaml_stays_a_text(text: str) -> None:
    assert read_yaml(text) is None


def test_yaml_numbers_keep_every_digit() -> None:
    assert read_yaml("a: 0.1000000000000000000001\nb: null\n") == {"a": Number("0.1000000000000000000001"), "b": None}


def test_a_long_text_is_compared_by_line_with_two_lines_around() -> None:
    before = "".join(f"line {n}\n" for n in range(20))
    found = only(before, before.replace("line 9\n", "line nine\n"))
    assert found.lines == ("@", " line 7", " line 8", "-line 9", "+line nine", " line 10", " line 11", "@")


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("a\r\nb\r\n", "a\nb\n", "only the line endings differ"),
        ("a\nb\n", "a\nb", "the newline at the end is removed"),
        ("a\nb", "a\nb\n", "a newline is added at the end"),
        ("".join(f"a{n}\n" for n in range(50)), "".join(f"b{n}\n" for n in range(49)), "50 lines removed, 49 added"),
    ],
)
def test_what_lines_do_not_show_is_said(before: str, after: str, note: str) -> None:
    assert only(before, after).note == note


def test_base64_and_gzip_are_opened() -> None:
    texts = ["#!/bin/sh\necho one\n", "#!/bin/sh\necho two\n"]
    plain = [base64.b64encode(text.encode()).decode() for text in texts]
    packed = [base64.b64encode(gzip.compress(text.encode(), mtime=1)).decode() for text in texts]
    for pair, note in ((plain, "base64"), (packed, "gzip in base64")):
        found = only(*pair)
        assert (found.note, found.lines) == (note, (" #!/bin/sh", "-echo one", "+echo two"))


def test_the_same_text_packed_again_is_the_same() -> None:
    old, new = (base64.b64encode(gzip.compress(b"some text " * 9, mtime=t)).decode() for t in (1, 2))
    assert only(old, new).note == "the same text, encoded differently (gzip in base64)"


def test_a_secret_in_a_document_stays_hidden_and_its_change_is_told() -> None:
    secret = {"sensitive": True}
    before, after = (json.dumps({"user": "app", "pass": word}) for word in ("hunter2-old", "hunter2-new"))
    item = resource("aws_x.a", ["update"], {"x": before}, {"x": after})
    variables = {"variables": {"p": {"value": "hunter2-old"}, "q": {"value": "hunter2-new"}}}
    content = plan(item, **variables, configuration={"root_module": {"variables": {"p": secret, "q": secret}}})
    (found,) = attributes(content)
    assert (found.path, found.before, found.after, found.sensitive) == ("x.pass", "(sensitive)", "(sensitive)", True)


def test_yaml_does_not_put_a_secret_together() -> None:
    secret = "correct horse battery"
    item = resource("aws_x.a", ["update"], {"x": "a: 1\nb: 2\n"}, {"x": "a: correct\n  horse\n  battery\nb: 2\n"})
    configuration = {"root_module": {"variables": {"p": {"sensitive": True}}}}
    content = plan(item, variables={"p": {"value": secret}}, configuration=configuration)
    assert secret not in repr(attributes(content))


def test_an_unknown_value_is_told_wherever_it_stands() -> None:
    content = update(
        {"id": "x", "l": [{"a": 1}], "m": {}},
        {"l": [{}], "m": {}},
        after_unknown={"id": True, "l": [{"a": True}], "m": {"k": True}},
    )
    assert told(content) == [
        ("id", '"x"', "(known after apply)"),
        ("l[0].a", "1", "(known after apply)"),
        ("m.k", None, "(known after apply)"),
    ]


def test_a_created_object_is_told_attribute_by_attribute() -> None:
    content = plan(resource("aws_x.a", ["create"], None, {"a": [1], "n": None}, after_unknown={"id": True}))
    assert told(content) == [("a", None, "[1]"), ("id", None, "(known after apply)")]


def test_what_forces_a_replacement_is_marked_down_to_the_path() -> None:
    actions = ["delete", "create"]
    item = resource(
        "aws_x.a", actions, {"a": [{"b": 1, "c": 1}]}, {"a": [{"b": 2, "c": 2}]}, replace_paths=[["a", 0, "b"]]
    )
    (change,) = parse_plan(plan(item)).changes
    assert [(a.path, a.forces_replacement) for a in change.attributes] == [("a[0].b", True), ("a[0].c", False)]


def test_a_value_that_only_becomes_sensitive_is_a_change_without_a_value() -> None:
    (change,) = parse_plan(update({"a": "abc"}, {"a": "abc"}, before_sensitive={}, after_sensitive={"a": True})).changes
    (attribute,) = change.attributes
    assert (attribute.path, attribute.note, attribute.sensitive) == ("a", "becomes sensitive", True)
    assert "abc" not in repr((change, change.attributes))


def test_the_items_of_a_list_that_only_changes_its_order_are_counted() -> None:
    assert only([{"n": 1}, {"n": 2}], [{"n": 2}, {"n": 1}]).note == "the order of 2 items"


class _Counting(str):
    """A line that counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        _Counting.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def _comparisons(length: int, alphabet: int) -> int:
    old = [_Counting(f"line {n * 7919 % alphabet}") for n in range(length)]
    new = [_Counting(f"line {n * 7907 % alphabet}") for n in range(length)]
    _Counting.compared = 0
    matching_lines(old, new)
    return _Counting.compared


@pytest.mark.parametrize("alphabet", [7, 400, 10**9], ids=["repeated", "often", "unique"])
def test_the_line_difference_costs_as_much_again_for_twice_the_text(alphabet: int) -> None:
    small, large = _comparisons(2_000, alphabet), _comparisons(16_000, alphabet)
    assert large <= 8 * small * 2.5 + 50_000


@given(st.lists(st.sampled_from("abcd"), max_size=60), st.lists(st.sampled_from("abcd"), max_size=60))
def test_lines_that_stay_are_equal_and_in_order(old: list[str], new: list[str]) -> None:
    pairs = matching_lines(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(pairs))


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.lists(st.sampled_from("abcde"), max_size=30))
def test_every_line_that_goes_or_comes_is_told(old: list[str], new: list[str]) -> None:
    difference = text_difference("".join(f"{x}\n" for x in old), "".join(f"{x}\n" for x in new))
    gone = sorted(line[1:] for line in difference.lines if line.startswith("-"))
    come = sorted(line[1:] for line in difference.lines if line.startswith("+"))
    assert sorted([*old, *come]) == sorted([*new, *gone])


_LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b", "a\nb"])
_TREES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "a", "b.c", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _leaf_paths(before: Any, after: Any, path: str = "x") -> set[str]:
    """Return the paths of map members at which two trees differ, down to a list or a leaf."""
    if before == after and type(before) is type(after) and repr(before) == repr(after):
        return set()
    if isinstance(before, dict) and isinstance(after, dict):
        return set().union(
            *(
                _leaf_paths(
                    before.get(key), after.get(key), f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]'
                )
                for key in {*before, *after}
            )
        )
    return {path}


@given(_TREES, _TREES)
def test_no_difference_is_lost(before: Any, after: Any) -> None:
    found = [a.path for a in attributes(update({"x": before}, {"x": after}))]
    for path in _leaf_paths(before, after):
        assert any(one == path or one.startswith((path + ".", path + "[")) or path.startswith(one) for one in found)


@given(_TREES)
def test_equal_trees_have_no_difference_and_the_order_of_maps_says_nothing(tree: Any) -> None:
    assert attributes(update({"x": tree}, {"x": _reversed(tree)})) == ()


@given(_TREES, _TREES)
def test_the_order_of_maps_does_not_change_what_is_told(before: Any, after: Any) -> None:
    assert attributes(update({"x": before}, {"x": after})) == attributes(
        update({"x": _reversed(before)}, {"x": _reversed(after)})
    )


@given(st.lists(_TREES, max_size=5), st.lists(_TREES, max_size=5))
def test_lists_that_differ_are_never_told_as_equal(before: list[Any], after: list[Any]) -> None:
    found = attributes(update({"x": before}, {"x": after}))
    assert bool(found) == (json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True))


def test_a_change_without_both_sides_is_told_whole() -> None:
    (change,) = parse_plan(plan(resource("aws_x.a", ["delete"], {"a": {"b": 1}}, None))).changes
    assert change.action is Action.DELETE
    assert [(a.path, a.before) for a in change.attributes] == [("a", "{b = 1}")]
