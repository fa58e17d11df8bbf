"""Containers beside the service's own: which of them ECS starts again while their task goes on."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from infragen.hcl.modules import Module
from tests.unit.stacks.systems import SERVICE, environment, rendered

if TYPE_CHECKING:
    from pathlib import Path

SIDECARS = """\
sidecars:
  collector: {image: "public.ecr.aws/demo/collector:1.0", essential: false}
  migrate: {command: [bin/migrate], essential: false}
  warm: {command: [bin/warm], essential: false}
  proxy: {image: "public.ecr.aws/demo/proxy:1.0"}
depends_on: {migrate: success, warm: complete, collector: start}
"""


def test_only_what_a_task_outlives_and_nobody_awaits_the_end_of_is_started_again(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, {"services/web.yaml": SERVICE + SIDECARS})).files
    text = re.sub(r"\b(module|local)\.[\w.]+", '"value"', found["app/service-web.tf"]).replace('${"value"}', "value")
    modules = {f"../{path}": one for path, one in found.items() if path.startswith("modules/")}
    module = Module.root({"service-web.tf": text, **modules}).called("service_web")
    definitions = module.instance("aws_ecs_task_definition.this").attributes["container_definitions"]
    again = {one["name"]: one.get("restartPolicy") for one in json.loads(str(definitions))}
    restarted = {"enabled": True, "ignoredExitCodes": [0], "restartAttemptPeriod": 300}
    assert again == {"app": None, "collector": restarted, "migrate": None, "proxy": None, "warm": None}
