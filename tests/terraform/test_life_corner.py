"""A balancer's life on the emulated AWS: killed while it is made, with a certificate and without, and gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.terraform.lives import LOST, UNMANAGED, Life
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]

TARGET = "corner/dev"
FILES = {
    "catalog/corner/system.yaml": "schema: 1\nname: corner\ntitle: Corner shop\n",
    "catalog/corner/services/front.yaml": """\
name: front
title: Front
image: {name: public.ecr.aws/nginx/nginx, tag: 1.29.3-alpine}
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
tasks: {min: 1, max: 1}
port: 80
health: {path: /}
""",
    "catalog/corner/balancers/public.yaml": """\
name: public
title: Public address
reach: internet
zone: main
routes: {front: {service: front}}
""",
    "catalog/corner/zones/main.yaml": "name: main\ntitle: Domain\n",
    "catalog/corner/queues/orders.yaml": "name: orders\ntitle: New orders\n",
    "environments/corner/dev.yaml": """\
environment: dev
account: "111122223333"
region: ap-northeast-1
domain_name: corner.example.com
network: {cidr: 10.0.0.0/16}
zones: {main: {delegated: false}}
""",
}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    life = Life(tmp_path)
    life.run("render", TARGET)
    try:
        yield life
    finally:
        life.run("sandbox", "stop")


def test_a_balancer_lives_and_leaves_nothing(life: Life) -> None:
    _kill_while_balancer_is_made(life)
    again = life.run("resume", code=1).err
    assert "imported: module.balancer_public.aws_lb.this (arn:" in again
    assert "error J005" in again, "what was half made is not what the plan had shown: AWS fills in a queue"
    life.run("apply", TARGET, "--sandbox", "--yes")
    _is_clean(life)
    existing = life.existing(TARGET)
    assert not {LOST, UNMANAGED} & existing.keys()
    assert {"balancers/public", "queues/orders", "services/front", "zones/main"} <= existing.keys()

    for before, after in (("false", "true"), ("true", "false")):
        life.edit("environments/corner/dev.yaml", f"delegated: {before}", f"delegated: {after}")
        life.run("render", TARGET)
        life.run("apply", TARGET, "--sandbox", "--yes")
        _is_clean(life)
        listeners = [one for one in life.existing(TARGET)["balancers/public"] if one["type"] == "aws_lb_listener"]
        assert len(listeners) == {"true": 2, "false": 1}[after]

    life.run("destroy", TARGET, "--sandbox", "--yes")
    assert life.existing(TARGET) == {}


def _is_clean(life: Life) -> None:
    """Nothing is to be done, and what an apply did itself is not called somebody else's change."""
    plan = life.run("plan", TARGET, "--sandbox", "--detailed-exitcode")
    assert "no changes" in plan.out
    assert "outside of Terraform" not in plan.out + plan.err


def _kill_while_balancer_is_made(life: Life) -> None:
    """End an apply and its terraforms when AWS has the balancer, and nobody has heard its id."""
    command = [sys.executable, "-m", "infragen", "apply", TARGET, "--sandbox", "--yes", "-C", str(life.project)]
    with (life.project / "said").open("wb") as said:
        run = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True)
    until(lambda: run.poll() is not None or _is_made(life), "the balancer is not made", step=0.5)
    assert run.poll() is None, (life.project / "said").read_text(encoding="utf-8")
    run.kill()
    run.wait()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(life.project / ".infragen/sandbox/work"):
                os.kill(int(process.name), signal.SIGKILL)


def _is_made(life: Life) -> bool:
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.running(life.project)
    found = sandbox.inventory("111122223333", "ap-northeast-1") if sandbox is not None else ()
    return any(one.type == "aws_lb" for one in found)
