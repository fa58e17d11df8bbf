from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from infragen.plan import ChangeSet, parse_plan, read_plan
from infragen.report import markdown
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import change, first_apply, of_every_kind, repetitive

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = (
    "``` x", "`@team`", "<b>x</b>", "</summary></details>", "<!-- x -->", "https://example.test/x", "[l](http://x)",
    "#12", "a\nb", "\u001b[31m", "\u202e", "&lt;", "**b**", "", "|", "\\", "@everyone", "![i](http://x)", "~~~", "ä計",
)  # fmt: skip
OURS = {"details", "summary", "b", "code", "a", "br"}
HARMLESS = {
    "blockquote_close", "blockquote_open", "bullet_list_close", "bullet_list_open", "code_inline", "fence",
    "heading_close", "heading_open", "html_block", "html_inline", "inline", "list_item_close", "list_item_open",
    "paragraph_close", "paragraph_open", "softbreak", "strong_close", "strong_open", "text",
}  # fmt: skip

texts = st.sampled_from(HOSTILE) | st.text(max_size=20)
actions = st.sampled_from((["create"], ["update"], ["delete"], ["delete", "create"], ["read"], ["forget"]))


@st.composite
def change_sets(draw: st.DrawFn) -> ChangeSet:
    """Draw a plan of hostile names and values."""
    kinds = st.sampled_from(("aws_rds_cluster", "aws_x"))
    items = [
        resource(
            f"module.{draw(st.sampled_from('abc'))}.{draw(kinds)}.r[{_quoted(key)}]",
            draw(actions),
            {"a": draw(texts), "m": {draw(texts): 1}},
            {"a": draw(texts), "m": {draw(texts): 2}},
            module_address=f'module.m["{draw(texts)}"]',
        )
        for key in draw(st.lists(texts, max_size=12))
    ]
    checks = [{"instances": [{"problems": [{"message": draw(texts)}]}]} for _ in range(draw(st.integers(0, 3)))]
    outputs = {"o": {"actions": ["create"], "after": draw(texts)}}
    return parse_plan(plan(*items, checks=checks, output_changes=outputs))


def of(document: dict[str, object]) -> ChangeSet:
    return parse_plan(json.dumps(document).encode())


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@settings(max_examples=150, deadline=None)
@given(change_sets() | repetitive().map(of), st.integers(0, 6_000) | st.integers(6_000, 70_000), texts)
def test_any_budget_gives_valid_markdown_that_drops_nothing_unsaid(
    change_set: ChangeSet, budget: int, target: str
) -> None:
    report = markdown.render(change_set, target, budget=budget)
    assert len(report.encode("utf-8")) <= budget
    if budget >= 500:
        check_sound(report)
        assert counted(report) == len(change_set.changes)


@settings(max_examples=30, deadline=None)
@given(change_sets())
def test_what_destroys_is_the_last_to_be_shortened(change_set: ChangeSet) -> None:
    whole = markdown.render(change_set, "x/y")
    for budget in range(450, len(whole.encode("utf-8")), 200):
        report = markdown.render(change_set, "x/y", budget=budget)
        hidden = report.partition("\nnot shown: ")[2].partition("\n")[0]
        if re.search(r"DELETE|REPLACE|forget", hidden):
            assert all(re.search(r"(\*\*|<b>)(DELETE|REPLACE|forget)", line) for line in headlines(report))


def test_no_text_of_a_plan_is_read_as_markdown() -> None:
    """Whatever a plan says stands in code: the marker is in every text of it, and in no text of the Markdown."""
    mark = "qxz *b* [l](x) <i> @team"
    items = [
        resource(f"aws_qxz.q[{_quoted(mark + str(n))}]", ["update"], {mark: 1}, {mark: f"{mark}{n}"}, deposed=deposed)
        for n in range(4)
        for deposed in (None, mark)
    ]
    items += [resource(f"module.qxz{n}.aws_qxz.qxz", ["create"], None, {"a": mark}) for n in range(30)]
    checks = [{"address": {"kind": mark, "to_display": mark}, "instances": [
        {"address": {"to_display": mark}, "status": mark, "problems": [{"message": mark}]},
    ]}]  # fmt: skip
    outputs = {mark: {"actions": ["create"], "after": mark}}
    change_set = parse_plan(plan(*items, checks=checks, output_changes=outputs, errored=True))
    for budget in (400, 700, 1_500, 5_000, 65_000):
        report = markdown.render(change_set, mark, budget=budget)
        check_sound(report)
        tokens = [t for token in MarkdownIt("commonmark").parse(report) for t in (token, *(token.children or ()))]
        assert not [token.content for token in tokens if token.type == "text" and "qxz" in token.content]
    assert "Planning failed" in report


def headlines(report: str) -> list[str]:
    """Return the headlines of the groups that are shown."""
    return [line for line in report.split("\n") if line.startswith(("- **", "<details"))]


def check_sound(report: str) -> None:
    """Assert that a Markdown reader sees our own elements only, all closed."""
    tokens = [t for token in MarkdownIt("commonmark").parse(report) for t in (token, *(token.children or ()))]
    assert {token.type for token in tokens} <= HARMLESS
    markup = "".join(token.content for token in tokens if token.type in {"html_block", "html_inline"})
    assert set(re.findall(r"</?([a-zA-Z!]+)", markup)) <= OURS
    for name in ("details", "summary", "code", "b", "a"):
        assert len(re.findall(rf"<{name}[ >]", markup)) == markup.count(f"</{name}>")
    plain = " ".join(t.content for t in tokens if t.type == "text")
    assert not re.search(r"@\w|https?:|#\d", plain)


