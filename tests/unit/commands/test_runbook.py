"""The runbook's formats, its errors, and a page that says what of it is not tried."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from botocore.utils import parse_timestamp
from tests.conftest import ROOT
from tests.terraform.test_runbook import GLOBAL, ORDERS, SITE, UNPROVED
from tests.unit.stacks.test_standbys import JOB

from infragen.catalog import Project, load
from infragen.environment import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome


WATCHER = """\
name: shrink
title: Shrink
code: {bucket: buckets/files, key: shrink-0000000.zip}
runtime: python3.13
handler: index.handler
memory: 128 MB
timeout: 30 s
log_retention: 14 days
triggers: {objects: {files: {keys: ["original/*"]}}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "infragen.toml").touch()
    return tmp_path


def test_the_steps_are_in_order_and_commands_have_real_names(site: Path, infragen: Callable[..., Outcome]) -> None:
    found = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)
    phases = [step["phase"] for step in found["steps"]]
    assert phases == [
        "access",
        "detect",
        *["measure"] * 4,
        "stop",
        "drain",
        "fence",
        "promote",
        "sign-in",
        "stop-again",
        "run",
        "start",
        "names",
        *["verify"] * 5,
        "enlarge",
        "code",
        "still",
        *["undo"] * 2,
    ]
    commands = [one["command"] for step in found["steps"] for one in step["commands"]]
    subprocess.run(["bash", "-n", "-c", "\n".join(commands)], check=True)
    assert not [one for one in commands if re.search(r"[<>]\w|\{[a-z]+\.|TODO|None|\bX\b", one)]
    assert [step["needs"] for step in found["steps"] if step["needs"]] == ["ap-northeast-1"] * 7
    later = ("enlarge", "code", "still", "undo")
    assert found["minutes"] == sum(step["minutes"] for step in found["steps"] if step["phase"] not in later)


def test_what_is_kept_smaller_while_it_waits_is_named_line_by_line(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    file = site / "environments" / "site" / "dr.yaml"
    text = file.read_text(encoding="utf-8").replace("nat: per-zone", "nat: single")
    file.write_text(text.replace("{readers: 0}", "{readers: 0, multi_az: false}"), encoding="utf-8")
    steps = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)["steps"]
    commands = [one for step in steps if step["phase"] == "enlarge" for one in step["commands"]]
    said = {
        one["command"].split()[-1]: one["shows"].partition(":")[0] for one in commands if "explain" in one["command"]
    }
    assert said == {
        "databases.main.readers": "0, while site/prod has 1",
        "databases.main.multi_az": "false, while site/prod has true",
        "network.nat": "single, while site/prod has per-zone",
    }
    told = infragen("cost", "site/dr", "-C", site).out
    assert "it follows site/prod, and nothing runs in it" in told
    assert "it follows" not in infragen("cost", "site/prod", "-C", site).out


def test_names_are_kept_from_the_region_that_is_left_before_copies_are_writable(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    """Tasks that come back there would write for customers into data that is abandoned; they are stopped once more."""
    steps = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)["steps"]
    of = {step["phase"]: step for step in steps}
    held = [
        step["phase"] for step in steps if any("--disabled --inverted" in one["command"] for one in step["commands"])
    ]
    assert (held, of["fence"]["needs"]) == (["fence"], "")
    assert of["stop-again"]["commands"] == of["stop"]["commands"]
    steps = json.loads(infragen("runbook", "site/prod", "failback", "--format", "json", "-C", site).out)["steps"]
    freed = [step["phase"] for step in steps if any("--no-inverted" in one["command"] for one in step["commands"])]
    assert freed == ["names"]


