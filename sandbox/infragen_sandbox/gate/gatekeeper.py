"""Whether a request comes to the emulator at all."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

import botocore
from moto.core.request import Request

from infragen_sandbox.gate.answers import of_problems, refusal
from infragen_sandbox.gate.calls import UnreadError, read
from infragen_sandbox.gate.constraints import problems
from infragen_sandbox.gate.rules import rules_by_operation

if TYPE_CHECKING:
    from infragen_sandbox.gate.answers import Answer
    from infragen_sandbox.gate.ledger import Ledger


class Gatekeeper:
    """Holds every request against the model of its service and the rules; says once what it has no model of."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._ledger = ledger
        self._rules = rules_by_operation()
        self._unread: set[str] = set()
        # moto would say of every common error that the service's model does not have it, which is why it is common.
        warnings.filterwarnings("ignore", ".*does not match an error shape", module="moto.core.errors")

    def refusal(self, request: Request) -> Answer | None:
        """Return AWS's answer to a request that AWS would refuse, which the log then tells in full."""
        answer = self._refusal(request)
        if answer is not None:
            print(f"the gate refused: {answer.text}", flush=True)  # noqa: T201
        return answer

    def _refusal(self, request: Request) -> Answer | None:
        try:
            call = read(request)
        except UnreadError as why:
            self._note(request, str(why))
            return None
        if self._ledger is not None:
            self._ledger.note(call, request.headers.get("User-Agent", ""))
        found = problems(call)
        if found:
            model = f"botocore {botocore.__version__}, model of {call.service}"
            return of_problems(call, found, model)
        for rule in self._rules.get((call.service, call.operation.name), ()):
            refused = rule.check(call)
            if refused is not None:
                return refusal(call, refused.code, refused.message, rule.source)
        return None

    def _note(self, request: Request, why: str) -> None:
        if why not in self._unread:
            self._unread.add(why)
            print(f"{request.method} {request.path}: the gate let it pass: {why}", flush=True)  # noqa: T201


def request_of(environ: dict[str, Any], body: bytes) -> Request:
    """Return the request of a WSGI environment, whose body was read already."""
    return Request({**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
