"""The project's policies on a plan: what programs of others find, at the catalogue's lines."""

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infragen.diagnostics import Diagnostic, InfragenError, Severity, sort_diagnostics
from infragen.plan import Action, Change, ChangeSet, open_plan
from infragen.plan.address import split_address
from infragen.redaction.log_redaction import redacted_texts
from infragen.settings import Policy
from infragen.terraform.policy import PolicyFinding, find_tool, run_policy
from infragen.terraform.runner import StoppedError
from infragen.text import visible
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.console import announce, console
from infragen.workflow.session import Session
from infragen.workflow.trust import trusted_policies


class PolicyCheck:
    """Is handed a combined plan's JSON (`OnPlan`), runs every policy of `infragen.toml` on it, and tells what they say.

    The settings are read, and programs and policies looked for, before anything is planned: InfragenError C001 to C003
    and S008, X028 where a program is required and not installed.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._root, policies = trusted_policies(session.project, self._new_folder)
        self._found: list[Diagnostic] = missing_programs(policies)
        if self.refuses:
            raise InfragenError(*self._found)
        self._programs = [(policy, find_tool(policy)) for policy in policies]

    def __call__(self, plan: Path) -> None:
        for policy, program in self._programs:
            if program is not None:
                announce(f"{policy.tool} checks the plan")
                found = self._run(program, policy, plan)
                objects = {one.address: _unchanged(one.address) for one in found if one.address}
                wording = attribute_to_catalogue(self._session.composed)
                placed = wording.apply(ChangeSet(changes=tuple(objects.values()))).changes
                by_address = {change.address: change for change in placed}
                self._found += [_diagnostic(policy, one, by_address.get(one.address or "")) for one in found]

    def _new_folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="infragen-policies-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _run(self, program: str, policy: Policy, plan: Path) -> list[PolicyFinding]:
        """Return findings as they may be shown: a message may quote a value of the plan."""
        try:
            found = run_policy(program, policy, plan, self._root, self._session.stopper)
        except StoppedError:
            raise
        except InfragenError as error:
            texts = redacted_texts(open_plan(plan), [one.message for one in error.diagnostics])
            pairs = zip(error.diagnostics, texts, strict=True)
            raise InfragenError(*(replace(one, message=visible(text)) for one, text in pairs)) from None
        if not found:
            return []
        texts = redacted_texts(open_plan(plan), [text for one in found for text in (one.message, one.address or "")])
        shown = zip(found, map(visible, texts[::2]), map(visible, texts[1::2]), strict=True)
        return [replace(one, message=message, address=address or None) for one, message, address in shown]

    @property
    def refuses(self) -> bool:
        return any(one.severity is Severity.ERROR for one in self._found)

    def tell(self) -> bool:
        if self._found:
            console().findings(sort_diagnostics(self._found), self._session.project.root)
        return self.refuses


def missing_programs(policies: Sequence[Policy]) -> list[Diagnostic]:
    needed: dict[str, bool] = {}
    for policy in policies:
        if find_tool(policy) is None:
            needed[policy.tool] = needed.get(policy.tool, False) or policy.required
    found = []
    for tool, required in needed.items():
        hint = f"install {tool}, or take its [[policy]] out of infragen.toml"
        severity = Severity.ERROR if required else Severity.NOTICE
        message = f"{tool} is not on PATH: its policies are not checked"
        found.append(Diagnostic("X028", message, severity=severity, hint=hint))
    return found


def _unchanged(address: str) -> Change:
    """Return an object by its address alone, so that its line can be found; whether it changes is no matter here."""
    parts = split_address(address)
    length = 3 if len(parts) > 2 and parts[-3] == "data" else 2
    module = ".".join(parts[:-length])
    kind, name = (*parts[-2:],) if len(parts) > 1 else ("", address)
    mode = "data" if length == 3 else "managed"
    return Change(address, module, kind, name.split("[", 1)[0], None, "", mode, Action.NO_OP)


def _diagnostic(policy: Policy, finding: PolicyFinding, placed: Change | None) -> Diagnostic:
    severity = Severity.ERROR if policy.enforce and not finding.is_warning else Severity.WARNING
    shown = finding.address
    if placed is not None and placed.stack is not None and shown:
        shown = f"{placed.stack}: {'.'.join(split_address(shown)[2:])}"
    named = f" ({shown})" if shown and shown not in finding.message else ""
    message = f"{finding.tool} {finding.rule}: {finding.message}{named}"
    return Diagnostic("X027", message, placed.location if placed else None, severity, finding.hint)
