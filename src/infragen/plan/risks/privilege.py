"""Privilege: someone may do more than before.

Only what a change adds is a risk: what a policy allows already is not told again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from infragen.effort import spend
from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.risk import LOOKS, Action, Level, Risk, RiskKind
from infragen.plan.risks import types
from infragen.plan.risks.conditions import Test, fits, tests
from infragen.plan.risks.denials import denials_lost, widened
from infragen.plan.risks.lookups import blocks, emptied, shown, texts, word
from infragen.plan.risks.policy_documents import Statement, account_of, accounts, allowed, each, sentence, unsaid
from infragen.plan.risks.types import ESCALATIONS, HARMLESS_POLICIES, MANAGED_POLICIES, judging, rows, table
from infragen.plan.view import View
from infragen.redaction.values import Value
from infragen.text import first_of

_risk = RiskKind.PRIVILEGE.risk
_Found = tuple[Level, str]
_FULL = (Level.HIGH, "*:* on *: full access")
_ALL_OF_A_KIND = re.compile(r"arn:[\w*?-]*:[\w*?-]+:[\w*?-]*:[\w*?-]*:(?:[\w-]+[/:])?(?=[?/-]*\*)[*?/-]++", re.ASCII)
"""All roles of an account (`arn:aws:iam::1:role/*`), all secrets, all objects of all buckets."""
_READS_SECRETS = "secretsmanager:getsecretvalue"
"""Secrets Manager User Guide "Permissions policy examples": on all resources, all secrets of the account and region."""
_STARTS = frozenset(one[:4] for one in ESCALATIONS)
_MOST_STATEMENTS = 4
_LETS_IN = re.compile(r"(ForAnyValue:)?(String(Equals(IgnoreCase)?|Like)|Arn(Equals|Like))(IfExists)?", re.IGNORECASE)
_NAMES_AN_OWNER = re.compile(
    r"sub$|repository|job_workflow_ref|enterprise|namespace|project|user|organi[sz]ation|terraform_"
)
"""Claims that identify an owner; a branch or an event has the same name everywhere."""
_ANY = re.compile(r"[*?]+")
_FOR_EVERYONE = {
    "agent.buildkite.com": "Buildkite",
    "app.terraform.io": "HCP Terraform",
    "gitlab.com": "GitLab",
    "token.actions.githubusercontent.com": "GitHub",
}
_OWNER = re.compile(r"\w+:[^/:*?]+[/:]")
"""The owner in a subject, whole: `repo:acme/...`, `organization:acme:...`."""
_CALLED = re.compile(r"arn:aws[\w-]*:(?:scheduler|states):::(aws-sdk:)?(\w+):(\w+)", re.ASCII)
_HARMS = re.compile(
    r"(?i)(?!deleteMessage)(add\w*Perm|authorize|de(lete|register)|disable|modify\w*Attr|purge|put\w*(Acl|Policy)|revoke"
    r"|terminate)"
)
_DOCUMENT = re.compile(r"arn:aws[\w-]*:ssm:[\w-]*:\d*:document/", re.ASCII)
_GIVING = frozenset({
    *("cloudcontrol", "cloudformation", "iam", "identitystore", "kms", "lambda", "organizations", "secretsmanager"),
    *("ssm", "ssoadmin", "sts"),
})  # fmt: skip


def _added(view: View, name: str, find: Callable[[Value], Iterable[_Found]]) -> Iterator[Risk]:
    if view.action is Action.DELETE:
        return
    after = {*find(view.expected(name))}
    before = {*find(view.before(name))} if after else after
    if _FULL not in before:
        for level, reason in sorted(after - before):
            yield _risk(level, reason)


def _rights(value: Value) -> Iterator[_Found]:
    return (found for statement in allowed(value) for found in _rights_of(statement))


def _rights_of(statement: Statement) -> Iterator[_Found]:
    where = "*" if statement.everywhere else next(filter(_ALL_OF_A_KIND.fullmatch, statement.resources), None)
    if where is None:
        return
    if not statement.everywhere:
        yield from _gained(statement, where)
        return
    if statement.but:
        yield Level.MEDIUM, f"everything except {', '.join(statement.actions[:3])} on *"
        return
    if any(all(map(_is_all, action.split(":"))) for action in statement.actions):
        yield (Level.MEDIUM, f"{_FULL[1]}, under a condition") if statement.conditional else _FULL
        return
    for action in statement.actions:
        service, _, rest = action.partition(":")
        if service.lower() == "iam" and _is_all(rest):
            yield Level.HIGH, f"{action} on *: it may grant itself any permission"
        elif _is_all(rest):
            yield Level.MEDIUM, f"{action} on *: everything in {service}"
        else:
            yield from _gained(statement._replace(actions=(action,)), where)


def _gained(statement: Statement, where: str) -> Iterator[_Found]:
    for action in statement.actions if not statement.but else ():
        if _escalates(action.lower()):
            yield Level.MEDIUM, f"{action} on {where}: it may gain the permissions of others"
        elif statement.is_unlimited and fits(_READS_SECRETS, action.lower()):
            yield Level.HIGH, f"{action} on {where}: it may read every secret of the account"


def _is_all(pattern: str) -> bool:
    return "*" in pattern and not pattern.strip("*?")


def _escalates(action: str) -> bool:
    if "*" not in action and "?" not in action:
        return action in ESCALATIONS
    spend(len(ESCALATIONS) >> 1)
    return action[:4] in _STARTS and any(fits(one, action) for one in ESCALATIONS)


def _new_statements(view: View, holder: str) -> Iterator[Risk]:
    """`holder` is the attribute that names the identity; empty for a policy that is attached to none at first."""
    if view.action is Action.DELETE or (view.before("policy") is None and (not holder or view.is_for_new(holder))):
        return
    yield from _more([view.before("policy")], [view.expected("policy")])


def _more(before: Iterable[Value], after: Iterable[Value]) -> Iterator[Risk]:
    known, now = ((*each(allowed, policies),) for policies in (before, after))
    found = [one for one in unsaid(known, now) if not [*_rights_of(one)]]
    for statement in found[:_MOST_STATEMENTS]:
        yield _risk(Level.MEDIUM, f"it may do more: {sentence(statement)}")
    if len(found) > _MOST_STATEMENTS:
        yield _risk(Level.MEDIUM, f"it may do more: {len(found) - _MOST_STATEMENTS} more statements are new or wider")


def _inline_statements(view: View) -> Iterator[Risk]:
    if view.action is Action.UPDATE:
        sides = ([one.get("policy") for one in blocks(side("inline_policy"))] for side in (view.before, view.expected))
        yield from _more(*sides)


def _managed(value: Value) -> Iterator[_Found]:
    for arn in texts(value):
        name = arn.rpartition("/")[2]
        if name in MANAGED_POLICIES:
            level, said = MANAGED_POLICIES[name]
            yield Level[level], f"{said} ({name})"


def _unread(view: View, name: str) -> Iterator[Risk]:
    known = {*texts(view.before(name))}
    for arn in texts(view.expected(name)) if view.action is not Action.DELETE else ():
        policy = arn.rpartition("/")[2]
        is_known = policy in MANAGED_POLICIES or policy in HARMLESS_POLICIES or ":aws:policy/service-role/" in arn
        if arn not in known and not is_known and not view.named_by((arn,), {"aws_iam_policy"}):
            yield _risk(Level.MEDIUM, f"what {policy} allows is not in this plan")


def _attached(view: View) -> Iterator[Risk]:
    """Source: the provider's page of `aws_iam_policy_attachment`."""
    sets = (({*texts(view.expected(name))}, {*texts(view.before(name))}) for name in ("users", "roles", "groups"))
    added = sorted(one for after, before in sets for one in after - before)
    policy = (word(view.after("policy_arn")) or "").rpartition("/")[2]
    if added and view.action is Action.UPDATE and policy not in HARMLESS_POLICIES:
        found = [*_managed(view.after("policy_arn"))] or [(Level.MEDIUM, f"what {policy} allows")]
        for level, said in found:
            yield _risk(level, f"{said} is given to {first_of(added)}")


