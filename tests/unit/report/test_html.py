"""The page without a browser: what its markup holds, and what it never holds."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infragen.diagnostics import Location
from infragen.plan import (
    Action,
    AttributeChange,
    Cause,
    Change,
    ChangeSet,
    Check,
    Deferred,
    Invocation,
    KnownBody,
    Level,
    Noise,
    Origin,
    OutputChange,
    Risk,
    RiskKind,
    parse_plan,
    read_plan,
)  # fmt: skip
from infragen.report import html
from tests.plans.corpus import CASES, Case, case
from tests.unit.plan.plans import plan, resource, update
from tests.unit.report.sample import change, first_apply

VOID = {"meta", "input", "br"}
OURS = {
    "a", "b", "body", "button", "code", "del", "details", "div", "fieldset", "footer", "h1", "h2", "h3", "head",
    "header", "html", "input", "ins", "kbd", "label", "legend", "li", "main", "mark", "meta", "nav", "ol", "option",
    "output", "p", "pre", "script", "section", "select", "span", "style", "summary", "title", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-hidden", "aria-keyshortcuts", "aria-label", "aria-live", "autocomplete", "charset", "class", "content",
    "data-a", "data-e", "data-n", "data-r", "data-s", "data-stack", "hidden", "href", "http-equiv", "id", "lang",
    "name", "open", "placeholder", "role", "spellcheck", "tabindex", "type", "value",
}  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>", "</script><script>x</script>", "</style>", '" onmouseover="x',
    "' autofocus onfocus='x", "<!-- x", "-->", "]]>", "<img src=x onerror=x>", "&lt;b&gt;", "&", "javascript:x", "https://example.test/x",
    "</summary></details></section>", "\u202e\u2066", "\x1b[31m", "\x00", "\ud800", "a\nb", "", "@team", "計画",
    "\\", "`",
)  # fmt: skip


class Page(HTMLParser):
    """Reads a page as a browser would, and fails where it is not well-formed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.tags: Counter[str] = Counter()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(page)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in OURS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags[tag] += 1
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        pytest.fail(f"a declaration: {data}")

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] in self.raw:
            self.raw[self.stack[-1]].append(data)
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def counted(self) -> int:
        """How many changes the page stands for."""
        return sum(int(attrs["data-n"] or 0) for _, attrs in self.elements if "data-n" in attrs)


def check_sound(page: str) -> Page:
    """Assert that nothing but our own markup is there, and that nothing can be loaded or run beside our script."""
    read = Page(page)
    assert (read.tags["style"], read.tags["script"], read.tags["main"], read.tags["h1"]) == (1, 1, 1, 1)
    page.encode("utf-8")
    assert not [c for c in page if not c.isprintable() and c not in "\n\u3000\u00a0"]
    for tag, attrs in read.elements:
        assert not [name for name in attrs if name.startswith("on")]
        if "href" in attrs:
            assert tag == "a"
            assert re.fullmatch(r"#[a-z0-9]+", attrs["href"] or "")
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(set(ids)) == len(ids)
    assert {attrs["href"][1:] for _, attrs in read.elements if attrs.get("href")} <= set(ids)
    return read


