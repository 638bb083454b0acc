"""Internet addresses: the map that keeps prefixes, and the other modes."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from reference.primitives import Keys, NotOfKindError, encrypt_block, encrypt_number, ff1

NODES_V4 = [(0, 7), (7, 7), (14, 4), (18, 7), (25, 7)]
NODES_V6 = [
    *[(0, 7), (7, 7), (14, 7), (21, 7), (28, 4)],
    *[(depth, 7) for depth in range(32, 117, 7)],
    (123, 5),
]
LAST_V4 = 0xFFFF_FFFF
SUBNET_LENGTHS = {32: 24, 128: 64}
MODES = ("prefix", "subnet", "flat", "ipcrypt-pfx", "ipcrypt-deterministic")
PORT = r"(?P<port>0|[1-9][0-9]{0,4})"
ZONE = r"%(?P<zone>[a-z]{0,6}[0-9]*)"


class Range(NamedTuple):
    """The addresses of some width whose first `length` bits are those of `network`."""

    width: int
    network: int
    length: int

    def holds(self, number: int) -> bool:
        """Tell whether an address lies in the range."""
        shift = self.width - self.length
        return number >> shift == self.network >> shift


def _range(text: str) -> Range:
    network = ipaddress.ip_network(text)
    return Range(network.max_prefixlen, int(network.network_address), network.prefixlen)


FIXED_V4 = [_range(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "255.255.255.255/32")]
CLOSED_V4 = [
    _range(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
        *("198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "192.0.2.0/24", "198.51.100.0/24"),
        "203.0.113.0/24",
    )
]
EMBEDDED_V6 = [_range("::ffff:0:0/96"), _range("64:ff9b::/96")]
MAPPED_V6 = EMBEDDED_V6[0]
POCKETS_V6 = [_range("::/32"), _range("64:ff9b::/32")]
SIX_TO_FOUR = _range("2002::/16")
CLOSED_V6 = [
    (_range("fc00::/7"), 7),
    (_range("fe80::/10"), 64),
    (_range("fec0::/10"), 10),
    (_range("ff00::/8"), 16),
    (_range("2001:db8::/32"), 32),
    (_range("3fff::/20"), 20),
    (_range("2001::/32"), 32),
]


def first_bits(number: int, width: int, count: int) -> int:
    """Give the number with its first bits only, and zeros after them."""
    return number >> (width - count) << (width - count)


def last_bits(number: int, width: int, start: int) -> int:
    """Give the bits of the number from depth `start` on."""
    return number & ((1 << (width - start)) - 1)


class Class(NamedTuple):
    """What an address is: the name of its class, the bits that are kept, the range if there is one."""

    name: str
    kept: int
    range: Range | None = None


def class_v4(number: int) -> Class:
    """Find the class of an IPv4 address."""
    if any(fixed.holds(number) for fixed in FIXED_V4):
        return Class("fixed", 8)
    for closed in CLOSED_V4:
        if closed.holds(number):
            return Class("closed", closed.length, closed)
    block = Range(32, first_bits(number, 32, 12), 12)
    for closed in CLOSED_V4:
        if closed.length > 12 and block.holds(closed.network):
            return Class("mixed", closed.length, closed)
    return Class("public", 12)


def class_v6(number: int) -> Class:
    """Find the class of an IPv6 address."""
    if number in (0, 1):
        return Class("fixed", 128)
    if any(embedded.holds(number) for embedded in EMBEDDED_V6):
        return Class("embedded", 96)
    if any(pocket.holds(number) for pocket in POCKETS_V6):
        return Class("pocket", 128)
    if SIX_TO_FOUR.holds(number):
        return Class("6to4", 48)
    for closed, kept in CLOSED_V6:
        if closed.holds(number):
            return Class("closed", kept, closed)
    return Class("open", 32)


class PrefixMap:
    """The map of the mode `prefix`."""

    def __init__(self, keys: Keys) -> None:
        self._key_v4 = keys.subkey("ipv4")
        self._key_v6 = keys.subkey("ipv6")

    def _flips(self, number: int, width: int, start: int, end: int) -> int:
        """Give the flips of the depths from `start` to before `end`, each at its depth."""
        key = self._key_v4 if width == 32 else self._key_v6
        aligned = number << (128 - width)
        flips = 0
        for depth, levels in NODES_V4 if width == 32 else NODES_V6:
            block = first_bits(aligned, 128, depth) | 1 << (127 - depth)
            bits = encrypt_number(key, block)
            for level in range(levels):
                path = aligned >> (128 - depth - level) & ((1 << level) - 1)
                place = 1 << level | path
                if start <= depth + level < end:
                    flips |= (bits >> place & 1) << (width - 1 - depth - level)
        return flips

    def _flip(self, number: int, width: int, start: int) -> int:
        return number ^ self._flips(number, width, start, width)

    def image_v4(self, number: int) -> int:
        """Map an IPv4 address."""
        kind = class_v4(number)
        if kind.name == "fixed":
            return number
        if kind.name == "closed":
            image = self._flip(number, 32, kind.kept)
            return self._flip(LAST_V4, 32, kind.kept) if image == LAST_V4 else image
        image = self._flip(number, 32, 12)
        if kind.name == "mixed":
            assert kind.range is not None
            if not kind.range.holds(image):
                return image
            other = self._flip(kind.range.network, 32, 12)
            return first_bits(other, 32, kind.kept) | last_bits(image, 32, kind.kept)
        block = first_bits(number, 32, 12)
        while True:
            block = first_bits(self._flip(block, 32, 0), 32, 12)
            if class_v4(block).name == "public":
                return block | last_bits(image, 32, 12)

    def image_v6(self, number: int) -> int:
        """Map an IPv6 address."""
        kind = class_v6(number)
        if kind.name == "fixed":
            return number
        if kind.name == "embedded":
            return first_bits(number, 128, 96) | self.image_v4(last_bits(number, 128, 96))
        if kind.name == "pocket":
            image = self._flip(number, 128, 32)
            while class_v6(image).name != "pocket":
                image = self._flip(image, 128, 32)
            return image
        if kind.name == "6to4":
            inner = self.image_v4(number >> 80 & LAST_V4)
            rest = last_bits(self._flip(number, 128, 48), 128, 48)
            return first_bits(number, 128, 16) | inner << 80 | rest
        if kind.name == "closed":
            return self._flip(number, 128, kind.kept)
        block = first_bits(number, 128, 32)
        while True:
            block ^= self._flips(block, 128, 3, 32)
            if class_v6(block).name == "open":
                return block | last_bits(self._flip(number, 128, 32), 128, 32)

    def image(self, number: int, width: int) -> int:
        """Map an address of 32 or 128 bits."""
        return self.image_v4(number) if width == 32 else self.image_v6(number)

    def shortest(self, number: int, width: int) -> int:
        """Give the shortest length of a network with this address."""
        if width == 32:
            return class_v4(number).kept
        kind = class_v6(number)
        if kind.name == "embedded":
            return 96 + class_v4(last_bits(number, 128, 96)).kept
        return kind.kept

    def network(self, number: int, width: int, length: int) -> int:
        """Map the address of a network."""
        if length == 0 and number == 0:
            return 0
        if length < self.shortest(number, width):
            raise NotOfKindError("the network is larger than its class")
        image = self.image(number, width)
        return join_hosts(self, number, image, width, length)


def join_hosts(
    addresses: PrefixMap | PartMap | PfxMap, number: int, image: int, width: int, length: int
) -> int:
    """Give the image of a network: no host stays none, and some host stays some."""
    if last_bits(number, width, length) == 0:
        return first_bits(image, width, length)
    if last_bits(image, width, length) != 0:
        return image
    network_image = addresses.image(first_bits(number, width, length), width)
    return image | last_bits(network_image, width, length)


class PartMap:
    """The modes `flat` and `subnet`."""

    def __init__(self, keys: Keys, mode: str) -> None:
        self._mode = mode
        self._key = keys.subkey("ip-" + mode)

    @staticmethod
    def _class(number: int, width: int) -> Class:
        """Find the class: of IPv4 all public addresses are one, of IPv6 the open ones of each /3."""
        kind = class_v4(number) if width == 32 else class_v6(number)
        kept = {"mixed": 0, "public": 0, "open": 3, "pocket": 32}.get(kind.name, kind.kept)
        name = "public" if kind.name == "mixed" else kind.name
        return Class(name, kept, None if name == "public" else kind.range)

    def _part(self, number: int, width: int, start: int, end: int) -> int:
        """Permute the bits from `start` to before `end`."""
        if start >= end:
            return number
        tweak = bytes([width, start, end]) + (number >> (width - start)).to_bytes(16, "big")
        bits = [number >> (width - 1 - depth) & 1 for depth in range(start, end)]
        image = first_bits(number, width, start) | last_bits(number, width, end)
        for depth, bit in enumerate(ff1(self._key, 2, tweak, bits), start):
            image |= bit << (width - 1 - depth)
        return image

    def _subnet(self, number: int, width: int, kind: Class) -> int:
        """Permute the subnet within a class; the host bits become zeros."""
        border = SUBNET_LENGTHS[width]
        subnet = first_bits(number, width, border)
        if kind.kept >= border:
            return subnet
        while True:
            subnet = self._part(subnet, width, kind.kept, border)
            if self._class(subnet, width) == kind:
                return subnet

    def _step(self, number: int, width: int, kind: Class) -> int:
        """Permute the bits that a class does not keep."""
        border = SUBNET_LENGTHS[width]
        if self._mode == "flat" or kind.name == "pocket":
            return self._part(number, width, kind.kept, width)
        host = self._part(number, width, border, width)
        return self._subnet(number, width, kind) | last_bits(host, width, border)

    def _image_6to4(self, number: int) -> int:
        inner = self.image(number >> 80 & LAST_V4, 32)
        if self._mode == "flat":
            rest = self._part(number, 128, 48, 128)
        else:
            rest = first_bits(self._part(number, 128, 48, 64), 128, 64)
            rest |= last_bits(self._part(number, 128, 64, 128), 128, 64)
        return first_bits(number, 128, 16) | inner << 80 | last_bits(rest, 128, 48)

    def image(self, number: int, width: int) -> int:
        """Map an address."""
        kind = self._class(number, width)
        if kind.name == "fixed":
            return number
        if kind.name == "embedded":
            return first_bits(number, 128, 96) | self.image(last_bits(number, 128, 96), 32)
        if kind.name == "6to4":
            return self._image_6to4(number)
        image = number
        while True:
            image = self._step(image, width, kind)
            if self._class(image, width) == kind:
                return image

    def network(self, number: int, width: int, length: int) -> int:
        """Map the address of a network."""
        kind = self._class(number, width)
        if kind.name == "embedded" and length > 96:
            inner = self.network(last_bits(number, 128, 96), 32, length - 96)
            return first_bits(number, 128, 96) | inner
        if number == 0 and length == 0:
            return number
        if kind.name == "fixed" and width == 32 and number != LAST_V4 and length >= 8:
            return number
        if length == width:
            return self.image(number, width)
        is_whole = length == kind.kept and last_bits(number, width, length) == 0
        if is_whole and kind.name in ("closed", "open"):
            return number
        is_subnet = self._mode == "subnet" and length == SUBNET_LENGTHS[width]
        if not is_subnet or kind.name in ("fixed", "pocket", "embedded"):
            raise NotOfKindError("the mode has no image of this network")
        return join_hosts(self, number, self.image(number, width), width, length)


class PfxMap:
    """The mode `ipcrypt-pfx`."""

    def __init__(self, key: bytes) -> None:
        self._keys = key[:16], key[16:]

    def _image_128(self, number: int, start: int) -> int:
        image = 0
        for depth in range(start, 128):
            block = (1 << depth | number >> (128 - depth)).to_bytes(16, "big")
            first, second = (encrypt_block(key, block) for key in self._keys)
            image |= ((first[15] ^ second[15]) & 1) << (127 - depth)
        return number ^ image

    def image(self, number: int, width: int) -> int:
        """Map an address; one of IPv4 is a mapped one, whose first 96 bits stay."""
        if width == 32:
            return last_bits(self._image_128(MAPPED_V6.network | number, 96), 128, 96)
        return self._image_128(number, 96 if MAPPED_V6.holds(number) else 0)

    def network(self, number: int, width: int, length: int) -> int:
        """Map the address of a network."""
        if width == 128 and MAPPED_V6.holds(number) and length < 96:
            raise NotOfKindError("a network of mapped addresses and others")
        return join_hosts(self, number, self.image(number, width), width, length)


def deterministic_image(key: bytes, number: int, width: int) -> int:
    """Map an address of any version to one of IPv6: the mode `ipcrypt-deterministic`."""
    return encrypt_number(key, MAPPED_V6.network | number if width == 32 else number)


def parse_v4(text: str) -> int | None:
    """Read four decimal numbers."""
    if not re.fullmatch(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}", text):
        return None
    numbers = [int(part) for part in text.split(".")]
    return int.from_bytes(bytes(numbers), "big") if max(numbers) <= 255 else None


def parse_v6(text: str) -> int | None:
    """Read any spelling of RFC 4291."""
    if "%" in text or "/" in text:
        return None
    try:
        return int(ipaddress.IPv6Address(text))
    except ValueError:
        return None


def spell(number: int, width: int) -> str:
    """Spell an address, as RFC 5952 does; mapped ones with dotted decimals."""
    if width == 32:
        return ".".join(str(byte) for byte in number.to_bytes(4, "big"))
    if MAPPED_V6.holds(number):
        return "::ffff:" + spell(last_bits(number, 128, 96), 32)
    groups = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    for count in range(8, 1, -1):
        for start in range(9 - count):
            if groups[start : start + count] == ["0"] * count:
                return ":".join(groups[:start]) + "::" + ":".join(groups[start + count :])
    return ":".join(groups)


class Addresses:
    """The map of texts that are addresses."""

    def __init__(self, keys: Keys, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(f"no mode {mode}")
        self._mode = mode
        self._deterministic = keys.subkey("ipcrypt-det")
        self._map: PrefixMap | PartMap | PfxMap
        if mode == "ipcrypt-pfx":
            self._map = PfxMap(keys.subkey("ipcrypt-pfx", 32))
        elif mode in ("flat", "subnet"):
            self._map = PartMap(keys, mode)
        else:
            self._map = PrefixMap(keys)

    def _image(self, number: int, width: int) -> str:
        if self._mode == "ipcrypt-deterministic":
            return spell(deterministic_image(self._deterministic, number, width), 128)
        return spell(self._map.image(number, width), width)

    def _network(self, address: str, digits: str) -> str:
        for number, width in ((parse_v4(address), 32), (parse_v6(address), 128)):
            is_length = re.fullmatch("0|[1-9][0-9]{0,2}", digits) and int(digits) <= width
            if number is None or not is_length:
                continue
            if (number, digits) == (0, "0"):
                return f"{address}/0" if width == 32 else "::/0"
            if self._mode == "ipcrypt-deterministic":
                continue
            image = self._map.network(number, width, int(digits))
            return f"{spell(image, width)}/{digits}"
        raise NotOfKindError("no network")

    def text(self, text: str) -> str:
        """Give the image of a text."""
        if "/" in text:
            address, _, digits = text.partition("/")
            return self._network(address, digits)
        number = parse_v4(text)
        if number is not None:
            return self._image(number, 32)
        number = parse_v6(text)
        if number is not None:
            return self._image(number, 128)
        match = re.fullmatch(rf"(?P<address>[0-9.]+):{PORT}", text)
        if match and int(match["port"]) <= 65535:
            number = parse_v4(match["address"])
            if number is not None:
                image = self._image(number, 32)
                image = f"[{image}]" if ":" in image else image
                return f"{image}:{match['port']}"
        match = re.fullmatch(rf"(?P<address>[^%\[\]]+){ZONE}", text)
        if match is None:
            match = re.fullmatch(rf"\[(?P<address>[^%\[\]]+)({ZONE})?\](:{PORT})?", text)
            if match is None or int(match["port"] or 0) > 65535:
                raise NotOfKindError("no address")
        number = parse_v6(match["address"])
        has_bad_zone = match["zone"] is not None and not 1 <= len(match["zone"]) <= 11
        if number is None or has_bad_zone:
            raise NotOfKindError("no address")
        return text.replace(match["address"], self._image(number, 128), 1)
