"""What an environment stands on, made on the emulated AWS: the bucket's state in the bucket itself, CI's two roles.

All but one resource of it is applied: the provider waits 55 seconds for a lifecycle configuration to settle, on AWS as
on the emulated one (10 seconds, then ten polls 5 apart). That one is planned, into the bucket that was made. What is
killed makes a key and a bucket alone: the provider waits for each of the others, too, and starts anew for each command.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from infragen.terraform.sandbox import Sandbox
from tests.by_commit import in_turn
from tests.engine import proxy
from tests.engine.small import (
    ACCOUNT,
    BUCKET,
    REGION,
    STACKS,
    TARGET,
    begin,
    put_object,
    rendered_project,
    run,
    start,
    stop,
    terraforms,
)
from tests.engine.strikes import children
from tests.shipped import module_files
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.engine.forked import Forked
    from tests.engine.proxy import Request

    Struck = tuple[Callable[[Request], bool], tuple[str, ...]]

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

REPOSITORY = "small/infrastructure"
ISSUER = "token.actions.githubusercontent.com"
KEY_ADDRESS = "module.state_bucket.aws_kms_key.this"
STATE = "bootstrap/small/dev.tfstate"
ALL = ("infragen", "terraform", "provider")
MODULE = "templates/modules/state_bucket/main.tf"


LIFECYCLE = ("lifecycle_configuration",)
PARTS = (*LIFECYCLE, "ownership_controls", "policy", "public_access_block", "versioning")


@contextmanager
def without(project: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    """Return the project with the shipped module of the bucket, without some of what belongs to a bucket."""
    module = project / MODULE
    module.parent.mkdir(parents=True)
    shipped = module_files("state_bucket")
    for name in ("main.tf", "outputs.tf"):
        text = shipped[name]
        for part in parts:
            block = rf'resource "aws_s3_bucket_{part}" "this" \{{\n.*?^\}}\n\n?|^    aws_s3_bucket_{part}\.this,\n'
            text, count = re.subn(block, "", text, flags=re.MULTILINE | re.DOTALL)
            assert count == (name == "main.tf" or part not in LIFECYCLE), (name, part)
        module.with_name(name).write_text(text)
    try:
        yield project
    finally:
        stop(project)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    with without(rendered_project(tmp_path, aws=STACKS), LIFECYCLE) as project:
        yield project


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A key, and a bucket that is encrypted with it."""
    with without(rendered_project(tmp_path, aws=STACKS), PARTS) as project:
        yield project


PLAIN = {
    "main.tf": 'resource "terraform_data" "this" {\n}\n',
    "outputs.tf": "".join(f'output "{name}" {{\n  value = "{BUCKET}"\n}}\n' for name in ("name", "arn", "kms_key_arn")),
    "versions.tf": "",
}


@pytest.fixture
def stood(tmp_path: Path) -> Iterator[Path]:
    """What was bootstrapped, and needs no provider: the bucket is there, and in it a state that has one object."""
    project = rendered_project(tmp_path)
    (project / MODULE).parent.mkdir(parents=True)
    for name, text in PLAIN.items():
        (project / MODULE).with_name(name).write_text(text)
    nothing = dict.fromkeys(("input", "output", "triggers_replace"))
    one = {
        "module": "module.state_bucket",
        "mode": "managed",
        "type": "terraform_data",
        "name": "this",
        "provider": 'provider["terraform.io/builtin/terraform"]',
        "instances": [{"schema_version": 0, "attributes": {"id": "1", **nothing}, "sensitive_attributes": []}],
    }
    outputs = {name: {"value": BUCKET, "type": "string"} for name in ("state_bucket", "state_key_arn")}
    state = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "it", "check_results": None}
    start(project)
    try:
        put_object(project, STATE, json.dumps({**state, "outputs": outputs, "resources": [one]}))
        assert "no changes" in bootstrap(project, "--no-github")
        yield project
    finally:
        stop(project)


def bootstrap(project: Path, *arguments: str, code: int = 0, yes: tuple[str, ...] = ("--yes",)) -> str:
    ended = run(project, "bootstrap", TARGET, "--sandbox", *yes, *arguments)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def client(project: Path, service: str) -> Any:
    sandbox = Sandbox.running(project)
    assert sandbox is not None
    return boto3.client(
        service, REGION, endpoint_url=sandbox.url, aws_access_key_id=ACCOUNT, aws_secret_access_key="sandbox"
    )