def test_the_lag_is_that_of_before_the_outage(site: Path, infragen: Callable[..., Outcome]) -> None:
    """PostgreSQL's grows with the outage, and -1 is no lag that a promise allows."""
    steps = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)["steps"]
    [step, after] = [step for step in steps if step["what"].endswith(" follows")]
    assert (after["phase"], after["needs"]) == ("drain", "ap-northeast-1")
    [asked] = step["commands"]
    assert "BEGAN=" in step["why"]
    assert asked["shows"] == "the least at 0 or more, the most at 3600 or less; anything else, None or -1: RPO not met"
    shell = f'aws() {{ printf "%s\\n" "$@"; }}; {asked["command"]}'
    said = subprocess.run(
        ["bash", "-c", shell],
        env={**os.environ, "BEGAN": "2026-11-28T04:10:00Z"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    times = {flag: said[said.index(flag) + 1] for flag in ("--start-time", "--end-time")}
    assert times == {"--start-time": "2026-11-28T03:55:00Z", "--end-time": "2026-11-28T04:10:00Z"}


ACTIONS = ("failover", "failback", "rehearsal", "restore")


def test_no_command_needs_a_date_that_only_linux_has(site: Path, infragen: Callable[..., Outcome]) -> None:
    """That of macOS and BSD computes no times (`-d`): what is asked of it is a format of now."""
    (site / "catalog/site/databases/orders.yaml").write_text(GLOBAL, encoding="utf-8")
    used = set()
    for action in ACTIONS:
        steps = steps_of(site, infragen, action)
        texts = [*(step["why"] for step in steps), *(one["command"] for step in steps for one in step["commands"])]
        used |= {one for text in texts for one in re.findall(r"\bdate (.*?)\)", text)}
    assert used == {"+%s", "-u +%Y%m%d-%H%M"}


def test_the_last_minutes_are_seconds_since_1970(site: Path, infragen: Callable[..., Outcome]) -> None:
    """AWS CLI User Guide: Common parameter types, Timestamp; botocore reads it as AWS's CLI does."""
    [step] = [one for one in steps_of(site, infragen, "failover") if one["phase"] == "drain"]
    shell = f'aws() {{ printf "%s\n" "$@"; }}; date() {{ echo 1764300600; }}; {step["commands"][0]["command"]}'
    said = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True).stdout.splitlines()
    begin, end = (parse_timestamp(said[said.index(flag) + 1]) for flag in ("--start-time", "--end-time"))
    assert (end - begin).total_seconds() == 480


def test_without_the_beginning_of_the_outage_nothing_is_asked(site: Path, infragen: Callable[..., Outcome]) -> None:
    [asked, _] = [step for step in steps_of(site, infragen, "failover") if step["what"].endswith(" follows")]
    shell = f"aws() {{ echo asked; }}; {asked['commands'][0]['command']}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (done.stdout, "the time is missing" in done.stderr) == ("", True)


def test_a_rehearsal_loses_nothing_and_leaves_all_as_it_was(site: Path, infragen: Callable[..., Outcome]) -> None:
    """A global database is switched and switched back; a replica that was promoted would follow nobody again."""
    (site / "catalog/site/databases/orders.yaml").write_text(GLOBAL, encoding="utf-8")
    found = json.loads(infragen("runbook", "site/prod", "rehearsal", "--format", "json", "-C", site).out)
    phases = list(dict.fromkeys(step["phase"] for step in found["steps"]))
    assert phases == ["access", "measure", "drill", "switch", "switch-back"]
    commands = [one["command"] for step in found["steps"] for one in step["commands"]]
    subprocess.run(["bash", "-n", "-c", "\n".join(commands)], check=True)
    switched = [re.findall(r"--region (\S+) .* (arn:\S+)", one)[0] for one in commands if "switchover-global" in one]
    there, back = ("ap-northeast-1", ORDERS["ap-northeast-3"]), ("ap-northeast-3", ORDERS["ap-northeast-1"])
    assert switched == [there, back]
    changing = {
        verb for one in commands for verb in re.findall(r"aws \S+ ([a-z-]+)", one)
        if not verb.startswith(("describe", "get", "list", "wait"))
    }  # fmt: skip
    assert changing == {
        "switchover-global-cluster", "create-db-instance-read-replica", "promote-read-replica", "delete-db-instance",
    }  # fmt: skip
    for one in commands:
        if re.search(r"promote-read|delete-db", one):
            assert "--db-instance-identifier site-dr-database-main-drill" in one
    assert not [one for one in commands if one.startswith(("infragen apply", "sed", "grep"))]
    down = sum(step["minutes"] for step in found["steps"] if step["phase"].startswith("switch"))
    assert found["minutes_without_service"] == down > 0


def test_failover_says_how_it_is_rehearsed(site: Path, infragen: Callable[..., Outcome]) -> None:
    said = infragen("runbook", "site/prod", "failover", "-C", site).out.splitlines()[1]
    assert said.endswith("four times a year, `infragen runbook site/prod rehearsal` rehearses it.")


def test_what_comes_back_of_copies_is_said(site: Path, infragen: Callable[..., Outcome]) -> None:
    steps = [one for one in steps_of(site, infragen, "failback") if "s3 sync" in str(one["commands"])]
    assert [one["phase"] for one in steps] == ["copy", "drain"]
    for step in steps:
        assert "what is new in the copies, of another size, or written later" in step["why"]
        assert "what was deleted in the original, and not in the copies, comes back" in step["why"]
        [one] = step["commands"]
        assert one["shows"].startswith("each object that comes back from site-prod-files-replica-")


ADMITS = "also_admits: [role/site-dr-*, role/site-prod-*]"


@pytest.mark.parametrize("ends", ["well", "badly", "interrupted"])
@pytest.mark.parametrize("missing", [False, True])
def test_policies_of_buckets_are_away_for_one_command_however_it_ends(
    site: Path, infragen: Callable[..., Outcome], ends: str, *, missing: bool
) -> None:
    edited(site / "catalog/site/buckets/files.yaml", "replication:", f"only_users: true\n{ADMITS}\nreplication:")
    steps = [one for one in steps_of(site, infragen, "failback") if "bucket-policy" in str(one["commands"])]
    assert [(one["phase"], len(one["commands"])) for one in steps] == [("copy", 1), ("drain", 1)]
    ending = {"well": "true", "badly": "false", "interrupted": "kill -INT $BASHPID; sleep 1"}[ends]
    shell = f"""aws() {{
      echo "$2 $4" >> log
      case "$2" in
        get-bucket-policy) {"false" if missing else "echo policy"};;
        sync) {ending};;
      esac
    }}
    {steps[0]["commands"][0]["command"]}"""
    done = subprocess.run(["bash", "-c", shell], cwd=site, check=False, capture_output=True)
    said = [line.split() for line in (site / "log").read_text("utf-8").splitlines()]
    away = {name for verb, name in said if verb == "delete-bucket-policy"}
    assert len(away) == (0 if missing else 2)
    assert {name for verb, name in said if verb == "put-bucket-policy"} == away
    if not missing:
        assert [verb for verb, _ in said[-3:]] == ["sync", "put-bucket-policy", "put-bucket-policy"]
        assert not [*site.glob("*.json")]
    assert (done.returncode == 0) == (ends == "well" and not missing)


def test_the_way_back_makes_a_standby_of_the_standby_again(site: Path, infragen: Callable[..., Outcome]) -> None:
    found = json.loads(infragen("runbook", "site/prod", "failback", "--format", "json", "-C", site).out)
    phases = list(dict.fromkeys(step["phase"] for step in found["steps"]))
    assert phases == [
        "prove", "return", "copy", "measure", "stop", "drain", "promote", "sign-in", "run", "start", "names", "verify",
        "clear", "renew",
    ]  # fmt: skip
    edits = [
        one["command"] for step in found["steps"] for one in step["commands"] if " environments/" in one["command"]
    ]
    prod, dr = ("environments/site/prod.yaml", "environments/site/dr.yaml")
    assert edits == [
        without("waits", prod),
        written("follows: dr", prod),
        written("waits: true", dr),
        instead("follows", "waits: true", prod),
        without("waits", prod),
        without("waits", dr),
        written("follows: prod", dr),
    ]


def without(setting: str, file: str) -> str:
    return f"sed -i.before -E '/^\"?{setting}\"?:/d' {file} && rm {file}.before"


def instead(setting: str, line: str, file: str) -> str:
    return f"sed -i.before -E 's/^\"?{setting}\"?:.*/{line}/' {file} && rm {file}.before"


def written(line: str, file: str) -> str:
    return f"grep -qx '{line}' {file} || printf '\\n{line}\\n' >> {file}"


def test_a_step_that_is_walked_twice_changes_nothing_more(site: Path, infragen: Callable[..., Outcome]) -> None:
    standby = site / "environments/site/dr.yaml"
    standby.write_text(standby.read_text("utf-8").replace("follows: prod", '"follows": prod'), encoding="utf-8")
    found = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)
    edits = [one["command"] for step in found["steps"] for one in step["commands"] if "site/dr.yaml" in one["command"]]
    promote, run = edits
    states = []
    for command in (promote, promote, run, promote):  # the last one must not stop what runs by then
        subprocess.run(["bash", "-c", command], cwd=site, check=True)
        states.append(re.findall('^"?(?:follows|waits)"?: .*', standby.read_text("utf-8"), re.MULTILINE))
    assert states == [["waits: true"], ["waits: true"], [], []]


