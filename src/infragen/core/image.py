"""Images in the environment's own registry: what has to be there before something that runs them can start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """An image that an entry runs: its repository, and its tag or its digest (`sha256:...`).

    `push` is the command that builds and pushes it.
    """

    region: str
    repository: str
    reference: str
    push: str

    @property
    def text(self) -> str:
        """Its repository and tag or digest, as people write them."""
        return f"{self.repository}{'@' if ':' in self.reference else ':'}{self.reference}"
