"""Templates for physical names, for documents that prescribe them."""

import re
from string import ascii_lowercase
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from infragen.core.entry import Form, Model

_SCHEME: Final = re.compile(
    r"(?!-)([a-z0-9-]|\{system\})*\{environment\}([a-z0-9-]|\{system\}|\{domain\})*\{name\}([a-z0-9-]|\{domain\})*(?<!-)"
)


def _scheme(text: str) -> str:
    if not _SCHEME.fullmatch(text) or "--" in text or not text.startswith(("{", *ascii_lowercase)):
        raise ValueError(
            "write letters, digits, hyphens, `{system}` and `{domain}` around `{environment}` and then `{name}`: "
            "`{system}-{environment}-data-{name}`"
        )
    return text


NameScheme = Annotated[str, StringConstraints(max_length=120), AfterValidator(_scheme)]


class NameSchemes(Model):
    """How AWS names are made if a system has its own scheme; `{environment}` comes before `{name}`."""

    databases: NameScheme | None = None
    """`{system}-{environment}-database-{name}` when left out; a database that moved keeps its former `{domain}`."""


_WORDS: Final = r"([A-Za-z0-9-]|\{(system|environment|name)\})*"
ClusterName = Annotated[
    str,
    Form(rf"{_WORDS[:-1]}+", "a name such as `{system}-cluster`; `{environment}` and `{name}` can be in it, too", 120),
]
EntryName = Annotated[
    str, Form(rf"{_WORDS}\{{name\}}{_WORDS}", "a name with `{name}` in it, that of the entry: `{name}-service`", 120)
]
SecretScheme = Annotated[
    str,
    Form(
        r"([A-Za-z0-9/_-]|\{(system|environment|key)\})*\{name\}([A-Za-z0-9/_-]|\{(system|environment|key)\})*",
        "a name with `{name}` in it, that of the entry, and `{key}`, of the one key that it has: `{name}/{key}`",
        120,
    ),
]


class ObjectNames(Model):
    """Names in AWS that an environment's document gives: `{name}` is the entry's."""

    clusters: ClusterName | None = None
    """ECS clusters; `{name}` is the domain's of one that has its own, and empty for the shared one."""
    services: EntryName | None = None
    """ECS services; task families, roles and logs keep their usual names."""
    target_groups: EntryName | None = None
    """Target groups of load balancers, by their service; of a blue/green service, the colour follows."""
    functions: EntryName | None = None
    """Lambda functions, and so their log groups; roles, alarms and queues keep their usual names."""
    repositories: EntryName | None = None
    """ECR repositories, by the entry whose images they have."""
    secrets: SecretScheme | None = None
    """Secrets of the kind `secrets`; `{key}` is the key of one that has one key, and empty for others."""
    databases: Annotated[
        str | None,
        Form(
            r"\{system\}-\{environment\}([A-Za-z0-9-]|\{name\})*",
            "a name that begins with `{system}-{environment}`",
            120,
        ),
        Field(examples=["{system}-{environment}-db-{name}"]),
    ] = None
    """Databases, and what is named after them; `{name}` can be left out where there is one."""
