"""A plan that is kept, and exactly that applied: on the small system, with all that can happen in between."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import stat
from typing import TYPE_CHECKING, Any

import msgspec
import pyrage
import pytest

from infragen.terraform.binary import find_binary
from infragen.workflow.review.bundle import read, save

from .small import STACKS, TARGET, edit, put_object, render, rendered_project, run, start, states, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import CompletedProcess

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

ORDER = "catalog/small/databases/sales/order.yaml"
NETWORK = "templates/kinds/network/main.tf"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small system, applied from a plan that was kept before anything stood, by a machine that never planned."""
    project = rendered_project(tmp_path_factory.mktemp("kept"))
    start(project)
    try:
        keep(project, "first")
        before = read(project / "first")
        assert set(before.plans) == {"network"}
        assert {name: part.state for name, part in before.manifest.stacks.items()} == dict.fromkeys(STACKS)
        shutil.rmtree(project / ".infragen/sandbox/work")
        done = apply(project, "first")
        assert done.returncode == 0, done.stderr
        assert secrets_left(project) == []
        yield project
    finally:
        stop(project)


def keep(project: Path, name: str, *flags: str) -> str:
    """Plan, keep it, and return the report."""
    planned = run(project, "plan", TARGET, "--sandbox", "--out", str(project / name), *flags)
    assert planned.returncode == 0, planned.stderr
    assert "Traceback" not in planned.stderr
    return planned.stdout


def apply(project: Path, name: str, *flags: str, **more: Any) -> CompletedProcess[str]:
    """Apply a saved plan."""
    return run(project, "apply", TARGET, "--plan", str(project / name), "--sandbox", "--yes", *flags, **more)


def secrets_left(project: Path) -> list[str]:
    """Return the plans and states that lie in the scratch folders."""
    work = project / ".infragen/sandbox/work"
    files = (path for path in work.rglob("*") if path.is_file() and ".terraform" not in path.parts)
    return [path.name for path in files if path.suffix in {".tfplan", ".tfstate", ".json"}]


def serials(project: Path) -> dict[str, Any]:
    return {name: state["serial"] for name, state in states(project).items()}


def change_by_hand(project: Path) -> None:
    """Let the objects of security be others than when they were looked at: one is gone, one has another name."""
    state: Any = states(project)["security"]
    state["resources"] = [one for one in state["resources"] if one["name"] != "reader"]
    [topic] = (one for one in state["resources"] if one["name"] == "topic")
    topic["instances"][0]["attributes"]["input"]["value"]["name"] = "by hand"
    put_object(project, f"{TARGET}/security.tfstate", json.dumps(state))


def test_a_plan_of_what_never_stood_is_kept_and_applied_whole(applied: Path) -> None:
    assert set(states(applied)) == set(STACKS)
    assert stat.S_IMODE((applied / "first").stat().st_mode) == 0o600
    nothing = run(applied, "plan", TARGET, "--sandbox", "--detailed-exitcode")
    assert nothing.returncode == 0, nothing.stdout


def test_what_was_applied_is_not_applied_again(applied: Path) -> None:
    before = serials(applied)
    again = apply(applied, "first")
    assert again.returncode == 1
    assert "K021" in again.stderr
    assert "applied already" in again.stderr
    assert serials(applied) == before


