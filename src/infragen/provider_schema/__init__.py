"""What the AWS provider of today (6.x) knows of what infragen renders, and what of a tree does not fit it.

infragen plans with provider 5.100; the provider of today is asked by what is known of it:
- `schema`: arguments, blocks and attributes of the types of resources that a template has. `aws.json` is an extract as
  of a day; `make provider-schema` makes it anew.
- `guide`: what its upgrade guide says that changed, as conditions on what is written. `guide.toml` is that list.
- `check`: what in the files of an environment does not fit either.
"""

from infragen.provider_schema.check import Checked, checked
from infragen.provider_schema.guide import CHANGES
from infragen.provider_schema.schema import AS_OF, FILE, VERSION

__all__ = ["AS_OF", "CHANGES", "FILE", "VERSION", "Checked", "checked"]
