"""A rule about what only AWS provider 6 can make."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.kinds.databases import Database


class Need(Struct, frozen=True):
    """A value that needs a version of the AWS provider: whose it is, its path, how it is written, and the version."""

    owner: str
    path: tuple[str, ...]
    written: str
    version: str


def needs_of_6(environment: Environment) -> Iterator[Need]:
    """Yield what of an environment AWS provider 5 cannot make, with the first 6.x that can, by its changelog."""
    if environment.settings.network.nat == "regional":
        yield Need("environment", ("network", "nat"), "nat: regional", "6.24")
    for name, database in environment.all(Database).items():
        if database.proxy is not None and database.proxy.login == "token":
            yield Need(f"databases/{name}", ("proxy", "login"), "proxy: {login: token}", "6.15")


_HINT: Final = (
    'write `[terraform] aws_provider = "6"` in infragen.toml, which is for all stacks of the project, and for good:'
    " a state that provider 6 has written is not meant for 5"
)


@rule("V101")
def _needs_provider_6(environment: Environment) -> Findings:
    for need in needs_of_6(environment) if environment.aws_provider == "5" else ():
        message = f"`{need.written}` needs AWS provider {need.version} or later, and the stacks are for provider 5"
        yield Finding(message, environment.at(need.owner, *need.path), _HINT)
