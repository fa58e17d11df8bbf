"""What no production on AWS may be made of, whoever gives a reason: example domains, addresses, numbers and ids."""

from infragen.diagnostics import Diagnostic, raise_problems
from infragen.rules.placeholders import Found, placeholders_of
from infragen.text import counted, first_of
from infragen.workflow.console import note
from infragen.workflow.session import Session


def refuse_placeholders(session: Session) -> None:
    """Refuse to make production on AWS itself of examples: InfragenError T062 with each, at its line."""
    raise_problems(
        Diagnostic(
            "T062",
            f"`{one.placeholder.text}` is {one.placeholder.what}: nothing was applied",
            one.location,
            hint=f"{one.placeholder.instead}, and remove its reason from `assumptions`",
        )
        for one in _refused(session)
    )


def note_placeholders(session: Session) -> None:
    found = _refused(session)
    if found:
        places = [f"`{one.placeholder.text}` ({one.location})" for one in found]
        note(f"apply will refuse {counted(len(found), 'example value')} in production: {first_of(places)}")


def _refused(session: Session) -> tuple[Found, ...]:
    is_asked = session.environment.settings.production and not session.on_sandbox
    return placeholders_of(session.environment) if is_asked else ()