def test_objects_are_copied_back_once_more_when_nothing_writes_into_copies(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    steps = json.loads(infragen("runbook", "site/prod", "failback", "--format", "json", "-C", site).out)["steps"]
    copied = [step["phase"] for step in steps if any(" s3 sync " in one["command"] for one in step["commands"])]
    assert copied == ["copy", "drain"]


@pytest.mark.parametrize("waiting", ["", "prod"])
def test_an_environment_that_took_over_is_valid_beside_the_other(
    site: Path, infragen: Callable[..., Outcome], waiting: str
) -> None:
    """What tells of new objects in a copy takes no name: the copy is still made by the other environment."""
    standby = site / "environments/site/dr.yaml"
    standby.write_text(standby.read_text("utf-8").replace("follows: prod", ""), encoding="utf-8")
    functions = site / "catalog/site/functions"
    functions.mkdir()
    (functions / "shrink.yaml").write_text(WATCHER, encoding="utf-8")
    if waiting:
        with (site / f"environments/site/{waiting}.yaml").open("a", encoding="utf-8") as file:
            file.write("waits: true\n")
    assert "N107" not in infragen("validate", "site", "-C", site).out
    done = infragen("render", "site", "-C", site)
    assert done.code == 0, done.out + done.err
    assert "events_bucket_files" in (site / "generated/site/dr/data/bucket-files.tf").read_text("utf-8")


def test_the_release_of_each_side_is_looked_at_before_anything_changes(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    """A standby whose images nobody released for a year would start those."""
    for action, left, taking in (("failover", "prod", "dr"), ("failback", "dr", "prod")):
        steps = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)["steps"]
        here, there = [step for step in steps if "which release" in step["what"]]
        last = [one["command"] for step in steps if "which image" in step["what"] for one in step["commands"]]
        assert ["--region ap-northeast-3 --repository-name site-dr-web " in one for one in last] == (
            [True] if action == "failover" else []
        )
        assert f"site-{left}-web" in here["commands"][0]["command"]
        assert f"site-{taking}-web" in there["commands"][0]["command"]
        assert f"infragen release site/{taking} --tag TAG" in there["commands"][0]["shows"]
        assert (bool(here["needs"]), there["needs"]) == (True, "")
    service = site / "catalog/site/services/web.yaml"
    service.write_text(service.read_text("utf-8").replace("deploy: pipeline\n", ""), encoding="utf-8")
    assert "which release" not in infragen("runbook", "site/prod", "failover", "-C", site).out


def test_tasks_start_with_the_most_that_a_schedule_asks_for_at_least(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    """A schedule acts at its own moment alone: at noon, that of the morning is over."""
    service = site / "catalog/site/services/web.yaml"
    day, night = ('{cron: "30 7 ? * MON-FRI *", min: 3, why: work}', '{cron: "0 20 * * ? *", min: 1, why: rest}')
    scaling = f"cpu: 70 %, schedules: {{day: {day}, night: {night}}}"
    service.write_text(service.read_text("utf-8").replace("cpu: 70 %", scaling), encoding="utf-8")
    for action in ("failover", "failback"):
        steps = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)["steps"]
        [start] = [step for step in steps if step["phase"] == "start"]
        assert "--desired-count 3 " in start["commands"][0]["command"]
        assert "any schedule asks for at least" in start["why"]


def test_images_that_were_pushed_meanwhile_come_back_before_anything_else(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    over = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)["steps"]
    [code] = [step for step in over if step["phase"] == "code"]
    login, push = [one["command"] for one in code["commands"]]
    registry = "111122223333.dkr.ecr.{}.amazonaws.com"
    assert login.endswith(registry.format("ap-northeast-3"))
    assert f"--tag {registry.format('ap-northeast-3')}/" in push
    back = json.loads(infragen("runbook", "site/prod", "failback", "--format", "json", "-C", site).out)["steps"]
    first = next(step for step in back if step["phase"] == "copy")
    *_, listed, copied = [one["command"] for one in first["commands"]]
    shell = (
        'aws() { case "$*" in *ap-northeast-3*) echo v1; echo v2;; *) echo v1;; esac; };'
        f' docker() {{ echo "$*" >> asked; }}; {listed}; {copied}'
    )
    subprocess.run(["bash", "-c", shell], cwd=site, check=True)
    made = (site / "asked").read_text("utf-8").splitlines()
    to = f"{registry.format('ap-northeast-1')}/site-prod-web:v2"
    source = f"{registry.format('ap-northeast-3')}/site-dr-web:v2"
    assert made == [f"buildx imagetools create --prefer-index=false --tag {to} {source}"]


def test_how_long_nobody_is_served_on_the_way_back_is_said_at_its_head(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    found = json.loads(infragen("runbook", "site/prod", "failback", "--format", "json", "-C", site).out)
    down = ("stop", "drain", "promote", "sign-in", "run", "start", "names")
    assert found["minutes_without_service"] == sum(one["minutes"] for one in found["steps"] if one["phase"] in down)
    said = f"{found['minutes_without_service']} min of these without service, from “Stop "
    assert said in infragen("runbook", "site/prod", "failback", "-C", site).out.partition("1. ")[0]
    over = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)
    assert over["minutes_without_service"] == 0


def test_what_runs_on_schedules_runs_in_one_region_after_each_step(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    (site / "catalog/site/jobs").mkdir()
    (site / "catalog/site/jobs/tidy.yaml").write_text(JOB, encoding="utf-8")
    # Of prod nothing runs before the last step of failover: its region is gone.
    assert walked("failover", site, infragen) == [["prod"], *[["prod", "dr"]] * 2, ["dr"]]
    assert walked("failback", site, infragen) == [["dr"], [], [], ["prod"], ["prod"]]
    standby = (site / "environments/site/dr.yaml").read_text("utf-8")
    assert re.findall("^(?:follows|waits): .*", standby, re.MULTILINE) == ["follows: prod"]
    assert "waits" not in (site / "environments/site/prod.yaml").read_text("utf-8")


def walked(action: str, site: Path, infragen: Callable[..., Outcome]) -> list[list[str]]:
    """Make a runbook's changes of environment files; return where a job has schedules after each apply."""
    found = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)
    running = []
    for command in (one["command"] for step in found["steps"] for one in step["commands"]):
        if " environments/" in command:
            subprocess.run(["bash", "-c", command], cwd=site, check=True)
        if command.startswith("infragen apply "):
            catalogue = load(Project(site), "site")
            each = {name: resolve(Project(site), catalogue, name).environment() for name in ("prod", "dr")}
            running.append([name for name, one in each.items() if one.entries["jobs"]["tidy"].schedules])  # type: ignore[attr-defined]
    return running


def test_the_runbook_is_the_same_whoever_follows_whom(site: Path, infragen: Callable[..., Outcome]) -> None:
    heading, warning, before = infragen("runbook", "site/prod", "failback", "-C", site).out.split("\n", 2)
    assert warning.startswith("warning: site/dr has not taken over")
    path = site / "environments/site/dr.yaml"
    path.write_text(path.read_text("utf-8").replace("follows: prod\n", ""), encoding="utf-8")
    assert infragen("runbook", "site/prod", "failback", "-C", site).out == f"{heading}\n{before}"


@pytest.mark.parametrize("action", ACTIONS)
def test_text_and_markdown_have_every_command(action: str, site: Path, infragen: Callable[..., Outcome]) -> None:
    found = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)
    text = infragen("runbook", "site/prod", action, "-C", site).out
    page = site / "runbook.md"
    assert infragen("runbook", "site/prod", action, "--format", "markdown", "--file", page, "-C", site).code == 0
    written = page.read_text("utf-8")
    for step in found["steps"]:
        for one in step["commands"]:
            assert f"$ {one['command']}\n" in f"{text}\n"
            assert f"\n{one['command']}\n" in written


