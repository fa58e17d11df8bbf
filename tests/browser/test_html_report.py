"""The HTML report in a real browser: how it looks, what it asks for, and how it is worked with."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import Location
from infragen.plan import Action, Change, ChangeSet, Entry, KnownBody, Level, Risk, RiskKind, parse_plan, read_plan
from infragen.report import html
from tests.browser import conftest
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import change, first_apply
from tests.unit.report.test_html import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Opened

pytestmark = pytest.mark.browser

REPORTS = {
    "sample": lambda: html.render(change(), "technova/prod"),
    "first apply": lambda: html.render(first_apply(5), "technova/prod"),
    "everything": lambda: html.render(read_plan(case("048").path), "x/y"),
    "hostile": lambda: html.render(read_plan(case("024").path), "<b>x</b>"),
    "multiline": lambda: html.render(read_plan(case("029").path), "x/y"),
    "nothing": lambda: html.render(ChangeSet(), "x/y"),
    "long": lambda: html.render(long_names(), "t" * 200),
}
SIZES = ((1280, "light"), (1280, "dark"), (400, "light"), (400, "dark"))

# Every element with a box inside the window that sticks out of it, but what scrolls by itself.
STICKING_OUT = """() => [...document.querySelectorAll('body *')].filter(node => {
  if (node.closest('.diff, .said, .skip, option')) return false;
  const box = node.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1);
}).map(node => node.className + ' ' + node.textContent.slice(0, 60))"""
# Texts whose contrast with what is painted behind them is below WCAG's AA.
HARD_TO_READ = """() => {
  const parse = color => color.match(/[\\d.]+/g).map(Number);
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
  const behind = node => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = color => {
    const [r, g, b] = color.map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const bad = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest('.said, .skip, option') || !node.checkVisibility()) continue;
    const below = behind(node), text = over(parse(getComputedStyle(node).color), below);
    const [a, b] = [light(text), light(below)].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.add(`${node.className}: ${walker.currentNode.data.slice(0, 30)}`);
  }
  return [...bad];
}"""
COLOURS = """async data => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + data;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const most = Math.max(...counts.values()) / pixels.length;
  return { size: [image.width, image.height], colours: counts.size, most };
}"""


def long_names() -> ChangeSet:
    """Return a plan in which every name is longer than a line."""
    long = "a_name_that_never_ends_" * 12
    items = [
        resource(f"module.{long}.aws_{long}.{long}", ["update"], {long: long}, {long: f"{long}x", "b": [long] * 5}),
        resource(f"aws_x.{long}", ["delete", "create"], {"a": long}, {"a": "b"}, replace_paths=[["a"]]),
    ]
    return parse_plan(plan(*items, output_changes={long: {"actions": ["create"], "after": long}}))


def some() -> ChangeSet:
    """Return six changes of two entries and two stacks, of three risks."""

    def one(name: str, action: Action, level: Level, entry: str, stack: str) -> Change:
        risk = Risk(level, RiskKind.DATA_LOSS if level is Level.HIGH else RiskKind.HARMLESS, "a reason")
        place = Location(f"catalog/{entry}.yaml", 2)
        return Change(
            f"aws_x.{name}", "", "aws_x", name, None, "p", "managed", action, stack=stack,
            entry=Entry(f"services/{entry}", entry.upper(), place), body=KnownBody((), (risk,)),
        )  # fmt: skip

    return ChangeSet(
        (
            one("cart", Action.DELETE, Level.HIGH, "shop", "front"),
            one("page", Action.UPDATE, Level.MEDIUM, "shop", "front"),
            one("logo", Action.CREATE, Level.LOW, "shop", "front"),
            one("queue", Action.UPDATE, Level.LOW, "mail", "back"),
            one("inbox", Action.CREATE, Level.LOW, "mail", "back"),
            one("list", Action.MOVE, Level.LOW, "mail", "back"),
        )
    )


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_report_fits_its_window_can_be_read_and_asks_for_nothing(
    show: Callable[..., Opened], report: Callable[[], str], width: int, scheme: str
) -> None:
    opened = show(report(), width=width, scheme=scheme)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(HARD_TO_READ) == []
    assert len(opened.requests) == 1
    assert opened.requests[0].startswith("file:")
    assert opened.complaints == []


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_picture_of_a_report_shows_a_page_of_that_size_and_scheme(
    show: Callable[..., Opened], width: int, scheme: str
) -> None:
    opened = show(REPORTS["sample"](), width=width, scheme=scheme)
    picture = base64.b64encode(opened.page.screenshot()).decode()
    blank = show("<!DOCTYPE html><title>a canvas</title>")
    seen: dict[str, Any] = blank.page.evaluate(COLOURS, picture)
    assert seen["size"] == [width, 900]
    assert seen["colours"] > 200
    assert seen["most"] < 0.9
    background = opened.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (max(background) < 60) == (scheme == "dark")


def test_contents_stand_beside_the_changes_where_there_is_room_and_above_them_folded_where_there_is_not(
    show: Callable[..., Opened],
) -> None:
    boxes = {}
    for width in (1280, 400):
        page = show(REPORTS["sample"](), width=width).page
        boxes[width] = page.locator("nav").bounding_box(), page.locator("main").bounding_box()
        assert page.locator("nav details[open]").count() == (1 if width == 1280 else 0)
    nav, main = boxes[1280]
    assert nav["x"] + nav["width"] <= main["x"]
    nav, main = boxes[400]
    assert nav["y"] + nav["height"] <= main["y"]


def test_hostile_names_run_nothing_and_open_nothing(show: Callable[..., Opened]) -> None:
    items = [
        resource(f'aws_x.a["{text}{number}"]', ["update"], {text: "a"}, {text: f"{text}b"})
        for number, text in enumerate(HOSTILE)
        if text != "\ud800"
    ]
    opened = show(html.render(parse_plan(plan(*items)), HOSTILE[0]))
    opened.page.click("#unfold")
    assert opened.page.evaluate("document.scripts.length") == 1
    assert opened.page.evaluate("document.querySelectorAll('img, iframe, object, link, form, svg').length") == 0
    assert opened.page.locator("h1").inner_text() == HOSTILE[0]
    assert (opened.complaints, len(opened.requests)) == ([], 1)


def test_a_script_that_is_not_ours_would_not_run(show: Callable[..., Opened]) -> None:
    page = REPORTS["sample"]().replace("<main", "<script>document.title = 'run'</script><main")
    opened = show(page)
    assert opened.page.title() != "run"
    assert any("Content Security Policy" in words for words in opened.complaints)


def test_without_scripts_everything_is_there_and_unfolds(show: Callable[..., Opened]) -> None:
    page = show(REPORTS["sample"](), script=False).page
    assert page.locator("#tools").is_hidden()
    assert page.get_by_text("cluster_identifier cannot be changed in place").is_visible()
    lists = page.locator(".members .list")
    assert lists.first.is_hidden()
    page.locator(".members summary").first.click()
    assert lists.first.is_visible()
    page.locator("nav a").last.click()
    assert page.url.endswith("#g4")


def test_search_finds_names_values_and_the_headlines_of_groups(show: Callable[..., Opened]) -> None:
    opened = show(REPORTS["sample"]())
    for words, count in (
        ("aurora-prod", "1 of 18 changes"), ("APPautoscaling", "14 of 18 changes"), ("受注", "1 of 18 changes"),
        ("planning", "1 of 18 changes"), ("module.auth_scaling.aws", "1 of 18 changes"),
        ("14 services", "14 of 18 changes"), ("sns_topic observ", "2 of 18 changes"), ("zzz", "0 of 18 changes"),
    ):  # fmt: skip
        opened.page.fill("#q", words)
        opened.page.locator("#count", has_text=count).wait_for()
    assert opened.page.locator("#none").is_visible()
    opened.page.keyboard.press("Escape")
    assert opened.count == "18 changes"
    assert opened.page.input_value("#q") == ""
    assert opened.page.locator(".group[hidden]").count() == 0


def test_search_unfolds_what_it_finds_and_folds_it_again(show: Callable[..., Opened]) -> None:
    page = show(REPORTS["first apply"]()).page
    fold = page.locator(".fold").first
    assert fold.get_attribute("open") is None
    page.fill("#q", "aws_iam_role.n3")
    page.locator("#count", has_text="14 of 350").wait_for()
    assert fold.get_attribute("open") is not None
    assert page.evaluate("CSS.highlights.get('found').size") > 0
    page.keyboard.press("Escape")
    assert fold.get_attribute("open") is None
    page.fill("#q", "module.pricing.aws_iam_role.n3")
    page.locator("#count", has_text="1 of 350").wait_for()
    assert page.locator(".members .list").is_visible()


def test_filters_join_and_choose_by_action_risk_entry_and_stack(show: Callable[..., Opened]) -> None:
    opened = show(html.render(some(), "x"))
    page = opened.page
    assert opened.count == "6 changes"
    page.check("input[name=a][value=update]")
    assert (opened.count, opened.shown()) == ("2 of 6 changes", ["aws_x.page", "aws_x.queue"])
    page.check("input[name=a][value=move]")
    assert opened.shown() == ["aws_x.page", "aws_x.queue", "aws_x.list"]
    page.check("input[name=r][value='1']")
    assert opened.shown() == ["aws_x.queue", "aws_x.list"]
    page.click("#clear")
    page.check("input[name=r][value='3']")
    assert opened.shown() == ["aws_x.cart"]
    page.click("#clear")
    page.select_option("#e", label="services/mail")
    assert sorted(opened.shown()) == ["aws_x.inbox", "aws_x.list", "aws_x.queue"]
    page.select_option("#s", label="front")
    assert (opened.count, opened.shown()) == ("0 of 6 changes", [])
    page.select_option("#e", label="all entries")
    assert sorted(opened.shown()) == ["aws_x.cart", "aws_x.logo", "aws_x.page"]
    assert page.locator("nav li:not([hidden])").count() == 1
    assert page.locator("input[name=r][value='0']").is_hidden()


def test_everything_folds_and_unfolds(show: Callable[..., Opened]) -> None:
    page = show(REPORTS["everything"]()).page
    total = page.locator("main details").count()
    page.click("#fold")
    assert page.locator("main details[open]").count() == 0
    page.click("#unfold")
    assert page.locator("main details[open]").count() == total > 3


def focused(opened: Opened) -> str:
    return opened.page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40)")


def test_the_keyboard_reaches_everything(show: Callable[..., Opened]) -> None:
    opened = show(REPORTS["sample"]())
    keys = opened.page.keyboard
    keys.press("Tab")
    assert focused(opened) == "Skip to the changes"
    assert opened.page.locator(".skip").bounding_box()["x"] >= 0
    keys.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "changes"
    keys.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "q"
    assert opened.page.input_value("#q") == ""
    keys.press("Tab")
    assert opened.page.evaluate("document.activeElement.name") == "a"
    keys.press("Space")
    assert opened.count == "1 of 18 changes"
    keys.press("Escape")
    assert opened.count == "18 changes"


def test_keys_move_between_what_is_not_folded_and_enter_folds(show: Callable[..., Opened]) -> None:
    opened = show(REPORTS["sample"]())
    keys = opened.page.keyboard
    keys.press("j")
    assert focused(opened).startswith("database sales-order")
    keys.press("j")
    assert focused(opened).startswith("! REPLACE module.order")
    outline = opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    keys.press("k")
    keys.press("Enter")
    keys.press("j")
    assert focused(opened).startswith("service order")
    keys.press("ArrowUp")
    keys.press("Enter")
    keys.press("ArrowDown")
    assert focused(opened).startswith("! REPLACE module.order")
    for _ in range(40):
        keys.press("j")
    assert focused(opened).startswith("+ create module.observability.aws_sns")
    opened.page.fill("#q", "jk/")
    assert opened.page.input_value("#q") == "jk/"


def test_a_link_into_the_page_unfolds_its_group(show: Callable[..., Opened]) -> None:
    page = show(REPORTS["sample"](), anchor="#g2").page
    assert page.locator("#g2 > details[open]").count() == 1
    page.click("#fold")
    page.locator("nav a").first.click()
    page.locator("#g1 > details[open]").wait_for()


def test_on_paper_everything_is_unfolded_and_no_control_is_printed(show: Callable[..., Opened]) -> None:
    page = show(REPORTS["sample"]()).page
    page.click("#fold")
    page.emulate_media(media="print")
    assert page.locator("#tools").is_hidden()
    assert page.locator("nav").is_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0
    assert page.pdf().startswith(b"%PDF")


def test_thousands_of_changes_are_searched_and_walked(show: Callable[..., Opened]) -> None:
    items = [
        resource(f"aws_x.u{n}", ["update"], {"a": f"b{n}", "t": {"k": n}}, {"a": f"c{n}", "t": {"k": n + 1}})
        for n in range(4_000)
    ]
    opened = show(html.render(parse_plan(plan(*items)), "x"))
    opened.page.fill("#q", "c3999")
    opened.page.locator("#count", has_text="1 of 4,000 changes").wait_for()
    assert opened.shown() == ["aws_x.u3999"]
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("j")
    assert focused(opened).startswith("~ update aws_x.u3999")


@pytest.mark.parametrize("promised", [True, False])
def test_a_missing_chromium_is_said_and_fails_where_tools_are_promised(
    monkeypatch: pytest.MonkeyPatch, promised: bool
) -> None:
    monkeypatch.setenv("INFRAGEN_TEST_TOOLS", "1" if promised else "")
    expected = pytest.fail.Exception if promised else pytest.skip.Exception
    with pytest.raises(expected, match="not looked at in a browser; `make test-tools`"):
        conftest.without_chromium()
