"""What runs left behind, added up over runs; what may be found by its name; whose lock it is."""

from __future__ import annotations

import getpass
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from infragen.commands import recovering
from infragen.plan.named import names_to_import
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.journal import Begin, Journal, list_runs, note_recovered
from infragen.terraform.locks import Lock

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = Begin("apply", "small/dev", (), ("network",))
MINE = f"{getpass.getuser()}@{socket.gethostname()}"
NOW = datetime(2026, 11, 20, 13, tzinfo=UTC)


def a_run(project: Path, made: dict[str, str], under_way: tuple[str, ...] = (), *, done: bool = False) -> None:
    time.sleep(0.002)  # an id is as fine as a millisecond
    journal = Journal(project, BEGIN)
    journal.started("network")
    for address in (*made, *under_way):
        journal.event("network", Event(EventKind.STARTED, "creating", address, "create"))
    for address, identifier in made.items():
        journal.event("network", Event(EventKind.DONE, "created", address, "create", identifier=identifier))
    if done:
        journal.finished(StackResult("network", Status.DONE, Counts()))
    journal.close()


def left(project: Path) -> recovering._LeftBehind | None:
    return recovering._of_stack("network", list_runs(project))


def test_what_several_runs_made_is_added_up(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"}, ("aws_vpc.b",))
    a_run(tmp_path, {"aws_vpc.b": "vpc-2"}, ("aws_vpc.c",))
    found = left(tmp_path)
    assert found is not None
    assert found.made == {"aws_vpc.a": "vpc-1", "aws_vpc.b": "vpc-2"}
    assert found.perhaps == {"aws_vpc.c"}


def test_before_a_good_end_there_is_nothing_to_look_for(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"})
    a_run(tmp_path, {}, done=True)
    assert left(tmp_path) is None
    a_run(tmp_path, {"aws_vpc.b": "vpc-2"})
    found = left(tmp_path)
    assert found is not None
    assert found.made == {"aws_vpc.b": "vpc-2"}


def test_what_was_put_right_is_not_looked_for_again(tmp_path: Path) -> None:
    a_run(tmp_path, {"aws_vpc.a": "vpc-1"})
    note_recovered(list_runs(tmp_path)[0])
    assert left(tmp_path) is None


@pytest.mark.parametrize(
    ("who", "age", "ours"),
    [
        (MINE, timedelta(seconds=5), True),
        (MINE, timedelta(seconds=-30), True),  # the bucket's clock is a little behind
        (MINE, timedelta(hours=-1), False),
        ("ann@laptop", timedelta(seconds=5), False),
    ],
)
def test_a_lock_is_ours_when_this_user_took_it_here_in_that_run(who: str, age: timedelta, ours: bool) -> None:
    assert recovering._is_ours(Lock("1", who, "apply", NOW + age, "1.11.4"), NOW) is ours


def test_names_are_found_for_what_the_configuration_names(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    changes = [
        ("aws_ssm_parameter.cidr", "aws_ssm_parameter", {"name": "/small/cidr", "value": "secret"}),
        ("aws_vpc.this", "aws_vpc", {"cidr_block": "10.0.0.0/16"}),
        ("aws_iam_role.unknown", "aws_iam_role", {}),
        ("aws_iam_role.other", "aws_iam_role", {"name": "nobody-asked"}),
    ]
    plan.write_text(
        json.dumps(
            {"resource_changes": [{"address": a, "type": t, "change": {"after": after}} for a, t, after in changes]}
        )
    )
    asked = {"aws_ssm_parameter.cidr", "aws_vpc.this", "aws_iam_role.unknown"}
    assert names_to_import(plan, asked) == {"aws_ssm_parameter.cidr": "/small/cidr"}


@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "{}"])
def test_what_is_no_plan_names_nothing(tmp_path: Path, content: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(content)
    assert names_to_import(plan, {"aws_vpc.this"}) == {}
