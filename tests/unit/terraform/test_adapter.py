"""The command lines that go out, and what becomes of what comes back."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from unittest.mock import ANY

import pytest
from msgspec.structs import replace

from infragen.diagnostics import InfragenError, Severity
from infragen.terraform.adapter import plugin_cache
from infragen.terraform.child_process import Stopper
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.events import Counts, EventKind
from infragen.terraform.provider_mirror import Mirror
from infragen.terraform.runner import PlanOptions, StoppedError, left_content, left_state
from tests.waiting import PATIENCE, until

PLAN = """
[out] = [word.removeprefix("-out=") for word in arguments if word.startswith("-out=")] or [None]
if out: open(out, "w").close()
"""


def test_a_plan_says_everything_on_its_command_line(make_runner, folder, calls, tmp_path):
    runner = make_runner(PLAN)
    out = tmp_path / "a plan"
    options = PlanOptions(refresh=False, destroy=True, parallelism=30, targets=("module.a", 'b["x y"]'))
    runner.plan(folder, out, options)
    assert calls() == [
        [
            "plan",
            "-input=false",
            "-json",
            "-no-color",
            "-detailed-exitcode",
            f"-out={out}",
            "-refresh=false",
            "-destroy",
            "-parallelism=30",
            "-target=module.a",
            '-target=b["x y"]',
            "-lock-timeout=60s",
        ]
    ]


def test_a_plain_plan_says_no_more_than_needed(make_runner, folder, calls, tmp_path):
    make_runner(PLAN).plan(folder, tmp_path / "out")
    (words,) = calls()
    assert not [word for word in words if word.startswith(("-refresh", "-destroy", "-target"))]


@pytest.mark.parametrize(("code", "changes"), [(0, False), (2, True)])
def test_the_exit_code_of_a_plan_says_whether_anything_changes(make_runner, folder, tmp_path, code, changes):
    summary = 'say("change_summary", changes={"add": 3, "change": 0, "remove": 1})'
    result = make_runner(f"{PLAN}\n{summary}\nsys.exit({code})").plan(folder, tmp_path / "out")
    assert (result.changes, result.counts) == (changes, Counts(add=3, remove=1))


@pytest.mark.parametrize("action", ["delete", "update", "create"])
def test_a_plan_that_would_touch_the_mark_of_a_state_move_is_none(make_runner, folder, tmp_path, action):
    said = f'say("outputs", outputs={{"infragen_move": {{"sensitive": False, "action": "{action}"}}}})'
    with pytest.raises(InfragenError) as caught:
        make_runner(f"{PLAN}\n{said}\nsys.exit(2)").plan(folder, tmp_path / "out")
    assert [one.code for one in caught.value.diagnostics] == ["M002"]
    assert "generated/technova/dev/network is part of a state move" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_whose_mark_stays_as_it_is_may_plan(make_runner, folder, tmp_path):
    said = 'say("outputs", outputs={"infragen_move": {"action": "noop"}, "arn": {"action": "delete"}})'
    assert make_runner(f"{PLAN}\n{said}\nsys.exit(2)").plan(folder, tmp_path / "out").changes


def test_only_its_owner_can_read_a_plan(make_runner, folder, tmp_path):
    result = make_runner(PLAN).plan(folder, tmp_path / "out")
    assert stat.S_IMODE(result.path.stat().st_mode) == 0o600


def test_errors_are_terraforms_own_and_all_of_them(make_runner, folder, tmp_path):
    body = """
    error("First", "Because.", range={"filename": "main.tf", "start": {"line": 2, "column": 1}})
    error("Second")
    error("First", "Because.", range={"filename": "main.tf", "start": {"line": 2, "column": 1}})
    error("Careful", severity="warning")
    sys.exit(1)
    """
    with pytest.raises(InfragenError) as caught:
        make_runner(body).plan(folder, tmp_path / "out")
    assert [str(diagnostic) for diagnostic in caught.value.diagnostics] == [
        "generated/technova/dev/network/main.tf:2:1: error T020 First: Because.",
        "error T020 Second",
    ]


def test_warnings_come_with_the_result(make_runner, folder, tmp_path):
    result = make_runner(PLAN + 'error("Careful", severity="warning")').plan(folder, tmp_path / "out")
    assert [(warning.severity, warning.message) for warning in result.warnings] == [(Severity.WARNING, "Careful")]


def test_a_terraform_that_dies_without_a_word_in_json_is_quoted(make_runner, folder, tmp_path):
    with pytest.raises(InfragenError, match=r"`terraform apply` of .* failed with exit code 1: Error: bad flag"):
        make_runner("sys.exit('Error: bad flag')").apply(folder, tmp_path / "plan")


def test_a_folder_that_needs_init_gets_it_and_nobody_is_told_of_the_error(make_runner, folder, calls, tmp_path):
    body = f"""