def counted(report: str) -> int:
    """Return how many changes the headlines and the line of what is not shown stand for."""
    shown = 0
    for line in headlines(report):
        without_code = re.sub(r"<code>.*?</code>|(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        shown += sum(map(int, re.findall(r"\b(?:[A-Z]+|create|update|revise|read|forget) (\d+)", without_code)))
    hidden = re.search(r"^not shown: (\d+) changes? of", report, re.MULTILINE)
    return shown + (int(hidden[1]) if hidden else 0)


def test_hostile_keys_are_only_text() -> None:
    report = markdown.render(read_plan(case("024").path), "x/y")
    check_sound(report)
    fence = re.search(r"^(`{3,})diff$", report, re.MULTILINE)
    assert fence
    assert "script" in report
    assert "\u202e" not in report
    assert "\x1b" not in report


@pytest.mark.parametrize(
    ("resource_type", "before", "after", "mark"),
    [
        (
            "google_project_iam_policy",
            {"policy_data": "a"},
            {"policy_data": "b"},
            "❔ **not judged** `(policy_data of google project IAM policy)`",
        ),
        (
            "azapi_resource",
            {"body": {"open": False}},
            {"body": {"open": True}},
            "❔ **not judged** `(body of azapi resource)`",
        ),
        (
            "aws_lambda_function",
            {"handler": "a.b"},
            {"handler": "a.c"},
            "❔ **not judged** `(handler of lambda function)`",
        ),
        ("acme_thing", {"a": 1}, {"a": 1}, "❔ **not judged** `(what the plan does not show of acme thing)`"),
        ("aws_sqs_queue", {"tags": {"a": "1"}}, {"tags": {"a": "2"}}, "✅ **LOW** `(nothing will be lost)`"),
    ],
)
def test_what_no_one_judged_is_not_marked_as_safe(resource_type: str, before: Any, after: Any, mark: str) -> None:
    change_set = parse_plan(plan(resource(f"{resource_type}.a", ["update"], before, after)))
    assert markdown.render(change_set, "t").startswith(f"### `t` 1 change · risk {mark}\n")


def test_a_comment_reads_like_the_terminal() -> None:
    report = markdown.render(change(), "technova/prod", base_url="https://example.test/blob/main")
    reason = "(data loss: aws_rds_cluster of database sales-order is replaced)"
    assert report.startswith(f"### `technova/prod` 1 replace, 15 change, 2 add · risk 🛑 **HIGH** `{reason}`\n")
    place = "catalog/technova/databases/sales/order.yaml"
    assert f'<a href="https://example.test/blob/main/{place}#L2"><code>{place}&#58;2</code></a>' in report
    assert "- **`+`** `root module` create 2 `2 SNS topics`\n" in report
    assert "! update module.*_scaling.aws_appautoscaling_target.this  target  at most 15 -> at most 20\n" in report


def test_a_failed_plan_says_so_at_any_size() -> None:
    for budget in (150, 600, 65_000):
        report = markdown.render(of_every_kind(), "t/prod", budget=budget)
        assert re.search(r"planning failed", report, re.IGNORECASE)
        assert "HIGH" in report


def test_what_is_exposed_is_open_for_everyone_to_see() -> None:
    report = markdown.render(of_every_kind(), "t/prod")
    assert "<details open><summary><b><code>+</code></b> <code>root module</code> create 2 · HIGH (exposure)" in report


def test_a_first_apply_of_a_thousand_and_more_resources_fits_a_screen() -> None:
    report = markdown.render(first_apply(each=20), "technova/prod")
    assert len(report.splitlines()) < 25


@pytest.mark.parametrize("budget", [0, 1, 5, 30, 100, 250])
def test_a_budget_below_the_headline_still_gives_a_count_or_nothing(budget: int) -> None:
    report = markdown.render(change(), "technova/prod", budget=budget)
    assert len(report.encode()) <= budget
    assert "18" in report or budget < 3


def test_a_high_risk_that_no_longer_fits_is_counted_as_one() -> None:
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    narrow = policy.replace('"*"', '"s3:GetObject"', 1)
    items = [
        resource("module.a.aws_iam_policy.all", ["update"], {"policy": narrow}, {"policy": policy}),
        resource("module.b.aws_s3_bucket.uploads", ["delete"], {"bucket": "uploads"}, None),
    ]
    for item in items:
        item["module_address"] = item["address"].rpartition(".aws_")[0]
    text = markdown.render(parse_plan(plan(*items)), "t", budget=330)
    assert "DELETE 1" in text
    assert "(update 1, HIGH risk among them)" in text


@pytest.mark.parametrize("made", [change, of_every_kind])
def test_a_report_that_is_a_few_bytes_too_long_is_shortened(made: Callable[[], ChangeSet]) -> None:
    whole = len(markdown.render(made(), "t/prod").encode())
    for budget in range(whole - 10, whole):
        assert len(markdown.render(made(), "t/prod", budget=budget).encode()) <= budget


def test_what_destroys_is_named_before_a_reason_is_told_at_length_and_before_what_is_no_change() -> None:
    assert "· risk 🛑 **HIGH** `(data loss)`\n\n- **`!`** `database sales-order` `受注` **REPLACE 1**" in (
        markdown.render(change(), "t/x", budget=380)
    )
    (headline,) = headlines(markdown.render(of_every_kind(), "t/x", budget=600))
    assert "**REPLACE 1**" in headline


def test_a_line_that_fits_exactly_is_shown() -> None:
    line = markdown.render(change(), "t/prod", budget=60)
    assert line == markdown.render(change(), "t/prod", budget=len(line.encode())) != ""
