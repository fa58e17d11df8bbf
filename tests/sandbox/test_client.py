"""Starting, finding, stopping: also after accidents."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.installation import install_command
from infragen.terraform.sandbox import Sandbox
from infragen_sandbox.server import Known, SandboxApplication
from tests.sandbox.conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    Sandbox.stop_any(tmp_path)


def _state(project: Path) -> Path:
    return project / ".infragen" / "sandbox" / "state.json"


def test_a_project_has_one_sandbox_until_it_is_stopped(project: Path) -> None:
    assert Sandbox.running(project) is None
    assert Sandbox.status(project).detail == "not running"

    sandbox = Sandbox.start(project)
    assert Sandbox.start(project) == sandbox
    assert Sandbox.running(project) == sandbox
    status = Sandbox.status(project)
    assert status.running
    assert status.pid == sandbox.server.pid

    sandbox.stop()
    assert Sandbox.running(project) is None
    assert not _state(project).exists()


def test_reset_forgets_everything(project: Path) -> None:
    sandbox = Sandbox.start(project)
    sandbox.create_state_bucket("states-of-reset", "123456789012", REGION)
    sandbox.reset()

    assert sandbox.read_object("states-of-reset", "a", "123456789012", REGION) is None
    sandbox.create_state_bucket("states-of-reset", "999999999999", REGION)


def test_a_taken_port_is_said_with_what_to_do(project: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InfragenError) as refused:
            Sandbox.start(project, port=port)

    assert refused.value.diagnostics[0].code == "E003"
    assert "--port" in (refused.value.diagnostics[0].hint or "")


def test_a_killed_server_is_said_and_replaced(project: Path) -> None:
    sandbox = Sandbox.start(project)
    os.kill(sandbox.server.pid, signal.SIGKILL)
    os.waitpid(sandbox.server.pid, 0)

    status = Sandbox.status(project)
    assert not status.running
    assert "is no longer running" in status.detail
    with pytest.raises(InfragenError, match="does not respond"):
        sandbox.inventory("123456789012", REGION)

    assert Sandbox.start(project).server.pid != sandbox.server.pid


def test_a_moved_project_keeps_its_sandbox_which_says_where_it_was_started(project: Path) -> None:
    first, second = project / "first", project / "second"
    first.mkdir()
    sandbox = Sandbox.start(first)
    try:
        sandbox.create_state_bucket("states-of-before", "123456789012", REGION)
        first.rename(second)
        found = Sandbox.running(second)
        assert found is not None
        found.create_state_bucket("states-of-after", "123456789012", REGION)
        assert found.read_object("states-of-after", "a", "123456789012", REGION) is None
        status = Sandbox.status(second)
        assert status.running
        assert f"started in {first}" in status.detail
        assert "move the project back" in status.detail
        assert "`infragen sandbox stop`" in status.detail
    finally:
        sandbox.stop()
        Sandbox.stop_any(second)


def test_a_request_that_a_moved_sandbox_cannot_answer_says_where_it_was_started(tmp_path: Path) -> None:
    def emulator(*_: object) -> list[bytes]:
        raise FileNotFoundError(2, "No such file or directory")

    started: list[str] = []
    application = SandboxApplication(emulator, Known(5000, "", "", tmp_path / "gone"))
    environ: dict[str, Any] = {"REQUEST_METHOD": "PUT", "PATH_INFO": "/states/a.tflock", "HTTP_HOST": "127.0.0.1:5000"}
    environ["HTTP_AUTHORIZATION"] = "AWS4-HMAC-SHA256 Credential=1/20200101/eu-west-1/s3/aws4_request"
    [answer] = application(environ, lambda status, *_: started.append(status) or (lambda _: None))
    assert started == ["501 Not Implemented"]
    assert answer.startswith(b"<Error>")
    assert f"was started in {tmp_path / 'gone'}, which was moved or removed".encode() in answer
    assert f"kill {os.getpid()}".encode() in answer


def test_a_pid_that_is_somebody_elses_now_is_left_alone(project: Path) -> None:
    """Pids are used again: here the state file names this very test."""
    state = _state(project)
    state.parent.mkdir(parents=True)
    stale = {"emulator": "moto", "pid": os.getpid(), "port": 9, "token": "0123456789abcdef", "started": "2026-01-01"}
    state.write_text(json.dumps(stale))

    assert Sandbox.running(project) is None
    assert Sandbox.stop_any(project) is False
    assert not state.exists()


def test_a_file_that_cannot_be_read_is_said_and_nothing_is_started_beside_what_may_run(project: Path) -> None:
    state = _state(project)
    state.parent.mkdir(parents=True)
    state.write_text("{bad")
    for ask in (Sandbox.status, Sandbox.stop_any, Sandbox.start):
        with pytest.raises(InfragenError, match=r"E008 .*state\.json cannot be read") as refused:
            ask(project)
        assert f"then `rm {state}`" in (refused.value.diagnostics[0].hint or "")
    state.unlink()
    assert Sandbox.status(project).detail == "not running"


def test_a_server_that_hangs_is_said_and_can_be_stopped(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox.start(project)
    monkeypatch.setattr("infragen.terraform.sandbox.HEALTH_SECONDS", 0.3)
    monkeypatch.setattr("infragen.terraform.sandbox.STOP_SECONDS", 0.3)
    monkeypatch.setattr("infragen.terraform.sandbox._ANSWER_SECONDS", 0.3)
    os.kill(sandbox.server.pid, signal.SIGSTOP)

    assert "does not respond" in Sandbox.status(project).detail
    for ask in (Sandbox.start, Sandbox.running):  # an empty one beside it would say that nothing is applied
        with pytest.raises(InfragenError, match=r"E006 .* is running and does not respond"):
            ask(project)
    os.kill(sandbox.server.pid, signal.SIGCONT)
    assert Sandbox.start(project).server == sandbox.server
    os.kill(sandbox.server.pid, signal.SIGSTOP)
    assert Sandbox.stop_any(project)
    assert Sandbox.status(project).detail == "not running"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".infragen").write_text("in the way")

    with pytest.raises(InfragenError) as refused:
        Sandbox.start(tmp_path)
    assert refused.value.diagnostics[0].code == "Y001"


def test_without_moto_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infragen.terraform.sandbox.find_spec", lambda name: None)

    with pytest.raises(InfragenError) as refused:
        Sandbox.start(tmp_path)
    assert refused.value.diagnostics[0].hint == f"`{install_command('sandbox')}`"


def test_nothing_leaves_the_machine(server: Sandbox) -> None:
    variables = server.environment("123456789012", REGION)

    assert variables["AWS_ENDPOINT_URL"] == server.url
    assert variables["AWS_ACCESS_KEY_ID"] == "123456789012"
    assert variables["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert variables["NO_PROXY"] == "127.0.0.1"


def test_the_second_emulator_starts_only_for_its_own_services(project: Path) -> None:
    pytest.importorskip("ministack")
    first = Sandbox.start(project, services=["ecs", "rds"])
    assert first.ministack is None
    assert "AWS_ENDPOINT_URL_ELASTICACHE" not in first.environment("123456789012", REGION)

    both = Sandbox.start(project, services=["elasticache"])
    assert both.server == first.server
    assert both.ministack is not None
    endpoint = both.environment("123456789012", REGION)["AWS_ENDPOINT_URL_ELASTICACHE"]
    assert endpoint == both.ministack.url

    import boto3

    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "sandbox"}
    cache = boto3.client("elasticache", endpoint_url=endpoint, region_name=REGION, **keys)
    assert cache.describe_cache_clusters()["CacheClusters"] == []

    both.reset()
    both.stop()
    assert not list(project.glob(".infragen/sandbox/state*.json"))


@pytest.mark.parametrize(
    "forged",
    [{"token": "sleep"}, {"token": ""}, {"token": 7}, {"port": "80@127.0.0.2"}, {"pid": "1"}, {"emulator": "../../x"}],
)
def test_a_state_file_that_came_with_a_checkout_ends_nobody(project: Path, forged: dict[str, object]) -> None:
    with subprocess.Popen(["sleep", "600"]) as stranger:
        known = {"emulator": "moto", "pid": stranger.pid, "port": 80, "token": "0" * 16, "started": "now"}
        _state(project).parent.mkdir(parents=True)
        _state(project).write_text(json.dumps({**known, **forged}))
        assert not Sandbox.stop_any(project)
        assert Sandbox.running(project) is None
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("how", ["link", "pipe"])
def test_what_stands_in_the_way_of_the_sandbox_is_named(project: Path, tmp_path: Path, how: str) -> None:
    (tmp_path / "victim").write_text("precious")
    lock = _state(project).with_name("lock")
    lock.parent.mkdir(parents=True)
    if how == "link":
        lock.symlink_to(tmp_path / "victim")
    else:
        os.mkfifo(lock)
    with pytest.raises(InfragenError, match=r"Y001 .*lock is a"):
        Sandbox.start(project)
    assert (tmp_path / "victim").read_text() == "precious"