if arguments[0] == "init":
    open("initialised", "w").close()
elif not os.path.exists("initialised"):
    error("Module not installed", "Run terraform init")
    sys.exit(1)
else:
{PLAN.replace(chr(10), chr(10) + "    ")}
    sys.exit(2)
"""
    heard = []
    assert make_runner(body).plan(folder, tmp_path / "out", on_event=heard.append).changes
    assert [words[0] for words in calls()] == ["plan", "init", "plan"]
    assert not [event for event in heard if event.kind is EventKind.DIAGNOSTIC]


def test_a_provider_that_only_a_state_names_is_installed_if_it_is_hashicorps(make_runner, folder, calls, tmp_path):
    said = "This state requires provider registry.terraform.io/{}, but that provider isn't available."
    failing = "".join(
        f"error('Missing required provider', {said.format(one)!r}); " for one in ("hashicorp/random", "a/b")
    )
    with pytest.raises(InfragenError) as caught:
        make_runner(f"{failing}sys.exit(1)").plan(folder, tmp_path / "out")
    assert [one.code for one in caught.value.diagnostics] == ["T025", "T059"]
    assert [words[0] for words in calls()] == ["plan"]


def test_init_uses_the_mirror_alone_where_terraform_must_be_told(make_runner, folder, calls, tmp_path):
    make_runner("", Mirror(tmp_path / "mirror", "because", flag=True)).init(folder)
    words = ["-input=false", "-json", "-no-color", "-lock-timeout=60s", "-backend=true", "-reconfigure"]
    assert calls() == [["init", *words, f"-plugin-dir={tmp_path / 'mirror'}"]]


def test_init_without_a_backend_leaves_the_mirror_to_terraform_where_it_finds_it(make_runner, folder, calls, tmp_path):
    make_runner("", Mirror(tmp_path / "mirror", "because")).init(folder, backend=False)
    assert calls() == [["init", "-input=false", "-json", "-no-color", "-lock-timeout=60s", "-backend=false"]]


def test_init_does_not_write_into_providers_shared_with_others(make_runner, folder, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (folder.path / ".terraform").mkdir()
    (folder.path / ".terraform" / "providers").symlink_to(shared)
    make_runner('os.makedirs(".terraform/providers/new")').init(folder)
    assert list(shared.iterdir()) == []


def test_inits_never_overlap(make_runner, folder):
    body = """
    try:
        os.mkdir("inside")
    except FileExistsError:
        sys.exit("two at once")
    time.sleep(0.1)
    os.rmdir("inside")
    """
    runner, failed = make_runner(body), []

    def work():
        try:
            runner.with_environment(runner.environment).init(folder)
        except InfragenError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_apply_applies_the_file_and_counts(make_runner, folder, calls, tmp_path):
    result = make_runner('say("change_summary", changes={"add": 2})').apply(folder, tmp_path / "plan", parallelism=7)
    assert result.counts == Counts(add=2)
    assert calls() == [
        ["apply", "-input=false", "-json", "-no-color", "-parallelism=7", "-lock-timeout=60s", str(tmp_path / "plan")]
    ]


STATE = {"version": 4, "serial": 3, "lineage": "l", "resources": [{"input": "secret <b>", "size": 1.5}]}
DUMPED = f"""
open("errored.tfstate", "w").close()
say("log", message="Emergency state dump", state={STATE!r})
error("Failed to create local state file", "write errored.tfstate: no space left on device")
error(
    "Failed to persist state to backend",
    "The errors shown above prevented Terraform from writing the updated state to\\nthe configured backend and from "
    "creating a local backup file. As a fallback,\\nthe raw state data is printed above as a JSON object.\\n\\nTo "
    "retry writing this state, copy the state data (from the first {{ to the last }} inclusive)",
)
sys.exit(1)
"""
"""What terraform 1.11.4 says of a full disk that its state is on as well; of real runs, with fewer fields."""


@pytest.mark.parametrize("first", [{}, {"lineage": "", "serial": 0}])  # a stack's first apply
def test_a_state_that_could_not_be_stored_is_the_first_thing_said(make_runner, folder, tmp_path, first):
    said = f"json.dumps({STATE | first!r})"
    body = f'open("errored.tfstate", "w").write({said})\nerror("Failed to save state")\nsys.exit(1)'
    with pytest.raises(InfragenError) as caught:
        make_runner(body).apply(folder, tmp_path / "plan")
    first, second = caught.value.diagnostics
    assert (first.code, second.message) == ("T031", "Failed to save state")
    assert "state push errored.tfstate" in first.hint


@pytest.mark.parametrize("content", ["", '{"version": 4, "serial": 1, "lin', "{}", '{"lineage": "", "serial": 0}'])
def test_a_file_that_is_no_state_is_not_said_to_be_one(make_runner, folder, tmp_path, content):
    body = f'open("errored.tfstate", "w").write({content!r})\nerror("Failed to save state")\nsys.exit(1)'
    with pytest.raises(InfragenError) as caught:
        make_runner(body).apply(folder, tmp_path / "plan")
    first, _ = caught.value.diagnostics
    assert first.code == "T031"
    assert "empty or cut off" in first.message
    assert "state push" not in first.hint
    assert "sets that file aside" in first.hint
    assert left_content(folder) == b""


def test_a_state_that_terraform_prints_is_kept_where_it_belongs(make_runner, folder, tmp_path):
    with pytest.raises(InfragenError) as caught:
        make_runner(DUMPED).apply(folder, tmp_path / "plan")
    first, full, last = caught.value.diagnostics
    assert json.loads(left_content(folder)) == STATE
    assert [one.code for one in caught.value.diagnostics] == ["T031", "T034", "T031"]
    assert "it is in " in first.message
    assert "in the state" not in full.hint
    assert last.message.endswith("from creating a local backup file.")  # it is printed nowhere that a person sees
    assert "secret" not in str(caught.value)


def test_where_the_disk_is_full_still_it_is_kept_elsewhere(make_runner, folder, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(other))
    runner = make_runner(DUMPED)

    def refused(_path, _content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(InfragenError) as caught:
        runner.apply(folder, tmp_path / "plan")
    elsewhere, *_ = caught.value.diagnostics
    (kept,) = other.glob("*.tfstate")
    assert json.loads(kept.read_text()) == STATE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (elsewhere.code, str(kept) in elsewhere.message) == ("T031", True)
    assert f"move that file to {folder.path / 'errored.tfstate'}" in elsewhere.hint


def test_the_json_of_a_plan_goes_into_a_file_of_its_owners(make_runner, folder, tmp_path):
    to = make_runner("print('{' + 'x' * 1000000 + '}')").show_json(folder, tmp_path / "plan", tmp_path / "plan.json")
    assert to.read_text() == "{" + "x" * 1_000_000 + "}\n"
    assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_a_failed_show_leaves_no_half_file(make_runner, folder, tmp_path):
    with pytest.raises(InfragenError):
        make_runner("print('half')\nsys.exit('no')").show_json(folder, tmp_path / "plan", tmp_path / "plan.json")
    assert not (tmp_path / "plan.json").exists()


def test_an_answer_that_the_disk_did_not_take_whole_is_refused(make_runner, folder, tmp_path):
    """Terraform writes it, does not look whether that was possible, and ends well."""
    torn = make_runner("sys.stdout.write('{\"resource_changes\": [')")
    for ask, place in (
        (lambda: torn.show_json(folder, tmp_path / "plan", tmp_path / "plan.json"), tmp_path / "plan.json"),
        (lambda: torn.state_pull(folder), folder.path),
    ):
        where = rf"T034 the answer of `terraform .*` could not be written to {place}: its disk is full"
        with pytest.raises(InfragenError, match=where) as said:
            ask()
        assert "free disk space" in said.value.diagnostics[0].hint
    assert not (tmp_path / "plan.json").exists()


def test_a_plan_that_the_disk_took_nothing_of_is_refused_and_no_empty_state(make_runner, folder, tmp_path):
    silent = make_runner("pass")
    with pytest.raises(InfragenError, match=r"T034 the answer of `terraform show` could not be written"):
        silent.show_json(folder, tmp_path / "plan", tmp_path / "plan.json")
    assert silent.state_pull(folder) == b""


@pytest.mark.parametrize("command", ["show", "output", "state pull", "validate"])
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("version '1.11.4' is not installed\n", "", "before it: version '1.11.4' is not installed"),
        ("[command]/opt/terraform-bin show -json p\n", "\n", "before it: [command]/opt/terraform-bin show -json p"),
        ("", '::debug::stdout: {"pw":"hunter2"}.\n', "behind it"),
        ("\n", "done\n", "behind it"),
    ],
)
def test_an_answer_with_a_line_of_a_wrapper_is_refused_without_what_it_holds(
    make_runner, folder, tmp_path, command, before, *, after, told
):
    runner = make_runner(f'sys.stdout.write({before!r} + \'{{"pw": "hunter2"}}\\n\' + {after!r})')
    ask = {
        "show": lambda: runner.show_json(folder, tmp_path / "plan", tmp_path / "plan.json"),
        "output": lambda: runner.output(folder),
        "state pull": lambda: runner.state_pull(folder),
        "validate": lambda: runner.validate(folder),
    }
    with pytest.raises(InfragenError) as caught:
        ask[command]()
    (found,) = caught.value.diagnostics
    assert str(found.code) == "T003"
    assert found.message == f"`terraform {command}` of {folder.shown} printed more than its answer, {told}"
    assert "`terraform_wrapper: false`" in found.hint


def test_validate_returns_what_is_wrong(make_runner, folder):
    body = """
    print(json.dumps({"valid": False, "diagnostics": [{"severity": "error", "summary": "Bad"}]}, indent=2))
    sys.exit(1)
    """
    assert [found.message for found in make_runner(body).validate(folder)] == ["Bad"]


def test_outputs_keep_their_values_out_of_sight(make_runner, folder):
    answer = 'print(json.dumps({"password": {"value": "hunter2", "type": "string", "sensitive": True}}))'
    outputs = make_runner(answer).output(folder)
    assert (outputs["password"].value, outputs["password"].sensitive) == ("hunter2", True)
    assert "hunter2" not in repr(outputs)


def test_no_state_is_an_empty_one(make_runner, folder):
    assert make_runner("sys.exit('No state file was found!')").state_list(folder) == ()
    assert make_runner("print('a.b')\nprint('c[\"d\"]')").state_list(folder) == ("a.b", 'c["d"]')


def test_the_environment_brings_no_surprises(tmp_path):
    base = {"PATH": "/bin", "TF_CLI_ARGS_plan": "-destroy", "TF_WORKSPACE": "x", "TF_DATA_DIR": "/x"}
    base["TF_CLI_CONFIG_FILE"] = str(tmp_path / "missing")
    assert child_environment(base, {"AWS_REGION": "x"}) == {
        "PATH": os.pathsep.join(["/bin", str(Path(sys.executable).parent)]),  # generated Terraform calls infragen
        "GOGC": "400",
        "GOMEMLIMIT": ANY,
        "TF_LOG": "off",
        "TF_LOG_PROVIDER": "off",
        "TF_LOG_SDK": "off",
        "TF_LOG_SDK_PROTO": "off",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "AWS_REGION": "x",
    }


def test_who_asks_for_a_log_gets_it() -> None:
    asked = child_environment({"TF_LOG_PROVIDER": "debug"})
    assert {name: value for name, value in asked.items() if name.startswith("TF_LOG")} == {"TF_LOG_PROVIDER": "debug"}


def test_who_runs_alone_collects_its_garbage_seldom(make_runner, folder):
    """Unless somebody else has decided that."""
    said = "import json, os, sys\nprint(json.dumps({'x': {'value': os.environ['GOGC'], 'sensitive': False}}))"
    for given, disposable, expected in (("400", False, "400"), ("400", True, "1600"), ("50", True, "50")):
        runner = make_runner(said)
        runner = runner.with_environment({**runner.environment, "GOGC": given})
        assert runner.output(replace(folder, disposable=disposable))["x"].value == expected


def test_mise_looks_for_no_file_where_terraform_runs(make_runner, folder):
    said = "import json, os\nprint(json.dumps({'x': {'value': os.environ['MISE_CEILING_PATHS'], 'sensitive': False}}))"
    runner = make_runner(said)
    runner = runner.with_environment({**runner.environment, "MISE_CEILING_PATHS": "/project"})
    assert runner.output(folder)["x"].value == str(folder.path)


def test_a_configuration_file_that_exists_stays(tmp_path):
    base = {"TF_CLI_CONFIG_FILE": str(tmp_path / "rc")}
    (tmp_path / "rc").touch()
    assert child_environment(base)["TF_CLI_CONFIG_FILE"] == str(tmp_path / "rc")


def test_after_a_stop_nothing_starts(make_runner, folder, calls, tmp_path):
    stopper = Stopper()
    stopper.stop()
    with pytest.raises(StoppedError, match="stopped before `terraform plan`"):
        make_runner(PLAN, stopper=stopper).plan(folder, tmp_path / "out")
    assert calls() == []


def test_what_ends_because_of_a_stop_is_not_a_failure(make_runner, folder, tmp_path):
    stopper = Stopper()
    body = """
    def on_interrupt(*_):
        error("execution halted")
        error("Provisioner failed")
        sys.exit(1)
    signal.signal(signal.SIGINT, on_interrupt)
    say("log", message="up")
    time.sleep(300)
    """
    runner = make_runner(body, stopper=stopper)
    with pytest.raises(StoppedError) as caught:
        runner.apply(folder, tmp_path / "plan", on_event=lambda event: event.message == "up" and stopper.stop())
    assert [str(diagnostic) for diagnostic in caught.value.diagnostics] == [
        (
            "notice T030 generated/technova/dev/network: `terraform apply` was stopped; "
            "changes completed before that are in the state"
        ),
        "error T020 Provisioner failed",
    ]


def test_no_state_of_the_current_folder_is_read_into_memory(make_runner, folder, monkeypatch):
    (folder.path / "terraform.tfstate").write_text("this is no JSON and would raise")
    monkeypatch.chdir(folder.path)
    make_runner("").init(folder)


def test_nobody_else_can_read_a_plan_while_it_is_written(make_runner, folder, tmp_path):
    body = f"""
    {PLAN.strip()}
    sys.exit(0 if os.stat(out).st_mode & 0o077 == 0 else 1)
    """.replace("\n[out]", "\n    [out]").replace("\nif out", "\n    if out")
    make_runner(body).plan(folder, tmp_path / "out")


def test_a_plan_that_fails_leaves_no_file(make_runner, folder, tmp_path):
    with pytest.raises(InfragenError):
        make_runner("error('No')\nsys.exit(1)").plan(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("ask", ["state_pull", "state_list", "lock_of"])
def test_what_only_reads_does_not_keep_anybody_waiting_who_stops(make_runner, folder, tmp_path, monkeypatch, ask):
    monkeypatch.setattr("infragen.terraform.child_process.GRACE", 0.2)
    stopper = Stopper()
    body = f"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    open({str(tmp_path / "asked")!r}, "w").close()
    time.sleep({PATIENCE})
    open({str(tmp_path / "slept")!r}, "w").close()
    """
    runner = make_runner(body, stopper=stopper)
    thread = threading.Thread(target=lambda: (until((tmp_path / "asked").exists), stopper.stop()))
    thread.start()
    with pytest.raises(StoppedError, match="T030"):
        getattr(runner, ask)(folder)
    thread.join()
    assert not (tmp_path / "slept").exists()


