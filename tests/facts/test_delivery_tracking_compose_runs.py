"""DT-02: what of the Compose file an engine from Debian starts where no registry of images is reached.

Of its images, Debian has the program of one: Redis 7. podman starts it from the file itself, through docker-compose,
with the file's command, variables, port, volume and check.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.offline_plans import ROOT
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.life

FILE = ROOT / "generated/delivery-tracking/dev/compose.yaml"
IMAGE = "docker.io/library/redis:7-alpine"
CONTAINER = "delivery-tracking-redis"
TOOLS = ("podman", "runc", "docker-compose", "redis-server", "redis-cli", "busybox")
_ENGINE = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
"""


@dataclass(frozen=True)
class Engine:
    """podman with storage of its own, and its socket."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "DOCKER_HOST": f"unix://{self.folder}/socket",
            "SOURCE_FOLDER": str(self.folder),
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def command(self, *arguments: str) -> tuple[str, ...]:
        return ("podman", "--root", f"{self.folder}/storage", "--runroot", f"{self.folder}/run", *arguments)

    def podman(self, *arguments: str) -> str:
        return self.run(*self.command(*arguments))

    def compose(self, *arguments: str) -> str:
        return self.run("docker-compose", "-p", "delivery-tracking-dev", "-f", str(FILE), *arguments)


def image(folder: Path) -> Path:
    """Put Debian's Redis, a shell and what they load into a folder that is a container's root."""
    programs = {name: str(shutil.which(name)) for name in ("redis-server", "redis-cli", "busybox")}
    for program in programs.values():
        loaded = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
        for path in (program, *re.findall(r"/\S+", loaded)):
            copy = folder / path.lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for name in ("sh", "grep"):
        (folder / "bin").mkdir(exist_ok=True)
        (folder / "bin" / name).symlink_to(programs["busybox"])
    for name in ("data", "etc", "tmp"):
        (folder / name).mkdir()
    (folder / "etc/passwd").write_text("root:x:0:0:root:/:/bin/sh\n", encoding="utf-8")
    return folder


@pytest.fixture
def engine() -> Iterator[Engine]:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"apt-get install podman runc docker-compose redis-server busybox-static: no {', '.join(missing)}")
    with TemporaryDirectory(prefix="podman") as name:  # podman takes no long path
        yield from started(Path(name))


def started(folder: Path) -> Iterator[Engine]:
    """Yield an engine that has the image, and whose socket docker-compose finds."""
    for name in ("backend", "frontend"):
        (folder / name).mkdir()
    (folder / "containers.conf").write_text(_ENGINE, encoding="utf-8")
    found = Engine(folder)
    archive = shutil.make_archive(str(folder / "image"), "tar", image(folder / "image"))
    found.podman("import", "--change", "ENV PATH=/usr/bin:/bin", "--change", "WORKDIR /data", archive, IMAGE)
    try:
        found.podman("run", "--rm", "--network=none", IMAGE, "sh", "-c", ":")
    except AssertionError as error:
        pytest.skip(f"podman starts no container on this machine: {error}")
    served = ("system", "service", "--time=0", f"unix://{folder}/socket")
    server = subprocess.Popen(found.command(*served), env=found.environment, stderr=subprocess.DEVNULL)
    try:
        until((folder / "socket").exists, "podman's socket")
        yield found
        found.compose("down", "--volumes")
    finally:
        server.terminate()
        server.wait()
        subprocess.run(["umount", f"{folder}/storage/overlay"], stderr=subprocess.DEVNULL, check=False)


def is_well(engine: Engine) -> bool:
    """Say whether the check of the file is content: the one that `depends_on` waits for."""
    asked = engine.command("healthcheck", "run", CONTAINER)
    return subprocess.run(asked, env=engine.environment, check=False).returncode == 0


def test_dt_02_redis_starts_from_the_file_and_is_well_by_its_own_check(engine: Engine) -> None:
    engine.compose("up", "--detach", "redis")
    until(lambda: is_well(engine), "Redis is well")
    asked = ("redis-cli", "-h", "127.0.0.1", "-p", "6379")
    assert "NOAUTH" in engine.run(*asked, "ping")
    environment = {**os.environ, "REDISCLI_AUTH": "devredis"}
    said = subprocess.run([*asked, "config", "get", "appendonly"], env=environment, capture_output=True, check=True)
    assert said.stdout.split() == [b"appendonly", b"yes"]
    assert engine.podman("port", CONTAINER).split() == ["6379/tcp", "->", "127.0.0.1:6379"]
