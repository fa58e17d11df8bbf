"""Providers that `init` has checked are not hashed once more by every terraform that starts.

Terraform compares a provider with the checksums of the lock file at each start: of the AWS provider's 700 MB that is a
quarter of all the CPU that a start takes (`docs/terraform.md`). So the lock file of a scratch folder has no checksums,
once `init` has compared them, for as long as the files that it compared are the same: `programs` says which those are.
The whole lock file stays beside it, for whatever `init` comes next.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from infragen.stacks.model import LOCK_FILE
from infragen.storage import read_internal, remove_internal, write_internal

PROVIDERS: Final = ".terraform/providers"
_WHOLE: Final = ".terraform/infragen-whole.lock.hcl"
_CHECKSUMS: Final = re.compile(r"^ *hashes *= *\[[^\]]*\]\n", re.MULTILINE)
"""As terraform writes them: nobody else writes lock files."""


def programs(folder: Path) -> list[tuple[str, int, int, int]]:
    """Path, bytes, when content and inode changed (ns): the last is the system's, whoever writes to a file."""
    found = []
    for place, _, names in os.walk(folder / PROVIDERS, followlinks=True):
        for name in names:
            path = Path(place, name)
            try:
                about = path.stat()
            except OSError:  # a link into a mirror that is gone: `init` will say so
                return []
            found.append((str(path.relative_to(folder)), about.st_size, about.st_mtime_ns, about.st_ctime_ns))
    return sorted(found)


def leave_out_checksums(folder: Path) -> None:
    with suppress(OSError):  # no provider at all, or no room: then with checksums
        whole = read_internal(folder / LOCK_FILE)
        write_internal(folder / _WHOLE, whole)
        write_internal(folder / LOCK_FILE, _CHECKSUMS.sub("", whole.decode()).encode())


def restore_checksums(folder: Path) -> bool:
    try:
        write_internal(folder / LOCK_FILE, read_internal(folder / _WHOLE))
    except FileNotFoundError:
        return False
    return True


def take_over_lock(folder: Path, other: Path) -> None:
    for name in (LOCK_FILE, _WHOLE):
        if (other / name).exists():
            write_internal(folder / name, read_internal(other / name))


def write_lock(folder: Path, text: str) -> None:
    remove_internal(folder / _WHOLE)
    write_internal(folder / LOCK_FILE, text.encode())