MANY = """
import json
from dataclasses import replace
words = {words!r}
line = json.dumps({{"type": "diagnostic", "diagnostic": {{"severity": "error", "summary": words}}}})
for number in range({count}):
    sys.stdout.write(line.replace("NUMBER", str(number)) + chr(10))
sys.stdout.flush()
sys.exit(1)
"""


@pytest.mark.parametrize(
    ("words", "count"), [("NUMBER " + "x" * 900_000, 20), ("NUMBER " + "x" * 10_000, 300), ("NUMBER", 2000)]
)
def test_however_much_goes_wrong_not_all_of_its_words_are_kept(make_runner, folder, tmp_path, words, count):
    with pytest.raises(InfragenError) as caught:
        make_runner(MANY.format(words=words, count=count)).plan(folder, tmp_path / "out")
    found = caught.value.diagnostics
    assert sum(len(diagnostic.message) for diagnostic in found) < 1_100_000
    if count > len(found):
        assert found[-1].message.startswith(f"terraform reported {count - len(found) + 1} more")
    assert found[0].message.startswith("0")


def test_of_a_long_diagnostic_both_ends_are_kept(make_runner, folder, tmp_path):
    with pytest.raises(InfragenError) as caught:
        make_runner('error("First", "x" * 500_000 + " Throttling: the reason")\nsys.exit(1)').plan(
            folder, tmp_path / "out"
        )
    (said,) = caught.value.diagnostics
    assert (said.code, said.message[:5], said.message[-10:]) == ("T036", "First", "the reason")
    assert "characters left out" in said.message
    assert len(said.message) < 17_000