def _trust(view: View) -> Iterator[Risk]:
    # IAM User Guide "AWS JSON policy elements: Principal". An account that is none of the plan's own is another; where
    # a plan does not say which are its own, every account that a new role names is shown, as a lesser risk.
    yield from _added(view, "assume_role_policy", _anybody_trusted)
    own = view.accounts | ({account_of(arn)} if (arn := word(view.before("arn"))) else frozenset())
    before = {*accounts(view.before("assume_role_policy")), *own}
    strange = {*accounts(view.expected("assume_role_policy"))} - before
    for account in sorted(strange):
        yield _risk(Level.MEDIUM if own else Level.LOW, f"account {account} may assume the role")
    if view.action is Action.UPDATE:
        old, new = ((*each(allowed, (side("assume_role_policy"),)),) for side in (view.before, view.expected))
        knew = {who for other in old for _, who in other.principals}
        for one in unsaid(old, new):
            spend(len(old))
            known = [test for other in old if other.principals == one.principals for test in tests(other.condition)]
            asked = tests(one.condition)
            spend(len(asked) * len(known))
            met = [f"{test.key} {first_of(sorted(test.values), 2)}" for test in asked if test not in known]
            gone = sorted({test.key for test in known} - {test.key for test in asked})
            named = sorted({who for _, who in one.principals if account_of(who) not in strange} - knew)
            if named and not one.is_for_anybody:
                yield _risk(Level.MEDIUM, f"{first_of(named, 2)} may assume the role as well")
            if gone:
                words = f"its condition no longer asks for {first_of(gone, 2)}"
                yield _risk(Level.MEDIUM, f"more may assume the role: {words}")
            elif known and met:
                yield _risk(Level.MEDIUM, f"more may assume the role: its condition is wider, {first_of(met, 2)}")


