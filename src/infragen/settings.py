"""`infragen.toml`: what a project says about itself that is no infrastructure: its repository, platforms, policies.

The file may be missing, and so may everything in it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from infragen import installation, pinned
from infragen.catalog.check import fields_at, first_errors
from infragen.core.entry import Model, Text
from infragen.diagnostics import Diagnostic, InfragenError, Location, raise_problems, sort_diagnostics
from infragen.diagnostics.hints import did_you_mean
from infragen.source.toml import TomlDocument, parse_toml, read_toml
from infragen.source.yaml12 import read_text

FILE: Final = "infragen.toml"
"""Its name, beside `catalog/`."""

_OLDEST_TERRAFORM: Final = (1, 11)
"""The modules ask for it: they write secrets as write-only arguments."""


def _wrong(said: str, hint: str, *, code: str = "C003", key: str | None = None) -> PydanticCustomError:
    return PydanticCustomError("wrong", "{said}", {"said": said, "hint": hint, "code": code, "key": key})


def _inside(what: str) -> AfterValidator:
    def checked(text: str) -> str:
        if text.startswith(("/", "~")) or "\\" in text or ".." in text.split("/"):
            hint = f"write a path relative to the {what}'s folder, with slashes"
            raise _wrong(f"{text!r} is outside the {what}", hint)
        return text

    return AfterValidator(checked)


def _once(items: tuple[str, ...]) -> tuple[str, ...]:
    for item, number in Counter(items).items():
        if number > 1:
            raise _wrong(f"{item!r} is listed twice", "list each one once")
    return items


def _no_wildcard(text: str) -> str:
    if not text.isprintable() or any(letter in text for letter in " *?[\\^~:"):
        raise _wrong(f"{text!r} is not a branch name", "a git branch name has no spaces and none of * ? [ \\ ^ ~ :")
    if "+" in text or text.startswith("!"):
        said = f"{text!r} is a pattern in a workflow, of other branches, too"
        raise _wrong(said, "use a name without + and leading !")
    return _no_expression(text)


def _no_expression(text: str) -> str:
    if "${{" in text:
        raise _wrong(f"{text!r} has an expression, which GitHub would put its value in", "use a variable: `$NAME`")
    return text


def _pinned(text: str) -> str:
    _no_expression(text)
    wrong = pinned.problem(text)
    if wrong is not None:
        raise _wrong(f"{text!r} {wrong}", f"write {pinned.FORMS}")
    return text


def _new_enough(version: str) -> str:
    if tuple(map(int, version.split("."))) < _OLDEST_TERRAFORM:
        oldest = ".".join(map(str, _OLDEST_TERRAFORM))
        raise _wrong(f"{version!r} is too old: the modules need terraform {oldest} or later", f'write `"{oldest}.4"`')
    return version


REPOSITORY: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}$"
"""The form of a repository's name."""

Repository = Annotated[str, StringConstraints(pattern=REPOSITORY)]
"""A repository of GitHub, as OWNER/NAME."""
Number = Annotated[int, Field(strict=True, ge=1)]
Service = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{2,40}$")]
Branch = Annotated[str, StringConstraints(min_length=1, max_length=244), AfterValidator(_no_wildcard)]
Platform = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+_[a-z0-9]+$")]
"""An operating system and a processor in Terraform's words: `linux_amd64`."""
LocalPath = Annotated[str, StringConstraints(min_length=1, max_length=1000), _inside("project")]
RepositoryPath = Annotated[
    str, StringConstraints(min_length=1, max_length=1000), _inside("repository"), AfterValidator(_no_expression)
]
ShellCommand = Annotated[Text, AfterValidator(_no_expression)]


class _Table(Model):
    """A table of the file. A number is no text: of `1.10` TOML leaves 1.1."""

    model_config = ConfigDict(coerce_numbers_to_str=False)