PEAK = """
import json, os, resource, sys
from pathlib import Path
from infragen.diagnostics import InfragenError
from infragen.report.progress import open_progress
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import Binary, Kind
from infragen.terraform.engine import run_stacks
from infragen.terraform.journal import Journal, both
from infragen.terraform.run_records import Begin
from infragen.terraform.provider_mirror import Mirror
from infragen.terraform.child_process import Stopper
from infragen.terraform.runner import Folder

program, work = sys.argv[1:]
stopper = Stopper()
binary = Binary((program,), Kind.TERRAFORM, "1.11.4")
runner = TerraformRunner(binary, Mirror(None, ""), dict(os.environ), stopper)
folder = Folder(Path(work), "generated/small/dev/network")

def step(_name, on_event):
    return runner.apply(folder, Path(work) / "plan", on_event=on_event).counts

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def whole(project):
    with Journal(Path(work) / project, Begin("apply", "small/dev", (), ("network",))) as journal:
        with open_progress(["network"], "apply") as progress:
            return run_stacks({"network": ()}, step, stopper, jobs=1, progress=both(journal, progress))

os.environ["PRINTED"] = "nothing"
runner.environment["PRINTED"] = ""
whole("before")
before = peak()
runner.environment["PRINTED"] = "all"
outcome = whole("after")
print(peak() - before, outcome.results[0].status)
"""

