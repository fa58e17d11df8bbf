"""Files that a stranger may have prepared: reached without following links, written whole, and believed with proof."""

from infragen.storage.confined import Confined, Held, InTheWayError
from infragen.storage.project_files import (
    INTERNAL,
    confined_path,
    confined_user_path,
    entries,
    files_below,
    internal_folder,
    is_leftover,
    may_exist,
    read_internal,
    read_project_file,
    refuse_links,
    refuse_outside,
    remove_internal,
    text_of,
    write_internal,
)
from infragen.storage.signing_key import user_key
from infragen.storage.spooled_texts import SpooledTexts

__all__ = [
    "INTERNAL", "Confined", "Held", "InTheWayError", "SpooledTexts", "confined_path", "confined_user_path", "entries",
    "files_below", "internal_folder", "is_leftover", "may_exist", "read_internal", "read_project_file", "refuse_links",
    "refuse_outside", "remove_internal", "text_of", "user_key", "write_internal",
]  # fmt: skip