CLUSTER = """name: orders
title: Orders
engine: aurora-postgresql
version: "{version}"
{size}
"""


@pytest.mark.parametrize(
    ("version", "size", "looks"),
    [
        ("17", "size: db.r7g.large", "rds-data"),
        ("17", "capacity: {min: 0 ACU, max: 4 ACU}", "rds-data"),
        ("17", "size: db.t4g.medium", "psql"),
        ("16.0", "size: db.r7g.large", "psql"),
    ],
)
def test_a_copy_of_a_cluster_is_looked_at_where_it_can_be_asked(
    site: Path, infragen: Callable[..., Outcome], version: str, size: str, looks: str
) -> None:
    text = CLUSTER.format(version=version, size=size)
    (site / "catalog/site/databases/orders.yaml").write_text(text, encoding="utf-8")
    restore = ("runbook", "site/prod", "restore", "--only", "databases/orders", "-C", site)
    [step] = json.loads(infragen(*restore, "--format", "json").out)["steps"]
    commands = [one["command"] for one in step["commands"]]
    subprocess.run(["bash", "-n", "-c", "\n".join(commands)], check=True)
    assert [one for one in ("rds-data", "psql") if any(f"{one} " in command for command in commands)] == [looks]
    [asked] = [one for one in commands if "restore-db-cluster-to-point-in-time" in one]
    range_ = " --serverless-v2-scaling-configuration MinCapacity=0,MaxCapacity=4,SecondsUntilAutoPause=300 "
    assert (range_ in asked) is ("capacity" in size)
    [minutes] = [one["shows"] for one in step["commands"] if one["command"].startswith("echo")]
    assert minutes.startswith("240 min or less, the RTO")