PRINTS = """
if not os.environ["PRINTED"]: sys.exit(0)
def line(words, kind="log", **more):
    return json.dumps({"type": kind, "@message": words, **more}) + chr(10)
wide = 900_000
kinds = {
    "messages": lambda n: line(f"{n} " + "m" * 300),
    "errors": lambda n: line("e", "diagnostic", diagnostic={"severity": "error", "summary": f"{n}" + "e" * wide}),
    "warnings": lambda n: line("w", "diagnostic", diagnostic={"severity": "warning", "summary": f"{n}" + "w" * wide}),
    "changes": lambda n: line(f"a[{n}]: Creating...", "apply_start", hook={"resource": {"addr": f"a[{n}]"}}),
    "brackets": lambda n: '{"type": "outputs", "outputs": [' + "[]," * (wide // 3) + "1]}" + chr(10),
    "one line": lambda n: "x" * 1_000_000,
    "a crash": lambda n: f"goroutine {n} [running]: " + "0x0 " * 100 + chr(10),
}
printed = number = 0
while printed < SIZE:
    number += 1
    text = kinds[KIND](number)
    printed += len(text)
    sys.stdout.write(text)
sys.stdout.flush()
"""


@pytest.mark.parametrize("kind", ["messages", "errors", "warnings", "changes", "brackets", "one line", "a crash"])
def test_whatever_terraform_prints_stays_out_of_memory(write_program, tmp_path, kind):
    body = PRINTS.replace("SIZE", "100_000_000" if kind in {"messages", "one line"} else "20_000_000").replace(
        "KIND", repr(kind)
    )
    program = write_program(body)
    (tmp_path / "work").mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", PEAK, str(program), str(tmp_path / "work")],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    grown, status = ended.stdout.split()
    assert int(grown) < 60_000_000
    assert status == "done"


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, None),
        ({"TF_PLUGIN_CACHE_DIR": "/cache"}, "/cache"),
        ({"HOME": "HERE"}, "HERE/plugins"),
        ({"TF_CLI_CONFIG_FILE": "HERE/nothing"}, None),
        ({"TF_CLI_CONFIG_FILE": "HERE/.terraformrc", "HOME": "/home/ann"}, "/home/ann/plugins"),
    ],
)
def test_a_plugin_cache_is_where_terraform_looks_for_it(tmp_path, variables, found):
    (tmp_path / ".terraformrc").write_text('disable_checkpoint = true\nplugin_cache_dir = "$HOME/plugins"\n')
    here = {name: value.replace("HERE", str(tmp_path)) for name, value in variables.items()}
    assert plugin_cache(here) == (Path(found.replace("HERE", str(tmp_path))) if found else None)


def test_another_infragen_waits_until_a_shared_cache_is_free(make_runner, folder, tmp_path):
    runner = make_runner("")
    runner.environment["TF_PLUGIN_CACHE_DIR"] = str(tmp_path)
    done = threading.Event()

    def init():
        runner.init(folder)
        done.set()

    with (tmp_path / ".infragen").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        thread = threading.Thread(target=init)
        thread.start()
        assert not done.wait(0.5)
    thread.join(PATIENCE)
    assert done.is_set()


def test_a_cache_that_is_not_there_keeps_nobody_waiting(make_runner, folder, tmp_path):
    runner = make_runner("")
    runner.environment["TF_PLUGIN_CACHE_DIR"] = str(tmp_path / "nowhere")
    runner.init(folder)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_in_the_place_of_a_state_is_named(folder, make) -> None:
    left = folder.path / "errored.tfstate"
    make(left)
    found = left_state(folder)
    assert found is not None
    assert found.code == "Y001"
    assert str(left) in found.message