class GitHub(_Table):
    """The project's repository."""

    repository: Repository | None = None
    """OWNER/NAME; the roles that `infragen bootstrap` creates for CI trust only this repository."""
    owner_id: Number | None = None
    """The owner's id at GitHub. With `repository_id`, jobs have immutable subjects (`repo:OWNER@123/NAME@456:...`), as
    in repositories that were created, renamed or moved since July 15, 2026, or whose settings enable them. Without
    both, a job's subject is the name alone."""
    repository_id: Number | None = None
    """The repository's id at GitHub; see `owner_id`."""
    branch: Branch = "main"
    """The branch that is applied."""
    oidc_provider: Literal["create", "existing"] = "create"
    """Whether `infragen bootstrap` makes GitHub an identity provider of each account. An account has only one: write
    `existing` if it has one already."""
    services: Annotated[tuple[Service, ...], AfterValidator(_once), Field(json_schema_extra={"uniqueItems": True})] = ()
    """AWS services that the roles of CI may also use, by the prefix of their actions (`kafka`), in addition to those
    that the stacks' resources need."""

    @model_validator(mode="after")
    def _both_numbers(self) -> Self:
        if (self.owner_id is None) != (self.repository_id is None):
            other, known = sorted(("owner_id", "repository_id"), key=lambda name: getattr(self, name) is not None)
            raise _wrong(f"`{other}` is missing", "write both, or neither", key=known)
        return self

    def immutable(self, repository: str) -> str:
        """Return a repository as it stands in the subjects of its jobs: with its numbers where they are known."""
        owner, _, name = repository.partition("/")
        return repository if self.owner_id is None else f"{owner}@{self.owner_id}/{name}@{self.repository_id}"


def _no_provider(name: str) -> str:
    if name in ("aws", "terraform") or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise _wrong(f"{name!r} is no provider beside AWS's", "write what Terraform calls it, such as `datadog`")
    return name


ProviderName = Annotated[str, StringConstraints(max_length=100), AfterValidator(_no_provider)]
"""What Terraform calls a provider, and how the types of its resources begin: `datadog`."""


class RequiredProvider(_Table):
    """A provider that hand-written Terraform uses: where it comes from, and which versions will do."""

    source: Annotated[str, StringConstraints(pattern=r"^([a-z0-9.-]+/)?[A-Za-z0-9-]+/[a-z0-9-]+$", max_length=200)]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9~<>=!., ]+$", max_length=100)]


class Providers(_Table):
    """Terraform's providers."""

    required: dict[ProviderName, RequiredProvider] = {}  # noqa: RUF012 -- Pydantic copies it
    """Providers of hand-written files, by name: `versions.tf` of a stack requires those that its files use."""

    platforms: Annotated[
        tuple[Platform, ...], AfterValidator(_once), Field(json_schema_extra={"uniqueItems": True})
    ] = ()
    """Platforms that the lock files hold checksums for: those of everyone's machines and of CI. When left out, this
    machine's and linux_amd64."""


Pin = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}( # [A-Za-z0-9_.-]+)?$")]
"""A commit of an action, and what it is called: `3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1`."""
Dotted = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){1,2}$")]


Install = Annotated[str, AfterValidator(_pinned)]
"""A place that CI installs infragen from."""


class Ci(_Table):
    """Settings of the workflows that `infragen ci` writes."""

    runner: Annotated[Text, AfterValidator(_no_expression)] = "ubuntu-latest"
    """Label of the machines that run jobs."""
    python: Dotted = "3.13"
    """Version of Python."""
    terraform: Annotated[Dotted, AfterValidator(_new_enough)] = "1.11.4"
    """Version of terraform; a saved plan can only be applied by the version that made it."""
    install: Install | None = None
    """Where machines get infragen from: a repository at a commit (`git+https://...@<40 digits>`), a wheel (a path in
    the project, or a URL with `#sha256=`), or a requirements file with hashes. `infragen ci` requires it."""
    plan_expires: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,4}[mhd]$")] = "7d"
    """How long a reviewed plan may be applied."""
    hand_written: Literal["reviewed", "planned"] = "reviewed"
    """Whether a pull request that changes hand-written Terraform (templates, `extra/`, imports, lock files) is planned
    with credentials once somebody approved that, or at once: such text can show what the plan's role reads."""
    pins: dict[str, Pin] = {}  # noqa: RUF012 -- Pydantic copies it
    """Actions by the commit to use instead of the one that infragen knows: `"actions/checkout" = "<SHA> # v7.0.1"`."""


class Release(_Table):
    """How the code of one system is released, by the workflow that `infragen ci github` writes."""

    branches: Annotated[dict[str, Branch], Field(min_length=1)]
    """The branch whose pushes are released to an environment, by the environment's name: `{stg = "develop"}`."""
    builds: Annotated[dict[str, RepositoryPath], Field(min_length=1)]
    """The folder of the repository that an entry's image is built in, with its Dockerfile, by entry:
    `{"services/api" = "api"}`. An image that several entries run is built once."""
    tests: dict[str, ShellCommand] = {}  # noqa: RUF012 -- Pydantic copies it
    """The command line that tests an environment after a release, by the environment's name. It runs in the
    repository's folder, without access to AWS, and has the environment's `DOMAIN_NAME`."""
    load_tests: dict[str, Text] = {}  # noqa: RUF012 -- Pydantic copies it
    """The load test that runs after a release where somebody asks for it, by the environment's name: `{stg = "peak"}`.
    Its variables are secrets of the GitHub environment."""
    runner: Annotated[Text, AfterValidator(_no_expression)] | None = None
    """Label of the machines that build the images; those of `[ci]` when left out. For arm64, name one that is."""


