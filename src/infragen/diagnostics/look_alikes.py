"""Characters that look like those of ASCII: full-width forms, dashes, quotes, spaces, letters of other alphabets."""

import unicodedata
from typing import Final

LETTERS: Final = str.maketrans(
    "АВЕКМНОРСТУХІЈЅаеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυ",
    "ABEKMHOPCTYXIJSaeopcyxijshdqwABEZHIKMNOPTYXoaivpu",
)
"""Of the Cyrillic and the Greek alphabet (Unicode Technical Standard 39: confusables)."""
_SIGNS: Final = str.maketrans("−ーー〜～、。｡“”„‘’‚∕⁄∶∗「」", '-----,.."""\'\'\'//:*""')
"""Dashes, stops and quotes of other keyboards."""
_BY_CATEGORY: Final = {"Cf": "", "Zs": " ", "Zl": " ", "Zp": " ", "Pd": "-"}


def as_ascii(text: str) -> str:
    return text if text.isascii() else "".join(map(_of_one, text))


def _of_one(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    found = _BY_CATEGORY.get(unicodedata.category(character), character.translate(LETTERS).translate(_SIGNS))
    plain = unicodedata.normalize("NFKC", found)
    return plain if plain.isascii() else character


def look_alike(text: str) -> str | None:
    if text.isascii():
        return None
    place = next((index for index, one in enumerate(text) if not one.isascii() and _of_one(one) != one), None)
    return None if place is None else f"character {place + 1} is {named(text[place])}"


def named(character: str) -> str:
    """Return what Unicode calls a character: `１` is U+FF11, fullwidth digit one."""
    name = unicodedata.name(character, "without a name").lower()
    shown = f"`{character}` (U+{ord(character):04X}, {name})" if unicodedata.category(character) != "Cf" else ""
    return shown or f"U+{ord(character):04X} ({name}), which is invisible"
