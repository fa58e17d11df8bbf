"""Policy programs run on a plan's JSON: conftest, OPA, checkov; what they found, in one form.

The forms of their output are those of conftest 0.6x (`test --output json`), OPA 1.x (`eval --format json`) and checkov
3.x (`--output json`). They get no credentials, and what they print is kept nowhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join, quote
from typing import TYPE_CHECKING, Any, Final

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.child_process import Command, Stopper, run
from infragen.terraform.environment_variables import policy_environment
from infragen.terraform.runner import StoppedError

if TYPE_CHECKING:
    from infragen.settings import Policy

_LARGEST_OUTPUT: Final = 1 << 26  # bytes; checkov says some 2 kB of each object that it fails
_ADDRESS: Final = re.compile(
    r"(?:(?:module|data)\.)?[A-Za-z_][\w-]*(?:\[[^\]]*\])?(?:\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?)+"
)
_MESSAGE_KEYS: Final = ("msg", "message", "reason", "details")


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """What a program found: its rule, what it says, and the address of the object, if it named one.

    `is_warning` is the program's own word that this is no failure.
    """

    tool: str
    rule: str
    message: str
    address: str | None = None
    is_warning: bool = False
    hint: str | None = None


def find_tool(policy: Policy) -> str | None:
    return shutil.which(policy.tool)


def run_policy(program: str, policy: Policy, plan: Path, root: Path, stopper: Stopper) -> tuple[PolicyFinding, ...]:
    """`plan` holds secrets, and so may a finding's text. InfragenError X029 when the program fails by itself."""
    tool = _TOOLS[policy.tool]
    words = (str(plan) if word == "PLAN" else word for word in tool.line.split())
    paths = (part for path in policy.paths for part in (tool.flag, path))
    line = [program, *words, *paths, *policy.arguments, *filter(None, [policy.query])]
    with tempfile.TemporaryFile() as output:
        try:
            ended = run(Command(line, root, policy_environment(os.environ), harmless=True), stopper, output=output)
        except OSError as error:
            raise InfragenError(Diagnostic("X029", f"{policy.tool} cannot be run: {error}")) from error
        if stopper.requested:
            raise StoppedError(Diagnostic("T030", f"stopped while {policy.tool} checked the plan"))
        size = output.seek(0, os.SEEK_END)
        output.seek(0)
        answer = output.read() if size <= _LARGEST_OUTPUT else b""
    try:
        found = _findings(tool, policy, answer, ended.code)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        said = ended.stderr.strip() or answer.decode(errors="replace").strip()
        last = " / ".join(line.strip() for line in said.splitlines()[-3:])[-500:]
        message = f"{policy.tool} gave no findings (exit code {ended.code}): {last or 'no output'}"
        hint = f"run it by hand: {join([policy.tool, *line[1:]]).replace(quote(str(plan)), 'plan.json')}"
        raise InfragenError(Diagnostic("X029", message, hint=hint)) from None
    named = {replace(one, tool=policy.tool) for one in found}
    return tuple(sorted(named, key=lambda one: (one.address or "", one.rule, one.message)))


def _findings(tool: _Tool, policy: Policy, answer: bytes, code: int) -> tuple[PolicyFinding, ...]:
    found = tuple(tool.read(policy, json.loads(answer)))
    if code != 0 and not found:
        raise ValueError(code)
    return found


@dataclass(frozen=True, slots=True)
class _Tool:
    line: str
    flag: str
    read: Callable[[Policy, Any], Iterator[PolicyFinding]]


def _of_conftest(_policy: Policy, answer: Any) -> Iterator[PolicyFinding]:
    """Yield every result that is no success; with none of any kind, conftest had no rule to ask, which is no pass."""
    kinds = ("successes", "failures", "exceptions", "warnings")
    if not any(result.get(kind) for result in answer for kind in kinds):
        hint = 'it evaluates the rules of package main: select others with arguments = ["--all-namespaces"]'
        raise InfragenError(Diagnostic("X029", "conftest found no rule to check the plan with", hint=hint))
    for result in answer:
        namespace = str(result["namespace"])
        for member, is_warning in (("failures", False), ("exceptions", True), ("warnings", True)):
            for one in result.get(member) or ():
                metadata = one.get("metadata") or {}
                rule = str(metadata.get("rule") or metadata.get("id") or metadata.get("query") or namespace)
                excepted = "excepted: " if member == "exceptions" else ""
                address = _address(metadata, one["msg"])
                yield PolicyFinding("", rule, f"{excepted}{one['msg']}", address, is_warning)


def _of_opa(policy: Policy, answer: Any) -> Iterator[PolicyFinding]:
    """Take `true` for a violation where a rule is named so, `false` where it allows, no result for no permission."""
    if answer.get("errors"):
        raise ValueError(answer["errors"])
    if not answer.get("result"):
        rule = str(policy.query)
        yield PolicyFinding("", rule, f"{rule} is undefined for this plan", is_warning=not _is_permission(rule))
        return
    for result in answer["result"]:
        for expression in result["expressions"]:
            yield from _of_opa_value(str(expression["text"]), expression["value"])


def _of_opa_value(rule: str, value: Any) -> Iterator[PolicyFinding]:
    if isinstance(value, list):
        for one in value:
            yield from _of_opa_value(rule, one)
    elif isinstance(value, str):
        yield PolicyFinding("", rule, value, _address({}, value))
    elif isinstance(value, bool):
        if value is not _is_permission(rule):
            yield PolicyFinding("", rule, f"{rule} is {str(value).lower()}")
    elif isinstance(value, dict):
        message = next((str(value[key]) for key in _MESSAGE_KEYS if isinstance(value.get(key), str)), None)
        if message is not None:
            yield PolicyFinding("", rule, message, _address(value, message))
        else:
            for name, one in value.items():
                yield from _of_opa_value(f"{rule}.{name}", one)
    elif isinstance(value, int | float) and value:
        yield PolicyFinding("", rule, f"{rule} is {value}")


def _is_permission(rule: str) -> bool:
    return re.search(r"\b(allow|allowed|authz|permit|pass|passed|valid|ok|compliant)\w*$", rule) is not None


def _of_checkov(_policy: Policy, answer: Any) -> Iterator[PolicyFinding]:
    for report in answer if isinstance(answer, list) else [answer]:
        results = report.get("results")
        counts = report if results is None else report["summary"]
        if counts["parsing_errors"]:
            raise InfragenError(Diagnostic("X029", "checkov could not read the plan", hint="try a newer checkov"))
        if results is None:
            continue
        for check in results["failed_checks"]:
            address = check.get("resource_address") or check.get("resource")
            hint = check.get("guideline")
            severity = f" ({str(check['severity']).lower()})" if check.get("severity") else ""
            name = f"{check['check_name']}{severity}"
            yield PolicyFinding("", str(check["check_id"]), name, address, hint=f"see {hint}" if hint else None)


def _address(members: Mapping[str, Any], message: str) -> str | None:
    for key in ("address", "resource_address", "resource"):
        if isinstance(members.get(key), str) and "." in members[key]:
            return str(members[key])
    return max((one for one in _ADDRESS.findall(message) if "_" in one), key=len, default=None)


_TOOLS: Final[Mapping[str, _Tool]] = {
    "conftest": _Tool("test PLAN --parser json --output json --no-color", "--policy", _of_conftest),
    "opa": _Tool("eval --format json --input PLAN", "--data", _of_opa),
    "checkov": _Tool(
        "--file PLAN --framework terraform_plan --output json --compact --quiet --skip-download",
        "--external-checks-dir",
        _of_checkov,
    ),
}
