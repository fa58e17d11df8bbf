"""A terraform in front of the real one, that makes each offline plan once and keeps it in this clone.

What it answers is what the real terraform said of the same files: a plan is kept by a digest of its arguments, of every
file below its folder, and of the programs of terraform and of its providers. An offline plan has no state, no account
and no time in it, so that nothing else has a say. Whatever else is asked, and `show` of any other plan, is the real
terraform's.

For tests with the fixture `kept_plans` it is `terraform` on PATH; workers of one run wait for each other's plans.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = Path(__file__).resolve().parents[1] / ".pytest_cache" / "plans"
"""Below a folder that git ignores and `make clean` removes."""

NAME = "terraform-once"
"""How folders begin that hold nothing but the program here."""

REAL = "INFRAGEN_TEST_TERRAFORM"
"""The variable with the real program."""

_OFFLINE = ("AWS_ACCESS_KEY_ID", "offline")
"""What `infragen.terraform.offline` gives a terraform that has nobody to ask."""

_PROGRAM = """\
#!{python} -IS
import os, runpy
os.environ[{name!r}] = {real!r}
runpy.run_path({file!r}, run_name="__main__")
"""
_DAYS = 7 * 24 * 3600
_HERE = b"/folder-of-the-plan"
"""Stands for the folder in what is kept."""


def before_path(folder: Path) -> str:
    """Write the program into a folder called `NAME`, and return a PATH that begins with it; old plans go."""
    path = os.environ.get("PATH", "")
    others = (one for one in path.split(os.pathsep) if not Path(one).name.startswith(NAME))
    real = shutil.which("terraform", path=os.pathsep.join(others))
    if real is None:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    _keep(folder / "terraform", _PROGRAM.format(python=sys.executable, name=REAL, real=real, file=__file__).encode())
    for one in KEPT.glob("*"):
        if one.stat().st_mtime < time.time() - _DAYS:
            one.unlink(missing_ok=True)
    return os.pathsep.join((str(folder), path))


def main(arguments: list[str]) -> int:
    """Answer as terraform does."""
    real = os.environ[REAL]
    plan = _plan_file(arguments)
    if plan is not None and os.environ.get(_OFFLINE[0]) == _OFFLINE[1]:
        return _planned(real, arguments, plan)
    if arguments[:2] == ["show", "-json"] and Path(arguments[-1]).is_file():
        shown = KEPT / f"{_digest_of(Path(arguments[-1]))}.plan.show"
        if shown.with_suffix("").exists():
            return _shown(real, arguments, shown)
    return os.execv(real, [real, *arguments])


def _plan_file(arguments: list[str]) -> Path | None:
    """Return where a first plan without any state goes, if this is one."""
    if arguments[:1] != ["plan"] or "-refresh=false" not in arguments or _leads_outside(Path.cwd()):
        return None
    return next((Path(one.removeprefix("-out=")) for one in arguments if one.startswith("-out=")), None)


def _leads_outside(root: Path) -> bool:
    """Whether a module lies elsewhere, so that files of other folders have a say."""
    listed = root / ".terraform/modules/modules.json"
    return listed.exists() and '"Dir":"..' in listed.read_text("utf-8")


def _planned(real: str, arguments: list[str], plan: Path) -> int:
    here = os.fsencode(Path.cwd())
    kept = KEPT / f"{_digest(real, arguments, plan)}.said"
    with _alone(kept):
        if not kept.exists():
            plan.unlink(missing_ok=True)
            done = subprocess.run([real, *arguments], stdout=subprocess.PIPE, check=False)
            if done.returncode not in (0, 2) or not plan.exists():
                sys.stdout.buffer.write(done.stdout)
                return done.returncode
            digest = _digest_of(plan)
            _keep(KEPT / f"{digest}.plan", plan.read_bytes())
            said = done.stdout.replace(here, _HERE)
            _keep(kept, b"%d %s\n%s" % (done.returncode, digest.encode(), said))
        first, _, said = kept.read_bytes().partition(b"\n")
    code, digest = first.decode().split()
    of = KEPT / f"{digest}.plan"
    os.utime(kept)
    os.utime(of)
    shutil.copyfile(of, plan)
    sys.stdout.buffer.write(said.replace(_HERE, here))
    return int(code)


def _shown(real: str, arguments: list[str], shown: Path) -> int:
    with _alone(shown):
        if not shown.exists():
            done = subprocess.run([real, *arguments], stdout=subprocess.PIPE, check=False)
            if done.returncode:
                sys.stdout.buffer.write(done.stdout)
                return done.returncode
            _keep(shown, done.stdout)
    os.utime(shown)
    with shown.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
    return 0


def _digest(real: str, arguments: list[str], plan: Path) -> str:
    """Return the name of all that has a say in an offline plan."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    here = Path.cwd()
    programs = [(path.name, path.stat()) for path in (Path(real).resolve(), *_programs(here))]
    variables = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("TF_VAR_"))
    words = ["-out" if one.startswith("-out=") else one for one in arguments]
    for word in (*words, *variables, *((name, of.st_size, of.st_mtime_ns) for name, of in programs)):
        found.update(f"{word}\0".encode())
    for path in _files(here):
        if path != plan:
            text = path.read_bytes()
            found.update(f"{path.relative_to(here)}\0{len(text)}\0".encode() + text)
    return found.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of a folder in their order, but those of `.terraform`."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - {".terraform"})
        yield from (Path(folder) / name for name in sorted(names))


def _programs(root: Path) -> Iterator[Path]:
    """Yield the providers' programs, which lie behind links."""
    for folder, folders, names in os.walk(root / ".terraform/providers", followlinks=True):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names) if name.startswith("terraform-provider-"))


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _alone(kept: Path) -> Iterator[None]:
    """Hold what is kept against other workers, who want the same and wait."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with kept.with_name(f"{kept.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(path: Path, content: bytes) -> None:
    """Write a file that is whole as soon as it is there."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    made.write_bytes(content)
    made.chmod(0o700)
    made.rename(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
