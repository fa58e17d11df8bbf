"""Rules about levels: whether somebody hears of each, and whether what they are told with is there."""

from collections.abc import Iterator
from typing import Final

from infragen.core.measures import Level, Notify, Outcome
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.kinds import levels
from infragen.kinds.secrets import Secret
from infragen.text import counted

_WHAT: Final = {
    "pagerduty": "the integration key of a service in PagerDuty (Events API v2)",
    "slack": "the URL of an incoming webhook in Slack",
}


@rule("A103")
def _no_alarm_email(environment: Environment) -> Findings:
    settings = environment.settings
    has_alarms = settings.alarms is not False  # None asks for what production has
    if settings.production and has_alarms and settings.alarm_email is None and not settings.alerts:
        message = "production has no `alarm_email`: its alarms go to a topic without subscribers"
        place = environment.at("environment", "production")
        yield Finding(message, place, "add `alarm_email: operations@example.com`, with your own address")


@rule("L111")
def _level_not_declared(environment: Environment) -> Findings:
    known = levels.declared(environment.settings)
    if not known:
        return
    for owner, entry in environment.every():
        for word, said in getattr(entry, "alarms", {}).items():
            level = getattr(said, "level", None)
            if level is not None and level not in known:
                message = f"nobody gets alarms of the level `{level}`: {environment.target} has {', '.join(known)}"
                hint = f"write one of those, or add `alerts: {{{level}: {{slack: true}}}}` to"
                place = environment.at(owner, "alarms", word, "level")
                yield Finding(message, place, f"{hint} {environment.source('environment')}")


@rule("L112")
def _nobody_hears(environment: Environment) -> Findings:
    settings = environment.settings
    for level, delivery in settings.alerts.items():
        if settings.production and not delivery.secrets and not delivery.mail:
            message = f"alarms of the level `{level}` go to a topic without subscribers"
            place = environment.at("environment", "alerts", level, key=True)
            yield Finding(message, place, f"write `{level}: {{mail: [operations@example.com]}}`, with your own address")


@rule("L134")
def _one_topic(environment: Environment) -> Findings:
    first: dict[str, Level] = {}
    for level in levels.declared(environment.settings):
        name = environment.settings.alerts[level].topic or f"alerts-{level}"
        other = first.setdefault(name, level)
        if other != level:
            both = (level, other) if environment.settings.alerts[level].topic else (other, level)
            message = f"the topics of the levels `{both[0]}` and `{both[1]}` are both called `{name}`"
            place = environment.at("environment", "alerts", both[0], "topic")
            yield Finding(message, place, "write another name, or name the recipients of both levels at one of them")


@rule("L113")
def _no_secret(environment: Environment) -> Findings:
    those: dict[tuple[str, str], list[str]] = {}
    for level in levels.declared(environment.settings):
        for asked in environment.settings.alerts[level].secrets.items():
            those.setdefault(asked, []).append(level)
    for (what, name), asking in those.items():
        place = environment.at("environment", "alerts", asking[0], what)
        secret = environment.find(f"secrets/{name}")
        if not environment.knows("secrets", name):
            which = f", which the alarms of {counted(len(asking), 'level')} are passed on with" if asking[1:] else ""
            message = f"there is no secret `{name}` with {_WHAT[what]}{which}"
            file = f"catalog/{environment.system.name}/secrets/{name}.yaml"
            hint = f"add {file}: `{{name: {name}, title: {levels.WHO[what]}, rotation: none, "
            yield Finding(message, place, f"{hint}rotation_why: {levels.WHO[what]} gives it}}`")
        elif isinstance(secret, Secret) and (secret.keys or secret.generate):
            field = "keys" if secret.keys else "generate"
            message = f"secrets/{name} has `{field}`, and is read as one value: {_WHAT[what]}"
            yield Finding(message, environment.at(f"secrets/{name}", field), f"remove `{field}`")


@rule("L114")
def _mail_beside_levels(environment: Environment) -> Findings:
    settings = environment.settings
    if settings.alerts and settings.alarm_email is not None:
        first = levels.declared(settings)[0]
        message = "`alerts` sets the recipients of alarms: `alarm_email` is ignored"
        hint = f"write `alerts: {{{first}: {{mail: [{settings.alarm_email}]}}}}`, and remove it"
        yield Finding(message, environment.at("environment", "alarm_email"), hint)


