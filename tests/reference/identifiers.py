"""Identifiers: UUIDs, security identifiers, hashes, hardware addresses."""

from __future__ import annotations

import hashlib
import re

from reference.primitives import Keys, NotOfKindError, digits_like, feistel, permute_words

UUID_VERSION_BITS = range(76, 80)
UUID_VARIANT_BITS = range(62, 64)
FIXED_UUIDS = {
    0,
    (1 << 128) - 1,
    *(
        int(text.replace("-", ""), 16)
        for text in (
            "00000001-0000-0000-c000-000000000000",
            "00000002-0000-0000-c000-000000000000",
            "00000002-0000-0ff1-ce00-000000000000",
            "00000003-0000-0000-c000-000000000000",
            "00000003-0000-0ff1-ce00-000000000000",
            "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
            "1950a258-227b-4e31-a9cf-717495945fc2",
            "1b730954-1685-4b74-9bfd-dac224a7b894",
            "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
            "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
            "d3590ed6-52b3-4102-aeff-aad2292ab01c",
        )
    ),
}
DIGEST_LENGTHS = (32, 40, 56, 64, 96, 128)
DIGEST_NAMES = "md5|sha1|sha224|sha256|sha384|sha512|imphash|authentihash"
FIXED_DIGESTS = {
    *("0" * length for length in DIGEST_LENGTHS),
    *(hashlib.new(name, b"").hexdigest() for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")),
}
ALL_SERVICES = [80, 956008885, 3418522649, 1831038044, 1853292631, 2271478464]
DOMAIN_HALF_BITS = 48


def gather_bits(value: int, places: list[int]) -> int:
    """Give the number of the bits at these places, the first place as the highest bit."""
    gathered = 0
    for place in places:
        gathered = gathered << 1 | (value >> place & 1)
    return gathered


def scatter_bits(value: int, places: list[int], bits: int) -> int:
    """Put the bits of a number back to their places."""
    for position, place in enumerate(reversed(places)):
        bit = bits >> position & 1
        value = value & ~(1 << place) | bit << place
    return value


class Uuids:
    """The map of UUIDs."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("uuid")
        kept = {*UUID_VERSION_BITS, *UUID_VARIANT_BITS}
        self._places = [place for place in range(127, -1, -1) if place not in kept]

    def image(self, value: int) -> int:
        """Map a UUID as a number."""
        if value in FIXED_UUIDS:
            return value
        while True:
            bits = feistel(self._key, gather_bits(value, self._places), 61)
            value = scatter_bits(value, self._places, bits)
            if value not in FIXED_UUIDS:
                return value

    def text(self, text: str) -> str:
        """Map a UUID in any spelling."""
        opening, closing = "", ""
        if text[:9].lower() == "urn:uuid:":
            opening = text[:9]
        elif text[:1] + text[-1:] in ("{}", "()"):
            opening, closing = text[0], text[-1]
        plain = text[len(opening) : len(text) - len(closing)]
        digit = "[0-9A-Fa-f]"
        dashed = rf"{digit}{{8}}-{digit}{{4}}-{digit}{{4}}-{digit}{{4}}-{digit}{{12}}"
        if not re.fullmatch(rf"{dashed}|{digit}{{32}}", plain):
            raise NotOfKindError("no UUID")
        image = f"{self.image(int(plain.replace('-', ''), 16)):032x}"
        if "-" in plain:
            image = f"{image[:8]}-{image[8:12]}-{image[12:16]}-{image[16:20]}-{image[20:]}"
        return opening + digits_like(plain, image) + closing


def swap_groups(data: bytes) -> bytes:
    """Turn round the bytes of the first three groups of a UUID."""
    return data[3::-1] + data[5:3:-1] + data[7:5:-1] + data[8:]


class SecurityIdentifiers:
    """The map of Windows security identifiers."""

    def __init__(self, keys: Keys, uuids: Uuids) -> None:
        self._domain_key = keys.subkey("sid")
        self._other_key = keys.subkey("sid-other")
        self._uuids = uuids

    @staticmethod
    def _is_fixed(authority: int, numbers: list[int]) -> bool:
        count = len(numbers)
        first = numbers[0]
        if authority <= 4:
            return count <= 2
        if authority in (16, 18):
            return count == 1
        if authority == 15:
            return count == 2 and ((first == 2 and numbers[1] <= 15) or (first == 3 and numbers[1] <= 4095))
        if authority != 5:
            return False
        if count == 1:
            return first <= 20 or 22 <= first <= 31 or first in (33, 113, 114, 1000)
        if count == 2:
            if first in (32, 64, 65):
                return numbers[1] <= 4095
            return first in (80, 82, 83, 90, 96) and numbers[1] == 0
        if count == 3 and first == 5:
            return True
        if count == 3 and first in (90, 96):
            return numbers[1] == 0 and numbers[2] <= 4095
        if numbers == ALL_SERVICES:
            return True
        return numbers[:4] == [21, 0, 0, 0] and count in (4, 5)

    @staticmethod
    def _is_domain(authority: int, numbers: list[int]) -> bool:
        return authority == 5 and numbers[0] == 21 and len(numbers) in (4, 5)

    @staticmethod
    def _is_entra(authority: int, numbers: list[int]) -> bool:
        return authority == 12 and numbers[0] == 1 and len(numbers) == 5

    def _head(self, authority: int, numbers: list[int]) -> int | None:
        """Give how many numbers of another identifier stay; none if it is of a case before."""
        for is_case in (self._is_fixed, self._is_domain, self._is_entra):
            if is_case(authority, numbers):
                return None
        if len(numbers) > 2 and (authority, *numbers[:2]) in ((5, 83, 1), (15, 3, 1024)):
            return 2
        return 1 if authority in (5, 12, 15) and len(numbers) >= 2 else 0

    def _domain_image(self, numbers: list[int]) -> list[int]:
        value = numbers[0] << 64 | numbers[1] << 32 | numbers[2]
        while True:
            value = feistel(self._domain_key, value, DOMAIN_HALF_BITS)
            if value != 0:
                return [value >> 64, value >> 32 & 0xFFFF_FFFF, value & 0xFFFF_FFFF]

    def _entra_image(self, numbers: list[int]) -> list[int]:
        data = b"".join(number.to_bytes(4, "little") for number in numbers)
        uuid = int.from_bytes(swap_groups(data), "big")
        data = swap_groups(self._uuids.image(uuid).to_bytes(16, "big"))
        return [int.from_bytes(data[start : start + 4], "little") for start in range(0, 16, 4)]

    def image(self, authority: int, numbers: list[int]) -> list[int]:
        """Map the numbers after the authority."""
        if self._is_fixed(authority, numbers):
            return numbers
        if self._is_domain(authority, numbers):
            return [21, *self._domain_image(numbers[1:4]), *numbers[4:]]
        if self._is_entra(authority, numbers):
            return [1, *self._entra_image(numbers[1:])]
        head = self._head(authority, numbers)
        while True:
            numbers = numbers[:head] + permute_words(self._other_key, numbers[head:])
            if self._head(authority, numbers) == head:
                return numbers

    def text(self, text: str) -> str:
        """Map an identifier, also one inside `%{` and `}`."""
        if text.startswith("%{") and text.endswith("}"):
            return "%{" + self._plain(text[2:-1]) + "}"
        return self._plain(text)

    def _plain(self, text: str) -> str:
        match = re.fullmatch(r"([Ss])-1-(0|[1-9][0-9]*)((-(0|[1-9][0-9]*)){1,15})", text)
        if match is None:
            raise NotOfKindError("no security identifier")
        authority = int(match[2])
        numbers = [int(part) for part in match[3][1:].split("-")]
        if max(authority, *numbers) >= 1 << 32:
            raise NotOfKindError("a number is too large")
        image = self.image(authority, numbers)
        return "-".join([match[1], "1", match[2], *(str(number) for number in image)])


class Hashes:
    """The map of hashes."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("hash")

    def _digest(self, digits: str) -> str:
        image = digits.lower()
        if image in FIXED_DIGESTS:
            return digits_like(digits, image)
        while True:
            words = [int(image[start : start + 8], 16) for start in range(0, len(image), 8)]
            image = "".join(f"{word:08x}" for word in permute_words(self._key, words))
            if image not in FIXED_DIGESTS:
                return digits_like(digits, image)

    def text(self, text: str) -> str:
        """Map a list of digests."""
        images = []
        for item in text.split(","):
            match = re.fullmatch(rf"((?ai:{DIGEST_NAMES})[=:])?([0-9A-Fa-f]+)", item)
            if match is None or len(match[2]) not in DIGEST_LENGTHS:
                raise NotOfKindError("no digest")
            images.append((match[1] or "") + self._digest(match[2]))
        return ",".join(images)


class HardwareAddresses:
    """The map of hardware addresses."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("mac")

    def image(self, value: int, width: int) -> int:
        """Map an address of 48 or 64 bits."""
        first_octet = value >> (width - 8)
        if value == 0 or first_octet % 2 == 1:
            return value
        kept = (width - 8, width - 7)
        places = [place for place in range(width - 1, -1, -1) if place not in kept]
        while True:
            bits = feistel(self._key, gather_bits(value, places), len(places) // 2, rounds=10)
            value = scatter_bits(value, places, bits)
            if value != 0:
                return value

    def text(self, text: str) -> str:
        """Map an address in any spelling."""
        octet = "[0-9A-Fa-f]{2}"
        spellings = (
            rf"({octet}){{6}}(({octet}){{2}})?",
            rf"{octet}(:{octet}){{5}}((:{octet}){{2}})?",
            rf"{octet}(-{octet}){{5}}((-{octet}){{2}})?",
            rf"({octet}){{2}}(\.({octet}){{2}}){{2}}(\.({octet}){{2}})?",
        )
        if not any(re.fullmatch(spelling, text) for spelling in spellings):
            raise NotOfKindError("no hardware address")
        digits = re.sub("[^0-9A-Fa-f]", "", text)
        image = self.image(int(digits, 16), 4 * len(digits))
        remaining = iter(digits_like(digits, f"{image:0{len(digits)}x}"))
        return "".join(character if character in ":-." else next(remaining) for character in text)