def test_a_life_from_nothing(small: Path) -> None:
    """Bucket and roles are made with a local state; then it is in the bucket, the stacks apply, nothing changes."""
    file = small / "environments/small/dev.yaml"
    file.write_text(f"{file.read_text('utf-8').rstrip()}\npermissions_boundary: own\n", "utf-8")
    told = bootstrap(small, "--github", REPOSITORY)
    assert "nothing was created yet" in told
    assert f"the state is in s3://{BUCKET} now" in told
    listed = json.loads(run(small, "sandbox", "ls", TARGET, "--format", "json").stdout)[TARGET]
    assert list(listed) == ["bootstrap"], "states are no objects of their own"

    s3 = client(small, "s3")
    key = client(small, "kms").describe_key(KeyId="alias/small-dev-terraform-state")["KeyMetadata"]["Arn"]
    stored = s3.get_object(Bucket=BUCKET, Key=STATE)
    assert (stored["ServerSideEncryption"], stored["SSEKMSKeyId"]) == ("aws:kms", key)
    state = json.loads(stored["Body"].read())
    assert {resource["type"] for resource in state["resources"]} >= {"aws_s3_bucket", "aws_iam_openid_connect_provider"}
    assert not list(small.glob(".infragen/**/bootstrap/*.tfstate")), "no state stays behind"
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    [refusal] = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert (refusal["Effect"], refusal["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})

    folder = next(small.glob(".infragen/sandbox/work/*/*/bootstrap"))
    (folder / "moving.tfstate").write_text(json.dumps(state))  # killed after the move: the bucket has it already
    quick = (small / MODULE).read_text()
    (small / MODULE).unlink()
    again = bootstrap(small, "--github", REPOSITORY, "--format", "markdown", code=1, yes=())
    assert "the state is" not in again
    assert "can be recovered for" in again, "the rule about old versions is told as what it takes"
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in again
    assert not list(folder.glob("*.tfstate*"))
    (small / MODULE).write_text(quick)

    s3.delete_object(Bucket=BUCKET, Key=STATE)  # killed before the move
    (folder / "terraform.tfstate").write_text(json.dumps(state))
    told = bootstrap(small, "--github", REPOSITORY)
    assert ("was not moved into the bucket yet" in told, "no changes" in told) == (True, True)
    assert not list(folder.glob("*.tfstate*"))

    roles = client(small, "iam")
    assert subjects(roles, "plan") == (
        [f"repo:{REPOSITORY}:pull_request", f"repo:{REPOSITORY}:ref:refs/heads/main"],
        None,
    )
    assert subjects(roles, "apply") == ([f"repo:{REPOSITORY}:environment:dev"], "refs/heads/main")
    own, of_ci = (policy_of(roles, f"small-dev-{name}") for name in ("roles", "ci"))
    assert own[0]["NotAction"] == ["account:*", "iam:*", "organizations:*", "sts:AssumeRole"]
    assert [one["Resource"] for one in own if one["Sid"] == "NeverTheStateKey"] == [key]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/small-dev-roles"
    assert {"StringNotEquals": {"iam:PermissionsBoundary": arn}} in [one.get("Condition") for one in of_ci]


def policy_of(iam: Any, name: str) -> list[dict[str, Any]]:
    """Return the statements of a managed policy, as AWS has them."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    version = iam.get_policy_version(
        PolicyArn=arn, VersionId=iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    )
    found: list[dict[str, Any]] = version["PolicyVersion"]["Document"]["Statement"]
    return found


def subjects(iam: Any, which: str) -> tuple[list[str], str | None]:
    """Return whose jobs may take a role, and from which ref alone; it is bounded."""
    role = iam.get_role(RoleName=f"small-dev-ci-{which}")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/small-dev-ci")
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    claims = statement["Condition"]["StringEquals"]
    assert claims[f"{ISSUER}:aud"] == "sts.amazonaws.com"
    return claims[f"{ISSUER}:sub"], claims.get(f"{ISSUER}:ref")


@pytest.mark.long
def test_the_bucket_that_an_apply_made_on_the_emulated_aws_is_taken_over(quick: Path) -> None:
    Sandbox.start(quick).create_state_bucket(BUCKET, ACCOUNT, REGION)
    assert "1 import" in bootstrap(quick, "--no-github")


def test_a_bucket_that_is_there_is_taken_over_only_when_told_so(quick: Path) -> None:
    emulated = Sandbox.start(quick)
    emulated.create_state_bucket(BUCKET, ACCOUNT, REGION)
    client(quick, "s3").delete_bucket_tagging(Bucket=BUCKET)  # as one that somebody made by hand
    refused = bootstrap(quick, "--no-github", code=1)
    assert "V005" in refused
    assert "--adopt" in refused

    assert "1 import" in bootstrap(quick, "--no-github", "--adopt")
    shutil.rmtree(quick / ".infragen/sandbox/work")
    assert "no changes" in bootstrap(quick, "--no-github"), "nothing is needed but the bucket"


def provider_works(request: Request) -> bool:
    return proxy.identity_is_asked(request)


def key_exists(request: Request) -> bool:
    """It is made and turns; what is left is the wait for all of it to be seen."""
    return request.target == "TrentService.GetKeyPolicy"


def bucket_exists(request: Request) -> bool:
    """It is made and has no tags yet."""
    return (request.method, request.path) == ("HEAD", f"/{BUCKET}")


def state_moves(request: Request) -> bool:
    """It is on its way into the bucket, and nowhere but here."""
    return proxy.lock_is_taken("dev")(request)


def struck(project: Path, started: Forked, whom: tuple[str, ...], signal_: int) -> None:
    """Send a signal to infragen, to terraform or to its provider, or to several of them.

    Who outlives what started it is stopped: a provider may die of what it writes to nobody, and a terraform be done
    before anybody looks.
    """
    working = {"infragen": [started.pid], **children(project)}
    outlives = {"terraform": working["provider"], "infragen": working["terraform"]}.get(whom[-1], [])
    stopped = outlives if signal_ == signal.SIGKILL else []
    pids = [pid for one in whom for pid in working[one]]
    for pid, sent in [*((pid, signal.SIGSTOP) for pid in stopped), *((pid, signal_) for pid in pids)]:
        with suppress(ProcessLookupError):
            os.kill(pid, sent)


def strike(
    project: Path,
    moment: Callable[[Request], bool],
    whom: tuple[str, ...],
    signal_: int = signal.SIGKILL,
    *,
    answered: bool = False,
) -> str:
    """Bootstrap, strike somebody at a request or when it is `answered`, and return what was said."""
    started: list[Forked] = []

    def act() -> None:
        until(lambda: started)
        struck(project, started[0], whom, signal_)

    sandbox = Sandbox.running(project)
    assert sandbox is not None
    with tempfile.TemporaryFile("w+") as said, proxy.Proxy(sandbox) as before:
        rule = before.on(moment, then=act) if answered else before.on(moment, act=act)
        words = ("bootstrap", TARGET, "--sandbox", "--yes", "--no-github")
        started.append(begin(project, *words, said=said.fileno()))
        started[0].wait(PATIENCE)
        before.settle()
        said.seek(0)
        assert rule.times == 0, said.read()
        said.seek(0)
        return said.read()


def gone_on_with(project: Path) -> subprocess.CompletedProcess[str]:
    """Resume, which takes the bucket over only by a command of its own, where it was cut off before it had its tags."""
    resumed = run(project, "resume")
    if "J007" in resumed.stderr:
        [adopting] = set(re.findall(r"`infragen (bootstrap [^`]+ --adopt)` takes it over", resumed.stderr))
        adopted = run(project, *shlex.split(adopting), "--yes")
        assert (adopted.returncode, "1 import" in adopted.stdout) == (0, True), adopted.stderr
    else:
        assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    return resumed


@pytest.mark.long
def test_a_key_whose_making_was_cut_short_is_kept(quick: Path) -> None:
    """A terraform that is told to stop calls the key tainted, and its files forbid to replace it."""
    Sandbox.start(quick)
    strike(quick, key_exists, ("terraform",), signal.SIGTERM)
    resumed = gone_on_with(quick)
    assert f"{KEY_ADDRESS} exists, and only the wait for it was interrupted: it is kept, not replaced" in resumed.stderr
    assert "no changes" in bootstrap(quick, "--no-github")
    assert len(client(quick, "kms").list_keys()["Keys"]) == 1


KILLED: tuple[Struck, ...] = (
    (key_exists, ("provider",)),
    (key_exists, ("terraform",)),
    (key_exists, ("infragen",)),
    (bucket_exists, ("infragen", "terraform")),
    (bucket_exists, ALL),
    (state_moves, ALL),
)


EARLY: Struck = (provider_works, ALL)
"""Before anything was shown."""
BY_TURNS = (*in_turn((*KILLED, EARLY), len(KILLED) + 1, lambda struck: "-".join([struck[0].__name__, *struck[1]])),)


@pytest.mark.parametrize("struck", BY_TURNS[-1:])
def test_one_that_was_killed_before_it_showed_anything_asks_when_it_is_gone_on_with(
    quick: Path, struck: Struck
) -> None:
    Sandbox.start(quick)
    strike(quick, *struck)
    resumed = run(quick, "resume")
    assert resumed.returncode == 1, resumed.stdout + resumed.stderr
    assert "J005" in resumed.stderr
    assert "it had shown nothing yet" in resumed.stderr
    assert client(quick, "kms").list_keys()["Keys"] == []


@pytest.mark.parametrize("struck", BY_TURNS[:-1])
def test_one_that_was_killed_is_gone_on_with(quick: Path, struck: Struck) -> None:
    """Whatever was made is in the state or named, no lock is left, and what follows changes nothing."""
    moment, whom = struck
    Sandbox.start(quick)
    said = strike(quick, moment, whom)
    assert f"{TARGET}/bootstrap" in run(quick, "runs").stdout
    [run_id] = (path.name for path in (quick / ".infragen/runs/open").iterdir())
    assert (f"to continue: infragen resume {run_id}" in said) == ("infragen" not in whom), said
    if whom == ("infragen",):
        assert "T038 terraform (process" in bootstrap(quick, "--no-github", code=1)
        for pid in children(quick)["terraform"]:
            os.kill(pid, signal.SIGCONT)

    resumed = gone_on_with(quick)
    told = "a provider that terraform left behind (process"
    assert (told in resumed.stderr, "T042" in said) == (whom == ("infragen", "terraform"), whom == ("terraform",))
    assert terraforms(quick) == []
    again = bootstrap(quick, "--no-github")
    assert "no changes" in again
    assert ("notice" in again, "changed outside" in again) == (False, False), again
    assert "no lock is held" in run(quick, "unlock", f"{TARGET}/bootstrap", "--sandbox", "--yes").stdout
    assert "nothing to resume" in run(quick, "resume").stderr

    state = json.loads(client(quick, "s3").get_object(Bucket=BUCKET, Key=STATE)["Body"].read())
    known = {one["attributes"]["id"] for part in state["resources"] for one in part["instances"]}
    for key in client(quick, "kms").list_keys()["Keys"]:
        assert key["KeyId"] in known or KEY_ADDRESS in resumed.stderr
        assert key["KeyId"] in known or "System = small" in resumed.stderr


def bootstrap_lock(project: Path) -> str | None:
    """Return the lock that is held of the state in the bucket."""
    with suppress(client(project, "s3").exceptions.NoSuchKey):
        lock: bytes = client(project, "s3").get_object(Bucket=BUCKET, Key=f"{STATE}.tflock")["Body"].read()
        return lock.decode()
    return None


def test_a_lock_in_the_bucket_is_released_by_resume_if_it_is_its_own_run_s(stood: Path) -> None:
    """Anybody else's is named, with a command that can be typed."""
    strike(stood, proxy.lock_is_taken("dev"), ALL, answered=True)
    own = bootstrap_lock(stood)
    assert own is not None
    bobs = json.dumps({**json.loads(own), "ID": "7e3c", "Who": "bob@elsewhere"})
    put_object(stood, f"{STATE}.tflock", bobs)
    for refused in (
        run(stood, "resume").stderr,
        bootstrap(stood, "--no-github", "--lock-timeout", "0s", code=1),
    ):
        assert "error T022" in refused
        assert "locked by bob@elsewhere since" in refused
        assert f"`infragen unlock {TARGET}/bootstrap --sandbox -C {stood}`" in refused
    assert bootstrap_lock(stood) == bobs

    put_object(stood, f"{STATE}.tflock", own)
    sandbox = Sandbox.running(stood)
    assert sandbox is not None
    with proxy.Proxy(sandbox) as before:  # both disconnect the folder, and connect it to nothing
        before.on(lambda _: True, answer=proxy.EXPIRED, times=10_000)
        assert run(stood, "resume").returncode == 1
        bootstrap(stood, "--no-github", code=1)
    resumed = run(stood, "resume")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "left behind: 1 lock (released)" in resumed.stderr
    assert bootstrap_lock(stood) is None
