"""The SMALL SYSTEM: a project of five chained stacks that terraform applies in seconds.

infragen renders it like any other, from a catalogue with two databases; the project's own templates turn what would be
clusters and networks into `terraform_data`, which terraform makes itself. The states, their locks and what stacks read
of each other lie in the S3 of the emulated AWS; no provider starts, which costs a terraform five CPU seconds each time.

    network -> security -> data-sales, data-plant -> observability

Unknown values cross every border (ids), so that a first plan has something "(known after apply)". The databases keep
their catalogue lines: `capacity.max` of `databases/order` is the value of an object of `data-sales`.

    project = small_project(tmp_path)          # catalogue, environments, templates; not rendered
    project = rendered_project(tmp_path, aws=STACKS)       # also `infragen render`
    edit(project, "catalog/small/databases/sales/order.yaml", "max: 8 ACU", "max: 16 ACU"); render(project)
    run(project, "apply", TARGET, "--sandbox", "--yes")
    stop(project)                              # its emulated AWS, if one was started

Where objects count (what exists, what is adopted, what drifts, what is whose), stacks can be of AWS, of types without
provider waits: SSM parameters, SNS topics, IAM roles, log groups. Each that is named makes its own plans five seconds
dearer, and the plan of all stacks once; with all of them, infragen's own shell is the project's too:

    project = rendered_project(tmp_path, aws=("network",))
    project = rendered_project(tmp_path, aws=STACKS)
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from tests.engine import forked
from tests.engine.forked import Forked
from tests.engine.small_templates import AWS, COMMON, PLAIN, PROVIDERS, SHELL, STACKS_OF
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Collection, Mapping

    from infragen.terraform.sandbox import Sandbox

__all__ = [
    "ACCOUNT",
    "BUCKET",
    "REGION",
    "STACKS",
    "TARGET",
    "begin",
    "command",
    "edit",
    "environment",
    "locks",
    "orphans",
    "put_object",
    "recorded",
    "render",
    "rendered_project",
    "run",
    "small_project",
    "start",
    "states",
    "stop",
    "terraforms",
]

TARGET = "small/dev"
ACCOUNT = "111122223333"
REGION = "ap-northeast-1"
BUCKET = "small-dev-terraform-state-111122223333"
STACKS = ("network", "security", "data-plant", "data-sales", "observability")
"""In the order they are applied in; the two data stacks do not wait for each other."""

_CATALOGUE = {
    "infragen.toml": """\
        [apply]
        refresh_after = false  # AWS adds nothing to its types, and every apply would cost a plan more
        """,
    "catalog/small/system.yaml": """\
        schema: 1
        name: small
        title: Small system
        time_zone: Asia/Tokyo
        layout: domains
        names: {databases: "aurora-{environment}-{domain}-{name}"}
        defaults:
          environments:
            region: ap-northeast-1
            domain_name: small.example
            log_retention: 30 days
            customer_keys: true
            alarms: true
            network: {flow_log_retention: 30 days}
          databases:
            engine: aurora-mysql
            version: "8.0"
            release: 8.0.mysql_aurora.3.10.6
            readers: 0
            connections: 20
            backup: {retention: 7 days, window: 03:00-04:00}
            maintenance: {day: sun, window: 04:30-05:30}
            audit: {retention: 365 days}
            proxy: {max_connections: 90 %}
        """,
    "catalog/small/domains/sales.yaml": "name: sales\ntitle: Sales\n",
    "catalog/small/domains/plant.yaml": "name: plant\ntitle: Plant\n",
    "catalog/small/databases/sales/order.yaml": """\
        name: order
        title: Orders
        domain: sales
        data: 10 GB
        capacity: {min: 0.5 ACU, max: 8 ACU}
        schema_name: desk
        """,
    "catalog/small/databases/plant/parts.yaml": """\
        name: parts
        title: Parts
        domain: plant
        data: 10 GB
        capacity: {min: 0.5 ACU, max: 4 ACU}
        """,
    "environments/small/dev.yaml": f"""\
        environment: dev
        title: Development
        account: "{ACCOUNT}"
        state: {{bucket: {BUCKET}}}
        internal_domain: dev.small.internal
        network:
          cidr: 10.0.0.0/16
          subnets:
            public: {{ap-northeast-1a: 10.0.0.0/24, ap-northeast-1c: 10.0.1.0/24}}
            app: {{ap-northeast-1a: 10.0.16.0/20, ap-northeast-1c: 10.0.32.0/20}}
            data: {{ap-northeast-1a: 10.0.8.0/24, ap-northeast-1c: 10.0.9.0/24}}
        """,
}

_SHELL = {
    "AWS_PROFILE": "prod",
    "AWS_SESSION_TOKEN": "real",
    "AWS_CA_BUNDLE": "/missing",
    "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:9",
    "TF_WORKSPACE": "other",
    "TF_CLI_ARGS_plan": "-no-such-flag",
}
"""What somebody who works on AWS has set; nothing of it may reach a terraform on the emulated one."""


def small_project(folder: Path, *, aws: Collection[str] = ()) -> Path:
    """Write the catalogue, its environment and its templates below a folder and return it; `aws` names stacks."""
    for path, text in _CATALOGUE.items():
        _write(folder / path, dedent(text))
    whole = set(aws) == set(STACKS)
    for path, text in (COMMON if whole else {**COMMON, **SHELL}).items():
        _write(folder / "templates" / path, dedent(text))
    for path, plain in PLAIN.items():
        [stacks] = (stacks for begin, stacks in STACKS_OF.items() if path.startswith(begin))
        assert len({stack in aws for stack in stacks}) == 1, f"the templates of {' and '.join(stacks)} are the same"
        own = "" if whole else PROVIDERS.get(path, "")
        _write(folder / "templates" / path, own + dedent(AWS[path]) if stacks[0] in aws else dedent(plain))
    return folder


def rendered_project(folder: Path, *, aws: Collection[str] = ()) -> Path:
    """Write the project and render it."""
    render(small_project(folder, aws=aws))
    return folder


def render(project: Path) -> None:
    """Render the project again, after an edit of its catalogue."""
    ended = run(project, "render", "small")
    assert ended.returncode == 0, ended.stderr


def edit(project: Path, path: str, old: str, new: str) -> None:
    """Replace a text that stands exactly once in a file of the project."""
    file = project / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def run(
    project: Path, *arguments: str, variables: Mapping[str, str] | None = None, seconds: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run an infragen command on the project in a process of its own, to its end."""
    return forked.run([*arguments, "-C", str(project)], environment(variables), seconds)