def _anybody_trusted(value: Value) -> Iterator[_Found]:
    for statement in allowed(value):
        if statement.is_for_anybody:
            limited = (Level.MEDIUM, "anyone who meets its condition may assume the role")
            yield limited if statement.conditional else (Level.HIGH, "anyone may assume the role (Principal *)")
        elif not statement.conditional and any(kind == "Federated" for kind, _ in statement.principals):
            # Claims of a token are asked for by the provider's name and their own: "Available keys for AWS OIDC
            # federation", IAM User Guide.
            asked = [one for one in _asked_claims(statement) if not one.key.lower().startswith("aws:")]
            claims = {one.key.lower().rpartition(":")[2] for one in asked if not any(map(_ANY.fullmatch, one.values))}
            if not claims - {"aud"}:
                lacks = "its condition asks for no more than aud" if claims else "its trust policy has no condition"
                yield Level.MEDIUM, f"everyone in a federation may assume the role: {lacks}"
        for _, provider in statement.principals:
            yield from _any_subject(provider, statement)


def _any_subject(provider: str, statement: Statement) -> Iterator[_Found]:
    # GitHub Docs "Configuring OpenID Connect in Amazon Web Services"; GitLab Docs "Configure OpenID Connect in AWS";
    # HCP Terraform "Dynamic credentials with the AWS provider"; Buildkite "OIDC with AWS". A star ends no owner's name.
    host = provider.partition("oidc-provider/")[2]
    if host not in _FOR_EVERYONE:
        return
    asked = [test for test in _asked_claims(statement) if test.key.lower().startswith(f"{host}:")]
    subjects = [text for test in asked if test.key.lower() == f"{host}:sub" for text in sorted(test.values)]
    if not any(_NAMES_AN_OWNER.match(test.key.lower().removeprefix(f"{host}:")) for test in asked):
        yield Level.HIGH, f"anyone on {_FOR_EVERYONE[host]} may assume the role: its condition asks for no sub"
    elif wide := [one for one in subjects if {"*", "?"}.intersection(one) and not _OWNER.match(one)]:
        words = "who takes a name that fits may assume the role: sub"
        yield Level.HIGH, f"anyone on {_FOR_EVERYONE[host]} {words} {first_of(wide, 2)}"