class Policy(_Table):
    """A check of every plan by another program, if it is installed."""

    tool: Literal["conftest", "opa", "checkov"]
    """The program."""
    paths: Annotated[tuple[LocalPath, ...], AfterValidator(_once)] = ()
    """Folders or files with the policies, below the project's folder; checkov also has its own."""
    query: Text | None = None
    """The OPA query, such as `data.terraform.deny`; for `opa` only."""
    arguments: tuple[Text, ...] = ()
    """Additional arguments for the program."""
    required: bool = False
    """Whether a missing program is an error; a notice otherwise."""
    enforce: bool = True
    """Whether a finding fails the plan (exit code 1); a warning otherwise."""

    @model_validator(mode="after")
    def _query_fits(self) -> Self:
        if not self.paths and self.tool != "checkov":
            hint = f'add `paths = ["policy"]`, the folders of the policies; {self.tool} has no default'
            raise _wrong("", hint, code="C002", key="paths")
        if self.tool == "opa" and self.query is None:
            raise _wrong("", 'add the query for OPA: `query = "data.terraform.deny"`', code="C002", key="query")
        if self.tool != "opa" and self.query is not None:
            raise _wrong("only opa takes a query", "remove it", key="query")
        return self


class Apply(_Table):
    """What `infragen apply` does besides what it showed."""

    refresh_after: bool = True
    """Whether resources that were created or changed are refreshed at the end, so that what AWS added to them is in the
    states and not drift. It takes one more plan of what was applied."""
    rollout_timeout: Annotated[int, Field(strict=True, ge=0, le=240)] = 20
    """Minutes for which the deployments of ECS services are waited for; 0 does not wait."""


Allowed = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/(modules/)?[\w-]+/\S+$")]
"""Something that runs, by its system, its stack (or `modules/` and the module), and its address in there."""


class Programs(_Table):
    """What Terraform may run besides AWS's provider."""

    allow: Annotated[tuple[Allowed, ...], AfterValidator(_once), Field(json_schema_extra={"uniqueItems": True})] = ()
    """Provisioners, data sources that run programs, and third-party modules and providers, each by its stack and
    address: `"demo/network/terraform_data.seed"`. All others are refused (G015)."""
    reads: Annotated[tuple[Allowed, ...], AfterValidator(_once), Field(json_schema_extra={"uniqueItems": True})] = ()
    """Blocks whose expressions can read any file while planning, and call any function, each by its stack and address.
    `allow` opens that for a local or an output alone, which run nothing."""


AwsProvider = Literal["5", "6"]
MAJORS: Final[tuple[AwsProvider, ...]] = get_args(AwsProvider)
"""Major versions of the AWS provider that stacks may be for."""


class Terraform(_Table):
    """What the files are rendered for."""

    aws_provider: AwsProvider = "5"
    """Major version of the AWS provider that the stacks require. Some fields need 6. There is no way back: a state that
    6 has written is not meant for 5."""


class ProjectSettings(_Table):
    """Everything in the file."""

    apply: Apply = Apply()
    github: GitHub = GitHub()
    providers: Providers = Providers()
    ci: Ci = Ci()
    release: dict[str, Release] = {}  # noqa: RUF012 -- Pydantic copies it
    """How code is released, by system."""
    policy: tuple[Policy, ...] = ()
    """Checks of every plan, in this order."""
    programs: Programs = Programs()
    terraform: Terraform = Terraform()