def test_the_head_of_a_rehearsal_says_how_long_and_what_is_left_out(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    restore = ("runbook", "site/prod", "restore", "-C", site)
    (site / "catalog/site/databases/orders.yaml").write_text(CLUSTER.format(version="17", size="size: db.r7g.large"))
    several = infragen(*restore).out
    assert "90 min for one database if every step takes its maximum time: `--only databases/NAME`" in several
    assert (
        "180 min for all 2, one after the other\nnot rehearsed: older versions of objects (buckets/files)\n" in several
    )
    one = infragen(*restore, "--only", "databases/main").out.splitlines()
    assert (one[2], one[3]) == ("90 min if every step takes its maximum time", "")


@pytest.mark.parametrize(
    ("action", "only", "said"),
    [
        ("restore", "databases/mian", "did you mean `databases/main`?"),
        ("restore", "buckets/files", "those that are: databases/main"),
        ("failover", "databases/main", "all of an environment takes over"),
    ],
)
def test_only_a_restore_that_is_rehearsed_can_be_named(
    site: Path, infragen: Callable[..., Outcome], action: str, only: str, said: str
) -> None:
    outcome = infragen("runbook", "site/prod", action, "--only", only, "-C", site)
    assert outcome.code == 1
    assert "error X068" in outcome.err
    assert said in outcome.err


def test_where_nothing_can_be_restored_the_rehearsal_says_so(tmp_path: Path, infragen: Callable[..., Outcome]) -> None:
    for folder in ("catalog/site", "environments/site"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "infragen.toml").touch()
    shutil.copy(SITE / "catalog/site/system.yaml", tmp_path / "catalog/site/system.yaml")
    environment = "environment: prod\nnetwork: {cidr: 10.0.0.0/16}\n"
    (tmp_path / "environments/site/prod.yaml").write_text(environment, encoding="utf-8")
    outcome = infragen("runbook", "site/prod", "restore", "-C", tmp_path)
    assert "\nnothing to do: there is no database, and infragen rehearses" in outcome.out


def test_a_time_beyond_what_is_promised_is_said(site: Path, infragen: Callable[..., Outcome]) -> None:
    path = site / "environments/site/prod.yaml"
    path.write_text(path.read_text("utf-8").replace("rto_hours: 4", "rto_hours: 1"), encoding="utf-8")
    said = infragen("runbook", "site/prod", "failover", "-C", site)
    assert (said.code, "RTO of 1 h: not met: the steps may take longer\n" in said.out) == (2, True)


@pytest.mark.parametrize("system", ["site", "delivery-tracking"])
def test_failover_asks_nothing_of_the_region_that_is_lost(
    system: str, site: Path, infragen: Callable[..., Outcome]
) -> None:
    """Neither a step that goes without it, nor terraform's states and providers of the environment that takes over."""
    folder = site if system == "site" else ROOT
    if system == "site":
        assert infragen("render", "site", "-C", site).code == 0
    book = json.loads(infragen("runbook", f"{system}/prod", "failover", "--format", "json", "-C", folder).out)
    commands = [one["command"] for step in book["steps"] if not step["needs"] for one in step["commands"]]
    assert len(commands) > 10
    assert not [one for one in commands if "ap-northeast-1" in one or "prod-terraform-state" in one]
    shells = [*(folder / f"generated/{system}/dr").glob("*/*.tf")]
    shells = [one for one in shells if one.name in ("backend.tf", "providers.tf", "upstream.tf")]
    assert {one.name for one in shells} == {"backend.tf", "providers.tf", "upstream.tf"}
    assert not [one for one in shells if "ap-northeast-1" in one.read_text("utf-8")]


def test_a_promise_is_called_met_only_where_each_entry_that_it_covers_has_a_copy(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    def said() -> tuple[int, str]:
        found = infragen("runbook", "site/prod", "failover", "-C", site)
        return found.code, next(line for line in found.out.splitlines() if line.startswith("RPO"))

    measured = "RPO of 1 h: met if “See what would be lost” shows no longer lag"
    assert said() == (0, measured)
    path = site / "catalog/site/buckets/files.yaml"
    path.write_text(path.read_text("utf-8").replace(", time_control: true", ""), encoding="utf-8")
    assert said() == (2, "RPO of 1 h: not met: buckets/files")
    page = infragen("runbook", "site/prod", "failover", "--format", "markdown", "-C", site).out
    assert re.search(r"\| data \| `buckets/files` \| a replica: S3 .* \(RPO not met\) \|", page)
    path = site / "environments/site/prod.yaml"
    excludes = "failover: manual, excludes: {buckets/files: they can be made again}}"
    path.write_text(path.read_text("utf-8").replace("failover: manual}", excludes), encoding="utf-8")
    assert said() == (
        0,
        "RPO of 1 h: not met for buckets/files; the rest: met if “See what would be lost” shows no longer lag",
    )


def test_without_a_promise_none_is_met_or_broken(site: Path, infragen: Callable[..., Outcome]) -> None:
    path = site / "environments/site/prod.yaml"
    path.write_text(re.sub("recovery: .*", "", path.read_text("utf-8")), encoding="utf-8")
    said = infragen("runbook", "site/prod", "failover", "-C", site)
    assert (said.code, "RPO" in said.out.partition("1. See")[0]) == (0, False)
    path = site / "catalog/site/buckets/files.yaml"
    path.write_text(path.read_text("utf-8").replace(", time_control: true", ""), encoding="utf-8")
    page = infragen("runbook", "site/prod", "failover", "--format", "markdown", "-C", site).out
    assert re.search(r"\| data \| `buckets/files` \| a replica: S3 .* \(accepted: nobody promises it\) \|", page)


@pytest.mark.parametrize(
    ("target", "code", "hint"),
    [
        ("site/dr", "X064", "write `infragen runbook site/prod failback"),
        ("site/prod/network", "X016", "write site/prod"),
        ("site/nope", "P003", "prod"),
    ],
)
def test_what_has_no_standby_has_no_runbook(
    target: str, code: str, hint: str, site: Path, infragen: Callable[..., Outcome]
) -> None:
    outcome = infragen("runbook", target, "failback", "-C", site)
    assert outcome.code == 1
    assert f"error {code} " in outcome.err
    assert hint in outcome.err


def test_a_system_without_a_standby_is_told_how_to_write_one(site: Path, infragen: Callable[..., Outcome]) -> None:
    (site / "environments/site/dr.yaml").unlink()
    outcome = infragen("runbook", "site/prod", "failover", "-C", site)
    assert outcome.code == 1
    assert "error X064 site/prod has no standby: no environment says `standby_of: prod`" in outcome.err


def test_the_page_on_proofs_says_what_of_the_runbook_is_not_tried() -> None:
    section = (ROOT / "docs/sandbox-proofs.md").read_text("utf-8").partition("## The runbook")[2]
    rows = [line.split(" | ")[1].removesuffix(" |") for line in section.splitlines() if line.startswith("| `")]
    assert rows == list(UNPROVED.values())


def test_what_is_not_typed_is_in_one_of_the_runbooks(site: Path, infragen: Callable[..., Outcome]) -> None:
    books = [
        json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)
        for action in ("failover", "failback")
    ]
    commands = [one["command"] for book in books for step in book["steps"] for one in step["commands"]]
    assert [pattern for pattern in UNPROVED if not any(re.match(pattern, command) for command in commands)] == []


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def steps_of(site: Path, infragen: Callable[..., Outcome], action: str) -> list[Any]:
    found: list[Any] = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)["steps"]
    return found


