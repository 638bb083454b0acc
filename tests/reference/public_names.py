"""Public names: the lists of the scheme, and the words that follow from them."""

from __future__ import annotations

import functools
import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "crates/huntbook-obfuscate/policy/names"
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def ascii_lower(text: str) -> str:
    """Give the lower case by ASCII rules."""
    return "".join(character.lower() if character.isascii() else character for character in text)


@functools.cache
def names(list_name: str) -> frozenset[str]:
    """Read one list."""
    return frozenset((FOLDER / f"{list_name}.txt").read_text(encoding="utf-8").splitlines())


def is_in(list_name: str, name: str) -> bool:
    """Tell whether a name is in a list, in any case of its ASCII letters."""
    return ascii_lower(name) in names(list_name)


def is_one_of(words: str, name: str) -> bool:
    """Tell whether a name is one of some words, in any case of its ASCII letters."""
    return name != "" and ascii_lower(name) in words.split()


def is_numbered(name: str) -> bool:
    """Tell whether a name is one that has a number at its end."""
    match = re.fullmatch(r"(.*?)[0-9.]{1,4}", name, re.DOTALL)
    return match is not None and is_in("numbered", match[1])


@functools.cache
def _alphanumeric() -> frozenset[str]:
    """Read the letters and numbers of Unicode 17: the first and the last of a range on each line."""
    lines = (Path(__file__).parent / "alphanumeric.txt").read_text(encoding="ascii").splitlines()
    ranges = [[int(bound, 16) for bound in line.split()] for line in lines]
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


def is_alphanumeric(character: str) -> bool:
    """Tell whether a character is Alphabetic or of a general category N."""
    return character in _alphanumeric()
