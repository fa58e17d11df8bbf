"""Bastions: the hosts through which people reach what stands in a VPC."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from infragen.core.addresses import Cidr
from infragen.core.entry import Entry, EntryId, Form, Model, Text

PARAMETER: Final = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
"""Where AWS says which is its newest image of Amazon Linux 2023 in a region (Amazon Linux 2023 User Guide)."""
NEWEST: Final = f"aws ssm get-parameter --name {PARAMETER} --query Parameter.Value --output text"

EXAMPLE_IMAGES: Final = ("ami-0123456789abcdef0", *(f"ami-0fedcba987654321{digit:x}" for digit in range(16)))
"""What stands where the id of an image is not known yet: in a new bastion, and in those of other regions."""

Image = Annotated[
    str,
    Form(
        r"ami-([0-9a-f]{8}|[0-9a-f]{17})",
        f"an image's id: `{EXAMPLE_IMAGES[0]}`; `{NEWEST} --region REGION` prints Amazon Linux's newest",
    ),
]
HostClass = Annotated[
    str, Form(r"[a-z][a-z0-9-]*\.([a-z]+|[0-9]*xlarge|metal(-[0-9]+xl)?)", "an instance type of EC2: `t4g.nano`")
]
KeyName = Annotated[
    str,
    Form(r"[A-Za-z0-9][A-Za-z0-9 ._@+-]*", "the name of a key pair of EC2, without quotes in it: `operations`", 255),
]

_NO_RIGHTS: Final = (
    "leave it out: a bastion leads there and gives no permission; who comes through it signs in as who they are"
)
_NO_DATA: Final = "leave it out: nothing is installed on a bastion; psql and mysql run on people's own machines"


class Way(Model):
    """What a bastion leads to: the network path, and nothing else."""

    INSTEAD: ClassVar = dict.fromkeys(("access", "permissions", "actions", "prefix"), _NO_RIGHTS)

    access: ClassVar[None] = None
    """It may do nothing there by itself."""

    why: Text | None = None


class Bastion(Entry):
    """An EC2 host through which people reach databases and caches: with Session Manager, and SSH if allowed."""

    KIND: ClassVar = "bastions"
    SINGULAR: ClassVar = "bastion"
    INSTEAD: ClassVar = {
        "class": "write `size: t4g.nano`",
        "instance_type": "write `size: t4g.nano`",
        "image": f"write `ami: ami-...`: `{NEWEST} --region REGION` prints Amazon Linux's newest",
        "key": "write `key_name: ...`, the name of a key pair of EC2",
        "ssh": "write `allow: [203.0.113.0/24]`, the addresses that may connect with SSH; `[]` for none",
        "user_data": _NO_DATA,
    }
    GOES_PAST_PROXIES: ClassVar = True
    """People come as the master user, whom no proxy of a database knows."""

    ami: Image
    """The AMI's id in its region. It must match the type's processor (arm64 for t4g) and have the SSM Agent."""
    size: HostClass = "t4g.nano"
    """The instance type."""
    allow: tuple[Cidr, ...]
    """Address ranges that may connect with SSH, such as the company's; `[]`: none, and it has no public address. The
    port is open only with `key_name` or `instance_connect`."""
    tier: Literal["public", "app"] = "app"
    """Which subnets it is in: those of tasks, or `public` ones, at an address of its own, which `allow` asks for. What
    opens SSH moves it to a public one as well."""
    key_name: KeyName | None = None
    """The key pair for SSH, created in EC2."""
    instance_connect: bool = False
    """People connect with SSH keys that EC2 Instance Connect installs for a minute; Amazon Linux 2023 has its agent."""
    uses: Annotated[dict[EntryId, Way], Field(examples=[{"databases/main": {"why": "the SQL that makes its users"}}])]
    """The databases and caches that it leads to."""
    deletion_protection: bool | None = None
    """Whether AWS refuses to terminate it; production's is protected when left out."""

    @property
    def is_public(self) -> bool:
        """Whether it is reached from outside with SSH, at an address of its own: nobody signs in without a key."""
        return bool(self.allow) and (self.instance_connect or self.key_name is not None)