@pytest.mark.parametrize(("phase", "writer"), [("return", "site-dr"), ("clear", "site-prod")])
@pytest.mark.parametrize("answer", ["None", "arn:aws:rds:ap-northeast-1:111122223333:db:site-prod-database-main", ""])
def test_nothing_is_deleted_while_the_other_side_is_a_copy_or_does_not_answer(
    phase: str, writer: str, answer: str, site: Path, infragen: Callable[..., Outcome]
) -> None:
    """Also where all of the step is pasted at once."""
    steps = steps_of(site, infragen, "failback")
    [step] = [one for one in steps if one["phase"] == phase]
    asked = f"rds describe-db-instances --db-instance-identifier {writer}-database-main"
    shell = f'aws() {{ case "$*" in "{asked} "*) [ -n "{answer}" ] && echo {answer};; *) echo "$2";; esac; }}\n'
    pasted = shell + "\n".join(one["command"] for one in step["commands"])
    done = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, check=False).stdout.split()
    readers = ["delete-db-instance"] if phase == "return" else []
    assert done == ([*readers, "modify-db-instance", "delete-db-instance", "wait"] if answer == "None" else [])
    assert f"each command does nothing while {writer}-database-main is a copy" in step["why"]


def test_the_way_back_begins_with_the_proof_that_the_standby_is_written_to(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    (site / "catalog/site/databases/orders.yaml").write_text(GLOBAL, encoding="utf-8")
    step = steps_of(site, infragen, "failback")[0]
    assert (step["phase"], step["needs"]) == ("prove", "")
    assert "stop here if an answer is another one" in step["why"]
    assert [one["shows"] for one in step["commands"]] == ["None", ORDERS["ap-northeast-3"]]
    assert all("--region ap-northeast-3 " in one["command"] for one in step["commands"])


FOLLOWING, WAITING = "follows: prod\n", "environment: prod\nwaits: true\n"


@pytest.mark.parametrize(
    ("action", "edits", "code", "warning"),
    [
        ("failover", {}, 0, ""),
        ("failover", {"dr": (FOLLOWING, "")}, 2, "site/dr has taken over, the catalogue says (dr follows nobody)"),
        (
            "failover",
            {"prod": ("environment: prod\n", WAITING)},
            2,
            "site/dr has taken over, the catalogue says (dr follows prod, prod waits)",
        ),
        ("failover", {"dr": (FOLLOWING, "waits: true\n")}, 2, "site/dr takes over or back just now"),
        ("failback", {}, 0, "site/dr has not taken over, the catalogue says (dr follows prod): read this"),
        ("failback", {"dr": (FOLLOWING, "")}, 0, ""),
        ("rehearsal", {"dr": (FOLLOWING, "")}, 0, "site/dr has taken over, the catalogue says (dr follows nobody)"),
        ("failback", {"dr": (FOLLOWING, ""), "prod": ("environment: prod\n", WAITING)}, 0, ""),
        ("failback", {"dr": (FOLLOWING, "waits: true\n")}, 0, "it has begun, the catalogue says (dr waits)"),
        (
            "failback",
            {"dr": (FOLLOWING, ""), "prod": ("environment: prod\n", "environment: prod\nfollows: dr\n")},
            0,
            "it has begun, the catalogue says (prod follows dr)",
        ),
    ],
)
def test_it_begins_with_what_the_catalogue_says_of_another_state(
    action: str,
    edits: dict[str, tuple[str, str]],
    code: int,
    warning: str,
    *,
    site: Path,
    infragen: Callable[..., Outcome],
) -> None:
    for name, (old, new) in edits.items():
        edited(site / f"environments/site/{name}.yaml", old, new)
    said = infragen("runbook", "site/prod", action, "-C", site)
    assert said.code == code, said.err
    page = infragen("runbook", "site/prod", action, "--format", "markdown", "-C", site).out
    found = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)
    assert found["warning"].startswith(warning) if warning else not found["warning"]
    for line in (said.out.splitlines()[1], page.splitlines()[2]):
        assert line.startswith(f"warning: {warning}" if warning else "When ")
    if action == "failover":
        assert ("RTO of 4 h: met\n" in said.out, "a read replica of" in said.out) == (not warning, not warning)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("environment: dr", "network: [x\nenvironment: dr", "S001"),
        (FOLLOWING, "follows: staging\n", "C013"),
        ("10.1.0.0/16", "10.1.0.0/99", "W101"),
        ("standby_of: prod", "standby_of: prd", "C013"),
    ],
)
def test_what_is_wrong_with_the_standby_is_said(
    old: str, new: str, code: str, site: Path, infragen: Callable[..., Outcome]
) -> None:
    edited(site / "environments/site/dr.yaml", old, new)
    for action in ("failover", "failback"):
        said = infragen("runbook", "site/prod", action, "-C", site)
        assert (said.code, said.out) == (1, "")
        assert re.search(rf"environments/site/dr\.yaml:\d+:\d+: error {code} ", said.err)