_FORMS: Final = {
    r"^([a-z0-9.-]+/)?[A-Za-z0-9-]+/[a-z0-9-]+$": 'write its address in a registry, such as `"DataDog/datadog"`',
    r"^[0-9~<>=!., ]+$": 'write versions as Terraform does, such as `"~> 3.50"`',
    REPOSITORY: 'write OWNER/NAME: `"demo/infrastructure"`',
    r"^[a-z0-9-]+/(modules/)?[\w-]+/\S+$": 'write the environment and the address: `"demo/network/data.http.x"`',
    r"^[a-z0-9-]{2,40}$": 'write the prefix of the service\'s actions: `"kafka"`',
    r"^[a-z0-9]+_[a-z0-9]+$": 'write an operating system and a processor: `"linux_amd64"`, `"darwin_arm64"`',
    r"^[0-9a-f]{40}( # [A-Za-z0-9_.-]+)?$": 'write the 40 digits of a commit: `"<SHA> # v7.0.1"`',
    r"^[0-9]+(\.[0-9]+){1,2}$": 'write a version: `"1.11"` or `"1.11.4"`',
    r"^[1-9][0-9]{0,4}[mhd]$": "write minutes, hours or days: 30m, 24h or 7d",
}
"""What to write where a text must match a pattern."""
_KINDS: Final = {
    "string_type": ("must be a string, not {shown}", 'put it in quotes: `"{shown}"`'),
    "string_too_short": ("the text is empty", "write a value, or remove the key"),
    "string_too_long": ("the text is too long", "write at most {max_length} characters"),
    "tuple": ("must be a list, not {shown}", 'write a list: `{key} = ["..."]`'),
    "model": ("must be a table, not {shown}", "write `[{path}]`, and its keys below"),
    "dict": ("must be a table, not {shown}", "write `[{path}]`, and its keys below"),
    "bool": ("must be true or false, not {shown}", "write `true` or `false`, without quotes"),
    "int": ("must be a whole number, not {shown}", "write a whole number, without quotes"),
    "too_short": ("the table is empty", "write at least one line below `[{path}]`, or remove `[{table}]`"),
    "greater_than_equal": ("{shown} is too small", "write {ge} or more"),
}
"""How Pydantic's kinds of errors begin: what is wrong, and what to write."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_Path = tuple[str | int, ...]


def load_settings(root: Path, trusted: str | None = None) -> ProjectSettings:
    """InfragenError S005, S006, S008 for an unreadable file, C001 to C003 for wrong lines, also of `trusted`."""
    settings = _load(root)[0]
    if trusted is None:
        return settings
    other = settings_of(trusted)
    ours, others = settings.programs, other.programs
    allowed = tuple(one for one in ours.allow if one in others.allow)
    reads = tuple(one for one in ours.reads if one in others.reads)
    known = other.providers.required
    required = {name: one for name, one in settings.providers.required.items() if known.get(name) == one}
    providers = settings.providers.model_copy(update={"required": required})
    return settings.model_copy(update={"programs": Programs(allow=allowed, reads=reads), "providers": providers})


def settings_of(text: str) -> ProjectSettings:
    return _settings(parse_toml(text, FILE))


def load_policies(root: Path, trusted: str | None = None) -> tuple[Policy, ...]:
    """All files must exist; InfragenError as `load_settings`, and C003."""
    document = _document(root) if trusted is None else parse_toml(trusted, FILE)
    settings = _settings(document)
    problems, hint = [], "write an existing folder or file, relative to the project's folder"
    for number, policy in enumerate(settings.policy):
        for item, path in enumerate(policy.paths):
            if not (root / path).exists():
                message = f"{_named(('policy', number, 'paths'), document.data)}: there is no {path!r} in the project"
                place = document.locate(("policy", number, "paths", item))
                problems.append(Diagnostic("C003", message, place, hint=hint))
    raise_problems(sort_diagnostics(problems))
    return settings.policy


def load_ci(root: Path) -> tuple[ProjectSettings, str]:
    """InfragenError as `load_settings`; X040 without a source to install from, C003 if it is missing or not pinned."""
    settings, document = _load(root)
    place = document.locate(("ci",)) if "ci" in document.data else None
    if settings.ci.install is None:
        message = f"{FILE} does not set where CI installs infragen from; the name alone would install another package"
        known = installation.repository()
        example = known if known and pinned.problem(known) is None else pinned.EXAMPLE
        others = "or name a wheel or a requirements file with hashes"
        hint = f'write `install = "{example}"` below `[ci]` in {FILE}, {others}'
        raise InfragenError(Diagnostic("X040", message, place, hint=hint))
    raise_problems(_unpinned(root, settings.ci.install, document.locate(("ci", "install"))))
    return settings, settings.ci.install


def locate_setting(root: Path, path: Sequence[str]) -> Location:
    return _load(root)[1].locate(path, key=True)


def _unpinned(root: Path, install: str, place: Location) -> Iterator[Diagnostic]:
    kind, path = pinned.source(install), (root / install).resolve()
    if kind not in {pinned.Source.WHEEL, pinned.Source.REQUIREMENTS}:
        return
    if not (path.is_file() and path.is_relative_to(root.resolve())):
        hint = "write an existing, committed file, relative to the project's folder"
        yield Diagnostic("C003", f"`ci.install`: there is no {install!r} in the project", place, hint=hint)
    elif kind is pinned.Source.REQUIREMENTS:
        for number, line in pinned.unpinned(read_text(path, install)):
            hint = "`pip-compile --generate-hashes` or `uv pip compile --generate-hashes` writes all of them"
            yield Diagnostic("C003", f"{line!r} has no `--hash=sha256:...`", Location(install, number, 1), hint=hint)


def _load(root: Path) -> tuple[ProjectSettings, TomlDocument]:
    document = _document(root)
    return _settings(document), document


def _document(root: Path) -> TomlDocument:
    path = root / FILE
    return read_toml(path, FILE) if path.exists() else TomlDocument(FILE, {}, "", {})


def _settings(document: TomlDocument) -> ProjectSettings:
    try:
        return ProjectSettings.model_validate(document.data)
    except ValidationError as error:
        problems = [*first_errors(error.errors(include_url=False), partial(_diagnostic, document))]
    raise InfragenError(*sort_diagnostics(problems))


def _diagnostic(document: TomlDocument, detail: Any) -> Diagnostic:
    kind, path, context = detail["type"], detail["loc"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = fields_at(ProjectSettings, path[:-1])
        hint = did_you_mean(str(path[-1]), known) or f"valid keys: {', '.join(known)}"
        message = f"unknown key {_named(path, document.data)}"
        return Diagnostic("C001", message, document.locate(path, key=True), hint=hint)
    if kind == "wrong" and context["key"]:
        path = (*path, context["key"])
    named = _named(path, document.data)
    if kind == "missing" or (kind == "wrong" and context["code"] == "C002"):
        hint = context.get("hint", f"add `{path[-1]} = ...`")
        return Diagnostic("C002", f"{named} is missing", document.locate(path[:-1]), hint=hint)
    message, hint = _explain(document, path, detail)
    return Diagnostic("C003", f"{named}: {message}", document.locate(path), hint=hint)


def _named(path: _Path, data: Any) -> str:
    if len(path) > 1 and isinstance(path[1], int):
        number, rest = path[1], path[2:]
        which = _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}th"
        tool = data[path[0]][number].get("tool") if isinstance(data[path[0]][number], dict) else None
        table = f"the {which} `[[{path[0]}]]`" + (f" ({tool})" if isinstance(tool, str) and tool else "")
        inner = _dotted(rest)
        return f"{inner} of {table}" if inner else table
    return _dotted(path)


def _dotted(path: Sequence[str | int]) -> str:
    keys = [step if _BARE.fullmatch(step) else f'"{step}"' for step in path if isinstance(step, str)]
    return f"`{'.'.join(keys)}`" if keys else ""


def _explain(document: TomlDocument, path: _Path, detail: Any) -> tuple[str, str]:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "wrong":
        return context["said"], context["hint"]
    shown = document.written(path, given)
    if kind == "string_pattern_mismatch":
        return f"{shown} has an invalid format", _FORMS[context["pattern"]]
    if kind == "literal_error":
        allowed = context["expected"].replace("'", '"')
        known = [word.strip('" ') for word in allowed.replace(" or ", ",").split(",")]
        if not isinstance(given, str) and str(given) in known:
            return f"must be a string, not {shown}", f'put it in quotes: `"{given}"`'
        return f"{shown} is not one of {allowed}", did_you_mean(str(given), known) or f"write one of {allowed}"
    if kind == "string_type" and isinstance(given, (list, dict)):
        return f"must be a string, not {shown}", 'write a string: `"..."`'
    if path[0] == "policy" and len(path) <= 2:
        wanted = "an array of tables" if len(path) == 1 else "a table"
        return f"must be {wanted}, not {shown}", "write `[[policy]]`, and its keys below"
    for start, (said, hint) in _KINDS.items():
        if kind.startswith(start):
            whole, table = (".".join(map(str, steps)) for steps in (path, path[:-1]))
            words = {"shown": shown, "key": path[-1], "path": whole, "table": table, **context}
            return said.format(**words), hint.format(**words)
    return f"{shown} is not allowed: {detail['msg']}", "change the value"
