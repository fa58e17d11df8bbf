"""terraform's output, read line by line while it runs."""

from collections import Counter
from dataclasses import dataclass, field

from infragen.diagnostics import Diagnostic, Severity
from infragen.terraform.events import Counts, dumped_state, parse_event, planned_outputs
from infragen.terraform.runner import OnEvent

MOST_FINDINGS = 500
"""Diagnostics kept of one command: a thousand resources can all fail in the same way."""
MOST_WORDS = 1 << 20
"""Characters kept of the errors of one command, and of its warnings; what is left out stands in the stack's log."""
PREAMBLE = "Terraform encountered problems during initialisation"
"""Said by `init` as one more error beside the real ones."""


@dataclass(slots=True)
class StreamedOutput:
    """What a stream has said that outlives it; everything else goes through and is forgotten."""

    on_event: OnEvent
    shown: str
    code: int = 0
    counts: Counts = field(default_factory=Counts)
    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    left_out: int = 0
    is_whole: bool = False
    """Whether terraform's summary came, with which its output ends."""
    outputs: dict[str, str] = field(default_factory=dict)
    state: bytes = field(default=b"", repr=False)
    """What terraform prints of a state that it could write nowhere."""
    _words: Counter[Severity] = field(default_factory=Counter)

    @property
    def all_errors(self) -> list[Diagnostic]:
        if not self.left_out:
            return self.errors
        more = f"terraform reported {self.left_out} more; the log of {self.shown} has them"
        return [*self.errors, Diagnostic("T020", more, severity=Severity.NOTICE)]

    def line(self, line: bytes) -> None:
        self.state = dumped_state(line) or self.state
        event = parse_event(line, self.shown)
        if event is None:
            self.outputs |= planned_outputs(line)
            return
        if event.counts is not None:
            self.counts, self.is_whole = event.counts, True
        if event.diagnostic is not None:
            diagnostic = event.diagnostic
            kept = self.warnings if diagnostic.severity is Severity.WARNING else self.errors
            if not (diagnostic.message.startswith(PREAMBLE) and kept):
                if len(kept) >= MOST_FINDINGS or self._words[diagnostic.severity] > MOST_WORDS:
                    self.left_out += 1
                elif diagnostic not in kept:
                    kept.append(diagnostic)
                    self._words[diagnostic.severity] += len(diagnostic.message)
        self.on_event(event)
