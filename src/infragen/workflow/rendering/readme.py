"""The pages beside an environment's stacks: its README, what no `.tf` file says, and its runbooks.

The README is for who reviews a change of these files, and for who goes on without infragen. It says nothing that needs
AWS or depends on a date.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from infragen.catalog import Environment, Project
from infragen.core.build_context import BuildContext
from infragen.core.delivery import Release
from infragen.core.expressions import Export, Generated, Published
from infragen.core.operations import About, OutputLine
from infragen.core.standby import Holding, by_need
from infragen.core.takeover import Runbook
from infragen.environment import resolve_standby
from infragen.hcl.folders import Folders
from infragen.hcl.literal import Reference
from infragen.kinds import firewalls, kinds, mesh
from infragen.kinds.bffs import Bff, is_unreached
from infragen.kinds.databases import Database
from infragen.kinds.databases.users import MIGRATE
from infragen.kinds.zones.names import VALIDATION, made_zone
from infragen.markdown import code, fenced, in_markdown, plain
from infragen.render.render import entries_by_address, render_file, with_header
from infragen.render.templates import Templates
from infragen.rules.placeholders import placeholders_of
from infragen.rules.quotas import exceeded
from infragen.stacks.build import Draft, in_force
from infragen.stacks.graph import without_way_in
from infragen.stacks.model import README, Stack, StackFile
from infragen.stacks.running import contents, databases_of, images, migrations, releases, rollouts
from infragen.stacks.standbys import holdings, lacking
from infragen.stacks.takeovers import runbook_of

_TEMPLATE: Final = f"stacks/_environment/{README}"
_SEARCH: Final = "opensearchservice.amazonaws.com"
ONCE: Final[Mapping[str, tuple[str, str]]] = {
    "aws_api_gateway_account": ("the role with which API Gateway writes logs; another one is replaced", ""),
    "aws_config_configuration_recorder": ("the recorder of AWS Config; another one has to go first", ""),
    "aws_ebs_encryption_by_default": ("the default encryption of EBS volumes; what is set is replaced", ""),
    "aws_ecr_replication_configuration": ("the replication of Amazon ECR; other rules are replaced", ""),
    "aws_guardduty_detector": (
        "the detector of GuardDuty; adopt one that is there",
        "$(aws guardduty list-detectors --region {region} --query 'DetectorIds[0]' --output text)",
    ),
    "aws_iam_service_linked_role": (
        "the service-linked role of OpenSearch Service; adopt one that is there",
        f"arn:aws:iam::{{account}}:role/aws-service-role/{_SEARCH}/AWSServiceRoleForAmazonOpenSearchService",
    ),
    "aws_ssm_document": (
        "the preferences of Session Manager; adopt those that somebody saved",
        "SSM-SessionManagerRunShell",
    ),
}
"""Types of which AWS has one in an account or a region: what becomes of one that is there, and its id for an import."""
CLOSED: Final = {
    "aws_timestreamwrite_table": (
        "an account that was a customer of Amazon Timestream for LiveAnalytics before 20 June 2025, since AWS takes no"
        " new ones (Amazon Timestream Developer Guide: availability change); for another account, leave `timeseries`"
        " out of the catalogue"
    ),
}
"""What AWS makes for no new customer, by the type of resource."""


_Values = Mapping[str, object]
"""What the template reads of one thing, by name: Markdown, texts, and lists of such."""


def readme(
    templates: Templates,
    made: Draft,
    stacks: Sequence[Stack],
    files: Mapping[str, str],
    running: Environment,
    other: Environment | None,
) -> str:
    """Return the text of the README, below its header; InfragenError where the project's own template of it is wrong.

    `made` has been rendered: it knows which outputs the stacks publish. `running` is its environment as if it ran, and
    `other` who stands by for it, or whose standby it is.
    """
    environment, folders = made.environment, Folders(files)
    primary, standby = (other, None) if environment.settings.standby_of is not None else (None, other)
    begun_of = environment.settings.standby_of or environment.settings.follows  # whose copies it begins with
    delivered = releases(environment)
    by_tag = sorted({owner for stack in stacks for owner, _ in images(made, stack.name)} - delivered.keys())
    bffs = (f"bffs/{name}" for name, bff in environment.all(Bff).items() if is_unreached(bff, environment))
    unreached = [*without_way_in(environment), *bffs]
    found = placeholders_of(environment) if environment.settings.production else ()
    examples = sorted(found, key=lambda one: one.setting)
    release = f"infragen release {environment.target}"
    context = {
        "target": _span(environment.target),
        "order": [*_order(stacks, environment.settings.region)],
        "unguarded": [  # what answers before it has its firewall, where those are in a stack of their own
            {"owner": _span(owner), "home": _span(home)}
            for (owner, role), home in sorted(made.wiring.homes.items())
            if role == firewalls.ROLE
        ],
        "primary": begun_of and _span(f"{environment.system.name}/{begun_of}"),
        "upgraded": _upgraded(made, other),
        "states": Reference(f"{_code(environment.state_bucket)} ({environment.state_region})"),
        "state_copies": standby and Reference(f"{_code(standby.state_bucket)} ({standby.state_region})"),
        "has_clusters": any("aws_ecs_cluster." in one for stack in stacks for one in folders.resources(stack.name)),
        "once": [*_once(environment, stacks, folders)],
        "awaited": [*_awaited(made, stacks, folders)],
        "steps": [*_by_hand(made)],
        "repairs": [*_alike(made, "repair")],
        "for_code": [
            *(
                _item(f"{_code(one.owner)}: {_prose(one.line.what)}: {_code(_text(made, one.line))}")
                for one in made.outputs
                if one.line.about == "code"
            ),
            *(_lacking(running, primary) if primary is not None else ()),
        ],
        "unreached": [_item(_names(unreached))] if unreached else [],
        "has_mesh": any(mesh.called(environment)) and BuildContext(environment, in_force(environment)).has(mesh.NAME),
        "uploads": [
            {"owner": _span(owner), "uri": _span(one.static_files.uri)}
            for owner, one in delivered.items()
            if one.static_files is not None
        ],
        "delivers": bool(delivered),
        "runs": _spans(owner for owner, one in delivered.items() if one.run is not None),
        "still": environment.settings.stands_still_by,
        "shifted": _spans(owner for owner, one in delivered.items() if one.shift is not None),
        "others": _spans(owner for owner, one in delivered.items() if one.run is None and one.shift is None),
        "kept": [*_kept(delivered)],
        "by_tag": _spans(by_tag),
        "release": _span(f"{release} --tag TAG"),
        "goes_back": _span(f"{release} --back"),
        "ends_last": _span(f"{release} --end-last"),
        "despite_alarms": _span(f"{release} --tag TAG --despite-alarms"),
        "lines": [*_lines(environment)],
        "quotas": [*_quotas(running, other)],
        "examples": [
            _item(f"{_code(one.setting)}: {_code(one.placeholder.text)}, {one.placeholder.what}") for one in examples
        ],
        "standby": _standby(running, standby),
        "code_of_standby": standby and _code_of_standby(standby, by_tag=by_tag),
    }
    source = environment.source("environment")
    return render_file(templates, README, StackFile(README, _TEMPLATE, context, None, source))


def _code(text: str) -> str:
    return code(" ".join(text.split()), in_table=False)


def _span(text: str) -> Reference:
    return Reference(_code(text))


def _spans(names: Iterable[str]) -> Reference | None:
    return Reference(text) if (text := _names(names)) else None


def _prose(text: str) -> str:
    return in_markdown(text, in_table=False)


def _block(text: str) -> Reference:
    return Reference("\n".join(f"  {line}" for line in fenced("sh", text.splitlines()).splitlines()))


def _item(said: str, mark: str = "-") -> Reference:
    return Reference(f"{mark} {said}")


def _step(said: str, code: Reference | None = None) -> _Values:
    return {"line": _item(said), "code": code}


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(_code, names))


def _order(stacks: Sequence[Stack], region: str) -> Iterator[Reference]:
    for number, stack in enumerate(stacks, 1):
        place = f" in {stack.region}" if stack.region not in ("", region) else ""
        on = f", on {_names(stack.upstreams)}" if stack.upstreams else ""
        yield _item(f"{_code(stack.name)}{place}{on}", f"{number}.")


def _upgraded(made: Draft, other: Environment | None) -> _Values | None:
    own = made.environment
    if other is None:
        return None
    first, last = (own, other) if own.settings.standby_of is not None else (other, own)
    nights = set()
    for owner, _ in own.each(Database):
        copy, source = first.find(owner), last.find(owner)
        if isinstance(copy, Database) and isinstance(source, Database) and copy.global_database:
            stack = _code(made.wiring.homes[owner, "data"])
            nights.add((stack, _night(copy, first), _night(source, last)))
    lines = [_item(f"{stack}: {copies}, then {writers}") for stack, copies, writers in sorted(nights)]
    return {"first": _span(first.target), "last": _span(last.target), "nights": lines} if nights else None


def _night(database: Database, environment: Environment) -> str:
    day, window = database.maintenance.when(database, environment.settings)
    return f"{day.capitalize()} {window}"


def _awaited(
    made: Draft, stacks: Sequence[Stack], folders: Folders
) -> Iterator[tuple[Reference, tuple[Reference, ...]]]:
    zones = _zones(made.environment, stacks, folders)
    for stack in stacks:
        types = {address.split(".")[-2] for address in folders.resources(stack.name)}
        said = (
            *(words for kind, words in CLOSED.items() if kind in types),
            *_prerequisites(made, stack.name),
            *_brought(made, stack.name),
            *(f"the name servers of {_code(one)} in its parent zone, for a certificate" for one in zones[stack.name]),
            *_users(made, stack.name),
            *_migrations(made, stack.name),
        )
        if said:
            yield _span(stack.name), tuple(map(_item, said))


def _brought(made: Draft, stack: str) -> Iterator[str]:
    brought = {content for _, content in contents(made, stack)}
    kinds_of = {
        "images": {image.text for _, image in images(made, stack)},
        "code": {one.text for one in brought if one.bucket},
        "values of secrets": {one.name for one in brought if not one.bucket},
    }
    yield from (f"{what}: {_names(sorted(names))}" for what, names in kinds_of.items() if names)


def _zones(environment: Environment, stacks: Sequence[Stack], folders: Folders) -> Mapping[str, list[str]]:
    every = ((stack.name, *pair) for stack in stacks for pair in folders.resources(stack.name).items())
    waits = [(stack, block) for stack, address, block in every if VALIDATION in address]
    owners = entries_by_address(stacks, folders.files) if waits else {}
    zones = [(stack, made_zone(environment, owners.get((stack, block), ""))) for stack, block in waits]
    domains = {(stack, zone.answers_for(environment)) for stack, zone in zones if zone}
    return {stack.name: sorted(domain for where, domain in domains if where == stack.name) for stack in stacks}


def _prerequisites(made: Draft, stack: str) -> Iterator[str]:
    ctx = BuildContext(made.environment, in_force(made.environment))
    here = {owner for (owner, _), home in made.wiring.homes.items() if home == stack}
    for owner, entry in made.environment.every():
        if owner in here:
            yield from kinds()[entry.KIND].operations.prerequisites(entry, ctx.of(owner))


def _once(environment: Environment, stacks: Sequence[Stack], folders: Folders) -> Iterator[_Values]:
    settings = environment.settings
    for stack in stacks:
        for address in sorted(folders.resources(stack.name)):
            is_own = address.startswith("module.")  # hand-written Terraform has documents and roles of its own
            said, found = ONCE.get(address.split(".")[-2], ("", "")) if is_own else ("", "")
            adopted = found.format(account=settings.account, region=stack.region or settings.region)
            command = f'infragen import {environment.target} stacks/{stack.name} {address}="{adopted}"'
            if said:
                yield _step(_prose(said), _block(command) if found else None)


def _users(made: Draft, stack: str) -> Iterator[str]:
    environment, homes = made.environment, made.wiring.homes
    ctx = BuildContext(environment, in_force(environment))
    here = {owner for (owner, role), home in homes.items() if (role, home) == ("compute", stack)}
    for owner, entry in environment.every():
        script = kinds()[entry.KIND].operations.users_script(entry, ctx.of(owner))
        if script is not None and not here.isdisjoint(chain.from_iterable(script.users.values())):
            file = f"{homes[owner, 'data']}/{script.path}"
            yield f"users of {_code(owner)}: run {_code(file)} there"


def _migrations(made: Draft, stack: str) -> Iterator[str]:
    deployed = [owner for owner, one in rollouts(made, stack).items() if one.is_terraform_s]
    for owner in migrations(made, stack):
        databases = databases_of(made.environment, owner, MIGRATE)
        after = [one for one in deployed if databases & databases_of(made.environment, one)]
        if after:
            yield f"migrations: {_code(owner)}, applied alone and run, before new code of {_names(after)} is applied"


def _by_hand(made: Draft) -> Iterator[_Values]:
    """Name a secret with a script: it is run as the master user, whose secret is an entry's first."""
    secrets = {one.owner: one.line for one in reversed(made.outputs) if one.line.about == "secret"}
    for one in made.outputs:
        line = one.line
        if line.about == "next" and not (line.is_command or any(line.exports)):
            said = f"{_code(one.owner)}: {_prose(line.what)}: {_code(_text(made, line))}"
            secret = secrets.get(one.owner) if isinstance(line.value, Generated) else None
            shown = None if secret is None else _block(_text(made, secret))
            yield _step(said if secret is None else f"{said}; {_prose(secret.what)}", shown)
    yield from _alike(made, "next")


