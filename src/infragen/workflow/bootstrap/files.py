"""The files of a bootstrap: the bucket of an environment's states, and the roles of CI."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from infragen.catalog import Environment, Project
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.environment import environments, resolve_standby
from infragen.hcl.folders import Folders
from infragen.rules import run as run_rules
from infragen.settings import FILE, REPOSITORY, load_settings
from infragen.stacks.access import Access, access_of
from infragen.stacks.bootstrap import NAME, Trust, build
from infragen.stacks.running import code_buckets, releases
from infragen.workflow.console import note
from infragen.workflow.rendering import composition
from infragen.workflow.target import as_if_it_ran, generated_folder, refuse_named_stack, resolve_one

_OBJECTS: Final = frozenset({"resource", "data", "ephemeral"})
_OBJECT: Final = "aws_s3_object"
_BUCKET: Final = "bucket_name"
_MANAGED: Final = "manage_master_user_password"
_NOTIFICATION: Final = "aws_s3_bucket_notification"
_PROVIDER: Final = "modules/github_oidc_provider"


def environment_of(project: Project, target: str) -> Environment:
    refuse_named_stack(target)
    _, environment = resolve_one(project, target)
    composition.refuse_errors(run_rules(None, [environment]))
    return environment


def render_bootstrap(
    project: Project, environment: Environment, repository: str | None, *, no_github: bool
) -> dict[str, str]:
    templates = composition.templates_of(project)
    trust = _trust(project, environment, repository, no_github=no_github)
    composed = composition.compose(project, environment, templates)
    access, running = access_for(project, composed), as_if_it_ran(project, environment)
    standby = resolved.environment() if (resolved := resolve_standby(project, environment)) is not None else None
    if standby is not None:
        bootstrap = f"infragen bootstrap {standby.target} --apply"
        note(f"states are copied to {standby.state_bucket}, which has to be there: `{bootstrap}` makes it")
    stack = build(environment, access, trust, standby, running)
    context = {"environment": environment.settings}
    files = composition.render_checked(project, environment.system.name, templates, [stack], context)
    return {path.removeprefix(f"{NAME}/"): text for path, text in files.items()}


def access_for(project: Project, composed: composition.Composed) -> Access:
    """Return also what a standby needs once it takes over: that day there is no time to change roles."""
    running = as_if_it_ran(project, composed.environment)
    forms = [composed]
    if running is not composed.environment:
        forms.append(composition.compose(project, running, composition.templates_of(project)))
    every = [Folders(one.files) for one in forms]
    blocks = [block for folders in every for folder in folders.names for block in folders.blocks(folder)]
    types = {kind for one in blocks if one.kind in _OBJECTS for kind in one.labels[:1]}
    modules = {folder for folders in every for folder in folders.names}
    objects = _known(_buckets(folders) for folders in every)
    taken = (_code_taken(one.environment, folders) for one, folders in zip(forms, every, strict=True))
    code = _known((objects, *taken))
    access = access_of({*types, *modules}, load_settings(project.root).github.services, objects or (), code)
    if not any(composition.reads_secret_values(one.files) for one in forms):
        access = replace(access, reads_secrets=False)
    for kind in access.unknown:
        note(f"{kind}: not known which permissions it needs; name its service in {FILE}: `[github] services = [...]`")
    return replace(
        access,
        manages_passwords=any(one.kind == "resource" and _MANAGED in one.arguments for one in blocks),
        replicas=tuple(sorted({name for one in forms for name in composition.replicas_read(one.files)})),
        notifying_copies=tuple(sorted({name for folders in every for name in _notifying_copies(folders)})),
        regions=frozenset(stack.region for one in forms for stack in one.stacks),
    )


def _known(found: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    every = [*found]
    return None if None in every else frozenset(name for some in every for name in some or ())


def _buckets(folders: Folders) -> frozenset[str] | None:
    """None unless each is a plain text in a stack's call of a module; nothing behind two modules is looked into."""
    found: set[str] = set()
    for stack in (name for name in folders.names if "/" not in name):
        for call in folders.calls(stack):
            place = f"modules/{call.module}"
            if folders.has(place, _OBJECT):
                found.add(call.text(_BUCKET))
            elif any(folders.has(f"modules/{one}", _OBJECT) for one in folders.modules(place)):
                found.add("")
        if folders.has(stack, _OBJECT):
            found.add("")
    return None if "" in found else frozenset(found)


def _notifying_copies(folders: Folders) -> Iterator[str]:
    """Yield the buckets whose notifications stacks set by a name alone: a stack's own are references."""
    calls = (call for stack in folders.names if "/" not in stack for call in folders.calls(stack))
    names = (one.text("bucket") for one in calls if folders.has(f"modules/{one.module}", _NOTIFICATION))
    return filter(None, names)


def _code_taken(environment: Environment, folders: Folders) -> frozenset[str] | None:
    others = (block for name in folders.names if name != "modules/lambda_function" for block in folders.blocks(name))
    if any(one.labels[:1] == ("aws_lambda_function",) and "s3_bucket" in one.arguments for one in others):
        return None
    return code_buckets(environment)


def _trust(project: Project, environment: Environment, named: str | None, *, no_github: bool) -> Trust | None:
    whole = load_settings(project.root)
    settings, code = whole.github, whole.release.get(environment.system.name)
    repository = named or settings.repository
    bucket = environment.state_bucket
    others = [one.target for one in _all(project) if one.state_bucket == bucket]
    if len(others) > 1:
        hint = "give each environment a bucket of its own: `state: {bucket: ...}` in its file"
        what = f"the bucket {bucket} is shared by {', '.join(others)}: none of them can own it"
        raise InfragenError(Diagnostic("V003", what, hint=hint))
    if no_github:
        return None
    if repository is None:
        if (generated_folder(project, environment) / NAME / "github.tf").exists():
            hint = f"name the repository in {FILE}: `[github] repository = ...`; or add --no-github"
            message = "the roles of CI would be destroyed: no repository is named"
            raise InfragenError(Diagnostic("V002", message, hint=hint))
        note(f"only the bucket: for CI's roles, name the repository with --github or in {FILE}")
        return None
    if not re.fullmatch(REPOSITORY, repository):
        raise InfragenError(Diagnostic("V001", f"{repository!r} is not a repository", hint="write OWNER/NAME"))
    is_own = repository == settings.repository  # whose numbers those of infragen.toml are
    return Trust(
        repository=settings.immutable(repository) if is_own else repository,
        branch=settings.branch,
        owns_provider=settings.oidc_provider == "create" and _owns_provider(project, environment),
        release_branch=code.branches.get(environment.name) if code and releases(environment) else None,
    )


def _all(project: Project) -> Iterator[Environment]:
    for system in project.systems():
        yield from (resolve_one(project, f"{system}/{name}")[1] for name in environments(project, system))


def _owns_provider(project: Project, environment: Environment) -> bool:
    """Whether it makes the account's identity provider: who has it keeps it, so that a new environment takes none."""
    account = environment.settings.account
    sharing = [one for one in _all(project) if one.settings.account == account]
    having = [one for one in sharing if (generated_folder(project, one) / NAME / _PROVIDER).is_dir()]
    owner = (having or sharing)[0].target
    if owner != environment.target:
        note(f"GitHub becomes an identity provider of {account} with `infragen bootstrap {owner}`: apply that first")
    return owner == environment.target
