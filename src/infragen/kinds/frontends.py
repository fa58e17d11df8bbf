"""Front ends: Next.js and other web applications that AWS Amplify builds from a repository and serves."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from infragen.core.build_context import BuildContext, Joined, ResourceView, call, named_by, of, part_of
from infragen.core.entry import Entry, Form, Output
from infragen.core.kind import Billing, Cost, Kind, Operations, OutputLine, Scaffold, always
from infragen.core.names import LIMITS
from infragen.core.rule import At, Finding, Findings, rule
from infragen.kinds.workloads.sidecars import Variable, VariableValue
from infragen.kinds.workloads.task import plain_values

_BY_ENVIRONMENT: Final = (
    "write `branch: main`, and another one in the environment's own file: `frontends: {web: {branch: develop}}`"
)
_PLATFORM: Final = (
    "write `platform: web_compute`, which renders pages of Next.js on the server, or `web`, which serves files"
)

Repository = Annotated[
    str,
    Form(
        r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._~/-]+(?<!\.git)(?<!/)",
        "its address on the web, such as `https://github.com/example/web`",
        1000,
    ),
]
"""AWS Amplify API: CreateApp, `repository`."""
Branch = Annotated[str, Form(r"(?=.{1,255}$)[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*", "a branch, such as `main`", 255)]
"""AWS Amplify API: CreateBranch, `branchName`."""


class Frontend(Entry):
    """An application of AWS Amplify: it is built from a branch of a repository at each push."""

    KIND: ClassVar = "frontends"
    SINGULAR: ClassVar = "frontend"
    INSTEAD: ClassVar = {
        **dict.fromkeys(("branches", "stages"), _BY_ENVIRONMENT),
        **dict.fromkeys(("framework", "rendering", "ssr"), _PLATFORM),
        **dict.fromkeys(
            ("token", "access_token", "oauth_token"),
            "leave it out: Terraform would keep it in its state; people connect the repository (docs/frontends.md)",
        ),
        **dict.fromkeys(("buildspec", "build_settings", "amplify_yml"), "write `build: |`, and a build specification"),
    }

    repository: Annotated[Repository, Field(examples=["https://github.com/example/web"])]
    """The repository that it is built from, which people connect once."""
    branch: Annotated[Branch, Field(examples=["main"])] = "main"
    """The branch that is built at each push: another one in each environment."""
    platform: Literal["web", "web_compute"] = "web_compute"
    """`web_compute` renders pages on the server, as Next.js does; `web` serves files."""
    build: (
        Annotated[
            str,
            StringConstraints(min_length=1, max_length=25_000),
            Field(examples=["version: 1\nfrontend: {phases: {build: {commands: [make]}}}"]),
        ]
        | None
    ) = None
    """The build specification; the repository's own `amplify.yml` when left out."""
    environment: dict[Variable, VariableValue | Output] = Field(
        default_factory=dict, examples=[{"NEXT_PUBLIC_API": "https://api.example.com"}]
    )
    """Environment variables of its build, which everybody may read who may look at the application: no secrets."""


class FrontendView(ResourceView):
    """A front end, its application and its branch."""

    _entry: Frontend
    app = call("frontend", "frontend")
    name = named_by(lambda ctx: ctx.names.of_entry(ctx.entry), LIMITS["frontend"])
    platform = of(lambda ctx: ctx.entry.platform.upper())
    stage = of(lambda ctx: "PRODUCTION" if ctx.settings.production else "DEVELOPMENT")
    environment = of(lambda ctx: {"ENVIRONMENT": ctx.environment.name, **plain_values(ctx.entry.environment)})


def _outputs(_frontend: Frontend, ctx: BuildContext) -> Iterator[OutputLine]:
    own = FrontendView(ctx)
    yield OutputLine("public", "its address", own.app.url)
    start = Joined.of(
        "aws amplify start-job --job-type RELEASE --app-id ", own.app.id, " --branch-name ", own.app.branch_name,
        f" --region {own.region}",
    )  # fmt: skip
    yield OutputLine("detail", "build it again", start, is_command=True)


@rule("F169", of=Frontend, in_environments=True)
def _not_connected(frontend: Frontend, at: At) -> Findings:
    message = f"Terraform cannot connect {frontend.repository}: AWS asks for a token, which its state would keep"
    hint = "make the application once with `aws amplify create-app`, and adopt it: docs/frontends.md"
    if at.resolved.assumption(at.owner, ("repository",)) is None:
        yield Finding(message, at("repository"), hint)


KIND: Final = Kind(
    model=Frontend,
    title="front end",
    parts=part_of("frontend", "kinds/frontends/main.tf", FrontendView),
    cost=Billing(
        monthly=always(
            Cost("builds", "amplify-builds"), Cost("files and pages that are served", "amplify-served", usage="sent")
        )
    ),
    operations=Operations(outputs=_outputs),
    scaffold=Scaffold(example={"repository": "https://github.com/example/{name}"}),
    rules=(_not_connected,),
)