@pytest.mark.parametrize("action", ACTIONS)
def test_no_other_file_is_replaced(action: str, site: Path, infragen: Callable[..., Outcome]) -> None:
    own, system = site / "runbook.md", site / "catalog/site/system.yaml"
    written = system.read_text("utf-8")
    for output in ("text", "markdown", "json"):
        assert infragen("runbook", "site/prod", action, "--format", output, "--file", own, "-C", site).code == 0
    for file in (system, site / "catalog", *([own] if action == "failover" else [])):
        wanted = "failback" if file == own else action
        said = infragen("runbook", "site/prod", wanted, "--file", file, "-C", site)
        assert (said.code, "error X011 " in said.err) == (1, True)
    assert system.read_text("utf-8") == written


@pytest.mark.parametrize("target", ["site/prod", "site/dr"])
def test_two_that_follow_each_other_are_refused_also_where_one_is_worked_on(
    target: str, site: Path, infragen: Callable[..., Outcome]
) -> None:
    assert infragen("render", "site", "-C", site).code == 0
    edited(site / "environments/site/prod.yaml", "environment: prod\n", "environment: prod\nfollows: dr\n")
    for command in (("render", target), ("plan", target, "--offline"), ("runbook", "site/prod", "failback")):
        said = infragen(*command, "-C", site)
        assert (said.code, "error A141 " in said.err) == (1, True), said.err


DISTRIBUTION = """\
name: pages
title: Pages
zone: main
hosts: [pages]
origins: {{web: {{balancer: public{path}}}}}
default: {{origin: web}}
behaviours: {{{behaviours}}}
"""


def asked(site: Path, infragen: Callable[..., Outcome], action: str = "failover") -> dict[str, str]:
    """Return the addresses that a runbook asks at its end, and what they have to answer."""
    found = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)
    commands = [one for step in found["steps"] if step["phase"] == "verify" for one in step["commands"]]
    return {one["command"].rpartition(" ")[2]: one["shows"] for one in commands if one["command"].startswith("curl ")}


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], {"www/health": "200"}),
        ([("services/web", "/health", "/up")], {"www/up": "200"}),
        (
            [("balancers/public", "{service: web}", "{service: web, paths: [/api/*]}")],
            {"www/api/": "2xx, or what web answers there"},
        ),
        (
            [("balancers/public", "{service: web}", "{service: web, paths: [/api/*, /health]}")],
            {"www/health": "200"},
        ),
        ([("balancers/public", "[core]", "[core], countries: {only: [JP]}")], {"www/health": "200, asked from JP"}),
        ([("balancers/public", "{service: web}", "{service: web, hosts: [shop]}")], {"shop/health": "200"}),
    ],
)
def test_what_an_address_has_to_answer_is_what_the_catalogue_says_of_its_path(
    edits: list[tuple[str, str, str]], expected: dict[str, str], site: Path, infragen: Callable[..., Outcome]
) -> None:
    for name, old, new in edits:
        path = site / f"catalog/site/{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    found = asked(site, infragen)
    assert {
        url.removeprefix("https://").replace(".site.example.com", ""): shows.partition(", and not")[0]
        for url, shows in found.items()
    } == expected


@pytest.mark.parametrize(
    ("origin", "behaviours", "expected"),
    [
        ("", "", ("/health", "200")),
        (", path: /v1", "", ("/", "2xx, or what web answers there")),
        ("", "/health: {origin: web}", ("/", "2xx, or what web answers there")),
    ],
)
def test_a_distribution_is_asked_for_the_health_of_what_is_behind_it(
    origin: str, behaviours: str, expected: tuple[str, str], site: Path, infragen: Callable[..., Outcome]
) -> None:
    (site / "catalog/site/distributions").mkdir()
    text = DISTRIBUTION.format(path=origin, behaviours=behaviours)
    (site / "catalog/site/distributions/pages.yaml").write_text(text, encoding="utf-8")
    path = site / "environments/site/dr.yaml"
    path.write_text(path.read_text("utf-8") + "distributions: {pages: null}\n", encoding="utf-8")
    found = asked(site, infragen)
    url = f"https://pages.site.example.com{expected[0]}"
    assert found[url].partition(", and not")[0] == expected[1]


def test_what_a_distribution_alone_reaches_is_asked_through_it(site: Path, infragen: Callable[..., Outcome]) -> None:
    (site / "catalog/site/distributions").mkdir()
    text = DISTRIBUTION.format(path="", behaviours="")
    (site / "catalog/site/distributions/pages.yaml").write_text(text, encoding="utf-8")
    edited(site / "catalog/site/balancers/public.yaml", "reach: internet", "reach: cloudfront")
    edited(site / "environments/site/dr.yaml", FOLLOWING, f"{FOLLOWING}distributions: {{pages: null}}\n")
    assert {*asked(site, infragen)} == {"https://pages.site.example.com/health"}


def test_a_standby_is_asked_for_nothing_that_it_lacks(site: Path, infragen: Callable[..., Outcome]) -> None:
    (site / "catalog/site/distributions").mkdir()
    text = DISTRIBUTION.format(path="", behaviours="")
    (site / "catalog/site/distributions/pages.yaml").write_text(text, encoding="utf-8")
    path = site / "environments/site/dr.yaml"
    text = path.read_text("utf-8") + "distributions: {pages: null}\nservices: {web: null}\n"
    text = text.replace("{public: {failover: {role: secondary}}}", "{public: null}")
    path.write_text(text, encoding="utf-8")
    assert not any("pages" in url for url in asked(site, infragen))
    assert any("pages" in url for url in asked(site, infragen, "failback"))


