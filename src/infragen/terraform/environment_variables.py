"""What terraform, and other programs, work with: environment variables by lists of allowed names, cores and memory."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return min(free, free_in_container(Path("/sys/fs/cgroup")))


def free_in_container(group: Path) -> int:
    """Files that are cached in memory count as free: a provider that was read once has 700 MB of them."""
    try:
        limit, used = (int((group / name).read_text()) for name in ("memory.max", "memory.current"))
        statistics = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        unused = int(statistics.get("inactive_file", "0"))
    except (OSError, ValueError):  # no container, or no limit ("max")
        return 1 << 62
    return max(0, limit - used + unused)


SIDE_BY_SIDE: Final = "400"  # how much garbage, in percent of what is in use, a terraform may leave beside others
ALONE: Final = "1600"  # the same for the only one at work
_OF_NO_REPOSITORY: Final = re.compile(
    r"(?!GIT_).*|GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH|TRACE\w*|ALLOW_PROTOCOL"
    r"|SSH|SSH_\w+|SSL_\w+|HTTP_\w+|PROXY_\w+|ASKPASS|TERMINAL_PROMPT|CEILING_DIRECTORIES)",
    re.DOTALL,
)
"""Names that say nothing of one repository: git sets the others for its hooks, whatever folder they then work in
(git's documentation: githooks, "Environment variables ... such as `GIT_DIR`, `GIT_WORK_TREE`")."""


_ALLOWED: Final = re.compile(
    r"PATH|HOME|USER|LOGNAME|TMPDIR|TZ|LANG|LANGUAGE|LC_\w+"  # the machine and its words
    r"|XDG_(?:CONFIG|DATA|STATE|CACHE)_HOME|XDG_DATA_DIRS"  # where terraform, and what runs it, keep what they need
    r"|TF_CLI_CONFIG_FILE|TERRAFORM_CONFIG|TF_PLUGIN_CACHE_\w+"  # the same
    r"|TF_LOG|TF_LOG_\w+|GODEBUG|GOGC|GOMEMLIMIT|GOMAXPROCS|GOTRACEBACK"  # how it works, and what it writes about it
    r"|(?:TFENV|TOFUENV|TENV|ASDF|MISE|AQUA|PROTO)_(?!\w*(?:TOKEN|NETRC|PASS|SECRET))\w+"  # which terraform runs
    r"|PYTHONPATH|PYTHONHOME|LD_LIBRARY_PATH|DYLD_\w+"  # the embedded one is a library in a Python
)
"""Names that reach a terraform which must not leave this machine: none of AWS, no proxy, no value of a variable.

What a version manager goes by is of them (tfenv's and tenv's README; mise: "Environment variables"; asdf: "Versions"),
but for what it logs in with."""
_GIT: Final = re.compile(r"GIT_(?:CONFIG_\w+|EXEC_PATH|TRACE\w*|CEILING_DIRECTORIES)|SUDO_UID")
"""Names that beside them reach git, which fetches nothing; by the last one it knows whom root works for."""


def git_environment(base: Mapping[str, str]) -> dict[str, str]:
    own = {name: value for name, value in base.items() if _OF_NO_REPOSITORY.fullmatch(name)}
    return {name: value for name, value in own.items() if _ALLOWED.fullmatch(name) or _GIT.fullmatch(name)}


_POLICY: Final = re.compile(
    r"AWS_(?:DEFAULT_)?REGION|LOG_LEVEL|(?:CHECKOV|CKV|CONFTEST|OPA)_(?!\w*(?:TOKEN|KEY|PASS|SECRET))\w+"
)
"""Names that beside them reach a policy's program."""


def policy_environment(base: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in base.items() if _ALLOWED.fullmatch(name) or _POLICY.fullmatch(name)}


_DOWNLOADING: Final = re.compile(
    r"(?i:https?_proxy|no_proxy|all_proxy)|SSL_CERT_(?:FILE|DIR)|TF_TOKEN_\w+|TF_REGISTRY_\w+|TF_PROVIDER_DOWNLOAD_\w+"
    r"|NETRC|GIT_SSH(?:_COMMAND)?|SSH_AUTH_SOCK"
)
"""Names that beside them reach one which installs providers and modules."""
_ACCOUNTS: Final = re.compile(
    r"AWS_\w+|(?:GOOGLE|CLOUDSDK|GCLOUD|GCE)_\w+|(?:REQUESTS|CURL)_CA_BUNDLE"  # whom it works for, and where
    r"|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|BROWSER|GNUPGHOME|GPG_TTY|PASSWORD_STORE_\w+"
    r"|INFRAGEN_(?:PLUGIN_DIR|STATE_DIR|TERRAFORM)"  # of the infragen that generated Terraform calls
    r"|TF_(?!CLI_ARGS|DATA_DIR|WORKSPACE|REATTACH_PROVIDERS|VAR_|CLI_CONFIG_FILE)\w+"
)
"""Names that beside both reach one which works on an account. The second line is for a profile's `credential_process`.

Of terraform's own, those are missing that change what a command does behind infragen's back; where a folder's data
lies, and which workspace and provider it works with, is infragen's to choose. A value of a root's variable would reach
a stack's apply, and not its plan, in which the stack is a module."""
_PASSED: Final = "INFRAGEN_PASS"  # the variable in which a user names others: what a `credential_process` logs in with
LOGS: Final = ("TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_PROTO")
"""Terraform's own log, and those of a provider (HashiCorp: "Plugin Development", Managing Log Output)."""
_PROGRAMS: Final = Path(sys.executable).parent
"""Where this very infragen is, which generated Terraform calls for what no provider does (`infragen sql`)."""


def child_environment(base: Mapping[str, str], extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of a terraform that works with this shell's accounts: allowed names of `base`, then `extra`.

    Terraform collects its garbage less often than it would, as long as half of the free memory is enough for it: a
    quarter less CPU for a small stack, a third less for a whole environment (docs/terraform.md). Its provider writes
    every step into a log that terraform reads and throws away: without it, a fifth less again. The infragen that is at
    work can be called, also where PATH does not lead to it.
    """
    named = {*base.get(_PASSED, "").replace(",", " ").split()}
    names = (_ALLOWED, _DOWNLOADING, _ACCOUNTS)
    kept = {name: base[name] for name in base if name in named or any(one.fullmatch(name) for one in names)}
    configuration = kept.get("TF_CLI_CONFIG_FILE")
    if configuration is not None and not Path(configuration).is_file():
        del kept["TF_CLI_CONFIG_FILE"]  # terraform would warn about it in every single command
    usual = {"GOGC": SIDE_BY_SIDE, "GOMEMLIMIT": str(free_memory() // 2)}
    if not any(name.startswith("TF_LOG") for name in kept):
        usual |= dict.fromkeys(LOGS, "off")
    kept["PATH"] = os.pathsep.join(filter(None, (kept.get("PATH"), str(_PROGRAMS))))
    return usual | kept | {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"} | dict(extra or {})


def closed_environment(base: Mapping[str, str], extra: Mapping[str, str] | None = None) -> dict[str, str]:
    return child_environment({name: value for name, value in base.items() if _ALLOWED.fullmatch(name)}, extra)


def downloading_environment(base: Mapping[str, str]) -> dict[str, str]:
    proxies = {name: value for name, value in base.items() if _DOWNLOADING.fullmatch(name)}
    return closed_environment(base, proxies)
