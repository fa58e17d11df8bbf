"""What a program that infragen starts finds out about the secrets around it, if it tries: nothing."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.environment_variables import (
    child_environment,
    closed_environment,
    downloading_environment,
    git_environment,
    policy_environment,
)
from infragen.terraform.isolation import ask
from tests.engine import small

if TYPE_CHECKING:
    from collections.abc import Mapping

THIEF = """\
#!PYTHON
import glob, json, os, sys
for source in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/task/[0-9]*/environ"):
    try:
        content = open(source, "rb").read()
    except OSError:
        continue
    if b"canary" in content:
        open("TRACE", "a").write(source + "\\n")
if b"canary" in repr(dict(os.environ)).encode():
    open("TRACE", "a").write("its own: " + repr(dict(os.environ)) + "\\n")
open("TRACE.ran", "a").write(sys.argv[1] + "\\n")
if sys.argv[1] == "version":
    print(json.dumps({"terraform_version": "1.11.4"}))
    sys.exit()
sys.exit(1)
"""
NAMES = (
    "GITHUB_TOKEN GH_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_RUNTIME_TOKEN "
    "CI_JOB_TOKEN INFRACOST_API_KEY NPM_TOKEN PIP_INDEX_URL INFRAGEN_IDENTITY_SMALL_DEV "
    "INFRAGEN_CONTRACT_KEY_SMALL_ORDER MISE_GITHUB_TOKEN AQUA_GITHUB_TOKEN DATABASE_URL OKTA_PASSWORD"
)
TOKENS = dict.fromkeys(NAMES.split(), "canary")
ACCOUNT = {
    "AWS_PROFILE": "work",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SESSION_TOKEN": "x",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/x",
    "AWS_ROLE_ARN": "x",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "x",
    "AWS_CA_BUNDLE": "/x",
    "AWS_CONFIG_FILE": "/x",
    "AWS_VAULT": "x",
    "GOOGLE_APPLICATION_CREDENTIALS": "/x",
    "XDG_RUNTIME_DIR": "/x",
    "DBUS_SESSION_BUS_ADDRESS": "x",
    "GNUPGHOME": "/x",
}
DOWNLOADS = {"HTTPS_PROXY": "x", "no_proxy": "x", "SSL_CERT_FILE": "/x", "TF_TOKEN_example_com": "x", "NETRC": "/x"}
ALWAYS = {"PATH": "/bin", "HOME": "/x", "TMPDIR": "/x", "TF_LOG": "debug", "TF_PLUGIN_CACHE_DIR": "/x"}
NEVER = {**TOKENS, "TF_VAR_x": "x", "TF_CLI_ARGS_plan": "x", "TF_WORKSPACE": "x", "TF_DATA_DIR": "x"}
EVERY = {**NEVER, **ACCOUNT, **DOWNLOADS, **ALWAYS}


def passed(environment: Mapping[str, str]) -> set[str]:
    return {name for name in EVERY if name in environment}


def test_each_program_gets_only_the_variables_that_it_needs() -> None:
    assert passed(child_environment(EVERY)) == {*ACCOUNT, *DOWNLOADS, *ALWAYS}
    assert passed(downloading_environment(EVERY)) == {*DOWNLOADS, *ALWAYS}
    assert passed(closed_environment(EVERY)) == {*ALWAYS}
    assert passed(git_environment(EVERY)) == {*ALWAYS}
    assert passed(policy_environment(EVERY)) == {*ALWAYS}


def test_a_user_can_name_what_a_credential_process_logs_in_with() -> None:
    base = {**EVERY, "INFRAGEN_PASS": "OKTA_PASSWORD, NPM_TOKEN"}
    assert passed(child_environment(base)) == {*ACCOUNT, *DOWNLOADS, *ALWAYS, "OKTA_PASSWORD", "NPM_TOKEN"}
    assert passed(closed_environment(base)) == {*ALWAYS}


def has_domains() -> bool:
    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 2


@pytest.mark.skipif(not has_domains(), reason="a kernel without Landlock")
@pytest.mark.parametrize("flags", [("--offline",), ()])
def test_a_terraform_that_looks_for_secrets_in_every_process_finds_none(tmp_path: Path, flags: tuple[str, ...]) -> None:
    """Neither in infragen's, nor in those of the shell that started it."""
    project = small.rendered_project(tmp_path, aws=small.STACKS)
    trace = tmp_path / "trace"
    thief = tmp_path / "terraform"
    thief.write_text(THIEF.replace("PYTHON", sys.executable).replace("TRACE", str(trace)))
    thief.chmod(0o755)
    program = Path(sys.executable).with_name("infragen")
    home = {"HOME": str(tmp_path), "INFRAGEN_TERRAFORM": str(thief), "PATH": os.environ["PATH"]}
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    line = ["bash", "-c", '"$@"; exit $?', "bash", str(program), "plan", "small/dev", *flags, "-C", str(project)]
    done = subprocess.run(
        line, env={**home, **keys, **TOKENS}, capture_output=True, text=True, timeout=120, check=False
    )
    assert {"init", "state"} & {*trace.with_suffix(".ran").read_text().split()}, done.stderr
    assert not trace.exists(), trace.read_text()


def test_a_program_signals_no_process_outside_of_its_domain(tmp_path: Path) -> None:
    signal = "import os\ntry: os.kill(os.getppid(), 0)\nexcept PermissionError: print('refused')"
    answer = ask([sys.executable, "-c", signal], tmp_path, {}, 60)
    assert answer.stdout.strip() == ("refused" if version() >= 6 else ""), answer.stderr


def version() -> int:
    """The ABI of this kernel's Landlock: 6, Linux 6.12, knows domains for signals."""
    return int(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1))
