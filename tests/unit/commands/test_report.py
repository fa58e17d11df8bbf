"""`infragen report` as a whole command line, on plans of the corpus."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from tests.plans.corpus import FOLDER, case
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

EVERYTHING = str(case("048").path)
NO_OP = str(case("015").path)
REPLACE = str(case("004").path)


def test_a_plan_is_reported_with_terraforms_own_counts(infragen: Infragen) -> None:
    done = infragen("report", EVERYTHING)
    assert done.code == 0
    counts = case("048").counts
    line = f"{counts['add']} to add, {counts['change']} to change, {counts['destroy']} to destroy"
    assert line in " ".join(done.out.split())


def test_standard_input_is_a_plan_too(infragen: Infragen, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(case("002").path.read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    done = infragen("report", "-", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["summary"] == case("002").counts


def test_a_closed_standard_input_is_an_error_of_its_own(infragen: Infragen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    done = infragen("report", "-")
    assert done.code == 1
    assert "P214" in done.err


def test_a_comparison_tells_what_is_news_and_counts_the_list_of_a_whole_object(
    infragen: Infragen, tmp_path: Path
) -> None:
    values = {"size": 1, "name": "x", "zone": "a"}
    (tmp_path / "old.json").write_bytes(plan(resource("aws_x.a", ["delete"], values, None)))
    (tmp_path / "new.json").write_bytes(plan(resource("aws_x.a", ["update"], values, {**values, "size": 2})))
    done = infragen("report", "--compare", str(tmp_path / "old.json"), str(tmp_path / "new.json"))
    assert "~ DELETE becomes update: aws_x.a" in done.out
    assert "old: - 1\n          new: 1 -> 2\n        not shown: 2 more without new information" in done.out


def test_many_plans_are_one_report_with_a_stack_each(infragen: Infragen) -> None:
    done = infragen("report", EVERYTHING, REPLACE, "--format", "json")
    document = json.loads(done.out)
    assert {change["stack"] for change in document["changes"]} == {"048-everything", "004-replace-delete-first"}
    assert document["summary"]["add"] == case("048").counts["add"] + case("004").counts["add"]


SEVERAL = [
    b"\n".join,
    b"".join,
    lambda parts: b"\r\n\r\n".join(parts) + b"\n",
    lambda parts: b"\xef\xbb\xbf" + b"\n".join(parts),
    lambda parts: b"\n".join(parts).decode().encode("utf-16"),
]
"""How plans may stand in one file: as terragrunt writes them, and as PowerShell does."""


@pytest.mark.parametrize("joined", SEVERAL)
def test_several_plans_in_one_file_are_a_stack_each(
    infragen: Infragen, tmp_path: Path, joined: Callable[[list[bytes]], bytes]
) -> None:
    parts = [plan(resource(f"aws_x.{name}", ["create"], None, {"n": 1})) for name in ("a", "b", "c")]
    (tmp_path / "plans.json").write_bytes(joined(parts))
    document = json.loads(infragen("report", str(tmp_path / "plans.json"), "--format", "json").out)
    assert {change["stack"]: change["address"] for change in document["changes"]} == {
        "plans 1": "aws_x.a",
        "plans 2": "aws_x.b",
        "plans 3": "aws_x.c",
    }
    assert document["summary"]["add"] == 3


def test_several_plans_may_come_from_standard_input_and_stand_beside_others(
    infragen: Infragen, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = case("002").path.read_bytes() + b"\n" + case("003").path.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(both)))
    document = json.loads(infragen("report", "-", REPLACE, "--format", "json").out)
    assert {change["stack"] for change in document["changes"]} == {"stdin 1", "stdin 2", "plan"}


def test_a_secret_of_one_of_several_plans_is_hidden_in_all(infragen: Infragen, tmp_path: Path) -> None:
    marked = plan(resource("aws_x.a", ["create"], None, {"p": "hidden-in-one"}, after_sensitive={"p": True}))
    (tmp_path / "plans.json").write_bytes(marked + plan(resource("aws_x.b", ["create"], None, {"q": "hidden-in-one"})))
    assert "hidden-in-one" not in infragen("report", str(tmp_path / "plans.json"), "--details").out


@pytest.mark.parametrize("rest", [b"\n{}", b"\nSuccess!", b'\n{"format_version": "1.0", "values": {}}', b"\n]"])
def test_what_is_no_plan_after_one_is_refused_with_how_to_split(
    infragen: Infragen, tmp_path: Path, rest: bytes
) -> None:
    (tmp_path / "plans.json").write_bytes(case("002").path.read_bytes().rstrip() + rest)
    done = infragen("report", str(tmp_path / "plans.json"))
    assert done.code == 1
    assert "P206" in done.err
    assert "split" in done.err


def test_a_comparison_takes_one_plan_a_file(infragen: Infragen, tmp_path: Path) -> None:
    (tmp_path / "plans.json").write_bytes(case("002").path.read_bytes() * 2)
    done = infragen("report", "--compare", str(tmp_path / "plans.json"), NO_OP)
    assert (done.code, "P206" in done.err) == (1, True)


def test_what_one_plan_marks_is_hidden_in_the_others(infragen: Infragen, tmp_path: Path) -> None:
    secret = "hidden-in-one-of-them"
    marked = resource("aws_x.a", ["update"], {"p": "old-value"}, {"p": secret}, after_sensitive={"p": True})
    (tmp_path / "a.json").write_bytes(plan(marked))
    (tmp_path / "b.json").write_bytes(plan(resource("aws_x.b", ["update"], {"q": 1}, {"q": f"x={secret}"})))
    done = infragen("report", str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert done.code == 0
    assert secret not in done.out
    assert "x=(sensitive)" in done.out


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (["destroy"], 2),
        (["replace"], 2),
        (["forget|drift"], 0),
        (["forget,replace"], 2),
        (["risk >= LOW"], 2),
        (["errored"], 0),
    ],
)
def test_fail_on_decides_the_exit_code(infragen: Infragen, conditions: list[str], code: int) -> None:
    flags = [part for condition in conditions for part in ("--fail-on", condition)]
    done = infragen("report", REPLACE, *flags)
    assert done.code == code
    assert ("--fail-on: " in done.err) == (code == 2)


@pytest.mark.parametrize(("status", "code"), [("fail", 2), ("error", 2), ("unknown", 0), ("pass", 0)])
def test_a_check_fails_a_pipeline_unless_only_apply_decides_it(
    infragen: Infragen, tmp_path: Path, status: str, code: int
) -> None:
    where = {"kind": "check", "to_display": "check.c"}
    checks = [{"address": where, "status": status, "instances": [{"address": where, "status": status}]}]
    (tmp_path / "plan.json").write_bytes(plan(checks=checks))
    assert infragen("report", str(tmp_path / "plan.json"), "--fail-on", "check").code == code


def test_an_unknown_condition_is_refused_with_those_there_are(infragen: Infragen) -> None:
    done = infragen("report", REPLACE, "--fail-on", "explosion")
    assert done.code == 1
    assert "X008" in done.err
    assert "risk>=high" in done.err


def test_detailed_exitcode_says_whether_there_are_changes(infragen: Infragen) -> None:
    assert infragen("report", REPLACE, "--detailed-exitcode").code == 2
    assert infragen("report", NO_OP, "--detailed-exitcode").code == 0


def test_files_are_written_in_the_format_of_their_suffix(infragen: Infragen, tmp_path: Path) -> None:
    names = ("r.md", "r.html", "r.json", "r.sarif", "r.xml", "r.svg", "r.txt")
    flags = [part for name in names for part in ("--report", str(tmp_path / name))]
    assert infragen("report", EVERYTHING, *flags).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    starts = {name: (tmp_path / name).read_text(encoding="utf-8").lstrip()[:5].lower() for name in names}
    assert starts["r.html"] == "<!doc"
    assert starts["r.xml"] == "<?xml"
    assert starts["r.svg"] == "<svg "
    assert json.loads((tmp_path / "r.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_a_suffix_that_names_no_format_writes_nothing(infragen: Infragen, tmp_path: Path) -> None:
    done = infragen("report", EVERYTHING, "--report", str(tmp_path / "a.md"), "--report", str(tmp_path / "a.docx"))
    assert done.code == 1
    assert "X010" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(infragen: Infragen, tmp_path: Path) -> None:
    done = infragen("report", EVERYTHING, "--report", str(tmp_path / "nowhere" / "a.md"))
    assert done.code == 1
    assert "X011" in done.err


def test_a_full_disk_is_told_as_that(infragen: Infragen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("infragen.storage.confined._fill", refuse)
    done = infragen("report", EVERYTHING, "--report", str(tmp_path / "a.md"))
    assert done.code == 1
    assert "X011 cannot write" in done.err
    assert "hint: free disk space, then run the same command again" in done.err


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (FOLDER / "negatives").glob("*") if path.suffix != ".tsv")
)
def test_what_is_no_plan_ends_in_a_code_or_a_report(infragen: Infragen, name: str) -> None:
    done = infragen("report", str(FOLDER / "negatives" / name), "--format", "markdown")
    assert done.code in (0, 1)
    assert "Traceback" not in done.err
    assert "B001" not in done.err
    if done.code:
        assert f"{name}:" in done.err
        assert " error P2" in done.err


@pytest.mark.parametrize(
    "content",
    [
        '{"format_version":"1.2","variables":{"p":{"value":"S3cr3t-w0rd"}},"resource_changes":[',
        '{"format_version":"1.2","variables":{"p":{"value":"S3cr3t-w0rd"}},,}',
        '{"format_version":"1.0","values":{"outputs":{"p":{"sensitive":true,"value":"S3cr3t-w0rd"}}}}',
        '{"version":4,"lineage":"x","outputs":{"p":{"value":"S3cr3t-w0rd"}}}',
        '{"format_version":"S3cr3t-w0rd"}',
        '{"S3cr3t-w0rd":1,"format_version":"1.2","resource_changes":{"S3cr3t-w0rd":1}}',
        '{"format_version":"1.2","resource_changes":[{"change":{"actions":["S3cr3t-w0rd"]}}]}',
        'S3cr3t-w0rd',
    ],
)  # fmt: skip
def test_an_error_about_a_plan_quotes_nothing_of_it(infragen: Infragen, tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.json").write_text(content)
    done = infragen("report", str(tmp_path / "plan.json"))
    assert done.code == 1
    assert "plan.json" in done.err
    assert "error P2" in done.err
    assert "S3cr3t" not in done.err + done.out


def test_a_plan_that_is_not_there_is_named(infragen: Infragen) -> None:
    done = infragen("report", "nowhere.json")
    assert done.code == 1
    assert "P214" in done.err
    assert "nowhere.json" in done.err


def test_the_same_plan_twice_does_the_same(infragen: Infragen) -> None:
    done = infragen("report", "--compare", EVERYTHING, EVERYTHING, "--detailed-exitcode")
    assert done.code == 0
    assert "both plans make the same changes" in done.out


def test_two_plans_are_compared_object_by_object(infragen: Infragen, tmp_path: Path) -> None:
    one, other = tmp_path / "old.json", tmp_path / "new.json"
    same = resource("aws_x.same", ["update"], {"v": 1}, {"v": 2})
    goes = resource("aws_x.goes", ["delete"], {"v": 1})
    comes = resource("aws_x.comes", ["create"], None, {"v": 1})
    one.write_bytes(plan(same, goes, resource("aws_x.other", ["update"], {"v": 1}, {"v": 2})))
    worse = resource("aws_x.other", ["delete", "create"], {"v": 1}, {"v": 3}, replace_paths=[["v"]])
    other.write_bytes(plan(same, comes, worse))
    done = infragen("report", "--compare", str(one), str(other), "--detailed-exitcode")
    assert done.code == 2
    text = " ".join(done.out.split())
    assert "only in the old plan (1): - DELETE aws_x.goes" in text
    assert "only in the new plan (1): + create aws_x.comes" in text
    assert "update becomes REPLACE: aws_x.other" in text
    assert "1 change is the same in both" in text
    document = json.loads(infragen("report", "--compare", str(one), str(other), "--format", "json").out)
    (different,) = document["different"]
    assert [attribute["path"] for attribute in different["attributes"]] == ["v"]


def test_what_only_has_another_address_is_no_other_change(infragen: Infragen, tmp_path: Path) -> None:
    """A module was renamed; of two objects alike, each finds one; what has other values is another object."""
    one, other = tmp_path / "old.json", tmp_path / "new.json"
    made = [resource(f"module.old.aws_x.y[{n}]", ["create"], None, {"v": 1}) for n in (0, 1)]
    one.write_bytes(plan(*made, resource("module.old.aws_x.z", ["create"], None, {"v": 2})))
    made = [resource(f"module.new.aws_x.y[{n}]", ["create"], None, {"v": 1}) for n in (0, 1)]
    other.write_bytes(plan(*made, resource("module.new.aws_x.z", ["create"], None, {"v": 3})))
    done = infragen("report", "--compare", str(one), str(other), "--detailed-exitcode")
    assert done.code == 2
    text = " ".join(done.out.split())
    assert "4 differences" in text
    assert "only in the new plan (1): + create module.new.aws_x.z" in text
    assert "only in the old plan (1): + create module.old.aws_x.z" in text
    assert (
        "the same, at another address (2): + create module.new.aws_x.y[0] in the old plan module.old.aws_x.y[0]" in text
    )
    document = json.loads(infragen("report", "--compare", str(one), str(other), "--format", "json").out)
    assert [(pair["old"]["address"][11:], pair["new"]["address"][11:]) for pair in document["moved"]] == [
        ("aws_x.y[0]", "aws_x.y[0]"),
        ("aws_x.y[1]", "aws_x.y[1]"),
    ]


def test_what_two_plans_say_besides_their_changes_is_compared_too(infragen: Infragen, tmp_path: Path) -> None:
    same = resource("aws_x.same", ["update"], {"v": 1}, {"v": 2})
    drifted = resource("aws_x.same", ["update"], {"v": 0}, {"v": 1})
    (tmp_path / "old.json").write_bytes(plan(same))
    (tmp_path / "new.json").write_bytes(
        plan(
            same,
            errored=True,
            resource_drift=[drifted],
            relevant_attributes=[{"resource": "aws_x.same", "attribute": ["v"]}],
        )
    )
    done = infragen(
        "report", "--compare", str(tmp_path / "old.json"), str(tmp_path / "new.json"), "--detailed-exitcode"
    )
    assert done.code == 2
    assert "+ planning  planning failed" in done.out
    assert "+ drift  aws_x.same: update" in done.out


def test_a_program_and_a_provider_that_one_plan_alone_has_are_differences(infragen: Infragen, tmp_path: Path) -> None:
    whole = json.loads((FOLDER / "059-provisioners/plan.json").read_text())
    quiet = {**whole, "configuration": {"root_module": {}}}
    other = json.loads(json.dumps(quiet).replace("terraform.io/builtin/", "terraform.io/evil/"))
    for name, document in (("whole", whole), ("quiet", quiet), ("other", other)):
        (tmp_path / name).write_text(json.dumps(document))
    done = infragen("report", "--compare", str(tmp_path / "quiet"), str(tmp_path / "whole"), "--detailed-exitcode")
    assert done.code == 2
    assert "runs a program with this run's credentials" in " ".join(done.out.split())
    done = infragen("report", "--compare", str(tmp_path / "quiet"), str(tmp_path / "other"), "--detailed-exitcode")
    assert done.code == 2
    assert "both plans make the same changes" not in done.out


def test_a_hidden_value_that_differs_between_two_plans_is_a_difference(infragen: Infragen, tmp_path: Path) -> None:
    paths = []
    for name in ("one", "two"):
        marked = resource("aws_x.a", ["update"], {"p": "0"}, {"p": f"secret-{name}"}, after_sensitive={"p": True})
        path = tmp_path / f"{name}.json"
        path.write_bytes(plan(marked))
        paths.append(str(path))
    done = infragen("report", "--compare", *paths)
    assert "a hidden value differs" in done.out
    assert "secret-" not in done.out


def test_what_cannot_be_asked_together_is_refused(infragen: Infragen) -> None:
    for flags in ([EVERYTHING, "--compare"], ["-", "-"], [EVERYTHING, EVERYTHING, "--compare", "--format", "sarif"]):
        done = infragen("report", *flags)
        assert done.code == 1, flags
        assert "X009" in done.err


def test_a_base_of_links_that_is_no_web_address_is_refused(infragen: Infragen) -> None:
    done = infragen("report", EVERYTHING, "--format", "markdown", "--base-url", "javascript:alert(1)")
    assert done.code == 1
    assert "X009" in done.err


def test_a_provider_schema_hides_what_it_calls_sensitive(infragen: Infragen, tmp_path: Path) -> None:
    schema = {
        "provider_schemas": {
            "example.test/x": {
                "resource_schemas": {"x_y": {"block": {"attributes": {"key": {"type": "string", "sensitive": True}}}}}
            }
        }
    }
    (tmp_path / "schema.json").write_text(json.dumps(schema))
    (tmp_path / "plan.json").write_bytes(
        plan(resource("x_y.a", ["update"], {"key": "first-one"}, {"key": "second-one"}))
    )
    plain = infragen("report", str(tmp_path / "plan.json"))
    assert "second-one" in plain.out
    hidden = infragen("report", str(tmp_path / "plan.json"), "--schema", str(tmp_path / "schema.json"))
    assert hidden.code == 0
    assert "second-one" not in hidden.out
    assert infragen("report", str(tmp_path / "plan.json"), "--schema", str(tmp_path / "plan.json")).code == 1


def test_the_catalogue_lends_its_words_to_a_plan_of_its_own(infragen: Infragen, project: Path) -> None:
    address = "module.scaling_service_planning.aws_appautoscaling_target.this"
    (project / "p.json").write_bytes(plan(resource(address, ["update"], {"max_capacity": 8}, {"max_capacity": 10})))
    flags = ("--target", "technova/prod/services-manufacturing", "-C", str(project))
    done = infragen("report", str(project / "p.json"), *flags)
    assert done.code == 0, done.err
    assert "service planning" in done.out
    assert "planning.yaml:" in done.out


def test_the_folder_of_the_plan_lends_its_lines(infragen: Infragen, tmp_path: Path) -> None:
    shutil.copy(case("002").path, tmp_path / "plan.json")
    address = json.loads(case("002").path.read_bytes())["resource_changes"][0]["address"]
    kind, name = address.split("[")[0].split(".")
    (tmp_path / "main.tf").write_text(f'\n\nresource "{kind}" "{name}" {{\n}}\n')
    assert "main.tf:3" in infragen("report", str(tmp_path / "plan.json")).out


def test_a_comparison_is_worst_first_with_reasons_and_cuts_no_address(
    infragen: Infragen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    far = "module.data_manufacturing.module.database_planning_of_the_whole_manufacturing_group"
    items = [resource(f'{far}.aws_x.this["{name}-{"x" * 40}"]', ["create"], None, {"v": 1}) for name in ("a", "b")]
    items.append(resource(f"{far}.aws_rds_cluster.this", ["delete"], {}))
    value = "v" * 300
    (tmp_path / "old.json").write_bytes(plan(resource("aws_x.z", ["update"], {"v": 1}, {"v": 2})))
    (tmp_path / "new.json").write_bytes(plan(*items, resource("aws_x.z", ["update"], {"v": 1}, {"v": value})))
    paths = [str(tmp_path / "old.json"), str(tmp_path / "new.json")]
    for flags in ([], ["--details"]):
        text = infragen("report", "--compare", *paths, *flags).out
        joined = re.sub(r"\s", "", text)
        assert all(item["address"].replace(" ", "") in joined for item in items)
        assert "HIGHdataloss:itsdataislostwithit:nofinalsnapshotisnamed" in joined
        assert joined.index("DELETE") < joined.index("create")
        assert (value in joined) is bool(flags)
        assert all(len(line) <= 80 for line in text.splitlines())
