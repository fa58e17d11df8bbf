"""How two environments differ: each value once, with the lines that set it, and the reasons that are given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infragen.catalog import Project, load
from infragen.environment import parity, resolve
from infragen.report import parity as report
from tests.unit.stacks.systems import DEV, service, write

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.environment import Parity
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
        (("demo/dev", "other/dev"), "error X018 other/dev is of another system than demo/dev"),
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