def _asked_claims(statement: Statement) -> list[Test]:
    return [one for one in tests(statement.condition) if _LETS_IN.fullmatch(one.operator)]


def _key_users(value: Value) -> Iterator[_Found]:
    """Source: KMS Developer Guide "Key policies in AWS KMS"."""
    for statement in allowed(value):
        if not statement.is_for_anybody:
            continue
        if statement.conditional:
            yield Level.LOW, "anyone who meets its condition may use the key"
        else:
            yield Level.HIGH, "anyone may use the key (Principal *)"


def _role(view: View, attribute: str, roles: Mapping[str, Level], harmless: re.Pattern[str]) -> Iterator[Risk]:
    name = view.expected(attribute)
    if view.action is Action.DELETE or not isinstance(name, str):
        return
    had, has = ({*texts(side("members")), *texts(side("member"))} for side in (view.before, view.expected))
    new = sorted(has - had)
    people = [one for one in new if not one.startswith(("principal", "serviceAccount:"))]
    level = roles.get(name)
    if level and view.before(attribute) != name:
        yield _risk(level, f"the role {shown(name)} is granted")
    elif (new or view.before(attribute) != name) and (people or level or not harmless.fullmatch(name)):
        to = f" to {first_of(people or new)}" if new else ""
        yield _risk(Level.MEDIUM, f"the role {shown(name)} is granted{to}: what it allows is not in this plan")


def _boundary_gone(view: View) -> Iterator[Risk]:
    """Source: IAM User Guide "Permissions boundaries for IAM entities"."""
    before, after = word(view.before("permissions_boundary")), view.expected("permissions_boundary")
    if emptied(view, "permissions_boundary"):
        yield _risk(Level.MEDIUM, "its permissions boundary is removed")
    elif before and before != after and view.action is Action.UPDATE:
        yield _risk(Level.MEDIUM, f"it may do more: its permissions boundary is no longer {shown(before)}")


def _calls(view: View, name: str, words: str) -> Iterator[Risk]:
    # EventBridge Scheduler User Guide "Using universal targets"; Step Functions Developer Guide "AWS SDK service
    # integrations"; EventBridge User Guide "Event bus targets" (Systems Manager Run Command).
    old, new = ({*_CALLED.findall(_opened(side(name)))} for side in (view.before, view.expected))
    for sdk, service, call in sorted(new - old) if view.action is not Action.DELETE else ():
        gives = sdk and service.lower() in _GIVING
        if gives or _HARMS.match(call):
            yield _risk(Level.HIGH if gives else Level.MEDIUM, f"it calls {service}:{call} {words}")
    arn = word(view.expected(name)) or ""
    if view.type == "aws_cloudwatch_event_target" and view.before(name) != arn and _DOCUMENT.match(arn):
        yield _risk(Level.HIGH, f"it runs {arn.rpartition('/')[2]} on machines {words}")


def _opened(value: Value) -> str:
    documents = open_documents(value, value)  # in which a letter may be written as its number
    return literal(documents.before if documents else value)


def _given(view: View, words: str) -> Iterator[Risk]:
    changed = {*view.changed()} - types.HARMLESS_ATTRIBUTES if view.action is Action.UPDATE else ()
    sides = [(texts(view.before(name)), view.after(name)) for name in changed]
    if view.action.creates or not all(isinstance(new, list) and all(one in old for one in new) for old, new in sides):
        yield _risk(Level.MEDIUM, words)


