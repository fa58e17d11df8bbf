"""Terraform registers a migration's revision in a pass of its own, before that of the services that need it.

No code runs in the emulated AWS: that the job is run and awaited is in tests/unit/workflow/runs/test_migrations.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.aws.session import Aws
from infragen.terraform.sandbox import Sandbox
from tests.unit.stacks.systems import DATABASE, SERVICE, SYSTEM, write

from .lives import stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .lives import Life

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

ACCOUNT, REGION = "111122223333", "ap-northeast-1"
BASE = ("network", "dns", "security", "registry", "data")
LAYOUT = f"layout: {{{', '.join(f'{role}: base' for role in BASE)}, compute: app, monitoring: app}}\n"
"""The pass is one of the job's own stack; each other stack takes runs of terraform that prove nothing here."""
WEB = SERVICE.replace("max: 2", "max: 1") + "database: main\n"
JOB = """
name: migrate
title: Migrations
image: {repository: web, tag: v1}
command: [bin/migrate]
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
uses: {databases/main: {access: migrate, why: tables follow the code}}
"""


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A rendered system of a service, its database and a job that migrates that; its sandbox is stopped afterwards."""
    files = {
        "services/web.yaml": WEB,
        "jobs/migrate.yaml": JOB,
        "databases/main.yaml": DATABASE,
        "system.yaml": SYSTEM + LAYOUT,
    }
    with stopped_afterwards(write(tmp_path, files)) as life:
        life.run("render", "demo")
        yield life


def test_a_new_tag_is_deployed_after_the_migration_of_the_same_apply(life: Life) -> None:
    first = life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert "jobs/migrate: run before new tasks of services/web" in first.err
    assert first.err.index("jobs/migrate: not run on the emulated AWS") < first.err.index("stacks done")

    for file in ("services/web.yaml", "jobs/migrate.yaml"):
        life.edit(f"catalog/demo/{file}", "tag: v1", "tag: v2")
    life.run("render", "demo")
    second = life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert "jobs/migrate: not run on the emulated AWS" in second.err
    sandbox = Sandbox.running(life.project)
    assert sandbox is not None
    ecs = Aws(sandbox.environment(ACCOUNT, REGION)).client("ecs", REGION)
    for family in ("demo-dev-web", "demo-dev-job-migrate"):
        [own] = (
            one
            for one in ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]["containerDefinitions"]
            if one["image"].partition(":")[0].endswith("demo-dev-web")
        )
        assert own["image"].endswith(":v2")

    planned = life.run("plan", "demo/dev", "--sandbox", "--detailed-exitcode")
    assert "jobs/migrate" not in planned.out
    last = life.run("apply", "demo/dev", "--sandbox", "--yes")
    assert "jobs/migrate" not in last.err