GATEWAY = """\
name: api
title: API
purpose: partners
reach: internet
limit: 100 req/min
per: api-key
burst: 4
clients: {partner: a partner}
routes: {shop: web}
firewall: {managed: [core]}
assumptions: {allow: an example of a test}
"""


@pytest.mark.parametrize(
    ("old", "new", "is_asked"),
    [
        ("", "", True),
        ("reach: internet", "reach: allow-list\nallow: [203.0.113.0/24]", True),
        ("clients:", "authentication: iam\nclients:", False),
        ("reach: internet", "reach: vpc", False),
    ],
)
def test_a_gateway_is_asked_with_the_key_of_a_client_where_that_is_enough(
    old: str, new: str, is_asked: bool, site: Path, infragen: Callable[..., Outcome]
) -> None:
    (site / "catalog/site/gateways").mkdir()
    (site / "catalog/site/gateways/api.yaml").write_text(GATEWAY.replace(old, new, 1), encoding="utf-8")
    found = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)
    steps = [step for step in found["steps"] if step["what"] == "what site-dr-api answers"]
    assert bool(steps) is is_asked
    for one in (one for step in steps for one in step["commands"]):
        assert "--name-query site-dr-api-partner " in one["command"]
        assert one["command"].endswith('.execute-api.ap-northeast-3.amazonaws.com/dr"/shop/health')
        assert "not 403" in one["shows"]
        assert ("203.0.113.0/24" in one["shows"]) is ("allow" in new)


def test_a_distribution_before_a_gateway_is_asked_with_the_key_of_a_client(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    for kind in ("gateways", "distributions"):
        (site / f"catalog/site/{kind}").mkdir()
    gateway = GATEWAY.replace("reach: internet", "reach: cloudfront\ncustom_header: {version: 1}")
    (site / "catalog/site/gateways/api.yaml").write_text(gateway, encoding="utf-8")
    text = "name: front\ntitle: Front\norigins: {api: {gateway: api}}\ndefault: {origin: api, methods: all}\n"
    (site / "catalog/site/distributions/front.yaml").write_text(text, encoding="utf-8")
    found = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)
    [step] = [step for step in found["steps"] if step["what"] == "what site-dr-front answers"]
    [one] = step["commands"]
    assert "--name-query site-dr-api-partner " in one["command"]
    assert "[?Comment=='site-dr-front'].DomainName" in one["command"]
    assert one["command"].endswith('"/shop/health')


def test_the_tasks_behind_a_balancer_are_asked_for_by_each_of_their_target_groups(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    path = site / "environments/site/prod.yaml"
    path.write_text(path.read_text("utf-8") + "services: {web: {blue_green: {}}}\n", encoding="utf-8")
    names = {}
    for action in ("failover", "failback"):
        text = infragen("runbook", "site/prod", action, "-C", site).out
        [line] = [line for line in text.splitlines() if "describe-target-health" in line]
        names[action] = re.findall(r"--names (.*?) --region", line)[0].split()
    assert [len(names[action]) for action in ("failover", "failback")] == [1, 2]
    infragen("render", "site", "-C", site)
    for environment, wanted in (("dr", names["failover"]), ("prod", names["failback"])):
        made = (site / f"generated/site/{environment}/edge/balancer-public.tf").read_text("utf-8")
        assert all(f'"{name}"' in made for name in wanted)


def test_it_begins_with_whom_people_call_while_an_alarm_is_open_the_soonest_first(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    path = site / "environments/site/prod.yaml"
    text = re.sub(r"^(alarm_email|alerts):.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    said = "{mail: [night@site.com], escalation: {2 h: the head of IT, 15 min: the lead of operations}}"
    path.write_text(f"{text}alerts: {{critical: {said}}}\n", encoding="utf-8")
    line = "critical alarms that are still open: after 15 min the lead of operations, after 2 h the head of IT"
    assert line in infragen("runbook", "site/prod", "failover", "-C", site).out.splitlines()[:6]
    assert f"- {line}" in infragen("runbook", "site/prod", "failover", "--format", "markdown", "-C", site).out
    found = json.loads(infragen("runbook", "site/prod", "failover", "--format", "json", "-C", site).out)
    assert found["escalation"] == {"critical": {"2 h": "the head of IT", "15 min": "the lead of operations"}}


def test_it_begins_with_the_levels_of_incidents_and_with_how_often_it_is_rehearsed(
    site: Path, infragen: Callable[..., Outcome]
) -> None:
    path = site / "catalog/site/system.yaml"
    said = """
operations:
  incidents: {P0: {impact: nothing works, within: at once}, P1: {impact: slow, within: 4 h, example: reports}}
  tasks:
    monthly: [{title: restore a backup, command: runbook restore}, {title: look at costs, command: cost}]
    quarterly: [{title: fail over, command: runbook rehearsal}]
"""
    path.write_text(path.read_text("utf-8") + said, encoding="utf-8")
    levels = ["P0, nothing works: work begins at once", "P1, slow: work begins within 4 h, such as reports"]
    rest = "`infragen describe site` prints all recurring tasks and requirements"
    for action, due in (
        ("failover", []),
        ("restore", ["monthly: restore a backup"]),
        ("rehearsal", ["quarterly: fail over"]),
    ):
        lines = infragen("runbook", "site/prod", action, "-C", site).out.splitlines()
        begin = lines.index(levels[0])
        assert lines[begin : begin + 3 + len(due)] == [*levels, *due, rest]
        found = json.loads(infragen("runbook", "site/prod", action, "--format", "json", "-C", site).out)
        assert found["operations"] == [*levels, *due]
