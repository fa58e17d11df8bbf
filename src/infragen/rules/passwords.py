"""A rule about passwords of databases: what asks for a new one names a user who has one of infragen's."""

from collections.abc import Iterator, Sequence

from infragen.core.build_context import BuildContext
from infragen.core.resolved_system import Environment
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics.hints import nearest
from infragen.kinds.databases import Database
from infragen.kinds.databases.views import DatabaseView
from infragen.kinds.document_databases.build import users
from infragen.kinds.document_databases.model import DocumentDatabase


def _numbered(environment: Environment) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for owner, database in environment.each(Database):
        if database.password_versions:
            drawn = DatabaseView(BuildContext(environment, {}, owner)).logins_with_passwords
            yield owner, [*database.password_versions], sorted(one.name for one in drawn if not one.is_second)
    for owner, documents in environment.each(DocumentDatabase):
        if documents.password_versions:
            known = users(BuildContext(environment, {}, owner))
            yield owner, [*documents.password_versions], sorted(one.name for one in known if not one.is_second)


@rule("D159")
def _password_of_nobody(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may be a user
    for owner, numbered, known in _numbered(environment):
        for user in numbered:
            if user not in known:
                none = "leave the field out: its users sign in with tokens"
                hint = nearest(user, known, "users with one") if known else none
                message = f"infragen draws no password for a user `{user}` of {owner}"
                yield Finding(message, environment.at(owner, "password_versions", user, key=True), hint)
