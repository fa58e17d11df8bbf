"""How two environments differ: each value once, with the lines that set it, and the reasons that are given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project, load
from infragen.environment import Difference, Parity, parity, resolve
from infragen.report import parity as report
from tests.unit.stacks.systems import DEV, service, write
from tests.waiting import calls

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Infragen

PROD = DEV.replace("dev", "prod").replace("111122223333", "444455556666")
FILES = {**service("api"), **service("stock")}


def found(folder: Path, prod: str = PROD, dev: str = DEV, **files: str) -> Parity:
    more = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    project = Project(write(folder, {**FILES, "dev.yaml": dev, "prod.yaml": prod, **more}))
    catalogue = load(project, "demo")
    one, other = (resolve(project, catalogue, name).environment() for name in ("dev", "prod"))
    return parity(one, other)


def told(of: Parity) -> dict[str, tuple[object, object]]:
    return {one.path: (one.values[0], one.values[1]) for one in of.differences}


def test_names_accounts_and_texts_are_no_difference(tmp_path: Path) -> None:
    assert found(tmp_path, PROD + "title: Production\nassumptions: {network: nobody said}\n").differences == ()


def test_a_setting_and_an_entry_s_value_differ_with_the_lines_that_set_them(tmp_path: Path) -> None:
    of = found(tmp_path, PROD + "log_retention: 90 days\nservices: {api: {sizes: {normal: {cpu: 1 vCPU}}}}\n")
    assert told(of) == {
        "log_retention": (("left out",), ("90 days",)),
        "services.api.sizes.normal.cpu": (("0.25 vCPU",), ("1 vCPU",)),
    }
    places = [[str(place) for place in side] for side in of.differences[1].places]
    assert places[0][0].startswith("catalog/demo/services/api.yaml:")
    assert places[1] == ["environments/demo/prod.yaml:6:40"]


def test_what_an_entry_s_code_is_told_is_a_difference(tmp_path: Path) -> None:
    of = found(tmp_path, PROD + "services: {api: {environment: {LEVEL: info}}}\n")
    assert told(of) == {"services.api.environment": (("left out",), ({"LEVEL": "info"},))}


def test_what_one_line_makes_of_many_entries_is_one_difference(tmp_path: Path) -> None:
    of = found(tmp_path, PROD + "every: {services: {tasks: {min: 2, max: 4}}}\n")
    (least, most) = of.differences
    assert (least.path, len(least.paths)) == ("services.*.tasks.min", 3)
    assert most.paths == tuple(f"services.{name}.tasks.max" for name in ("api", "stock", "web"))


def test_an_entry_that_is_left_out_differs_as_a_whole_at_the_line_that_says_so(tmp_path: Path) -> None:
    of = found(tmp_path, dev=DEV + "services: {stock: null}\n")
    (one,) = of.differences
    assert (one.path, one.values) == ("services.stock", (("not there",), ("there",)))
    assert str(one.places[0][0]) == "environments/demo/dev.yaml:5:12"


def test_a_reason_is_of_either_file_and_means_what_is_below_it(tmp_path: Path) -> None:
    prod = PROD + "every: {services: {tasks: {min: 2, max: 4}}}\nlog_retention: 90 days\n"
    dev = DEV + "differs: {prod: {services.*.tasks: fewer use it, network.nat: it costs, log_retention: the law}}\n"
    of = found(tmp_path, prod, dev)
    assert {one.expected for one in of.differences} == {"fewer use it", "the law"}
    assert of.unexpected == ()
    assert [path for path, _ in of.idle] == ["network.nat"]
    turned = found(tmp_path / "b", prod + "differs: {dev: {services.web: it is the front}}\n")
    assert {one.path: one.expected for one in turned.differences} == {
        "log_retention": None,
        "services.*.tasks.max": None,
        "services.*.tasks.min": None,
        "services.web.tasks.max": "it is the front",
        "services.web.tasks.min": "it is the front",
    }


def test_every_format_has_every_difference(tmp_path: Path) -> None:
    dev = DEV + "differs: {prod: {log_retention: 'the law | asks'}}\n"
    of = found(tmp_path, PROD + "log_retention: 90 days\nalarms: true\n", dev)
    text = report.text(of)
    assert "demo/dev and prod: 2 differences, 1 without a reason" in text
    assert "  alarms: left out | true" in text
    assert "the law | asks (environments/demo/dev.yaml:5:18)\n  log_retention: left out | 90 days" in text
    assert "the law \\| asks" in report.markdown(of)
    document = json.loads(report.as_json(of))
    assert {one["path"]: one["expected"] for one in document["differences"]} == {
        "alarms": None,
        "log_retention": "the law | asks",
    }


STANDBY = DEV.replace("111122223333", "444455556666").replace("ap-northeast-1", "us-west-2") + (
    "standby_of: prod\nfollows: prod\n"
)


def test_what_a_standby_is_by_itself_has_its_reason_at_the_line_that_says_so(tmp_path: Path) -> None:
    def with_zones(text: str, region: str) -> str:
        tiers = (
            f"{tier}: {{{region}a: 10.0.{net}0.0/24, {region}c: 10.0.{net}1.0/24}}"
            for net, tier in enumerate(("public", "app", "data"), 1)
        )
        return text.replace("0.0/16}", f"0.0/16, subnets: {{{', '.join(tiers)}}}}}")

    of = found(tmp_path, with_zones(PROD, "ap-northeast-1"), with_zones(STANDBY, "us-west-2"))
    assert of.unexpected == ()
    because = {one.path: str(one.because) for one in of.differences}
    follows, standby_of = "environments/demo/dev.yaml:6:10", "environments/demo/dev.yaml:5:13"
    assert because["services.*.tasks.min"] == because["follows"] == follows
    assert because["region"] == because["standby_of"] == standby_of
    assert because["network.subnets.public.us-west-2a"] == standby_of
    assert because["network.subnets.public.ap-northeast-1a"] == standby_of


def test_what_would_differ_without_following_has_no_reason(tmp_path: Path) -> None:
    of = found(tmp_path, PROD + "services: {api: {tasks: {min: 2, max: 4}}}\n", STANDBY)
    assert [path for one in of.unexpected for path in one.paths] == ["services.api.tasks.min", "services.api.tasks.max"]


def test_long_values_stand_below_the_names_of_their_environments(tmp_path: Path) -> None:
    rules = (
        "{idle: {cpu_below: 30 %, lasting: 10 min, remove: 1, why: few}, busy: {cpu_above: 90 %, add: 5, why: many}}"
    )
    of = found(tmp_path, PROD + f"services: {{api: {{scaling: {{adjustments: {rules}}}}}}}\n")
    text = report.text(of)
    assert "\n    dev: left out\n    prod: {" in text
    assert "why" not in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"queues": {"mails": {}}}, "queues.mails"),
        ({"schedules": {"daily": {"cron": "0 6 * * ? *", "why": "each day"}}}, "{schedules.daily.cron: 0 6 * * ? *}"),
        ({"min": "2", "max": 4}, '{min: "2", max: 4}'),
        ({}, "there"),
        (True, "true"),
    ],
)
def test_a_map_of_one_key_is_shown_as_a_path(value: object, shown: str) -> None:
    one = Difference(("services.web.x",), (("left out",), (value,)), ((), ()))
    assert f"services.web.x: left out | {shown}" in report.text(Parity(("demo/dev", "demo/prod"), (one,), ()))


@pytest.mark.parametrize(
    ("more", "code"), [("", 0), ("alarms: true\n", 2), ("alarms: true\ndiffers: {dev: {alarms: nobody is awake}}\n", 0)]
)
def test_what_has_no_reason_is_the_exit_code(infragen: Infragen, tmp_path: Path, more: str, code: int) -> None:
    write(tmp_path, {**FILES, "prod.yaml": PROD + more})
    assert infragen("parity", "demo/dev", "prod", "-C", tmp_path).code == code
    assert infragen("parity", "demo/dev", "demo/prod", "-C", tmp_path, "--format", "json").code == code
    assert infragen("parity", "demo", "dev", "prod", "-C", tmp_path).code == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("demo/dev", "other/dev"), "error X018 other/dev belongs to another system than demo/dev"),
        (("demo/dev", "prd"), "error P003"),
        (("demo", "dev"), "error P004"),
        (("demo/dev/app", "prod"), "error X016"),
    ],
)
def test_what_cannot_be_compared_is_said(infragen: Infragen, tmp_path: Path, words: tuple[str, str], said: str) -> None:
    write(tmp_path, {**FILES, "prod.yaml": PROD})
    outcome = infragen("parity", *words, "-C", tmp_path)
    assert outcome.code == 1
    assert said in outcome.err


@pytest.mark.parametrize(("name", "said"), [("prd", "no such environment"), ("dev", "itself")])
def test_differs_names_another_environment(infragen: Infragen, tmp_path: Path, name: str, said: str) -> None:
    write(tmp_path, {**FILES, "prod.yaml": PROD, "dev.yaml": DEV + f"differs: {{{name}: {{alarms: it is quiet}}}}\n"})
    outcome = infragen("validate", "-C", tmp_path)
    assert outcome.code == 1
    assert "environments/demo/dev.yaml:5:11: error C012" in outcome.err + outcome.out
    assert said in outcome.err + outcome.out


def test_of_several_reasons_that_fit_the_first_holds_whatever_its_form(tmp_path: Path) -> None:
    prod = PROD + "every: {services: {tasks: {min: 2, max: 4}}}\n"
    given = "services.api: b, services.*.tasks: c, services.*.tasks.min: d, "
    given += "services.web.tasks.max.x: e, services.s*k.tasks: f"
    of = found(tmp_path, prod, DEV + f"differs: {{prod: {{{given}}}}}\n")
    assert {one.path: one.expected for one in of.differences} == {
        "services.api.tasks.min": "b", "services.api.tasks.max": "b",
        "services.*.tasks.min": "c", "services.*.tasks.max": "c",
    }  # fmt: skip
    assert [path for path, _ in of.idle] == ["services.*.tasks.min", "services.web.tasks.max.x", "services.s*k.tasks"]


def test_reasons_are_looked_up_not_tried_one_after_the_other(tmp_path: Path) -> None:
    def spent(number: int) -> int:
        names = [f"V{at}" for at in range(number)]
        values = (
            f"services: {{api: {{environment: {{{', '.join(f'{name}: {side}' for name in names)}}}}}}}\n"
            for side in "ab"
        )
        reasons = ", ".join(f"services.api.x{name}: why" for name in names)
        one, other = (
            resolve(project, catalogue, name).environment()
            for files in [
                {
                    **FILES,
                    "dev.yaml": DEV + next(values) + f"differs: {{prod: {{{reasons}}}}}\n",
                    "prod.yaml": PROD + next(values),
                }
            ]
            for project in [Project(write(tmp_path / str(number), files))]
            for catalogue in [load(project, "demo")]
            for name in ("dev", "prod")
        )
        return calls(lambda: parity(one, other))

    assert spent(800) < 6 * spent(200)


def test_a_reason_forges_no_line(tmp_path: Path) -> None:
    given = 'differs: {prod: {log_retention: "the law\\ndemo/dev and prod: 0 differences\\nx"}}\n'
    of = found(tmp_path, PROD + "log_retention: 90 days\n", DEV + given)
    (said,) = (line for line in report.text(of).split("\n") if "the law" in line)
    assert said.startswith(r"the law\ndemo/dev and prod: 0 differences\nx")
