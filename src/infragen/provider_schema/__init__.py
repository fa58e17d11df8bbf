"""What providers of today know of what infragen renders, and what of a tree does not fit: AWS's (6.x) and Google's.

infragen plans with AWS provider 5.100 alone; those of today are asked by what is known of them:
- `schema`: arguments, blocks and attributes of the types of resources that a template has. `aws.json` and `google.json`
  are extracts as of a day; `make provider-schema` makes them anew.
- `guide`: what the upgrade guide of AWS's says that changed, as conditions on what is written: `guide.toml`.
- `check`: what in the files of an environment does not fit either.
"""

from infragen.provider_schema.check import Checked, checked
from infragen.provider_schema.guide import CHANGES
from infragen.provider_schema.schema import FOLDER, PROVIDERS, has_region, known

__all__ = ["CHANGES", "FOLDER", "PROVIDERS", "Checked", "checked", "has_region", "known"]
