"""Files that a stranger may have prepared: reached without following links, written whole, and believed with proof."""

from infragen.storage.confined import Confined, Held, InTheWayError
from infragen.storage.internal_files import (
    OWN,
    own_folder,
    place_named,
    place_of,
    read_own,
    refuse_links,
    remove_own,
    write_own,
)
from infragen.storage.project_files import entries, files_below, read_inside, refuse_outside, stands
from infragen.storage.user_key import user_key

__all__ = [
    "OWN",
    "Confined",
    "Held",
    "InTheWayError",
    "entries",
    "files_below",
    "own_folder",
    "place_named",
    "place_of",
    "read_inside",
    "read_own",
    "refuse_links",
    "refuse_outside",
    "remove_own",
    "stands",
    "user_key",
    "write_own",
]
