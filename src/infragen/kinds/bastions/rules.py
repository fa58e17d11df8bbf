"""Rules about bastions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from infragen import availability
from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry
from infragen.core.rule import At, Environment, Finding, Findings, rule
from infragen.diagnostics import Location
from infragen.kinds import endpoints, kinds
from infragen.kinds.bastions.build import SESSIONS, is_copy, is_public, recorded
from infragen.kinds.bastions.model import NEWEST, Bastion


@rule("W131", of=Bastion)
def _no_way(bastion: Bastion, at: At) -> Findings:
    for used in sorted(bastion.uses):
        if (kind := kinds().get(used.partition("/")[0])) is not None and kind.network.data_tier == "none":
            known = ", ".join(one.name for one in kinds().values() if one.network.data_tier != "none")
            message = f"{at.owner} leads to databases and caches in the VPC, and {used} is none"
            place = at("uses", used, key=True)
            yield Finding(message, place, f"remove it; entries of these kinds can be reached: {known}")


def _leads_to_any(environment: Environment, bastion: Bastion) -> bool:
    return any(environment.knows(*used.split("/")) for used in bastion.uses)


@rule("W132", of=Bastion)
def _nowhere(bastion: Bastion, at: At, environment: Environment) -> Findings:
    if not _leads_to_any(environment, bastion):
        hint = f"add `uses: {{databases/NAME: {{why: ...}}}}`, or write `bastions: {{{bastion.name}: null}}`"
        yield Finding(f"{at.owner} leads to nothing here, and is one more host to attack", at("uses"), hint)


@rule("D205", of=Bastion)
def _class(bastion: Bastion, at: At, environment: Environment) -> Findings:
    region = environment.settings.region
    if bastion.size in availability.classes(_HOSTS) and (message := availability.missing(_HOSTS, bastion.size, region)):
        other = f"t3.{bastion.size.rpartition('.')[2]}"
        yield Finding(message, at("size"), f"write `size: {other}`, which every region has, and an image for x86_64")


_HOSTS: Final = "host"
"""Of these the lists have burstable types alone."""


@rule("W133")
def _unreached(environment: Environment) -> Findings:
    missing = sorted(SESSIONS - {*endpoints.interface_endpoints(environment)})
    if not missing or environment.settings.network.nat != "none":
        return
    for name, bastion in environment.all(Bastion).items():
        if not is_public(bastion, BuildContext(environment, {}, f"bastions/{name}")):
            lacks = f"it has no route to Session Manager ({', '.join(missing)})"
            message = f"bastions/{name} is unreachable: `allow` permits no SSH, and {lacks}"
            hint = f"add {' and '.join(f'`{one}`' for one in missing)} to `network.endpoints`, or `nat: single`"
            yield Finding(message, environment.at(f"bastions/{name}", "allow"), hint)


@rule("W147")
def _unrecorded(accounts: tuple[Environment, ...]) -> Findings:
    kept = {(one.settings.account, one.settings.region) for one in accounts if recorded(one)}
    for environment in accounts:
        settings = environment.settings
        if not settings.production or (settings.account, settings.region) in kept:
            continue
        for name in environment.all(Bastion):
            message = f"nothing records what is typed in shells on bastions/{name} of {environment.target}"
            setting = "`account_settings: {session_log: {retention: 365 days}}`"
            hint = f"add {setting} to {environment.source('environment')}"
            yield Finding(message, environment.at(f"bastions/{name}", "name"), hint)


@rule("W137", of=Bastion)
def _no_key(bastion: Bastion, at: At) -> Findings:
    if bastion.allow and not bastion.is_public:
        message = f"`allow` opens no port: {at.owner} has no key that anybody could sign in with"
        hint = "write `allow: []`, since Session Manager needs no port; or add `instance_connect: true` or `key_name`"
        yield Finding(message, at("allow"), hint)
    elif bastion.instance_connect and not bastion.allow:
        message = "`instance_connect` installs keys for a port that `allow: []` opens to nobody"
        yield Finding(message, at("instance_connect"), "remove it: people come by Session Manager")


@rule("W149", of=Bastion)
def _whose_addresses(bastion: Bastion, at: At) -> Findings:
    if bastion.tier == "public" and not bastion.allow:
        message = f"{at.owner} is in a public subnet, and `allow` has no addresses that it is for"
        yield Finding(message, at("allow"), "write the company's addresses: `allow: [203.0.113.0/24]`, or `tier: app`")


@rule("W134")
def _other_region(environments: tuple[Environment, ...]) -> Findings:
    found: dict[tuple[str, str], list[Environment]] = {}
    for environment in sorted(environments, key=lambda one: bool(one.settings.standby_of or one.settings.follows)):
        for name, bastion in environment.all(Bastion).items():
            found.setdefault((name, bastion.ami), []).append(environment)
    for (name, ami), those in found.items():
        of_most = Counter(one.settings.region for one in those).most_common(1)[0][0]
        own = next(one for one in those if one.settings.region == of_most)
        for environment in those:
            region = environment.settings.region
            if region != of_most:
                message = f"{ami} is an image of one region, and {own.target} makes its bastion of it in {of_most}"
                mend = f"bastions: {{{name}: {{ami: ami-...}}}}"
                hint = f"write `{mend}` in {environment.source('environment')}; `{NEWEST} --region {region}` prints it"
                yield Finding(message, environment.at(f"bastions/{name}", "ami"), hint)


@rule("D157")
def _nobody_runs_its_sql(environment: Environment) -> Findings:
    if environment.settings.production:
        copies = {owner: entry for owner, entry in _made_by_hand(environment) if is_copy(entry, environment)}
        for owner, place, hint, _ in _out_of_reach(environment, copies):
            what = f"run the SQL that creates the users of {owner}"
            if owner in copies:
                what = f"log in to {owner} once {environment.target} has taken over"
            yield Finding(f"no one can {what}: only entries that use it can connect", place, hint)


@rule("W135")
def _not_led_to(environment: Environment) -> Findings:
    for owner, place, hint, bastion in _out_of_reach(environment):
        if bastion is not None and not environment.settings.production:
            message = f"the users of {owner} are created by hand, and bastions/{bastion} does not lead there"
            yield Finding(message, place, hint)


@rule("W136")
def _no_bastion(environment: Environment) -> Findings:
    for owner, place, hint, bastion in _out_of_reach(environment):
        if bastion is None and not environment.settings.production:
            admits = "its security group admits only entries that use it"
            yield Finding(f"the users of {owner} are created by hand, and {admits}", place, hint)


def _out_of_reach(
    environment: Environment, copies: Mapping[str, Entry] | None = None
) -> Iterator[tuple[str, Location, str, str | None]]:
    """Yield where that is mended, how, and a bastion; `copies` bring their users, and a job may reach them."""
    bastions = {name: one for name, one in environment.all(Bastion).items() if _leads_to_any(environment, one)}
    said = environment.origins["environment"].home.document.data.get("bastions")
    left_out = tuple(name for name, one in said.items() if one is None) if isinstance(said, dict) else ()
    accepted = left_out
    if environment.settings.production:  # where there is a reason for leaving a way in out
        accepted = tuple(one for one in left_out if environment.assumption("environment", ("bastions", one)))
    if environment.broken or (not bastions and (environment.all(Bastion) or accepted)):
        return
    reached = {used for bastion in bastions.values() for used in bastion.uses}
    jobs = [job for name, job in environment.every() if name.startswith("jobs/")]
    by_jobs = {used for job in jobs for used in getattr(job, "uses", ())}
    # A copy of what an environment follows brings its users.
    needed = {owner: one for owner, one in _made_by_hand(environment) if not is_copy(one, environment)}
    for owner, entry in sorted({**needed, **(copies or {})}.items()):
        if owner in reached or (copies and owner in copies and owner in by_jobs):
            continue
        if bastions:
            name = next(iter(bastions))
            yield owner, environment.at(f"bastions/{name}", "uses"), f"add `{owner}: {{}}` to its `uses`", name
        elif left_out:
            reason = f"`assumptions: {{bastions.{left_out[0]}: ...}}`"
            hint = f"remove `{left_out[0]}: null`, or explain how people create its users: {reason}"
            yield owner, environment.at("environment", "bastions", left_out[0]), hint, None
        else:
            engine = getattr(entry, "kind_of_engine", None)
            other = ", or write `data_api: true`" if engine is not None and engine.is_aurora else ""
            hint = f"`infragen new bastion main` writes a way in for people{other}"
            yield owner, environment.at(owner, "name"), hint, None


def _made_by_hand(environment: Environment) -> Iterator[tuple[str, Entry]]:
    ctx = BuildContext(environment, {})
    for owner, entry in environment.every():
        if kinds()[entry.KIND].operations.create_users_command(entry, ctx.of(owner)) is not None:
            yield owner, entry
