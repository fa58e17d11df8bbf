"""Projects of Google Cloud: what tasks use there with their own IAM roles, and no key: AI services and BigQuery."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Annotated, ClassVar, Final

from pydantic import Field

from infragen.core.build_context import BuildContext, ResourceView, call, identifier, named_by, of
from infragen.core.entry import Days, Entry, Form, Model, Slug, Text
from infragen.core.expressions import Record, Reference
from infragen.core.kind import Kind, Network, Operations, OutputLine, Permissions, Scaffold
from infragen.core.part import INTERNET, LIMITS, Binding, Part, Provider, short
from infragen.core.rule import At, Environment, Finding, Findings, rule
from infragen.hcl.literal import Ordered, literal
from infragen.kinds import kinds, network
from infragen.kinds.functions.model import Function
from infragen.kinds.workloads.model import Task, Workload
from infragen.text import first_of

ACCESS: Final = ("all", "ai", "read", "read-write")
"""What a use may say; `all` when it says nothing."""
_SHORT: Final = {"all": "all", "ai": "ai", "read": "read", "read-write": "edit"}
_ACCOUNT: Final = 25
"""Characters of a service account's id, which has 30, before its ending (IAM API: projects.serviceAccounts.create)."""
_VERSION: Final = "~> 6.50"
"""Of the provider, as its schema is known here (`provider_schema/google.json`)."""
_ALWAYS: Final = tuple(f"{one}.googleapis.com" for one in ("cloudresourcemanager", "iam", "iamcredentials", "sts"))
"""What the sign-in takes, and who grants a role in the project (Google Cloud IAM: Configure Workload Identity
Federation with AWS or Azure; Terraform Registry: google_project_iam)."""
_BIGQUERY: Final = "bigquery.googleapis.com"
_JOBS: Final = "roles/bigquery.jobUser"
_OF_DATA: Final = {"read": "roles/bigquery.dataViewer", "read-write": "roles/bigquery.dataEditor"}
"""Google Cloud BigQuery: IAM roles and permissions."""
_BASIC: Final = frozenset({"roles/editor", "roles/owner", "roles/viewer"})
_GIVING: Final = ("roles/iam.", "roles/resourcemanager.")
"""Google Cloud, "IAM roles and permissions": `resourcemanager.projectIamAdmin`, `iam.serviceAccountTokenCreator`."""
ProjectId = Annotated[
    str, Form(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", "the id of the project, such as `example-ai`: 6 to 30 characters", 30)
]
"""Resource Manager API: Project, `projectId`."""
ProjectNumber = Annotated[str, Form(r"[1-9][0-9]{3,18}", 'the number of the project, such as `"481516234210"`', 19)]
Location = Annotated[
    str,
    Form(
        r"([a-z]+-[a-z]+[0-9]{1,2}|US|EU)", "a region of Google Cloud, such as `asia-northeast1`, or `US` or `EU`", 40
    ),
]
"""Google Cloud BigQuery: Locations."""
Role = Annotated[str, Form(r"roles/[A-Za-z0-9_.]+", "a role of Google Cloud, such as `roles/aiplatform.user`", 120)]
Api = Annotated[str, Form(r"[a-z0-9-]+\.googleapis\.com", "an API, such as `aiplatform.googleapis.com`", 120)]


class Dataset(Model):
    """A data set of BigQuery."""

    location: Location | None = None
    """Where its data is, for good; the project's `location` when left out."""
    expires: Days | None = None
    """How long a table is kept after it is made; for good when left out."""
    why: Text | None = None


class GoogleProject(Entry):
    """What tasks use in a project of Google Cloud: they sign in with their IAM roles, and there is no key."""

    KIND: ClassVar = "google-projects"
    SINGULAR: ClassVar = "google-project"
    INSTEAD: ClassVar = {
        **dict.fromkeys(("project_id", "id"), "write `project: example-ai`"),
        **dict.fromkeys(("project_number",), 'write `number: "481516234210"`'),
        **dict.fromkeys(("region", "zone"), "write `location: asia-northeast1`"),
        **dict.fromkeys(("services", "enable"), "write `apis: [aiplatform.googleapis.com]`"),
        **dict.fromkeys(
            ("key", "keys", "credentials", "service_account", "service_accounts"),
            "leave it out: there is no key, and each `access` of a `uses` has a service account (docs/google.md)",
        ),
    }

    EXAMPLES: ClassVar = {
        "project": (r"example-.*", "an example project", "write the id of your project"),
        "number": (r"481516.*|123456789012", "an example number", "write the number of your project"),
    }

    project: Annotated[ProjectId, Field(examples=["example-ai"])]
    """The id of the project, which people have made: `example-ai`."""
    number: Annotated[ProjectNumber, Field(examples=["481516234210"])]
    """Its number, which its page in the console shows beside the id; who signs in names it."""
    location: Annotated[Location, Field(examples=["asia-northeast1"])]
    """Where its data sets and its AI services are, as Google calls the region."""
    apis: tuple[Api, ...] = ("aiplatform.googleapis.com",)
    """The APIs that are turned on for the roles; those for signing in and for BigQuery are, too."""
    roles: tuple[Role, ...] = ("roles/aiplatform.user",)
    """What `access: ai` may do in the project, in Google's own roles."""
    datasets: dict[Slug, Dataset] = Field(default_factory=dict, examples=[{"events": {"expires": "90 days"}}])
    """Data sets of BigQuery, which `access: read` and `read-write` are about."""


class GoogleProjectView(ResourceView):
    """What the template of a project reads."""

    _entry: GoogleProject
    module = call("google", "google_project")
    name = named_by(lambda ctx: ctx.names.plain(ctx.entry.identity), LIMITS["identity_pool"])
    provider = "aws-tasks"
    """The provider in the pool: whoever signs in is a role of this account."""
    apis = of(lambda ctx: tuple(sorted({*_ALWAYS, *ctx.entry.apis, *([_BIGQUERY] if ctx.entry.datasets else ())})))

    @property
    def accounts(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for access in ACCESS:
            users = [(owner, entry) for owner, entry, said in users_of(self._ctx) if said == access]
            names = set[str]()
            for owner, entry in users:
                names |= {*kinds()[entry.KIND].permissions.roles(entry, self._ctx.of(owner), self._ctx.owner)}
            if names:
                description = f"Signed in to by {', '.join(owner for owner, _ in users)}"[:256]
                has_data = bool(self._entry.datasets) and access != "ai"
                roles = {*(self._entry.roles if access in ("all", "ai") else ()), *([_JOBS] if has_data else ())}
                data = {"dataset_role": _OF_DATA["read" if access == "read" else "read-write"]} if has_data else {}
                said = {"description": description, "aws_role_names": sorted(names), "roles": sorted(roles)}
                found[access] = Record({"id": self.account_id(access), **said, **data})
        return found

    def account_id(self, access: str) -> str:
        return f"{short(self.name, _ACCOUNT, begins=16)}-{_SHORT[access]}"

    def email(self, access: str) -> str:
        return f"{self.account_id(access)}@{self._entry.project}.iam.gserviceaccount.com"

    @property
    def datasets(self) -> dict[str, Record]:
        found = {}
        for name, one in sorted(self._entry.datasets.items()):
            expires = {} if one.expires is None else {"default_table_expiration_ms": one.expires * 86_400_000}
            said = {"id": self.dataset_id(name), "description": one.why or f"{self._entry.title}: {name}"}
            found[name] = Record({**said, "location": one.location or self._entry.location, **expires})
        return found

    def dataset_id(self, name: str) -> str:
        """BigQuery takes letters, digits and underscores."""
        return identifier(self.prefix, name)

    def configuration(self, access: str) -> Reference:
        """Return the credential configuration of who signs in, for Google's libraries: addresses, and nothing secret.

        Google Cloud IAM: Configure Workload Identity Federation with AWS or Azure, Create a credential configuration.
        It has no `credential_source`: Google's own is the metadata of EC2, which a task on Fargate does not have.
        """
        pool = f"projects/{self._entry.number}/locations/global/workloadIdentityPools/{self.name}"
        impersonated = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{self.email(access)}"
        said = Ordered(
            {
                "type": "external_account",
                "audience": f"//iam.googleapis.com/{pool}/providers/{self.provider}",
                "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
                "token_url": "https://sts.googleapis.com/v1/token",
                "service_account_impersonation_url": f"{impersonated}:generateAccessToken",
            }
        )
        return Reference(f"jsonencode({literal(said)})")


def users_of(ctx: BuildContext) -> Iterator[tuple[str, Entry, str]]:
    for owner, entry in sorted(ctx.environment.each(Workload), key=itemgetter(0)):
        if (use := entry.uses.get(ctx.owner)) is not None:
            yield owner, entry, use.access or ACCESS[0]


def _bindings(project: GoogleProject, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:
    own = GoogleProjectView(ctx)
    said = user.entry.uses[ctx.owner].access
    access = said if said in ACCESS else ACCESS[0]  # a rule says which are none
    ids = {name.upper().replace("-", "_"): own.dataset_id(name) for name in project.datasets if access != "ai"}
    said = {"PROJECT": project.project, "LOCATION": project.location, "CREDENTIALS": own.configuration(access)}
    yield Binding({**said, **{f"DATASET_{name}": one for name, one in ids.items()}})


def _parts(_project: GoogleProject, ctx: BuildContext) -> Iterator[Part]:
    names = {"environment": ctx.environment.name, "managed-by": "infragen", "system": ctx.environment.system.name}
    provider = Provider("google", "hashicorp/google", _VERSION, {"default_labels": names})
    yield ctx.part("google", "kinds/google-projects/main.tf", GoogleProjectView(ctx), providers=(provider,))


def _outputs(_project: GoogleProject, ctx: BuildContext) -> Iterator[OutputLine]:
    own = GoogleProjectView(ctx)
    for access in own.accounts:
        yield OutputLine("detail", f"the service account of who may do `{access}`", own.email(access))


def _prerequisites(project: GoogleProject, ctx: BuildContext) -> Iterator[str]:
    made = f"the project `{project.project}` of Google Cloud, number {project.number}"
    yield f"{made}, linked to a billing account, with the Service Usage API turned on"
    roles = [f"`{role}`" for role in _OF_APPLY if project.datasets or role != "bigquery.admin"]
    signed = "whoever applies, signed in to Google as well (`gcloud auth application-default login`)"
    yield f"{signed}, with these roles in the project: {', '.join(roles)}"
    if tasks := [one for one, entry in ctx.environment.each(Task) if ctx.owner in entry.uses]:
        supplier = "a supplier of the task role's keys (Python: `google.auth.aws.AwsSecurityCredentialsSupplier`)"
        names = ", ".join(f"`{one}`" for one in tasks)
        yield f"in the code of {names}, {supplier}: Google's libraries find none on Amazon ECS"
    lock = f"`.terraform.lock.hcl`, from `infragen providers lock {ctx.environment.target}` where the registry answers"
    yield f"{lock}: without it `terraform init` takes the newest provider that fits `{_VERSION}`"


_OF_APPLY: Final = (
    "iam.workloadIdentityPoolAdmin",
    "iam.serviceAccountAdmin",
    "resourcemanager.projectIamAdmin",
    "serviceusage.serviceUsageAdmin",
    "bigquery.admin",
)
"""Google's roles that the stack is applied with; `roles/` stands before each."""


@rule("G145")
def _no_way_out(environment: Environment) -> Findings:
    for owner, entry in environment.each(Workload) if environment.settings.network.nat == "none" else ():
        is_out = not entry.stands_in_vpc(environment) if isinstance(entry, Function) else network.in_public(environment)
        for used in () if is_out else entry.uses:
            if isinstance(environment.find(used), GoogleProject):
                message = f"{owner} has no route out (`nat: none`), and Google Cloud is reached over the internet"
                place = environment.at(owner, "uses", used)
                yield Finding(message, place, "add `network: {nat: single}` to the environment")


@rule("G146")
def _signs_in_by_code(environment: Environment) -> Findings:
    for owner, project in environment.each(GoogleProject):
        if names := [one for one, entry in environment.each(Task) if owner in entry.uses]:
            code = f"the code of {first_of(names)} hands them over when it signs in to {project.project}"
            message = f"Google's libraries do not find the keys of a task's role on Amazon ECS: {code}"
            hint = "docs/google.md, What the code does, has an example"
            yield Finding(message, environment.at(owner, "project"), hint)


@rule("G147", of=Workload)
def _nothing_to_do(workload: Workload, at: At) -> Findings:
    for used, use in workload.uses.items():
        project = at.resolved.find(used)
        if isinstance(project, GoogleProject) and use.access in (None, *ACCESS):
            access = use.access or ACCESS[0]
            if not ((project.roles and access in ("all", "ai")) or (project.datasets and access != "ai")):
                what = "roles" if access == "ai" else "datasets" if access != "all" else "roles, and no datasets"
                message = f"{at.owner} may do nothing in {used}: that has no {what}"
                yield Finding(message, at("uses", used), f"add `{what.partition(',')[0]}` to {used}, or remove the use")


@rule("G148", of=GoogleProject)
def _basic_role(project: GoogleProject, at: At) -> Findings:
    for number, role in enumerate(project.roles):
        why = "is one of Google's basic roles: it is about everything in the project" if role in _BASIC else ""
        if role.startswith(_GIVING):
            why = "gives roles, or what other accounts may do: whoever has it may have the whole project"
        if why:
            hint = "name roles of the services, such as `roles/aiplatform.user`"
            yield Finding(f"`{role}` {why}", at("roles", number), hint)


KIND: Final = Kind(
    model=GoogleProject,
    title="project of Google Cloud",
    parts=_parts,
    network=Network(ingress_ports=lambda *_: ((INTERNET, 443),)),
    permissions=Permissions(access=ACCESS, bindings=_bindings),
    operations=Operations(outputs=_outputs, prerequisites=_prerequisites),
    scaffold=Scaffold(
        example={
            "assumptions": {
                "project": "an example; write the id of your project",
                "number": "an example; write the number of your project",
            }
        }
    ),
    rules=(_no_way_out, _signs_in_by_code, _nothing_to_do, _basic_role),
)
