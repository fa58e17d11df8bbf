"""`infragen cost`."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from infragen.prices import date

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


def test_the_sum_comes_first_with_whose_prices_it_has(infragen: Infragen, depot: Path) -> None:
    outcome = infragen("cost", "depot/prod", "-C", depot)
    assert outcome.code == 0
    first = "; ".join(line.strip() for line in outcome.out.partition("\n\n")[0].splitlines())
    assert re.fullmatch(
        r"depot/prod: at least [0-9,.]+ to [0-9,.]+ USD a month with the usage stated, plus other usage; "
        r"up to [0-9,.]+ USD of it estimated at us-east-1's prices: "
        r"databases/prices \(2 to 4 instances of db\.r7g\.large\), "
        r"document-databases/tracks \(3 instances of db\.r6g\.large\), search-domains/parts .+ and \d+ more; "
        r"not counted: google-projects/analysis, .+ without a known price "
        r"\(list prices of [a-z0-9-]+(, [a-z0-9-]+)*, us-east-1, \w+ \d{4} or later\)",
        first,
    )
    headings = [line for line in outcome.out.splitlines() if line and not line.startswith(" ")][1:]
    budget = "Budget of 3,500 USD a month for Amazon Relational Database Service in ap-northeast-1"
    assert headings[:3] == [budget, "By kind", "By entry and capability"]
    assert headings[3:7] == [
        "By demand of the document: what the environment would save without it",
        "Compared with the document's figures (the plan of 2024)",
        "Compared with the document's figures (in the sizes of `half`, the plan of 2024 by half)",
        "Billed by usage, not included in the totals",
    ]  # fmt: skip
    assert headings[-1] == "Assumed"


def test_every_format_says_what_each_demand_costs(infragen: Infragen, depot: Path) -> None:
    [found] = json.loads(infragen("cost", "depot/prod", "--format", "json", "-C", depot).out)["environments"]
    [demand] = found["demands"]
    assert (demand["name"], demand["says"]) == ("TN-11", "fewer connections")
    least = f"{Decimal(demand['least']):,}"
    assert Decimal(demand["least"]) > 0
    for name in ("text", "markdown"):
        assert re.search(
            rf"TN-11.*{re.escape(least)}", infragen("cost", "depot/prod", "--format", name, "-C", depot).out
        )


def test_the_kinds_and_the_entries_each_add_up_to_the_sum(infragen: Infragen, depot: Path) -> None:
    document = json.loads(infragen("cost", "depot/prod", "--format", "json", "-C", depot).out)
    assert (document["version"], document["currency"], document["prices"]) == (1, "USD", date())
    [found] = document["environments"]
    for side in ("least", "most"):
        lines = sum(Decimal(line["amount"][side]) for line in found["lines"] if line["amount"])
        for parts in (found["kinds"], found["entries"]):
            total = sum(Decimal(one[side]) for one in parts.values())
            assert abs(total - Decimal(found["total"][side])) < Decimal("0.5")  # each is rounded by itself
        assert abs(lines - Decimal(found["total"][side])) < Decimal(1)
    assert all(line["price"]["source"].startswith("https://") for line in found["lines"] if line["price"])
    assert {line["units"] is None for line in found["lines"]} == {True, False}


def test_a_price_that_was_not_compared_is_said_and_one_that_was_has_its_month(infragen: Infragen, depot: Path) -> None:
    said = infragen("cost", "depot/prod", "-C", depot).out
    assert len(re.findall(r"^  \d+ prices? not compared with AWS's list: \d+\.\d+ USD per ", said, re.MULTILINE)) == 1
    assert "not compared with AWS's list: " in infragen("cost", "depot", "--format", "markdown", "-C", depot).out
    [found] = json.loads(infragen("cost", "depot/prod", "--format", "json", "-C", depot).out)["environments"]
    whence = {line["price"]["per"]: line["price"] for line in found["lines"] if line["price"]}
    assert (whence["NLCU-hour"]["as_of"], whence["NLCU-hour"]["read"]) == (None, None)
    assert whence["vCPU-hour"]["as_of"] == "2025-10"
    assert whence["vCPU-hour"]["read"].startswith("https://")


def test_details_have_each_line_of_every_entry(infragen: Infragen, depot: Path) -> None:
    short = infragen("cost", "depot/prod", "-C", depot).out
    long = infragen("cost", "depot/prod", "--details", "-C", depot).out
    assert "`--details` has all" in short
    assert "`--details` has all" not in long
    assert re.search(r"^    2 instances of .* ACU: .* USD \(0\.15 USD per ACU-hour\)$", long, re.MULTILINE)
    assert "ACU-hour)" not in short


def test_a_system_has_each_of_its_environments(infragen: Infragen, depot: Path) -> None:
    firsts = re.findall(r"^depot/(\w+): ", infragen("cost", "depot", "-C", depot).out, re.MULTILINE)
    assert firsts == ["dev", "prod"]
    document = json.loads(infragen("cost", "--format", "json", "-C", depot).out)
    assert [one["target"] for one in document["environments"]] == ["depot/dev", "depot/prod"]


def test_markdown_is_tables(infragen: Infragen, depot: Path) -> None:
    text = infragen("cost", "depot/prod", "--format", "markdown", "-C", depot).out
    assert text.startswith("### depot/prod: ")
    assert "| kind | USD a month |\n|---|---:|\n| " in text
    detailed = infragen("cost", "depot/prod", "--format", "markdown", "--details", "-C", depot).out
    assert "| entry | what | price | USD a month |\n|---|---|---|---:|\n" in detailed


def test_a_region_without_prices_is_said(infragen: Infragen, depot: Path) -> None:
    place = depot / "environments/depot/prod.yaml"
    place.write_text(place.read_text("utf-8").replace("ap-northeast-1", "ca-central-1"), encoding="utf-8")
    said = infragen("cost", "depot/prod", "-C", depot).out
    assert "At us-east-1's prices, since none of the region is known\n" in said
    assert "  per vCPU-hour in ca-central-1: " in said
    [found] = json.loads(infragen("cost", "depot/prod", "--format", "json", "-C", depot).out)["environments"]
    estimated = [line for line in found["lines"] if line["price"] and line["price"].get("estimated")]
    most = sum(Decimal(line["amount"]["most"]) for line in estimated if line["amount"])
    assert abs(most - Decimal(found["total"]["estimated"])) < Decimal("0.5")  # each is rounded by itself
    assert 0 < most < Decimal(found["total"]["most"])


def test_a_profile_changes_what_it_costs(infragen: Infragen, depot: Path) -> None:
    def total(*more: str) -> str:
        return infragen("cost", "depot/dev", *more, "-C", depot).out.splitlines()[0]

    assert total() != total("--profile", "stock=inventory")


def test_an_environment_that_is_not_there_is_named(infragen: Infragen, depot: Path) -> None:
    outcome = infragen("cost", "depot/prud", "-C", depot)
    assert outcome.code == 1
    assert "did you mean `prod`?" in outcome.err


def test_the_document_s_figures_stand_beside_the_own_ones_with_why_they_differ(infragen: Infragen, depot: Path) -> None:
    [found] = json.loads(infragen("cost", "depot/prod", "--format", "json", "-C", depot).out)["environments"]
    beside = found["document"]
    assert [row["name"] for row in beside["rows"]] == [
        "databases",
        "logs",
        "files",
        "the rest",
        "the rest of last year",
    ]
    assert beside["rows"][0]["document"] == {"least": "900.00", "most": "1200.00"}
    owners = [owner for row in (*beside["rows"], beside["rest"]) for owner in row["entries"]]
    assert set(found["entries"]) <= set(owners)
    of_rows = {owner for row in beside["rows"][:2] for owner in row["entries"]}
    assert {owner for owner in owners if owners.count(owner) > 1} <= of_rows
    assert beside["total"]["here"] == found["total"]
    text = infragen("cost", "depot/prod", "-C", depot).out
    page = infragen("cost", "depot/prod", "--format", "markdown", "-C", depot).out
    assert any(name.endswith(", its proxy") for name in beside["rest"]["parts"])
    least = sum(Decimal(amount["least"]) for amount in beside["rest"]["parts"].values())
    assert abs(least - Decimal(beside["rest"]["here"]["least"])) < Decimal("0.5")  # each is rounded by itself
    for said in ("it says: five of them", "it has no readers", "not in the document", "900.00 to 1,200.00 USD"):
        assert said in text
        assert said in page
    assert "JPY at the document's 150 a dollar" in text


def test_an_environment_without_figures_of_a_document_has_no_such_part(infragen: Infragen, depot: Path) -> None:
    assert "Beside the document" not in infragen("cost", "depot/dev", "-C", depot).out
    [found] = json.loads(infragen("cost", "depot/dev", "--format", "json", "-C", depot).out)["environments"]
    assert found["document"] is None