_GOOGLE = {"roles/owner": Level.HIGH, "roles/editor": Level.MEDIUM, "roles/iam.securityAdmin": Level.HIGH}
_GOOGLE_HARMLESS = re.compile(
    r"roles/(\w+\.\w*[vV]iewer|aiplatform\.user|bigquery\.(dataEditor|jobUser)|cloudtrace\.agent|logging\.logWriter"
    r"|monitoring\.metricWriter|serviceusage\.serviceUsageConsumer)",
    re.ASCII,
)
_AZURE = {"Owner": Level.HIGH, "User Access Administrator": Level.HIGH, "Contributor": Level.MEDIUM}
_AZURE_HARMLESS = re.compile(r"([\w ]+ )?Reader|AcrPull|Monitoring Metrics Publisher", re.ASCII)
"""Roles that read, or do one thing (Google Cloud, "IAM roles and permissions"; Azure, "Azure built-in roles")."""
_KEYS = "kms_external_key kms_key kms_key_policy kms_replica_external_key kms_replica_key"
JUDGES = table(
    *rows("privilege", given=_given, attached=partial(_added, find=_managed)),
    *rows("privilege", attached=_unread, calls=_calls, new_statements=_new_statements),
    (judging(_added, "policy", _rights), "iam_policy iam_role_policy iam_user_policy iam_group_policy"),
    (judging(denials_lost, RiskKind.PRIVILEGE), "iam_policy iam_role_policy iam_user_policy iam_group_policy", _KEYS),
    (judging(widened, RiskKind.PRIVILEGE), "kms_external_key kms_key kms_key_policy kms_replica_key"),
    (judging(_added, "inline_policy", _rights), "ssoadmin_permission_set_inline_policy"),
    (
        judging(
            _added, "inline_policy", lambda value: (one for its in blocks(value) for one in _rights(its.get("policy")))
        ),
        "iam_role",
    ),
    (_inline_statements, "iam_role"),
    (judging(_added, "policy_arn", _managed), "eks_access_policy_association"),
    (_attached, "iam_policy_attachment"),
    (_trust, "iam_role"),
    (_boundary_gone, "iam_role iam_user"),
    (judging(_added, "policy", _key_users), _KEYS),
    (
        judging(_role, "role", _GOOGLE, _GOOGLE_HARMLESS),
        "google_bigquery_dataset_iam_binding google_bigquery_dataset_iam_member",
        "google_cloud_run_service_iam_binding google_cloud_run_service_iam_member",
        "google_cloudfunctions_function_iam_member google_storage_bucket_iam_binding google_storage_bucket_iam_member",
        "google_folder_iam_binding google_folder_iam_member google_organization_iam_binding",
        "google_organization_iam_member google_project_iam_binding google_project_iam_member",
    ),
    (judging(_role, "role_definition_name", _AZURE, _AZURE_HARMLESS), "azurerm_role_assignment"),
)
_AS_DATA = {
    "aws_ecs_task_execution": "a task",
    "aws_lambda_invocation": "a function",
    "external": "a program",
    "local_command": "a program",
}
"""What runs when a data source or an ephemeral resource is read: the providers' pages of each."""
_NO_RUN = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT, Action.FORGET, Action.UPDATE, *LOOKS})
"""What a provisioner does not run at."""
SHIPPED = (
    "command -v infragen >/dev/null && exec infragen sql; printf '%s\\n' \"$WITHOUT_INFRAGEN\" >&2; exit 127",
    "infragen sql",
)
"""infragen itself, with statements that the plan shows: as the module `aurora_sql` calls it, and as it once did."""


def programs(view: View) -> Iterator[Risk]:
    """Of provisioners, which run with the keys of whoever applies; a plan does not tell which are for the end."""
    if view.action in LOOKS and view.type in _AS_DATA:
        level = Level.MEDIUM if view.type.startswith("aws_") else Level.HIGH
        yield _risk(level, f"runs {_AS_DATA[view.type]} with this run's credentials whenever it is read")
    if view.action is Action.READ and view.type == "http" and (view.after("method") or "GET") not in ("GET", "HEAD"):
        yield _risk(Level.MEDIUM, f"sends a {shown(view.after('method'))} request whenever it is read")
    if view.action in _NO_RUN:
        return
    runs = "may run" if view.action is Action.DELETE else "runs"
    for kind, command in view.programs():
        if kind == "local-exec" and command in SHIPPED:
            yield _risk(Level.MEDIUM, "runs SQL as a database's master user (infragen sql)")
            continue
        said = f": {command}" if command else ", whose command the plan does not show"
        where = "with this run's credentials" if kind == "local-exec" else "on another machine"
        yield _risk(Level.HIGH, f"{runs} a program {where} ({kind}{said if kind != 'file' else ''})")
