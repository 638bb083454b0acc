"""Texts of digits: numbers, telephone numbers, card numbers, coordinates."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from reference.primitives import Keys, NotOfKindError, digits_like, ff1

# ITU-T E.164: for all but the last digit of a country code, its possible last digits.
COUNTRY_CODES_OF_ONE = {"": "17"}
COUNTRY_CODES_OF_TWO = {
    "2": "07",
    "3": "0123469",
    "4": "013456789",
    "5": "12345678",
    "6": "0123456",
    "8": "1246",
    "9": "0123458",
}
COUNTRY_CODES_OF_THREE = {
    "21": "12368",
    "22": "0123456789",
    "23": "0123456789",
    "24": "0123456789",
    "25": "012345678",
    "26": "0123456789",
    "29": "01789",
    "35": "0123456789",
    "37": "0123456789",
    "38": "01235679",
    "42": "013",
    "50": "0123456789",
    "59": "0123456789",
    "67": "023456789",
    "68": "012356789",
    "69": "012",
    "80": "08",
    "85": "02356",
    "87": "08",
    "88": "012368",
    "96": "012345678",
    "97": "012345679",
    "99": "234568",
}


def permute_digits(key: bytes, radix: int, tweak: bytes, digits: str) -> str:
    """Send digits through FF1."""
    numerals = [int(digit, 16) for digit in digits]
    return "".join(f"{numeral:x}" for numeral in ff1(key, radix, tweak, numerals))


def fill_digits(text: str, digits: str) -> str:
    """Put other digits in the places of the text's digits."""
    remaining = iter(digits)
    return "".join(next(remaining) if character in "0123456789" else character for character in text)


class Numbers:
    """The map of numbers."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("number")

    def text(self, text: str) -> str:
        """Map a number."""
        match = re.fullmatch(r"([-+]?)(?:([0-9]{1,60})|(0[xX])([0-9A-Fa-f]{1,60}))", text)
        if match is None:
            raise NotOfKindError("no number")
        sign, decimal, prefix, hexadecimal = match.groups()
        radix = 16 if prefix else 10
        digits = hexadecimal if prefix else decimal
        if sign == "-" and digits == "0":
            raise NotOfKindError("no number")
        image = self._image(radix, digits.lower(), may_be_zero=len(digits) == 1 and sign != "-")
        return sign + (prefix or "") + digits_like(digits, image)

    def _image(self, radix: int, digits: str, *, may_be_zero: bool) -> str:
        if len(digits) >= 2 and digits[0] == "0":
            return "0" + permute_digits(self._key, radix, b"0", digits[1:])
        while True:
            digits = permute_digits(self._key, radix, b"", digits)
            if digits[0] != "0" or may_be_zero:
                return digits


class Phones:
    """The map of telephone numbers."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("phone")

    @staticmethod
    def _kept(digits: str, *, has_plus: bool) -> tuple[str, str]:
        """Give the prefix and the country code."""
        prefix = "00" if digits.startswith("00") and not has_plus else ""
        if not (prefix or has_plus):
            return "", ""
        rest = digits[len(prefix) :]
        all_codes = (COUNTRY_CODES_OF_ONE, COUNTRY_CODES_OF_TWO, COUNTRY_CODES_OF_THREE)
        for length, codes in enumerate(all_codes, 1):
            code = rest[:length]
            if len(code) == length and code[-1] in codes.get(code[:-1], ""):
                return prefix, code
        return prefix, ""

    def text(self, text: str) -> str:
        """Map a telephone number."""
        if len(text) > 48 or not re.fullmatch(r"[-. /()]*\+?[-. /()0-9]*", text):
            raise NotOfKindError("no telephone number")
        has_plus = "+" in text
        digits = re.sub("[^0-9]", "", text)
        prefix, code = self._kept(digits, has_plus=has_plus)
        start = len(prefix) + len(code)
        if len(digits) > 24 or len(digits) - start < 6:
            raise NotOfKindError("too many digits, or too few")
        tweak = bytes(int(digit) for digit in code)
        while True:
            digits = digits[:start] + permute_digits(self._key, 10, tweak, digits[start:])
            if self._kept(digits, has_plus=has_plus) == (prefix, code):
                return fill_digits(text, digits)


def luhn_digit(digits: str) -> str:
    """Give the digit that makes these right by Luhn's rule."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * 2 if position % 2 == 0 else int(digit)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


class Cards:
    """The map of card numbers."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("card")

    def text(self, text: str) -> str:
        """Map a card number."""
        digits = re.sub("[ -]", "", text)
        if not re.fullmatch("[0-9]{12,19}", digits) or not text[0].isdigit() or not text[-1].isdigit():
            raise NotOfKindError("no card number")
        if luhn_digit(digits[:-1]) != digits[-1]:
            raise NotOfKindError("the last digit is wrong")
        image = digits[0] + permute_digits(self._key, 10, bytes([int(digits[0])]), digits[1:-1])
        return fill_digits(text, image + luhn_digit(image))


def round_coordinate(text: str) -> str:
    """Round one coordinate."""
    match = re.fullmatch(r"[-+]?[0-9]{1,3}(\.([0-9]+))?", text)
    if match is None or abs(float(text)) > 180:
        raise NotOfKindError("no coordinate")
    if len(match[2] or "") <= 1:
        return text
    tenths = Decimal(abs(float(text)) * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    sign = "-" if text.startswith("-") and tenths else ""
    return f"{sign}{tenths / 10:.1f}"


def round_coordinates(text: str) -> str:
    """Round one coordinate or two."""
    match = re.fullmatch(r"([-+.0-9]+)(?:([,; ] ?)([-+.0-9]+))?", text)
    if match is None:
        raise NotOfKindError("no coordinates")
    if match[2] is None:
        return round_coordinate(match[1])
    return round_coordinate(match[1]) + match[2] + round_coordinate(match[3])