def _alike(made: Draft, about: About) -> Iterator[_Values]:
    alike: dict[tuple[str, int], dict[str, str]] = {}
    for one in made.outputs:
        if one.line.about == about and (one.line.is_command or any(one.line.exports)):
            text = _text(made, one.line)
            alike.setdefault((one.line.what, len(text.split())), {}).setdefault(one.owner, text)
    for (what, _), texts in alike.items():
        first, *others = texts
        likewise = f", and likewise for {_names(others)}" if others else ""
        yield _step(f"{_code(first)}{likewise}: {_prose(what)}", _block(texts[first]))


def _lacking(environment: Environment, primary: Environment) -> Iterator[Reference]:
    said = environment.settings.differs.get(primary.name, {})
    for owner, giver, names in lacking(primary, environment):
        own = f"{giver.replace('/', '.')}."
        reasons = "; ".join(why for path, why in said.items() if giver and f"{path}.".startswith(own))
        of, because = f" of {_code(giver)}" if giver else "", f" ({plain(reasons)})" if reasons else ""
        there = _code(primary.target)
        yield _item(f"{_code(owner)}: here it lacks what it has{of} in {there}{because}: {_names(names)}")


def _kept(delivered: Mapping[str, Release]) -> Iterator[_Values]:
    alike: dict[tuple[int, str], list[str]] = {}
    for owner, one in delivered.items():
        if one.shift is not None:
            alike.setdefault((one.shift.seconds // 60 + one.shift.keep_minutes, one.region), []).append(owner)
    ends = "aws deploy continue-deployment --deployment-id ID --deployment-wait-type TERMINATION_WAIT --region"
    for (minutes, region), owners in alike.items():
        yield {"owners": _spans(owners), "minutes": minutes, "ends": _span(f"{ends} {region}")}


def _code_of_standby(standby: Environment, *, by_tag: Sequence[str]) -> Reference | None:
    ways = ["apply it after a tag here has changed"] if any(map(standby.find, by_tag)) else []
    if any(one.service is not None for one in releases(standby).values()):
        command = _code(f"infragen release {standby.target} --tag TAG")
        ways.insert(0, f"release there as well, once the image is in {standby.settings.region} ({command})")
    said = f"Nothing of this reaches {_code(standby.target)}, which starts what it has: {', and '.join(ways)}."
    return Reference(said) if ways else None


def _lines(environment: Environment) -> Iterator[Reference]:
    found: dict[str, list[str]] = {}
    for owner, entry in environment.every():
        if (router := getattr(getattr(entry, "log_route", None), "router", None)) is not None:
            found.setdefault(router.selected, []).append(owner)
    yield from (_item(f"{_names(owners)}: {_prose(selected)}") for selected, owners in found.items())


def _text(made: Draft, line: OutputLine) -> str:
    if isinstance(line.value, Export | Published):  # a command in an output has quotes of its own
        return f'eval "$({_read(made, line.value, " -raw")})"' if line.is_command else _read(made, line.value)
    text = ""
    for piece in line.pieces:
        if isinstance(piece, Export | Published):
            inside = f"$({_read(made, piece, ' -raw')})"
            text += f"'\"{inside}\"'" if text.count("'") % 2 else inside
        elif isinstance(piece, Generated):
            text += f"{made.wiring.homes[piece.owner, piece.role]}/{piece.path}"
        else:
            text += str(piece)
    return text


def _read(made: Draft, value: Export | Published, how: str = "") -> str:
    if isinstance(value, Published):
        return f"terraform -chdir={value.stack} output{how} {value.name}"
    stack, name = made.wiring.home_of(value), made.wiring.name_of(value)
    if value.key is None:
        return f"terraform -chdir={stack} output{how} {name}"
    return f"terraform -chdir={stack} output -json {name} | jq -r '.[\"{value.key}\"]'"


def _quotas(environment: Environment, other: Environment | None) -> Iterator[_Values]:
    """Yield what to ask for, rounded up, so that not each new task changes it; of a standby, for when it runs."""
    for quota, needed, _ in exceeded((environment,), others=(other,) if other else (), or_full=True):
        is_full = needed == quota.default
        step = 5 * 10 ** max(0, len(str(needed)) - 2)
        wanted = -(-(needed + is_full) // step) * step
        said = f"{quota.name}: {wanted:,}, where an account begins with {quota.default:,}"
        if is_full:
            said += ", all of which are needed: nothing else in the account may have one"
        yield _step(said, _block(quota.request(wanted, environment.settings.region)))


def standby_of(project: Project, environment: Environment) -> Environment | None:
    resolved = None if environment.settings.standby_of else resolve_standby(project, environment)
    return None if resolved is None or resolved.problems else resolved.environment()


def _standby(environment: Environment, found: Environment | None) -> _Values | None:
    primary = environment.settings.standby_of
    if primary is not None:
        other = _code(f"{environment.system.name}/{primary}")
        said = f"It takes over from {other}, whose [README](../{primary}/{README}) says what it has."
        return {"line": Reference(said), "held": ()}
    if found is None:
        return None
    region = environment.settings.region
    said = f"{_code(found.target)} ({found.settings.region}) takes over when {region} is lost"
    promised = environment.settings.recovery
    if promised is not None:
        said += f", within {promised.rto_hours} h, and with at most {promised.rpo_hours} h of data lost"
    held = by_need(holdings(environment, found))
    line = f"{said}, by the steps of [failover.md](failover.md); [failback.md](failback.md) leads back."
    parts = [
        (heading, [*_held(some)])
        for heading, wanted in (("It has:", True), ("It lacks:", False))
        if (some := [one for one in held if one.held.is_enough is wanted])
    ]
    return {"line": Reference(line), "held": parts}


def _held(holdings: Iterable[Holding]) -> Iterator[Reference]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in holdings:
        found.setdefault((one.held.need, one.words), []).append(one.owner)
    yield from (_item(f"{need}: {_prose(words)}: {_names(owners)}") for (need, words), owners in found.items())


def runbook_pages(primary: Environment, standby: Environment) -> Mapping[str, str]:
    """They are the primary's: the standby is rendered anew on the way, and is none any more then."""
    ways = runbook_of("failover", primary, standby), runbook_of("failback", standby, primary)
    paths = {f"{one.action}.md": page(one) for one in ways}
    return {path: with_header(path, f"{text}\n", primary.source("environment")) for path, text in paths.items()}


def page(found: Runbook) -> str:
    when, *said = found.head()
    lines = [f"# {found.heading}", "", in_markdown(when), "", *(f"- {in_markdown(one)}" for one in said)]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"## {number}. {title}"]
        for step in steps:
            lines += ["", f"**{in_markdown(step.what)}** ({step.minutes} min)"]
            if step.remarks:
                lines += ["", *(f"- {in_markdown(one)}" for one in step.remarks)]
            if step.commands:
                typed = [line for command, shows in step.typed() for line in (command, shows and f"# {shows}") if line]
                lines += ["", fenced("sh", typed).rstrip("\n")]
    if found.held:
        lines += ["", f"## What {found.taking.target} holds", "", "| of its | entry | there is |", "|---|---|---|"]
        lines += [f"| {one.held.need} | {code(one.owner)} | {in_markdown(one.words)} |" for one in by_need(found.held)]
    return "\n".join(lines)