@rule("L115")
def _only_by_function(environment: Environment) -> Findings:
    settings = environment.settings
    declared = levels.declared(settings)
    deliveries = [settings.alerts[level] for level in declared]
    if settings.production and any(one.secrets for one in deliveries) and not any(one.mail for one in deliveries):
        message = "no one learns of messages that Slack or PagerDuty does not accept: no level has `mail`"
        hint = f"add `mail: [operations@example.com]` to `{declared[0]}`, with your own address"
        yield Finding(message, environment.at("environment", "alerts", key=True), hint)


@rule("L116")
def _nothing_is_watched(environment: Environment) -> Findings:
    settings = environment.settings
    asked = {"alarm_email": settings.alarm_email, "alerts": settings.alerts, "dashboard": settings.dashboard}
    for field in (field for field, said in asked.items() if said and settings.alarms is False):
        message = f"`{field}` has no effect: `alarms: false` turns all alarms off"
        yield Finding(message, environment.at("environment", field, key=True), f"remove `{field}`, or `alarms: false`")


@rule("L117")
def _outcome_of_no_level(environment: Environment) -> Findings:
    known = levels.declared(environment.settings)
    for owner, outcome, level in _said(environment):
        if known and level not in known:
            message = f"no one is notified of the level `{level}`: {environment.target} has {', '.join(known)}"
            hint = f"write one of those, or add `alerts: {{{level}: {{mail: [operations@example.com]}}}}` to"
            place = environment.at(owner, "notify", outcome)
            yield Finding(message, place, f"{hint} {environment.source('environment')}")


@rule("L118")
def _outcome_without_recipients(environment: Environment) -> Findings:
    settings = environment.settings
    if settings.production:  # A103 and L112 say so of production, whatever goes there
        return
    for owner, outcome, level in _said(environment):
        place = environment.at(owner, "notify", outcome)
        if level in settings.alerts:
            delivery = settings.alerts[level]
            if not delivery.secrets and not delivery.mail:
                message = f"no one is notified: the level `{level}` of {environment.target} has no recipients"
                hint = f"write `alerts: {{{level}: {{mail: [operations@example.com]}}}}` in"
                yield Finding(message, place, f"{hint} {environment.source('environment')}")
        elif not settings.alerts and settings.alarm_email is None:
            message = f"no one is notified: {environment.target} has neither `alerts` nor `alarm_email`"
            hint = f"add `alarm_email: operations@example.com` to {environment.source('environment')}"
            yield Finding(message, place, f"{hint}, or `notify: {{{outcome}: null}}` to the entry there")


def _said(environment: Environment) -> Iterator[tuple[str, Outcome, Level]]:
    if environment.settings.alarms is False:
        return
    for owner, entry in environment.every():
        notify: Notify | None = getattr(entry, "notify", None)
        for outcome, level in notify.said.items() if notify is not None else ():
            yield owner, outcome, level


@rule("L119")
def _nothing_unattended(environment: Environment) -> Findings:
    if environment.settings.stands_still_by is not None:  # nothing starts there until it takes over
        return
    for owner, entry in environment.every():
        notify: Notify | None = getattr(entry, "notify", None)
        if notify is not None and notify != Notify() and not getattr(entry, "is_unattended", False):
            message = f"neither a schedule nor a new object starts {owner}: its caller or the queue gets the result"
            hint = "add `triggers: {schedules: ...}`, or remove `notify`: its alarm `errors` reports failures"
            yield Finding(message, environment.at(owner, "notify", key=True), hint)


@rule("L120")
def _told_twice(environment: Environment) -> Findings:
    for owner, outcome, _ in _said(environment):
        said = getattr(environment.find(owner), "alarms", {}).get("errors")
        if outcome == "failure" and said not in (None, "none"):
            message = f"`notify` and the alarm `errors` both tell that {owner} failed"
            hint = "remove one of them: `notify` reports each run, once all attempts failed"
            yield Finding(message, environment.at(owner, "alarms", "errors", key=True), hint)
