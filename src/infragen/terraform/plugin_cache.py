"""The user's cache of downloaded providers, which one run at a time fills."""

import fcntl
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from infragen.hcl.index import Index
from infragen.terraform.child_process import POLL, Stopper
from infragen.terraform.provider_mirror import home_folder, read_configuration


def plugin_cache(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("TF_PLUGIN_CACHE_DIR")
    if not named:
        _, text = read_configuration(environment, Path(environment.get("HOME") or home_folder()))
        found = Index(text).arguments.get("plugin_cache_dir")
        written = found.value.strip('"') if found else ""
        named = re.sub(r"\$\{?(\w+)\}?", lambda variable: environment.get(variable[1], ""), written)
    return Path(named) if named else None


@contextmanager
def alone_in(cache: Path | None, stopper: Stopper) -> Iterator[None]:
    """Wait until no other infragen initialises with this cache; where that cannot be said, do not wait."""
    try:
        descriptor = None if cache is None else os.open(cache / ".infragen", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        descriptor = None
    if descriptor is None:
        yield
        return
    with os.fdopen(descriptor):
        while not stopper.requested:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(POLL)
        yield