def test_one_changed_line_is_one_saved_plan_and_the_world_must_be_the_same(applied: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    (applied / "key").write_text(str(key))
    edit(applied, ORDER, "max: 8 ACU", "max: 16 ACU")
    render(applied)
    keep(applied, "secret", "--encrypt-to", str(key.to_public()))
    assert b"tfplan" not in (applied / "secret").read_bytes()
    shown = keep(applied, "plain", "--expires", "7d")
    assert set(read(applied / "plain").plans) == {"data-sales"}
    before = serials(applied)

    locked = apply(applied, "secret")
    assert (locked.returncode, "K004" in locked.stderr) == (1, True)

    edit(applied, ORDER, "max: 16 ACU", "max: 32 ACU")
    render(applied)
    other = apply(applied, "plain")
    assert other.returncode == 1
    assert "K008" in other.stderr
    assert "the files of data-sales changed" in other.stderr
    edit(applied, ORDER, "max: 32 ACU", "max: 16 ACU")
    render(applied)

    bundle = read(applied / "plain")
    old = msgspec.structs.replace(bundle.manifest, expires=bundle.manifest.created)
    save(applied / "old", type(bundle)(old, bundle.contract, bundle.change_set, bundle.plans))
    expired = apply(applied, "old")
    assert (expired.returncode, "K006" in expired.stderr) == (1, True)
    assert serials(applied) == before

    done = apply(applied, "secret", "--identity", str(applied / "key"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown
    assert "1 of 1 stacks done: 0 added, 1 changed, 0 destroyed" in done.stderr

    stale = apply(applied, "plain")
    assert stale.returncode == 1
    assert "K012" in stale.stderr
    assert f"its serial was {before['data-sales']}, is {serials(applied)['data-sales']}" in stale.stderr


def test_of_a_plan_that_somebody_else_made_neither_words_nor_terraform_s_plans_are_believed(
    applied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(applied, ORDER, "max: 16 ACU", "max: 20 ACU")
    render(applied)
    shown = keep(applied, "made elsewhere")
    bundle = read(applied / "made elsewhere")
    assert bundle.is_sealed
    words = msgspec.structs.replace(bundle.change_set, changes=())
    unsaid = {name: msgspec.structs.replace(part, changes=False) for name, part in bundle.manifest.stacks.items()}
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("INFRAGEN_STATE_DIR", str(tmp_path))
        forged = dataclasses.replace(bundle, change_set=words, plans={"data-sales": b"what else terraform would do"})
        save(applied / "made elsewhere", forged)
        manifest = msgspec.structs.replace(bundle.manifest, stacks=unsaid)
        save(applied / "silent", dataclasses.replace(forged, manifest=manifest, plans={}))
    silent = apply(applied, "silent")
    assert (silent.returncode, "K022 data-sales would change" in silent.stderr) == (1, True)
    done = apply(applied, "made elsewhere")
    assert done.returncode == 0, done.stderr
    assert "was made elsewhere" in done.stderr
    assert done.stdout == shown
    edit(applied, ORDER, "max: 20 ACU", "max: 16 ACU")
    render(applied)
    keep(applied, "back")
    assert apply(applied, "back").returncode == 0


def test_a_stack_that_waits_must_do_what_was_reviewed(applied: Path) -> None:
    edit(applied, NETWORK, 'triggers_replace = "@{own.name}"', 'triggers_replace = "second-base"')
    render(applied)
    keep(applied, "reviewed")
    bundle = read(applied / "reviewed")
    assert set(bundle.plans) == {"network"}
    assert bundle.manifest.stacks["security"].waits_for == ("network",)
    before = serials(applied)

    change_by_hand(applied)  # behind terraform's back, after the review
    stopped = apply(applied, "reviewed")
    assert stopped.returncode == 1
    assert "K010" in stopped.stderr
    assert "terraform_data.reader: create, which was not in the reviewed plan" in stopped.stderr
    assert "terraform_data.topic: `input" in stopped.stderr
    assert "also changes: it is now" in stopped.stderr
    assert "it needs security" in stopped.stderr
    after = serials(applied)
    assert {name for name in STACKS if after[name] != before[name]} == {"network"}
    assert "Traceback" not in stopped.stderr
    assert secrets_left(applied) == []

    honest = run(applied, "apply", TARGET, "--sandbox", "--yes")
    assert honest.returncode == 0, honest.stderr
    assert "+ create 1  terraform data" in honest.stdout


def test_an_apply_that_is_cut_off_goes_on_with_the_same_plan(applied: Path) -> None:
    """Terraform stores what it did, and is then said to have failed; the rest of the plan is still to be done."""
    edit(applied, NETWORK, "second-base", "third-base")
    edit(applied, ORDER, "max: 16 ACU", "max: 24 ACU")
    render(applied)
    keep(applied, "long")
    program = applied / "falters"
    real = " ".join(find_binary(os.environ.get("INFRAGEN_TERRAFORM")).command)
    once = f"[ -e {applied}/faltered ] || {{ touch {applied}/faltered; exit 1; }}"
    program.write_text(
        f'#!/bin/sh\n{real} "$@"; code=$?\ncase "$PWD $1" in *security\\ apply) {once};; esac\nexit $code\n'
    )
    program.chmod(0o755)
    stopped = apply(applied, "long", variables={"INFRAGEN_TERRAFORM": str(program)})
    assert stopped.returncode == 1, stopped.stderr
    assert "Traceback" not in stopped.stderr

    rest = apply(applied, "long")
    assert rest.returncode == 0, rest.stderr
    assert "done already: network" in rest.stderr
    assert "begun, and continues: security" in rest.stderr
    nothing = run(applied, "plan", TARGET, "--sandbox", "--detailed-exitcode")
    assert nothing.returncode == 0, nothing.stdout


def test_a_kept_plan_is_enough_of_a_name(applied: Path) -> None:
    shutil.copy(applied / "first", applied / "copy")
    named = run(applied, "apply", str(applied / "copy"), "--yes")
    assert named.returncode == 1
    assert "add `--sandbox`" in named.stderr