texts = st.sampled_from(HOSTILE) | st.text(max_size=20)
maybe = st.none() | texts
locations = st.builds(Location, texts, st.integers(1, 99), st.just(1))
attributes = st.builds(
    AttributeChange, texts, maybe, maybe, forces_replacement=st.booleans(), note=maybe,
    lines=st.lists(st.tuples(st.sampled_from("-+ @"), texts).map("".join), max_size=4).map(tuple),
    comes_from=st.lists(texts, max_size=2).map(tuple), noise=st.none() | st.sampled_from(Noise),
    origin=st.none() | st.builds(Origin, maybe, locations),
)  # fmt: skip
risks = st.builds(Risk, st.sampled_from(Level), st.sampled_from(RiskKind), texts)
bodies = st.builds(
    KnownBody,
    st.lists(attributes, max_size=3).map(tuple),
    st.lists(risks, min_size=1, max_size=2).map(tuple),
    st.lists(st.builds(Cause, maybe, texts, st.lists(texts, max_size=2).map(tuple)), max_size=1).map(tuple),
)
changes = st.builds(
    Change, address=texts, module_address=st.sampled_from(["", "module.a", "<b>"]), type=texts, name=texts, index=maybe,
    provider=texts, mode=st.just("managed"), action=st.sampled_from([action for action in Action if action.rank < 10]),
    previous_address=maybe, importing=maybe, deposed=maybe, reason=maybe,
    stack=st.none() | st.sampled_from(HOSTILE[:3]),
    body=bodies,
)  # fmt: skip
change_sets = st.builds(
    ChangeSet,
    changes=st.lists(changes, max_size=8).map(tuple),
    outputs=st.lists(
        st.builds(OutputChange, texts, st.sampled_from(Action), maybe, maybe, stack=maybe), max_size=2
    ).map(tuple),
    drift=st.lists(changes, max_size=2).map(tuple),
    notices=st.lists(texts, max_size=3).map(tuple),
    checks=st.lists(
        st.builds(Check, texts, texts, texts, st.lists(texts, max_size=2).map(tuple), maybe), max_size=2
    ).map(tuple),
    deferred=st.lists(st.builds(Deferred, texts, changes), max_size=2).map(tuple),
    invocations=st.lists(st.builds(Invocation, texts, texts, texts, maybe, maybe), max_size=2).map(tuple),
    hidden_drift=st.integers(0, 2),
    passed_checks=st.integers(0, 2),
    terraform_version=maybe,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(change_sets, texts, st.sampled_from([html.COMFORTABLE, 20_000, 2_000]))
def test_whatever_a_plan_says_is_text_and_every_change_is_counted(
    change_set: ChangeSet, target: str, comfortable: int
) -> None:
    page = check_sound(html.render(change_set, target, comfortable=comfortable))
    assert page.counted == len(change_set.changes)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_plan_of_the_corpus_is_told_whole_and_without_its_secrets(case: Case) -> None:
    change_set = read_plan(case.path)
    page = html.render(change_set, "x/y")
    read = check_sound(page)
    assert read.counted == len(change_set.changes)
    shown = read.text
    for secret in case.secrets:
        assert not [form for form in (secret, json.dumps(secret)[1:-1]) if form in page or form in shown]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_address_of_the_corpus_is_on_the_page(case: Case) -> None:
    from infragen.text import visible

    change_set = read_plan(case.path)
    text = Page(html.render(change_set, "x/y")).text
    assert not [one.address for one in change_set.changes if visible(one.address) not in text]


def test_the_policy_allows_our_style_and_our_script_and_nothing_else() -> None:
    read = check_sound(html.render(change(), "technova/prod"))
    (policy,) = [attrs["content"] for _, attrs in read.elements if attrs.get("http-equiv")]
    digests = {
        name: base64.b64encode(hashlib.sha256("".join(text).encode()).digest()).decode()
        for name, text in read.raw.items()
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests['style']}'; script-src 'sha256-{digests['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_on_the_page_names_another_place() -> None:
    page = html.render(change(), "technova/prod")
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\bfetch\b|XMLHttp|\beval\b|innerHTML|\bsrc=", page)


def test_a_change_is_told_with_its_risk_its_cause_its_value_and_its_line() -> None:
    read = Page(html.render(change(), "technova/prod"))
    text = " ".join(read.text.split())
    for said in (
        "HIGH · data loss", "in database sales-order", "! REPLACE module.order.aws_rds_cluster.this",
        "Replaced because cluster_identifier cannot be changed in place", "forces replacement",
        '"aurora-prod-sales-order" → becomes "aurora-prod-sales-orders"',
        "catalog/technova/databases/sales/order.yaml:2",
        "Same change in 14 services", "auth, campaign, contract",
        "module.*_scaling.aws_appautoscaling_target.this 14 times",
        "Plan: 3 to add, 15 to change, 1 to destroy.", "受注",
        "and 1 known after apply",
        "18 changes, all of them on this page",
    ):  # fmt: skip
        assert said in text
    assert re.search(r"14 times .*? 15 → becomes .*?20", text)
    assert text.index("database sales-order") < text.index("14 services") < text.index("root module")


def test_a_new_revision_is_revised_everywhere_on_the_page_and_nothing_of_it_is_destroyed() -> None:
    known_in_part = case("144")
    read = check_sound(html.render(read_plan(known_in_part.path, files=known_in_part.files), "x"))
    text = " ".join(read.text.split())
    for said in (
        "3 ~ revise", "~ revise module.api.aws_ecs_task_definition.this",
        "Revised because container_definitions cannot be changed in place",
        "container api: env MINUTES 15", "new revision the old one stays active",
    ):  # fmt: skip
        assert said in text.replace('"', "")
    for word in ("replace", "REPLACE", "destroyed first", "forces replacement"):
        assert word not in text
    assert [attrs["data-a"] for _, attrs in read.elements if attrs.get("data-a")].count("revise") == 3


def test_an_old_text_is_cut_where_nothing_is_known_of_the_new_one() -> None:
    before = json.dumps({"a": "b" * 500})
    text = Page(html.render(parse_plan(update({"d": before}, {}, after_unknown={"d": True})), "x")).text
    assert re.search(r"shortened from 5\d\d columns", text)
    assert "b" * 200 not in text


def test_an_exception_stands_below_what_it_differs_from() -> None:
    items = [
        resource(f"aws_x.a[{n}]", ["update"], {"size": 1}, {"size": 5 if n == 3 else 2}, index=n) for n in range(8)
    ]
    read = check_sound(html.render(parse_plan(plan(*items)), "x"))
    assert "1 exception: the same attributes, other values" in read.text
    assert (read.counted, "aws_x.a[3]" in read.text) == (8, True)


def test_what_is_no_change_of_an_object_has_its_own_sections() -> None:
    change_set = ChangeSet(
        outputs=(OutputChange("url", Action.UPDATE, '"a"', '"b"', stack="edge"),),
        checks=(Check("check.c", "check", "fail", ("always",)),),
        passed_checks=3,
        hidden_drift=2,
        invocations=(Invocation("action.x.y", "x", "after aws_x.a is created", "the provider waits"),),
        deferred=(Deferred("unknown count", Change("aws_x.b", "", "aws_x", "b", None, "p", "managed", Action.CREATE)),),
    )
    text = " ".join(check_sound(html.render(change_set, "x")).text.split())
    for said in (
        "✗ fail check.c", "always", "3 passed", "2 without effect on this plan", "action.x.y after aws_x.a is created",
        "waits: the provider waits", "+ create aws_x.b", "waits: unknown count", '~ update edge url "a" → becomes "b"',
    ):  # fmt: skip
        assert said in text


def test_a_plan_without_changes_says_so() -> None:
    read = check_sound(html.render(ChangeSet(), "x"))
    assert "Nothing changes." in read.text
    assert "Plan: 0 to add, 0 to change, 0 to destroy." in read.text


def test_a_value_of_any_size_takes_a_bounded_part_of_the_page_and_still_shows_the_difference() -> None:
    change_set = parse_plan(update({"a": "x" * 300_000}, {"a": "x" * 150_000 + "y" + "x" * 150_000}))
    page = html.render(change_set, "x")
    small = html.render(parse_plan(update({"a": "x"}, {"a": "y"})), "x")
    assert len(page) - len(small) < 10_000
    read = check_sound(page)
    assert "y" in re.findall(r"<mark>(.*?)</mark>", page)
    assert "shortened from 600,005 columns" in read.text


def test_an_escape_is_not_cut_by_the_mark_around_a_difference() -> None:
    page = html.render(parse_plan(update({"a": "one\r\ntwo and more"}, {"a": "one\ntwo and more"})), "x")
    assert "\\<mark>" not in page
    assert not re.search(r"\\</mark>", page)


def big(count: int) -> ChangeSet:
    """Return a plan in which no two updates are alike, and as many creations of three types."""
    items: list[dict[str, Any]] = []
    for n in range(count):
        values = {f"argument_{k}": f"value {k} of {n}" for k in range(12)}
        items.append(resource(f"aws_x.u{n}", ["update"], {"a": f"before {n}", "b": n}, {"a": f"after {n}", "b": n + 1}))
        kind = ("cloudwatch_log_group", "sns_topic", "sqs_queue")[n % 3]
        items.append(resource(f"aws_{kind}.c{n}", ["create"], None, values))
    return parse_plan(plan(*items))


def test_a_page_that_would_be_too_large_lists_creations_then_shortens_and_counts_what_it_leaves_out() -> None:
    change_set = big(400)
    whole = html.render(change_set, "x")
    brief = html.render(change_set, "x", comfortable=300_000)
    least = html.render(change_set, "x", comfortable=30_000)
    assert len(whole) > len(brief) > len(least)
    for page in (whole, brief, least):
        read = check_sound(page)
        assert read.counted == 800
        assert not [one.address for one in change_set.changes if one.address not in read.text]
    assert "To keep this page usable" not in whole
    assert "creations and reads are listed by type" in brief
    assert "argument_3" in whole
    assert "argument_3" not in brief
    assert "after 399" in brief
    hidden = re.search(r"(\d+) changes of the least risk without the values", least)
    assert hidden
    details = len(re.findall(r"before \d+", Page(least).text))
    assert details + int(hidden[1]) == 400


def test_the_page_grows_with_the_number_of_changes_and_no_faster() -> None:
    sizes = [len(html.render(big(count), "x")) for count in (50, 100, 200)]
    assert sizes[2] - sizes[1] < 2.2 * (sizes[1] - sizes[0])


def test_a_first_apply_is_one_folded_line_with_all_addresses() -> None:
    change_set = first_apply(5)
    read = check_sound(html.render(change_set, "technova/prod"))
    assert read.counted == 14 * 25
    assert all(one.address.partition(".")[2].partition(".")[2] in read.text for one in change_set.changes)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_page_does_not_depend_on_the_order_of_the_plan(case: Case) -> None:
    document = case.plan
    again = dict(reversed(document.items()))
    random.Random(5).shuffle(again.get("resource_changes", []))
    pages = [html.render(parse_plan(json.dumps(one).encode()), "x") for one in (document, again)]
    assert pages[0] == pages[1]


def test_why_something_is_destroyed_is_said_in_our_words() -> None:
    item = resource('aws_x.a["b"]', ["delete"], {"n": 1}, None)
    item["action_reason"] = "delete_because_each_key"
    page = html.render(parse_plan(plan(item)), "t")
    assert "its key is no longer in for_each" in page
