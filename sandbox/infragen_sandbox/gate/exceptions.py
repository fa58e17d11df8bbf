"""Where botocore's model is narrower than AWS: what AWS takes although the model does not.

By service, the constraints as `constraints.Problem` names them (`Shape.pattern`, `Structure.Member.required`,
`Structure.Member` for a member that the model does not have), each with the source that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EXCEPTIONS: Final[Mapping[str, Mapping[str, str]]] = {}
"""Service, constraint, source."""
