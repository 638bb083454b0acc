"""Bytes that are not text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.primitives import Keys, mac_bytes, mac_number, token

if TYPE_CHECKING:
    from reference.identifiers import Uuids


class Binaries:
    """The map of bytes."""

    def __init__(self, keys: Keys, uuids: Uuids) -> None:
        self._key = keys.subkey("binary")
        self._string_key = keys.subkey("string")
        self._uuids = uuids

    def any_width(self, value: bytes) -> bytes:
        """Map a value of a column of bytes of any width."""
        if value in (b"", b"-"):
            return value
        return token(mac_number(self._string_key, value)).encode()

    def fixed_width(self, value: bytes) -> bytes:
        """Map a value of a column whose values all have the width of this one."""
        if len(value) == 16:
            return self._uuids.image(int.from_bytes(value, "big")).to_bytes(16, "big")
        blocks = [
            mac_bytes(self._key, number.to_bytes(4, "big") + value) for number in range(-(-len(value) // 16))
        ]
        return b"".join(blocks)[: len(value)]