def begin(project: Path, *arguments: str, said: int, variables: Mapping[str, str] | None = None) -> Forked:
    """Begin an infragen command on the project in a process of its own; all that it says goes into a file."""
    return Forked([*arguments, "-C", str(project)], environment(variables), out=said, err=said)


def command(project: Path, *arguments: str) -> list[str]:
    """Return the command line of an infragen command on the project."""
    return [sys.executable, "-m", "infragen", *arguments, "-C", str(project)]


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables a command runs with: this process', those of a shell for AWS, and some more."""
    return {**os.environ, **_SHELL, "TF_CLI_CONFIG_FILE": os.devnull, **(variables or {})}


def start(project: Path) -> Sandbox:
    """Start the project's emulated AWS with the bucket of its states."""
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.start(project)
    sandbox.create_state_bucket(BUCKET, ACCOUNT, REGION)
    return sandbox


def stop(project: Path) -> None:
    """Stop the project's emulated AWS, if it has one."""
    from infragen.terraform.sandbox import Sandbox

    Sandbox.stop_any(project)


def states(project: Path) -> dict[str, dict[str, object]]:
    """Return what is stored of each stack; a stack without a state is not there."""
    return _objects(project, "tfstate")


def locks(project: Path) -> dict[str, dict[str, object]]:
    """Return the locks of states that are held, by stack."""
    return _objects(project, "tfstate.tflock")


def _objects(project: Path, suffix: str) -> dict[str, dict[str, object]]:
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.running(project)
    assert sandbox is not None, "the emulated AWS does not run"
    read = {stack: sandbox.read_object(BUCKET, f"{TARGET}/{stack}.{suffix}", ACCOUNT, REGION) for stack in STACKS}
    return {stack: json.loads(found) for stack, found in read.items() if found is not None}


def terraforms(project: Path) -> list[int]:
    """Return every process that runs in a scratch folder of the project."""
    work = str(project / ".infragen" / "sandbox" / "work")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str((process / "cwd").readlink()).startswith(work):
                found.append(int(process.name))
    return found


def put_object(project: Path, key: str, text: str) -> None:
    """Put an object into the bucket of the states: somebody else's lock, for example."""
    from infragen.terraform.sandbox import Sandbox

    sandbox = Sandbox.running(project)
    assert sandbox is not None, "the emulated AWS does not run"
    scope = f"{ACCOUNT}/20200101/{REGION}/s3/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=sandbox"
    request = urllib.request.Request(
        f"{sandbox.url}/{BUCKET}/{key}",
        text.encode(),
        {"Authorization": signed, "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
        assert answer.status == 200


def recorded(project: Path) -> set[tuple[str, str]]:
    """Return type and id of every managed resource in the states."""
    return {
        (resource["type"], instance["attributes"]["id"])
        for state in states(project).values()
        for resource in state["resources"]  # type: ignore[attr-defined]
        if resource["mode"] == "managed"
        for instance in resource["instances"]
    }


def orphans(project: Path) -> dict[str, set[tuple[str, str]]]:
    """Return what exists without a state (`unknown`) and what a state has that does not exist (`missing`)."""
    from infragen.terraform.sandbox import Sandbox
    from tests.sandbox.inventory import missing_from

    sandbox = Sandbox.running(project)
    assert sandbox is not None, "the emulated AWS does not run"
    existing = sandbox.inventory(ACCOUNT, REGION)
    known = {one for one in recorded(project) if one[0].startswith("aws_")}
    unknown = {(thing.type, thing.identifier) for thing in existing} - known
    found = {"unknown": unknown, "missing": set(missing_from(existing, known))}
    return {what: things for what, things in found.items() if things}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
