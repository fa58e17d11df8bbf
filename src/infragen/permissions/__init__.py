"""What every role may do, what it is used for, and where the two differ: by what a plan will make.

`objects` finds what is planned and what its attributes come to, `policies` reads the documents and says what covers
what, `uses` finds what a role is used for in the plan; what entries of a catalogue use is `Declared`, and comes from
whoever asks. `actions.toml` says what a use needs, by AWS's documentation alone; `judgement` gathers whom the documents
are of, roles and resources with a policy of their own, and holds the two against each other.
"""

from infragen.permissions.actions import USES
from infragen.permissions.judgement import permissions_of
from infragen.permissions.model import Declared, Missing, Permission, Permissions, Setting, Subject

__all__ = ["USES", "Declared", "Missing", "Permission", "Permissions", "Setting", "Subject", "permissions_of"]
